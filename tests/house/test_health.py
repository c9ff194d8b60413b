"""The server says when it is not safe to serve."""

import pytest
from django.apps import apps
from django.db import connection

from courses.kernel.guards import declared_guards, missing_guards
from courses.queries.health import durability_problems, readiness_problems


@pytest.mark.django_db
def test_a_migrated_database_is_ready(client):
    answer = client.get("/readyz")

    assert answer.json() == {"ready": True, "problems": []}


@pytest.mark.django_db
def test_a_lost_guard_is_missed():
    model, guard = declared_guards(apps)[0]
    with connection.cursor() as cursor:
        for statement in guard.drop_statements(model, connection):
            cursor.execute(statement)

    missing = missing_guards(apps)

    assert missing == sorted(guard.names(model._meta.db_table).values())
    assert readiness_problems() != []


@pytest.mark.django_db(transaction=True)
def test_a_setting_that_loses_words_in_a_power_cut_is_named():
    weaken, restore, said = {
        "sqlite": ("PRAGMA synchronous=OFF", "PRAGMA synchronous=FULL", "SQLite's synchronous is 0; it must be 2."),
        "postgresql": (
            "SET synchronous_commit = off",
            "RESET synchronous_commit",
            "PostgreSQL's synchronous_commit is off; it must be on.",
        ),
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(weaken)

        problems = durability_problems()

        cursor.execute(restore)
    assert problems == [said]
    assert durability_problems() == []


def test_the_server_lives_without_a_database(client):
    answer = client.get("/healthz")

    assert (answer.status_code, answer.content) == (200, b"ok\n")
