"""The whole database as one file, and back: SQLite by its online backup, PostgreSQL by pg_dump. Knows no table by name.

Both give the rows of every table as they were in the very snapshot that was written, so that the file can be checked
against them, and both keep what was in the database before, aside, where something is put in its place.
"""

import fcntl
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg
from django.db import connection
from django.db.backends.sqlite3._functions import register as register_functions  # type: ignore[import-untyped]  # no stubs for it
from psycopg import sql
from psycopg.conninfo import make_conninfo

from courses.kernel.errors import Refusal

BEFORE_ANYBODY = {"django_migrations", "django_content_type", "auth_permission", "cache"}
"""Tables that have rows before anybody has done anything."""

LIBPQ = ("dbname", "user", "host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile")
"""What of a connection's settings PostgreSQL's own programs understand."""

DEBIAN = Path("/usr/lib/postgresql")
PATIENCE_MS = 60_000
CHUNK = 1024 * 1024
LEAVING = 30
"""Tenths of a second that connections to PostgreSQL may take to end before somebody is said to be there."""


class DumpFailed(Refusal):
    """The database could not be written to a file, or put in place; nothing was changed."""


class Damaged(Refusal):
    """The file is not what was written; the message is the end of a sentence."""


class StillServed(Refusal):
    message = (
        "Assay is still running on this database. Stop it first (systemctl stop assay-web assay-worker), then again."
    )


UNFINISHED = "restore_unfinished"
"""The schema that stands in a PostgreSQL database from when a restore puts another one in its place until it is ready.
Its comment names where the old one is kept."""


class Database(Protocol):
    """What a backup asks of a database, whichever it is."""

    part: str
    """The name of the file in the archive."""

    def version(self) -> str: ...
    def size(self) -> int:
        """Give the bytes it takes now, as a measure of the room its copy needs."""

    def dump(self, to: Path) -> dict[str, int]:
        """Write a consistent snapshot, while others read and write; give the rows of every table in it."""

    def check(self, file: Path) -> dict[str, int]:
        """Read the file to its end and give the rows of every table in it. Raises Damaged."""

    def has_content(self) -> bool:
        """Tell whether anybody has done anything in this database."""

    def unfinished(self) -> str | None:
        """Say where a restore that was cut short keeps the old database, '' for nowhere; None where none was."""

    def kept_aside(self) -> list[str]:
        """Name what restores kept of earlier databases: files or schemas, the day in their names as YYYYMMDD."""

    def alone(self) -> AbstractContextManager[None]:
        """Keep others from beginning to use it, as far as the database lets us. Raises StillServed where one does."""

    def put_in_place(self, file: Path, *, aside: str, prepare: Callable[[], None]) -> str:
        """Make `file` this database, once `prepare` was content with it; say where the old one is kept, or ''.

        Whatever goes wrong, the old one is there as it was.
        """


def this_database() -> Database:
    """Give the default database."""
    return SQLite() if connection.vendor == "sqlite" else PostgreSQL()


# ---------------------------------------------------------------- SQLite
class SQLite:
    """A file. Copied in one step of the online backup, which holds a reader's view and hinders no writer in WAL."""

    part = "database.sqlite3"

    @property
    def path(self) -> Path:
        return Path(connection.settings_dict["NAME"])

    def version(self) -> str:
        return sqlite3.sqlite_version

    def size(self) -> int:
        beside = (self.path, self.path.with_name(self.path.name + "-wal"))
        return sum(one.stat().st_size for one in beside if one.exists())

    def dump(self, to: Path) -> dict[str, int]:
        if not self.path.exists():
            raise DumpFailed(f"There is no database at {self.path}.")
        try:
            with closing(_opened(self.path)) as source, closing(_opened(to, create=True)) as copy:
                source.execute("BEGIN")
                counts = _rows(source)
                source.backup(copy)
                source.execute("ROLLBACK")
                copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise DumpFailed(f"The database could not be copied: {error}.") from error
        return counts

    def check(self, file: Path) -> dict[str, int]:
        try:
            with closing(_opened(file)) as copy:
                said = [str(row[0]) for row in copy.execute("PRAGMA integrity_check(3)")]
                if said != ["ok"]:
                    raise Damaged(f"the copy of the database is damaged: {said[0]}.")
                if copy.execute("PRAGMA foreign_key_check").fetchone():
                    raise Damaged("the copy of the database is damaged: rows point to rows that are not there.")
                return _rows(copy)
        except sqlite3.Error as error:
            raise Damaged(f"the copy of the database is damaged: {error}.") from error

    def has_content(self) -> bool:
        if not self.path.exists():
            return False
        try:
            with closing(_opened(self.path)) as there:
                return any(rows for table, rows in _rows(there).items() if table not in BEFORE_ANYBODY)
        except sqlite3.Error:
            return True  # whatever it is, it is somebody's

    def unfinished(self) -> str | None:
        return None  # the file comes in its place by one rename, once it is ready

    def kept_aside(self) -> list[str]:
        return sorted(str(one) for one in self.path.parent.glob(f"{self.path.name}.before-restore-*"))

    @contextmanager
    def alone(self) -> Iterator[None]:
        _let_go()
        with _lock(self.path) as (descriptor, _):
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise StillServed from error
            if self.path.exists():
                self._into_one_file()
            yield

    def _into_one_file(self) -> None:
        """Bring all of it into one file, which only its sole user may. Raises StillServed."""
        try:
            with closing(_opened(self.path, patience=1)) as there:
                there.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.OperationalError as error:
            raise StillServed from error
        except sqlite3.DatabaseError:
            return  # not a database any more; it is kept aside as it is

    def put_in_place(self, file: Path, *, aside: str, prepare: Callable[[], None]) -> str:
        with _connected_to(file):
            prepare()
        with closing(_opened(file)) as ready:
            ready.execute("PRAGMA journal_mode=DELETE")
        synced(file)
        kept = self.path.with_name(f"{self.path.name}.{aside}")
        had = self.path.exists()
        if had:
            _like(self.path, file)
            os.link(self.path, kept)
        for ending in ("-wal", "-shm"):  # only a file that is no database any more still has them
            beside = self.path.with_name(self.path.name + ending)
            if beside.exists():
                beside.replace(kept.with_name(kept.name + ending))
        file.replace(self.path)
        synced(self.path.parent)
        return str(kept) if had else ""


def _opened(path: Path, *, create: bool = False, patience: int = PATIENCE_MS // 1000) -> sqlite3.Connection:
    """Open a file, made if it may be, with every transaction said by hand and the functions our constraints call."""
    address = f"{path.absolute().as_uri()}?mode={'rwc' if create else 'rw'}"
    opened = sqlite3.connect(address, uri=True, timeout=patience, isolation_level=None)
    register_functions(opened)
    return opened


def _like(old: Path, new: Path) -> None:
    """Let a new file belong to whom the old one did."""
    was = old.stat()
    new.chmod(was.st_mode & 0o777)
    if os.geteuid() == 0:
        os.chown(new, was.st_uid, was.st_gid)


def _rows(opened: sqlite3.Connection) -> dict[str, int]:
    found = opened.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1"
    )
    tables = [str(name) for (name,) in found]
    return {one: opened.execute(f'SELECT count(*) FROM "{one}"').fetchone()[0] for one in tables}  # noqa: S608  # as found


@contextmanager
def _connected_to(file: Path) -> Iterator[None]:
    """Let Django's connection be to another file for a while."""
    usual = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual


def _served_file(path: Path) -> Path:
    return path.with_name(path.name + ".served")


@contextmanager
def _lock(path: Path) -> Iterator[tuple[int, Path]]:
    file = _served_file(path)
    descriptor = os.open(file, os.O_CREAT | os.O_RDWR, 0o600)
    try:
        yield descriptor, file
    finally:
        os.close(descriptor)


@contextmanager
def served() -> Iterator[None]:
    """Say, as long as this lasts, that the database is in use: PostgreSQL knows; SQLite's idle server holds nothing."""
    if connection.vendor != "sqlite" or "memory" in str(connection.settings_dict["NAME"]):
        yield
        return
    with _lock(SQLite().path) as (descriptor, file):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal("A backup is being restored into this database. Start Assay when that is done.") from error
        file.write_text(socket.gethostname())
        yield


def last_host() -> str:
    """Name the machine that last served this SQLite database; '' where none did."""
    file = _served_file(SQLite().path)
    return file.read_text() if connection.vendor == "sqlite" and file.exists() else ""


def synced(path: Path) -> None:
    """Wait until a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# ---------------------------------------------------------------- PostgreSQL
class PostgreSQL:
    """A database on a server. What is put in its place goes into a new schema `public`; the old one is renamed."""

    part = "database.pgdump"

    def version(self) -> str:
        with self._connected() as there:
            return str(there.execute("SHOW server_version").fetchone()[0])  # type: ignore[index]  # always a row

    def size(self) -> int:
        with self._connected() as there:
            found = there.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(found[0])  # type: ignore[index]  # always a row

    def dump(self, to: Path) -> dict[str, int]:
        program = self._program("pg_dump")
        with self._connected() as there:
            there.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            there.read_only = True
            [snapshot] = there.execute("SELECT pg_export_snapshot()").fetchone()  # type: ignore[misc]  # always a row
            command = [program, "--format=custom", f"--snapshot={snapshot}", "--exclude-schema=before_restore_*"]
            command.append(f"--exclude-schema={UNFINISHED}")
            done = self._ran([*command, "--no-owner", "--no-privileges", f"--file={to}", f"--dbname={self._address()}"])
            if done.returncode:
                raise DumpFailed(f"pg_dump could not write the database: {_last_words(done.stderr)}")
            return _rows_of(there)

    def check(self, file: Path) -> dict[str, int]:
        """Let pg_restore list the archive, then write all of it as text, whose lines of data are counted."""
        program = self._program("pg_restore")
        listed = self._ran([program, "--list", str(file)])
        if listed.returncode:
            raise Damaged(f"the copy of the database is damaged: {_last_words(listed.stderr)}")
        tables = re.findall(rb"^\d+; \d+ \d+ TABLE public (\S+)", listed.stdout, re.MULTILINE)
        counts = {name.decode(): 0 for name in tables}
        reading = subprocess.Popen(  # noqa: S603  # our own command
            [program, "--file=-", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=self._env()
        )
        assert reading.stdout is not None and reading.stderr is not None  # noqa: S101, PT018  # both are pipes
        inside = ""
        for line in reading.stdout:
            if inside and line == b"\\.\n":
                inside = ""
            elif inside:
                counts[inside] += 1
            elif copied := re.match(rb'COPY public\."?(\w+)"? ', line):
                inside = copied[1].decode()
        said = reading.stderr.read()
        reading.stdout.close()
        reading.stderr.close()
        if reading.wait():
            raise Damaged(f"the copy of the database is damaged: {_last_words(said)}")
        return counts

    def has_content(self) -> bool:
        with self._connected() as there:
            return any(rows for table, rows in _rows_of(there).items() if table not in BEFORE_ANYBODY)

    def unfinished(self) -> str | None:
        with connection.cursor() as cursor:
            asked = "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = %s"
            cursor.execute(asked, [UNFINISHED])
            found = cursor.fetchone()
        return str(found[0]) if found else None

    def kept_aside(self) -> list[str]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'before_restore_') ORDER BY 1")
            return [str(name) for (name,) in cursor.fetchall()]

    @contextmanager
    def alone(self) -> Iterator[None]:
        self._refuse_if_used()
        yield

    def _refuse_if_used(self) -> None:
        _let_go()
        with self._connected() as there:
            for _ in range(LEAVING):  # a server takes a moment to see that a connection, ours too, was closed
                others = there.execute(
                    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                    "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                ).fetchone()
                there.rollback()  # within a transaction the answer stays the same
                if others == (0,):
                    return
                time.sleep(0.1)
        raise StillServed

    def put_in_place(self, file: Path, *, aside: str, prepare: Callable[[], None]) -> str:
        self._refuse_if_used()  # once more: reading the archive takes long, and nobody was kept out meanwhile
        cut = self.unfinished()
        _let_go()
        kept = "before_restore_" + re.sub(r"\D", "", aside) if self.has_content() else ""
        away = f"ALTER SCHEMA public RENAME TO {kept}" if kept else "DROP SCHEMA IF EXISTS public CASCADE"
        mark = f"CREATE SCHEMA {UNFINISHED}; COMMENT ON SCHEMA {UNFINISHED} IS '{kept}'"
        if cut is not None:  # what stands in its place was never ready: nobody has worked in it
            kept, away, mark = cut, "DROP SCHEMA IF EXISTS public CASCADE", ""
        self._fed_to_psql(f"{away}; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO PUBLIC; {mark};", file)
        try:
            prepare()
        except BaseException:
            _let_go()
            with self._connected() as there:
                there.execute("DROP SCHEMA public CASCADE")
                back = sql.SQL("ALTER SCHEMA {} RENAME TO public").format(sql.Identifier(kept))
                there.execute(back if kept else "CREATE SCHEMA public")
                there.execute(f"DROP SCHEMA {UNFINISHED}")
            raise
        _let_go()
        with self._connected() as there:
            there.execute(f"DROP SCHEMA {UNFINISHED}")
        return f"the schema {kept}" if kept else ""

    def _fed_to_psql(self, first: str, file: Path) -> None:
        """Run `first` and the whole dump as one transaction: all of it, or nothing."""
        psql, program = self._program("psql"), self._program("pg_restore")
        command = [psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"]
        feeding = subprocess.Popen(  # noqa: S603  # our own command
            [*command, f"--dbname={self._address()}"], stdin=subprocess.PIPE, stderr=subprocess.PIPE, env=self._env()
        )
        assert feeding.stdin is not None and feeding.stderr is not None  # noqa: S101, PT018  # both are pipes
        try:
            feeding.stdin.write(f"BEGIN; {first}\n".encode())
            feeding.stdin.flush()
            dumped = subprocess.run(  # noqa: S603  # our own command
                [program, "--no-owner", "--no-privileges", "--file=-", str(file)],
                stdout=feeding.stdin,
                stderr=subprocess.PIPE,
                env=self._env(),
                check=False,
            )
            if not dumped.returncode:  # without COMMIT it was nothing
                feeding.stdin.write(b"\nCOMMIT;\n")
            feeding.stdin.close()
        except BrokenPipeError:
            dumped = None
        said = feeding.stderr.read()
        if feeding.wait() or dumped is None or dumped.returncode:
            words = _last_words(said or (dumped.stderr if dumped else b""))
            raise DumpFailed(f"PostgreSQL did not take the backup, and nothing was changed: {words}")

    def _connected(self) -> psycopg.Connection[tuple[Any, ...]]:
        """Connect without the limits that Assay's own connections have: copying takes as long as it takes."""
        return psycopg.connect(self._address(), password=connection.settings_dict["PASSWORD"] or None)

    def _address(self) -> str:
        given = connection.get_connection_params()
        return make_conninfo("", **{name: given[name] for name in LIBPQ if given.get(name)})

    def _env(self) -> dict[str, str]:
        """Pass the password where no list of processes shows it."""
        password = connection.settings_dict["PASSWORD"]
        return {**os.environ, "LC_ALL": "C", **({"PGPASSWORD": password} if password else {})}

    def _ran(self, command: list[str]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(command, capture_output=True, env=self._env(), check=False)  # noqa: S603  # our own command

    def _program(self, name: str) -> str:
        """Find one of PostgreSQL's programs, not older than the server. Raises DumpFailed."""
        found = client_program(name)
        if not found:
            raise DumpFailed(
                f"{name} is not installed. Install PostgreSQL's client programs (apt-get install postgresql-client)."
            )
        have, want = client_version(name), major_version(self.version())
        if have < want:
            raise DumpFailed(
                f"{name} is of PostgreSQL {have} and the server is {want}; an older one cannot read a newer server. "
                f"Install PostgreSQL {want}'s client programs (apt-get install postgresql-client-{want})."
            )
        return found


def client_program(name: str) -> str:
    """Find the newest of PostgreSQL's client programs on this machine; '' where there is none."""
    kept = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda one: major_version(one.parts[-3]), reverse=True)
    return str(kept[0]) if kept else shutil.which(name) or ""


def client_version(name: str) -> int:
    """Ask one of PostgreSQL's client programs of which version it is; 0 where there is none."""
    found = client_program(name)
    command = [found, "--version"]
    return major_version(subprocess.check_output(command, text=True)) if found else 0  # noqa: S603  # as found


def major_version(said: str) -> int:
    """Read the first number of a version: 15 of `pg_dump (PostgreSQL) 15.14`."""
    found = re.search(r"\d+", said)
    return int(found[0]) if found else 0


def _rows_of(there: psycopg.Connection[tuple[Any, ...]]) -> dict[str, int]:
    found = there.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    counts = {}
    for (table,) in found:
        counted = there.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier("public", table))).fetchone()
        counts[str(table)] = int(counted[0])  # type: ignore[index]  # always a row
    return counts


def _let_go() -> None:
    """Close Django's connection, and the pool it came from."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def _last_words(said: bytes) -> str:
    """Give the last line a program said, which tells most."""
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1].strip().rstrip(".") + "." if lines else "it gave no reason."
