"""Roles given, changed and ended: rights go at once, work stays, and what waits goes back to the others."""

import pytest
from django.core.exceptions import PermissionDenied

from courses.actions.people import set_arrangement
from courses.kernel.clock import now
from courses.models import Arrangement, Enrolment, Entry, Job, JobFile, Role
from courses.permissions import may_mark_in, may_write_in
from essays.models import Submission
from marking.actions.allotting import pin_papers
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking
from results.actions.roles import (
    HasRoleAlready,
    LastTeacher,
    NobodyForWorries,
    RoleEndedAlready,
    StudentsDoNotMark,
    add_role,
    change_role,
    end_role,
)
from results.queries.gradebook import rows_by_name
from tests.rows import MONDAY, enrolled
from tests.worlds import exemplars_handed_in, set_from_pack


def role_of(course, person):
    return course.enrolments.get(person=person)


@pytest.fixture
def papers(course, teacher, marker, student, classmate):
    assignment = set_from_pack(course, teacher, worry_contact=marker)
    return exemplars_handed_in(assignment, [student, classmate], teacher)


def test_a_marker_who_leaves_gives_back_what_waits_and_keeps_what_is_begun(course, teacher, marker, papers):
    pin_papers(papers[0].assignment, codes=[papers[0].code], marker=marker, by=teacher)
    marking = claim_paper(papers[1], by=marker)

    hung = end_role(role_of(course, marker), reason="Ill.", by=teacher)

    assert (hung.waiting, hung.begun, hung.worries) == (1, 1, 1)
    assert not may_mark_in(marker, course)
    assert not Allotment.objects.filter(marker=marker).exists()
    assert not Allotment.objects.filter(leased_by=marker).exists()
    assert Marking.objects.filter(pk=marking.pk, marker=marker).exists()
    assert not Allotment.objects.filter(pinned=True).exists()
    papers[0].assignment.refresh_from_db()
    assert papers[0].assignment.worry_contact == teacher
    assert Entry.objects.filter(verb="end_enrolment", before="marker", person_id=marker.pk).count() == 1


def test_another_marker_takes_up_what_was_begun(course, teacher, marker, second_marker, papers):
    claim_paper(papers[1], by=marker)
    end_role(role_of(course, marker), by=teacher)

    taken = claim_paper(papers[1], by=second_marker)

    assert taken.marker == second_marker


def test_a_student_who_leaves_keeps_everything_and_comes_back_to_it(course, teacher, student, papers):
    enrolment = role_of(course, student)
    set_arrangement(enrolment, extra_percent=25, by=teacher)

    end_role(enrolment, by=teacher)
    gone = may_write_in(student, course)
    add_role(course, student, role=Role.STUDENT, by=teacher)

    assert not gone
    assert may_write_in(student, course)
    assert Arrangement.objects.get().enrolment == role_of(course, student)
    assert Submission.objects.current().filter(draft__author=student).exists()
    assert Enrolment.ever.filter(person=student).count() == 1


def test_marks_of_who_has_left_are_still_in_the_file(course, teacher, student, classmate, papers):
    end_role(role_of(course, student), by=teacher)

    names = [row[0] for row in rows_by_name(papers[0].assignment, MONDAY)]

    assert "Ines Duarte" in names


def test_a_role_is_changed_in_one_go(course, teacher, marker, papers):
    pin_papers(papers[0].assignment, codes=[papers[0].code], marker=marker, by=teacher)

    change_role(role_of(course, marker), role=Role.TEACHER, by=teacher)

    assert role_of(course, marker).role == Role.TEACHER
    assert Allotment.objects.filter(marker=marker).exists()  # a teacher marks as well


def test_a_further_role_is_added_and_none_twice(course, teacher, marker, student):
    add_role(course, marker, role=Role.TEACHER, by=teacher)

    assert set(course.enrolments.filter(person=marker).values_list("role", flat=True)) == {"marker", "teacher"}
    with pytest.raises(HasRoleAlready):
        add_role(course, marker, role=Role.TEACHER, by=teacher)
    with pytest.raises(StudentsDoNotMark):
        add_role(course, student, role=Role.MARKER, by=teacher)
    with pytest.raises(StudentsDoNotMark):
        add_role(course, marker, role=Role.STUDENT, by=teacher)


def test_a_course_keeps_a_teacher(course, teacher, admin):
    with pytest.raises(LastTeacher):
        end_role(role_of(course, teacher), by=teacher)

    end_role(role_of(course, teacher), by=admin)

    assert not course.enrolments.exists()


def test_worries_always_go_to_somebody(course, teacher, admin):
    set_from_pack(course, teacher, worry_contact=teacher)

    with pytest.raises(NobodyForWorries):
        end_role(role_of(course, teacher), by=admin)

    assert role_of(course, teacher)


@pytest.mark.parametrize("who", ["student", "marker", "other_teacher"])
def test_only_who_manages_people_changes_roles(course, teacher, classmate, who, request):
    user, enrolment = request.getfixturevalue(who), role_of(course, classmate)

    for act in (
        lambda: end_role(enrolment, by=user),
        lambda: change_role(enrolment, role=Role.MARKER, by=user),
        lambda: add_role(course, classmate, role=Role.MARKER, by=user),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_a_teacher_of_two_ends_ones_own_role(course, teacher):
    enrolled("otto.kern", "Otto Kern", course, Role.TEACHER)

    end_role(role_of(course, teacher), by=teacher)

    assert not course.enrolments.filter(person=teacher).exists()


def test_workbooks_of_marks_go_with_the_role_of_a_teacher(course, teacher, admin):
    enrolled("otto.kern", "Otto Kern", course, Role.TEACHER)
    for kind in ("marks_workbook", "copy_person"):
        job = Job.objects.create(
            owner=teacher, kind=kind, title=kind, state="done", queued_at=now(), heard_at=now(), ended_at=now()
        )
        JobFile.objects.create(job=job, name="file", content_type="text/plain", size=1, body=b"x")

    end_role(role_of(course, teacher), by=admin)

    assert [file.job.kind for file in JobFile.objects.all()] == ["copy_person"]


def test_a_role_that_somebody_else_has_just_ended_is_refused_in_words(course, teacher, student):
    shown = role_of(course, student)
    end_role(shown, by=teacher)

    with pytest.raises(RoleEndedAlready):
        end_role(shown, by=teacher)
    with pytest.raises(RoleEndedAlready):
        change_role(shown, role=Role.MARKER, by=teacher)
