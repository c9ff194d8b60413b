"""Killing and cutting: what a client was told is kept must be there afterwards, once, to the letter."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from uuid import uuid4

from essays.models import Draft, Revision
from marking.actions.papers import claim_next
from marking.models import Marking, Mutation, Score
from results.bench.killable import Client, CuttingProxy, KillableServer, NoAnswer, killable_server, session_of
from results.bench.world import PACK, World, open_drafts, text_hash, texts_growing
from rubrics.pure.packs import Pack, read_pack

CLIENTS = 4
TRIES = 400
BETWEEN_KILLS = 10
"""How many answers clients get at least before the next kill: a server that never answers loses nothing either."""


@dataclass
class Told:
    """What one client was told, and what it went through."""

    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    broken: int = 0
    replays: int = 0
    strange: list[str] = field(default_factory=list)
    last: str = ""


@dataclass(frozen=True)
class Faults:
    """The figures of a run. `lost` and `duplicates` must be 0; the others must not, or nothing was tried."""

    kills: int
    cuts: int
    acknowledged: int
    broken: int
    replays: int
    lost: int
    duplicates: int
    strange: list[str]

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def write_until(stop: threading.Event, client: Client, draft: Draft, pack: Pack, seed: int, told: Told) -> None:
    """Save a growing essay again and again; ask with the same key until the outcome is known."""
    path, base = f"/drafts/{draft.public_id}/text/", 0
    for text in texts_growing(pack, seed):
        if stop.is_set():
            return
        put = {"base": base, "key": str(uuid4()), "text": text, "sha256": text_hash(text), "intent": "user"}
        status, answer = until_known(client, "PUT", path, put, told)
        if status not in (200, 201) or answer["sha256"] != put["sha256"]:
            told.strange.append(f"{status} {answer}")
            return
        told.replays += status == 200
        told.keys.add(str(put["key"]))
        base = int(str(answer["rev"]))
        told.acknowledged.append((base, str(put["sha256"])))
        told.last = text


def until_known(
    client: Client, method: str, path: str, body: dict[str, object], told: Told
) -> tuple[int, dict[str, object]]:
    """Ask until there is an answer; every try carries the same key."""
    for _ in range(TRIES):
        try:
            return client.ask(method, path, body)
        except NoAnswer:
            told.broken += 1
            time.sleep(0.02)
    told.strange.append("no answer at all")
    return 0, {}


def run_clients(work: list[Callable[[threading.Event], None]], disturb: Callable[[], None]) -> None:
    """Run every client in a thread of its own while `disturb` does its worst; stop them afterwards."""
    stop = threading.Event()
    threads = [threading.Thread(target=one, args=(stop,), daemon=True) for one in work]
    for thread in threads:
        thread.start()
    try:
        disturb()
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def kill_often(server: KillableServer, kills: int, seed: int, told: list[Told]) -> None:
    """Kill the server `kills` times at random moments and start it again each time; leave it running."""
    chance = random.Random(seed)  # not a secret
    for _ in range(kills):
        enough = sum(len(one.acknowledged) for one in told) + BETWEEN_KILLS
        until = time.monotonic() + 20
        time.sleep(chance.uniform(0.05, 0.3))
        while sum(len(one.acknowledged) for one in told) < enough and time.monotonic() < until:
            time.sleep(chance.uniform(0.005, 0.02))
        server.kill()
        server.start()
    time.sleep(0.5)


def draft_faults(world: World, *, kills: int = 0, cuts: int = 0, seed: int = 1914) -> Faults:
    """Let four students write while the server is killed or their connections are cut; then look what is there."""
    pack = read_pack(PACK)
    drafts = open_drafts(world.assignment, CLIENTS, stem=f"fault{seed}x")
    told = [Told() for _ in drafts]
    sessions = [session_of(draft.author) for draft in drafts]
    with killable_server() as server:
        server.start()
        proxy = CuttingProxy(server.port, seed=seed) if cuts else None
        port = proxy.port if proxy else server.port

        def work(n: int) -> Callable[[threading.Event], None]:
            headers = {"X-Assay-User": str(drafts[n].author.public_id)}
            client = Client(port, sessions[n], headers)
            return lambda stop: write_until(stop, client, drafts[n], pack, n, told[n])

        def disturb() -> None:
            if proxy is None:
                kill_often(server, kills, seed, told)
                return
            until = time.monotonic() + 120
            while proxy.cuts < cuts and time.monotonic() < until:
                time.sleep(0.05)

        run_clients([work(n) for n in range(len(drafts))], disturb)
        if proxy:
            proxy.close()
    lost, duplicates = compare(drafts, told)
    return Faults(
        kills=kills,
        cuts=proxy.cuts if proxy else 0,
        acknowledged=sum(len(one.acknowledged) for one in told),
        broken=sum(one.broken for one in told),
        replays=sum(one.replays for one in told),
        lost=lost,
        duplicates=duplicates,
        strange=[strange for one in told for strange in one.strange],
    )


def compare(drafts: list[Draft], told: list[Told]) -> tuple[int, int]:
    """Count what was acknowledged and is not there, and what is there more than once.

    A revision is there if it is kept with the hash that was told, or is older than a kept head: thinning leaves out
    middle states. The newest must be the head to the letter. Every key makes one revision at the most.
    """
    lost = duplicates = 0
    for draft, one in zip(drafts, told, strict=True):
        draft.refresh_from_db()
        kept = {revision.n: revision for revision in Revision.objects.filter(draft=draft)}
        for n, wanted in one.acknowledged:
            there = kept.get(n)
            if there is not None:
                lost += there.sha256 != wanted or text_hash(there.text) != wanted
            else:
                lost += draft.head < n
        if one.acknowledged:
            newest, wanted = one.acknowledged[-1]
            head = kept.get(draft.head)
            lost += head is None or draft.head < newest
            lost += draft.head == newest and head is not None and text_hash(head.text) != wanted
        made = {str(revision.key) for revision in kept.values()}
        duplicates += len(kept) - len(made)
        # Of the one save that was under way at the end the outcome may be unknown: it may have made one revision more.
        duplicates += max(0, draft.latest - len(one.keys) - 1)
    return lost, duplicates


def mark_until(stop: threading.Event, client: Client, marking: Marking, keys: list[str], told: Told) -> None:
    """Set levels again and again, one mutation a request, the same key until the outcome is known."""
    path, base, chance = f"/markings/{marking.public_id}/mutations/", marking.revision, random.Random(marking.pk)
    while not stop.is_set():
        criterion, level = chance.choice(keys), str(chance.randint(1, 3))
        mutation = {
            "key": str(uuid4()),
            "operation": "set_level",
            "value": {"criterion": criterion, "level": level, "state": "scored"},
        }
        body: dict[str, object] = {"paper": marking.allotment.paper.code, "base": base, "mutations": [mutation]}
        status, answer = until_known(client, "POST", path, body, told)
        if status != 200:
            told.strange.append(f"{status} {answer}")
            return
        base = int(str(answer["revision"]))
        told.keys.add(str(mutation["key"]))
        told.acknowledged.append((base, f"{criterion}={level}"))


def marking_faults(world: World, *, kills: int, seed: int = 1914) -> Faults:
    """Let markers set levels while the server is killed; every level that was acknowledged must stand, once."""
    markings = [claim_next(world.assignment, by=marker) for marker in world.markers[:CLIENTS]]
    told = [Told() for _ in markings]
    sessions = [session_of(marking.marker) for marking in markings]
    keys = [f"E{n}" for n in range(1, 8)]
    with killable_server() as server:
        server.start()

        def work(n: int) -> Callable[[threading.Event], None]:
            client = Client(server.port, sessions[n])
            return lambda stop: mark_until(stop, client, markings[n], keys, told[n])

        run_clients([work(n) for n in range(len(markings))], lambda: kill_often(server, kills, seed, told))
    lost = duplicates = 0
    for marking, one in zip(markings, told, strict=True):
        stored = {str(key) for key in Mutation.objects.filter(marking=marking).values_list("key", flat=True)}
        lost += len(one.keys - stored)
        marking.refresh_from_db()
        duplicates += max(0, marking.revision - len(one.keys) - 1)
        newest = {said.partition("=")[0]: said.partition("=")[2] for _, said in one.acknowledged}
        standing = dict(Score.objects.filter(marking=marking).values_list("criterion__key", "level__key"))
        if marking.revision == (one.acknowledged[-1][0] if one.acknowledged else 0):
            lost += sum(standing.get(key) != level for key, level in newest.items())
    return Faults(
        kills=kills,
        cuts=0,
        acknowledged=sum(len(one.acknowledged) for one in told),
        broken=sum(one.broken for one in told),
        replays=0,
        lost=lost,
        duplicates=duplicates,
        strange=[strange for one in told for strange in one.strange],
    )
