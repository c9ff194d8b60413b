"""The page of late words over HTTP: what it shows, and both decisions from it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.kernel import clock
from courses.kernel.text import sha256_of
from essays.actions.drafts import save_draft
from essays.models import LateDecision, Submission
from marking.actions.papers import claim_paper
from tests.rows import MONDAY

FRIDAY = MONDAY + timedelta(days=4)
LATE = "\n\nThree more words."


@pytest.fixture
def late(papers, student):
    draft = papers[0].submission.draft
    text = draft.revisions.get(n=draft.head).text + LATE
    with clock.at(MONDAY + timedelta(days=3, minutes=3)):
        save_draft(
            draft.public_id,
            base=1,
            text=text,
            sha256=sha256_of(text),
            key=uuid4(),
            by=student,
            claimed_at=MONDAY + timedelta(days=3) - timedelta(minutes=2),
        )
    return draft.revisions.get(kind="quarantine")


@pytest.fixture
def address(assignment, student, late):
    def of(view="detail", n=late.n):
        return reverse(f"results:late_words-{view}", args=[assignment.public_id, student.public_id, 1, n])

    return of


@pytest.fixture
def client(teacher, as_user):
    with clock.at(FRIDAY):
        yield as_user(teacher)


@pytest.fixture
def not_blind(assignment):
    assignment.blind = False
    assignment.save()


def test_it_says_how_they_came_and_what_their_computer_claims(client, address):
    said = client.get(address()).content.decode()

    assert "Words of Ines Duarte arrived 3 minutes after the end" in said
    assert "Thu 26 Nov 2026, 10:03:00 (Brussels), by the server’s clock" in said
    assert "Thu 26 Nov 2026, 09:58:00 (Brussels), says the writer’s computer" in said
    assert "A claim: its clock may be wrong." in said


def test_blind_it_tells_the_difference_roughly_and_shows_the_words_for_a_reason(client, address):
    before = client.get(address()).content.decode()
    refused = client.post(address("open"), {"reason": " "}).content.decode()
    opened = client.post(address("open"), {"reason": "I need to see them."}).content.decode()

    for hidden in (before, refused):
        assert "differs from what was handed in in at most 10 words" in hidden
        assert "Three more words" not in hidden
    assert "Say why" in refused or "required" in refused
    assert "3 words <ins>added</ins>" in opened
    assert "<ins>" in opened


def test_where_marking_is_not_blind_words_and_difference_are_there_at_once(client, address, late, not_blind):
    said = client.get(address()).content.decode()

    assert f"{late.words:,} words of Ines Duarte" in said
    assert f"{late.words:,}; what was handed in has {late.words - 3:,}" in said
    assert "Show the words" not in said


def test_the_students_page_and_list_lead_to_it(client, address, assignment, student, late, not_blind):
    listed = client.get(reverse("essays:assignments-progress", args=[assignment.public_id])).content.decode()
    page_of_student = reverse("essays:arrangements-detail", args=[assignment.public_id, student.public_id])
    said = client.get(page_of_student).content.decode()

    assert page_of_student in listed
    assert "Kept apart: decide" in listed
    assert f"{late.words:,} words arrived 3 minutes after the end" in said
    assert address() in said


def test_a_rehearsal_reminds_of_them_by_their_number_only(client, address, assignment, marked, student, late):
    rehearse = reverse("results:release-rehearse", args=[assignment.public_id])
    client.post(reverse("results:release-prepare", args=[assignment.public_id]))

    before = client.get(rehearse).content.decode()
    client.post(address("decide"), {"decision": "leave", "reason": "It was over."})

    assert "words are kept apart" in before
    assert student.last_name not in before
    assert "kept apart" not in client.get(rehearse).content.decode()


def test_taking_them_leads_back_and_says_what_they_are_now(client, address, late):
    answer = client.post(address("decide"), {"decision": "take", "reason": "The network was down."}, follow=True)

    said = answer.content.decode()
    assert "These words are the essay now." in said
    assert "Taken as the essay." in said
    assert Submission.objects.current().get(draft=late.draft).revision_n == late.n
    assert "took these words as the essay" in client.get(address()).content.decode()


def test_leaving_them_leads_back_too(client, address):
    answer = client.post(address("decide"), {"decision": "leave", "reason": "It was over."}, follow=True)

    assert "The essay stays as it was." in answer.content.decode()
    assert not LateDecision.objects.get().taken


def test_a_moment_is_read_in_the_time_of_the_course(client, address, late):
    client.post(address("decide"), {"decision": "take", "reason": "Paper clock.", "at": "2026-11-25T09:30"})

    taken = Submission.objects.current().get(draft=late.draft)
    assert taken.submitted_at.isoformat() == "2026-11-25T08:30:00+00:00"
    assert not taken.is_late


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({}, "Press one of the two"),
        ({"decision": "burn", "reason": "Why."}, "Select a valid choice"),
        ({"decision": "take"}, "This field is required"),
        ({"decision": "take", "reason": " \n"}, "This field is required"),
        ({"decision": "take", "reason": "Why.", "at": "noon"}, "Write a date and a time"),
        ({"decision": "take", "reason": "Why.", "at": "2031-01-01T09:00"}, "in the future"),
        ({"decision": "take", "reason": "a\x00b"}, "Null characters"),
    ],
)
def test_what_is_missing_or_misread_is_said_and_nothing_is_decided(client, address, posted, said):
    answer = client.post(address("decide"), posted)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert not LateDecision.objects.exists()


def test_a_refusal_stands_on_the_page(client, address, papers, marker):
    claim_paper(papers[0], by=marker)

    said = client.post(address("decide"), {"decision": "take", "reason": "Why."}).content.decode()

    assert "is being marked, so these words cannot take its place" in said


def test_a_version_that_is_not_kept_apart_is_no_late_word(client, address):
    assert client.get(address(n=1)).status_code == 404
    assert client.get(address(n=99)).status_code == 404


def test_what_is_decided_is_decided(client, address):
    client.post(address("decide"), {"decision": "leave", "reason": "It was over."})

    said = client.post(address("decide"), {"decision": "take", "reason": "On second thought."}).content.decode()

    assert "left the essay as it was" in said
    assert not LateDecision.objects.get().taken
