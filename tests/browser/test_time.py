"""Time at the desk: warnings by the server’s clock, breaks, and an editor that comes back when more time is given."""

import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page, expect

from courses.models import Arrangement, Enrolment
from essays.actions.arrangements import extend, renew_drafts
from essays.actions.breaks import begin_break
from essays.actions.decisions import collect_due
from essays.actions.drafts import open_draft, start_draft
from essays.models import Assignment, Draft, RestBreak, Submission
from tests.essays.writing import save, submit
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


@pytest.fixture
def pages_of_time(site, course, teacher, student) -> list[str]:
    """The pages about time and taking back: one that would begin a break, one that rests, one that would withdraw."""
    enrolment = Enrolment.objects.get(course=course, person=student)
    Arrangement.objects.create(enrolment=enrolment, breaks_stop_clock=True, extra_percent=25)
    now = timezone.now()
    dates = {"opens_at": now - HOUR, "due_at": now + 5 * HOUR, "closes_at": now + 9 * HOUR}
    first = set_for(course, teacher, minutes=60, withdrawing_allowed=True, writing_record=True, **dates)
    parts = {"prompt_version": first.prompt_version, "rubric_version": first.rubric_version, "mode": first.mode}
    drafts = [start_draft(first, by=student)]
    for title in ("To rest in", "Handed in"):
        other = set_for(course, teacher, minutes=60, title=title, withdrawing_allowed=True, **dates, **parts)
        drafts.append(start_draft(other, by=student))
    begin_break(drafts[1], by=student)
    save(drafts[2], student)
    drafts[2].refresh_from_db()
    submit(drafts[2], student)
    places = [f"{drafts[0].public_id}/break/", f"{drafts[1].public_id}/", f"{drafts[2].public_id}/withdraw/"]
    return [f"{site}/assignments/{first.public_id}/", *(f"{site}/drafts/{place}" for place in places)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_time_passes_axe_and_fits_a_narrow_screen(page: Page, sign_in, student, pages_of_time, theme):
    sign_in(student)
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 320, "height": 800})
    found = []
    for address in pages_of_time:
        page.goto(address)
        found += [(address, one["id"]) for one in Axe().run(page).response["violations"]]
        found += [(address, "wide")] if page.evaluate("document.documentElement.scrollWidth") > 320 else []

    assert found == []


def test_the_late_rule_shows_only_its_own_numbers(page: Page, site, sign_in, teacher, course):
    sign_in(teacher)
    page.goto(f"{site}/courses/{course.slug}/assignments/new/")
    shown = {}

    for rule in ("none", "percent", "cap"):
        page.get_by_label("Late work", exact=False).first.select_option(rule)
        shown[rule] = [
            name for name in ("late_percent", "late_floor", "late_cap") if page.locator(f"[name={name}]").is_visible()
        ]

    assert shown == {"none": [], "percent": ["late_percent", "late_floor"], "cap": ["late_cap"]}


def test_a_number_that_needs_mending_is_shown_whatever_the_rule(page: Page, site, sign_in, teacher, course):
    sign_in(teacher)
    page.goto(f"{site}/courses/{course.slug}/assignments/new/")
    page.locator("[name=late_rule]").select_option("cap")
    page.locator("[name=late_cap]").fill("-5")

    page.locator("[name=late_rule]").select_option("none")

    expect(page.locator("[name=late_cap]")).to_be_visible()
