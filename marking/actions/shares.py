"""What spreading papers over markers stands on: their shares, what they have done already, what they must not have."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count, QuerySet

from courses.models import Enrolment, Role, User
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, MarkerShare, Marking, Paper
from marking.models.papers import AllotmentQuerySet
from marking.pure.codes import starting_point
from marking.pure.shares import Spreadable, spread


def lock_places(assignment: Assignment) -> None:
    """Let those who add places, say whose they are or number outcomes come one after the other, and none while the
    rubric changes.

    Before any other lock. Whoever only refers to the assignment is not kept waiting.
    """
    Assignment.objects.select_for_update(no_key=True).only("pk").get(pk=assignment.pk)


def first_places(assignment: Assignment) -> AllotmentQuerySet:
    """The places where essays are marked first: what is allotted. Exemplars are for everybody."""
    return (
        Allotment.objects.in_use().filter(assignment=assignment, round=1, slot=1).exclude(paper__exemplar__isnull=False)
    )


def shares_of(assignment: Assignment) -> dict[int, int]:
    """Give the share of each marker who still marks here, by key; in an order that tells nothing of them."""
    rows = MarkerShare.objects.filter(assignment=assignment, marker__in=markers_of(assignment).values("pk"))
    return dict(in_no_order(assignment, rows.select_related("marker")))


def in_no_order(assignment: Assignment, shares: Iterable[MarkerShare]) -> list[tuple[int, int]]:
    """Order shares as no name, number or time does: who is named first gets the paper that is left over."""
    shuffled = sorted(shares, key=lambda one: starting_point(assignment.salt, str(one.marker.public_id)))
    return [(one.marker_id, one.share) for one in shuffled]


def markers_of(assignment: Assignment) -> QuerySet[User]:
    """Everybody who marks in the assignment's course, its teachers among them; nobody whose account is deactivated."""
    here = Enrolment.objects.filter(course=assignment.course_id, role__in=[Role.MARKER, Role.TEACHER])
    return User.objects.filter(pk__in=here.values("person"), is_active=True)


def spread_over(
    assignment: Assignment, shares: Mapping[int, int], places: Sequence[tuple[int, int | None]]
) -> dict[int, int | None]:
    """Give each paper a marker by shares: `places` are papers nobody has begun, in their random order, and whose."""
    barred = _barred(assignment, shares)
    spreadable = [Spreadable(paper, marker, barred[paper]) for paper, marker in places]
    moved = Counter(marker for _, marker in places if marker is not None)
    return spread(spreadable, shares, _stays(assignment) - moved)


def _stays(assignment: Assignment) -> Counter[int]:
    """Count what is somebody's, whether begun, marked or waiting: by who did it, else by whose it is."""
    done = Counter[int]()
    begun = Marking.objects.current().filter(allotment__in=first_places(assignment))
    for marker, number in begun.values_list("marker").annotate(n=Count("allotment", distinct=True)).order_by():
        done[marker] += number
    waiting = first_places(assignment).filter(state=AllotmentState.WAITING, marker__isnull=False)
    for marker, number in waiting.values_list("marker").annotate(n=Count("pk")).order_by():
        done[marker] += number
    return done


def _barred(assignment: Assignment, markers: Iterable[int]) -> dict[int, set[int]]:
    """Say, by paper, which of these markers must not mark it first: whoever wrote it, or marks it a second time."""
    barred: dict[int, set[int]] = defaultdict(set)
    papers = Paper.objects.filter(assignment=assignment)
    written = papers.filter(submission__draft__author__in=list(markers)).values_list("pk", "submission__draft__author")
    further = Allotment.objects.in_use().filter(assignment=assignment, criteria__isnull=True).exclude(round=1, slot=1)
    named = further.filter(marker__in=list(markers)).values_list("paper", "marker")
    begun = Marking.objects.current().filter(allotment__in=further.values("pk"), marker__in=list(markers))
    for paper, marker in [*written, *named, *begun.values_list("allotment__paper", "marker")]:
        barred[paper].add(marker)
    return barred
