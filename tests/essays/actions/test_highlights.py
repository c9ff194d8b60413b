import pytest
from django.core.exceptions import PermissionDenied

from courses.models import Entry, Prompt, PromptVersion, Source
from essays.actions.drafts import open_draft
from essays.actions.highlights import (
    MOST,
    HighlightNoteTooLong,
    ParagraphNotThere,
    PassageDiffers,
    TooManyHighlights,
    keep_highlight,
    note_highlight,
    remove_highlight,
)
from essays.models import Highlight
from essays.permissions import visible_highlights
from tests.essays.writing import TUESDAY
from tests.rows import set_for


@pytest.fixture
def draft(course, teacher, student, tuesday):
    prompt = Prompt.objects.create(slug="emoji", title="Emoji", subject="History")
    version = PromptVersion.objects.create(prompt=prompt, number=1, sentence="Evaluate.", created_at=TUESDAY)
    Source.objects.create(prompt_version=version, letter="A", title="Posture", text="First.\n\nSecond.")
    Source.objects.create(prompt_version=version, letter="B", title="Emoji", text="Radar 📡 came 😀 in 1940.")
    version.state, version.published_at = "published", TUESDAY
    version.save(update_fields=["state", "published_at"])
    return open_draft(set_for(course, teacher, prompt_version=version), by=student)


@pytest.fixture
def highlight(draft, student):
    return keep_highlight(draft, letter="A", paragraph=2, by=student)


def test_without_a_passage_the_whole_paragraph_is_marked(highlight):
    assert (highlight.letter, highlight.paragraph, highlight.start, highlight.end) == ("A", 2, 0, 7)
    assert highlight.quote == "Second."
    assert highlight.made_at == TUESDAY


def test_a_passage_is_counted_in_code_points(draft, student):
    kept = keep_highlight(draft, letter="B", paragraph=1, passage=(8, 14), quote="came 😀", by=student)

    assert (kept.start, kept.end, kept.quote) == (8, 14, "came 😀")


def test_the_same_passage_again_is_the_same_highlight_and_keeps_its_note(draft, student, highlight):
    note_highlight(highlight, note="use this", by=student)

    again = keep_highlight(draft, letter="A", paragraph=2, by=student)

    assert again == highlight
    assert Highlight.objects.get().note == "use this"


@pytest.mark.parametrize(
    ("passage", "quote"), [((0, 3), "Sec "), ((0, 3), ""), ((3, 9), "ond."), ((2, 2), ""), ((0, 99), "Second.")]
)
def test_words_that_do_not_stand_there_are_refused(draft, student, passage, quote):
    with pytest.raises(PassageDiffers):
        keep_highlight(draft, letter="A", paragraph=2, passage=passage, quote=quote, by=student)

    assert not Highlight.objects.exists()


@pytest.mark.parametrize(("letter", "paragraph"), [("Z", 1), ("A", 3), ("A", 0)])
def test_a_paragraph_that_is_not_there_is_refused(draft, student, letter, paragraph):
    with pytest.raises(ParagraphNotThere):
        keep_highlight(draft, letter=letter, paragraph=paragraph, by=student)


def test_there_is_an_end_to_highlights(draft, student):
    Highlight.objects.bulk_create(
        Highlight(draft=draft, letter="A", paragraph=9, start=n, end=n + 1, quote="x", made_at=TUESDAY)
        for n in range(MOST)
    )

    with pytest.raises(TooManyHighlights):
        keep_highlight(draft, letter="A", paragraph=2, by=student)


def test_a_note_is_kept_changed_and_emptied(highlight, student):
    kept = []

    for note in ("hollow guarantees", "hollow\x00!", ""):
        note_highlight(highlight, note=note, by=student)
        kept.append(Highlight.objects.get().note)

    assert kept == ["hollow guarantees", "hollow!", ""]


def test_a_note_as_long_as_an_essay_is_refused(highlight, student):
    with pytest.raises(HighlightNoteTooLong):
        note_highlight(highlight, note="x" * 1001, by=student)


def test_a_highlight_is_removed_with_its_note(highlight, student):
    remove_highlight(highlight, by=student)

    assert not Highlight.objects.exists()


def test_what_one_marks_is_nobodys_business_and_not_journaled(draft, student):
    before = Entry.objects.count()

    kept = keep_highlight(draft, letter="A", paragraph=1, by=student)
    note_highlight(kept, note="mine", by=student)
    remove_highlight(kept, by=student)

    assert Entry.objects.count() == before


@pytest.mark.parametrize("who", ["classmate", "teacher", "marker", "admin"])
def test_nobody_marks_notes_or_removes_for_somebody_else(draft, highlight, who, request):
    by = request.getfixturevalue(who)

    with pytest.raises(PermissionDenied):
        keep_highlight(draft, letter="A", paragraph=1, by=by)
    with pytest.raises(PermissionDenied):
        note_highlight(highlight, note="x", by=by)
    with pytest.raises(PermissionDenied):
        remove_highlight(highlight, by=by)

    assert list(Highlight.objects.values_list("note", flat=True)) == [""]


@pytest.mark.parametrize("who", ["classmate", "teacher", "marker", "admin", "stranger"])
def test_only_its_author_ever_sees_a_highlight(highlight, student, who, request):
    assert list(visible_highlights(student)) == [highlight]
    assert not visible_highlights(request.getfixturevalue(who)).exists()
