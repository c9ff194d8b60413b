"""Backing up the whole database into one archive, and restoring it: checked, and never over anybody's work."""

import hashlib
import os
import shutil
import tempfile
import tomllib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from courses.actions.jobs import set_waiting_aside
from courses.actions.journal import write_entry
from courses.kernel.clock import now
from courses.kernel.dumps import CHUNK, Damaged, DumpFailed, synced, this_database
from courses.kernel.errors import Refusal
from courses.models import Entry, Session
from courses.pure.backups import (
    MANIFEST,
    Manifest,
    NotAManifest,
    Part,
    file_name,
    read_manifest,
    to_thin,
    unknown_migrations,
    written,
)
from courses.queries.health import cut_short, readiness_problems
from courses.queries.seals import broken_seals

LONGEST_MANIFEST = 4 * 1024 * 1024
CUT = "it is damaged, cut short, or no backup at all"
UNREADABLE = (zipfile.BadZipFile, UnicodeDecodeError, EOFError, zlib.error, RuntimeError, NotImplementedError)
"""What reading a ZIP raises that is torn, locked by a password, or packed in a way that is not ours."""

LEFT_OVER_AFTER = 24 * 3600
"""Seconds after which a folder that a killed backup left behind is removed."""


class NotABackup(Refusal):
    """The archive is not one, or not whole; nothing was touched."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} cannot be restored: {why}. Nothing was touched.")


class NoRoom(Refusal):
    """The disk has too little room for what is asked."""

    def __init__(self, folder: Path, *, needed: int, free: int) -> None:
        super().__init__(f"{folder} has room for {megabytes(free)}, and {megabytes(needed)} are needed.")


class DatabaseInUse(Refusal):
    message = (
        "This database has content. Restore into another one (--to), or say --replace: "
        "what is there now is then kept aside."
    )


class RestoreCutShort(Refusal):
    """What stands in the database came by a restore that was never ended."""

    def __init__(self, kept: str) -> None:
        super().__init__(cut_short(kept))


class NotThinned(Refusal):
    """The new archive is there; old ones could not be removed."""

    def __init__(self, file: Path, why: str) -> None:
        super().__init__(f"{file} is written and was read back, but old ones could not be thinned: {why}.")


class NotWhole(Refusal):
    """What was restored is not in order; what was there before is there again."""


@dataclass(frozen=True)
class BackedUp:
    """An archive that was written, read back and found whole; and what was thinned for it."""

    file: Path
    manifest: Manifest
    thinned: list[str]


@dataclass(frozen=True)
class Restored:
    """What stands in the database now, and where the old one is kept ('' where there was none)."""

    manifest: Manifest
    ready: "Ready"
    aside: str


@dataclass(frozen=True)
class Ready:
    """What was done to a restored database before anybody uses it: how many of each, and the seals that are broken."""

    migrated: int
    sessions_ended: int
    tasks_set_aside: int
    seals_broken: list[int]


def megabytes(size: int) -> str:
    return f"{size / 1_000_000:,.1f} MB"


# ---------------------------------------------------------------- writing
def make_backup(folder: Path, *, keep: int = 0) -> BackedUp:
    """Write the whole database into one new archive in `folder`, read it back, and then thin old ones down to `keep`.

    Safe while people work. Under its name the archive is whole or not there at all. Raises DumpFailed, NoRoom,
    NotThinned.
    """
    database = this_database()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        _remove_left_overs(folder)
        _refuse_without_room(folder, database.size())
        with tempfile.TemporaryDirectory(prefix=".backup-", dir=folder) as unfinished:
            part, archive = Path(unfinished) / database.part, Path(unfinished) / "archive.zip"
            began_at = now()
            counts = database.dump(part)
            if database.check(part) != counts:
                raise Damaged("the copy does not have the rows of the database. Try again; look at the disk.")
            manifest = Manifest(
                began_at=began_at,
                assay=_own_version(),
                engine=connection.vendor,
                engine_version=database.version(),
                migrations=_applied(),
                counts=counts,
                parts=(Part(part.name, part.stat().st_size, _sha256(part)),),
            )
            _pack(archive, manifest, part)
            part.unlink()
            _read_back(archive)
            file = folder / file_name(began_at)
            os.link(archive, file)  # refuses where there is one of that name
            synced(folder)
    except Damaged as damaged:
        raise DumpFailed(f"The backup could not be written: {damaged}") from damaged
    except OSError as error:
        raise DumpFailed(f"The backup could not be written: {error.strerror or error}.") from error
    try:
        thinned = to_thin([one.name for one in folder.iterdir()], keep)
        for name in thinned:
            (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise NotThinned(file, error.strerror or str(error)) from error
    return BackedUp(file, manifest, thinned)


def _pack(archive: Path, manifest: Manifest, part: Path) -> None:
    """Write manifest and part; pg_dump's own format is packed already."""
    packed = zipfile.ZIP_STORED if manifest.engine == "postgresql" else zipfile.ZIP_DEFLATED
    descriptor = os.open(archive, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        with zipfile.ZipFile(file, "w", packed, compresslevel=3) as into:
            into.writestr(MANIFEST, written(manifest))
            into.write(part, part.name)
        file.flush()
        os.fsync(file.fileno())


def _read_back(archive: Path) -> None:
    with _opened(archive) as (manifest, packed):
        _unpack(archive, manifest, packed, None)


def _remove_left_overs(folder: Path) -> None:
    """Remove what a backup or a restore that was killed left behind: a copy of the whole database."""
    for one in [*folder.glob(".backup-*"), *folder.glob(".restore-*")]:
        if now().timestamp() - one.stat().st_mtime > LEFT_OVER_AFTER:
            shutil.rmtree(one, ignore_errors=True)


def _refuse_without_room(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise NoRoom(folder, needed=needed, free=free)


def _own_version() -> str:
    return str(tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"])


def _applied() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationLoader(connection).applied_migrations):
        found.setdefault(app, []).append(name)
    return found


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


# ---------------------------------------------------------------- reading
def check_backup(file: Path) -> Manifest:
    """Read an archive to its end and give its manifest; no database is touched. Raises NotABackup."""
    with _opened(file) as (manifest, packed), tempfile.TemporaryDirectory(prefix="assay-check-") as folder:
        _unpacked_and_checked(file, manifest, packed, Path(folder))
        return manifest


def restore_backup(file: Path, *, replace: bool = False) -> Restored:
    """Put an archive's database in the place of the default one: checked, migrated forward, everybody signed out.

    What was there is kept aside, and is there as it was whatever goes wrong. Assay must be stopped. Raises NotABackup,
    DatabaseInUse, RestoreCutShort, StillServed, NoRoom, NotWhole, DumpFailed. One that was cut short is begun anew with
    `replace`: the half of it goes, and what was there before is kept all the same.
    """
    database = this_database()
    name = connection.settings_dict["NAME"]
    beside = Path(name).absolute().parent if connection.vendor == "sqlite" else Path(tempfile.gettempdir())
    with _opened(file) as (manifest, packed):
        if not replace and (cut := database.unfinished()) is not None:
            raise RestoreCutShort(cut)
        if database.has_content() and not replace:
            raise DatabaseInUse
        beside.mkdir(parents=True, exist_ok=True)
        _remove_left_overs(beside)
        with database.alone(), tempfile.TemporaryDirectory(prefix=".restore-", dir=beside) as folder:
            part = _unpacked_and_checked(file, manifest, packed, Path(folder))
            found: list[Ready] = []
            aside = f"before-restore-{now():%Y%m%d-%H%M%S-%f}"
            sha256 = _sha256(file)
            kept = database.put_in_place(part, aside=aside, prepare=lambda: found.append(_made_ready(manifest, sha256)))
    return Restored(manifest, found[0], kept)


def _made_ready(manifest: Manifest, sha256: str) -> Ready:
    """Bring the restored database up to this code, sign everybody out, and let nothing run a second time."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET statement_timeout = 0")
    before = sum(map(len, manifest.migrations.values()))
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    seals = broken_seals()
    with transaction.atomic():
        sessions = Session.objects.count()
        Session.objects.all().delete()
        set_aside = set_waiting_aside()
        if newest := Entry.objects.order_by("-pk").first():
            write_entry("restore_backup", newest, by=None, before=manifest.began_at.isoformat(), after=sha256)
    if problems := readiness_problems():
        raise NotWhole("What was restored is not in order: " + " ".join(problems) + " Nothing was changed.")
    return Ready(sum(map(len, _applied().values())) - before, sessions, set_aside, seals)


def _unpacked_and_checked(file: Path, manifest: Manifest, packed: zipfile.ZipFile, folder: Path) -> Path:
    """Unpack the database, and see that it is what was written and that this code can take it."""
    database = this_database()
    if manifest.engine != connection.vendor or manifest.parts[0].name != database.part:
        raise NotABackup(file, f"it holds a database of {manifest.engine}, and this one is {connection.vendor}")
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    if newer := unknown_migrations(manifest, known):
        raise NotABackup(file, f"a newer Assay made it ({newer[0]} is not known here): upgrade first")
    _refuse_without_room(folder.parent, manifest.bytes)
    try:
        part = folder / manifest.parts[0].name
        _unpack(file, manifest, packed, part)
        if database.check(part) != dict(manifest.counts):
            raise Damaged("the copy of the database does not have the rows that the manifest counts.")
    except Damaged as damaged:
        raise NotABackup(file, f"{damaged}".rstrip(".")) from damaged
    except OSError as error:
        raise DumpFailed(
            f"The backup could not be unpacked: {error.strerror or error}. Nothing was touched."
        ) from error
    return part


@contextmanager
def _opened(file: Path) -> Iterator[tuple[Manifest, zipfile.ZipFile]]:
    """Open an archive and read its manifest. Raises NotABackup."""
    with ExitStack() as stack:
        try:
            packed = stack.enter_context(zipfile.ZipFile(file))
            names = packed.namelist()
            if MANIFEST not in names or packed.getinfo(MANIFEST).file_size > LONGEST_MANIFEST:
                raise NotABackup(file, "it has no manifest of Assay's")
            manifest = read_manifest(packed.read(MANIFEST).decode())
            if sorted(names) != sorted([MANIFEST, *(part.name for part in manifest.parts)]):
                raise NotABackup(file, "it holds other files than its manifest names")
        except FileNotFoundError as error:
            raise NotABackup(file, "there is no such file") from error
        except OSError as error:
            raise NotABackup(file, f"it cannot be read ({error.strerror or error})") from error
        except NotAManifest as error:
            raise NotABackup(file, str(error)) from error
        except UNREADABLE as error:
            raise NotABackup(file, CUT) from error
        yield manifest, packed


def _unpack(file: Path, manifest: Manifest, packed: zipfile.ZipFile, to: Path | None) -> None:
    """Read every part, no further than its size, and compare its hash; write it where `to` says."""
    for part in manifest.parts:
        digest, left = hashlib.sha256(), part.bytes
        try:
            with packed.open(part.name) as source, _written_to(to) as target:
                while chunk := source.read(CHUNK):
                    left -= len(chunk)
                    digest.update(chunk)
                    if left < 0:
                        break
                    target.write(chunk)
        except UNREADABLE as error:
            raise NotABackup(file, CUT) from error
        if left or digest.hexdigest() != part.sha256:
            raise NotABackup(file, f"{part.name} in it is not what was written")


@contextmanager
def _written_to(path: Path | None) -> Iterator[IO[bytes]]:
    where = os.devnull if path is None else path
    descriptor = os.open(where, os.O_CREAT | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        yield target
