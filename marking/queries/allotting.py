"""What the page about who marks what says: for each marker what is theirs, begun, done and left."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from courses.kernel.clock import now
from courses.models import Role, User
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, MarkerShare, Marking, MarkingState
from marking.models.papers import AllotmentQuerySet
from marking.pure.pace import LAST, Span, pace_of_all, time_words

MOST_PINNED = 60
"""How many pinned papers are named on the page."""


@dataclass(frozen=True, slots=True)
class MarkerLine:
    """One marker of the course, or somebody who was one. Of first places: `allotted` to them, `waiting` of those.

    `open` and `finished` are their markings, `lately` those finished within seven days; `left` is what is theirs and
    not finished. `share` 0: takes no part. How long one paper takes them is for them alone to see.
    """

    person: User
    is_teacher: bool
    is_gone: bool
    share: int
    allotted: int
    waiting: int
    open: int
    finished: int
    lately: int
    left: int


@dataclass(frozen=True, slots=True)
class PinnedLine:
    """A paper that is pinned to somebody."""

    code: str
    marker: str
    state: str
    may_be_unpinned: bool


@dataclass(frozen=True, slots=True)
class AllottingPage:
    """Who marks what in one assignment. `unallotted` papers wait for whoever takes them; `seconds` are asked for."""

    assignment: Assignment
    lines: tuple[MarkerLine, ...]
    papers: int
    unallotted: int
    begun: int
    finished: int
    time_left: str
    is_shared: bool
    pinned: tuple[PinnedLine, ...]
    pinned_more: int
    seconds: int
    seconds_finished: int

    @property
    def gone(self) -> list[MarkerLine]:
        """Those who no longer mark here, and in whose names papers wait."""
        return [line for line in self.lines if line.is_gone and line.waiting]

    @property
    def left(self) -> int:
        return self.papers - self.finished


def first_places_of(assignment: Assignment) -> AllotmentQuerySet:
    return Allotment.objects.in_use().filter(assignment=assignment, round=1, slot=1, paper__exemplar__isnull=True)


def allotting_page(assignment: Assignment) -> AllottingPage:
    """Read the whole page; as many statements however many papers and markers there are."""
    places = _places_by_marker(assignment)
    markings = _markings_by_marker(assignment)
    shares = dict(MarkerShare.objects.filter(assignment=assignment).values_list("marker", "share"))
    people = _people(assignment, {*shares, *markings, *(marker for marker in places if marker)})
    lines = tuple(
        _line(person, is_teacher, is_gone, shares, places, markings) for person, is_teacher, is_gone in people
    )
    pinned = first_places_of(assignment).filter(pinned=True).select_related("paper", "marker").order_by("shuffle", "pk")
    named = list(pinned[: MOST_PINNED + 1])
    seconds = _seconds(assignment)
    papers = sum(count["all"] for count in places.values())
    finished = sum(count["finished"] for count in places.values())
    pace = pace_of_all(_spans_by_marker(assignment))
    return AllottingPage(
        assignment=assignment,
        lines=lines,
        papers=papers,
        unallotted=places[None]["waiting"] if None in places else 0,
        begun=papers - finished - sum(count["waiting"] for count in places.values()),
        finished=finished,
        time_left=time_words(pace * (papers - finished)) if pace and papers > finished else "",
        is_shared=bool(shares),
        pinned=tuple(
            PinnedLine(
                code=one.paper.code,
                marker=one.marker.name if one.marker else "",
                state=one.get_state_display(),
                may_be_unpinned=one.state == AllotmentState.WAITING,
            )
            for one in named[:MOST_PINNED]
        ),
        pinned_more=max(0, pinned.count() - MOST_PINNED) if len(named) > MOST_PINNED else 0,
        seconds=seconds["all"],
        seconds_finished=seconds["finished"],
    )


def _line(
    person: User,
    is_teacher: bool,
    is_gone: bool,
    shares: Mapping[int, int],
    places: Mapping[int | None, Mapping[str, int]],
    markings: Mapping[int, Mapping[str, int]],
) -> MarkerLine:
    theirs, made = places.get(person.pk, NONE), markings.get(person.pk, NONE)
    return MarkerLine(
        person=person,
        is_teacher=is_teacher,
        is_gone=is_gone,
        share=shares.get(person.pk, 0),
        allotted=theirs["all"],
        waiting=theirs["waiting"],
        open=made["open"],
        finished=made["finished"],
        lately=made["lately"],
        left=theirs["waiting"] + made["open"],
    )


NONE = {"all": 0, "waiting": 0, "open": 0, "finished": 0, "lately": 0}
LATELY = timedelta(days=7)


def _places_by_marker(assignment: Assignment) -> dict[int | None, dict[str, int]]:
    rows = (
        first_places_of(assignment)
        .values("marker")
        .annotate(
            all=Count("pk"),
            waiting=Count("pk", filter=Q(state=AllotmentState.WAITING)),
            finished=Count("pk", filter=Q(state=AllotmentState.FINISHED)),
        )
        .order_by()
    )
    return {row["marker"]: {**NONE, **{name: row[name] for name in ("all", "waiting", "finished")}} for row in rows}


def _markings_by_marker(assignment: Assignment) -> dict[int, dict[str, int]]:
    rows = (
        Marking.objects.current()
        .filter(allotment__assignment=assignment)
        .exclude(allotment__state=AllotmentState.RETIRED)
        .values("marker")
        .annotate(
            open=Count("pk", filter=Q(state=MarkingState.OPEN)),
            finished=Count("pk", filter=Q(state=MarkingState.FINISHED)),
            lately=Count("pk", filter=Q(finished_at__gt=now() - LATELY)),
        )
        .order_by()
    )
    return {row["marker"]: {**NONE, **{name: row[name] for name in ("open", "finished", "lately")}} for row in rows}


def _spans_by_marker(assignment: Assignment) -> dict[int, list[Span]]:
    """Give the last finished markings of whole papers, by marker: of the few hundred newest."""
    newest = (
        Marking.objects.current()
        .finished()
        .filter(allotment__assignment=assignment, allotment__criteria__isnull=True)
        .order_by("-pk")
        .values_list("marker", "started_at", "finished_at")
    )
    spans: dict[int, list[Span]] = defaultdict(list)
    for marker, began, finished in newest[: LAST * 30]:
        if len(spans[marker]) < LAST:
            spans[marker].append((began, finished or began))
    return spans


def _people(assignment: Assignment, others: set[int]) -> list[tuple[User, bool, bool]]:
    """List who marks here, markers before teachers; then those who have work here and no longer mark."""
    roles = assignment.course.enrolments.filter(role__in=[Role.MARKER, Role.TEACHER]).select_related("person")
    found: dict[int, tuple[User, bool, bool]] = {}
    for one in sorted(roles, key=lambda one: (one.role != Role.MARKER, one.person.name)):
        person, was_marker = one.person, found.get(one.person_id)
        found[one.person_id] = was_marker or (person, one.role == Role.TEACHER, False)
    gone = User.objects.filter(pk__in=others - set(found)).order_by("last_name", "first_name", "pk")
    return [*found.values(), *((person, False, True) for person in gone)]


def _seconds(assignment: Assignment) -> dict[str, int]:
    further = Allotment.objects.in_use().filter(assignment=assignment, round=1, slot__gt=1)
    found: dict[str, int] = further.aggregate(
        all=Count("pk"), finished=Count("pk", filter=Q(state=AllotmentState.FINISHED))
    )
    return found
