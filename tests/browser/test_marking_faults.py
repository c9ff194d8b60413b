"""The marking desk under faults: Chromium killed while somebody marks, and every trouble sending can meet, watched.

Two promises: no mark that the page has shown is lost, nor a word of a comment that is older than a second; and the page
never says "Saved" while anything set in this tab is not with the server. The first is tried by killing the browser's
processes (5 times here, 30 with ASSAY_SOAK=1), the second by a script in the page that looks every 50 ms.
"""

import random
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from marking.models import Marking, Mutation, Score
from tests.browser.conftest import live
from tests.browser.test_faults import KILLS, OLD, TROUBLES, browsing, kill
from tests.marking.sending import EVERY_KEY, level, send

SHOWN = """() => Object.fromEntries([...document.querySelectorAll("#criteria-list .critrow[data-open]")]
  .map((row) => [row.dataset.open, /level (\\w+)/.exec(row.textContent)?.[1]])
  .filter(([, level]) => level))"""

WATCH = r"""(() => {
  const made = new Set(), known = new Set(), sent = [];
  const told = { polls: 0, saved: 0, waiting: 0, lies: [], again: 0 };
  window.faults = { told, slow: 0 };
  const key = crypto.randomUUID.bind(crypto);
  crypto.randomUUID = () => { const one = key(); made.add(one); return one; };
  const send = window.fetch;
  window.fetch = async (address, options = {}) => {
    const batch = String(address).includes("/mutations/") ? JSON.parse(options.body).mutations : [];
    told.again += batch.some((one) => sent.includes(one.key));
    sent.push(...batch.map((one) => one.key));
    if (batch.length && window.faults.slow) await new Promise((done) => setTimeout(done, window.faults.slow));
    const response = await send(address, options);
    // A batch that lost is kept beside the marking and shown: it is with the server too.
    if ([200, 409].includes(response.status)) batch.forEach((one) => known.add(one.key));
    return response;
  };
  setInterval(() => {
    const words = document.querySelector("#desk-foot .savestate span")?.textContent ?? "";
    const saved = /^(Saved|Everything is saved)/.test(words);
    const safe = [...made].every((one) => known.has(one));
    told.polls += 1;
    told.saved += saved;
    told.waiting += !safe;
    if (saved && !safe) told.lies.push(words);
  }, 50);
})()"""


@pytest.fixture
def marking(papers, marker) -> Marking:
    return claim_paper(papers[0], by=marker)


@pytest.fixture
def address(site, papers) -> str:
    return f"{site}/assignments/{papers[0].assignment.public_id}/papers/{papers[0].code}/"


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def state(page: Page):
    return page.locator("#desk-foot .savestate")


def saved(page: Page) -> None:
    expect(state(page)).to_contain_text(re.compile("Saved|Everything is saved"), timeout=15_000)


def levels(marking: Marking) -> dict[str, str]:
    found = Score.objects.filter(marking=marking, level__isnull=False)
    return dict(found.values_list("criterion__key", "level__key"))


# ----------------------------------------------------------------------------------------- Chromium dies while marking
def test_no_mark_that_was_shown_is_lost_when_chromium_is_killed(
    playwright, browser_type_launch_args, tmp_path, site, address, marking, marker
):
    chance, profile, found = random.Random(1949), tmp_path / "profile", []  # noqa: S311
    launch = {**browser_type_launch_args, "headless": True, "viewport": {"width": 1280, "height": 800}}
    shown: dict[str, str] = {}
    last, typed = ("", ""), 0
    for turn in range(KILLS + 1):
        with browsing(playwright, profile, launch, site, marker) as page:
            page.goto(address)
            live(page)
            saved(page)
            back = page.evaluate(SHOWN)
            assert all((key, back.get(key)) in ((key, one), last) for key, one in shown.items()), "all that was shown"
            assert back == levels(marking), "and with the server"
            comment = page.locator("#field-remark")
            if turn:
                page.locator("[data-open=overall]").click()
                assert comment.input_value().count(" ") >= typed, "words older than a second are back"
            if turn == KILLS:
                break
            page.locator(f"[data-open={chance.choice(EVERY_KEY[:10])}].critrow").click()
            press(page, *chance.choices("123", k=2))
            saved(page)
            kept = levels(marking)
            page.route("**/mutations/", lambda route: route.abort())
            press(page, *chance.choices("123", k=3))
            expect(state(page)).to_contain_text("kept on this computer")
            here, typed = type_for(page, turn)
            last = (here, chance.choice("123"))  # may be written and not yet shown
            press(page, last[1])
            shown = page.evaluate(SHOWN)
            kill(profile)
        assert levels(marking) == kept
        found.append({"shown": len(shown), "with the server": sum(kept.get(key) == one for key, one in shown.items())})

    print(f"\n{KILLS} kills of Chromium: {found}")
    assert all(one["shown"] > one["with the server"] >= 1 for one in found)
    marking.refresh_from_db()
    assert marking.revision == Mutation.objects.filter(marking=marking).values("key").distinct().count()


def type_for(page: Page, turn: int) -> tuple[str, int]:
    """Type words about the whole essay and come back; give the open criterion, and how many words are a second old."""
    here = page.locator("#crit-title").inner_text()[:2]
    page.locator("[data-open=overall]").click()
    page.locator("#field-remark").press_sequentially("word " * (turn + 3))
    page.wait_for_timeout(OLD * 1000)
    words = page.locator("#field-remark").input_value().count(" ")
    page.locator(f"[data-open={here}].critrow").click()
    return here, words


# ------------------------------------------------------------------------------------------------- an honest "Saved"
@pytest.fixture
def watched(page: Page, sign_in, marker, marking, address) -> Page:
    sign_in(marker)
    page.add_init_script(WATCH)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    return live(page)


def told(page: Page) -> dict[str, Any]:
    return page.evaluate("window.faults.told")


def try_again(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('online'))")


def test_saved_is_never_said_while_anything_waits_whatever_befalls_it(
    watched, marking, marker, papers, context, sign_in
):
    page, met = watched, []

    def comes_to(words: str | re.Pattern[str], what: str) -> None:
        expect(state(page), what).to_contain_text(words, timeout=15_000)
        met.append((what, told(page)))

    def every(handle: Any) -> Any:
        return lambda route: handle(route) if route.request.method == "POST" else route.continue_()

    for what, trouble in TROUBLES.items():
        page.route("**/mutations/", every(trouble))
        press(page, "3")
        comes_to("kept on this computer", what)
        press(page, "2")
        page.unroute("**/mutations/")
        try_again(page)
        comes_to("Saved", what)

    page.evaluate("window.faults.slow = 700")
    press(page, "x")
    comes_to("Saving", "slow")
    press(page, "x")
    page.wait_for_timeout(900)
    page.evaluate("window.faults.slow = 0")
    comes_to("Saved", "slow")

    context.clear_cookies(name="sessionid")
    press(page, "x")
    comes_to("Signed out", "401")
    sign_in(marker)
    try_again(page)
    comes_to("Saved", "401")

    send(marking, level("E1", "1"), by=marker)
    page.locator("[data-open=E1].critrow").click()
    press(page, "4")
    comes_to("Changed in two places", "409")
    page.get_by_role("button", name="Keep what is here").click()
    comes_to("Saved", "409")

    context.set_offline(True)
    press(page, "X")
    page.locator("[data-open=R1].critrow").click()
    press(page, "X")
    page.locator("[data-open=C2].critrow").click()
    press(page, "X", "Enter")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    comes_to("kept on this computer", "another paper")
    context.set_offline(False)
    comes_to("Saved", "another paper")

    marking.refresh_from_db()
    assert marking.is_finished
    assert levels(marking)["E1"] == "4"
    seen = told(page)
    assert seen["lies"] == []
    assert seen["saved"] >= 10
    assert seen["waiting"] >= 40
    assert seen["again"] >= len(TROUBLES), "what had an unknown outcome goes again under its key"
    for (what, before), (_, after) in zip(met[::2], met[1::2], strict=False):
        assert after["polls"] > before["polls"], what


def test_the_watcher_sees_a_page_that_says_saved_too_early(watched):
    """The proof of the proof: the words are put on the screen by hand, and the lie is noticed."""
    watched.route("**/mutations/", lambda route: route.abort())
    press(watched, "4")
    expect(state(watched)).to_contain_text("kept on this computer")

    watched.evaluate("document.querySelector('#desk-foot .savestate span').textContent = 'Saved 12:00:00'")
    watched.wait_for_timeout(200)

    assert told(watched)["lies"]
