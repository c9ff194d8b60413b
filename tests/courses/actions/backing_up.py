"""What backups and restores do to one database, tried one after the other in a process of its own.

`main()` prints one JSON object: for every trial what was said, and whether the database is as it was before.
"""

import io
import json
import os
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from django_tasks_db.models import DBTaskResult, get_date_max

from courses.actions import backups
from courses.actions.journal import write_entry
from courses.kernel import clock, dumps
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.guards import declared_guards
from courses.models import Course, Entry, Invitation, Job, Session, User
from courses.pure.backups import MANIFEST, read_manifest, written
from courses.queries.health import serving_problems

FOLDER = Path(os.environ["ASSAY_DATA"])
ARCHIVES = FOLDER / "archives"
TOLD: dict[str, object] = {}


def fingerprint() -> object:
    """Read what people have made; None where the database has no table of theirs."""
    connection.close()
    try:
        return (
            sorted(User.objects.values_list("username", "first_name")),
            Session.objects.count(),
            Entry.objects.count(),
        )
    except DatabaseError:
        return None


def tried(name: str, trial: Callable[[], object]) -> None:
    """Note what a refusal said, and whether the database and the folder of archives are as they were."""
    before, listed = fingerprint(), sorted(ARCHIVES.iterdir())
    try:
        trial()
        said = ""
    except Refusal as refusal:
        said = str(refusal)
    same = fingerprint() == before and sorted(ARCHIVES.iterdir()) == listed
    TOLD[name] = {"said": said.replace(str(FOLDER), ""), "untouched": same}


def changed(archive: Path, name: str, *, part: bytes | None = None, more: str = "", **fields: object) -> Path:
    """Write the archive anew with another manifest, another part or one file more."""
    made = FOLDER / f"{name}.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(made, "w") as new:
        manifest = replace(read_manifest(old.read(MANIFEST).decode()), **fields)
        new.writestr(MANIFEST, written(manifest))
        [kept] = [one for one in old.namelist() if one != MANIFEST]
        new.writestr(manifest.parts[0].name, old.read(kept) if part is None else part)
        if more:
            new.writestr(more, b"more")
    return made


def torn_stream(archive: Path) -> bytes:
    """Write nonsense where the packed database begins, so that unpacking stops and not only the sum differs."""
    packed = FOLDER / "packed.zip"
    with zipfile.ZipFile(archive) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
        last = new.infolist()[-1]
    whole = bytearray(packed.read_bytes())
    begins = last.header_offset + 30 + len(last.filename)
    whole[begins : begins + 64] = b"\xff" * 64
    return bytes(whole)


def locked(archive: Path) -> bytes:
    """Say of every file that a password is needed, as programs that lock ZIP files do."""
    whole = bytearray(archive.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        found = whole.find(mark)
        while found >= 0:
            whole[found + at] |= 1
            found = whole.find(mark, found + 4)
    return bytes(whole)


def damage(archive: Path) -> None:
    """Offer archives that are not what was written."""
    whole = archive.read_bytes()
    with zipfile.ZipFile(archive) as packed:
        manifest = read_manifest(packed.read(MANIFEST).decode())
        part = packed.read(manifest.parts[0].name)
    flipped = bytearray(whole)
    flipped[len(whole) // 2] ^= 0xFF
    [one] = manifest.parts
    newer = {**manifest.migrations, "courses": [*manifest.migrations["courses"], "9999_from_the_future"]}
    other = {"sqlite": ("postgresql", "database.pgdump"), "postgresql": ("sqlite", "database.sqlite3")}
    engine, other_part = other[manifest.engine]
    torn = part[: len(part) // 2] + bytes(len(part) - len(part) // 2)
    offered = {
        "truncated": FOLDER / "truncated.zip",
        "flipped": FOLDER / "flipped.zip",
        "empty": FOLDER / "empty.zip",
        "torn stream": FOLDER / "stream.zip",
        "locked": FOLDER / "locked.zip",
        "a folder": FOLDER / "folder.zip",
        "not a zip": FOLDER / "words.zip",
        "not there": FOLDER / "nowhere.zip",
        "other bytes": changed(archive, "bytes", part=part[:-1] + bytes([part[-1] ^ 0xFF])),
        "shorter": changed(archive, "shorter", part=part[:-1]),
        "longer": changed(archive, "longer", part=part + b"more"),
        "torn inside": changed(
            archive, "torn", part=torn, parts=(replace(one, sha256=backups.hashlib.sha256(torn).hexdigest()),)
        ),
        "miscounted": changed(archive, "miscounted", counts={**manifest.counts, "courses_user": 99}),
        "other engine": changed(archive, "engine", engine=engine, parts=(replace(one, name=other_part),)),
        "newer": changed(archive, "newer", migrations=newer),
        "one file more": changed(archive, "more", more="../evil"),
        "enormous": changed(archive, "enormous", parts=(replace(one, bytes=10**18),)),
    }
    offered["truncated"].write_bytes(whole[: len(whole) * 2 // 3])
    offered["flipped"].write_bytes(bytes(flipped))
    offered["empty"].write_bytes(b"")
    offered["torn stream"].write_bytes(torn_stream(archive))
    offered["locked"].write_bytes(locked(archive))
    offered["a folder"].mkdir()
    offered["not a zip"].write_text("Dear school, here is your backup.")
    for name, file in offered.items():
        tried(name, lambda file=file: backups.restore_backup(file, replace=True))
        tried(f"{name}, looked at", lambda file=file: backups.check_backup(file))


def full_disk(archive: Path) -> None:
    """Let no file grow past 64 kB, as on a disk that is full."""
    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, hard))
    try:
        tried("full disk, backing up", lambda: backups.make_backup(ARCHIVES))
        tried("full disk, restoring", lambda: backups.restore_backup(archive, replace=True))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))


def in_use(archive: Path) -> None:
    """Restore while somebody else is connected, and while a server says that it serves."""
    if connection.vendor == "sqlite":
        with closing(dumps._opened(dumps.SQLite().path)) as other:
            other.execute("PRAGMA journal_mode=WAL")
            other.execute("SELECT count(*) FROM courses_user").fetchone()
            tried("somebody connected", lambda: backups.restore_backup(archive, replace=True))
        with dumps.served():
            tried("served", lambda: backups.restore_backup(archive, replace=True))
        usual, tried_to_serve = backups._unpacked_and_checked, []

        def while_it_is_restored(*given: object) -> Path:
            try:
                with dumps.served():
                    tried_to_serve.append("it started")
            except Refusal as refusal:
                tried_to_serve.append(str(refusal))
            raise Refusal("Enough.")

        backups._unpacked_and_checked = while_it_is_restored
        tried("started meanwhile", lambda: backups.restore_backup(archive, replace=True))
        backups._unpacked_and_checked = usual
        TOLD["started meanwhile"]["server"] = tried_to_serve
    else:
        with dumps.PostgreSQL()._connected():
            tried("somebody connected", lambda: backups.restore_backup(archive, replace=True))


def without_client(archive: Path) -> None:
    """Look for PostgreSQL's programs where there are none, and where they are old."""
    if connection.vendor == "sqlite":
        return
    usual, dumps.DEBIAN, path = dumps.DEBIAN, FOLDER / "nowhere", os.environ["PATH"]
    try:
        os.environ["PATH"] = str(FOLDER / "bin")
        (FOLDER / "bin").mkdir()
        tried("no pg_dump", lambda: backups.make_backup(ARCHIVES))
        tried("no psql", lambda: backups.restore_backup(archive, replace=True))
        old = FOLDER / "bin" / "pg_dump"
        old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 9.6.24'\n")
        old.chmod(0o755)
        tried("old pg_dump", lambda: backups.make_backup(ARCHIVES))
    finally:
        dumps.DEBIAN, os.environ["PATH"] = usual, path


def without_a_guard() -> Path:
    """Back the database up while a guard is missing, and put the guard back."""
    model, guard = declared_guards(apps)[0]
    with connection.cursor() as cursor:
        for statement in guard.drop_statements(model, connection):
            cursor.execute(statement)
    made = backups.make_backup(FOLDER / "unguarded").file
    with connection.cursor() as cursor:
        for statement in guard.statements(model, connection):
            cursor.execute(statement)
    return made


def killed(archive: Path) -> None:
    """Kill a restore when the archive's database stands in its place and is not ready yet; then go on."""
    before = fingerprint()
    told = {"killed": run_killed(archive), "what is there": fingerprint() == before}
    try:
        backups.restore_backup(archive)
    except Refusal as refusal:
        told["again"] = str(refusal)
    if connection.vendor == "postgresql":
        try:
            call_command("serve", "--no-worker", stdout=io.StringIO())
        except CommandError as error:
            told["served"] = str(error)
        tried("killed, guard missing", lambda: failing(archive))
        told["as it was"] = fingerprint() == before
        run_killed(archive)
    done = backups.restore_backup(archive, replace=True)
    told |= {"aside": users_aside(done.aside), "after": serving_problems(), "left": schemas_left()}
    User.objects.create(username="came.after")
    TOLD["killed"] = told


def run_killed(archive: Path) -> int:
    """Restore in a process that is killed before what it put in place is ready; give how it ended."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()
    words = (
        "import django, os, signal; from pathlib import Path; django.setup(); from courses.actions import backups; "
        "backups._made_ready = lambda *given: os.kill(os.getpid(), signal.SIGKILL); "
        f"backups.restore_backup(Path({str(archive)!r}), replace=True)"
    )
    return subprocess.run([sys.executable, "-c", words], cwd=Path(__file__).parents[3], check=False).returncode


def failing(archive: Path) -> None:
    """Begin the restore that was killed anew, and let it find what is restored not in order."""
    usual = backups._made_ready

    def not_in_order(*given: object) -> None:
        raise backups.NotWhole("Not in order.")

    backups._made_ready = not_in_order
    try:
        backups.restore_backup(archive, replace=True)
    finally:
        backups._made_ready = usual


def schemas_left() -> list[str]:
    if connection.vendor == "sqlite":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname = %s", [dumps.UNFINISHED])
        return [name for (name,) in cursor.fetchall()]


def tasks_waiting() -> None:
    """Let tasks and a job wait, of each kind that a backup can find."""
    moment = now()
    for status in ("READY", "RUNNING", "SUCCESSFUL", "FAILED"):
        ended = moment if status in ("SUCCESSFUL", "FAILED") else None
        row = {"status": status, "args_kwargs": {"args": [], "kwargs": {}}, "finished_at": ended}
        DBTaskResult.objects.create(task_path="x", backend_name="default", run_after=get_date_max(), **row)
    row = {"status": "RUNNING", "args_kwargs": {"args": [], "kwargs": {}}, "priority": 10}
    DBTaskResult.objects.create(task_path="urgent", backend_name="default", run_after=get_date_max(), **row)
    owner = User.objects.get()
    for state in ("waiting", "working"):
        Job.objects.create(owner=owner, kind="x", title=state, state=state, queued_at=moment, heard_at=moment)
    course = Course.objects.get()
    times = {"invited_at": moment, "expires_at": moment}
    Invitation.objects.create(course=course, role="student", email="a@x.org", invited_by=owner, **times)
    Invitation.objects.create(
        course=course, role="student", email="b@x.org", invited_by=owner, mailed_at=moment, **times
    )


def main() -> None:
    ARCHIVES.mkdir(mode=0o700)
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    ines = User.objects.create(username="ines.duarte", first_name="Inês\n\\.\tDuarte")
    course = Course.objects.create(slug="history-12", title="History 12")
    Session.objects.create(session_key="a" * 32, session_data="x", expire_date=now() + timedelta(days=1), seen_at=now())
    with transaction.atomic():
        write_entry("set_password", ines, by=None, after="state")
    tasks_waiting()
    first = backups.make_backup(ARCHIVES)
    file, counts = first.file, first.manifest.counts
    TOLD["first"] = {
        "name": file.name,
        "mode": oct(file.stat().st_mode & 0o777),
        "folder_mode": oct(ARCHIVES.stat().st_mode & 0o777),
        "listed": [one.name for one in ARCHIVES.iterdir()],
        "users": counts["courses_user"],
        "courses": counts[Course._meta.db_table],
        "began_at": first.manifest.began_at.isoformat(),
    }
    tried("content", lambda: backups.restore_backup(file))
    tried("looked at", lambda: backups.check_backup(file))
    damage(file)
    full_disk(file)
    in_use(file)
    without_client(file)
    unguarded = without_a_guard()
    tried("a guard missing", lambda: backups.restore_backup(unguarded, replace=True))

    User.objects.create(username="came.later", first_name="Later")
    Invitation.objects.all().delete()
    course.delete()
    done = backups.restore_backup(file, replace=True)
    newest = Entry.objects.order_by("-pk").first()
    TOLD["replaced"] = {
        "users": sorted(User.objects.values_list("username", "first_name")),
        "courses": Course.objects.count(),
        "sessions": [done.ready.sessions_ended, Session.objects.count()],
        "migrated": done.ready.migrated,
        "seals": done.ready.seals_broken,
        "entry": [newest.verb, newest.after == backups._sha256(file)],
        "aside": users_aside(done.aside),
        "named": [done.aside.endswith(one) for one in dumps.this_database().kept_aside()],
        "problems": backups.readiness_problems(),
        "left": sorted(one.name for one in FOLDER.glob(".*")),
    }
    TOLD["tasks"] = {
        "set aside": done.ready.tasks_set_aside,
        "tasks": sorted(DBTaskResult.objects.values_list("task_path", "status")),
        "unfinished": DBTaskResult.objects.filter(finished_at=None).count(),
        "jobs": [list(row) for row in Job.objects.order_by("pk").values_list("state", "said")],
        "mails": list(Invitation.objects.order_by("email").values_list("mail_problem", flat=True)),
    }
    again = backups.make_backup(ARCHIVES)
    TOLD["after it"] = {"users": again.manifest.counts["courses_user"], "tables": len(again.manifest.counts)}

    days = [now() - timedelta(days=n) for n in (9, 3, 2, 1)]
    for day in days:
        with clock.at(day):
            backups.make_backup(ARCHIVES)
    (ARCHIVES / "notes.txt").write_text("not ours")
    kept = backups.make_backup(ARCHIVES, keep=3)
    TOLD["thinned"] = {"went": len(kept.thinned), "stayed": len(list(ARCHIVES.iterdir()))}

    before_the_last = sorted(name for app, name in MigrationLoader(None).disk_migrations if app == "results")[-2]
    call_command("migrate", "results", before_the_last, verbosity=0)
    older = backups.make_backup(FOLDER / "older").file
    call_command("migrate", verbosity=0)
    done = backups.restore_backup(older, replace=True)
    TOLD["older"] = {"migrated": done.ready.migrated, "users": User.objects.count()}
    killed(older)
    print(json.dumps(TOLD))


def users_aside(where: str) -> list[str]:
    """Read who is in what was kept aside."""
    if connection.vendor == "sqlite":
        with closing(dumps._opened(Path(where))) as kept:
            return sorted(name for (name,) in kept.execute("SELECT username FROM courses_user"))
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT username FROM {where.split()[-1]}."courses_user"')  # noqa: S608  # a name we made
        return sorted(name for (name,) in cursor.fetchall())
