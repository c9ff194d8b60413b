"""A browser in front of the whole site: Chromium from the distribution, a server in this process, people signed in."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import WSGIServer
from django.db import connections
from django.test import Client
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from django.utils import timezone
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


class QuickToStop(WSGIServer):
    """A server that is asked often whether to stop: every test starts and stops one."""

    def serve_forever(self, poll_interval: float = 0.02) -> None:
        super().serve_forever(poll_interval)


class OneAtATime(LiveServerThread):
    """Answer one request after the other: all of them, and the test, share one connection to the database."""

    server_class = QuickToStop
    moment: datetime | None = None

    def _create_server(self, connections_override: Any = None) -> QuickToStop:
        return self.server_class((self.host, self.port), QuietWSGIRequestHandler, allow_reuse_address=False)

    def run(self) -> None:
        with clock.at(self.moment) if self.moment else nullcontext():
            super().run()


@contextmanager
def served(moment: datetime | None = None) -> Iterator[str]:
    """Serve the site while the block lasts, at `moment` by the kernel's clock where one is given; give its address."""
    shared = {connection.alias: connection for connection in connections.all()}
    for connection in shared.values():
        connection.inc_thread_sharing()
    server = OneAtATime("127.0.0.1", StaticFilesHandler, connections_override=shared)
    server.moment = moment
    server.daemon = True
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
