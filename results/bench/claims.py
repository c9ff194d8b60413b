"""Everybody wants a paper at once: who got which, who got none, and whether anybody got an error."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

from django.db import OperationalError, connection, connections

from courses.models import User
from marking.actions.leases import reserve_next
from marking.actions.papers import NothingToMark, PaperTaken, claim_next, claim_paper
from marking.models import Allotment, Marking, Paper
from results.bench.client import at_once
from results.bench.world import World, add_course

CLAIMS = 200
PAPERS = 120
TABS = 20
TRIES = 8


@dataclass(frozen=True)
class Races:
    """What came of three races. `errors` must be empty and `doubled` 0; the other figures must not be 0.

    All want the same paper: `same_won` and `same_taken`. One person wants it in many tabs: as many `tabs` got one of
    `tabs_markings`. All fetch ahead, then take the next: `reserved` papers were fetched, `next_won` taken, by as many
    people, and `next_none` found nothing to mark.
    """

    claims: int
    next_won: int
    next_none: int
    same_won: int
    same_taken: int
    tabs: int
    tabs_markings: int
    reserved: int
    doubled: int
    errors: list[str]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def claim_races(world: World, *, claims: int = CLAIMS, papers: int = PAPERS) -> Races:
    """Run the races on a course of their own, each claim in a thread with a connection of its own."""
    race = add_course(world.admin, papers, markers=claims, slug="race")
    wanted = Paper.objects.filter(assignment=race.assignment).select_related("assignment").order_by("shuffle").first()
    assert wanted is not None  # noqa: S101  # the course has papers
    same = _together([partial(claim_paper, wanted, by=marker) for marker in race.markers])
    first = next((one.marker for one in same if isinstance(one, Marking)), None)
    if first is None:
        raise RuntimeError(f"Nobody got the paper that all wanted: {Counter(map(repr, same)).most_common(3)}")
    tabs = _together([partial(claim_paper, wanted, by=first)] * TABS)
    rest = [marker for marker in race.markers if marker != first]
    ahead = Counter[int]()

    def look_ahead_and_take(by: User) -> Marking:
        ahead[by.pk] = len(reserve_next(race.assignment, after=wanted, by=by))
        return claim_next(race.assignment, by=by)

    following = _together([partial(look_ahead_and_take, marker) for marker in rest])
    places = Allotment.objects.filter(assignment=race.assignment)
    markings = Counter(Marking.objects.filter(allotment__in=places).values_list("allotment", flat=True))
    held_by_others = places.exclude(markings__marker=None).exclude(leased_by=None)
    wrong = sum(not place.markings.filter(marker=place.leased_by).exists() for place in held_by_others.distinct())
    return Races(
        claims=len(same) + len(following),
        next_won=_count(following, Marking),
        next_none=_count(following, NothingToMark),
        same_won=_count(same, Marking),
        same_taken=_count(same, PaperTaken),
        tabs=_count(tabs, Marking),
        tabs_markings=len({one.pk for one in tabs if isinstance(one, Marking)}),
        reserved=sum(ahead.values()),
        doubled=sum(count - 1 for count in markings.values()) + wrong,
        errors=sorted({repr(one) for one in (*same, *tabs, *following) if not isinstance(one, EXPECTED)}),
    )


EXPECTED = (Marking, NothingToMark, PaperTaken)
Outcome = Marking | BaseException


def _count(outcomes: Sequence[Outcome], kind: type) -> int:
    return sum(isinstance(one, kind) for one in outcomes)


def _connect() -> None:
    """Connect this thread, ready to wait: SQLite lets one write after the other, and here two hundred stand in line.

    Two hundred connections at once can take a busy PostgreSQL longer than a pool waits for one; that is not the race.
    """
    for left in reversed(range(TRIES)):
        try:
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA busy_timeout = 120000" if connection.vendor == "sqlite" else "SELECT 1")
        except OperationalError:
            if not left:
                raise
        else:
            return


def _together(work: Sequence[Callable[[], Marking]]) -> list[Outcome]:
    """Do everything at the same moment, each piece in a thread that is connected already; keep what came of each."""
    outcomes: list[Outcome] = []
    connected = threading.Barrier(len(work))

    def run(claim: Callable[[], Marking]) -> None:
        try:
            _connect()
            connected.wait(300)
            outcomes.append(claim())
        except BaseException as error:  # noqa: BLE001  # whatever it was, it is told
            outcomes.append(error)
        finally:
            connections.close_all()

    at_once([partial(run, claim) for claim in work])
    return outcomes
