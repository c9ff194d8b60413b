"""Two at once, on purpose: the second begins before the first is committed, and has to wait for it."""

import time
from collections.abc import Callable
from threading import Thread

import pytest
from django.db import connection, connections, transaction

needs_two_writers = pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")


def while_the_other_waits(first: Callable[[], object], second: Callable[[], object]) -> list[BaseException]:
    """Do `first`, and before it is committed let `second` run, in a thread of its own, until it has to wait."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            second()
        except BaseException as error:  # noqa: BLE001  # whatever it was, it is told
            failed.append(error)
        finally:
            connections.close_all()

    other = Thread(target=run, daemon=True)
    with transaction.atomic():
        first()
        other.start()
        until_somebody_waits()
    other.join(30)
    assert not other.is_alive()
    return failed


def until_somebody_waits() -> None:
    last = time.monotonic() + 30
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with connection.cursor() as cursor:
        while time.monotonic() < last:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # else a transaction sees what it saw first
            cursor.execute(waiting)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    raise AssertionError("Nobody waits for the lock.")
