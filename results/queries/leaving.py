"""What hangs on a whole account, course by course, before it is deactivated."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from courses.kernel.clock import now
from courses.models import Course, Enrolment, Role, User
from courses.queries.invitations import open_codes_by, open_invitations_by
from essays.models import Assignment, Draft, DraftState, Submission
from marking.models import Allotment, AllotmentState, Marking
from results.queries.roles import MARKS


@dataclass(frozen=True, slots=True)
class InCourse:
    """What hangs on somebody in one course. `is_alone`: the course goes on, and nobody else teaches it.
    `has_successor`: another teacher is told of worries from then on."""

    course: Course
    roles: tuple[str, ...]
    waiting: int
    begun: int
    finished: int
    worries: int
    open_drafts: int
    handed_in: int
    is_alone: bool
    has_successor: bool


@dataclass(frozen=True, slots=True)
class Leaving:
    """What is looked at before an account is deactivated: its courses by title, open invitations and join codes."""

    courses: tuple[InCourse, ...]
    invitations: int
    codes: int

    @property
    def alone(self) -> tuple[Course, ...]:
        return tuple(one.course for one in self.courses if one.is_alone)


def leaving_of(person: User) -> Leaving:
    """Count what hangs on an account; ten statements, however many courses there are."""
    rows = Enrolment.objects.filter(person=person).select_related("course").order_by("course__title", "course", "role")
    courses, roles = dict[int, Course](), dict[int, list[str]]()
    for row in rows:
        courses[row.course_id] = row.course
        roles.setdefault(row.course_id, []).append(row.role)
    taught = [pk for pk, those in roles.items() if Role.TEACHER in those]
    others = Enrolment.objects.teachers().of_active().filter(course__in=list(courses)).exclude(person=person)
    accompanied = set(others.values_list("course", flat=True))
    mine = Marking.objects.filter(marker=person, superseded_at=None, allotment__paper__retired_at=None)
    places = Allotment.objects.in_use().filter(
        Q(marker=person) | Q(leased_by=person) | Q(reserved_by=person), state=AllotmentState.WAITING
    )
    drafts = Draft.objects.filter(author=person)
    waiting = _by_course(places, "assignment__course")
    begun = _by_course(mine.filter(finished_at=None), "allotment__assignment__course")
    finished = _by_course(mine.exclude(finished_at=None), "allotment__assignment__course")
    worries = _by_course(Assignment.objects.filter(worry_contact=person), "course")
    writing = _by_course(drafts.filter(state=DraftState.OPEN), "assignment__course")
    handed_in = _by_course(Submission.objects.current().filter(draft__author=person), "draft__assignment__course")
    found = [
        InCourse(
            course,
            tuple(Role(role).label.lower() for role in roles[pk]),
            waiting=waiting[pk],
            begun=begun[pk],
            finished=finished[pk],
            worries=worries[pk],
            open_drafts=writing[pk],
            handed_in=handed_in[pk],
            is_alone=pk in taught and pk not in accompanied and _goes_on(course),
            has_successor=pk in accompanied,
        )
        for pk, course in courses.items()
    ]
    return Leaving(tuple(found), open_invitations_by(person).count(), open_codes_by(person).count())


def _by_course(rows: QuerySet[Any], at: str) -> Counter[int]:
    """Count rows by the course that lies at this path."""
    return Counter(dict(rows.order_by().values_list(at).annotate(n=Count("pk"))))


def _goes_on(course: Course) -> bool:
    return course.closes_on is None or course.closes_on >= now().astimezone(course.zone).date()


def marked_courses(person: User) -> list[Course]:
    """List the courses where somebody marks, teaches or is told of worries, in the order in which they are locked."""
    here = Enrolment.objects.filter(person=person, role__in=MARKS)
    told = Assignment.objects.filter(worry_contact=person)
    found = Course.objects.filter(Q(pk__in=here.values("course")) | Q(pk__in=told.values("course")))
    return list(found.order_by("pk"))
