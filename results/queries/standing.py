"""How far an assignment is, in counts only; what is added up is kept until the journal has something new."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import median
from typing import TypeVar

from django.core.cache import caches
from django.db.models import Count, Exists, Min, OuterRef, Q

from courses.kernel.clock import now
from courses.queries.journal import assignment_stamp
from essays.models import Assignment, Draft, DraftState, Origin, Revision, Submission
from marking.models import Allotment, AllotmentState, Flag, FlagKind, Marking, MarkingState, Paper, Purpose
from results.models import ReleaseItem
from results.pure.charts import Piece, flow_of

KEPT_SECONDS = 3_600
LATELY = 200
FEWEST_FOR_ESTIMATE = 3
SHORTEST_SITTING, LONGEST_SITTING = 0.5, 60
"""Minutes: what took less was entered, not read; what took longer lay open over a break."""

Sum = TypeVar("Sum")


@dataclass(frozen=True, slots=True)
class Standing:
    """Papers, finished ones, those shown, those set for later; essays that wait for a decision; students still writing.

    `catching_up` papers have a place open for named criteria, as when one was added. Nothing here is about one student.
    """

    papers: int
    finished: int
    released: int
    undecided: int
    writing: int
    catching_up: int
    set_ahead: int = 0

    @property
    def unreleased(self) -> int:
        """Papers that nobody will see unless somebody does something."""
        return max(self.papers - self.released - self.set_ahead, 0)


@dataclass(frozen=True, slots=True)
class MarkerProgress:
    """What one person has finished and has open, and how long a paper takes them, once a few tell."""

    name: str
    finished: int
    open: int
    minutes: int | None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far marking is, with an estimate of what is left once a few papers tell how long one takes."""

    papers: int
    finished: int
    released: int
    minutes_a_paper: int | None
    markers: tuple[MarkerProgress, ...]
    flags: tuple[tuple[str, int], ...]
    set_ahead: int = 0

    @property
    def left(self) -> int:
        return max(self.papers - self.finished, 0)

    @property
    def time_left(self) -> str:
        if self.minutes_a_paper is None or not self.left:
            return ""
        hours, minutes = divmod(self.left * self.minutes_a_paper, 60)
        return f"{hours} h {minutes} min" if hours else f"{minutes} min"

    @property
    def flow(self) -> list[Piece]:
        """The bar: released, set for later, marked, still to mark."""
        told = self.released + self.set_ahead
        marked = max(self.finished - told, 0)
        return flow_of(
            [
                ("released", "released", self.released),
                ("marked", "set for later", self.set_ahead),
                ("marked", "marked", marked),
                ("submitted", "to mark", max(self.papers - told - marked, 0)),
            ]
        )


class Kept:
    """Sums about one assignment, kept in memory until its journal has something new: one statement finds that out.

    For what changes with an entry of the journal and with nothing else: neither with late words nor with the time.
    """

    def __init__(self, assignment: Assignment) -> None:
        self.stamp = f"sums:{assignment.pk}:{assignment_stamp(assignment.pk)}"

    def sum(self, name: str, make: Callable[[], Sum]) -> Sum:
        """Give what `make` adds up, from memory where nothing has happened since."""
        key, memory = f"{self.stamp}:{name}", caches["memory"]
        found: Sum | None = memory.get(key)
        if found is None:
            found = make()
            memory.set(key, found, KEPT_SECONDS)
        return found


def standing_of(assignment: Assignment, kept: Kept | None = None) -> Standing:
    """Count, or give what was counted while nothing has changed since."""
    standing, first_shown = (kept or Kept(assignment)).sum("standing", lambda: _standing(assignment))
    moment = now()
    ahead = sum(at > moment for at in first_shown)
    return replace(standing, released=len(first_shown) - ahead, set_ahead=ahead)


def students_with_words_apart(assignment: Assignment) -> int:
    """Count students whose words came late and wait for a decision: words come without an entry of the journal."""
    apart = Revision.objects.waiting().filter(draft__assignment=assignment)
    return apart.values("draft").distinct().count()


def _standing(assignment: Assignment) -> tuple[Standing, list[datetime]]:
    """Count what no clock changes, and list from when each paper is shown: some of that may be ahead."""
    finished = (
        Marking.objects.current().finished().filter(allotment__paper=OuterRef("pk"), allotment__criteria__isnull=True)
    )
    # A paper is retired when somebody opens the queue; until then its essay may be taken back already.
    stands = {"submission__isnull": False, "submission__withdrawn_at": None}
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, **stands).aggregate(
        papers=Count("pk"), finished=Count("pk", filter=Exists(finished))
    )
    undecided = Submission.objects.current().filter(
        draft__assignment=assignment, origin=Origin.COLLECTED, decided_at=None
    )
    made = ReleaseItem.objects.made().filter(release__assignment=assignment, outcome__submission__withdrawn_at=None)
    first_shown = made.values("outcome__submission").annotate(at=Min("release__live_at"))
    catching_up = (
        Allotment.objects.in_use()
        .filter(assignment=assignment, criteria__isnull=False)
        .filter(paper__submission__isnull=False, paper__submission__withdrawn_at=None)
        .exclude(state=AllotmentState.FINISHED)
    )
    standing = Standing(
        papers=papers["papers"],
        finished=papers["finished"],
        released=0,
        undecided=undecided.count(),
        writing=Draft.objects.filter(assignment=assignment, state=DraftState.OPEN).count(),
        catching_up=catching_up.values("paper").distinct().count(),
    )
    return standing, list(first_shown.values_list("at", flat=True))


def progress_of(assignment: Assignment, kept: Kept | None = None) -> Progress:
    """Say how far marking is: in all, by marker, with the flags that are up. Kept like any sum."""
    kept = kept or Kept(assignment)
    standing = standing_of(assignment, kept)
    minutes, markers = kept.sum("pace", lambda: _pace(assignment))
    return Progress(
        papers=standing.papers,
        finished=standing.finished,
        released=standing.released,
        set_ahead=standing.set_ahead,
        minutes_a_paper=minutes,
        markers=markers,
        flags=kept.sum("flags", lambda: _flags(assignment)),
    )


def _pace(assignment: Assignment) -> tuple[int | None, tuple[MarkerProgress, ...]]:
    """Work out how long a paper takes, in all and for each marker, from what was finished lately."""
    markings = (
        Marking.objects.current()
        .filter(allotment__assignment=assignment, allotment__criteria__isnull=True, allotment__paper__retired_at=None)
        .exclude(purpose=Purpose.CALIBRATION)
    )
    people = (
        markings.values("marker_id", "marker__first_name", "marker__last_name", "marker__username")
        .annotate(finished=Count("pk", filter=Q(state=MarkingState.FINISHED)), every=Count("pk"))
        .order_by("marker__last_name", "marker__first_name", "marker_id")
    )
    lately = markings.finished().order_by("-finished_at").values_list("marker_id", "started_at", "finished_at")
    spans: dict[int, list[float]] = defaultdict(list)
    for marker, start, end in lately[:LATELY]:
        minutes = (end - start).total_seconds() / 60 if end else 0
        if SHORTEST_SITTING <= minutes <= LONGEST_SITTING:
            spans[marker].append(minutes)
    return _middle([one for minutes in spans.values() for one in minutes]), tuple(
        MarkerProgress(
            name=f"{row['marker__first_name']} {row['marker__last_name']}".strip() or row["marker__username"],
            finished=row["finished"],
            open=row["every"] - row["finished"],
            minutes=_middle(spans[row["marker_id"]]),
        )
        for row in people
    )


def _middle(minutes: list[float]) -> int | None:
    return max(round(median(minutes)), 1) if len(minutes) >= FEWEST_FOR_ESTIMATE else None


def _flags(assignment: Assignment) -> tuple[tuple[str, int], ...]:
    """Count papers by the flags that are up. A worry about a student is for the named person alone."""
    kinds = [FlagKind.COPYING, FlagKind.SECOND_OPINION]
    up = Flag.objects.filter(paper__assignment=assignment, paper__retired_at=None, kind__in=kinds, cleared_at=None)
    rows = up.values("kind").annotate(n=Count("paper", distinct=True)).order_by("kind")
    return tuple((FlagKind(row["kind"]).label, row["n"]) for row in rows)
