"""What the queue shows: papers by code in one marker's own order, how far they are, and which wait."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property

from courses.models import Role, User
from essays.models import Assignment
from essays.permissions import visible_assignments
from marking.models import Allotment, AllotmentState, Flag, FlagKind, Marking, MarkingState
from marking.models.papers import AllotmentQuerySet
from marking.permissions import visible_queue
from marking.pure.codes import starting_point
from marking.queries.markings import DeskFlag
from rubrics.models import ScoreState

PAGE = 50


class Shown(StrEnum):
    """The filters of the queue, as its address says them."""

    ALL = "all"
    TO_MARK = "to-mark"
    MINE = "mine"
    FINISHED = "finished"
    FLAGGED = "flagged"

    @property
    def words(self) -> str:
        return {"all": "All", "to-mark": "To mark", "mine": "Mine, open", "finished": "Marked", "flagged": "Flagged"}[
            self
        ]


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A paper of the queue. `state` is for people; `marker` is "you", a colleague's name for the teacher, or ""."""

    number: int
    code: str
    state: str
    is_finished: bool
    is_mine: bool
    place: str
    words: int
    words_note: str
    flags: tuple[DeskFlag, ...]
    marker: str
    decided: int
    of: int


@dataclass(frozen=True, slots=True)
class QueueFilter:
    key: str
    words: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue and what stands above it."""

    assignment: Assignment
    rows: tuple[QueueRow, ...]
    filters: tuple[QueueFilter, ...]
    shown: Shown
    page: int
    pages: int
    total: int
    finished: int
    mine: int
    waiting: int
    teaches: bool

    @cached_property
    def first(self) -> int:
        return self.rows[0].number if self.rows else 0

    @cached_property
    def last(self) -> int:
        return self.rows[-1].number if self.rows else 0

    @property
    def matching(self) -> int:
        """How many papers the chosen filter finds."""
        return next(one.count for one in self.filters if one.is_chosen)

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def something_waits(self) -> bool:
        return bool(self.mine or self.waiting)


def assignments_to_mark(user: User) -> QuerySet[Assignment]:
    """The assignments this person marks; each comes with its course and mode, and with `teaches`."""
    roles = user.enrolments.filter(course=OuterRef("course"))
    return (
        visible_assignments(user)
        .select_related("course", "mode", "prompt_version")
        .annotate(
            marks=Exists(roles.filter(role__in=[Role.MARKER, Role.TEACHER])),
            teaches=Exists(roles.filter(role=Role.TEACHER)),
        )
        .filter(marks=True)
    )


def words_note(words: int, least: int | None, most: int | None) -> str:
    """Say where a text is outside its range: "under 800 words", "over 1,200 words", or nothing."""
    if least and words < least:
        return f"under {least:,} words"
    if most and words > most:
        return f"over {most:,} words"
    return ""


def visible_flags(user: User, *, teaches: bool) -> Q:
    """Which flags somebody sees: all but a worry, which is for who raised it, for teachers and for the named person."""
    seen = ~Q(kind=FlagKind.WORRY) | Q(raised_by=user) | Q(paper__assignment__worry_contact=user)
    return Q(cleared_at=None) & (Q() if teaches else seen)


def desk_flag(flag: Flag, user: User) -> DeskFlag:
    return DeskFlag(flag.kind, FlagKind(flag.kind).label, flag.text, flag.raised_by_id == user.pk)


def queue_page(assignment: Assignment, user: User, *, shown: Shown, page: int, teaches: bool) -> QueuePage:
    """Read one page of 50 in the reader's own order; the statements are the same however many papers there are."""
    start = starting_point(assignment.salt, str(user.public_id))
    rows = visible_queue(user, assignment, teaches=teaches)
    conditions = _conditions(assignment, user, teaches=teaches)
    counts = rows.aggregate(
        **{one.name: Count("pk", filter=condition) for one, condition in conditions.items()},
        before_turn=Count("pk", filter=conditions[shown] & Q(shuffle__gte=start)),
    )
    pages = max(1, -(-counts[shown.name] // PAGE))
    page = min(max(page, 1), pages)
    found = _turned(rows.filter(conditions[shown]), start, counts["before_turn"], (page - 1) * PAGE)
    for place in found:
        place.assignment = assignment
    return QueuePage(
        assignment=assignment,
        rows=_rows(found, user, (page - 1) * PAGE, teaches=teaches),
        filters=tuple(QueueFilter(one.value, one.words, counts[one.name], one == shown) for one in Shown),
        shown=shown,
        page=page,
        pages=pages,
        total=counts["ALL"],
        finished=counts["FINISHED"],
        mine=counts["MINE"],
        waiting=counts["TO_MARK"],
        teaches=teaches,
    )


def _conditions(assignment: Assignment, user: User, *, teaches: bool) -> dict[Shown, Q]:
    own = Marking.objects.current().filter(marker=user, state=MarkingState.OPEN, allotment__assignment=assignment)
    flagged = Flag.objects.filter(visible_flags(user, teaches=teaches), paper__assignment=assignment)
    return {
        Shown.ALL: Q(),
        Shown.TO_MARK: Q(state=AllotmentState.WAITING),
        Shown.MINE: Q(pk__in=own.values("allotment")),
        Shown.FINISHED: Q(state=AllotmentState.FINISHED),
        Shown.FLAGGED: Q(paper__in=flagged.values("paper")),
    }


def _turned(rows: AllotmentQuerySet, start: int, before_turn: int, offset: int) -> list[Allotment]:
    """Cut a page out of the queue as it runs from `start` to its end and then from its beginning."""
    ordered = rows.select_related("paper").order_by("shuffle", "pk")
    found: list[Allotment] = []
    if offset < before_turn:
        found = list(ordered.filter(shuffle__gte=start)[offset : offset + PAGE])
    if len(found) < PAGE:
        rest = max(0, offset - before_turn)
        found += ordered.filter(shuffle__lt=start)[rest : rest + PAGE - len(found)]
    return found


def _rows(places: list[Allotment], user: User, offset: int, *, teaches: bool) -> tuple[QueueRow, ...]:
    markings, flags = _markings_at(places, user), _flags_on(places, user, teaches=teaches)
    mode = places[0].assignment.mode if places else None
    made = []
    for number, place in enumerate(places, start=offset + 1):
        marking = markings.get(place.pk)
        is_mine = marking is not None and marking.marker_id == user.pk
        colleague = marking.marker.name if marking is not None and teaches else "a colleague" if marking else ""
        made.append(
            QueueRow(
                number=number,
                code=place.paper.code,
                state=AllotmentState(place.state).label,
                is_finished=place.state == AllotmentState.FINISHED,
                is_mine=is_mine,
                place="" if place.slot == 1 else f"marking {place.slot}",
                words=place.paper.words,
                words_note=words_note(place.paper.words, mode.words_min, mode.words_max) if mode else "",
                flags=flags.get(place.paper_id, ()),
                marker="you" if is_mine else colleague,
                decided=marking.decided if marking else 0,  # type: ignore[attr-defined]  # annotated
                of=marking.of if marking else 0,  # type: ignore[attr-defined]  # annotated
            )
        )
    return tuple(made)


def _markings_at(places: Iterable[Allotment], user: User) -> Mapping[int, Marking]:
    """Give for each place the marking to show: one's own, else a finished one, else the newest."""
    found = (
        Marking.objects.current()
        .filter(allotment__in=[place.pk for place in places])
        .select_related("marker")
        .annotate(of=Count("scores"), decided=Count("scores", filter=~Q(scores__state=ScoreState.UNMARKED)))
    )
    best = sorted(found, key=lambda one: (one.marker_id == user.pk, one.is_finished, one.pk))
    return {marking.allotment_id: marking for marking in best}


def _flags_on(places: Iterable[Allotment], user: User, *, teaches: bool) -> Mapping[int, tuple[DeskFlag, ...]]:
    papers = [place.paper_id for place in places]
    up = Flag.objects.filter(visible_flags(user, teaches=teaches), paper__in=papers).order_by("pk")
    found: dict[int, tuple[DeskFlag, ...]] = defaultdict(tuple)
    for flag in up:
        found[flag.paper_id] += (desk_flag(flag, user),)
    return found


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the papers of an assignment are. `flagged` counts papers with a flag that is up, worries apart."""

    total: int = 0
    waiting: int = 0
    open: int = 0
    finished: int = 0
    flagged: int = 0

    @property
    def is_done(self) -> bool:
        return self.total > 0 and self.finished == self.total


def papers_progress(assignments: Iterable[Assignment]) -> dict[int, Progress]:
    """Count first places by state for several assignments at once, in two statements, by the assignment's key."""
    keys = [assignment.pk for assignment in assignments]
    states = (
        Allotment.objects.in_use()
        .filter(assignment__in=keys, round=1, slot=1)
        .values("assignment")
        .annotate(
            total=Count("pk"),
            waiting=Count("pk", filter=Q(state=AllotmentState.WAITING)),
            open=Count("pk", filter=Q(state=AllotmentState.OPEN)),
            finished=Count("pk", filter=Q(state=AllotmentState.FINISHED)),
        )
    )
    flagged = dict(
        Flag.objects.filter(paper__assignment__in=keys, cleared_at=None, paper__retired_at=None)
        .exclude(kind=FlagKind.WORRY)
        .values_list("paper__assignment")
        .annotate(papers=Count("paper", distinct=True))
    )
    return {
        row["assignment"]: Progress(
            row["total"], row["waiting"], row["open"], row["finished"], flagged.get(row["assignment"], 0)
        )
        for row in states
    }
