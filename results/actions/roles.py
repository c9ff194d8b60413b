"""Giving somebody a role in a course, another one, or none; and what becomes of the work that hangs on it."""

from django.db import transaction

from courses.actions.enrolments import put_in_course
from courses.actions.invitations import withdraw_invitations_of
from courses.actions.joining import close_join_codes_of
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Enrolment, EnrolmentSource, JobFile, Role, User
from marking.actions.shares import lock_places
from marking.models import Allotment
from results.permissions.people import may_add_role, may_change_role
from results.queries.roles import MARKS, Hanging, hanging_on, places_of, worries_of


class HasRoleAlready(Refusal):
    message = "This person has that role in the course already."


class RoleEndedAlready(Refusal):
    message = "This role has ended already. Look at the course’s people once more."


class LastTeacher(Refusal):
    message = "This is the course’s only teacher. Give somebody else that role first."


class NobodyForWorries(Refusal):
    message = "Worries about students go to this person, and nobody else teaches here. Add a teacher first."


class StudentsDoNotMark(Refusal):
    message = "A student of this course cannot also teach or mark in it: change the role instead of adding one."


class PersonClosed(Refusal):
    message = "This account is deactivated. An admin can reactivate it first."


@transaction.atomic
def add_role(course: Course, person: User, *, role: str, by: User) -> Enrolment:
    """Give somebody who is in the course a further role. Raises HasRoleAlready, StudentsDoNotMark or PersonClosed."""
    require(may_add_role(by, course))
    Course.objects.select_for_update().get(pk=course.pk)
    _refuse_role(course, person, role)
    return put_in_course(course, person, role, source=EnrolmentSource.ADDED, by=by)


@transaction.atomic
def change_role(enrolment: Enrolment, *, role: str, by: User) -> Enrolment:
    """Give somebody another role in place of this one, as if the one ended and the other began."""
    require(may_change_role(by, enrolment))
    held = _hold(enrolment)
    _refuse_role(held.course, held.person, role, instead_of=held)
    _end(held, staying=role, by=by)
    return put_in_course(held.course, held.person, role, source=EnrolmentSource.ADDED, by=by)


@transaction.atomic
def end_role(enrolment: Enrolment, *, reason: str = "", by: User) -> Hanging:
    """End a role: rights go, work stays. What was allotted and not finished goes back to the others.

    Nothing is deleted; whoever gets the role again finds their arrangements. Gives what hung on it. Raises LastTeacher
    (not for an admin) or NobodyForWorries.
    """
    require(may_change_role(by, enrolment))
    return _end(_hold(enrolment), staying="", by=by, reason=reason.strip())


def _hold(enrolment: Enrolment) -> Enrolment:
    Course.objects.select_for_update().get(pk=enrolment.course_id)
    rows = Enrolment.objects.select_for_update(of=("self",)).select_related("course", "person")
    held = rows.filter(pk=enrolment.pk).first()
    if held is None:
        raise RoleEndedAlready
    return held


def _refuse_role(course: Course, person: User, role: str, *, instead_of: Enrolment | None = None) -> None:
    roles = set(course.enrolments.filter(person=person).values_list("role", flat=True))
    if role in roles:
        raise HasRoleAlready
    if not person.is_active:
        raise PersonClosed
    roles -= {instead_of.role} if instead_of else set()
    if (role == Role.STUDENT and roles & set(MARKS)) or (role in MARKS and Role.STUDENT in roles):
        raise StudentsDoNotMark


def _end(held: Enrolment, *, staying: str, by: User, reason: str = "") -> Hanging:
    found = hanging_on(held, by)
    if found.is_last_teacher and not by.is_staff:
        raise LastTeacher
    if held.role in MARKS and not found.keeps_marking and staying not in MARKS:
        hand_over(held.person, held.course, successor=found.successor, by=by)
    held.ended_at = now()
    held.save(update_fields=["ended_at"])
    if held.role == Role.TEACHER and not held.person.is_staff:
        withdraw_invitations_of(held.person, course=held.course, by=by)
        close_join_codes_of(held.person, course=held.course, by=by)
    if held.role == Role.TEACHER:  # workbooks of marks that jobs made lie for a week; what one may have is made anew
        JobFile.objects.filter(job__owner=held.person_id, job__kind__endswith="_workbook").delete()
    write_entry("end_enrolment", held, by=by, before=held.role, after="ended", person_id=held.person_id, reason=reason)
    return found


def hand_over(person: User, course: Course, *, successor: User | None, by: User | None) -> None:
    """Let the others have what somebody was to mark, and `successor` be told of worries. For other actions, which lock
    the course. Raises NobodyForWorries where there are worries to be told and no successor."""
    worried = list(worries_of(person, course))
    if worried and successor is None:
        raise NobodyForWorries
    for assignment in course.assignments.order_by("pk"):
        lock_places(assignment)
    places = list(places_of(person, course).values_list("pk", flat=True))
    free = {"leased_by": None, "lease_until": None, "reserved_by": None, "reserved_until": None}
    Allotment.objects.filter(pk__in=places, marker=person).update(marker=None, pinned=False, **free)
    Allotment.objects.filter(pk__in=places, leased_by=person).update(leased_by=None, lease_until=None)
    Allotment.objects.filter(pk__in=places, reserved_by=person).update(reserved_by=None, reserved_until=None)
    for assignment in worried:
        assignment.worry_contact = successor
        assignment.save(update_fields=["worry_contact"])
        write_entry(
            "hand_worries_on",
            assignment,
            by=by,
            before=str(person.public_id),
            after=str(successor.public_id) if successor else "",
            assignment_id=assignment.pk,
        )
