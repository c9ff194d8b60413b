"""A file brought in at the desk: shown first, put in where the person says, and undone with one key."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.essays.word_files import packed, paragraph, truncated

SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")
WORD = packed(paragraph("Convoys", style="Heading1") + paragraph("They saved the alliance.", dress="<w:b/>"))
MARKDOWN = "# Convoys\n\n**They saved the alliance.**"
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

PLACES = """async ([held, words, where, caret]) => {
  const { broughtIn } = await import("/static/js/essays/drafts/import.js");
  const { from, to, insert } = broughtIn(held, words, where, caret);
  return held.slice(0, from) + insert + held.slice(to);
}"""


@pytest.fixture
def desk(page: Page, site, sign_in, student, draft) -> Page:
    sign_in(student)
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/drafts/{draft.public_id}/")
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    page.evaluate("document.addEventListener('assay:imported', (event) => { window.told = event.detail.text; })")
    return page


def choose(page: Page, data: bytes, name: str = "My essay.docx") -> None:
    page.get_by_role("button", name="From a file").click()
    page.locator("#read input[type=file]").set_input_files({"name": name, "mimeType": TYPE, "buffer": data})
    page.get_by_role("button", name="Show it").click()


@pytest.mark.parametrize(
    ("held", "where", "caret", "said"),
    [
        ("", "end", 0, "W"),
        ("One.", "end", 0, "One.\n\nW"),
        ("One.\n\n\n", "end", 0, "One.\n\nW"),
        ("One. Two.", "caret", 4, "One.\n\nW\n\n Two."),
        ("One.\n\nTwo.", "caret", 6, "One.\n\nW\n\nTwo."),
        ("One.\nTwo.", "caret", 4, "One.\n\nW\n\nTwo."),
        ("One.", "caret", 0, "W\n\nOne."),
        ("One.", "instead", 2, "W"),
    ],
)
def test_words_go_in_where_the_person_says_with_a_blank_line_around_them(held, where, caret, said, modules):
    assert modules.evaluate(PLACES, [held, "W", where, caret]) == said


def test_a_file_is_shown_put_in_saved_and_undone(desk, draft):
    desk.locator("#essay").fill("Before.\n\nAfter.")
    desk.locator("#essay").evaluate("(area) => area.setSelectionRange(7, 7)")

    choose(desk, WORD)

    expect(desk.get_by_text("My essay.docx: 5 words")).to_be_visible()
    expect(desk.locator("#read .essay")).to_contain_text("They saved the alliance.")
    expect(desk.locator("#essay")).to_have_value("Before.\n\nAfter.")
    desk.get_by_role("button", name="Put it in").click()
    expect(desk.locator("#essay")).to_have_value(f"Before.\n\n{MARKDOWN}\n\nAfter.")
    expect(desk.locator("#essay")).to_be_focused()
    assert desk.evaluate("window.told") == MARKDOWN
    expect(desk.locator("[data-save-words]")).to_have_text(SAVED)
    desk.keyboard.press("Control+z")
    expect(desk.locator("#essay")).to_have_value("Before.\n\nAfter.")
    assert desk.complaints == []


def test_a_file_instead_of_the_essay_leaves_the_former_text_in_history(desk, draft):
    long = "A sentence that stands for many. " * 60
    desk.locator("#essay").fill(long)

    choose(desk, WORD)
    desk.get_by_label("Instead of my essay").check()
    desk.get_by_role("button", name="Put it in").click()

    expect(desk.locator("#essay")).to_have_value(MARKDOWN, timeout=15_000)
    expect(desk.locator("[data-save-words]")).to_have_text(SAVED)
    draft.refresh_from_db()
    texts = [one.text for one in draft.revisions.all()]
    assert long in texts
    assert texts[-1] == MARKDOWN
    desk.keyboard.press("Control+z")
    expect(desk.locator("#essay")).to_have_value(long)


def test_a_file_that_is_not_taken_is_explained_beside_the_text(desk):
    desk.locator("#essay").fill("Mine.")

    choose(desk, truncated())

    expect(desk.locator("#read")).to_contain_text("This file is damaged or not complete.")
    expect(desk.locator("#essay")).to_have_value("Mine.")
    desk.get_by_role("link", name="Close").click()
    expect(desk.locator("#read")).to_have_count(0)
    expect(desk.locator("#essay")).to_be_focused()


def test_a_file_too_large_is_not_even_sent(desk):
    sent = []
    desk.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)

    choose(desk, b"x" * (10 * 1024 * 1024 + 1), "long.txt")

    expect(desk.locator("[data-not-read]")).to_contain_text("larger than 10 MB")
    assert sent == []


def test_bringing_in_works_by_keyboard_and_has_no_barrier(desk):
    desk.get_by_role("button", name="From a file").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#read input[type=file]")).to_be_focused()
    assert Axe().run(desk).response["violations"] == []
    desk.locator("#read input[type=file]").set_input_files(
        {"name": "a.txt", "mimeType": "text/plain", "buffer": b"Hi."}
    )
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")

    expect(desk.get_by_text("a.txt: 1 word")).to_be_focused()

    assert Axe().run(desk).response["violations"] == []


def test_without_javascript_a_file_is_shown_and_put_in_by_plain_forms(browser, site, draft, student, sign_in, context):
    sign_in(student)
    plain = browser.new_context(java_script_enabled=False, storage_state=context.storage_state())
    page = plain.new_page()
    page.goto(f"{site}/drafts/{draft.public_id}/")
    page.locator("#essay").fill("Before.")
    page.get_by_role("button", name="From a file").click()
    page.locator("input[type=file]").set_input_files({"name": "My essay.docx", "mimeType": TYPE, "buffer": WORD})
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_text("My essay.docx: 5 words")).to_be_visible()
    page.get_by_role("button", name="Put it in").click()

    expect(page.locator("#essay")).to_have_value(f"Before.\n\n{MARKDOWN}")
    plain.close()
