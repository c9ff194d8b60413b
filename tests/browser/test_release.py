"""Releasing by keyboard alone, and two markings side by side; and nothing a machine can find against these pages."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from courses.kernel import clock
from courses.models import Course, Role, User
from essays.models import Assignment
from marking.actions.markings import Marked, mark_paper
from marking.models import Paper
from results.models import ChosenMarking, Release
from results.permissions.feedback import visible_outcomes
from tests.browser.test_axe import faults
from tests.rows import MONDAY, enrolled
from tests.worlds import EXEMPLARS, exemplar_marks, exemplars_handed_in, set_from_pack

NAME = """() => {
  const at = document.activeElement;
  return at.getAttribute("aria-label") || (at.labels?.[0] ?? at).innerText || "";
}"""
"""What the focused thing is called."""


@dataclass
class Marked3:
    """A class of three with its papers marked, in the order of the exemplars."""

    assignment: Assignment
    papers: list[Paper]


@pytest.fixture
def marked(course: Course, teacher: User, marker: User, student: User, classmate: User) -> Marked3:
    assignment = set_from_pack(course, teacher)
    third = enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)
    papers = exemplars_handed_in(assignment, [student, classmate, third], teacher)
    with clock.at(MONDAY + timedelta(hours=5)):
        for paper, name in zip(papers, EXEMPLARS, strict=True):
            mark_paper(paper, marks=exemplar_marks(name)[1], overall=f"Overall of {name}.", by=marker)
    return Marked3(assignment, papers)


@pytest.fixture
def go(page: Page, site: str, sign_in: Callable[[User], None], teacher: User, marked: Marked3) -> Callable[..., None]:
    """Give a function that opens a page of the assignment as its teacher."""
    sign_in(teacher)
    page.emulate_media(reduced_motion="reduce")  # a colour that is still fading has no contrast yet

    def opened(name: str, *args: str) -> None:
        page.goto(f"{site}{reverse(f'results:{name}', args=[marked.assignment.public_id, *args])}")

    return opened


def reach(page: Page, name: str, *, most: int = 120) -> None:
    """Press Tab until the thing called so has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if name in page.evaluate(NAME):
            return
    raise AssertionError(f"Tab does not lead to “{name}”.")


def follow(page: Page, name: str) -> None:
    """Press Enter on a link or a button and wait for the page it leads to."""
    reach(page, name)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def wrong(page: Page) -> list[str]:
    """List what is wrong in the light, in the dark and at 320 px; then go back to a desk's width."""
    found = faults(page)
    page.set_viewport_size({"width": 1280, "height": 800})
    return found


def test_a_release_from_rehearsal_to_a_changed_mark_by_keyboard_alone(page, go, marked, student):
    first, second, _ = marked.papers
    go("release-rehearse")
    follow(page, "Rehearse")
    expect(page.get_by_role("heading", name="Checklist")).to_be_visible()

    follow(page, "Open")
    expect(page.get_by_text("You see what the student of")).to_be_visible()
    follow(page, "Next paper")
    expect(page.get_by_text("2 of 3")).to_be_visible()
    follow(page, "Back to the rehearsal")

    follow(page, "Choose papers yourself")
    for paper in sorted((first, second), key=lambda one: (one.shuffle, one.pk)):
        reach(page, paper.code)
        page.keyboard.press("Space")
    follow(page, "Rehearse the ticked papers")
    expect(page.locator("#prepare-form")).to_contain_text("2 papers are named")
    follow(page, "Release 2 papers")
    expect(page.get_by_text("Released. Students see their feedback now.")).to_be_visible()
    assert visible_outcomes(student).get().total == 94

    follow(page, "Choose papers yourself")
    follow(page, f"in {first.code}: see as its student")
    follow(page, "Change the total")
    reach(page, "New total")
    page.keyboard.type("96")
    reach(page, "Why")
    page.keyboard.type("Between two levels in C1.")
    follow(page, "Set the total")
    expect(page.get_by_text("1 released paper has a change")).to_be_visible()

    reach(page, "Why you change what was released")
    page.keyboard.type("C1 was read again.")
    follow(page, "Rehearse")
    expect(page.locator("#changes ins")).to_contain_text("96")
    assert wrong(page) == []
    follow(page, first.code)
    expect(page.get_by_role("heading", name="Before and after")).to_be_visible()
    assert wrong(page) == []
    follow(page, "To the rehearsal")
    follow(page, "Release 2 papers")

    expect(page.get_by_text("Released. Students see their feedback now.")).to_be_visible()
    assert [outcome.total for outcome in visible_outcomes(student).order_by("version")] == [94, 96]
    assert Release.objects.latest("number").reason == "C1 was read again."


def test_two_markings_stand_side_by_side_and_one_is_named_by_keyboard(page, go, marked, teacher):
    paper = marked.papers[1]
    changed = {"E7": Marked(level_key="1"), "C2": Marked(level_key="3", remark="Both sources are tested.")}
    own = mark_paper(paper, marks=exemplar_marks("middling", **changed)[1], by=teacher, second=True)
    go("outcomes-choose", paper.code)

    rows = page.locator(".comparedtable tbody").first.locator("tr")
    expect(rows.nth(0)).to_contain_text("They differ in")
    expect(rows.nth(1).locator(".tag")).to_contain_text("apart")
    left, right = (rows.nth(1).locator("td").nth(n).bounding_box() for n in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] <= right["x"]
    assert wrong(page) == []
    follow(page, "Marta Okafor's marking")

    expect(page.get_by_text(f"Marta Okafor's marking is the mark of {paper.code}.")).to_be_visible()
    assert ChosenMarking.objects.get().marking_id == own.pk


def test_what_is_set_for_later_is_moved_and_taken_back_by_keyboard(page, go, marked):
    go("release-rehearse")
    follow(page, "Rehearse")
    reach(page, "Now")
    page.keyboard.press("ArrowDown")
    reach(page, "Moment")
    page.locator("#moment").fill("2099-03-01T12:00")
    follow(page, "Release 3 papers")
    expect(page.get_by_role("heading", name="Set for later")).to_be_visible()
    assert wrong(page) == []

    reach(page, "Another moment")
    page.locator("[id^=move-]").fill("2099-03-02T12:00")
    follow(page, "Move it")
    expect(page.locator("#scheduled")).to_contain_text("Mon 2 Mar 2099, 12:00")
    follow(page, "Take it back")

    expect(page.get_by_text("Taken back.")).to_be_visible()
    expect(page.get_by_role("button", name="Release 3 papers")).to_be_visible()
