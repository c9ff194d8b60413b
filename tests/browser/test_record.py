"""The writing record from the keyboard's side: what the desk tells, and the page where a student answers it."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from essays.actions.drafts import open_draft
from essays.models import Draft, WritingEvent
from tests.essays.writing import save
from tests.rows import prompt_with_sources, set_for

PASTED = "A convoy is a group of ships that sail together under escort."
PASTE = """([text, kind]) => {
  const area = document.querySelector("#essay");
  const given = new DataTransfer();
  given.setData("text/plain", text);
  const more = kind === "paste" ? { clipboardData: given } : { dataTransfer: given };
  const Kind = kind === "paste" ? ClipboardEvent : DragEvent;
  area.dispatchEvent(new Kind(kind, { ...more, bubbles: true, cancelable: true }));
}"""
IMPORTED = """text => document.querySelector("[data-desk]")
  .dispatchEvent(new CustomEvent("assay:imported", { detail: { text } }))"""


@pytest.fixture
def assignment(course, teacher):
    now = timezone.now()
    times = {
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(hours=3),
        "closes_at": now + timedelta(days=1),
    }
    return set_for(course, teacher, prompt_version=prompt_with_sources(), writing_record=True, **times)


@pytest.fixture
def draft(assignment, student) -> Draft:
    return open_draft(assignment, by=student)


@pytest.fixture
def desk(page: Page, sign_in, student, site, draft) -> Page:
    sign_in(student)
    page.goto(f"{site}/drafts/{draft.public_id}/")
    expect(page.locator("[data-ready]")).to_be_visible()
    return page


def told(page: Page, act) -> WritingEvent:
    """Do something, and give the event that the server made of the report."""
    with page.expect_response("**/record/report/") as found:
        act()
    assert found.value.status == 200
    return WritingEvent.objects.latest("pk")


def test_a_paste_is_told_with_its_length(desk):
    event = told(desk, lambda: desk.evaluate(PASTE, [PASTED, "paste"]))

    assert (event.kind, event.origin, event.characters, event.words) == ("paste", "elsewhere", len(PASTED), 12)


def test_a_drop_and_an_import_are_told_and_a_short_paste_is_not(desk):
    desk.evaluate(PASTE, ["ships", "paste"])
    told(desk, lambda: desk.evaluate(PASTE, [PASTED, "drop"]))
    told(desk, lambda: desk.evaluate(IMPORTED, "My file."))

    assert list(WritingEvent.objects.order_by("pk").values_list("kind", "characters")) == [
        ("paste", len(PASTED)),
        ("import", 8),
    ]


def test_what_is_cut_and_pasted_in_the_essay_is_ones_own(desk):
    desk.locator("#essay").focus()
    desk.keyboard.type("Typed a moment ago and moved before it was saved.")
    desk.keyboard.press("Control+a")
    desk.keyboard.press("Control+x")

    event = told(desk, lambda: desk.keyboard.press("Control+v"))

    assert event.origin == "own"


def test_a_report_that_got_no_answer_is_sent_again_and_is_one_event(desk):
    failed = []

    def break_first(route):
        if failed:
            route.fallback()
        else:
            failed.append(route.fetch())  # kept by the server, and the answer is lost
            route.abort()

    desk.route("**/record/report/", break_first)

    told(desk, lambda: desk.evaluate(PASTE, [PASTED, "paste"]))

    assert (WritingEvent.objects.count(), len(failed)) == (1, 1)


def test_where_no_record_is_kept_nothing_is_told(page, sign_in, student, site, assignment, draft):
    assignment.writing_record = False
    assignment.save()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    sign_in(student)
    page.goto(f"{site}/drafts/{draft.public_id}/")
    expect(page.locator("[data-ready]")).to_be_visible()

    page.evaluate(PASTE, [PASTED, "paste"])
    page.wait_for_timeout(300)

    assert not [url for url in asked if "record" in url]


@pytest.fixture
def record(desk, draft, student, site) -> Page:
    """The record's page after some words and a paste."""
    save(draft, student, "Radar came in 1935. It helped the alliance to see.")
    told(desk, lambda: desk.evaluate(PASTE, [PASTED, "paste"]))
    desk.goto(f"{site}/drafts/{draft.public_id}/record/")
    return desk


def test_a_note_is_written_with_the_keyboard_alone(record):
    record.locator("#record li details summary").last.focus()
    record.keyboard.press("Enter")
    record.keyboard.press("Tab")
    record.keyboard.type("From my notebook.")
    record.keyboard.press("Tab")
    record.keyboard.press("Enter")

    expect(record.locator(".recordnote")).to_contain_text("From my notebook.")


def test_the_page_has_no_barrier_that_axe_can_find(record):
    assert Axe().run(record).response["violations"] == []
