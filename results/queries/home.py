"""What home shows by role: a student's work, a teacher's or marker's assignments, an admin's library."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import caches
from django.db.models import Count, Exists, F, FilteredRelation, Min, OuterRef, Q, Subquery

from courses.kernel.clock import now
from courses.models import Course, Enrolment, Prompt, Role, User
from courses.queries.journal import stamp_columns, stamp_in
from essays.models import Assignment, Draft, DraftState, Origin, Standing, Submission
from essays.pure.deadlines import Allowance, Times
from essays.queries.assignments import times_of_numbered, times_with
from essays.queries.breaks import rest_columns, rest_of
from essays.queries.promises import last_promise
from marking.models import Allotment, AllotmentState, Flag, FlagKind, Marking, Paper, Purpose
from marking.permissions import visible_allotments
from marking.queries.papers import worries_for
from results.models import Outcome, ReleaseItem
from results.permissions.feedback import visible_outcomes
from results.pure.charts import Piece, flow_of
from results.pure.next_steps import without_level
from results.queries.feedback import held_until
from results.queries.release import held_items
from results.queries.standing import KEPT_SECONDS

NEW_FOR = timedelta(days=14)
CARDS_SHOWN = 30


@dataclass(frozen=True, slots=True)
class ToWrite:
    """An assignment to write, with the student's own moments and the draft where there is one."""

    assignment: Assignment
    times: Times
    draft: Draft | None
    minutes_left: int | None
    has_opened: bool


HOW = {
    Origin.STUDENT: "Handed in",
    Origin.COLLECTED: "Collected, no declaration",
    Origin.ON_BEHALF: "Handed in for you",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """An essay that was handed in and has no feedback yet: `how` it came in, and whether its author marks it too."""

    submission: Submission
    how: str

    @property
    def may_mark(self) -> bool:
        return self.submission.draft.assignment.self_marking

    @property
    def has_begun(self) -> bool:
        return hasattr(self.submission, "self_marking")

    @property
    def has_finished(self) -> bool:
        return self.has_begun and self.submission.self_marking.finished_at is not None


@dataclass(frozen=True, slots=True)
class Told:
    """Feedback to read: an outcome with its first next step, which names no level, and when it was released.

    `mark_waits`: feedback comes first here, and its student has not answered it yet.
    """

    outcome: Outcome
    released_at: datetime
    next_step: str
    mark_waits: bool


@dataclass(frozen=True, slots=True)
class StudentHome:
    """A student's home. `last_time` is what they wrote under *Next time I will…* last."""

    to_write: tuple[ToWrite, ...]
    waiting: tuple[Waiting, ...]
    new_feedback: tuple[Told, ...]
    earlier_feedback: tuple[Told, ...]
    last_time: str

    @property
    def is_empty(self) -> bool:
        return not (self.to_write or self.waiting or self.new_feedback or self.earlier_feedback)


@dataclass(frozen=True, slots=True)
class Card:
    """An assignment as its teacher or marker sees it: counts only, never who."""

    assignment: Assignment
    is_teacher: bool
    students: int
    flow: tuple[Piece, ...]
    to_mark: int
    finished: int
    papers: int
    released: int
    set_ahead: int
    held: tuple[str, ...]

    @property
    def is_all_marked(self) -> bool:
        return bool(self.papers) and self.finished >= self.papers

    @property
    def is_all_released(self) -> bool:
        return bool(self.papers) and self.released >= self.papers

    @property
    def is_all_set(self) -> bool:
        """Whether nothing is left to release: what is not shown yet will be at its moment."""
        return bool(self.papers) and self.released + self.set_ahead >= self.papers


@dataclass(frozen=True, slots=True)
class AdminHome:
    courses: int
    people: int
    prompts: int


def roles_and_worries(user: User) -> tuple[set[str], tuple[Flag, ...]]:
    """Give somebody's roles, and the worries about students that they are told of.

    One statement for those who have a role and are told of none.
    """
    rows = list(user.enrolments.annotate(told=Exists(worries_for(user))).values_list("role", "told"))
    told = not rows or any(is_told for _, is_told in rows)
    return {role for role, _ in rows}, tuple(worries_for(user)) if told else ()


def student_home(user: User, at: datetime) -> StudentHome:
    """Load what a student has to write, waits for and can read, in six statements whatever their number."""
    assignments = _own_assignments(user)
    drafts = {
        draft.assignment_id: draft
        for draft in Draft.objects.filter(author=user)
        .annotate(**rest_columns(OuterRef("pk")))
        .defer("journal_key")
        .order_by("number")
    }
    handed_in = {
        submission.draft.assignment_id: submission
        for submission in Submission.objects.current()
        .filter(draft__author=user)
        .select_related("draft__assignment__course", "draft__assignment__prompt_version", "self_marking")
        .order_by("submitted_at")
    }
    told = _feedback_of(user, at)
    answered = {one.outcome.submission_id for one in told}
    settled = set(Standing.objects.filter(student=user).values_list("assignment_id", flat=True))
    to_write = []
    for assignment, allowance in assignments:
        draft = drafts.get(assignment.pk)
        waits = assignment.pk in handed_in and not (draft and draft.is_open)
        if waits or assignment.pk in settled or (draft and not draft.is_open):
            continue
        to_write.append(_to_write(assignment, allowance, draft, at))
    return StudentHome(
        to_write=tuple(one for one in to_write if at < one.times.grace_until),
        waiting=tuple(Waiting(one, HOW[Origin(one.origin)]) for one in handed_in.values() if one.pk not in answered),
        new_feedback=tuple(one for one in told if one.released_at > at - NEW_FOR),
        earlier_feedback=tuple(one for one in told if one.released_at <= at - NEW_FOR),
        last_time=last_promise(user),
    )


def _own_assignments(user: User) -> list[tuple[Assignment, Allowance]]:
    """List the assignments of the courses one is a student in, the next due first, with what one is given beyond."""
    rows = (
        Assignment.objects.filter(
            course__enrolments__person=user, course__enrolments__role=Role.STUDENT, course__enrolments__ended_at=None
        )
        .annotate(
            own=FilteredRelation("extensions", condition=Q(extensions__student=user)),
            extra_percent=F("course__enrolments__arrangement__extra_percent"),
            breaks=F("course__enrolments__arrangement__breaks_stop_clock"),
            later=F("course__enrolments__arrangement__later_close_hours"),
            own_due=F("own__due_at"),
            own_closes=F("own__closes_at"),
            own_minutes=F("own__extra_minutes"),
        )
        .select_related("course", "prompt_version", "mode")
        .order_by("due_at", "pk")
    )
    return [(row, _allowance(row)) for row in rows]


def _allowance(row: Assignment) -> Allowance:
    given = vars(row)
    return Allowance(
        extra_percent=given["extra_percent"] or 0,
        breaks_stop_clock=bool(given["breaks"]),
        later_hours=given["later"] or 0,
        due_at=given["own_due"],
        closes_at=given["own_closes"],
        extra_minutes=given["own_minutes"] or 0,
    )


def _to_write(assignment: Assignment, allowance: Allowance, draft: Draft | None, at: datetime) -> ToWrite:
    times = times_with(assignment, allowance)
    if draft:
        times = times_of_numbered(times, draft, rest_of(draft))
    left = None
    if times.ends_at and times.ends_at > at:
        left = int(min(times.ends_at - at, times.left(at)).total_seconds() // 60)
    return ToWrite(assignment, times, draft, left, times.has_opened(at))


def _feedback_of(user: User, at: datetime) -> list[Told]:
    """List one's released outcomes, the highest version of each, the newest release first."""
    live, shown = ReleaseItem.objects.live(at).filter(outcome=OuterRef("pk")), "release__live_at"
    rows = (
        visible_outcomes(user)
        .annotate(
            first_at=Subquery(live.order_by(shown).values(shown)[:1]),
            shown_at=Subquery(live.order_by(f"-{shown}").values(shown)[:1]),
        )
        .select_related("submission__draft__assignment__course", "submission__draft__assignment__prompt_version")
        .select_related("submission__mark_shown")
        .defer("arithmetic", "coverage", "overall")
        .order_by("submission_id", "version")
    )
    newest, first = dict[int, Outcome](), dict[int, datetime]()
    for row in rows:
        newest[row.submission_id] = row
        first[row.submission_id] = min(vars(row)["first_at"], first.get(row.submission_id, at))
    told = [_told(row, first[submission], at) for submission, row in newest.items()]
    return sorted(told, key=lambda one: (one.released_at, one.outcome.pk), reverse=True)


def _told(outcome: Outcome, told_at: datetime, at: datetime) -> Told:
    step = without_level(outcome.next_steps[0]["text"]) if outcome.next_steps else ""
    return Told(outcome, vars(outcome)["shown_at"], step, held_until(outcome.submission, told_at, at) is not None)


def staff_home(user: User) -> list[Card]:
    """List the assignments one teaches or marks, those with work first, in eight statements whatever their number.

    Four of them are asked only where the journal of an assignment has something new. One more asks which papers are
    held back, where one was flagged as possible copying.
    """
    roles: dict[int, set[str]] = {}
    for course, role in user.enrolments.filter(role__in=[Role.TEACHER, Role.MARKER]).values_list("course_id", "role"):
        roles.setdefault(course, set()).add(role)
    if not roles:
        return []
    assignments = list(
        Assignment.objects.filter(course__in=roles)
        .select_related("course", "prompt_version")
        .annotate(**stamp_columns(OuterRef("pk")))
        .order_by("-due_at", "-pk")[:CARDS_SHOWN]
    )
    students = dict(
        Enrolment.objects.students()
        .filter(course__in=roles)
        .values("course_id")
        .annotate(n=Count("pk"))
        .values_list("course_id", "n")
    )
    sums, mine = _sums(assignments), _to_mark(user, [assignment.pk for assignment in assignments])
    taught = [one.pk for one in assignments if Role.TEACHER in roles[one.course_id]]
    held = _held([pk for pk in taught if sums[pk].flagged])
    cards = []
    for assignment in assignments:
        sum_ = sums[assignment.pk]
        is_teacher = Role.TEACHER in roles[assignment.course_id]
        everybody = students.get(assignment.course_id, 0)
        cards.append(
            Card(
                assignment=assignment,
                is_teacher=is_teacher,
                students=everybody,
                flow=tuple(_flow(everybody, sum_) if is_teacher else _marking_flow(sum_.papers, sum_.finished)),
                # An essay gets its paper when somebody opens the queue; until then it waits here all the same.
                to_mark=mine.get(assignment.pk, 0) + max(sum_.decided - sum_.papers, 0),
                finished=sum_.finished,
                papers=sum_.papers,
                released=sum_.released,
                set_ahead=sum_.set_ahead,
                held=tuple(held.get(assignment.pk, ())),
            )
        )
    return sorted(cards, key=lambda card: (card.is_all_set, not card.to_mark))


def admin_home() -> AdminHome:
    return AdminHome(Course.objects.count(), User.objects.filter(is_active=True).count(), Prompt.objects.count())


def _flow(students: int, sum_: "_Sum") -> list[Piece]:
    handed_in, told = max(sum_.handed_in, sum_.papers), sum_.released + sum_.set_ahead
    marked = max(sum_.finished - told, 0)
    return flow_of(
        [
            ("released", "released", sum_.released),
            ("marked", "set for later", sum_.set_ahead),
            ("marked", "marked", marked),
            ("submitted", "handed in", max(handed_in - told - marked, 0)),
            ("started", "started", sum_.started),
            ("drafting", "not started", max(students - handed_in - sum_.started, 0)),
        ]
    )


def _marking_flow(papers: int, finished: int) -> list[Piece]:
    """What a marker is shown: papers only, nothing about students."""
    return flow_of([("marked", "marked", finished), ("submitted", "to mark", papers - finished)])


@dataclass(frozen=True, slots=True)
class _Sum:
    """What is counted of one assignment; `flagged` also where a flag of possible copying is taken down again."""

    started: int
    handed_in: int
    decided: int
    finished: int
    papers: int
    flagged: int
    first_shown: tuple[datetime, ...]

    @property
    def released(self) -> int:
        moment = now()
        return sum(at <= moment for at in self.first_shown)

    @property
    def set_ahead(self) -> int:
        return len(self.first_shown) - self.released


def _sums(assignments: Sequence[Assignment]) -> dict[int, _Sum]:
    """Count each assignment that has something new in its journal; of the others give what was counted then."""
    memory = caches["memory"]
    keys = {one.pk: f"home:{one.pk}:{stamp_in(one)}" for one in assignments}
    kept: dict[str, _Sum] = memory.get_many(keys.values())
    new = [pk for pk, key in keys.items() if key not in kept]
    if new:
        started, handed_in, papers, shown = _started(new), _handed_in(new), _papers(new), _first_shown(new)
        nothing = (0, 0, 0)
        made = {
            keys[pk]: _Sum(
                started.get(pk, 0), *handed_in.get(pk, (0, 0)), *papers.get(pk, nothing), tuple(shown.get(pk, ()))
            )
            for pk in new
        }
        memory.set_many(made, KEPT_SECONDS)
        kept |= made
    return {pk: kept[key] for pk, key in keys.items()}


def _started(assignments: Sequence[int]) -> Mapping[int, int]:
    """Count students who write and have not handed in anything."""
    current = Submission.objects.current().filter(
        draft__assignment=OuterRef("assignment_id"), draft__author=OuterRef("author_id")
    )
    rows = Draft.objects.filter(assignment__in=assignments, state=DraftState.OPEN).exclude(Exists(current))
    return dict(rows.values("assignment_id").annotate(n=Count("pk")).values_list("assignment_id", "n"))


def _handed_in(assignments: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Count, by assignment, essays handed in, and those of them that may be marked."""
    waits = Q(origin=Origin.COLLECTED, decided_at=None)
    rows = Submission.objects.current().filter(draft__assignment__in=assignments).values("draft__assignment_id")
    counted = rows.annotate(n=Count("pk"), decided=Count("pk", filter=~waits))
    return {row["draft__assignment_id"]: (row["n"], row["decided"]) for row in counted}


def _papers(assignments: Sequence[int]) -> Mapping[int, tuple[int, int, int]]:
    """Count, by assignment, papers with a finished marking of the whole and nothing to catch up on, all, and flagged.

    Flagged: as possible copying, be it that the flag is taken down again.
    """
    finished = (
        Marking.objects.current().finished().filter(allotment__paper=OuterRef("pk"), allotment__criteria__isnull=True)
    )
    places = Allotment.objects.in_use().filter(paper=OuterRef("pk"), purpose=Purpose.CATCH_UP)
    to_add = places.exclude(state=AllotmentState.FINISHED)
    copying = Flag.objects.filter(paper=OuterRef("pk"), kind=FlagKind.COPYING)
    rows = (
        Paper.objects.filter(assignment__in=assignments, retired_at=None, submission__isnull=False)
        .values("assignment_id")
        .annotate(finished=Count("pk", filter=Exists(finished) & ~Exists(to_add)), n=Count("pk"))
        .annotate(flagged=Count("pk", filter=Exists(copying)))
    )
    return {row["assignment_id"]: (row["finished"], row["n"], row["flagged"]) for row in rows}


def _first_shown(assignments: Sequence[int]) -> Mapping[int, list[datetime]]:
    """List, by assignment, from when each essay with a released outcome is shown: some of that may be ahead."""
    rows = ReleaseItem.objects.made().filter(
        release__assignment__in=assignments, outcome__submission__withdrawn_at=None
    )
    found: dict[int, list[datetime]] = defaultdict(list)
    first = rows.values("release__assignment", "outcome__submission").annotate(at=Min("release__live_at"))
    for assignment, at in first.values_list("release__assignment", "at"):
        found[assignment].append(at)
    return found


def _held(assignments: Sequence[int]) -> Mapping[int, list[str]]:
    """Name, by assignment, the papers that a flag of possible copying holds back from a release."""
    found: dict[int, list[str]] = defaultdict(list)
    if not assignments:
        return found
    for assignment, code in held_items(assignments).values_list(
        "release__assignment", "outcome__submission__paper__code"
    ):
        if code not in found[assignment]:
            found[assignment].append(code)
    return found


def _to_mark(user: User, assignments: Sequence[int]) -> Mapping[int, int]:
    """Count the places this person may still mark in each assignment."""
    places: Sequence[str] = [AllotmentState.WAITING, AllotmentState.OPEN]
    rows = Allotment.objects.filter(
        pk__in=visible_allotments(user).filter(assignment__in=assignments, state__in=places).values("pk")
    ).values("assignment_id")
    return dict(rows.annotate(n=Count("pk")).values_list("assignment_id", "n"))
