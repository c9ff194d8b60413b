"""The page of the writing record, its notes, and the reports that a page sends."""

import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.actions.drafts import open_draft
from essays.actions.records import report_writing
from essays.models import RecordNote, Revision, WritingEvent, WritingEventKind
from essays.pure.records import Reported
from tests.essays.writing import TUESDAY, save
from tests.rows import set_for

TEXT = "A convoy is a group of ships that sail together under escort, so that raiders find none of them alone."


@pytest.fixture
def assignment(course, teacher):
    return set_for(course, teacher, writing_record=True)


@pytest.fixture
def client(as_user, student):
    return as_user(student)


@pytest.fixture
def page_address(draft):
    return reverse("essays:records-detail", args=[draft.public_id])


def send(client, draft, headers=None, **changed):
    body = {"key": str(uuid4()), "kind": "paste", "text": TEXT, "ago_ms": 0} | changed
    address = reverse("essays:records-report", args=[draft.public_id])
    return client.post(address, json.dumps(body), content_type="application/json", headers=headers or {})


# ---------------------------------------------------------------- reports
def test_a_report_is_answered_with_what_the_record_says(client, draft):
    response = send(client, draft)

    assert response.json() == {"kept": True, "origin": "elsewhere", "characters": len(TEXT), "words": 20}


def test_somebody_else_in_the_same_browser_reports_nothing(client, draft, classmate):
    response = send(client, draft, headers={"X-Assay-User": str(classmate.public_id)})

    assert (response.status_code, response.json()["error"]) == (401, "other_user")
    assert not WritingEvent.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"key": "7"},
        {"key": None},
        {"kind": "typed"},
        {"text": 7},
        {"ago_ms": -1},
        {"ago_ms": "soon"},
        {"ago_ms": 1e300},
    ],
)
def test_a_misread_report_is_400_and_says_what_is_wrong(client, draft, changed):
    response = send(client, draft, **changed)

    assert response.status_code == 400
    assert next(iter(changed)) in response.json()["message"]


def test_only_its_author_reports(as_user, classmate, draft):
    assert send(as_user(classmate), draft).status_code == 404


# ---------------------------------------------------------------- the page
def test_the_page_describes_and_says_what_it_is_not(client, draft, student, page_address):
    save(draft, student, TEXT)
    send(client, draft)

    page = client.get(page_address).content.decode()

    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "from 0 to 20 words" in text
    assert f"pasted, 20 words ({len(TEXT)} characters), from elsewhere." in text
    assert "It is no score" in text
    assert "<svg viewBox" in page
    assert not re.search(r"\bAI\b|suspicious|cheat|plagiari", text)
    assert "convoy" not in page


def test_before_a_word_it_says_that_it_fills(client, page_address):
    assert "The record fills as the essay is written." in client.get(page_address).content.decode()


def test_without_a_record_the_page_says_that_none_is_kept(client, course, teacher, student, tuesday):
    draft = open_draft(set_for(course, teacher), by=student)

    page = client.get(reverse("essays:records-detail", args=[draft.public_id])).content.decode()

    assert "No record is kept" in page


def test_a_note_is_written_from_the_page(client, draft, student, page_address):
    save(draft, student, TEXT)
    about = re.search(r'name="about" value="([^"]+)"', client.get(page_address).content.decode())[1]

    response = client.post(reverse("essays:records-note", args=[draft.public_id]), {"about": about, "text": "At home."})

    assert response["Location"] == f"{page_address}#{about}"
    assert "At home." in client.get(page_address).content.decode()


def test_a_note_on_a_line_that_is_gone_says_so(client, draft, page_address):
    address = reverse("essays:records-note", args=[draft.public_id])

    response = client.post(address, {"about": "event-gone", "text": "At home."}, follow=True)

    assert "no longer in your writing record" in response.content.decode()
    assert not RecordNote.objects.exists()


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_only_its_author_has_this_page(as_user, who, request, page_address):
    assert as_user(request.getfixturevalue(who)).get(page_address).status_code == 404


@pytest.mark.parametrize("many", [2, 200])
def test_the_page_takes_the_same_statements_however_long_the_record(
    client, draft, student, many, page_address, without_transactions
):
    Revision.objects.bulk_create(
        Revision(
            draft=draft,
            n=n,
            parent_n=n - 1,
            key=uuid4(),
            sha256="0" * 64,
            body=b"",
            words=n,
            saved_at=TUESDAY + timedelta(minutes=7 * n),
        )
        for n in range(1, many + 1)
    )
    for _ in range(many // 10):
        report = Reported(uuid4(), WritingEventKind.PASTE, TEXT, timedelta(0), copied_here=True)
        with clock.at(TUESDAY + timedelta(minutes=1)):
            report_writing(draft.public_id, report, by=student)
    client.get(page_address)

    with without_transactions() as statements:
        client.get(page_address)

    assert len(statements) == 8


# ---------------------------------------------------------------- ways to it
def test_the_desk_listens_and_leads_to_the_record_only_where_one_is_kept(client, draft, course, teacher, student):
    plain = open_draft(
        set_for(
            course,
            teacher,
            rubric_version=draft.assignment.rubric_version,
            prompt_version=draft.assignment.prompt_version,
        ),
        by=student,
    )

    pages = [
        client.get(reverse("essays:drafts-write", args=[one.public_id])).content.decode() for one in (draft, plain)
    ]

    assert [("data-record=" in page, "record.js" in page, "A writing record is kept" in page) for page in pages] == [
        (True, True, True),
        (False, False, False),
    ]
