"""A teacher's look at a writing record: exactly what the student sees, and only once the result is released."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from courses.kernel import clock
from essays.actions.decisions import reopen_essay, submit_on_behalf
from essays.actions.drafts import open_draft
from essays.actions.records import report_writing, write_record_note
from essays.models import Submission, WritingEventKind
from essays.pure.records import Reported
from marking.actions.markings import mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release, withdraw_release
from tests.essays.writing import TUESDAY, save, submit
from tests.worlds import exemplar_marks, set_from_pack

PASTED = "A convoy is a group of ships that sail together under escort, so that raiders find none of them alone."


@pytest.fixture(params=[True, False], ids=["blind", "named"])
def assignment(request, course, teacher):
    return set_from_pack(course, teacher, writing_record=True, blind=request.param)


@pytest.fixture
def submission(assignment, student) -> Submission:
    """An essay with a session, a paste and a note, handed in."""
    with clock.at(TUESDAY):
        draft = open_draft(assignment, by=student)
        save(draft, student, exemplar_marks("weak")[0])
        event = report_writing(
            draft.public_id, Reported(uuid4(), WritingEventKind.PASTE, PASTED, timedelta(0)), by=student
        )
        write_record_note(draft, about=f"event-{event.key}", text="From my notebook.", by=student)
        draft.refresh_from_db()
        submit(draft, student)
    return Submission.objects.get(draft=draft)


@pytest.fixture
def release(assignment, submission, teacher, marker):
    with clock.at(TUESDAY + timedelta(hours=1)):
        make_papers(assignment)
        paper = Paper.objects.get(submission=submission)
        mark_paper(paper, marks=exemplar_marks("weak")[1], overall="Half way.", by=marker)
        prepare_outcomes(assignment, by=teacher)
        return prepare_release(assignment, papers=[paper], by=teacher)


@pytest.fixture
def published(release, teacher):
    with clock.at(TUESDAY + timedelta(hours=2)):
        publish_release(release, by=teacher)
        yield release


@pytest.fixture
def address(assignment, student):
    return reverse("results:records-detail", args=[assignment.public_id, student.public_id])


def record_in(page: str) -> str:
    """Give the words of the record on a page, without the form for notes."""
    part = page[page.index('<div id="record"') : page.index("</main>")]
    part = part[: part.rindex('<p class="actions mt-l">')]
    part = re.sub(r"<details class=\"notewriter\">.*?</details>", "", part, flags=re.DOTALL)
    return re.sub(r"\s+", " ", part)


def test_before_the_release_nobody_finds_it(as_user, release, address, teacher, marker):
    with clock.at(TUESDAY + timedelta(hours=1, minutes=30)):
        answers = [as_user(one).get(address).status_code for one in (teacher, marker)]

    assert answers == [404, 404]


def test_after_the_release_the_teacher_sees_exactly_what_the_student_sees(
    as_user, published, address, teacher, student, submission
):
    own = as_user(student).get(reverse("essays:records-detail", args=[submission.draft.public_id])).content.decode()

    page = as_user(teacher).get(address).content.decode()

    assert record_in(page) == record_in(own)
    assert "From my notebook." in page
    assert "notewriter" not in page


def test_nobody_else_sees_it_after_the_release(as_user, published, address, marker, student, classmate, other_teacher):
    for person in (marker, student, classmate, other_teacher):
        assert as_user(person).get(address).status_code == 404


def test_a_release_that_is_withdrawn_closes_it_again(as_user, published, address, teacher):
    withdraw_release(published, reason="A mistake.", by=teacher)

    assert as_user(teacher).get(address).status_code == 404


def test_a_reopened_essay_is_closed_until_its_new_text_is_released_too(
    as_user, published, assignment, submission, address, teacher, marker
):
    client, words = as_user(teacher), f"{exemplar_marks('weak')[0]}\n\nOne more thought about convoys."
    class_page = reverse("results:classes-detail", args=[assignment.public_id])
    with clock.at(TUESDAY + timedelta(hours=3)):
        reopen_essay(submission, reason="Once more.", by=teacher)
        while_written = (client.get(address).status_code, address in client.get(class_page).content.decode())
        submit_on_behalf(assignment, submission.draft.author, text=words, reason="On paper.", by=teacher)
        make_papers(assignment)
        while_marked = (client.get(address).status_code, address in client.get(class_page).content.decode())
        again = Paper.objects.get(submission__withdrawn_at=None)
        mark_paper(again, marks=exemplar_marks("weak")[1], overall="Half way.", by=marker)
        publish_release(prepare_release(assignment, papers=[again], by=teacher), by=teacher)
        once_told = (client.get(address).status_code, address in client.get(class_page).content.decode())

    assert (while_written, while_marked, once_told) == ((404, False), (404, False), (200, True))


def test_the_class_leads_to_it(as_user, published, assignment, address, teacher):
    page = as_user(teacher).get(reverse("results:classes-detail", args=[assignment.public_id])).content.decode()

    assert address in page


def test_the_page_takes_eight_statements(as_user, published, address, teacher, without_transactions):
    client = as_user(teacher)
    client.get(address)

    with without_transactions() as statements:
        client.get(address)

    assert len(statements) == 8
