"""The editor's pages: what they show, what is typed and kept, what is typed badly and given back."""

import re
from dataclasses import replace
from decimal import Decimal
from html import unescape

import pytest
from django.db import transaction
from django.urls import reverse

from rubrics.actions.drafts import add_criterion, edit_counting, edit_criterion, remove_criterion
from rubrics.actions.packs import load_pack
from rubrics.actions.rubrics import create_rubric
from rubrics.actions.versions import (
    archive_rubric_version,
    discard_rubric_version,
    draft_rubric_version,
    write_measure,
)
from rubrics.forms.counting import EditCounting
from rubrics.forms.drafts import EditLevel, points
from rubrics.models import CountingRule, Level, RubricVersion
from rubrics.pure.drafts import counting_print, print_of
from rubrics.pure.packs import StrandText, read_pack
from tests.rubrics.conftest import PACKS
from tests.rubrics.edits import publish_as_seen, rename_strand, said
from tests.worlds import set_from_pack


@pytest.fixture
def first(admin) -> RubricVersion:
    return load_pack(read_pack(PACKS / "collective-defence"), by=admin).rubric_version


@pytest.fixture
def mine(first, course, teacher) -> RubricVersion:
    return draft_rubric_version(first, course=course, by=teacher)


@pytest.fixture
def client(teacher, as_user):
    return as_user(teacher)


def at(name, *place):
    return reverse(f"rubrics:{name}", args=["collective-defence", 2, *place])


def typed(client, address):
    """Read what a page's form holds, as a browser would send it."""
    return sent(client.get(address).content.decode())


def action(page):
    """Read where a page's form goes."""
    main = page[page.index("<main") :]
    return re.search(r'<form[^>]*action="([^"]+)"', main)[1]


def sent(page):
    """Read what a page's form holds, as a browser would send it."""
    form = page[page.index("<main") : page.index("</main>")]
    found = {}
    for name, value in re.findall(r'<input type="(?:hidden|text|number)" name="([^"]+)"(?: value="([^"]*)")?', form):
        found[name] = value
    for name, value in re.findall(r'<textarea name="([^"]+)"[^>]*>\s?(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(value).replace("\n", "\r\n")
    for name, body in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        found[name] = re.search(r'value="([^"]*)" selected', body)[1]
    found.pop("csrfmiddlewaretoken", None)
    return found


def test_the_draft_shows_every_criterion_and_what_is_missing(client, mine):
    page = client.get(at("drafts-detail")).content.decode()

    assert "For History 12 alone." in page
    assert "It still says what version 1 says." in page
    assert all(f'id="{one.key}"' in page for one in said(mine).rubric.criteria)
    assert page.count("40 + 24 + 36") == 3


def test_the_page_of_the_draft_costs_the_same_however_much_was_changed(
    client, mine, teacher, django_assert_num_queries
):
    client.get(at("drafts-detail"))
    with django_assert_num_queries(13):
        client.get(at("drafts-detail"))
    rename_strand(mine, "Ages", by=teacher)

    with django_assert_num_queries(13):
        client.get(at("drafts-detail"))


def test_saving_what_the_form_holds_changes_nothing(client, mine):
    for key in [one.key for one in said(mine).rubric.criteria]:
        answer = client.post(at("drafts-criterion", key), typed(client, at("drafts-criterion", key)))

        assert answer.status_code == 302
    assert said(mine) == said(mine.based_on)

    client.post(at("drafts-counting"), typed(client, at("drafts-counting")))
    assert said(mine) == said(mine.based_on)


def test_words_points_and_a_further_level_are_kept(client, mine):
    body = typed(client, at("drafts-criterion", "E1"))
    body |= {"name": "War of coalitions", "levels-0-points": "11", "levels-1-descriptor": "Two sides.\n\nOr deep."}
    body |= {"levels-5-points": "6.5", "levels-5-label": "In part", "levels-5-student": "You explain in part."}

    answer = client.post(at("drafts-criterion", "E1"), body, follow=True)

    one = said(mine).criterion("E1")
    assert "E1 is saved in the draft." in answer.content.decode()
    assert answer.redirect_chain[-1][0] == f"{at('drafts-detail')}#E1"
    assert one.name == "War of coalitions"
    assert [(level.key, level.points) for level in one.levels] == [
        ("0", 0),
        ("1", 2),
        ("2", 5),
        ("2b", Decimal("6.5")),
        ("3", 8),
        ("4", 11),
    ]
    assert one.levels[4].descriptor == "Two sides.\n\nOr deep."


def test_a_level_gets_no_key_that_another_version_gave_to_one(client, mine, first, admin):
    library = draft_rubric_version(first, course=None, by=admin)
    one = said(library).criterion("E1")
    halfway = replace(one.levels[2], key="2b", points=Decimal(6))
    edit_criterion(library, criterion=replace(one, levels=(*one.levels, halfway)), base=print_of(one), by=admin)
    body = typed(client, at("drafts-criterion", "E1"))
    body |= {"levels-5-points": "6.5", "levels-5-label": "In part", "levels-5-student": "You explain in part."}

    client.post(at("drafts-criterion", "E1"), body)

    assert [level.key for level in said(mine).criterion("E1").levels] == ["0", "1", "2", "2c", "3", "4"]


def test_a_level_ticked_to_go_goes(client, mine):
    client.post(at("drafts-criterion", "E1"), typed(client, at("drafts-criterion", "E1")) | {"levels-2-DELETE": "on"})

    assert [level.key for level in said(mine).criterion("E1").levels] == ["0", "1", "3", "4"]


def test_saving_can_lead_to_the_next_criterion_and_after_the_last_to_the_draft(client, mine):
    body = typed(client, at("drafts-criterion", "E7")) | {"next": "1"}
    last = typed(client, at("drafts-criterion", "C5")) | {"next": "1"}

    assert client.post(at("drafts-criterion", "E7"), body)["Location"] == at("drafts-criterion", "R1")
    assert client.post(at("drafts-criterion", "C5"), last)["Location"] == f"{at('drafts-detail')}#C5"


@pytest.mark.parametrize(
    ("bad", "said_of_it"),
    [
        ({"levels-0-points": "8"}, "Another level has these points."),
        ({"levels-0-points": "ten"}, "Write a number, such as 5 or 7.5."),
        ({"levels-0-points": ""}, "This field is required."),
        ({"levels-0-points": "-1"}, "greater than or equal to 0"),
        ({"levels-0-points": "10000"}, "less than or equal to 9999.99"),
        ({"levels-0-points": "1.234"}, "no more than 2 decimal places"),
        ({"levels-5-label": "Only a name"}, "This field is required."),
        ({"name": ""}, "This field is required."),
        ({"evidence_min": "99"}, "less than or equal to 20"),
        ({"levels-TOTAL_FORMS": "x"}, "Nothing is saved yet"),
    ],
)
def test_what_is_typed_badly_is_given_back_with_a_sentence(client, mine, bad, said_of_it):
    body = typed(client, at("drafts-criterion", "E1")) | {"detail": "1914 to 1918"} | bad

    page = client.post(at("drafts-criterion", "E1"), body).content.decode()

    assert said_of_it in page
    assert "Nothing is saved yet" in page
    assert 'value="1914 to 1918"' in page
    assert said(mine) == said(mine.based_on)


def test_two_who_edit_one_criterion_see_both_and_the_second_may_save_again(client, mine, teacher):
    body = typed(client, at("drafts-criterion", "E1")) | {"name": "What the second typed"}
    one = said(mine).criterion("E1")
    other = type(one)(**{**vars(one), "name": "What the first saved"})
    edit_criterion(mine, criterion=other, base=print_of(one), by=teacher)

    page = client.post(at("drafts-criterion", "E1"), body).content.decode()

    assert "Somebody changed this after" in page
    assert 'value="What the second typed"' in page
    assert "What the first saved" in page
    again = re.search(r'name="base" value="([0-9a-f]{64})"', page)[1]
    assert client.post(at("drafts-criterion", "E1"), body | {"base": again}).status_code == 302
    assert said(mine).criterion("E1").name == "What the second typed"


def test_two_who_edit_one_strand_see_both_and_the_second_may_save_again(client, mine, teacher):
    body = typed(client, at("drafts-strand", "B")) | {"name": "What the second typed"}
    rename_strand(mine, "Ages", by=teacher)
    rename_strand(mine, "What the first saved", key="B", by=teacher)

    page = client.post(at("drafts-strand", "B"), body).content.decode()

    assert "Somebody changed this after" in page
    assert 'value="What the second typed"' in page
    assert "<strong>What the first saved</strong>" in page
    again = re.search(r'name="base" value="([0-9a-f]{64})"', page)[1]
    assert client.post(at("drafts-strand", "B"), body | {"base": again}).status_code == 302
    assert said(mine).rubric.strands[1].name == "What the second typed"


def test_two_who_edit_how_it_counts_see_both_and_the_second_may_save_again(client, mine, teacher):
    body = typed(client, at("drafts-counting")) | {"task-timed": "What the second typed."}
    numbers = {
        "total": Decimal(90),
        "step": Decimal("0.5"),
        "guidance": "What the first saved.",
        "rules": {},
        "tasks": {},
    }
    edit_counting(mine, **numbers, base=counting_print(said(mine)), by=teacher)

    page = client.post(at("drafts-counting"), body).content.decode()

    assert "Somebody changed this after" in page
    assert "What the second typed.</textarea>" in page
    assert "Full mark 90, rounded to 0.5." in page
    assert "<p>What the first saved.</p>" in page
    again = re.search(r'name="base" value="([0-9a-f]{64})"', page)[1]
    assert said(mine).rubric.total == 90
    assert client.post(at("drafts-counting"), body | {"base": again}).status_code == 302
    assert said(mine).modes[0].task == "What the second typed."


def test_a_criterion_is_added_and_opened(client, mine):
    answer = client.post(at("drafts-add"), {"strand": "B", "name": "Resilient space services"})

    assert answer["Location"] == at("drafts-criterion", "R8")
    page = client.get(at("drafts-detail")).content.decode()
    assert "Level 0 of R8 has no wording for students. Write it." in page
    assert "not whole yet" in page


def test_a_criterion_without_a_name_is_asked_for_one_in_its_strand(client, mine):
    page = client.post(at("drafts-add"), {"strand": "B", "name": "x" * 201}).content.decode()

    assert "at most 200 characters" in page
    assert "x" * 201 in page
    assert said(mine) == said(mine.based_on)


def test_criteria_are_ordered_by_buttons(client, mine):
    answer = client.post(at("drafts-move", "E2"), {"way": "up"})
    client.post(at("drafts-move", "E5"), {"way": "down"})

    assert answer["Location"] == f"{at('drafts-detail')}#E2"
    assert [one.key for one in said(mine).rubric.strands[0].criteria] == ["E2", "E1", "E3", "E4", "E6", "E5", "E7"]


def test_a_criterion_is_taken_out_after_a_question(client, mine):
    asked = client.get(at("drafts-remove", "E3")).content.decode()
    client.post(at("drafts-remove", "E3"))

    assert "Take E3 out?" in asked
    assert "E3" not in [one.key for one in said(mine).rubric.criteria]
    assert client.get(at("drafts-remove", "E3")).status_code == 404
    assert client.get(at("drafts-criterion", "E3")).status_code == 404


def test_a_strand_and_how_it_counts_are_kept(client, mine):
    client.post(at("drafts-strand", "B"), typed(client, at("drafts-strand", "B")) | {"name": "Services"})
    body = typed(client, at("drafts-counting")) | {
        "total": "92",
        "n-timed-B": "2",
        "rule-extended-B": "off",
        "task-timed": "Two are enough.",
    }
    answer = client.post(at("drafts-counting"), body)

    found = said(mine)
    assert answer.status_code == 302
    assert found.rubric.strands[1].name == "Services"
    assert found.rubric.total == 92
    assert [(rule.strand, rule.rule, rule.n) for rule in found.modes[0].rules] == [
        ("A", "best", 4),
        ("B", "best", 2),
        ("C", "all", None),
    ]
    assert found.modes[1].rules[1].n is None
    assert found.modes[0].task == "Two are enough."
    assert client.get(at("drafts-strand", "Z")).status_code == 404


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"n-timed-A": ""}, "Say how many."),
        ({"n-timed-A": "0"}, "greater than or equal to 1"),
        ({"weight-extended-A": "0"}, "greater than or equal to 0.01"),
        ({"weight-extended-A": "10000"}, "less than or equal to 9999.99"),
        ({"total": "0"}, "greater than or equal to 0.01"),
        ({"total": "10000"}, "less than or equal to 9999.99"),
        ({"step": "1000"}, "less than or equal to 999.99"),
        ({"rule-timed-A": "odd"}, "Select a valid choice"),
    ],
)
def test_counting_that_cannot_be_is_given_back(client, mine, bad, sentence):
    page = client.post(at("drafts-counting"), typed(client, at("drafts-counting")) | bad).content.decode()

    assert sentence in page
    assert said(mine) == said(mine.based_on)


def test_the_largest_numbers_the_forms_take_are_kept_and_read_again(client, mine):
    numbers = {"total": "9999.99", "step": "999.99", "weight-timed-A": "9999.99"}
    client.post(at("drafts-counting"), typed(client, at("drafts-counting")) | numbers)
    client.post(
        at("drafts-criterion", "E1"), typed(client, at("drafts-criterion", "E1")) | {"levels-0-points": "9999.99"}
    )

    found = said(mine)
    most = Decimal("9999.99")
    assert (found.rubric.total, found.rubric.step) == (most, Decimal("999.99"))
    assert (found.modes[0].rules[0].weight, found.criterion("E1").levels[-1].points) == (most, most)
    assert client.get(at("drafts-detail")).status_code == 200


@pytest.mark.parametrize(
    ("field", "column"),
    [
        (EditLevel.base_fields["points"], Level._meta.get_field("points")),
        (EditCounting.base_fields["total"], RubricVersion._meta.get_field("total")),
        (EditCounting.base_fields["step"], RubricVersion._meta.get_field("step")),
        (points("Worth"), CountingRule._meta.get_field("weight")),
    ],
)
def test_no_form_takes_a_number_that_its_column_cannot_hold(field, column):
    assert field.max_value <= Decimal(10) ** (column.max_digits - column.decimal_places) - Decimal("0.01")
    assert field.decimal_places == column.decimal_places


def seen(client) -> str:
    """Give what the draft's page says it shows, as its button sends it."""
    return re.search(r'name="seen" value="(\w{64})"', client.get(at("drafts-detail")).content.decode())[1]


def test_publishing_leads_to_the_version_and_the_draft_is_closed(client, mine, teacher):
    rename_strand(mine, "Ages", by=teacher)

    answer = client.post(at("versions-publish"), {"seen": seen(client)}, follow=True)

    page = answer.content.decode()
    assert "Version 2 is published." in page
    assert "published" in page
    assert "for History 12 alone" in page
    assert client.get(at("drafts-detail")).status_code == 409


def test_a_draft_that_is_not_ready_is_not_published_and_says_why(client, mine):
    client.post(at("drafts-add"), {"strand": "C", "name": "Voice"})

    answer = client.post(at("versions-publish"), {"seen": seen(client)}, follow=True)

    page = answer.content.decode()
    assert answer.redirect_chain == [(at("drafts-detail"), 302)]
    assert "This cannot be published yet. Level 0 of C6 has no wording for students" in page


def test_what_somebody_else_wrote_meanwhile_is_not_published_unseen(client, mine, teacher):
    rename_strand(mine, "Ages", by=teacher)
    before = seen(client)
    rename_strand(mine, "Epochs", by=teacher)

    answer = client.post(at("versions-publish"), {"seen": before}, follow=True)
    bare = client.post(at("versions-publish"), follow=True)

    for page in (answer.content.decode(), bare.content.decode()):
        assert "Nothing is published: somebody changed this draft after you had opened it." in page
        assert "Epochs" in page
    assert RubricVersion.objects.get(number=2).is_draft
    client.post(at("versions-publish"), {"seen": seen(client)})
    assert RubricVersion.objects.get(number=2).is_published


def test_a_criterion_and_a_strand_too_many_are_refused_with_what_was_typed(client, mine, teacher):
    rubric = said(mine).rubric
    last = rubric.strands[-1]
    more = tuple(replace(last.criteria[0], key=f"X{n}", marking_position=100 + n, levels=()) for n in range(200 - 19))
    ends = tuple(StrandText(f"Y{n}", "Empty", ()) for n in range(26 - 3))
    strands = (*rubric.strands[:-1], replace(last, criteria=(*last.criteria, *more)), *ends)
    with transaction.atomic():
        write_measure(mine, replace(said(mine), rubric=replace(rubric, strands=strands)))

    page = client.post(at("drafts-add"), {"strand": "A", "name": "Typed name"}).content.decode()
    assert "Nothing is saved. There are 201 criteria. A rubric may have 200." in page
    assert 'value="Typed name"' in page
    page = client.post(at("drafts-add_strand"), {"name": "Typed strand"}).content.decode()
    assert "Nothing is saved. There are 27 strands. A rubric may have 26." in page
    assert 'value="Typed strand"' in page
    assert client.post(at("drafts-remove", "X1")).status_code == 302


def test_a_draft_is_thrown_away_after_a_question(client, mine):
    asked = client.get(at("drafts-discard")).content.decode()
    answer = client.post(at("drafts-discard"), typed(client, at("drafts-discard")))

    assert "Throw this draft away?" in asked
    assert answer["Location"] == reverse("rubrics:versions-detail", args=["collective-defence", 1])
    assert not RubricVersion.objects.filter(number=2).exists()


def test_a_draft_that_somebody_changed_meanwhile_is_not_thrown_away_unseen(client, mine, teacher):
    read = typed(client, at("drafts-discard"))
    rename_strand(mine, "Written meanwhile", by=teacher)

    for sent in (read, {}):
        page = client.post(at("drafts-discard"), sent, follow=True).content.decode()
        assert "Nothing is thrown away: somebody changed this draft after you had opened it." in page
        assert "Written meanwhile" in page
    assert RubricVersion.objects.filter(number=2).exists()


def lose(draft, happened, by):
    """Let a draft be none any more."""
    if happened == "thrown away":
        discard_rubric_version(draft, by=by)
        return
    rename_strand(draft, "Published meanwhile", by=by)
    publish_as_seen(draft, by=by)
    if happened == "archived":
        archive_rubric_version(draft, by=by)


@pytest.mark.parametrize("happened", ["thrown away", "published", "archived"])
@pytest.mark.parametrize("page", ["criterion", "strand"])
def test_who_types_in_a_draft_that_is_none_any_more_begins_the_next_with_their_words(
    client, mine, course, teacher, page, happened
):
    address = at(f"drafts-{page}", "E1" if page == "criterion" else "A")
    words = typed(client, address) | {"name": "My name", "guidance": "My guidance."}
    lose(mine, happened, teacher)

    given = client.post(address, words).content.decode()

    assert "Nothing is saved: " in given
    assert ("Somebody threw it away" if happened == "thrown away" else "somebody published this version") in given
    assert 'value="My name"' in given
    assert "My guidance.</textarea>" in given
    assert not RubricVersion.objects.filter(state="draft").exists()
    given = client.post(action(given), sent(given) | {"again": "1"}).content.decode()
    begun = RubricVersion.objects.get(state="draft")
    assert f"Version {begun.number} is begun. Your words are in the form and not saved yet" in given
    assert "What the draft says without your words." in given
    assert begun.course == course
    saved = client.post(action(given), sent(given))
    assert saved["Location"].startswith(reverse("rubrics:drafts-detail", args=["collective-defence", begun.number]))
    strand = said(begun).rubric.strands[0]
    told = strand.criteria[0] if page == "criterion" else strand
    assert (told.name, told.guidance) == ("My name", "My guidance.")


@pytest.mark.parametrize("page", ["counting", "criterion"])
def test_words_for_a_draft_without_another_version_are_given_back(client, course, teacher, page):
    draft = create_rubric(title="Bare", strand="One", prompt=None, course=course, by=teacher)
    draft = add_criterion(draft, strand="A", name="First", by=teacher)
    key = said(draft).rubric.strands[0].criteria[0].key
    address = reverse(f"rubrics:drafts-{page}", args=["bare", 1, *([key] if page == "criterion" else [])])
    words = typed(client, address) | {"guidance": "My guidance."}
    discard_rubric_version(draft, by=teacher)

    answer = client.post(address, words)

    assert answer.status_code == 409
    page = answer.content.decode()
    assert "This draft is not there any more: somebody threw it away" in page
    assert "My guidance.</textarea>" in page


def test_words_for_a_criterion_that_was_taken_out_are_given_back(client, mine, teacher):
    words = typed(client, at("drafts-criterion", "E1")) | {"guidance": "My guidance."}
    remove_criterion(mine, key="E1", by=teacher)

    answer = client.post(at("drafts-criterion", "E1"), words)

    assert answer.status_code == 409
    assert "This is no longer in the draft" in answer.content.decode()
    assert "My guidance.</textarea>" in answer.content.decode()


def test_words_for_a_draft_that_is_not_theirs_tell_nobody_whether_it_is_there(
    client, mine, teacher, other_teacher, marker, as_user
):
    words = typed(client, at("drafts-criterion", "E1"))

    def asked(fields):
        sent_by = [as_user(who) for who in (other_teacher, marker)]
        return [one.post(at("drafts-criterion", "E1"), fields).status_code for one in sent_by]

    assert asked(words) == [404, 404]
    elsewhere = asked(words | {"course": ""})
    discard_rubric_version(mine, by=teacher)
    assert asked(words) == [404, 404]
    assert asked(words | {"course": ""}) == elsewhere == [404, 404]


def test_the_next_version_is_begun_from_the_version_page(client, first, course):
    page = client.get(reverse("rubrics:versions-detail", args=["collective-defence", 1])).content.decode()
    answer = client.post(reverse("rubrics:versions-draft", args=["collective-defence", 1]), {"course": course.slug})

    assert "Begin the next version for History 12" in page
    assert answer["Location"] == at("drafts-detail")


def test_the_version_page_says_where_it_is_used(client, first, course, teacher, other_course, other_teacher):
    set_from_pack(course, teacher, title="My essay")
    set_from_pack(other_course, other_teacher, title="Their essay")

    page = client.get(reverse("rubrics:versions-detail", args=["collective-defence", 1])).content.decode()

    assert "My essay" in page
    assert "Their essay" not in page
    assert "1 assignment of other courses" in page


def test_a_published_version_leads_to_its_effect_on_what_could_go_on_with_it(
    client, first, mine, course, teacher, other_course, other_teacher
):
    here = set_from_pack(course, teacher, title="My essay")
    set_from_pack(other_course, other_teacher, title="Their essay")
    effect = f'href="{reverse("results:rubric_changes-effect", args=[here.public_id, 2])}"'
    address = reverse("rubrics:versions-detail", args=["collective-defence", 2])
    assert effect not in client.get(address).content.decode()

    publish_as_seen(rename_strand(mine, "Ages", by=teacher), by=teacher)
    page = client.get(address).content.decode()

    assert "is marked by version 1" in page
    assert page.count(effect) == 1
    assert "Their essay" not in page


@pytest.mark.parametrize(
    ("who", "draft", "published"), [("marker", 404, 200), ("other_teacher", 404, 404), ("admin", 200, 200)]
)
def test_a_courses_version_is_seen_by_those_who_mark_there(
    who, draft, published, mine, first, teacher, as_user, request
):
    client = as_user(request.getfixturevalue(who))
    page = reverse("rubrics:versions-detail", args=["collective-defence", 2])

    assert client.get(page).status_code == draft
    publish_as_seen(rename_strand(mine, "Ages", by=teacher), by=teacher)
    assert client.get(page).status_code == published


def test_what_changes_is_shown_old_beside_new(client, mine, teacher):
    body = typed(client, at("drafts-criterion", "E1"))
    body["levels-0-points"] = "11"
    body["levels-0-student"] = f"{body['levels-0-student']} And say so early."
    client.post(at("drafts-criterion", "E1"), body)

    page = client.get(at("comparisons-detail")).content.decode()

    assert "From version 1 to version 2. Points or counting of E1, wording of E1." in page
    assert '<del><span class="visually-hidden">before: </span>10</del>' in page
    assert " And say so early." in page
    assert "words the same" not in page


def test_a_version_is_compared_with_any_other_that_is_seen(client, mine, first, admin, teacher):
    library = draft_rubric_version(first, course=None, by=admin)
    publish_as_seen(rename_strand(library, "Services", key="B", by=admin), by=admin)

    page = client.get(at("comparisons-detail"), {"with": "3"}).content.decode()

    assert "From version 3 to version 2." in page
    assert client.get(at("comparisons-detail"), {"with": "9"}).status_code == 404
    assert "The two say the same" in client.get(at("comparisons-detail")).content.decode()


def test_the_only_version_has_nothing_to_be_compared_with(client, first):
    page = client.get(reverse("rubrics:comparisons-detail", args=["collective-defence", 1])).content.decode()

    assert "There is nothing to compare it with" in page


# ---------------------------------------------------------------- modes, grade words, strands
def test_a_further_mode_is_added_by_its_name_and_one_is_taken_out(client, mine):
    body = typed(client, at("drafts-counting")) | {"name-+": "Short talk", "words_min-+": "100", "words_max-+": "200"}
    body |= {
        "rule-+-A": "best",
        "n-+-A": "2",
        "weight-+-A": "40",
        "weight-+-B": "24",
        "rule-+-B": "all",
        "rule-+-C": "all",
    }
    body["out-coverage"] = "on"

    client.post(at("drafts-counting"), body)

    modes = said(mine).modes
    assert [mode.key for mode in modes] == ["timed", "extended", "short-talk"]
    assert (modes[2].name, modes[2].words_min, modes[2].words_max, modes[2].minutes) == ("Short talk", 100, 200, None)
    assert [(rule.strand, rule.rule, rule.n, rule.weight) for rule in modes[2].rules] == [
        ("A", "best", 2, 40),
        ("B", "all", None, 24),
        ("C", "all", None, None),
    ]


def test_a_mode_keeps_its_key_with_another_name_and_range(client, mine):
    body = typed(client, at("drafts-counting")) | {
        "name-timed": "In class",
        "words_max-timed": "",
        "minutes-timed": "45",
    }

    client.post(at("drafts-counting"), body)

    mode = said(mine).modes[0]
    assert (mode.key, mode.name, mode.words_min, mode.words_max, mode.minutes) == ("timed", "In class", 800, None, 45)


def test_grade_words_are_typed_a_line_each(client, mine):
    body = typed(client, at("drafts-counting")) | {"grade_words": "50 passed\r\n0: not passed\r\n87,5 – very good\r\n"}

    client.post(at("drafts-counting"), body)

    assert [(one.at_least, one.word) for one in said(mine).rubric.grade_words] == [
        (Decimal("87.5"), "very good"),
        (50, "passed"),
        (0, "not passed"),
    ]


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        ({"name-timed": ""}, "This field is required."),
        ({"words_min-timed": "900", "words_max-timed": "100"}, "900 to 100 words is no range. Put the smaller first."),
        ({"out-timed": "on", "out-extended": "on", "out-coverage": "on"}, "One way to set it has to stay."),
        ({"name-+": "Talk", "key-+": "timed"}, "Another way has this key."),
        ({"name-+": "Talk", "key-+": "a b"}, "cannot be a key."),
        ({"name-+": "Talk", "rule-+-A": "best"}, "Say how many."),
        ({"grade_words": "excellent 85"}, "has no points in front."),
        ({"grade_words": "85"}, "needs a word of up to 50 characters"),
        ({"grade_words": "85 a\n85 b"}, "Two words begin at 85. Keep one."),
        ({"grade_words": "1e999 a"}, "the points go from 0"),
        ({"grade_words": "-1 a"}, "the points go from 0"),
    ],
)
def test_modes_and_words_that_cannot_be_are_given_back(client, mine, bad, sentence):
    body = typed(client, at("drafts-counting")) | {"task-timed": "Words that stay."} | bad

    page = client.post(at("drafts-counting"), body).content.decode()

    assert sentence in page
    assert "Words that stay." in page
    assert said(mine) == said(mine.based_on)


def test_the_arithmetic_is_told_by_what_is_typed_before_it_is_saved(client, mine):
    body = typed(client, at("drafts-counting")) | {"n-timed-B": "2", "try": "1"}

    page = client.post(at("drafts-counting"), body, headers={"HX-Request": "true"}).content.decode()

    assert 'id="arithmetic"' in page
    assert "Full marks come to 92, not 100." in page
    assert "40 + 16 + 36 = 92 of 100." in page
    assert said(mine) == said(mine.based_on)
    unread = client.post(at("drafts-counting"), body | {"n-timed-B": "x"}).content.decode()
    assert "Something above needs another look first." in unread


def test_strands_are_added_ordered_and_taken_out_by_buttons(client, mine):
    added = client.post(at("drafts-add_strand"), {"name": "Sources"})
    assert added["Location"] == f"{at('drafts-detail')}#strand-D"
    client.post(at("drafts-move_strand", "D"), {"way": "up"})
    assert [strand.key for strand in said(mine).rubric.strands] == ["A", "B", "D", "C"]

    page = client.post(at("drafts-remove_strand", "D"), follow=True).content.decode()

    assert "Strand D is taken out with its criteria." in page
    assert said(mine) == said(mine.based_on)
    assert "at most 100 characters" in client.post(at("drafts-add_strand"), {"name": "x" * 101}).content.decode()


def test_a_first_version_is_told_as_such(client, course, teacher):
    draft = create_rubric(title="Short", strand="Craft", course=course, by=teacher)

    page = client.get(reverse("rubrics:drafts-detail", args=[draft.rubric.slug, 1])).content.decode()

    assert "Changed so far" not in page
    assert "Full marks" in page
    assert "Strand A has no criteria. Add one." in page
