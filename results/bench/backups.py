"""The drill: a backup is made while students write, restored elsewhere, and compared with what they were told."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import connections

from courses.models import Session
from essays.models import Draft, Revision
from results.bench.faults import Told, run_clients, write_until
from results.bench.killable import Client, killable_server, session_of
from results.bench.world import PACK, World, open_drafts, text_hash
from rubrics.pure.packs import read_pack

WRITERS = 6
FLOOR = 60
"""How many saves are acknowledged at least before the backup begins, and again after it has ended."""
PATIENCE = 180


@dataclass(frozen=True)
class Drill:
    """The figures of a drill. `lost`, `torn` and `strange` must be empty; the others must not, or nothing was tried."""

    before: int
    during: int
    after: int
    between: int
    lost: list[str]
    torn: list[str]
    strange: list[str]
    megabytes: float
    sessions: int
    backed_up_s: float
    restored_s: float

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def backup_drill(world: World, folder: Path, elsewhere: str, *, filled: int = 0) -> Drill:
    """Let six students write, back up meanwhile, restore into `elsewhere` (a database's address), and compare.

    `filled` revisions of 6 KB that do not shrink make the copy take its time.
    """
    pack = read_pack(PACK)
    fill(world, filled)
    drafts = open_drafts(world.assignment, WRITERS, stem="backup")
    told = [Told() for _ in drafts]
    seen: dict[str, list[int]] = {}
    spent: dict[str, float] = {}
    with killable_server() as server:
        server.start()

        def work(n: int) -> Callable[[threading.Event], None]:
            client = Client(
                server.port, session_of(drafts[n].author), {"X-Assay-User": str(drafts[n].author.public_id)}
            )
            return lambda stop: write_until(stop, client, drafts[n], pack, n, told[n])

        def back_up() -> None:
            wait_for_saves(told, FLOOR)
            seen["before"] = [len(one.acknowledged) for one in told]
            spent["backup"] = managed("backup", str(folder))
            seen["during"] = [len(one.acknowledged) for one in told]
            wait_for_saves(told, sum(seen["during"]) + FLOOR)

        run_clients([work(n) for n in range(len(drafts))], back_up)
    [archive] = folder.glob("assay-*.zip")
    password = urlsplit(elsewhere).password or ""
    spent["restore"] = managed(
        "restore", str(archive), "--to", elsewhere.replace(f":{password}@", "@"), password=password
    )
    with restored(elsewhere) as alias:
        lost, torn, between = compared(drafts, told, seen["before"], alias)
        sessions = Session.objects.using(alias).count()
    return Drill(
        before=sum(seen["before"]),
        during=sum(seen["during"]) - sum(seen["before"]),
        after=sum(len(one.acknowledged) for one in told) - sum(seen["during"]),
        between=between,
        lost=lost,
        torn=torn,
        strange=[strange for one in told for strange in one.strange],
        megabytes=round(archive.stat().st_size / 1e6, 1),
        sessions=sessions,
        backed_up_s=spent["backup"],
        restored_s=spent["restore"],
    )


def fill(world: World, revisions: int) -> None:
    """Put an essay with a long history beside the others."""
    [shelf] = open_drafts(world.assignment, 1, stem="shelf")
    made = ((n, token_hex(6_000)) for n in range(1, revisions + 1))
    Revision.objects.bulk_create(
        (
            Revision(
                draft=shelf,
                n=n,
                parent_n=n - 1,
                key=uuid4(),
                sha256=text_hash(text),
                body=Revision.packed(text),
                words=1,
                saved_at=shelf.started_at,
            )
            for n, text in made
        ),
        batch_size=500,
    )


def wait_for_saves(told: list[Told], many: int) -> None:
    """Wait until so many saves were acknowledged, or patience is at its end: the figures then say so."""
    until = time.monotonic() + PATIENCE
    while sum(len(one.acknowledged) for one in told) < many and time.monotonic() < until:
        time.sleep(0.02)


def managed(*words: str, password: str = "") -> float:
    """Run one of Assay's commands on this process's database; give the seconds it took.

    `password` is PostgreSQL's, which no command line holds.
    """
    began = time.monotonic()
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"}
    if password:
        env["PGPASSWORD"] = password
    subprocess.run([sys.executable, "manage.py", *words], cwd=settings.BASE_DIR, env=env, check=True, stdout=sys.stderr)
    return round(time.monotonic() - began, 1)


@contextmanager
def restored(address: str) -> Iterator[str]:
    """Give the alias of another database of the same kind, to read in."""
    connections.databases["restored"] = {**connections.databases["default"], "NAME": urlsplit(address).path[1:]}
    try:
        yield "restored"
    finally:
        opened: Any = connections["restored"]
        opened.close()
        if opened.vendor == "postgresql":
            opened.close_pool()


def compared(drafts: list[Draft], told: list[Told], before: list[int], alias: str) -> tuple[list[str], list[str], int]:
    """Compare the restored database with what was acknowledged.

    Lost is a save that was acknowledged before the backup began and is neither kept nor older than the head. Torn is a
    text that is not its hash, or not what was acknowledged under its number, or a head that is not there. Also given:
    how many saves it holds beyond those, of the time in which the backup was made.
    """
    lost, torn, between = [], [], 0
    for draft, one, count in zip(drafts, told, before, strict=True):
        there = Draft.objects.using(alias).get(pk=draft.pk)
        kept = {revision.n: revision for revision in Revision.objects.using(alias).filter(draft=there)}
        acknowledged = dict(one.acknowledged)
        for n, sha256 in one.acknowledged[:count]:
            if there.head < n or (n in kept and kept[n].sha256 != sha256):
                lost.append(f"{draft.pk}: {n}")
        for n, revision in kept.items():
            if text_hash(revision.text) != revision.sha256 or acknowledged.get(n, revision.sha256) != revision.sha256:
                torn.append(f"{draft.pk}: {n}")
        if there.head not in kept or kept[there.head].sha256 != there.head_sha256:
            torn.append(f"{draft.pk}: head {there.head}")
        between += there.head - (one.acknowledged[count - 1][0] if count else 0)
    return lost, torn, between
