"""Taking a list of people back lets the others have the papers of a marker it had added or brought back."""

import pytest

from courses.actions.rosters import begin_import, keep_pasted_roster
from courses.kernel.clock import now
from courses.models import Enrolment, Role, Roster, User
from marking.actions.allotting import pin_papers
from marking.actions.papers import claim_paper
from marking.models import Allotment
from results.actions.roles import end_role
from results.actions.rosters import begin_undo
from tests.jobs import do_waiting_jobs
from tests.worlds import exemplars_handed_in, set_from_pack


@pytest.fixture(autouse=True)
def _queue(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def papers(course, teacher, student, classmate):
    return exemplars_handed_in(set_from_pack(course, teacher), [student, classmate], teacher)


def taken(course, text, teacher) -> Roster:
    roster = keep_pasted_roster(course, text=text, role="marker", by=teacher)
    begin_import(roster, by=teacher)
    do_waiting_jobs()
    roster.refresh_from_db()
    return roster


def undo(roster, teacher):
    begin_undo(roster, by=teacher)
    do_waiting_jobs()


def test_papers_of_a_marker_the_list_added_go_back_and_the_account_with_nothing_else_goes(
    course, teacher, second_marker, papers
):
    roster = taken(course, "Bo Lund, bo", teacher)
    bo = User.objects.get(username="bo")
    pin_papers(papers[0].assignment, codes=[papers[0].code], marker=bo, by=teacher)

    undo(roster, teacher)

    assert not User.objects.filter(pk=bo.pk).exists()
    assert claim_paper(papers[0], by=second_marker).marker == second_marker


def test_papers_and_worries_of_a_marker_the_list_brought_back_go_to_others(
    course, teacher, marker, second_marker, papers
):
    end_role(course.enrolments.get(person=marker), by=teacher)
    User.objects.filter(pk=marker.pk).update(last_login=None)
    roster = taken(course, f"Tomás Reyes, {marker.username}", teacher)
    assignment = papers[0].assignment
    pin_papers(assignment, codes=[papers[0].code], marker=marker, by=teacher)
    type(assignment).objects.filter(pk=assignment.pk).update(worry_contact=marker)

    undo(roster, teacher)

    assert Enrolment.ever.get(course=course, person=marker).ended_at is not None
    assert not Allotment.objects.filter(marker=marker).exists()
    assignment.refresh_from_db()
    assert assignment.worry_contact == teacher
    assert claim_paper(papers[0], by=second_marker).marker == second_marker


def test_whoever_marks_here_by_another_role_keeps_their_papers(course, teacher, marker, papers):
    roster = taken(course, "Bo Lund, bo", teacher)
    bo = User.objects.get(username="bo")
    Enrolment.objects.create(course=course, person=bo, role=Role.TEACHER, enrolled_at=now())
    pin_papers(papers[0].assignment, codes=[papers[0].code], marker=bo, by=teacher)

    undo(roster, teacher)

    assert Allotment.objects.filter(marker=bo, pinned=True).count() == 1
    assert course.enrolments.get(person=bo).role == Role.TEACHER
