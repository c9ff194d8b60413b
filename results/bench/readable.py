"""How long a marker waits for the next paper: at the desk in Chromium, from the key to the words on the screen."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from marking.models import Allotment, AllotmentState
from results.bench.client import SESSION_COOKIE, Browser, UnexpectedAnswer
from results.bench.killable import session_of
from results.bench.measuring import Run
from results.bench.pages import at, desk_of
from results.bench.report import READABLE, operation_from
from results.bench.world import World

if TYPE_CHECKING:
    from playwright.sync_api import Page

PAPERS = 20
FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync")
CLOCK = """(() => {
  let pressed = 0;
  window.readable = [];
  addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = event.timeStamp; }, true);
  addEventListener("DOMContentLoaded", () => {
    const code = document.querySelector("#paper-code");
    let shown = code.textContent;
    new MutationObserver(() => {
      if (code.textContent === shown) return;
      shown = code.textContent;
      const since = pressed;
      requestAnimationFrame(() => requestAnimationFrame(() => readable.push(performance.now() - since)));
    }).observe(code, { childList: true, characterData: true, subtree: true });
  });
})()"""
"""The second frame after the paper's code changed comes once the first has been painted."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One paper that came onto the screen; what that asked of the server was asked while the last one was read."""

    ms: float
    statements: int = 0


def browser_of_bench() -> str:
    """Give the path of the Chromium to measure in; empty where there is none."""
    return os.environ.get("ASSAY_BENCH_CHROMIUM", "")


def measure_readable(run: Run, world: World, size: int) -> None:
    """Mark papers by keyboard, none of them attempted in anything, and time each that follows on Enter."""
    waiting = Allotment.objects.filter(assignment=world.assignment, state=AllotmentState.WAITING).count()
    times = min(PAPERS, run.most, waiting - 1)
    session = session_of(world.markers[-1])
    start = Browser(run.server.port, session).send_json("POST", at(world.assignment, "marking:markings-start"), {})
    code = start.expect(200).json()["paper"]["code"]
    with _chromium(run.server.port, session) as page:
        page.goto(f"http://127.0.0.1:{run.server.port}{desk_of(world.assignment, code)}")
        keys_work = page.locator("#marking-desk.is-live:not(.is-guarded)")
        keys_work.wait_for()
        for _ in range(times):
            code = page.locator("#paper-code").inner_text()
            for key in ("X", "Enter", "X", "Enter", "X"):
                page.keyboard.press(key)
            page.locator("#desk-foot .grand button").filter(has_text="Finish and next paper").wait_for()
            page.locator("#desk-foot .savestate").filter(has_text="Saved").wait_for()
            page.keyboard.press("Enter")
            page.locator("#paper-code").filter(has_not_text=code).wait_for()
            keys_work.wait_for()
        found = page.evaluate("readable")
    if len(found) != times or times < 1:
        raise UnexpectedAnswer(f"{len(found)} papers came onto the screen, {times} were to")
    run.operations.append(operation_from(READABLE, size, [Shown(ms) for ms in found], 0.0))


@contextmanager
def _chromium(port: int, session: str) -> Iterator["Page"]:
    from playwright.sync_api import sync_playwright  # needed here only, and not installed to serve

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_of_bench(), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.add_init_script(CLOCK)
        context.add_cookies([{"name": SESSION_COOKIE, "value": session, "url": f"http://127.0.0.1:{port}"}])
        try:
            yield context.new_page()
        finally:
            browser.close()
