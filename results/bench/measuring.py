"""How an operation is measured: asked often enough, bounded in count and time, its processor time shared out."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from results.bench.client import Answer, Browser, at_once
from results.bench.report import Operation, operation_from
from results.bench.server import Server

TIMES = 60
WARM = 4
"""Asked before anything counts: caches in the memory of every process are filled, as they are on any day."""
SECONDS = 20.0
"""No operation takes longer than this, however slow it is."""
LEAST = 5
CLIENTS = 8
EACH = 40

Ask = Callable[[int], Answer]


@dataclass(frozen=True, slots=True)
class Floor:
    """What Django alone costs here and now: a page, a POST of 8 KB, and that POST by eight clients at once."""

    page: Operation
    post: Operation
    posts_at_once: Operation
    posts_per_second: float

    def as_json(self) -> dict[str, object]:
        told = {"page": self.page, "post": self.post, "posts_at_once": self.posts_at_once}
        return {
            name: {"p50_ms": one.p50_ms, "p95_ms": one.p95_ms, "cpu_ms": one.cpu_ms} for name, one in told.items()
        } | {"posts_per_second": round(self.posts_per_second, 1), "clients": CLIENTS}


@dataclass(slots=True)
class Run:
    """A server under measurement and what was found so far. Nothing is asked more often than `most`."""

    server: Server
    floor: Floor
    most: int = 1_000
    operations: list[Operation] = field(default_factory=list)

    def page(self, name: str, size: int, ask: Ask, *, times: int = TIMES) -> None:
        self._add(name, size, ask, times, self.floor.page.cpu_ms)

    def post(self, name: str, size: int, ask: Ask, *, times: int = TIMES) -> None:
        self._add(name, size, ask, times, self.floor.post.cpu_ms)

    def _add(self, name: str, size: int, ask: Ask, times: int, floor_ms: float) -> None:
        answers, cpu_ms = in_turn(self.server, ask, min(times, self.most))
        self.operations.append(operation_from(name, size, answers, cpu_ms, floor_ms=floor_ms))


def in_turn(server: Server, ask: Ask, times: int) -> tuple[list[Answer], float]:
    """Ask again and again, one after the other; `ask` gets 0, 1, 2 … Gives the answers and CPU ms a request.

    The first few are not counted.
    """
    warm = min(WARM, max(times - LEAST, 0))
    for n in range(warm):
        ask(n)
    answers, before, until = list[Answer](), server.cpu_seconds(), time.perf_counter() + SECONDS
    for n in range(warm, times):
        if len(answers) >= LEAST and time.perf_counter() > until:
            break
        answers.append(ask(n))
    return answers, (server.cpu_seconds() - before) * 1000 / len(answers)


def in_loops(server: Server, work: Sequence[Ask], *, most: int = EACH) -> tuple[list[Answer], float, float]:
    """Let every client ask in a loop of its own, all at once; give answers, CPU ms a request, and requests a second."""
    answers = list[Answer]()
    until = time.perf_counter() + SECONDS

    def loop(ask: Ask) -> Callable[[], None]:
        def run() -> None:
            for n in range(WARM, WARM + min(EACH, most)):
                if time.perf_counter() > until:
                    return
                answers.append(ask(n))

        return run

    for ask in work:
        for n in range(WARM):
            ask(n)
    before = server.cpu_seconds()
    seconds = at_once([loop(ask) for ask in work])
    return answers, (server.cpu_seconds() - before) * 1000 / len(answers), len(answers) / seconds


def visits(server: Server, session: str, path: str) -> Ask:
    """Open one page again and again as one person; the first visits go over fresh connections, to every process."""
    browser = Browser(server.port, session)

    def ask(n: int) -> Answer:
        if n < WARM:
            browser.close()
        return browser.get(path).expect(200)

    return ask
