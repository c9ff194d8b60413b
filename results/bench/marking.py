"""What marking costs: taking a paper up, all nineteen scores in one batch, finishing, and the next paper."""

from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import uuid4

from django.urls import reverse

from marking.models import Allotment, AllotmentState
from results.bench.client import Answer, Browser, UnexpectedAnswer, at_once
from results.bench.killable import session_of
from results.bench.measuring import TIMES, Ask, Run
from results.bench.pages import at, papers_ahead, settle_statistics, two_ahead
from results.bench.readable import browser_of_bench, measure_readable
from results.bench.report import AHEAD, NEXT, SCORES, Operation, operation_from
from results.bench.world import World
from rubrics.queries.versions import rubric_sheet

CLAIM = "take up the next paper"
FINISH = "finish a paper"
RACE = "take up the next paper, all at once"


def markers_for(size: int) -> int:
    """Say how many markers there are to be: each takes up one paper, and some are left to fetch ahead."""
    return max(2, min(TIMES, size * 2 // 3))


@dataclass(slots=True)
class Seat:
    """A marker at the desk, with the paper they took up."""

    browser: Browser
    code: str = ""
    marking: str = ""
    revision: int = 0


def measure_marking(run: Run, world: World, size: int) -> None:
    settle_statistics()
    seats = [Seat(Browser(run.server.port, session_of(marker))) for marker in world.markers]
    run.post(CLAIM, size, claims(world, seats), times=len(seats))
    taken = [seat for seat in seats if seat.marking]
    run.post(SCORES, size, batches(world, taken), times=len(taken))
    run.page(NEXT, size, papers_ahead(run, world.assignment, session_of(world.markers[0])))
    run.post(AHEAD, size, two_ahead(run, world.assignment, session_of(world.markers[0])))
    scored = [seat for seat in taken if seat.revision]
    run.post(FINISH, size, finishes(scored), times=len(scored))
    run.operations.append(race(run, world, scored, size))
    if browser_of_bench():
        measure_readable(run, world, size)


def claims(world: World, seats: list[Seat]) -> Ask:
    path = at(world.assignment, "marking:markings-start")

    def ask(n: int) -> Answer:
        answer = seats[n].browser.send_json("POST", path, {}).expect(200)
        paper = answer.json()["paper"]
        seats[n].code, seats[n].marking = paper["code"], paper["marking"]
        return answer

    return ask


def batches(world: World, seats: list[Seat]) -> Ask:
    """Send a whole paper's levels at once."""
    criteria = rubric_sheet(world.assignment.rubric_version_id).criteria

    def ask(n: int) -> Answer:
        mutations: list[dict[str, Any]] = [
            {
                "key": str(uuid4()),
                "operation": "set_level",
                "value": {"criterion": one.key, "level": one.levels[-1].key, "state": "scored"},
            }
            for one in criteria
        ]
        body = {"paper": seats[n].code, "base": 0, "mutations": mutations}
        path = reverse("marking:markings-mutate", args=[seats[n].marking])
        answer = seats[n].browser.send_json("POST", path, body).expect(200)
        seats[n].revision = answer.json()["revision"]
        return answer

    return ask


def race(run: Run, world: World, seats: list[Seat], size: int) -> Operation:
    """Let everybody who has finished take up the next paper at the same moment: one each while there are any."""
    path, answers = at(world.assignment, "marking:markings-start"), list[Answer]()
    waiting = Allotment.objects.filter(assignment=world.assignment, state=AllotmentState.WAITING).count()
    before = run.server.cpu_seconds()

    def take(seat: Seat) -> None:
        answers.append(seat.browser.send_json("POST", path, {}).expect(200))

    at_once([partial(take, seat) for seat in seats])
    cpu_ms = (run.server.cpu_seconds() - before) * 1000 / len(answers)
    codes = [paper["code"] for answer in answers if (paper := answer.json()["paper"])]
    if len(set(codes)) != len(codes) or len(codes) != min(waiting, len(seats)):
        raise UnexpectedAnswer(
            f"{len(seats)} wanted {waiting} papers and got {len(codes)}, {len(set(codes))} of them once"
        )
    return operation_from(RACE, size, answers, cpu_ms, floor_ms=run.floor.post.cpu_ms)


def finishes(seats: list[Seat]) -> Ask:
    def ask(n: int) -> Answer:
        path = reverse("marking:markings-finish", args=[seats[n].marking])
        return seats[n].browser.send_json("POST", path, {"base": seats[n].revision}).expect(200)

    return ask
