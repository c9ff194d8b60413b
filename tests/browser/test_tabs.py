"""Two tabs of one draft: one writes, the other reads, and either may take over."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from essays.models import Draft

SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")
NO_LOCKS = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined });"


@pytest.fixture
def opened(context: BrowserContext, sign_in, student, site, draft) -> Callable[[], Page]:
    """Give a function that opens the desk in a tab of its own."""
    sign_in(student)

    def open_desk() -> Page:
        page = context.new_page()
        page.goto(f"{site}/drafts/{draft.public_id}/")
        expect(page.locator("[data-desk][data-ready]")).to_be_attached()
        return page

    return open_desk


def write(page: Page, words: str) -> None:
    page.locator("#essay").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def state(page: Page):
    return page.locator("[data-save-words]")


def writes(page: Page) -> bool:
    return page.locator("#essay").get_attribute("readonly") is None


def head_of(draft: Draft) -> str:
    draft.refresh_from_db()
    return draft.revisions.get(n=draft.head).text


def test_the_second_tab_reads_and_sees_what_the_first_one_saves(opened):
    first, second = opened(), opened()

    expect(second.get_by_text("This essay is open in another tab.")).to_be_visible()
    expect(state(second)).to_have_text("Read only: open in another tab")
    write(first, "Written in the first tab.")
    expect(state(first)).to_have_text(SAVED)

    expect(second.locator("#essay")).to_have_value("Written in the first tab.")
    assert (writes(first), writes(second)) == (True, False)


def test_write_here_instead_takes_the_words_along(opened, draft):
    first, second = opened(), opened()
    write(first, "Begun in the first tab")

    second.get_by_role("button", name="Write here instead").click()
    expect(second.locator("#essay")).not_to_have_attribute("readonly", "")
    expect(second.locator("#essay")).to_have_value("Begun in the first tab")
    write(second, ", ended in the second.")
    expect(state(second)).to_have_text(SAVED)

    expect(first.locator("#essay")).to_have_attribute("readonly", "")
    expect(first.get_by_text("This essay is open in another tab.")).to_be_visible()
    assert head_of(draft) == "Begun in the first tab, ended in the second."
    assert not draft.revisions.filter(kind="branch").exists()


def test_words_the_first_tab_cannot_send_come_along_through_the_journal(opened, draft):
    first, second = opened(), opened()
    first.route("**/text/", lambda route: route.abort())
    write(first, "Never sent from the first tab.")
    expect(state(first)).to_contain_text("kept on this computer")

    second.get_by_role("button", name="Write here instead").click()
    expect(second.locator("#essay")).to_have_value("Never sent from the first tab.", timeout=20_000)
    expect(state(second)).to_have_text(SAVED)

    assert head_of(draft) == "Never sent from the first tab."


def test_a_tab_that_hangs_is_passed_over(opened, draft):
    first, second = opened(), opened()
    first.evaluate("setTimeout(() => { const end = Date.now() + 9000; while (Date.now() < end); }, 0)")

    second.get_by_role("button", name="Write here instead").click()

    expect(second.locator("#essay")).not_to_have_attribute("readonly", "", timeout=12_000)
    expect(first.locator("#essay")).to_have_attribute("readonly", "", timeout=12_000)


def test_when_the_writing_tab_is_closed_the_other_one_writes(opened):
    first, second = opened(), opened()
    write(first, "Closed now.")
    expect(state(first)).to_have_text(SAVED)

    first.close()

    expect(second.locator("#essay")).not_to_have_attribute("readonly", "")
    expect(second.locator("#essay")).to_have_value("Closed now.")


def test_back_and_forth_leaves_one_line_of_revisions(opened, draft):
    first, second = opened(), opened()
    write(first, "One.")
    second.get_by_role("button", name="Write here instead").click()
    expect(second.locator("#essay")).not_to_have_attribute("readonly", "")
    write(second, " Two.")
    expect(state(second)).to_have_text(SAVED)
    first.get_by_role("button", name="Write here instead").click()
    expect(first.locator("#essay")).not_to_have_attribute("readonly", "")
    write(first, " Three.")
    expect(state(first)).to_have_text(SAVED)

    assert head_of(draft) == "One. Two. Three."
    assert not draft.revisions.filter(kind="branch").exists()


def test_without_locks_both_write_and_the_base_keeps_both_texts(opened, context, draft):
    context.add_init_script(NO_LOCKS)
    first, second = opened(), opened()
    write(first, "First.")
    expect(state(first)).to_have_text(SAVED)

    write(second, "Second.")
    expect(state(second)).to_have_text("Changed elsewhere: choose")

    assert {revision.text: revision.kind for revision in draft.revisions.all()} == {
        "First.": "head",
        "Second.": "branch",
    }
