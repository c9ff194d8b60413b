"""Time at the desk: warnings by the server’s clock, breaks, and an editor that comes back when more time is given."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from courses.models import Arrangement, Enrolment
from essays.actions.arrangements import extend, renew_drafts
from essays.actions.decisions import collect_due
from essays.actions.drafts import open_draft, start_draft
from essays.models import Assignment, Draft, RestBreak, Submission
from tests.rows import set_for

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")
FEW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

LADDER = """async ([left, steps]) => {
  const { armedFor, climb } = await import("/static/js/essays/drafts/clock.js");
  let armed = armedFor(left * 1000);
  const said = [];
  for (const step of steps) {
    left -= step;
    const next = climb(armed, left * 1000);
    armed = next.armed;
    if (next.step) said.push([next.step, left]);
  }
  return said;
}"""


@FEW
@given(left=st.integers(1, 8000), steps=st.lists(st.integers(1, 2000), max_size=30))
def test_each_warning_is_given_once_as_its_moment_passes_and_none_after_the_end(modules, left, steps):
    said = modules.evaluate(LADDER, [left, steps])

    for step, at in said:
        assert 0 < at <= step * 60 < left
    assert [step for step, _ in said] == sorted({step for step, _ in said}, reverse=True)


@pytest.fixture
def times():
    """An assignment's dates of which the test says how long writing goes on."""
    now = timezone.now()
    return {"opens_at": now - HOUR, "due_at": now + HOUR + 70 * timedelta(seconds=1)}


@pytest.fixture
def draft(course, teacher, student, times) -> Draft:
    return open_draft(set_for(course, teacher, **{"closes_at": times["due_at"]} | times), by=student)


def opened(page: Page, site, sign_in, student, draft) -> Page:
    sign_in(student)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/drafts/{draft.public_id}/")
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    return page


def ask(page: Page) -> None:
    """Let the page ask for its times now, as it does every half minute."""
    with page.expect_response(re.compile(r"\?times$")):
        page.evaluate("dispatchEvent(new Event('focus'))")


def move_end(draft: Draft, by: timedelta) -> None:
    """Let writing have stopped, or stop later, by moving the assignment's own dates."""
    end = timezone.now() + by
    Assignment.objects.filter(pk=draft.assignment_id).update(opens_at=end - 2 * HOUR, due_at=end, closes_at=end)
    renew_drafts(Assignment.objects.get(pk=draft.assignment_id))


def warning(page: Page):
    return page.locator("[data-warning]")


@pytest.mark.parametrize("computer", [timedelta(0), timedelta(days=1), -timedelta(days=1)], ids=str)
def test_the_ladder_is_climbed_by_the_servers_clock_whatever_the_computers_says(
    page: Page, site, sign_in, student, draft, computer
):
    page.clock.install(time=timezone.now() + computer)
    page.route(re.compile(r"\?times$"), lambda route: route.abort())
    opened(page, site, sign_in, student, draft)

    expect(page.locator("[data-clock]")).to_contain_text("1 h 2 min left")
    expect(warning(page)).to_be_hidden()
    page.clock.run_for(75_000)
    expect(warning(page)).to_contain_text("1 h left. Then writing stops, and what is saved is collected.")
    expect(page.locator("[data-warning-said]")).to_contain_text("1 h left.")
    warning(page).get_by_role("button", name="Close").click()
    expect(warning(page)).to_be_hidden()
    page.clock.fast_forward(50 * 60_000)
    expect(warning(page)).to_contain_text("10 min left.")
    page.clock.fast_forward(9 * 60_000)
    expect(warning(page)).to_contain_text("1 min left.")
    page.clock.fast_forward(60_000)
    expect(warning(page)).to_contain_text("Your time is over. For one more minute")


def test_due_before_closing_is_said_to_be_late_and_not_the_end(
    page: Page, site, sign_in, student, course, teacher, times
):
    assignment = set_for(course, teacher, **times, closes_at=times["due_at"] + HOUR)
    page.clock.install()
    page.route(re.compile(r"\?times$"), lambda route: route.abort())
    opened(page, site, sign_in, student, open_draft(assignment, by=student))

    page.clock.run_for(75_000)

    expect(warning(page)).to_contain_text("1 h until it is due. You can hand in after that too, but then it is late.")


def test_an_extension_arms_the_ladder_again(page: Page, site, sign_in, student, teacher, draft):
    page.clock.install()
    opened(page, site, sign_in, student, draft)
    page.clock.run_for(12_000)
    polls = []
    page.route(re.compile(r"\?times$"), lambda route: route.continue_() if len(polls) < 2 else route.abort())
    move_end(draft, HOUR - 5 * timedelta(seconds=1))
    polls.append(ask(page))
    expect(warning(page)).to_be_hidden()

    later = timezone.now() + HOUR + 70 * timedelta(seconds=1)
    extend(draft.assignment, student, closes_at=later, due_at=later, reason="Fire alarm.", by=teacher)
    polls.append(ask(page))
    expect(page.get_by_text("Your time has changed.")).to_be_visible()
    page.clock.run_for(75_000)

    expect(warning(page)).to_contain_text("1 h left.")


@pytest.mark.parametrize("collected", [False, True])
def test_more_time_given_after_the_end_brings_the_editor_back_without_a_reload(
    page: Page, site, sign_in, student, teacher, draft, collected
):
    opened(page, site, sign_in, student, draft)
    area = page.locator("#essay")
    area.press_sequentially("Written in time.")
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)
    move_end(draft, -5 * MINUTE)
    area.press_sequentially(" And after.")
    expect(page.get_by_text("The time is over.")).to_be_visible()
    expect(area).to_have_attribute("readonly", "")
    if collected:
        collect_due()
        assert Submission.objects.current().exists()

    extend(draft.assignment, student, closes_at=timezone.now() + HOUR, reason="Fire alarm.", by=teacher)
    ask(page)

    expect(page.get_by_text("Your time has changed.")).to_be_visible()
    expect(area).to_be_editable()
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)
    area.press_sequentially(" And on.")
    expect(page.locator("[data-words]")).to_have_text("7")
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Written in time. And after. And on."


def test_an_arrangement_made_after_collecting_brings_the_editor_back_too(page: Page, site, sign_in, student, draft):
    opened(page, site, sign_in, student, draft)
    page.locator("#essay").press_sequentially("Written in time.")
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)
    move_end(draft, -5 * MINUTE)
    collect_due()
    ask(page)
    expect(page.locator("#essay")).to_have_attribute("readonly", "")

    Arrangement.objects.create(
        enrolment=Enrolment.objects.get(course=draft.assignment.course, person=student), later_close_hours=24
    )
    ask(page)

    expect(page.locator("#essay")).to_be_editable()
    assert not Submission.objects.current().exists()


def test_a_rest_break_is_taken_from_the_desk_with_every_word_saved_and_ended_by_writing_elsewhere(
    page: Page, site, sign_in, student, course, teacher, context
):
    Arrangement.objects.create(enrolment=Enrolment.objects.get(course=course, person=student), breaks_stop_clock=True)
    now = timezone.now()
    dates = {"opens_at": now - HOUR, "due_at": now + 5 * HOUR, "closes_at": now + 5 * HOUR}
    draft = start_draft(set_for(course, teacher, minutes=60, **dates), by=student)
    opened(page, site, sign_in, student, draft)
    other = opened(context.new_page(), site, sign_in, student, draft)
    page.locator("#essay").press_sequentially("Kept before the break")
    page.get_by_role("button", name="Take a rest break").click()
    expect(page.get_by_role("heading", name="Take a rest break")).to_be_visible()
    page.get_by_role("button", name="Stop my clock").click()
    expect(page.get_by_role("heading", name="You are on a rest break")).to_be_visible()
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Kept before the break"

    ask(other)
    expect(other.get_by_text("You are on a rest break, begun on another page")).to_be_visible()
    page.get_by_role("button", name="Go on writing").click()
    expect(page.locator("#essay")).to_have_value("Kept before the break")
    page.get_by_role("button", name="Take a rest break").click()
    page.get_by_role("button", name="Stop my clock").click()
    expect(page.get_by_role("heading", name="You are on a rest break")).to_be_visible()
    other.reload()
    other.get_by_role("button", name="Go on writing").click()
    expect(other.locator("#essay")).to_be_editable()

    assert [one.ended_at is not None for one in RestBreak.objects.order_by("pk")] == [True, True]
