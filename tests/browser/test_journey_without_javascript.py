"""The essentials without JavaScript: read, write, hand in, be marked, read feedback and answer it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from courses.models import User
from essays.models import Assignment, PlanItem, Revision, Submission
from marking.actions.markings import mark_paper
from marking.actions.papers import claim_next
from marking.models import Evidence, Marking, Score
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import Reflection
from tests.worlds import exemplar_marks, set_from_pack

FIRST = "Technology decides how well an alliance can act."


@pytest.fixture
def assignment(course, teacher) -> Assignment:
    """The real assignment without a clock, open since yesterday by the server's own clock."""
    now = timezone.now()
    times = {"due_at": now + timedelta(days=1), "closes_at": now + timedelta(days=2)}
    return set_from_pack(course, teacher, opens_at=now - timedelta(days=1), **times)


@pytest.fixture
def plain(browser: Browser, site) -> Iterator[Callable[[User], Page]]:
    """Give a function that opens a page without JavaScript for somebody who is signed in."""
    contexts = []

    def opened(user: User) -> Page:
        client = Client()
        client.force_login(user)
        context = browser.new_context(java_script_enabled=False)
        context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        contexts.append(context)
        page = context.new_page()
        page.goto(site)
        return page

    yield opened
    for context in contexts:
        context.close()


def write_and_hand_in(page: Page, text: str) -> None:
    """Read the brief, plan, save twice, look at preview and history, read back, declare, hand in."""
    page.get_by_role("link", name="Read the brief").click()
    expect(page.get_by_role("heading", name="Your task")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Source [ABC]\\."))).to_have_count(3)
    page.get_by_role("button", name="Start writing").click()
    essay = page.get_by_label("Your essay", exact=True)
    essay.fill(FIRST)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(essay).to_have_value(FIRST)
    page.get_by_role("link", name="Plan", exact=True).click()
    page.get_by_label("E2 Interwar", exact=True).check()
    page.get_by_label("Note for E2, Interwar").fill("hollow guarantees")
    essay.fill(text)
    page.get_by_role("button", name="Save plan and essay").click()
    expect(essay).to_have_value(text)
    page.get_by_role("link", name="Plan", exact=True).click()
    expect(page.get_by_label("E2 Interwar", exact=True)).to_be_checked()
    page.get_by_role("button", name="Preview").click()
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Convoys, Enigma and the Nuclear Planning Group")
    page.get_by_role("link", name="Go on writing").click()
    page.get_by_role("button", name="History").click()
    page.get_by_role("link", name="Version 1").click()
    expect(page.locator(".essay")).to_have_text(FIRST)
    page.get_by_role("link", name="Back to History").click()
    page.get_by_role("link", name="Go on writing").click()
    page.get_by_role("button", name="Read back and submit").click()
    page.get_by_label("This is my own work").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()


def test_an_essay_is_read_written_handed_in_and_its_feedback_answered(plain, assignment, student, teacher, marker):
    text, marks = exemplar_marks("strong")
    page = plain(student)

    write_and_hand_in(page, text)
    number = page.locator(".slip .big").inner_text()
    mark_paper(claim_next(assignment, by=marker).allotment.paper, marks=marks, by=marker)
    prepare_outcomes(assignment, by=teacher)
    publish_release(prepare_release(assignment, papers=[Submission.objects.get().paper], by=teacher), by=teacher)
    page.get_by_role("link", name="Back to your work").click()
    page.get_by_role("link", name="Read feedback").click()
    expect(page.locator("#total tr").last).to_contain_text("94")
    expect(page.locator("[data-print]")).to_be_hidden()
    quotation = page.locator("#strand-a .quote a").first
    anchor = (quotation.get_attribute("href") or "")[1:]
    quotation.click()
    expect(page.locator(f"[id='{anchor}']")).to_be_in_viewport()
    page.get_by_label("Next time I will…").fill("weigh cohesion for every era.")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Next time I will…")).to_have_value("weigh cohesion for every era.")

    assert Submission.objects.get().receipt_number == number
    assert Submission.objects.get().reading.text == text
    assert [revision.text for revision in Revision.objects.order_by("n")][:2] == [FIRST, text]
    item = PlanItem.objects.get(criterion_key="E2")
    assert (item.will_cover, item.note) == (True, "hollow guarantees")
    assert Reflection.objects.get().text == "weigh cohesion for every era."


def test_two_criteria_are_marked_by_form(plain, assignment, student, teacher, marker):
    text, marks = exemplar_marks("strong")
    write_and_hand_in(plain(student), text)
    page = plain(marker)

    page.get_by_role("button", name="Start marking").click()
    for key, level in (("E1", "4"), ("E2", "3")):
        expect(page.locator("#crit-title .cid")).to_have_text(key)
        page.locator(f"#open-criterion input[name=level][value='{level}']").check(force=True)
        page.get_by_label(re.compile("Tie a passage")).fill(marks[key].quotes[0])
        page.get_by_label("What you say to the student").fill(f"Said about {key}.")
        page.get_by_role("button", name="Keep and open the next").click()
    expect(page.locator("#crit-title .cid")).to_have_text("E3")

    marking = Marking.objects.get()
    scored = Score.objects.filter(marking=marking, state="scored").values_list("criterion__key", "level__key")
    assert dict(scored) == {"E1": "4", "E2": "3"}
    assert {one.quote for one in Evidence.objects.all()} == {marks["E1"].quotes[0], marks["E2"].quotes[0]}
    assert {remark.text for remark in marking.remarks.all()} == {"Said about E1.", "Said about E2."}
