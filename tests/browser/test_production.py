"""The site as it is run: gunicorn, collected and hashed static files, DEBUG off; one journey through both desks."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import live

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery"
SCHOOL = """
from datetime import timedelta
import django
django.setup()
from django.utils import timezone
from courses.models import Course, Role
from tests.rows import enrolled
from tests.worlds import exemplars_handed_in, set_from_pack

now = timezone.now()
course = Course.objects.create(slug="history-12", title="History 12")
teacher = enrolled("marta.okafor", "Marta Okafor", course, Role.TEACHER)
enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER)
enrolled("ines.duarte", "Ines Duarte", course, Role.STUDENT)
others = [enrolled(f"student{n}", f"Student {n}", course, Role.STUDENT) for n in (1, 2)]
times = {"due_at": now + timedelta(days=2), "closes_at": now + timedelta(days=3)}
assignment = set_from_pack(course, teacher, opens_at=now - timedelta(days=1), **times)
exemplars_handed_in(assignment, others, teacher, at=now - timedelta(hours=1))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/readyz", timeout=2) as answer:  # noqa: S310  # our own server
            return bool(answer.status == 200)
    except OSError:
        return False


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Prepare a machine of one's own as docs/RUNNING.md says, serve it and give its address; end what was started."""
    data = tmp_path_factory.mktemp("production")
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("DEBUG", "ASSAY_DEMO")} | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "SECRET_KEY": "a long random text that only this test knows, " * 2,
        "ALLOWED_HOSTS": "127.0.0.1",
        "HTTPS": "0",
        "ASSAY_DATA": str(data),
        "DATABASE_URL": f"sqlite:///{data / 'assay.sqlite3'}",
        "STATIC_ROOT": str(data / "static"),
        "DEBUG": "0",
        "ASSAY_DEMO": "0",
    }

    def run(*arguments: str) -> None:
        subprocess.run([sys.executable, *arguments], cwd=ROOT, env=environment, check=True, capture_output=True)

    run("manage.py", "migrate", "--verbosity", "0")
    run("manage.py", "createcachetable")
    run("manage.py", "collectstatic", "--no-input", "--verbosity", "0")
    run("-c", SCHOOL)
    bind = f"127.0.0.1:{port}"
    with (data / "log").open("w") as log:
        command = [sys.executable, "manage.py", "serve", "--bind", bind]
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            until = time.monotonic() + 60
            while not is_ready(f"http://{bind}"):
                assert server.poll() is None, (data / "log").read_text()
                assert time.monotonic() < until, (data / "log").read_text()
                time.sleep(0.2)
            yield f"http://{bind}"
        finally:
            server.terminate()
            server.wait(30)


@pytest.fixture
def watched(page: Page) -> list[str]:
    """Collect what goes wrong out of sight: missing files, errors of scripts, what the policy forbids."""
    found: list[str] = []
    page.on("console", lambda said: found.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("requestfailed", lambda request: found.append(f"failed: {request.url}"))
    page.on("response", lambda answer: found.append(f"{answer.status}: {answer.url}") if answer.status >= 400 else None)
    return found


def enter(page: Page, address: str, username: str) -> None:
    page.goto(address)
    page.get_by_label("Username or e-mail").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_what_is_written_is_kept_what_is_marked_too_and_an_address_that_leads_nowhere_tells_no_secrets(
    page: Page, running, watched
):
    files: list[str] = []
    page.on("response", lambda answer: files.append(answer.url) if "/static/" in answer.url else None)

    enter(page, running, "ines.duarte")
    page.get_by_role("link", name="Read the brief").click()
    page.get_by_role("button", name="Start writing").click()
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    page.locator("#essay").press_sequentially("The convoys of 1917 saved the alliance.")
    expect(page.locator("[data-save-words]")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("#essay")).to_have_value("The convoys of 1917 saved the alliance.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-previewed]")).to_contain_text("The convoys of 1917")
    page.context.clear_cookies()
    enter(page, running, "tomas.reyes")
    page.get_by_role("button", name="Start marking").click()
    live(page)
    page.keyboard.press("]")
    page.keyboard.press("h")
    page.keyboard.press("4")
    expect(page.locator("#desk-live")).to_contain_text("level 4")
    expect(page.locator("#desk-foot .savestate")).to_contain_text("Saved")
    page.reload()
    expect(page.locator("#desk-foot .left")).to_contain_text("18 to mark")

    assert watched == []
    assert any("/desk." in url and url.endswith(".js") for url in files)
    assert all(url.count(".") >= 5 for url in files)  # 127.0.0.1, the hash and the ending: no plain name is asked for

    # An address that leads nowhere, here and not in a test of its own: two processes would prepare two machines for it.
    answer = page.goto(f"{running}/nowhere/")

    assert answer is not None
    assert answer.status == 404
    expect(page.get_by_role("heading", name="Nothing is here")).to_be_visible()
    assert "Traceback" not in page.content()
    assert "unsafe-inline" not in answer.headers["content-security-policy"]
