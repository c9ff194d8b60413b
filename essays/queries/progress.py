"""How far each student of an assignment is: by name, and so without moments, lateness, words or codes."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from courses.models import Arrangement, Enrolment, Role, User
from essays.models import Assignment, Draft, DraftState, Extension, Origin, Revision, Standing, Submission
from essays.permissions import may_manage_assignment
from essays.pure.breaks import rest_of_breaks
from essays.pure.deadlines import Allowance, Times
from essays.queries.assignments import allowance_for, times_of_numbered, times_with

PAGE = 100
NOT_STARTED, STARTED, HANDED_IN, WAITING = "not-started", "started", "handed-in", "waiting"


@dataclass(frozen=True, slots=True)
class Counts:
    """How many students there are, and how many are where. `waiting`: collected, or with words that are kept apart."""

    students: int
    not_started: int
    started: int
    handed_in: int
    waiting: int


def progress_of(assignment: Assignment, user: User, *, state: str = "", words: str = "") -> QuerySet[Enrolment]:
    """List the students of an assignment by name, for its teachers; each with how far, standing and extension.

    `state` is one of the four above, `words` are looked for in names.
    """
    found = _annotated(assignment, user)
    for word in words.split()[:6]:
        found = found.filter(
            Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
            | Q(person__username__icontains=word)
        )
    wanted = {
        NOT_STARTED: Q(started=False, handed_in=False),
        STARTED: Q(started=True, handed_in=False),
        HANDED_IN: Q(handed_in=True),
        WAITING: Q(waits=True) | Q(kept_apart=True),
    }
    found = found.filter(wanted[state]) if state in wanted else found
    return found.select_related("person").order_by("person__last_name", "person__first_name", "person__username", "pk")


def progress_counts(assignment: Assignment, user: User) -> Counts:
    """Count the same students, in one statement."""
    row = _annotated(assignment, user).aggregate(
        students=Count("pk"),
        not_started=Count("pk", filter=Q(started=False, handed_in=False)),
        started_only=Count("pk", filter=Q(started=True, handed_in=False)),
        in_all=Count("pk", filter=Q(handed_in=True)),
        waiting=Count("pk", filter=Q(waits=True) | Q(kept_apart=True)),
    )
    return Counts(*(row[name] or 0 for name in ("students", "not_started", "started_only", "in_all", "waiting")))


def _annotated(assignment: Assignment, user: User) -> QuerySet[Enrolment]:
    students = Enrolment.objects.filter(course=assignment.course_id, role=Role.STUDENT)
    if not may_manage_assignment(user, assignment):
        students = students.none()
    drafts = Draft.objects.filter(assignment=assignment, author=OuterRef("person"))
    current = Submission.objects.current().filter(draft__assignment=assignment, draft__author=OuterRef("person"))
    standing = Standing.objects.filter(assignment=assignment, student=OuterRef("person"))
    return students.annotate(
        started=Exists(drafts.exclude(state=DraftState.CLOSED)),
        handed_in=Exists(current),
        waits=Exists(current.filter(origin=Origin.COLLECTED, decided_at=None)),
        kept_apart=Exists(
            Revision.objects.waiting().filter(draft__assignment=assignment, draft__author=OuterRef("person"))
        ),
        standing=Coalesce(Subquery(standing.values("state")[:1]), Value("")),
        extended=Exists(Extension.objects.filter(assignment=assignment, student=OuterRef("person"))),
    )


@dataclass(frozen=True, slots=True)
class StudentProgress:
    """One student of an assignment, as their teacher sees them: what was given, never when or how much was written."""

    student: User
    times: Times
    allowance: Allowance
    wording: str
    extension: Extension | None
    standing: Standing | None
    draft: Draft | None
    submission: Submission | None
    breaks: int

    @property
    def is_writing(self) -> bool:
        return self.draft is not None and self.draft.is_open

    @property
    def waits(self) -> bool:
        return self.submission is not None and self.submission.waits_for_decision

    @property
    def is_returned(self) -> bool:
        """Whether a further draft is open because the essay was returned for one."""
        return self.draft is not None and self.draft.is_open and self.draft.number > 1

    @property
    def has_handed_in(self) -> bool:
        return self.submission is not None

    @property
    def may_rest_or_did(self) -> bool:
        """Whether rest breaks concern this student here: arranged for timed work, or taken already."""
        return bool(self.breaks) or (self.times.is_timed and self.times.breaks_stop_clock)

    @property
    def may_be_reopened(self) -> bool:
        """Handed in, settled, and no other draft under way."""
        return self.submission is not None and not self.waits and not self.is_writing


def students_of(assignment: Assignment) -> QuerySet[User]:
    """The people who are students of an assignment's course."""
    enrolled = Enrolment.objects.filter(course=assignment.course_id, role=Role.STUDENT)
    return User.objects.filter(pk__in=enrolled.values("person"))


def student_progress(assignment: Assignment, student: User) -> StudentProgress:
    """Load what a teacher may change for one student of an assignment they manage."""
    mine = {"assignment": assignment, "student": student}
    draft = Draft.objects.filter(assignment=assignment, author=student).order_by("-number").first()
    breaks = list(draft.breaks.values_list("began_at", "ended_at")) if draft and assignment.is_timed else []
    allowance = allowance_for(assignment, student)
    times = times_with(assignment, allowance)
    current = Submission.objects.current().filter(draft__assignment=assignment, draft__author=student)
    arrangement = Arrangement.objects.filter(
        enrolment__course=assignment.course_id, enrolment__person=student, enrolment__role=Role.STUDENT
    ).first()
    return StudentProgress(
        student=student,
        times=times_of_numbered(times, draft, rest_of_breaks(breaks)) if draft else times,
        allowance=allowance,
        wording=arrangement.wording if arrangement else "",
        extension=Extension.objects.filter(**mine).first(),
        standing=Standing.objects.filter(**mine).first(),
        draft=draft,
        submission=current.order_by("-pk").first(),
        breaks=len(breaks),
    )
