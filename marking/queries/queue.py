"""What the queue shows: a page of papers by code in one marker's own order, filters with counts, and what is left."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from functools import cached_property, reduce
from operator import and_
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q

from courses.kernel.clock import now
from courses.models import User
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, Flag, Marking, MarkingState, Score
from marking.models.markings import MarkingQuerySet
from marking.models.papers import AllotmentQuerySet
from marking.permissions import visible_allotments, visible_queue
from marking.pure.codes import starting_point
from marking.pure.pace import LAST, Span, pace_of, pace_of_all, time_words
from marking.pure.scopes import WHOLE, Scope, query_of
from marking.queries.leases import markings_in_hand
from marking.queries.markings import DeskFlag
from marking.queries.papers import desk_flag, visible_flags, words_note
from rubrics.models import ScoreState
from rubrics.pure.counting import Rule
from rubrics.queries.versions import rubric_sheet

PAGE = 50


class Shown(StrEnum):
    """How far a paper is, as the queue's address says it."""

    ALL = "all"
    TO_MARK = "to-mark"
    MINE = "mine"
    FINISHED = "finished"

    @property
    def words(self) -> str:
        return {"all": "All", "to-mark": "To mark", "mine": "Mine, open", "finished": "Marked"}[self]

    @property
    def facts(self) -> tuple[str, ...]:
        return () if self == Shown.ALL else (f"is_{self.name.lower()}",)


class Only(StrEnum):
    """What else a paper must be, as the address says it; of several, all."""

    FLAGGED = "flagged"
    WORDS = "words"
    ADDED = "added"
    ALLOTTED = "allotted"
    UNALLOTTED = "unallotted"

    @property
    def words(self) -> str:
        return {
            "flagged": "Flagged",
            "words": "Outside the word range",
            "added": "Criteria to add",
            "allotted": "Allotted to you",
            "unallotted": "For whoever takes it",
        }[self]

    @property
    def fact(self) -> str:
        return "is_outside" if self == Only.WORDS else f"is_{self.name.lower()}"


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address of the queue asks for. `code` is part of a code."""

    shown: Shown = Shown.ALL
    only: frozenset[Only] = frozenset()
    code: str = ""
    scope: Scope = WHOLE
    page: int = 1

    @property
    def query(self) -> str:
        """Say it as the address does, what goes without saying left out."""
        told = [("mode", str(self.scope))] if not self.scope.is_whole else []
        told += [("state", self.shown.value)] if self.shown != Shown.ALL else []
        told += [("only", one.value) for one in Only if one in self.only]
        told += [("code", self.code)] if self.code else []
        told += [("page", str(self.page))] if self.page > 1 else []
        return f"?{urlencode(told, safe=':')}"

    @property
    def facts(self) -> tuple[str, ...]:
        """Name what must hold of a place that is shown."""
        return (
            *self.shown.facts,
            *(one.fact for one in Only if one in self.only),
        )

    def toggled(self, one: Only) -> "Asked":
        return replace(self, only=self.only ^ {one}, page=1)


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A paper of the queue. `state` is for people; `marker` is "you", a colleague's name for the teacher, or "".

    `query` keeps scope and round in the desk's address. `held_marking` is one's own that holds the paper now;
    `is_held_by_other` is told to the teacher, who can free it.
    """

    number: int
    code: str
    query: str
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
    held_marking: UUID | None
    is_held_by_other: bool


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """A filter: `query` is the address that chooses it, or, where it is chosen and can be, takes it away."""

    words: str
    count: int
    query: str
    is_chosen: bool


@dataclass(frozen=True)
class QueuePage:
    """One page of the queue and what stands above it.

    The numbers count every place of the scope whose code is sought, whatever else is filtered: `total`, `mine` open
    ones, `waiting`; and papers as a whole: `papers`, `finished`, `unbegun`; `added` counts those with criteria to add
    that nobody took up. `decided` counts one's own open papers on which nothing is left. `time_left` is how
    long what is left takes: for a marker at their own pace, for a teacher all of it; "" where nobody knows yet.
    """

    assignment: Assignment
    asked: Asked
    rows: tuple[QueueRow, ...]
    states: tuple[QueueFilter, ...]
    narrower: tuple[QueueFilter, ...]
    pages: int
    matching: int
    total: int
    papers: int
    finished: int
    unbegun: int
    added: int
    mine: int
    waiting: int
    decided: int
    left: int
    time_left: str
    pace: str
    teaches: bool

    @cached_property
    def first(self) -> int:
        return self.rows[0].number if self.rows else 0

    @cached_property
    def last(self) -> int:
        return self.rows[-1].number if self.rows else 0

    @property
    def page(self) -> int:
        return self.asked.page

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def query_before(self) -> str:
        return replace(self.asked, page=self.page - 1).query

    @property
    def query_after(self) -> str:
        return replace(self.asked, page=self.page + 1).query

    @property
    def query_of_all(self) -> str:
        """The address that shows every paper again, of the same scope."""
        return Asked(scope=self.asked.scope).query

    @property
    def something_waits(self) -> bool:
        return bool(self.mine or self.waiting or self.asked.code)


def queue_page(assignment: Assignment, user: User, asked: Asked, *, teaches: bool) -> QueuePage:
    """Read one page of 50 in the reader's own order; the statements are the same however many papers there are."""
    start = starting_point(assignment.salt, str(user.public_id), str(asked.scope))
    facts = _facts(assignment, user, asked, start, teaches=teaches)
    rows = visible_queue(user, assignment, teaches=teaches).meeting(asked.scope.criteria)
    if asked.code:
        rows = rows.filter(paper__code__contains=asked.code)
    if asked.scope.is_one_criterion:
        rows = rows.exclude(pk__in=_leaving_open(assignment, asked.scope).values("allotment"))
    states = [replace(asked, shown=one, page=1) for one in Shown]
    narrowed = {one: replace(asked, only=asked.only | {one}, page=1) for one in Only}
    left, finished = ("is_to_mark", "is_whole"), ("is_finished", "is_whole")
    unbegun, added = ("is_waiting", "is_whole"), ("is_waiting", "is_added")
    count = _counted(
        rows,
        facts,
        *[(), asked.facts, (*asked.facts, "is_ahead"), left, finished, unbegun, added],
        *[(fact,) for fact in ("is_whole", "is_mine", "is_waiting", "is_decided", *(one.fact for one in Only))],
        *[one.facts for one in (*states, *narrowed.values())],
    )
    chosen = count(*asked.facts)
    pages = max(1, -(-chosen // PAGE))
    asked = replace(asked, page=min(max(asked.page, 1), pages))
    offset = (asked.page - 1) * PAGE
    joined = rows.select_related("paper", "marker") if teaches else rows.select_related("paper")
    places = _turned(joined.filter(_all(facts, asked.facts)), start, count(*asked.facts, "is_ahead"), offset)
    still = count(*left) + count("is_mine")
    pace = None if asked.code or not asked.scope.is_whole else _pace(assignment, None if teaches else user)
    return QueuePage(
        assignment=assignment,
        asked=asked,
        rows=_rows(assignment, places, user, asked.scope, offset, teaches=teaches),
        states=tuple(
            QueueFilter(one.shown.words, count(*one.facts), one.query, one.shown == asked.shown) for one in states
        ),
        narrower=tuple(
            QueueFilter(one.words, count(*narrow.facts), asked.toggled(one).query, one in asked.only)
            for one, narrow in narrowed.items()
            if one in asked.only or 0 < count(one.fact) < count()
        ),
        pages=pages,
        matching=chosen,
        total=count(),
        papers=count("is_whole"),
        finished=count(*finished),
        unbegun=count(*unbegun),
        added=count(*added),
        mine=count("is_mine"),
        waiting=count("is_waiting"),
        decided=count("is_decided"),
        left=still,
        time_left=time_words(pace * still) if pace and still else "",
        pace=time_words(pace) if pace else "",
        teaches=teaches,
    )


# ---------------------------------------------------------------- what is known of every place, and counted
def _facts(assignment: Assignment, user: User, asked: Asked, start: int, *, teaches: bool) -> Mapping[str, Q]:
    """Give what the filters ask of a place: counted all in one statement, and filtered by.

    Where one goes through a scope, one's own papers count by what is left in it.
    """
    own = _open_markings(assignment, user)
    in_hand = markings_in_hand(user, assignment, asked.scope)
    is_mine, waits = Q(pk__in=in_hand.values("allotment")), Q(state=AllotmentState.WAITING)
    is_set = Q(pk__in=own.exclude(pk__in=in_hand).values("allotment"))
    flagged = Flag.objects.filter(visible_flags(user, teaches=teaches), paper__assignment=assignment)
    mode, narrow = assignment.mode, not asked.scope.is_whole
    too_long = Q(paper__words__gt=mode.words_max) if mode.words_max else Q(pk__in=[])
    return {
        "is_ahead": Q(shuffle__gte=start),
        "is_waiting": waits,
        "is_to_mark": waits | is_mine if narrow else waits,
        "is_mine": is_mine,
        "is_finished": Q(state=AllotmentState.FINISHED) | is_set if narrow else Q(state=AllotmentState.FINISHED),
        "is_decided": Q(pk__in=decided_markings(assignment, user).values("allotment")),
        "is_whole": Q(criteria__isnull=True),
        "is_added": Q(criteria__isnull=False),
        "is_flagged": Q(paper__in=flagged.values("paper")),
        "is_outside": Q(paper__words__lt=mode.words_min or 0) | too_long,
        "is_allotted": Q(marker=user),
        "is_unallotted": Q(marker=None),
    }


def _leaving_open(assignment: Assignment, scope: Scope) -> MarkingQuerySet:
    """Give the finished markings that leave a criterion open: a place of its own adds it."""
    finished = Marking.objects.current().finished().filter(allotment__assignment=assignment)
    left = Score.objects.filter(marking=OuterRef("pk"), criterion__key__in=scope.criteria, state=ScoreState.UNMARKED)
    return finished.filter(Exists(left))


def _all(facts: Mapping[str, Q], names: Iterable[str]) -> Q:
    return reduce(and_, (facts[name] for name in names), Q())


def _counted(rows: AllotmentQuerySet, facts: Mapping[str, Q], *wanted: Sequence[str]) -> Callable[..., int]:
    """Count in one statement the places for which each of `wanted` holds; give what looks a number up by its facts."""
    keys = {frozenset(names): f"n{place}" for place, names in enumerate(wanted)}
    found = rows.aggregate(**{key: Count("pk", filter=_all(facts, sorted(names))) for names, key in keys.items()})
    return lambda *names: found[keys[frozenset(names)]]


def _open_markings(assignment: Assignment, user: User) -> MarkingQuerySet:
    return Marking.objects.current().filter(marker=user, state=MarkingState.OPEN, allotment__assignment=assignment)


def decided_markings(assignment: Assignment, user: User) -> MarkingQuerySet:
    """One's own open markings on which nothing is left to decide: finishing them is all there is to do."""
    rubric = rubric_sheet(assignment.rubric_version_id)
    off = [rule.strand_key for rule in rubric.mode(assignment.mode.key).rules if rule.rule == Rule.OFF]
    left = Score.objects.filter(marking=OuterRef("pk"), state=ScoreState.UNMARKED).exclude(
        criterion__strand__key__in=off
    )
    return _open_markings(assignment, user).exclude(Exists(left))


def _turned(rows: AllotmentQuerySet, start: int, before_turn: int, offset: int) -> list[Allotment]:
    """Cut a page out of the queue as it runs from `start` to its end and then from its beginning, in one statement."""
    ordered, end = rows.order_by("shuffle", "pk"), offset + PAGE
    ahead, behind = ordered.filter(shuffle__gte=start), ordered.filter(shuffle__lt=start)
    if end <= before_turn:
        return list(ahead[offset:end])
    if offset >= before_turn:
        return list(behind[offset - before_turn : end - before_turn])
    last, first = ahead.values("pk")[offset:before_turn], behind.values("pk")[: end - before_turn]
    page = rows.filter(Q(pk__in=last) | Q(pk__in=first))
    return sorted(page, key=lambda place: (place.shuffle < start, place.shuffle, place.pk))


# ---------------------------------------------------------------- how long it takes
def own_time_left(assignment: Assignment, user: User) -> str:
    """Say how long what somebody can still mark takes at their own pace: "≈ 3 h left", or nothing yet."""
    pace = _pace(assignment, user)
    if pace is None:
        return ""
    mine = Q(pk__in=_open_markings(assignment, user).values("allotment"))
    waits = Q(state=AllotmentState.WAITING, criteria__isnull=True)
    left = visible_allotments(user).filter(waits | mine, assignment=assignment).count()
    return f"≈ {time_words(pace * left)} left" if left else ""


def _pace(assignment: Assignment, user: User | None) -> timedelta | None:
    """Work out how long a paper takes this marker; or, for nobody in particular, all who mark the assignment."""
    done = (
        Marking.objects.current().finished().filter(allotment__assignment=assignment, allotment__criteria__isnull=True)
    )
    if user is not None:
        done = done.filter(marker=user)
    last = done.order_by("-pk").values_list("marker", "started_at", "finished_at")
    spans: dict[int, list[Span]] = defaultdict(list)
    for marker, began, finished in last[: LAST if user is not None else LAST * 5]:
        spans[marker].append((began, finished or began))
    return pace_of(spans[user.pk]) if user is not None else pace_of_all(spans)


# ---------------------------------------------------------------- the rows
def _rows(
    assignment: Assignment, places: Sequence[Allotment], user: User, scope: Scope, offset: int, *, teaches: bool
) -> tuple[QueueRow, ...]:
    markings = _markings_at(places, user, scope, teaches=teaches)
    flags = _flags_on(places, user, teaches=teaches)
    mode, moment = assignment.mode, now()
    made = []
    for number, place in enumerate(places, start=offset + 1):
        marking = markings.get(place.pk)
        is_mine = marking is not None and marking.marker_id == user.pk
        is_held = place.lease_until is not None and place.lease_until > moment
        holds = is_held and place.leased_by_id == user.pk
        made.append(
            QueueRow(
                number=number,
                code=place.paper.code,
                query=query_of(scope, place.round),
                state="Begun" if place.state == AllotmentState.OPEN and not is_held else place.get_state_display(),
                is_finished=place.state == AllotmentState.FINISHED,
                is_mine=is_mine,
                place=_place_words(place),
                words=place.paper.words,
                words_note=words_note(place.paper.words, mode.words_min, mode.words_max),
                flags=flags.get(place.paper_id, ()),
                marker=_marker_words(place, marking, user, teaches=teaches),
                decided=marking.decided if marking else 0,  # type: ignore[attr-defined]  # annotated
                of=marking.of if marking else 0,  # type: ignore[attr-defined]  # annotated
                held_marking=marking.public_id if marking is not None and is_mine and holds else None,
                is_held_by_other=teaches and is_held and not holds,
            )
        )
    return tuple(made)


def _place_words(place: Allotment) -> str:
    if place.criteria:
        done = "added" if place.state == AllotmentState.FINISHED else "to add"
        return f"{len(place.criteria)} {'criterion' if len(place.criteria) == 1 else 'criteria'} {done}"
    return "" if place.slot == 1 else f"marking {place.slot}"


def _marker_words(place: Allotment, marking: Marking | None, user: User, *, teaches: bool) -> str:
    """Say whose it is: a marker does not learn which colleague."""
    if marking is not None:
        return "you" if marking.marker_id == user.pk else marking.marker.name if teaches else "a colleague"
    if place.marker_id == user.pk:
        return "allotted to you"
    return f"allotted to {place.marker.name}" if place.marker else ""


def _markings_at(places: Iterable[Allotment], user: User, scope: Scope, *, teaches: bool) -> Mapping[int, Marking]:
    """Give for each place the marking to show: one's own, else a finished one, else the newest. Names for a teacher."""
    in_scope = Q() if scope.is_whole else Q(scores__criterion__key__in=scope.criteria)
    found = (
        Marking.objects.current()
        .filter(allotment__in=[place.pk for place in places])
        .annotate(
            of=Count("scores", filter=in_scope),
            decided=Count("scores", filter=in_scope & ~Q(scores__state=ScoreState.UNMARKED)),
        )
    )
    found = found.select_related("marker") if teaches else found
    best = sorted(found, key=lambda one: (one.marker_id == user.pk, one.is_finished, one.pk))
    return {marking.allotment_id: marking for marking in best}


def _flags_on(places: Iterable[Allotment], user: User, *, teaches: bool) -> Mapping[int, tuple[DeskFlag, ...]]:
    papers = [place.paper_id for place in places]
    up = Flag.objects.filter(visible_flags(user, teaches=teaches), paper__in=papers).order_by("pk")
    found: dict[int, tuple[DeskFlag, ...]] = defaultdict(tuple)
    for flag in up:
        found[flag.paper_id] += (desk_flag(flag, user),)
    return found
