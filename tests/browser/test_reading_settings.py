"""One's own reading settings on every page with a text to read, and texts read aloud paragraph by paragraph."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.actions.people import keep_reading_settings
from essays.actions.drafts import open_draft
from essays.models import Draft
from marking.actions.markings import mark_paper
from marking.actions.papers import claim_paper
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import Outcome
from tests.essays.writing import save
from tests.rows import prompt_with_sources, set_for
from tests.worlds import exemplar_marks, exemplars_handed_in, set_from_pack

CHOSEN = {"face": "sans", "size": "larger", "line": "wide", "letter": "wide", "tint": "cream", "marks": "off"}
ESSAY = "# Radar\n\nIt **saw** them [Source A, ¶1].\n\nSo the alliance held.\n\n- one\n- two"

LOOKS = """(chosen) => {
  const style = getComputedStyle(document.querySelector(chosen));
  const size = parseFloat(style.fontSize);
  return {
    face: style.fontFamily.split(",")[0].replaceAll('"', ""),
    size,
    line: Math.round((parseFloat(style.lineHeight) / size) * 100) / 100,
    letter: parseFloat(style.letterSpacing) || 0,
    paper: getComputedStyle(document.body).backgroundColor,
  };
}"""

# A voice that can be told when to have said its words: this browser has none of its own.
VOICE = """() => {
  const voice = { said: [], now: null, cancelled: 0 };
  window.voice = voice;
  const speech = {
    speak: (words) => { voice.said.push(words.text); voice.now = words; },
    cancel: () => { voice.cancelled += 1; voice.now = null; },
  };
  Object.defineProperty(window, "speechSynthesis", { value: speech });
  voice.end = () => voice.now.dispatchEvent(new Event("end"));
}"""


@pytest.fixture
def draft(course, teacher, student) -> Draft:
    now = timezone.now()
    times = {
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(hours=3),
        "closes_at": now + timedelta(days=1),
    }
    made = open_draft(set_for(course, teacher, prompt_version=prompt_with_sources(), **times), by=student)
    save(made, student, ESSAY)
    return made


def looks(page: Page, chosen: str) -> dict:
    expect(page.locator(chosen).first).to_be_visible()
    return page.evaluate(LOOKS, chosen)


def follows(page: Page, address: str, chosen: str, person, then=None) -> None:
    """Look at a text without settings and with them: every one of them must be seen."""
    seen = []
    for settings in ({}, CHOSEN):
        keep_reading_settings(settings=settings, by=person)
        page.goto(address)
        if then:
            then(page)
        seen.append(looks(page, chosen))
    before, after = seen
    assert after["face"] == "system-ui"
    assert after["size"] > before["size"] * 1.2
    assert after["line"] == 2.2
    assert after["letter"] > 1
    assert (before["letter"], after["paper"]) == (0, "rgb(248, 241, 222)")
    assert before["paper"] != after["paper"]


def test_the_settings_act_on_every_text_of_the_writing_side(page, site, sign_in, student, draft):
    sign_in(student)
    at = f"{site}/drafts/{draft.public_id}/"

    follows(page, at, "#essay", student)
    follows(page, at, ".previewed .essay p", student, then=lambda one: one.locator("[data-preview-toggle]").click())
    follows(page, f"{at}preview/", ".essay p", student)
    follows(page, f"{at}submit/", ".readback .essay p", student)
    follows(page, f"{at}history/1/", ".essay", student)
    follows(page, f"{at}copy/", ".papercopy .essay p", student)
    follows(page, f"{site}/assignments/{draft.assignment.public_id}/", ".sources .reader > p", student)


def test_the_settings_act_on_the_essay_and_the_words_of_feedback(page, site, sign_in, course, teacher, student, marker):
    assignment = set_from_pack(course, teacher)
    paper = exemplars_handed_in(assignment, [student], teacher)[0]
    mark_paper(paper, marks=exemplar_marks("strong")[1], overall="Well argued.", by=marker)
    prepare_outcomes(assignment, by=teacher, papers=[paper])
    publish_release(prepare_release(assignment, papers=[paper], by=teacher), by=teacher)
    sign_in(student)
    address = f"{site}/feedback/{Outcome.objects.get().public_id}/"

    follows(page, address, ".essay p", student)
    follows(page, address, ".critfb .quote", student)

    plain = "(mark) => [getComputedStyle(mark).backgroundColor, getComputedStyle(mark).textDecorationLine]"
    assert page.locator(".essay .ev").first.evaluate(plain) == ["rgba(0, 0, 0, 0)", "none"]


def test_the_settings_act_on_the_paper_at_the_marking_desk(page, site, sign_in, course, teacher, student, marker):
    paper = exemplars_handed_in(set_from_pack(course, teacher), [student], teacher)[0]
    claim_paper(paper, by=marker)
    sign_in(marker)

    address = f"{site}/assignments/{paper.assignment.public_id}/papers/{paper.code}/"

    follows(page, address, ".mdesk .essay p", marker)


@pytest.fixture
def listener(page: Page, sign_in, student) -> Page:
    keep_reading_settings(settings={"aloud": "on"}, by=student)
    sign_in(student)
    page.add_init_script(f"({VOICE})()")
    return page


def test_a_text_is_read_paragraph_by_paragraph_paused_and_gone_on_with(listener, site, draft):
    listener.goto(f"{site}/drafts/{draft.public_id}/preview/")

    listener.get_by_role("button", name="Read aloud").click()
    expect(listener.locator(".is-spoken")).to_have_text("Radar")
    listener.evaluate("voice.end()")
    expect(listener.locator(".is-spoken")).to_have_text("It saw them [Source A, ¶1].")
    listener.get_by_role("button", name="Pause").click()
    expect(listener.locator(".is-spoken")).to_have_count(0)
    listener.get_by_role("button", name="Go on reading").click()
    for _ in range(4):
        listener.evaluate("voice.end()")

    expect(listener.get_by_role("button", name="Read aloud")).to_be_visible()
    expect(listener.get_by_role("button", name="Stop")).to_be_hidden()
    expect(listener.locator(".is-spoken")).to_have_count(0)
    second = "It saw them [Source A, ¶1]."
    assert listener.evaluate("voice.said") == ["Radar", second, second, "So the alliance held.", "one", "two"]


def test_reading_stops_and_begins_again_from_the_top_or_from_what_is_selected(listener, site, draft):
    listener.goto(f"{site}/drafts/{draft.public_id}/preview/")
    listener.get_by_role("button", name="Read aloud").click()
    listener.evaluate("voice.end()")

    listener.get_by_role("button", name="Stop").click()
    expect(listener.get_by_role("button", name="Read aloud")).to_be_focused()
    listener.keyboard.press("Enter")
    listener.get_by_role("button", name="Stop").click()
    listener.locator(".essay li").last.evaluate("(item) => getSelection().selectAllChildren(item)")
    listener.get_by_role("button", name="Read aloud").evaluate("(button) => button.click()")

    assert listener.evaluate("voice.said") == ["Radar", "It saw them [Source A, ¶1].", "Radar", "two"]


def test_a_preview_that_comes_later_can_be_read_and_one_text_silences_another(listener, site, draft):
    listener.set_viewport_size({"width": 1280, "height": 800})
    listener.goto(f"{site}/drafts/{draft.public_id}/")
    source = listener.locator("aside .readaloud button").first
    source.click()
    expect(listener.locator("aside .is-spoken")).to_have_count(1)

    listener.locator("[data-preview-toggle]").click()
    listener.locator(".previewed .readaloud button").first.click()

    expect(listener.locator(".previewed .is-spoken")).to_have_text("Radar")
    expect(listener.locator("aside .is-spoken")).to_have_count(0)
    expect(source).to_have_text("Go on reading")


def test_pages_with_reading_aloud_have_no_barrier(listener, site, draft, student):
    save(draft, student, "One paragraph.\n\nAnother.", base=1)
    listener.goto(f"{site}/drafts/{draft.public_id}/preview/")
    listener.get_by_role("button", name="Read aloud").click()

    expect(listener.get_by_role("button", name=re.compile("Pause"))).to_be_visible()

    assert Axe().run(listener).response["violations"] == []
