"""A paper marked on a phone, by touch alone; and the desk on narrow, low and magnified screens."""

import re
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from marking.actions.papers import claim_paper
from marking.models import Evidence, Marking, Score
from tests.browser.conftest import live, until
from tests.marking.sending import EVERY_KEY, not_attempted, send
from tests.worlds import exemplars_handed_in, set_from_pack


@pytest.fixture
def papers(course, teacher, student, classmate):
    return exemplars_handed_in(set_from_pack(course, teacher), [student, classmate], teacher)


@pytest.fixture
def marking(papers, marker) -> Marking:
    """E1 and R6 are left to mark."""
    marking = claim_paper(papers[0], by=marker)
    send(marking, *[not_attempted(key) for key in EVERY_KEY if key not in ("E1", "R6")], by=marker)
    return marking


@pytest.fixture
def address(site, papers) -> str:
    return f"{site}/assignments/{papers[0].assignment.public_id}/papers/{papers[0].code}/?criterion=E1"


@pytest.fixture
def phone(browser: Browser, site, address, marking, marker) -> Iterator[Page]:
    client = Client()
    client.force_login(marker)
    context = browser.new_context(viewport={"width": 375, "height": 720}, has_touch=True, is_mobile=True)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(address)
    yield live(page)
    context.close()


def touch_words(page: Page, words: str) -> None:
    """Touch the middle of words of the essay, brought into view first."""
    x, y = page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.getElementById("paper-reading"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at + 3);
            range.setEnd(walker.currentNode, at + 4);
            walker.currentNode.parentElement.scrollIntoView({ block: "start" });
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          }
        }""",
        words,
    )
    page.touchscreen.tap(x, y)


def test_a_paper_is_marked_and_finished_by_touch(phone, marking, papers):
    phone.locator("label.level", has_text="Weighed").tap()
    expect(phone.locator("#open-criterion input:checked")).to_have_value("4")

    phone.get_by_role("button", name="Show more of the essay").tap()
    expect(phone.locator("label.level", has_text="Weighed")).to_be_hidden()
    touch_words(phone, "Deterrence had failed")
    phone.get_by_role("button", name="Tie the passage").tap()
    expect(phone.locator("#paper-reading .ev-tag")).to_have_text("E1")

    phone.get_by_role("button", name="Show more of the rubric").tap()
    phone.get_by_role("button", name="All 19 criteria").tap()
    phone.locator("[data-open=R6].critrow").tap()
    expect(phone.locator("#crit-title")).to_contain_text("R6")
    phone.get_by_role("button", name="Show more of the rubric").tap()
    expect(phone.locator("label.level .desc").first).to_be_visible()
    phone.locator("label.level").nth(1).tap()
    phone.get_by_label("What you say to the student").fill("Names a cable.")
    phone.locator("#desk-foot").get_by_role("button", name="Finish and next paper").tap()
    expect(phone.locator("#paper-code")).to_have_text(papers[1].code)
    until(phone, Marking.objects.filter(pk=marking.pk, state="finished").exists)

    marking.refresh_from_db()
    assert marking.is_finished
    levels = dict(Score.objects.filter(marking=marking, state="scored").values_list("criterion__key", "level__key"))
    assert levels == {"E1": "4", "R6": "2"}
    assert Evidence.objects.get(marking=marking).quote == "Deterrence had failed."
    assert marking.remarks.get().text == "Names a cable."


def test_a_touch_beside_the_words_lets_the_passage_go(phone):
    touch_words(phone, "Technology has made")
    expect(phone.locator("#marking-desk.has-passage")).to_be_visible()

    touch_words(phone, "Technology has made")

    expect(phone.locator("#marking-desk.has-passage")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(320, 640), (375, 720), (640, 400), (768, 1024)])
def test_the_desk_fits_narrow_low_and_magnified_screens(page, sign_in, marker, marking, address, width, height):
    sign_in(marker)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    live(page)

    size = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.scrollHeight]")
    seen = page.evaluate(
        """() => ["main", "open-criterion", "desk-foot"].map((id) => {
          const box = document.getElementById(id).getBoundingClientRect();
          return Math.min(box.width, box.height, innerHeight - box.top, innerWidth - box.left);
        })"""
    )

    assert size == [width, height], "the page itself never scrolls"
    assert min(seen) >= 60, "essay, levels and foot are all in view"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desk_on_a_phone_has_no_accessibility_faults_a_machine_can_find(phone, theme):
    phone.emulate_media(color_scheme=theme)
    phone.locator("label.level", has_text="Weighed").tap()
    touch_words(phone, "Deterrence had failed")
    phone.get_by_role("button", name=re.compile("^Tie the passage")).tap()

    found = Axe().run(phone, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]] == []
