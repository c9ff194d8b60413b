"""A browser in front of the whole site: Chromium from the distribution, a server in this process, people signed in."""

import mimetypes
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from threading import RLock
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import get_path_info
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections, transaction
from django.test import Client
from django.test.testcases import LiveServerThread
from django.utils import timezone
from django.utils.http import http_date
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from courses.kernel import clock
from courses.models import Course, Role, User
from essays.actions.drafts import open_draft
from essays.models import Draft
from marking.models import Paper
from tests.chromium import chromium
from tests.rows import enrolled, prompt_with_sources, set_for
from tests.worlds import exemplars_handed_in, set_from_pack

STATIC = Path(__file__).resolve().parents[2] / "static"
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
QUIET += ["--disable-component-update", "--disable-sync"]

expect.set_options(timeout=15_000)  # browsers and servers share two processors: what comes late is late, not missing


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: a run without Chromium leaves it out."""
    for item in items:
        if Path(__file__).parent in Path(item.path).parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    return {**browser_type_launch_args, "executable_path": chromium(), "args": QUIET}


TURN = RLock()
"""Held by whoever uses the one connection to the database: the server for a request, the test for a transaction."""


@contextmanager
def taking_turns(shared: Iterable[Any]) -> Iterator[None]:
    """While the block lasts, no statement of another thread falls between those of a transaction, or of a request.

    The transactions that pytest puts around a whole test hold nothing: inside them test and server alternate.
    """
    enter, leave = transaction.Atomic.__enter__, transaction.Atomic.__exit__

    def entered(atomic: Any) -> None:
        with ExitStack() as turn:
            if not atomic._from_testcase:
                turn.enter_context(TURN)
            enter(atomic)
            turn.pop_all()

    def left(atomic: Any, *error: Any) -> None:
        try:
            leave(atomic, *error)
        finally:
            if not atomic._from_testcase:
                TURN.release()

    def alone(execute: Callable[..., Any], *statement: Any) -> Any:
        with TURN:
            return execute(*statement)

    with ExitStack() as while_served:
        for connection in shared:
            while_served.enter_context(connection.execute_wrapper(alone))
        patch = while_served.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(transaction.Atomic, "__enter__", entered)
        patch.setattr(transaction.Atomic, "__exit__", left)
        yield


@cache
def static_file(name: str) -> tuple[list[tuple[str, str]], bytes] | None:
    """Read a static file once for all tests, with its headers; nothing where there is none."""
    found = finders.find(name)
    if not found:
        return None
    file = Path(found)
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    headers = {"Content-Type": kind, "Last-Modified": http_date(file.stat().st_mtime)}
    content = file.read_bytes()
    return [*headers.items(), ("Content-Length", str(len(content)))], content


class FromMemory(StaticFilesHandler):
    """Give static files from memory: each page of a new browser context asks for all of its own again."""

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        path = get_path_info(environ)
        kept = static_file(self.file_path(path)) if self._should_handle(path) else None
        if kept is None:
            return super().__call__(environ, start)
        headers, content = kept
        start("200 OK", list(headers))
        return [content]


class Server(ThreadedWSGIServer):
    """A server that is asked often whether to stop: every test starts and stops one.

    Each line has a thread, so that one that a browser opens ahead and leaves silent keeps nobody waiting.
    """

    def serve_forever(self, poll_interval: float = 0.02) -> None:
        super().serve_forever(poll_interval)

    def _close_connections(self) -> None:
        """Leave the one connection open, whichever line is closed: it is the test's."""


class OneAtATime(LiveServerThread):
    """Answer one request after the other: all of them, and the test, share one connection to the database."""

    server_class = Server
    moment: datetime | None = None
    over = False

    def __init__(self, shared: dict[str, Any], moment: datetime | None) -> None:
        super().__init__("127.0.0.1", self.in_turn, connections_override=shared)
        self.moment = moment
        self.daemon = True

    def in_turn(self, site: Callable[..., Any]) -> FromMemory:
        """Put the turns between the static files, which wait for nobody, and the site."""

        def application(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
            with TURN, clock.at(self.moment) if self.moment else nullcontext():
                if self.over:
                    start("503 Service Unavailable", [])
                    return []
                return site(environ, start)

        return FromMemory(application)

    def terminate(self) -> None:
        """Stop; what is still asked then is not answered, and so touches nothing of the next test."""
        with TURN:
            self.over = True
        super().terminate()


@contextmanager
def served(moment: datetime | None = None) -> Iterator[str]:
    """Serve the site while the block lasts, at `moment` by the kernel's clock where one is given; give its address."""
    shared = {connection.alias: connection for connection in connections.all()}
    for connection in shared.values():
        connection.inc_thread_sharing()
    with taking_turns(shared.values()):
        server = OneAtATime(shared, moment)
        server.start()
        server.is_ready.wait()
        if server.error:
            raise server.error
        yield f"http://127.0.0.1:{server.port}"
        server.terminate()
    for connection in shared.values():
        connection.dec_thread_sharing()


@pytest.fixture
def site(db: None) -> Iterator[str]:
    """Serve the site; gives its address. What the test makes is there, and gone again afterwards."""
    with served() as address:
        yield address


@pytest.fixture
def sign_in(context: BrowserContext, site: str) -> Callable[[User], None]:
    """Give a function that signs somebody in to the browser."""

    def signed_in(user: User) -> None:
        client = Client()
        client.force_login(user)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])

    return signed_in


@pytest.fixture
def sign_in_to(site: str) -> Iterator[Callable[[Browser, User, str], Page]]:
    """Open a page as somebody on another computer: `sign_in_to(browser, user, address)`."""
    contexts = []

    def opened(browser: Browser, user: User, address: str) -> Page:
        client = Client()
        client.force_login(user)
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 800}))
        contexts[-1].add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        page = contexts[-1].new_page()
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def draft(course: Course, teacher: User, student: User) -> Draft:
    """Give a draft begun today: the server's own clock runs while a browser looks at it."""
    now = timezone.now()
    times = {
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(hours=3),
        "closes_at": now + timedelta(days=1),
    }
    return open_draft(set_for(course, teacher, prompt_version=prompt_with_sources(), **times), by=student)


@pytest.fixture
def address(site: str, draft: Draft) -> str:
    """Give the address of the draft's desk."""
    return f"{site}/drafts/{draft.public_id}/"


@pytest.fixture
def papers(course, teacher, student, classmate) -> list[Paper]:
    """Give the three exemplars, handed in for an assignment set from the pack: strong, middling, weak."""
    third = enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)
    return exemplars_handed_in(set_from_pack(course, teacher), [student, classmate, third], teacher)


def until(page: Page, is_so: Callable[[], bool]) -> None:
    """Wait, fifteen seconds at most, until something is so that the page need not show."""
    for _ in range(300):
        if is_so():
            return
        page.wait_for_timeout(50)
    raise AssertionError("It did not come to be so.")


def live(page: Page) -> Page:
    """Wait until the marking desk takes keys: it is drawn, and its guard after a change of papers is over."""
    expect(page.locator("#marking-desk.is-live:not(.is-guarded)")).to_be_visible()
    return page


@pytest.fixture(scope="module")
def modules(browser: Browser) -> Iterator[Page]:
    """Give an empty page that can import our modules from `/static/js/…`, without any server; one for each file."""
    context = browser.new_context()
    page = context.new_page()

    def answer(route: Route) -> None:
        place = route.request.url.partition("/static/")[2]
        if place:
            route.fulfill(path=STATIC / place, content_type="text/javascript")
        else:
            route.fulfill(body="<!doctype html><title>Modules</title>", content_type="text/html")

    page.route("http://modules.test/**", answer)
    page.goto("http://modules.test/")
    yield page
    context.close()
