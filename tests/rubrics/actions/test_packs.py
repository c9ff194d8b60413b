"""Taking packs in: what is stored, when a version is new, and that a pack comes back as it went in."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied

from courses.models import EditorNote, Entry, PromptVersion
from rubrics.actions.packs import SlugTaken, load_pack
from rubrics.actions.rubrics import create_rubric
from rubrics.models import BankComment, BankTie, Exemplar, ExemplarScore, Rubric, RubricVersion
from rubrics.pure.packs import (
    Audience,
    ExemplarScoreText,
    ExemplarText,
    ExemplarTotal,
    Note,
    NoteKind,
    Pack,
    SourceText,
    State,
    read_pack,
    write_pack,
)
from rubrics.queries.packs import pack_of
from tests.rows import MONDAY, published_prompt
from tests.rubrics.conftest import PACKS
from tests.worlds import set_from_pack

FOLDERS = sorted(folder for folder in PACKS.iterdir() if folder.is_dir())


@pytest.fixture(scope="module")
def defence() -> Pack:
    return read_pack(PACKS / "collective-defence")


@pytest.fixture(scope="module")
def agreements() -> Pack:
    return read_pack(PACKS / "international-agreements")


def with_exemplar(pack: Pack, *, text: str = "Treaties *worked*.\nMostly.", **fields) -> Pack:
    """Give the pack an exemplar that attempts its first criterion only."""
    first, *others = pack.rubric.criteria
    scores = (
        ExemplarScoreText(
            first.key, State.SCORED, "One fact.", level=first.levels[1].key, quote="Treaties *worked*. Mostly"
        ),
        *(ExemplarScoreText(one.key, State.NOT_ATTEMPTED, "No passage.") for one in others),
    )
    exemplar = ExemplarText("short", "Treaties", Audience.MARKERS, text, scores)
    return replace(pack, exemplars=(replace(exemplar, **fields),))


# What comes in goes out


@pytest.mark.django_db
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_pack_comes_back_as_it_went_in(folder, admin, tmp_path):
    pack = read_pack(folder)

    loaded = load_pack(pack, by=admin)
    write_pack(pack_of(loaded.rubric_version), tmp_path / "again")

    assert read_pack(tmp_path / "again") == pack


@pytest.mark.django_db
def test_loading_publishes_both(defence, admin):
    loaded = load_pack(defence, by=admin)

    loaded.prompt_version.refresh_from_db()
    loaded.rubric_version.refresh_from_db()
    assert (loaded.prompt_version.state, loaded.rubric_version.state) == ("published", "published")
    assert loaded.is_new_prompt
    assert loaded.is_new_rubric


@pytest.mark.django_db
def test_every_quotation_is_found_in_its_reading(defence, admin):
    load_pack(defence, by=admin)

    quoted = ExemplarScore.objects.exclude(quote="").select_related("exemplar")
    passages = [(score.quote, score.exemplar.reading_text[score.start : score.end]) for score in quoted]
    assert len(passages) == 39
    assert [" ".join(found.split()) for _, found in passages] == [" ".join(quote.split()) for quote, _ in passages]


@pytest.mark.django_db
def test_a_quotation_with_marks_and_a_line_end_is_found(agreements, admin):
    load_pack(with_exemplar(agreements), by=admin)

    score = ExemplarScore.objects.get(state="scored")
    assert score.exemplar.reading_text[score.start : score.end].split() == ["Treaties", "worked.", "Mostly"]


@pytest.mark.django_db
def test_ninety_levels_are_stored_in_a_few_statements(defence, admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(43):
        load_pack(defence, by=admin)


# When a version is new


@pytest.mark.django_db
def test_the_same_content_twice_gives_the_same_versions_and_writes_nothing(defence, admin):
    first = load_pack(defence, by=admin)
    entries, ties = Entry.objects.count(), list(BankTie.objects.order_by("pk").values_list("pk", flat=True))

    again = load_pack(defence, by=admin)

    assert (again.prompt_version, again.rubric_version) == (first.prompt_version, first.rubric_version)
    assert not again.is_new_prompt
    assert not again.is_new_rubric
    assert Entry.objects.count() == entries
    assert list(BankTie.objects.order_by("pk").values_list("pk", flat=True)) == ties
    assert Exemplar.objects.count() == 3


@pytest.mark.django_db
def test_a_mended_source_makes_the_next_prompt_and_keeps_the_rubric(defence, admin):
    first = load_pack(defence, by=admin)
    note = Note(1, NoteKind.CONTEXT, "Read this twice.")
    source = replace(defence.sources[0], notes=(*defence.sources[0].notes, note))

    again = load_pack(replace(defence, sources=(source, *defence.sources[1:])), by=admin)

    assert again.prompt_version.number == 2
    assert again.rubric_version == first.rubric_version
    assert set(Exemplar.objects.values_list("prompt_version__number", flat=True)) == {2}


@pytest.mark.django_db
def test_a_moved_note_is_another_prompt(defence, admin):
    load_pack(defence, by=admin)
    noted = next(source for source in defence.sources if any(note.quote for note in source.notes))
    bare = replace(noted, notes=tuple(replace(note, quote="") for note in noted.notes))
    sources = tuple(bare if source is noted else source for source in defence.sources)

    again = load_pack(replace(defence, sources=sources), by=admin)

    assert again.is_new_prompt


@pytest.mark.django_db
def test_other_points_make_the_next_rubric_and_keep_the_prompt(agreements, admin):
    first = load_pack(agreements, by=admin)

    again = load_pack(replace(agreements, rubric=replace(agreements.rubric, step=Decimal("0.5"))), by=admin)

    assert again.rubric_version.number == 2
    assert again.prompt_version == first.prompt_version
    assert RubricVersion.objects.get(number=1).step != Decimal("0.5")


@pytest.mark.django_db
def test_ten_and_ten_point_nought_are_the_same_measure(agreements, admin):
    first = load_pack(agreements, by=admin)
    total = Decimal(f"{agreements.rubric.total}.00")

    again = load_pack(replace(agreements, rubric=replace(agreements.rubric, total=total)), by=admin)

    assert again.rubric_version == first.rubric_version


@pytest.mark.django_db
def test_going_back_to_earlier_words_gives_the_earlier_version(agreements, admin):
    first = load_pack(agreements, by=admin)
    load_pack(replace(agreements, glossary="Other words."), by=admin)

    again = load_pack(agreements, by=admin)

    assert again.prompt_version == first.prompt_version
    assert PromptVersion.objects.count() == 2


@pytest.mark.django_db
def test_an_archived_version_is_not_brought_back_but_made_anew(agreements, admin):
    first = load_pack(agreements, by=admin)
    RubricVersion.objects.filter(pk=first.rubric_version.pk).update(state="archived")

    again = load_pack(agreements, by=admin)

    assert (again.rubric_version.number, again.is_new_rubric) == (2, True)


@pytest.mark.django_db
def test_a_new_title_needs_no_new_version(agreements, admin):
    load_pack(agreements, by=admin)

    again = load_pack(replace(agreements, title="Agreements on the air"), by=admin)

    assert again.rubric_version.rubric.title == "Agreements on the air"
    assert not again.is_new_rubric
    assert not again.is_new_prompt


# What is not the library's stays as it is


@pytest.mark.parametrize("what", ["prompt", "rubric"])
def test_a_pack_does_not_take_over_what_a_course_keeps_for_itself(what, agreements, course, teacher, admin):
    if what == "prompt":
        version = published_prompt(agreements.slug, course=course)
    else:
        version = create_rubric(title=agreements.slug, strand="A", course=course, by=teacher)
    before = Entry.objects.count()

    with pytest.raises(SlugTaken, match=f"“{agreements.slug}” is that of a course’s own {what}, “.+”. Write another"):
        load_pack(agreements, by=admin)

    assert not Exemplar.objects.exists()
    assert (PromptVersion.objects.count(), RubricVersion.objects.count()) == ((1, 0) if what == "prompt" else (0, 1))
    assert Entry.objects.count() == before
    assert type(version).objects.get().course == course


def test_a_version_for_one_course_beside_the_librarys_keeps_nobody_from_loading(agreements, course, admin):
    first = load_pack(agreements, by=admin)
    rubric = first.rubric_version.rubric
    RubricVersion.objects.create(rubric=rubric, number=2, total=1, course=course, created_at=MONDAY)

    assert load_pack(replace(agreements, title="Again"), by=admin).rubric_version == first.rubric_version


def test_a_pack_does_not_take_a_rubric_from_the_prompt_it_is_set_for(agreements, course, teacher, admin):
    assignment = set_from_pack(course, teacher)
    rubric = assignment.rubric_version.rubric
    Rubric.objects.filter(pk=rubric.pk).update(slug=agreements.slug)

    with pytest.raises(SlugTaken, match="which assignments are set with for another prompt"):
        load_pack(agreements, by=admin)

    rubric.refresh_from_db()
    assert (rubric.title, rubric.prompt) == ("Collective defence since 1914", assignment.prompt_version.prompt)
    assert not PromptVersion.objects.filter(prompt__slug=agreements.slug).exists()


# Exemplars


@pytest.mark.django_db
def test_a_mended_reason_is_put_in_place(agreements, admin):
    pack = with_exemplar(agreements)
    first = load_pack(pack, by=admin)
    exemplar = pack.exemplars[0]
    mended = replace(exemplar.scores[0], reason="Two facts.")

    again = load_pack(with_exemplar(agreements, scores=(mended, *exemplar.scores[1:])), by=admin)

    assert again.rubric_version == first.rubric_version
    assert ExemplarScore.objects.get(state="scored").reason == "Two facts."
    assert ExemplarScore.objects.count() == len(agreements.rubric.criteria)


@pytest.mark.django_db
def test_an_agreed_total_and_an_audience_are_put_in_place(agreements, admin):
    load_pack(with_exemplar(agreements), by=admin)
    totals = (ExemplarTotal(agreements.modes[0].key, Decimal(3)),)

    load_pack(with_exemplar(agreements, totals=totals, audience=Audience.EVERYBODY), by=admin)

    exemplar = Exemplar.objects.get()
    assert exemplar.is_for_students
    assert [total.total for total in exemplar.totals.all()] == [3]


@pytest.mark.django_db
def test_an_essay_of_other_words_is_another_version(agreements, admin):
    load_pack(with_exemplar(agreements), by=admin)

    again = load_pack(with_exemplar(agreements, text="Treaties *worked*.\nMostly. Not always."), by=admin)

    assert again.rubric_version.number == 2
    assert Exemplar.objects.get(version=again.rubric_version).words == 5


# The comment bank


@pytest.mark.django_db
def test_a_comment_kept_under_its_key_keeps_its_uses(defence, admin, marker):
    rubric = load_pack(defence, by=admin).rubric_version.rubric
    BankComment.objects.filter(code="K01").update(uses=7)
    BankComment.objects.create(rubric=rubric, text="My own words.", owner=marker, scope="own")
    first, second, *others = defence.comments
    reworded = replace(first, text="Name the alliance.")

    load_pack(replace(defence, comments=(*others, reworded)), by=admin)

    kept = BankComment.objects.get(code="K01")
    assert (kept.text, kept.uses) == ("Name the alliance.", 7)
    assert not BankComment.objects.filter(code=second.key).exists()
    assert BankComment.objects.filter(owner=marker).count() == 1
    assert [*pack_of(RubricVersion.objects.get()).comments] == [*others, reworded]


# Who may, and all or nothing


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["teacher", "marker", "student", "stranger"])
def test_only_an_admin_loads_a_pack(agreements, who, request):
    with pytest.raises(PermissionDenied):
        load_pack(agreements, by=request.getfixturevalue(who))

    assert not RubricVersion.objects.exists()


@pytest.mark.django_db
def test_the_journal_names_who_published(agreements, admin):
    load_pack(agreements, by=admin)

    published = Entry.objects.filter(verb__startswith="publish_").order_by("pk")
    assert [(entry.subject_kind, entry.actor, entry.after) for entry in published] == [
        ("courses.promptversion", admin, "published"),
        ("rubrics.rubricversion", admin, "published"),
    ]


@pytest.mark.django_db(transaction=True)
def test_a_pack_that_fails_half_way_leaves_nothing(agreements):
    source = SourceText("A", "A source", "", "", "", "One line.", (Note(1, NoteKind.CONTEXT, "First."),))
    mode = agreements.modes[0]
    lost = replace(mode, rules=(replace(mode.rules[0], strand="Z"),))

    with pytest.raises(KeyError):
        load_pack(replace(agreements, sources=(source,), modes=(lost,)), by=None)

    counts = [model.objects.count() for model in (PromptVersion, EditorNote, RubricVersion, Exemplar, BankComment)]
    assert counts == [0, 0, 0, 0, 0]
