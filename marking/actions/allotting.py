"""What happens when a teacher says who marks what: by shares, paper by paper, and once more by somebody else."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q, QuerySet

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import User
from courses.permissions import may_teach
from essays.models import Assignment, Submission
from marking.actions.papers import NotAMarker, allot_second
from marking.actions.shares import first_places, in_no_order, lock_places, markers_of, shares_of, spread_over
from marking.models import Allotment, AllotmentState, MarkerShare, Marking, Paper, Purpose

AT_ONCE = 500
NAMED = 8


class PapersNotAllotted(Refusal):
    """Some of the papers cannot be had as it was asked, and nothing was changed. `sentences` say which and why."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__(" ".join(sentences))


@dataclass(frozen=True, slots=True)
class Spread:
    """How many papers nobody has begun, and how many of them changed hands."""

    waiting: int
    moved: int


# ---------------------------------------------------------------- by shares
@transaction.atomic
def allot_papers(assignment: Assignment, *, shares: Mapping[User, int], by: User) -> Spread:
    """Spread the papers nobody has begun over markers by these shares; papers made later follow them.

    Without shares whoever takes a paper marks it. What is begun, marked or pinned stays where it is, but for what is
    pinned to somebody who no longer marks here. Raises NotAMarker.
    """
    require(may_teach(by, assignment.course))
    lock_places(assignment)
    if set(shares) - set(markers_of(assignment)):
        raise NotAMarker
    MarkerShare.objects.filter(assignment=assignment).delete()
    kept = [MarkerShare(assignment=assignment, marker=marker, share=share) for marker, share in shares.items() if share]
    MarkerShare.objects.bulk_create(kept)
    return _spread(assignment, dict(in_no_order(assignment, kept)), by)


@transaction.atomic
def allot_again(assignment: Assignment, *, by: User) -> Spread:
    """Spread the papers nobody has begun by the shares there are: after somebody has left the course."""
    require(may_teach(by, assignment.course))
    lock_places(assignment)
    gone = MarkerShare.objects.filter(assignment=assignment).exclude(marker__in=markers_of(assignment))
    gone.delete()
    return _spread(assignment, shares_of(assignment), by)


def _spread(assignment: Assignment, shares: Mapping[int, int], by: User) -> Spread:
    """Move as few as can be; a paper that somebody takes up meanwhile stays theirs."""
    not_begun = _not_begun(assignment)
    not_begun.filter(pinned=True).exclude(marker__in=markers_of(assignment)).update(pinned=False, marker=None)
    free = first_places(assignment).filter(state=AllotmentState.WAITING, pinned=False).order_by("shuffle", "pk")
    places = list(free.values_list("paper", "marker"))
    given_to = spread_over(assignment, shares, places)
    moving: dict[int | None, list[int]] = defaultdict(list)
    for paper, whose in places:
        if given_to[paper] != whose:
            moving[given_to[paper]].append(paper)
    moved = 0
    for taker, papers in moving.items():
        for start in range(0, len(papers), AT_ONCE):
            some = papers[start : start + AT_ONCE]
            moved += not_begun.filter(paper__in=some, pinned=False).update(marker=taker)
    told = f"markers:{len(shares)} papers:{len(places)} moved:{moved}"
    write_entry("allot_papers", assignment, by=by, after=told, assignment_id=assignment.pk)
    return Spread(len(places), moved)


def _not_begun(assignment: Assignment) -> QuerySet[Allotment]:
    """First places that wait, by what their own rows say: a change that has waited for one looks at it once more."""
    return Allotment.objects.filter(assignment=assignment, round=1, slot=1, state=AllotmentState.WAITING)


# ---------------------------------------------------------------- paper by paper
@transaction.atomic
def pin_papers(assignment: Assignment, *, codes: Collection[str], marker: User | None, by: User) -> int:
    """Give these papers to `marker`, whatever the shares are; to nobody in particular again without one.

    All of them or none. Raises NotAMarker or PapersNotAllotted.
    """
    require(may_teach(by, assignment.course))
    lock_places(assignment)
    papers = _papers_named(assignment, codes)
    _refuse_whom_it_bars(assignment, marker, papers, is_first=True)
    _not_begun(assignment).filter(paper__in=papers).update(marker=marker, pinned=marker is not None)
    places = first_places(assignment).filter(paper__in=papers)
    begun = sorted(places.exclude(state=AllotmentState.WAITING).values_list("paper__code", flat=True))
    if begun:
        raise PapersNotAllotted([f"{_listed(begun)}: somebody has begun to mark. Choose papers nobody has begun."])
    told = f"papers:{len(papers)} marker:{marker.public_id if marker else ''}"
    write_entry("pin_papers", assignment, by=by, after=told, assignment_id=assignment.pk)
    return len(papers)


# ---------------------------------------------------------------- once more
@transaction.atomic
def allot_seconds(assignment: Assignment, *, codes: Collection[str], marker: User | None, by: User) -> int:
    """Ask for one more marking of each of these papers, all of them or none. Raises NotAMarker or PapersNotAllotted."""
    require(may_teach(by, assignment.course))
    lock_places(assignment)
    papers = _papers_named(assignment, codes)
    _refuse_whom_it_bars(assignment, marker, papers, is_first=False)
    for paper in papers:
        paper.assignment = assignment
        allot_second(paper, marker=marker, by=by)
    return len(papers)


@transaction.atomic
def allot_second_sample(assignment: Assignment, *, percent: int, marker: User | None, by: User) -> int:
    """Ask for a second marking of `percent` of all papers; says how many were added to those asked for already.

    Which ones, chance says: they are taken in the papers' random order, those that `marker` may not have left out.
    """
    require(may_teach(by, assignment.course))
    lock_places(assignment)
    if marker is not None and marker not in markers_of(assignment):
        raise NotAMarker
    firsts = first_places(assignment)
    asked = Allotment.objects.in_use().filter(assignment=assignment, round=1, slot=2)
    wanted = -(-firsts.count() * percent // 100) - asked.count()
    free = firsts.exclude(paper__in=asked.values("paper")).order_by("-shuffle", "pk")
    if marker is not None:
        free = free.exclude(paper__in=_not_for(assignment, marker, is_first=False))
    places = [
        Allotment(
            paper_id=place.paper_id,
            assignment=assignment,
            slot=2,
            purpose=Purpose.SECOND,
            marker=marker,
            shuffle=place.shuffle,
        )
        for place in free[: max(wanted, 0)]
    ]
    Allotment.objects.bulk_create(places, batch_size=AT_ONCE)
    told = f"percent:{percent} papers:{len(places)}"
    write_entry("allot_second_sample", assignment, by=by, after=told, assignment_id=assignment.pk)
    return len(places)


# ---------------------------------------------------------------- who may have which
def _papers_named(assignment: Assignment, codes: Collection[str]) -> list[Paper]:
    """Find papers by their codes. Raises PapersNotAllotted where one is none of this assignment's."""
    papers = Paper.objects.filter(assignment=assignment, retired_at=None, exemplar=None, code__in=codes)
    found = {paper.code: paper for paper in papers}
    unknown = [code for code in codes if code not in found]
    if unknown:
        raise PapersNotAllotted([f"{_listed(unknown)}: no paper here has this code. Look it up in the queue."])
    return [found[code] for code in codes]


def _refuse_whom_it_bars(
    assignment: Assignment, marker: User | None, papers: Sequence[Paper], *, is_first: bool
) -> None:
    """Refuse papers that this marker may not have, in words that do not tell why: it could be their own."""
    if marker is None:
        return
    if marker not in markers_of(assignment):
        raise NotAMarker
    not_for = _not_for(assignment, marker, is_first=is_first).filter(pk__in=[paper.pk for paper in papers])
    barred = sorted(not_for.values_list("code", flat=True))
    if barred:
        raise PapersNotAllotted([f"{_listed(barred)}: {marker.name} cannot mark this. Choose somebody else."])


def _not_for(assignment: Assignment, marker: User, *, is_first: bool) -> QuerySet[Paper]:
    """The papers somebody wrote, marks already, or is asked to mark elsewhere than first, where that is asked now."""
    own = Submission.objects.filter(draft__assignment=assignment, draft__author=marker)
    marked = Marking.objects.current().filter(marker=marker, allotment__assignment=assignment)
    asked = Allotment.objects.in_use().filter(assignment=assignment, marker=marker, criteria__isnull=True)
    if is_first:
        asked = asked.exclude(round=1, slot=1)
    return Paper.objects.filter(
        Q(submission__in=own) | Q(pk__in=marked.values("allotment__paper")) | Q(pk__in=asked.values("paper")),
        assignment=assignment,
    )


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes[:NAMED]) + (f" and {len(codes) - NAMED} more" if len(codes) > NAMED else "")
