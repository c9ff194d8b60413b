"""The desk under faults: Chromium killed while somebody types, and every trouble a save can meet, watched throughout.

Two promises: nothing that is older than a second is lost, and the page never says "Saved" while it holds words the
server has not acknowledged. The first is tried by killing the browser's processes (5 times here, 30 with ASSAY_SOAK=1);
the second by a script in the page that looks every 50 ms, through every trouble.
"""

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Playwright, Route, expect

from essays.models import Revision
from tests.essays.writing import save

SOAK = os.environ.get("ASSAY_SOAK") == "1"
KILLS = 30 if SOAK else 5
OLD = 1.0
"""Seconds after which a typed word must survive the browser's death."""
LEAST = 10
"""How many words at least are older than a second at each kill: on a slow machine one types longer."""
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")

WATCH = r"""(() => {
  const known = new Set();
  const told = { polls: 0, saved: 0, waiting: 0, lies: [], keys: [] };
  const plain = (text) => text.replace(/\r\n|[\r\u2028\u2029]/g, "\n");
  const send = window.fetch;
  window.faults = { told, slow: 0, known: (text) => known.add(text) };
  const opened = async ({ body, headers }) => {
    if (!headers["Content-Encoding"]) return JSON.parse(new TextDecoder().decode(body));
    return new Response(new Blob([body]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  };
  window.fetch = async (address, options = {}) => {
    const put = options.method === "PUT" && String(address).includes("/text/");
    const sent = put ? await opened(options) : {};
    if (put) told.keys.push(sent.key);
    if (put && window.faults.slow) await new Promise((done) => setTimeout(done, window.faults.slow));
    const response = await send(address, options);
    if (!String(address).includes("/text/")) return response;
    const body = await response.clone().json().catch(() => ({}));
    if (put && [200, 201].includes(response.status)) known.add(plain(sent.text));
    if (!put && response.ok && typeof body.text === "string") known.add(plain(body.text));
    return response;
  };
  addEventListener("DOMContentLoaded", () => {
    const area = document.querySelector("#essay");
    const words = document.querySelector("[data-save-words]");
    if (!area || !words) return;
    known.add(plain(area.defaultValue));
    setInterval(() => {
      const safe = known.has(plain(area.value));
      const saved = /^(Saved|Handed in)/.test(words.textContent.trim()) && !words.hidden;
      told.polls += 1;
      told.saved += saved;
      told.waiting += !safe;
      if (saved && !safe) told.lies.push([words.textContent, area.value.slice(-60)]);
    }, 50);
  });
})()"""


def write(page: Page, words: str) -> None:
    page.locator("#essay").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def state(page: Page):
    return page.locator("[data-save-words]")


# ----------------------------------------------------------------------------------------- Chromium dies while typing
def processes_of(profile: Path) -> list[int]:
    """Find the browser's processes: those that were given this profile and no other."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdecimal() and f"--user-data-dir={profile}\0".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
    return found


def kill(profile: Path) -> float:
    """Kill every process of the browser, without any farewell; give the moment."""
    moment = time.monotonic()
    until = moment + 10
    while (found := processes_of(profile)) and time.monotonic() < until:
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)
    assert not processes_of(profile)
    return moment


@contextmanager
def browsing(playwright: Playwright, profile: Path, launch: dict[str, Any], site: str, student) -> Iterator[Page]:
    """Start Chromium on a profile that outlives it, signed in; it may be dead at the end."""
    client = Client()
    client.force_login(student)
    context = playwright.chromium.launch_persistent_context(profile, **launch)
    try:
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        yield context.pages[0]
    finally:
        with suppress(Exception):
            context.close()


def open_desk(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.locator("[data-desk][data-ready]")).to_be_attached()


def test_nothing_older_than_a_second_is_lost_when_chromium_is_killed_while_one_types(
    playwright, browser_type_launch_args, tmp_path, site, address, draft, student
):
    chance, profile, found, old = random.Random(1914), tmp_path / "profile", [], 0  # noqa: S311
    launch = {**browser_type_launch_args, "headless": True}
    for turn in range(KILLS + 1):
        with browsing(playwright, profile, launch, site, student) as page:
            open_desk(page, address)
            text = page.locator("#essay").input_value()
            words = text.count(" ")
            assert "".join(f"word{n} " for n in range(1, words + 2)).startswith(text), "none missing, none twice"
            assert words >= old, f"{old} words were older than a second; {words} came back"
            if turn:
                expect(state(page)).to_have_text(SAVED, timeout=15_000)
            if turn == KILLS:
                break
            moments = type_for(page, chance.uniform(1.6, 3.5), after=text)
            killed = kill(profile)
        draft.refresh_from_db()
        kept = draft.revisions.get(n=draft.head).text.count(" ") if draft.head else 0
        old = words + sum(moment <= killed - OLD for moment in moments)
        found.append({"typed": words + len(moments), "older than a second": old, "with the server": kept})
        assert old > kept, "words that only the journal had, or nothing was tried"

    print(f"\n{KILLS} kills of Chromium: {found}")
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == text
    assert not draft.revisions.exclude(kind="head").exists()


def type_for(page: Page, seconds: float, *, after: str) -> list[float]:
    """Type numbered words after those there are, about twenty a second; give the moment each was there."""
    begun = after.rpartition(" ")[2]
    moments, first = [], after.count(" ") + 1
    write(page, "")
    for _ in begun:
        page.keyboard.press("Backspace")  # a word that the browser's death cut short
    until = time.monotonic() + seconds
    while time.monotonic() < until or len(moments) < LEAST or moments[LEAST - 1] > time.monotonic() - OLD:
        page.keyboard.type(f"word{first + len(moments)} ")
        moments.append(time.monotonic())
        time.sleep(0.03)
    return moments


# ------------------------------------------------------------------------------------------------- an honest "Saved"
@pytest.fixture
def watched(page: Page, sign_in, student, address) -> Page:
    """The desk, with a script in it that compares what is said with what the server has acknowledged, every 50 ms."""
    sign_in(student)
    page.add_init_script(WATCH)
    open_desk(page, address)
    return page


def told(page: Page) -> dict[str, Any]:
    return page.evaluate("window.faults.told")


def send_now(page: Page) -> None:
    """Do not wait for the pause in typing: a page that is left sends what waits."""
    page.evaluate("dispatchEvent(new Event('pagehide'))")


def try_again(page: Page) -> None:
    """Tell the page that the network is there, as the browser would; a server's own bound is waited for."""
    page.evaluate("dispatchEvent(new Event('online'))")


def puts(handle: Callable[[Route], None]) -> Callable[[Route], None]:
    """Let a trouble befall saves only; the page may ask for the head as ever."""
    return lambda route: handle(route) if route.request.method == "PUT" else route.continue_()


def lose_answer(route: Route) -> None:
    """The server keeps the text; its answer never arrives."""
    route.fetch()
    route.abort()


def answer(status: int, body: str = "{}", **headers: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(
        status=status, body=body, headers={"Content-Type": "application/json", **headers}
    )


NO_ROOM = """() => {
  IDBObjectStore.prototype.put = () => { throw new DOMException("full", "QuotaExceededError"); };
}"""
TROUBLES: dict[str, Callable[[Route], None]] = {
    "cut before": lambda route: route.abort(),
    "cut after": lose_answer,
    "500": answer(500),
    "503": answer(503, **{"Retry-After": "1"}),
    "a proxy's page": answer(502, "<h1>Bad gateway</h1>"),
}


def test_saved_is_never_said_over_unacknowledged_words_whatever_befalls_a_save(
    watched, draft, context, student, sign_in
):
    page, met = watched, []

    def comes_to(words: str | re.Pattern[str], what: str) -> None:
        expect(state(page), what).to_contain_text(words, timeout=15_000)
        met.append((what, told(page)))

    for what, trouble in TROUBLES.items():
        page.route("**/text/", puts(trouble))
        write(page, f"Typed during: {what}. ")
        send_now(page)
        comes_to("kept on this computer", what)
        write(page, "And on. ")
        page.unroute("**/text/")
        page.wait_for_timeout(1_100 if what == "503" else 100)
        try_again(page)
        comes_to(SAVED, what)

    context.set_offline(True)
    write(page, "Typed without a network. ")
    send_now(page)
    comes_to("Offline", "offline")
    context.set_offline(False)
    comes_to(SAVED, "online")

    page.evaluate("window.faults.slow = 700")
    write(page, "Slowly sent. ")
    send_now(page)
    comes_to("Saving", "slow")
    write(page, "Typed meanwhile. ")
    page.wait_for_timeout(900)
    send_now(page)
    comes_to(SAVED, "slow")
    page.evaluate("window.faults.slow = 0")

    context.clear_cookies(name="sessionid")
    write(page, "Signed out. ")
    send_now(page)
    comes_to("sign in again", "401")
    sign_in(student)
    try_again(page)
    comes_to(SAVED, "401")

    page.evaluate(NO_ROOM)
    write(page, "No room in the journal. ")
    expect(page.get_by_text("Only this tab holds", exact=False).first).to_be_visible()
    send_now(page)
    comes_to(SAVED, "no room")

    draft.refresh_from_db()
    save(draft, student, "Saved on another computer.", base=draft.head)
    write(page, "Typed against it. ")
    send_now(page)
    comes_to("Changed elsewhere", "409")
    write(page, "And on. ")
    page.get_by_role("button", name="Go on with this text").first.click()
    comes_to(SAVED, "409")

    write(page, "A long text. " * 60)
    send_now(page)
    comes_to(SAVED, "before 422")
    page.locator("#essay").evaluate("area => { area.value = ''; area.dispatchEvent(new Event('input')); }")
    send_now(page)
    comes_to("vanished", "422")
    page.get_by_role("button", name="Go on with this text").first.click()
    comes_to(SAVED, "422")

    seen = told(page)
    assert seen["lies"] == []
    assert seen["saved"] >= 12
    assert seen["waiting"] >= 60
    for (what, before), (_, after) in zip(met[::2], met[1::2], strict=False):
        assert after["polls"] > before["polls"], what
    assert len(set(seen["keys"])) < len(seen["keys"]), "a save of unknown outcome goes again under its key"
    texts = {revision.sha256 for revision in Revision.objects.filter(draft=draft)}
    assert len(texts) >= 12


def test_the_watcher_sees_a_page_that_says_saved_too_early(watched):
    """The proof of the proof: the words are put on the screen by hand, and the lie is noticed."""
    write(watched, "Not yet with the server.")

    watched.evaluate("document.querySelector('[data-save-words]').textContent = 'Saved 12:00:00'")
    watched.wait_for_timeout(200)

    assert told(watched)["lies"]


WRONG_CLOCK = """(() => {
  const Right = Date;
  const now = () => Right.now() + %d;
  window.Date = class extends Right {
    constructor(...parts) { if (parts.length) super(...parts); else super(now()); }
    static now() { return now(); }
  };
})()"""


@pytest.mark.parametrize("days", [1, -1])
def test_a_computer_whose_clock_is_wrong_by_a_day_saves_and_ends_like_any_other(
    page: Page, sign_in, student, address, draft, days
):
    page.add_init_script(WRONG_CLOCK % (days * 86_400_000))
    sign_in(student)

    open_desk(page, address)
    left = page.locator("[data-clock]").inner_text()
    write(page, "Written by a wrong clock.")
    send_now(page)
    expect(state(page)).to_have_text(SAVED)

    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Written by a wrong clock."
    assert abs(draft.saved_at - timezone.now()) < timedelta(minutes=1)
    assert left.startswith(("2 h 5", "3 h"))
