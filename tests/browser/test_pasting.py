"""Pasting at the desk with the computer's own keys: marks come in, one undo takes them out, Shift pastes as it is."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from essays.actions.drafts import open_draft
from tests.rows import prompt_with_sources, set_for

WORD = Path(__file__).parent / "pasted" / "word.html"

COPY = """([html, plain]) => {
  const holds = { "text/html": new Blob([html], { type: "text/html" }) };
  holds["text/plain"] = new Blob([plain], { type: "text/plain" });
  return navigator.clipboard.write([new ClipboardItem(holds)]);
}"""
HAND_OVER = """([html, plain]) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/html", html);
  clipboardData.setData("text/plain", plain);
  const given = { clipboardData, bubbles: true, cancelable: true };
  document.querySelector("#essay").dispatchEvent(new ClipboardEvent("paste", given));
}"""


@pytest.fixture
def desk(page: Page, context, site, sign_in, course, teacher, student) -> Page:
    now = timezone.now()
    times = {
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(hours=3),
        "closes_at": now + timedelta(days=1),
    }
    draft = open_draft(set_for(course, teacher, prompt_version=prompt_with_sources(), **times), by=student)
    sign_in(student)
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    page.complaints = []
    page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
    page.goto(f"{site}/drafts/{draft.public_id}/")
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    return page


def test_words_pasted_with_marks_come_in_as_marks_and_one_undo_takes_them_out(desk):
    desk.locator("#essay").fill("Before. After.")
    desk.evaluate(COPY, ["<p>The <b>convoys</b> of 1917</p>", "The convoys of 1917"])
    desk.locator("#essay").focus()
    desk.locator("#essay").evaluate("(area) => area.setSelectionRange(8, 8)")

    desk.keyboard.press("Control+v")

    expect(desk.locator("#essay")).to_have_value("Before. The **convoys** of 1917After.")
    desk.keyboard.press("Control+z")
    expect(desk.locator("#essay")).to_have_value("Before. After.")


def test_with_shift_the_words_come_in_as_they_are(desk):
    desk.evaluate(COPY, ["<p>The <b>convoys</b> of 1917</p>", "The convoys of 1917"])
    desk.locator("#essay").focus()

    desk.keyboard.press("Control+Shift+v")

    expect(desk.locator("#essay")).to_have_value("The convoys of 1917")


def test_a_document_of_word_is_pasted_saved_and_breaks_no_rule_of_the_page(desk):
    desk.evaluate(HAND_OVER, [WORD.read_text(), "plain"])

    expect(desk.locator("#essay")).to_have_value(WORD.with_suffix(".md").read_text().rstrip("\n"))
    expect(desk.locator("[data-save-words]")).to_contain_text("Saved")
    assert desk.complaints == []
