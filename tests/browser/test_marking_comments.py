"""What is typed about an essay stays with that essay: another paper comes into view, or the server does not take it."""

import re

import pytest
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from marking.models import Marking, Remark, Score
from tests.browser.conftest import live, until

TYPED_AND_BACK = """(words) => new Promise((done) => {
  const field = document.getElementById("field-remark");
  field.focus();
  field.value = words;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  addEventListener("popstate", done, { once: true });
  history.back();
})"""


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


def take_no_comment(route) -> None:
    """Answer as a proxy does that lets nothing through that is as long as a comment."""
    batch = route.request.post_data_json["mutations"]
    if any(one["operation"] == "remark" for one in batch):
        route.fulfill(status=413, body="Too large")
    else:
        route.continue_()


def test_a_comment_that_is_not_taken_stays_in_its_field_and_the_paper_is_not_finished_without_it(desk, papers):
    desk.route("**/mutations/", take_no_comment)
    press(desk, "X", "Enter", "X", "Enter", "X")
    saved(desk)
    expect(desk.locator("#desk-foot .grand button")).to_contain_text("Finish and next paper")
    where = desk.locator("#crit-title .cid").inner_text()

    press(desk, "c")
    desk.keyboard.type("Well weighed")
    press(desk, "Escape", "Enter")
    expect(desk.locator("#desk-notices")).to_contain_text(f"{papers[0].code} is not finished. The server did not take")
    desk.locator("#desk-notices").get_by_role("button", name="Open it").click()
    expect(desk.locator("#paper-code")).to_have_text(papers[0].code)
    expect(desk.locator("#field-remark")).to_have_value("Well weighed")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text(f"Not kept: what you wrote about {where}. Change it.")
    live(desk)
    press(desk, "Enter")
    expect(desk.locator("#desk-live")).to_contain_text("Change it, or empty the field, before you finish.")
    assert not Marking.objects.filter(state="finished").exists()

    desk.unroute("**/mutations/")
    desk.locator("#field-remark").click()
    press(desk, "End")
    desk.keyboard.type(".")
    press(desk, "Escape")
    saved(desk)
    press(desk, "Enter")
    until(desk, Marking.objects.filter(state="finished").exists)

    assert Marking.objects.get(state="finished").allotment.paper.code == papers[0].code
    assert said() == {papers[0].code: (where, "Well weighed.")}


def test_a_field_holds_what_is_kept_and_no_more_and_says_so_when_it_is_full(desk, papers):
    press(desk, "c")
    desk.keyboard.insert_text("x" * 4_100)
    expect(desk.locator("#full-remark")).to_have_text("4,000 characters are the most. What goes beyond is not taken.")
    press(desk, "Backspace")
    expect(desk.locator("#full-remark")).to_have_text("")
    press(desk, "Escape")
    saved(desk)

    assert said() == {papers[0].code: ("E1", "x" * 3_999)}


def test_what_nobody_can_see_is_left_out_of_a_comment(desk, papers):
    press(desk, "c")
    desk.evaluate("document.execCommand('insertText', false, 'Well\\u0007 weighed,\\ud800 \\u{1f44d}.')")
    press(desk, "Escape")
    saved(desk)

    assert said() == {papers[0].code: ("E1", "Well weighed, \U0001f44d.")}
