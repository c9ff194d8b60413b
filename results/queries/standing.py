"""How far an assignment is, in counts only; what is added up is kept until the journal has something new."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef

from courses.queries.journal import assignment_stamp
from essays.models import Assignment, Draft, DraftState, Origin, Revision, Submission
from marking.models import Allotment, AllotmentState, Marking, Paper
from results.models import ReleaseItem

KEPT_SECONDS = 3_600

Sum = TypeVar("Sum")


@dataclass(frozen=True, slots=True)
class Standing:
    """Papers, finished ones, those released or set to be; essays that wait for a decision; students still writing.

    `catching_up` papers have a place open for named criteria, as when one was added. Nothing here is about one student.
    """

    papers: int
    finished: int
    released: int
    undecided: int
    writing: int
    catching_up: int

    @property
    def unreleased(self) -> int:
        return max(self.papers - self.released, 0)


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
    return (kept or Kept(assignment)).sum("standing", lambda: _standing(assignment))


def students_with_words_apart(assignment: Assignment) -> int:
    """Count students whose words came late and wait for a decision: words come without an entry of the journal."""
    apart = Revision.objects.waiting().filter(draft__assignment=assignment)
    return apart.values("draft").distinct().count()


def _standing(assignment: Assignment) -> Standing:
    finished = (
        Marking.objects.current().finished().filter(allotment__paper=OuterRef("pk"), allotment__criteria__isnull=True)
    )
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, submission__isnull=False).aggregate(
        papers=Count("pk"), finished=Count("pk", filter=Exists(finished))
    )
    undecided = Submission.objects.current().filter(
        draft__assignment=assignment, origin=Origin.COLLECTED, decided_at=None
    )
    named = ReleaseItem.objects.filter(
        release__assignment=assignment, release__live_at__isnull=False, release__withdrawn_at=None
    )
    catching_up = (
        Allotment.objects.in_use()
        .filter(assignment=assignment, criteria__isnull=False, paper__submission__isnull=False)
        .exclude(state=AllotmentState.FINISHED)
    )
    return Standing(
        papers=papers["papers"],
        finished=papers["finished"],
        released=named.aggregate(n=Count("outcome__submission", distinct=True))["n"],
        undecided=undecided.count(),
        writing=Draft.objects.filter(assignment=assignment, state=DraftState.OPEN).count(),
        catching_up=catching_up.values("paper").distinct().count(),
    )
