"""Databases beside the tests' own: empty ones of the same kind, for what works on a whole database."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings


def on_sqlite() -> bool:
    return "sqlite3" in settings.DATABASES["default"]["ENGINE"]


@contextmanager
def empty_database(folder: Path) -> Iterator[str]:
    """Give the address of a database with nothing in it: a file in `folder`, or one on the tests' PostgreSQL."""
    name = f"beside_{secrets.token_hex(4)}"
    if on_sqlite():
        yield f"sqlite:///{folder / name}.sqlite3"
        return
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
    try:
        yield f"{address.rpartition('/')[0]}/{name}"
    finally:
        with psycopg.connect(address, autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def of_its_own(address: str, folder: Path, **more: str) -> dict[str, str]:
    """Give the environment of a process on that database: Assay's own settings, nothing of the tests'."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE", "ASSAY_DEMO")}
    return {**kept, "DEBUG": "1", "HTTPS": "0", "DATABASE_URL": address, "ASSAY_DATA": str(folder), **more}
