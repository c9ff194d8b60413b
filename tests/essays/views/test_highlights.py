from uuid import uuid4

import pytest
from django.urls import reverse

from essays.actions.drafts import open_draft
from essays.actions.highlights import keep_highlight, note_highlight
from essays.models import Highlight
from tests.rows import prompt_with_sources, set_for

PART = {"HX-Request": "true"}


@pytest.fixture
def draft(course, teacher, student, tuesday):
    return open_draft(set_for(course, teacher, prompt_version=prompt_with_sources()), by=student)


@pytest.fixture
def address(draft):
    return reverse("essays:highlights-keep", args=[draft.public_id])


@pytest.fixture
def desk(draft):
    return reverse("essays:drafts-write", args=[draft.public_id])


@pytest.fixture
def client(as_user, student):
    return as_user(student)


@pytest.fixture
def highlight(draft, student):
    return keep_highlight(draft, letter="A", paragraph=2, passage=(0, 3), quote="Sec", by=student)


def of(name, draft, highlight):
    return reverse(f"essays:highlights-{name}", args=[draft.public_id, highlight.public_id])


def test_a_passage_is_marked_and_the_paragraph_given_back(client, address, draft):
    passage = {"letter": "A", "paragraph": 2, "start": 0, "end": 3, "quote": "Sec"}

    page = client.post(address, passage, headers=PART).content.decode()

    kept = Highlight.objects.get()
    assert f'<mark class="hl" id="highlight-{kept.public_id}">Sec</mark>ond.</p>' in page
    assert 'id="para-a-2"' in page
    assert 'id="highlights"' in page
    assert "<html" not in page


def test_without_a_script_one_goes_back_to_the_paragraph(client, address, desk):
    response = client.post(address, {"letter": "A", "paragraph": 2})

    assert response["Location"] == f"{desk}#source-a-p2"


@pytest.mark.parametrize(
    "posted",
    [{}, {"letter": "aa", "paragraph": 1}, {"letter": "A", "paragraph": "x"}, {"letter": "A", "paragraph": 99999}],
)
def test_what_names_no_passage_is_a_bad_request(client, address, posted):
    assert client.post(address, posted).status_code == 400
    assert not Highlight.objects.exists()


def test_words_that_do_not_stand_there_are_said(client, address):
    passage = {"letter": "A", "paragraph": 2, "start": 0, "end": 3, "quote": "Abc"}

    response = client.post(address, passage, headers=PART)

    assert response["HX-Retarget"] == "#notices"
    assert "These words do not stand there" in response.content.decode()


def test_a_note_is_kept_and_listed(client, draft, highlight):
    page = client.post(of("note", draft, highlight), {"note": "use in ¶3 <b>"}, headers=PART).content.decode()

    assert Highlight.objects.get().note == "use in ¶3 <b>"
    assert "use in ¶3 &lt;b&gt;" in page
    assert "Note kept Tue 24 Nov, 10:00 (Brussels)." in page


def test_a_removed_highlight_is_gone_from_the_paragraph(client, draft, highlight):
    page = client.post(of("remove", draft, highlight), headers=PART).content.decode()

    assert "<mark" not in page
    assert not Highlight.objects.exists()


def test_the_desk_shows_what_was_marked_and_noted_and_nothing_of_a_classmate(client, desk, draft, highlight, student):
    note_highlight(highlight, note="hollow guarantees", by=student)

    page = client.get(desk).content.decode()

    assert f'<mark class="hl" id="highlight-{highlight.public_id}">Sec</mark>ond.</p>' in page
    assert page.count("hollow guarantees") == 3


def test_highlights_cost_the_desk_one_statement_however_many(client, desk, draft, student, without_transactions):
    client.get(desk)
    with without_transactions() as none:
        client.get(desk)
    for paragraph, passage, quote in [(1, (0, 3), "Fir"), (1, (2, 5), "rst"), (2, None, "")]:
        keep_highlight(draft, letter="A", paragraph=paragraph, passage=passage, quote=quote, by=student)

    with without_transactions() as three:
        client.get(desk)

    assert len(three) == len(none)


# ---------------------------------------------------------------- in the essay's own form, without a script
def test_a_paragraph_is_marked_by_the_form_and_no_word_is_lost(client, desk, draft):
    form = {"text": "Typed before.", "base": 0, "key": uuid4(), "highlight": "A-2"}

    response = client.post(desk, form)

    draft.refresh_from_db()
    assert response["Location"] == f"{desk}#source-a-p2"
    assert Highlight.objects.get().quote == "Second."
    assert draft.revisions.get(n=draft.head).text == "Typed before."


def test_notes_are_kept_with_the_text(client, desk, draft, highlight):
    form = {"text": "Typed.", "base": 0, "key": uuid4(), f"highlight-note-{highlight.public_id}": "for ¶2"}

    client.post(desk, form)

    assert Highlight.objects.get().note == "for ¶2"


@pytest.mark.parametrize(
    ("before", "typed", "kept"),
    [
        ("", "", "newer"),
        ("newer", "typed", "typed"),
        ("newer", "", ""),
        ("", "typed\r\non", "newer\n\ntyped\non"),
        ("", "newer", "newer"),
    ],
    ids=["untouched on an old page", "typed", "taken away", "typed on an old page", "the same"],
)
def test_an_old_page_brings_no_old_note_back(client, desk, draft, highlight, student, before, typed, kept):
    note_highlight(highlight, note="newer", by=student)
    notes = {f"highlight-note-{highlight.public_id}": typed, f"highlight-before-{highlight.public_id}": before}

    client.post(desk, {"text": "Typed.", "base": 0, "key": uuid4(), **notes})

    assert Highlight.objects.get().note == kept


def test_a_highlight_is_removed_by_the_form(client, desk, draft, highlight):
    form = {"text": "Typed.", "base": 0, "key": uuid4(), "unhighlight": highlight.public_id}

    response = client.post(desk, form)

    assert response["Location"] == f"{desk}#source-a-p2"
    assert not Highlight.objects.exists()


@pytest.mark.parametrize(
    "asked",
    [
        {"highlight": "Z-1"},
        {"highlight": "A-99"},
        {"highlight": "what"},
        {"unhighlight": "no-uuid"},
        {"unhighlight": "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111"},
        {"highlight-note-6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c111": "x"},
        {"highlight-note-": "x"},
    ],
)
def test_a_highlight_that_cannot_be_kept_does_not_keep_the_words_from_being_saved(client, desk, draft, asked):
    response = client.post(desk, {"text": "Words.", "base": 0, "key": uuid4()} | asked)

    draft.refresh_from_db()
    assert response.status_code == 302
    assert draft.revisions.get(n=draft.head).text == "Words."
    assert not Highlight.objects.exists()


def test_a_note_of_somebody_else_is_out_of_the_forms_reach(as_user, classmate, draft, highlight):
    own = open_draft(draft.assignment, by=classmate)
    form = {"text": "Mine.", "base": 0, "key": uuid4(), f"highlight-note-{highlight.public_id}": "x"}

    as_user(classmate).post(
        reverse("essays:drafts-write", args=[own.public_id]), form | {"unhighlight": highlight.public_id}
    )

    assert Highlight.objects.get().note == ""


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_nobody_reaches_somebody_elses_highlights(as_user, who, request, draft, highlight, address):
    client = as_user(request.getfixturevalue(who))

    answers = [
        client.post(one).status_code for one in (address, of("note", draft, highlight), of("remove", draft, highlight))
    ]

    assert answers == [404, 404, 404]
    assert Highlight.objects.count() == 1
