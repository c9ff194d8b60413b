"""The floor: what a bare Django page and a bare POST of 8 KB cost on this machine, on this database, now."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from courses.models import User
from results.bench.client import Answer, Browser
from results.bench.floor_pages import FloorText
from results.bench.measuring import CLIENTS, Ask, Floor, in_loops, in_turn, visits
from results.bench.report import operation_from
from results.bench.server import FLOOR, Server, running_server

TIMES = 300
BACKEND = "django.contrib.auth.backends.ModelBackend"
BODY = "Words are kept as they are typed, all of them. " * 175
"""8 KB of text, as long as the essays that are measured."""


def measure_floor(user: User, *, most: int = TIMES) -> Floor:
    """Run the bare server, ask it for its page and its POST (at most so often), and end it."""
    times = min(TIMES, most)
    store = SessionStore()
    store.update({SESSION_KEY: str(user.pk), BACKEND_SESSION_KEY: BACKEND})
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    with texts(), running_server(FLOOR) as server:
        session = str(store.session_key)
        pages, page_ms = in_turn(server, visits(server, session, "/page/"), times)
        posts, post_ms = in_turn(server, saves(server, session, 1), times)
        loops = [saves(server, session, pk) for pk in range(1, CLIENTS + 1)]
        many, many_ms, per_second = in_loops(server, loops, most=most)
    return Floor(
        page=operation_from("a bare page", 0, pages, page_ms, ratio=1.0),
        post=operation_from("a bare POST", 0, posts, post_ms, ratio=1.0),
        posts_at_once=operation_from("bare POSTs at once", 0, many, many_ms, ratio=1.0),
        posts_per_second=per_second,
    )


@contextmanager
def texts() -> Iterator[None]:
    """Keep a table with a row for every client while the floor is measured."""
    with connection.schema_editor() as editor:
        editor.create_model(FloorText)
    FloorText.objects.bulk_create(FloorText(pk=pk, body=BODY) for pk in range(1, CLIENTS + 1))
    try:
        yield
    finally:
        with connection.schema_editor() as editor:
            editor.delete_model(FloorText)


def saves(server: Server, session: str, pk: int) -> Ask:
    browser = Browser(server.port, session)

    def ask(n: int) -> Answer:
        return browser.post_form(f"/text/{pk}/", {"body": f"{BODY}{n}"}).expect(204)

    return ask
