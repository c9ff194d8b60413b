"""Whether the server lives, and whether it is ready: database, its settings, migrations, guards, waiting work."""

from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

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


@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process lives; touches nothing."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether the server is ready, and what is missing: 200 or 503."""
    problems = readiness_problems()
    return JsonResponse({"ready": not problems, "problems": problems}, status=503 if problems else 200)


@login_not_required
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old name to our mark."""
    return redirect(static("img/mark.svg"), permanent=True)
