"""The keys of the marking desk: how few a whole paper takes, and that they are one's own on every computer."""

import re

import pytest
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from marking.models import Evidence, Marking, Remark, Score
from tests.browser.conftest import live
from tests.worlds import exemplar_marks

COUNT = """(() => {
  window.pressed = 0;
  const modifiers = ["Shift", "Control", "Alt", "Meta", "AltGraph"];
  addEventListener("keydown", (event) => { if (!modifiers.includes(event.key)) window.pressed += 1; }, true);
})()"""
COUNTED = {"E1", "E2", "E3", "E4", "R2", "R4", "R6", "C1", "C2", "C3", "C4", "C5"}
"""Of the strong exemplar in timed mode: the best four eras, the best three requirements, and all of the craft."""


@pytest.fixture
def address(site, papers, marker) -> str:
    """Give the address of the strong essay, taken up by the marker."""
    claim_paper(papers[0], by=marker)
    return f"{site}/assignments/{papers[0].assignment.public_id}/papers/{papers[0].code}/"


@pytest.fixture
def desk(page: Page, sign_in, address, marker) -> Page:
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.add_init_script(COUNT)
    page.goto(address)
    return live(page)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def order_of(desk: Page) -> list[str]:
    """Give the criteria in marking order."""
    told = "JSON.parse(document.getElementById('desk-data').textContent).rubric.criteria.map((one) => one.key)"
    return desk.evaluate(told)


def place_of(desk: Page, quote: str) -> str:
    """Give the place of the sentence that holds the words, as the page names it: ¶ and letter."""
    return desk.evaluate(
        """async (quote) => {
          const { placesOf } = await import("/static/js/reading/offsets.js");
          const { reading } = JSON.parse(document.getElementById("desk-data").textContent).paper;
          const at = Array.from(reading.text.slice(0, reading.text.indexOf(quote))).length;
          return placesOf(reading.sentences, reading.paragraphs).findLast((one) => one.start <= at).name;
        }""",
        quote,
    )


def finished(marker) -> Marking:
    return Marking.objects.get(marker=marker, state="finished")


def finish(desk: Page, papers) -> None:
    """Press Enter, and wait until the next paper is there and the server has this one as finished."""
    with desk.expect_response(re.compile("/finish/$")) as answer:
        press(desk, "Enter")
    assert answer.value.status == 200
    expect(desk.locator("#paper-code")).not_to_have_text(papers[0].code)


def test_nineteen_levels_and_finish_take_twenty_keys(desk, marker, papers):
    _, marks = exemplar_marks("strong")

    press(desk, *[marks[key].level_key or "x" for key in order_of(desk)])
    expect(desk.locator("#desk-foot output")).to_have_text("94")
    finish(desk, papers)

    assert desk.evaluate("window.pressed") <= 20
    assert Score.objects.filter(marking=finished(marker)).exclude(state="unmarked").count() == 19


def test_with_the_passage_of_every_counted_criterion_it_takes_sixty_keys_at_most(desk, marker, papers):
    _, marks = exemplar_marks("strong")

    for key in order_of(desk):
        mark = marks[key]
        if key in COUNTED:
            press(desk, "q", *place_of(desk, mark.quotes[0]))
        press(desk, mark.level_key or "x")
    expect(desk.locator("#desk-foot output")).to_have_text("94")
    finish(desk, papers)

    assert desk.evaluate("window.pressed") <= 60
    tied = Evidence.objects.filter(marking=finished(marker)).prefetch_related("links__criterion")
    found = {link.criterion.key: one.quote for one in tied for link in one.links.all()}
    assert found.keys() == COUNTED
    assert all(marks[key].quotes[0] in quote for key, quote in found.items())


def test_a_place_is_shown_at_every_sentence_and_selected_by_its_name(desk, papers):
    press(desk, "g")
    expect(desk.locator(".placename")).to_have_count(47)
    expect(desk.locator("#desk-asking")).to_contain_text("Go to sentence")

    press(desk, "3")
    expect(desk.locator(".placename")).to_have_count(4)
    press(desk, "b")

    expect(desk.locator(".placename")).to_have_count(0)
    sentence = desk.evaluate("[...CSS.highlights.get('passage')].map(String).join('')")
    assert sentence == papers[0].submission.reading.reading_text[slice(*place(desk, "3b"))]


def place(desk: Page, name: str) -> tuple[int, int]:
    return desk.evaluate(
        """async (name) => {
          const { placesOf } = await import("/static/js/reading/offsets.js");
          const { reading } = JSON.parse(document.getElementById("desk-data").textContent).paper;
          const found = placesOf(reading.sentences, reading.paragraphs).find((one) => one.name === name);
          return [found.start, found.end];
        }""",
        name,
    )


def test_escape_leaves_a_question_and_what_means_nothing_is_said(desk):
    press(desk, "q", "z")
    expect(desk.locator("#desk-live")).to_have_text(
        "No sentence is called z. Type a paragraph’s number, then a letter."
    )

    press(desk, "Escape", "4")

    expect(desk.locator("#desk-asking")).to_be_hidden()
    expect(desk.locator("#desk-live")).to_contain_text("E1 level 4")


@pytest.mark.parametrize("asks", ["t", "q", "g"])
def test_who_leaves_a_question_for_the_comment_writes_there(desk, marker, asks):
    press(desk, "]", asks)
    expect(desk.locator("#desk-asking")).to_be_visible()

    desk.locator("#field-remark").click()
    expect(desk.locator("#desk-asking")).to_be_hidden()
    desk.keyboard.type("c1 is well argued in 1a")
    press(desk, "Escape")

    expect(desk.locator("#crit-title")).to_contain_text("E1")
    saved(desk)
    assert Remark.objects.get(marking__marker=marker).text == "c1 is well argued in 1a"
    assert not Evidence.objects.exists()


def saved(desk: Page) -> None:
    """Wait until the page says that everything is kept."""
    expect(desk.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))


def test_keys_can_be_switched_off_and_stay_off_on_another_computer(desk, browser, address, sign_in_to, marker):
    press(desk, "?")
    with desk.expect_response("**/me/keys/"):
        desk.get_by_label("Keys are on").uncheck()
    press(desk, "Escape", "4")
    choose(desk, "3")
    expect(desk.locator("#desk-keys-off")).to_be_visible()

    elsewhere = live(sign_in_to(browser, marker, address))
    press(elsewhere, "4")
    choose(elsewhere, "2")

    expect(elsewhere.locator("#desk-keys-off")).to_be_visible()
    kept = Score.objects.filter(marking__marker=marker).exclude(state="unmarked")
    assert dict(kept.values_list("criterion__key", "level__key")) == {"E1": "3", "E2": "2"}


def choose(desk: Page, level: str) -> None:
    """Set a level of the open criterion with the mouse, and wait until it is kept."""
    desk.locator(f"#open-criterion [data-level='{level}']").check(force=True)
    expect(desk.locator("#desk-live")).to_contain_text(f"level {level}")
    saved(desk)


def test_a_changed_key_works_on_another_computer_and_can_be_given_back(desk, browser, address, sign_in_to, marker):
    press(desk, "?")
    desk.get_by_role("button", name=re.compile("^Not attempted: key x")).click()
    press(desk, "h")
    expect(desk.get_by_role("alert").filter(has_text="already does this")).to_be_visible()
    with desk.expect_response("**/me/keys/"):
        press(desk, "y")

    elsewhere = live(sign_in_to(browser, marker, address))
    press(elsewhere, "x", "y")
    expect(elsewhere.locator("#desk-live")).to_contain_text("E1 not attempted")

    press(elsewhere, "?")
    with elsewhere.expect_response("**/me/keys/"):
        elsewhere.get_by_role("button", name="Give every key back").click()
    marker.refresh_from_db()
    assert marker.marking_keys == {"on": True, "keys": {}}


def test_a_change_without_a_network_is_kept_and_sent_later(desk, marker):
    desk.context.set_offline(True)
    press(desk, "?")
    desk.get_by_role("button", name=re.compile("^Undo: key u")).click()
    press(desk, "z")
    expect(desk.get_by_role("button", name=re.compile("^Undo: key z"))).to_be_focused()
    marker.refresh_from_db()
    assert marker.marking_keys == {}

    with desk.expect_response("**/me/keys/"):
        desk.context.set_offline(False)
        live_again(desk)

    marker.refresh_from_db()
    assert marker.marking_keys == {"on": True, "keys": {"undo": "z"}}
    assert desk.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('assay.keys'))") == []


def live_again(desk: Page) -> None:
    """Come back to the desk as after a crash: what waited goes from the new page."""
    desk.on("dialog", lambda dialog: dialog.accept())
    desk.reload()
    live(desk)
