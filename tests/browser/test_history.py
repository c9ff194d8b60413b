"""History by keyboard: the slider says where it stands, shows what changed, and brings a version back."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page, expect

from essays.actions.drafts import open_draft
from essays.models import Draft
from tests.essays.writing import save
from tests.rows import set_for

FIRST = "Radar came in 1935.\nIt helped the alliance to see."
SECOND = "Radar came in 1935.\nIt helped the alliance to see further than before."
THIRD = "Radar came in 1935.\nIt let the alliance see further than before."


@pytest.fixture
def draft(course, teacher, student) -> Draft:
    """A draft of today with three versions in a row and one beside them."""
    now = timezone.now()
    times = {
        "opens_at": now - timedelta(days=1),
        "due_at": now + timedelta(hours=3),
        "closes_at": now + timedelta(days=1),
    }
    draft = open_draft(set_for(course, teacher, **times), by=student)
    for base, text in enumerate([FIRST, SECOND, THIRD]):
        save(draft, student, text, base=base)
    save(draft, student, "Something else.", base=1)
    return draft


@pytest.fixture
def history(page: Page, sign_in, student, site, draft) -> Page:
    sign_in(student)
    page.goto(f"{site}/drafts/{draft.public_id}/history/")
    expect(page.locator("section#version")).to_be_visible()
    return page


def test_the_slider_says_in_words_where_it_stands(history):
    slider = history.get_by_label("Move through your versions")

    slider.focus()
    history.keyboard.press("Home")

    expect(history.locator("output")).to_have_text(
        re.compile(r"^Version 1, \w{3} \d+ \w{3}, \d\d:\d\d \(.+\), 10 words$")
    )
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Version 1, "))
    expect(slider).to_be_focused()


def test_the_arrow_keys_show_what_changed_in_each_version(history):
    history.get_by_label("Move through your versions").focus()
    history.keyboard.press("Home")
    history.keyboard.press("ArrowRight")

    expect(history.locator("#version ins")).to_have_count(2)
    expect(history.locator("#version .essay ins")).to_contain_text("further than before")
    expect(history.locator("#version")).to_contain_text("from version 1 to version 2")


def test_a_version_is_compared_with_the_essay_as_it_is_now_on_choice(history):
    history.get_by_label("Move through your versions").focus()
    history.keyboard.press("Home")
    history.get_by_label("what changed from it to your essay now").check()

    expect(history.locator("#version")).to_contain_text("from version 1 to your essay as it is now")
    expect(history.locator("#version .essay del").first).to_contain_text("helped")


def test_what_was_kept_beside_is_named(history):
    history.get_by_label("Move through your versions").focus()
    history.keyboard.press("End")

    expect(history.locator("output")).to_contain_text("kept beside it")
    expect(history.locator("#version")).to_contain_text("kept beside your essay")


def test_a_version_is_brought_back_from_the_slider(history, draft):
    history.get_by_label("Move through your versions").focus()
    history.keyboard.press("Home")
    expect(history.locator("#version")).to_have_attribute("aria-label", "Version 1")

    history.get_by_role("button", name="Bring this back").click()

    history.wait_for_url(f"**/drafts/{draft.public_id}/")
    expect(history.locator("#essay")).to_have_value(FIRST)


def test_the_page_has_no_barrier_that_axe_can_find(history):
    history.get_by_label("Move through your versions").focus()
    history.keyboard.press("Home")
    expect(history.locator("#version")).to_have_attribute("aria-label", "Version 1")
    history.get_by_label("what changed from it to your essay now").check()
    expect(history.locator("#version")).to_contain_text("to your essay as it is now")

    assert Axe().run(history).response["violations"] == []


def test_without_a_script_the_list_leads_to_every_version(browser, as_user, student, site, draft):
    client = as_user(student)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    plain = context.new_page()
    plain.goto(f"{site}/drafts/{draft.public_id}/history/")

    expect(plain.locator("#slider")).to_be_hidden()
    plain.get_by_role("link", name="Version 1", exact=True).click()
    plain.get_by_role("link", name="Compared with your essay now").click()

    expect(plain.locator("#version .essay ins")).not_to_have_count(0)
    context.close()
