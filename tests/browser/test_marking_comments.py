"""What is typed about an essay stays with that essay: another paper comes into view, or the server does not take it."""

import re

import pytest
from playwright.sync_api import Page, expect

from courses.models import Role
from marking.actions.papers import claim_paper
from marking.models import Remark, Score
from tests.browser.conftest import live
from tests.rows import enrolled
from tests.worlds import exemplars_handed_in, set_from_pack

TYPED_AND_BACK = """(words) => new Promise((done) => {
  const field = document.getElementById("field-remark");
  field.focus();
  field.value = words;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  addEventListener("popstate", done, { once: true });
  history.back();
})"""


@pytest.fixture
def papers(course, teacher, student, classmate):
    third = enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)
    return exemplars_handed_in(set_from_pack(course, teacher), [student, classmate, third], teacher)


@pytest.fixture
def address(site, papers, marker) -> str:
    """Give the address of a paper that the marker has taken up."""
    claim_paper(papers[0], by=marker)
    return f"{site}/assignments/{papers[0].assignment.public_id}/papers/{papers[0].code}/"


@pytest.fixture
def desk(page: Page, sign_in, address, marker) -> Page:
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    return live(page)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    """Wait until the page says that everything is kept."""
    expect(page.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))


def said() -> dict[str, tuple[str | None, str]]:
    """Give what was said about which essay: criterion and words, by code."""
    remarks = Remark.objects.values_list("marking__allotment__paper__code", "criterion__key", "text")
    return {code: (key, text) for code, key, text in remarks}


def code_of(page: Page) -> str:
    return page.locator("#paper-code").inner_text()


@pytest.mark.parametrize("before", [[], ["j"]], ids=["the same criterion open", "another criterion open"])
def test_words_typed_just_before_another_paper_comes_are_said_of_the_paper_they_were_typed_about(desk, papers, before):
    press(desk, *before, "n")
    expect(desk.locator("#paper-code")).not_to_have_text(papers[0].code)
    live(desk)
    second = code_of(desk)

    desk.evaluate(TYPED_AND_BACK, "About the second essay.")
    expect(desk.locator("#paper-code")).to_have_text(papers[0].code)
    live(desk)
    press(desk, "4")
    expect(desk.locator("#desk-live")).to_contain_text("level 4")
    saved(desk)

    assert said() == {second: ("E1", "About the second essay.")}


def one_criterion(page: Page, address: str) -> list:
    """Go through one criterion, and hold back the server's word on which paper follows; gives what is held."""
    held: list = []
    page.route("**/ahead/", lambda route: route.continue_() if held else held.append(route))
    page.goto(f"{address}?mode=criterion:E1")
    live(page)
    return held


def let_go(held: list) -> str:
    """Let the server say which paper follows; gives its code."""
    answer = held[0].fetch()
    held[0].fulfill(response=answer)
    return answer.json()["next"][0]["code"]


def test_while_the_next_paper_is_asked_for_no_key_marks_and_none_is_passed_over(page, sign_in, address, marker, papers):
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    held = one_criterion(page, address)

    press(page, "4", "k", "3")
    following = let_go(held)
    expect(page.locator("#paper-code")).to_have_text(following)
    live(page)
    press(page, "c")
    page.keyboard.type("Well weighed.")
    press(page, "Escape")
    saved(page)

    scores = Score.objects.exclude(state="unmarked").values_list("marking__allotment__paper__code", "level__key")
    assert list(scores) == [(papers[0].code, "4")]
    assert said() == {following: ("E1", "Well weighed.")}


def test_who_begins_to_write_while_the_next_paper_is_asked_for_stays(page, sign_in, address, marker, papers):
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    held = one_criterion(page, address)

    press(page, "4")
    page.locator("#field-remark").click()
    page.keyboard.type("Well ")
    let_go(held)
    expect(page.locator("#desk-live")).to_contain_text("Go to the next paper when you have written")
    page.keyboard.type("weighed.")
    press(page, "Escape", "n")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    saved(page)

    assert said() == {papers[0].code: (None, "Well weighed.")}  # after the level, the overall comment opens
