"""From text: a proposal is shown with its gaps, every piece can get another role, and nothing typed is lost."""

import re

import pytest
from django.urls import reverse

from courses.models import EditorNote, Prompt, PromptVersion, Source

TEXT = (
    "An alliance is a promise. Evaluate how far it was kept.\n"
    "The promise was given in spring. It had three parts:\n"
    "Two parts were kept in Ghent, Bruges and Ypres."
)
ROLE = re.compile(r'<select[^>]*name="(role-\d+)">(.*?)</select>', re.DOTALL)
CHOSEN = re.compile(r'<option value="([\w-]+)" selected>')


@pytest.fixture
def at_the_desk(teacher, as_user):
    return as_user(teacher)


def proposed(client, text: str = TEXT) -> tuple[str, dict[str, object]]:
    """Paste a text; give the page and what its form would send."""
    return sent_by(client.post(reverse("courses:proposals-create"), {"text": text}))


def sent_by(response) -> tuple[str, dict[str, object]]:
    page = response.content.decode()
    fields: dict[str, object] = {name: CHOSEN.search(options)[1] for name, options in ROLE.findall(page)}
    fields["cuts"] = re.search(r'name="cuts" value="([\d,]*)"', page)[1]
    fields["note"] = re.findall(r'name="note" value="(\w+)"[^>]*checked', page)
    return page, fields | {"text": TEXT, "command_word": "Evaluate", "course": "history-12"}


def decide(client, fields, **more):
    return client.post(reverse("courses:proposals-decide"), fields | more)


def test_a_text_is_proposed_with_its_pieces_and_its_gaps(at_the_desk):
    page, fields = proposed(at_the_desk)

    roles = [value for name, value in fields.items() if name.startswith("role-")]
    assert roles == ["stimulus", "sentence", "source-A", "source-B"]
    assert "a list of three is announced and missing" in page
    assert "“Two” is followed by three names" in page
    assert len(fields["note"]) == 2


def test_what_is_decided_becomes_a_draft_of_the_teachers_course(at_the_desk, course):
    _, fields = proposed(at_the_desk)

    answer = decide(at_the_desk, fields, title="A promise", subject="History")

    version = PromptVersion.objects.get()
    assert answer.headers["Location"] == reverse("courses:prompts-edit", args=["a-promise", 1])
    assert (version.course, version.state) == (course, "draft")
    assert (version.stimulus, version.sentence) == ("An alliance is a promise.", "Evaluate how far it was kept.")
    assert [source.text for source in version.sources.order_by("letter")] == TEXT.split("\n")[1:]
    assert sorted(EditorNote.objects.values_list("kind", flat=True)) == ["error", "omission"]


def test_a_note_that_is_not_wanted_is_left_out(at_the_desk):
    _, fields = proposed(at_the_desk)

    decide(at_the_desk, fields | {"note": []}, title="A promise", subject="History")

    assert Source.objects.count() == 2
    assert not EditorNote.objects.exists()


def test_a_piece_gets_the_role_that_somebody_gives_it(at_the_desk):
    _, fields = proposed(at_the_desk)
    first, _, last = [name for name in fields if name.startswith("role-")][0:3]

    decide(at_the_desk, fields | {first: "guidance", last: "out"}, title="A promise", subject="History")

    version = PromptVersion.objects.get()
    assert (version.stimulus, version.guidance) == ("", "An alliance is a promise.")
    assert [(one.letter, one.text[:9]) for one in version.sources.all()] == [("A", "Two parts")]


def test_a_piece_is_cut_into_its_sentences_and_what_was_typed_stays(at_the_desk):
    _, fields = proposed(at_the_desk)

    page, again = sent_by(decide(at_the_desk, fields, cut="2", title="Half a title", subject=""))

    roles = [value for name, value in again.items() if name.startswith("role-")]
    assert roles == ["stimulus", "sentence", "source-A", "source-A", "source-B"]
    assert 'value="Half a title"' in page
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"title": ""}, "This field is required."),
        ({"subject": "x" * 101}, "at most 100 characters"),
        ({"course": "civics-11"}, "Select a valid choice"),
        ({"course": ""}, "This field is required."),
        ({"sentence": "out"}, "No piece is the prompt sentence yet."),
    ],
)
def test_what_cannot_be_is_said_and_every_piece_is_still_there(at_the_desk, other_course, changed, sentence):
    _, fields = proposed(at_the_desk)
    fields |= {"title": "A promise", "subject": "History"}
    if "sentence" in changed:
        asking = next(name for name, value in fields.items() if value == "sentence")
        changed = {asking: changed["sentence"]}

    answer = decide(at_the_desk, fields | changed)

    page, again = sent_by(answer)
    assert answer.status_code == 200
    assert sentence in page or "course" in changed  # a hidden field's fault is said above
    assert "No draft yet" in page
    assert [name for name in again if name.startswith("role-")] == [name for name in fields if name.startswith("role-")]
    assert not Prompt.objects.exists()


@pytest.mark.parametrize("cuts", ["", "0,99999", "x", "0,-1", "9" * 50, "0," * 200])
def test_cuts_that_fit_no_text_lead_back_to_the_text(at_the_desk, cuts):
    _, fields = proposed(at_the_desk)

    answer = decide(at_the_desk, fields | {"cuts": cuts}, title="A promise", subject="History")

    assert answer.status_code == 200
    assert "An alliance is a promise." in answer.content.decode()
    assert not Prompt.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Paste a text first."),
        (" \n ", "Paste a text first."),
        ("x" * 60_001, "at most 60000 characters"),
        ("A line.\n" * 401, "more than 400 paragraphs"),
        ("a\x00b", "Null characters"),
    ],
)
def test_a_text_that_cannot_be_taken_is_refused_in_a_sentence(at_the_desk, text, sentence):
    answer = at_the_desk.post(reverse("courses:proposals-create"), {"text": text})

    assert sentence in answer.content.decode()


def test_line_ends_of_a_browser_change_no_piece(at_the_desk):
    _, fields = proposed(at_the_desk)

    decide(at_the_desk, fields | {"text": TEXT.replace("\n", "\r\n")}, title="A promise", subject="History")

    assert [one.text for one in Source.objects.order_by("letter")] == TEXT.split("\n")[1:]


def test_looking_again_swaps_what_students_see_alone(at_the_desk):
    _, fields = proposed(at_the_desk)
    first = next(name for name in fields if name.startswith("role-"))

    answer = at_the_desk.post(
        reverse("courses:proposals-decide"), fields | {"look": "1", first: "out"}, headers={"HX-Request": "true"}
    )

    page = answer.content.decode()
    assert page.lstrip().startswith("{#") is False
    assert 'id="look"' in page
    assert "<h1" not in page
    assert "An alliance is a promise." not in page
    assert not Prompt.objects.exists()


def test_an_admin_proposes_for_the_library(admin, as_user):
    client = as_user(admin)
    _, fields = proposed(client)

    decide(client, fields | {"course": ""}, title="A promise", subject="History")

    assert PromptVersion.objects.get().course is None


def test_a_student_is_offered_nothing(student, as_user):
    assert as_user(student).get(reverse("courses:proposals-create")).status_code == 403
