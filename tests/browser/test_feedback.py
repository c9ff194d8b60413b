"""Feedback in a browser: read and answered by keyboard alone, to the passage and back, on paper; and own marking."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from courses.models import Role
from essays.actions.drafts import open_draft
from essays.models import Submission
from marking.actions.markings import mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.feedback import write_reflection
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import Outcome, SelfScore
from tests.rows import enrolled, set_for
from tests.worlds import exemplar_marks, hand_in_for, set_from_pack

FOCUSED = "() => document.activeElement.textContent.trim().replace(/\\s+/g, ' ')"


@pytest.fixture
def assignment(course, teacher):
    return set_from_pack(course, teacher, self_marking=True, mark_after_days=5)


@pytest.fixture
def submission(assignment, student, teacher) -> Submission:
    """Ines has handed in the middling exemplar."""
    return hand_in_for(assignment, student, teacher, exemplar_marks("middling")[0], at=timezone.now())


@pytest.fixture
def outcome(assignment, submission, teacher, course) -> Outcome:
    make_papers(assignment)
    marker = enrolled("tomas.reyes", "Tomas Reyes", course, Role.MARKER)
    mark_paper(Paper.objects.get(), marks=exemplar_marks("middling")[1], overall="Half way.", by=marker)
    prepare_outcomes(assignment, by=teacher)
    publish_release(prepare_release(assignment, by=teacher), by=teacher)
    return Outcome.objects.get()


@pytest.fixture
def reader(page: Page, sign_in, student) -> Page:
    sign_in(student)
    page.set_viewport_size({"width": 1280, "height": 800})
    return page


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus is on something that says `words`."""
    for _ in range(120):
        page.keyboard.press("Tab")
        if words in page.evaluate(FOCUSED):
            return
    raise AssertionError(f"Tab never reached {words}")


def test_feedback_is_read_and_answered_by_keyboard_alone_and_then_comes_the_mark(reader, site, outcome):
    reader.goto(f"{site}/feedback/{outcome.public_id}/")
    expect(reader.locator(".score, .sum, .ladder")).to_have_count(0)

    tab_to(reader, "losses went down")
    reader.keyboard.press("Enter")
    expect(reader.locator("mark:target")).to_contain_text("losses went down")
    reader.keyboard.press("Tab")
    assert reader.evaluate(FOCUSED) == "E1"
    reader.keyboard.press("Enter")
    expect(reader.locator("#criterion-e1")).to_be_in_viewport()
    tab_to(reader, "Keep and see my mark")
    reader.keyboard.press("Shift+Tab")
    reader.keyboard.type("say what effective means")
    reader.keyboard.press("Tab")
    reader.keyboard.press("Enter")

    expect(reader.get_by_text("Your mark is on this page now.")).to_be_visible()
    expect(reader.locator("#total")).to_contain_text("51 of 100")
    expect(reader.locator("#promise")).to_have_value("say what effective means")


def test_a_link_to_a_criterion_that_does_not_count_opens_it(reader, site, outcome, student):
    write_reflection(Submission.objects.get(), text="define it", by=student)
    reader.goto(f"{site}/feedback/{outcome.public_id}/")
    closed = reader.locator("#criterion-e5")
    expect(closed).to_be_hidden()

    reader.locator("#essay").get_by_role("link", name="Evidence for E5, Satellites").click()

    expect(closed).to_be_visible()
    expect(closed).to_be_in_viewport()


def test_paper_shows_what_is_closed_on_the_screen_and_no_button(reader, site, outcome, student):
    write_reflection(Submission.objects.get(), text="define it", by=student)
    reader.goto(f"{site}/feedback/{outcome.public_id}/")

    reader.emulate_media(media="print")

    expect(reader.locator("#criterion-e5")).to_be_visible()
    expect(reader.locator(".print-only", has_text="define it")).to_be_visible()
    for hidden in (".contents", ".promise", ".masthead", ".actions >> nth=0"):
        expect(reader.locator(hidden)).to_be_hidden()
    assert reader.locator(".essay .ev-tag").first.evaluate("(tag) => getComputedStyle(tag).float") == "none"


def test_on_a_phone_the_names_of_the_maps_rows_stay_in_view_however_far_it_is_moved(reader, site, outcome, student):
    reader.set_viewport_size({"width": 375, "height": 812})
    reader.goto(f"{site}/feedback/{outcome.public_id}/")
    within = "e => { const map = e.closest('.scroller').getBoundingClientRect(), at = e.getBoundingClientRect(); "
    within += "return at.left >= map.left - 1 && at.right <= map.left + map.width / 2 }"
    name = reader.locator(".coverage tbody th").first

    reader.locator(".scroller:has(.coverage)").evaluate("e => { e.scrollLeft = e.scrollWidth }")

    assert reader.locator(".scroller:has(.coverage)").evaluate("e => e.scrollLeft") > 100
    assert name.evaluate(within)


@pytest.mark.parametrize("width", [375, 640])
def test_it_is_read_on_a_phone_and_at_200_per_cent_with_the_highlights_off(reader, site, outcome, student, width):
    write_reflection(Submission.objects.get(), text="define it", by=student)
    student.reading_settings = {"marks": "off", "size": "larger"}
    student.save()
    reader.set_viewport_size({"width": width, "height": 500})

    reader.goto(f"{site}/feedback/{outcome.public_id}/")

    assert reader.evaluate("() => document.documentElement.scrollWidth - innerWidth") <= 0
    line = reader.locator(".essay .ev").first.evaluate("(mark) => getComputedStyle(mark).textDecorationLine")
    assert line == "none"
    expect(reader.locator("#total")).to_contain_text("51 of 100")


def test_an_essay_is_marked_by_its_author_by_keyboard_alone(reader, site, submission):
    reader.goto(f"{site}/submissions/{submission.public_id}/own-marking/")
    reader.locator("#own-h").focus()
    for name, moves in (("Industrial coalition war", 0), ("Interwar", 2), ("Air, radar", 1)):
        expect(reader.locator("#own-h")).to_contain_text(name)
        expect(reader.locator("#own-h")).to_be_focused()
        reader.keyboard.press("Tab")
        reader.keyboard.press("Space")
        for _ in range(moves):
            reader.keyboard.press("ArrowDown")
        reader.keyboard.press("Tab")
        reader.keyboard.type("So it seems.")
        reader.keyboard.press("Tab")
        reader.keyboard.press("Enter")

    expect(reader.locator("#own-h")).to_contain_text("Early nuclear")
    expect(reader.locator(".ownstate")).to_contain_text("3 decided")
    given = {score.criterion.key: score.level.key for score in SelfScore.objects.select_related("criterion", "level")}
    assert given == {"E1": "4", "E2": "2", "E3": "3"}


def test_the_ways_to_other_criteria_keep_what_is_chosen(reader, site, submission):
    reader.goto(f"{site}/submissions/{submission.public_id}/own-marking/")
    reader.get_by_role("radio", name=re.compile("Explained one way")).check()

    reader.get_by_role("button", name=re.compile("^R6")).click()
    expect(reader.locator("#own-h")).to_contain_text("R6")
    reader.get_by_role("button", name="See all at once").click()

    expect(reader.get_by_role("heading", name="All criteria")).to_be_focused()
    expect(reader.locator(".ownlist li").first).to_contain_text("level 2")


def test_what_was_promised_can_be_put_away_for_this_draft(reader, site, course, teacher, student, outcome):
    write_reflection(Submission.objects.get(), text="define it", by=student)
    now = timezone.now()
    parts = {
        part: getattr(outcome.submission.draft.assignment, part)
        for part in ("prompt_version", "rubric_version", "mode")
    }
    times = {"opens_at": now, "due_at": now + timedelta(days=1), "closes_at": now + timedelta(days=1)}
    draft = open_draft(set_for(course, teacher, **parts, **times), by=student)
    promise = reader.get_by_text("Next time I will define it")
    reader.goto(f"{site}/drafts/{draft.public_id}/")
    expect(promise).to_be_visible()

    reader.get_by_text("Last time you wrote").click()
    expect(promise).to_be_hidden()
    reader.reload()

    expect(reader.locator("[data-mark=bold]")).to_be_visible()
    expect(promise).to_be_hidden()
