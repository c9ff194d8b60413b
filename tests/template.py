"""The empty database of the tests on SQLite, migrated once and then copied: migrating takes longer than many a test."""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.backends.signals import connection_created

from courses.kernel import guards

FOLDER = Path(__file__).resolve().parents[1] / "var" / "tests"


def template() -> Path:
    """Name the copy after all that decides what is in it: every installed app's migrations and models."""
    said = hashlib.sha256(Path(guards.__file__).read_bytes())
    for app in sorted(apps.get_app_configs(), key=lambda one: one.label):
        folder = Path(app.path)
        for path in sorted([*folder.glob("migrations/*.py"), *folder.glob("models/*.py"), *folder.glob("models.py")]):
            said.update(f"{app.label} {path.relative_to(folder)}".encode())
            said.update(path.read_bytes())
    return FOLDER / f"{said.hexdigest()[:24]}.sqlite3"


@contextmanager
def copied_where_possible() -> Iterator[None]:
    """While the test database is made: begin from the copy where there is one, and leave one where there is none."""
    if connection.vendor != "sqlite":
        yield
        return
    kept = template()
    began = []

    def begin(connection: Any, **more: Any) -> None:
        if kept.exists() and not began and "memory" in str(connection.settings_dict["NAME"]):
            began.append(connection)
            with closing(sqlite3.connect(f"file:{kept}?mode=ro", uri=True)) as source:
                source.backup(connection.connection)

    connection_created.connect(begin)
    try:
        yield
    finally:
        connection_created.disconnect(begin)
    if not kept.exists():
        keep(kept)


def keep(kept: Path) -> None:
    """Leave a copy, whole or not at all; those of earlier migrations go."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(unfinished)) as copy:
        connection.connection.backup(copy)
    unfinished.replace(kept)
    for old in FOLDER.glob("*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
