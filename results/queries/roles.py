"""What hangs on somebody's role in a course: work allotted and begun, worries, essays; and who takes a worry on."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from courses.models import Course, Enrolment, Role, User
from courses.queries.invitations import open_codes_by, open_invitations_by
from essays.models import Assignment, Draft, DraftState, Submission
from marking.models import Allotment, AllotmentState, Marking
from marking.models.papers import AllotmentQuerySet

MARKS = (Role.TEACHER, Role.MARKER)


@dataclass(frozen=True, slots=True)
class Hanging:
    """What is counted before a role ends or changes. `successor` is told of worries from then on; `invitations` and
    `codes` are what this person sent and opened and nobody closed."""

    keeps_marking: bool
    waiting: int
    begun: int
    finished: int
    worries: int
    successor: User | None
    open_drafts: int
    handed_in: int
    is_last_teacher: bool
    invitations: int
    codes: int


def hanging_on(enrolment: Enrolment, by: User) -> Hanging:
    """Count what hangs on a role, whatever becomes of it: in at most eleven statements."""
    person, course = enrolment.person, enrolment.course
    marks = enrolment.role in MARKS
    others = course.enrolments.filter(person=person, role__in=MARKS).exclude(pk=enrolment.pk)
    mine = Marking.objects.filter(
        marker=person, allotment__assignment__course=course, superseded_at=None, allotment__paper__retired_at=None
    )
    drafts = Draft.objects.filter(author=person, assignment__course=course)
    manages = enrolment.role == Role.TEACHER and not person.is_staff
    return Hanging(
        keeps_marking=marks and others.exists(),
        waiting=places_of(person, course).filter(state=AllotmentState.WAITING).count() if marks else 0,
        begun=mine.filter(finished_at=None).count() if marks else 0,
        finished=mine.exclude(finished_at=None).count() if marks else 0,
        worries=worries_of(person, course).count() if marks else 0,
        successor=successor_of(person, course, by) if marks else None,
        open_drafts=0 if marks else drafts.filter(state=DraftState.OPEN).count(),
        handed_in=0 if marks else Submission.objects.current().filter(draft__in=drafts).count(),
        is_last_teacher=enrolment.role == Role.TEACHER
        and not course.enrolments.teachers().of_active().exclude(person=person).exists(),
        invitations=open_invitations_by(person).filter(course=course).count() if manages else 0,
        codes=open_codes_by(person).filter(course=course).count() if manages else 0,
    )


def places_of(person: User, course: Course) -> AllotmentQuerySet:
    """The places allotted to or held by somebody in a course, whose marking is not finished."""
    unfinished = Allotment.objects.in_use().filter(
        assignment__course=course, state__in=[AllotmentState.WAITING, AllotmentState.OPEN]
    )
    return unfinished.filter(Q(marker=person) | Q(leased_by=person) | Q(reserved_by=person))


def worries_of(person: User, course: Course) -> QuerySet[Assignment]:
    """The assignments of a course that name somebody for worries about students."""
    return Assignment.objects.filter(course=course, worry_contact=person)


def successor_of(person: User, course: Course, by: User | None) -> User | None:
    """Choose who is told of worries in somebody's place: whoever acts, where they teach here, else another teacher."""
    teachers = course.enrolments.teachers().of_active().exclude(person=person).select_related("person").order_by("pk")
    found = [row.person for row in teachers]
    return next((one for one in found if one == by), found[0] if found else None)
