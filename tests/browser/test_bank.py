"""The comment bank by keyboard alone: taken with a digit, filled in, kept when said twice, made better everywhere."""

import re

import pytest
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from marking.models import Marking
from rubrics.actions.bank import add_bank_comment
from rubrics.models import BankComment
from tests.browser.conftest import live, until
from tests.browser.test_axe import faults
from tests.marking.sending import remark, send
from tests.rows import enrolled
from tests.worlds import exemplars_handed_in, set_from_pack

SAID = "Say what it changed for the alliance."


@pytest.fixture
def papers(course, teacher, student, classmate):
    third = enrolled("jonas.weber", "Jonas Weber", course, "student")
    return exemplars_handed_in(set_from_pack(course, teacher), [student, classmate, third], teacher)


@pytest.fixture
def strong(papers):
    return papers[0]


@pytest.fixture
def rubric(strong):
    return strong.assignment.rubric_version.rubric


@pytest.fixture
def marking(strong, marker) -> Marking:
    return claim_paper(strong, by=marker)


@pytest.fixture
def desk(page: Page, site, sign_in, strong, marking, marker):
    """Give a function that opens the marker's desk, with whatever is in the bank by then."""

    def opened() -> Page:
        sign_in(marker)
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{site}/assignments/{strong.assignment.public_id}/papers/{strong.code}/")
        return live(page)

    return opened


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    expect(page.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))


def said(page: Page) -> str:
    return page.locator("#field-remark").input_value()


def test_a_digit_takes_a_comment_and_a_second_is_joined_to_it(desk, marker, marking, rubric):
    add_bank_comment(rubric, text="Mine: say who paid.", ties=[("E1", "1")], by=marker)
    page = desk()
    press(page, "1", "k", "/")
    expect(page.locator("#desk-panel .bankline").first).to_contain_text("Mine: say who paid.")

    press(page, "1")
    expect(page.locator("#field-remark")).to_be_focused()
    first = said(page)
    press(page, "Escape", "/")
    page.keyboard.type("sentence which")
    expect(page.locator("#desk-panel .bankline")).to_have_count(1)
    press(page, "1", "Escape")
    saved(page)

    assert first == "Mine: say who paid."
    row = marking.remarks.get()
    assert row.text.startswith("Mine: say who paid. You name a technology.")
    assert (row.bank_comment.code, BankComment.objects.get(owner=marker).uses) == ("K01", 1)


def test_passage_source_and_level_are_filled_in_and_a_gap_is_ready_to_be_written_over(desk, marker, marking, rubric):
    text = "You write {quote} at {level}, citing {source}."
    add_bank_comment(rubric, text=text, ties=[("E1", "")], by=marker)
    page = desk()
    press(page, "/", "1")
    gap = page.evaluate("document.getSelection().toString()")
    page.keyboard.type("“Rails”")
    gapped = said(page)
    press(page, "Control+a", "Delete", "Escape", "]", "h", "3", "k", "/", "2", "Escape")
    saved(page)

    assert gap == "[which quote?]"
    assert gapped.startswith("You write “Rails” at [which level?], citing ")
    row = marking.remarks.get()
    assert row.text.startswith("You write “Technology has made")
    assert "{" not in row.text
    assert row.bank_text == row.text


def test_letters_narrow_digits_do_not_set_levels_and_shift_keeps_the_bank_open(desk, marker, marking, rubric):
    for number in range(4):
        add_bank_comment(rubric, text=f"Comment number {number} of mine.", ties=[("E1", "")], by=marker)
    page = desk()
    press(page, "/")
    page.keyboard.type("number")
    for _ in range(4):
        press(page, "Shift+Enter")
        page.keyboard.type("number")
        press(page, "ArrowDown", "ArrowDown")
    expect(page.locator("#desk-panel")).to_contain_text("A reader takes in about three.")
    press(page, "9")
    expect(page.locator("#desk-live")).to_contain_text("There is no comment 9.")
    press(page, "Escape")
    saved(page)

    assert marking.scores.get(criterion__key="E1").state == "unmarked"
    assert len(marking.remarks.get().text.split("Comment")) == 5


def test_mine_only_is_remembered_with_the_person(desk, marker, rubric):
    add_bank_comment(rubric, text="Mine.", ties=[("E1", "")], by=marker)
    page = desk()
    press(page, "/", "Tab", "Space")
    expect(page.locator("#desk-panel .bankline")).to_have_count(1)
    expect(page.locator("#bank-mine")).to_be_checked()

    until(
        page,
        lambda: page.evaluate(
            "performance.getEntriesByType('resource').some((one) => one.name.endsWith('/me/comments/'))"
        ),
    )
    page.reload()
    live(page)
    press(page, "/")

    expect(page.locator("#desk-panel .bankline")).to_have_count(1)


def test_with_the_keys_off_a_digit_is_a_word_to_look_for(desk, marker):
    marker.marking_keys = {"on": False}
    marker.save()
    page = desk()

    page.locator("[data-do=bank]").click()
    page.keyboard.type("1949")

    expect(page.locator("#desk-panel .bankline")).to_have_count(1)
    expect(page.locator("#desk-panel .bankline .key")).to_have_count(0)


def test_what_is_said_twice_is_kept_by_keyboard_and_offered_at_once(desk, papers, marker, marking):
    send(claim_paper(papers[2], by=marker), remark("E1", SAID), by=marker)
    page = desk()
    press(page, "c")
    page.keyboard.type(SAID)
    press(page, "Escape")
    expect(page.locator("#desk-notices")).to_contain_text("on another paper")

    press(page, "a", "Enter")
    expect(page.locator("#desk-notices .notice")).to_have_count(0)
    press(page, "/")
    expect(page.locator("#desk-panel .bankline").first).to_contain_text(SAID)
    press(page, "Escape")
    saved(page)

    comment = BankComment.objects.get(owner=marker)
    assert (comment.text, comment.scope, list(comment.ties.values_list("criterion_key", flat=True))) == (
        SAID,
        "own",
        ["E1"],
    )
    assert marking.remarks.get().bank_comment == comment


def test_a_no_is_never_asked_again(desk, papers, marker):
    send(claim_paper(papers[2], by=marker), remark("E1", SAID), by=marker)
    page = desk()
    press(page, "c")
    page.keyboard.type(SAID)
    press(page, "Escape")
    with page.expect_response("**/me/comments/"):
        page.get_by_role("button", name="No", exact=True).click()
    expect(page.locator("#desk-notices .notice")).to_have_count(0)

    press(page, "c")
    page.keyboard.type(" !")
    press(page, "Escape")
    saved(page)
    page.reload()
    live(page)

    expect(page.locator("#desk-notices .notice")).to_have_count(0)
    assert not BankComment.objects.filter(owner=marker).exists()


@pytest.mark.parametrize("width", [1280, 375])
def test_nothing_is_wrong_with_the_open_bank(desk, marker, rubric, width):
    add_bank_comment(rubric, text="You write {quote}.", ties=[("E1", "")], by=marker)
    page = desk()
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    press(page, "/")
    expect(page.locator("#desk-panel .gap")).to_be_visible()

    assert faults(page) == []


def test_better_words_take_their_place_by_keyboard_and_the_open_desk_meets_them(desk, site, marker, marking, rubric):
    comment = add_bank_comment(rubric, text=SAID, ties=[("E1", "")], by=marker)
    send(marking, remark("E1", f"Good. {SAID}", bank_comment=comment.code, bank_text=SAID), by=marker)
    page = desk()
    bank = page.context.new_page()
    bank.emulate_media(reduced_motion="reduce")
    bank.goto(f"{site}/rubrics/collective-defence/comments/")
    bank.get_by_role("link", name="Edit").focus()
    press(bank, "Enter")
    bank.get_by_label("What you say to the student").focus()
    press(bank, "Control+End", "Backspace")
    bank.keyboard.type(", and for whom.")
    bank.get_by_role("button", name="Keep the changes").focus()
    press(bank, "Enter")
    expect(bank.get_by_role("heading", level=1)).to_have_text("Where it was said")
    wrong = faults(bank)
    bank.set_viewport_size({"width": 375, "height": 800})
    wrong += faults(bank)
    bank.get_by_role("checkbox").focus()
    press(bank, "Tab", "Enter")
    expect(bank.locator("#notices")).to_contain_text("1 remark says it in the new words.")

    press(page, "j", "4")
    saved(page)
    press(page, "k", "k")

    assert wrong == []
    assert marking.remarks.get().text == f"Good. {SAID[:-1]}, and for whom."
    expect(page.locator("#field-remark")).to_have_value(f"Good. {SAID[:-1]}, and for whom.")
    assert marking.scores.get(criterion__key="E2").level.key == "4"
