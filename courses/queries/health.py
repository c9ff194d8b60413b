"""What keeps this server from serving safely: the database, its settings, migrations, guards."""

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from courses.kernel.dumps import this_database
from courses.kernel.guards import missing_guards

SQLITE_WANTED = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
POSTGRES_WANTED = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}


def durability_problems() -> list[str]:
    """Read the database's own settings back and name those that would lose a saved word in a power cut."""
    found = []
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name, wanted in SQLITE_WANTED.items():
                cursor.execute(f"PRAGMA {name}")
                (value,) = cursor.fetchone()
                in_memory = name == "journal_mode" and value == "memory"
                if value != wanted and not in_memory:
                    found.append(f"SQLite's {name} is {value}; it must be {wanted}.")
        else:
            for name, wanted in POSTGRES_WANTED.items():
                cursor.execute(f"SHOW {name}")
                (value,) = cursor.fetchone()
                if name == "synchronous_commit" and value in ("remote_write", "remote_apply"):
                    continue
                if value != wanted:
                    found.append(f"PostgreSQL's {name} is {value}; it must be {wanted}.")
    return found


def readiness_problems() -> list[str]:
    """Name everything that keeps this server from serving safely; empty when it is ready."""
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return ["Migrations are waiting: run `python manage.py migrate`."]
        return durability_problems() + [f"The guard {name} is missing." for name in missing_guards(apps)]
    except DatabaseError as error:
        return [f"The database does not answer: {type(error).__name__}."]


def serving_problems() -> list[str]:
    """Name what keeps this server from serving: also that a restore into its database was never ended."""
    try:
        kept = this_database().unfinished()
    except DatabaseError as error:
        return [f"The database does not answer: {type(error).__name__}."]
    return readiness_problems() if kept is None else [cut_short(kept)]


def cut_short(kept: str) -> str:
    """Say that a restore was never ended, what to do, and where the old database is, '' for nowhere."""
    where = f" What was there before is still kept, as the schema {kept}." if kept else ""
    return (
        "A restore into this database was cut short, and what stands in it is not ready. "
        f"Run it again: `manage.py restore ARCHIVE --replace`.{where}"
    )
