"""A rubric mended while a class is being marked: six edits through the pages, each with its effect before it counts.

Nothing released changes, an open desk hears of it, and what was left open is caught up on criterion by criterion.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from django.urls import reverse
from playwright.sync_api import Browser, Page, expect

from courses.kernel.clock import now
from courses.models import Course, Role, User
from essays.actions.assignments import open_brief
from essays.models import Assignment
from marking.actions.markings import mark_paper
from marking.actions.papers import claim_paper, make_papers
from marking.models import Paper
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.models import Outcome
from results.queries.changes import live_items
from tests.browser.conftest import live
from tests.mending import adopted, named
from tests.rows import MONDAY, enrolled
from tests.worlds import EXEMPLARS, exemplar_marks, hand_in_for, set_from_pack

CLASS, MARKED, RELEASED = 8, 4, 2


@dataclass
class School:
    assignment: Assignment
    papers: list[Paper]


@pytest.fixture
def school(course: Course, teacher: User, marker: User) -> School:
    """Give a class of which half is marked and a quarter has its marks; one of its students has read the brief."""
    assignment = set_from_pack(course, teacher)
    students = [enrolled(f"ines.{n}", f"Ines {n}", course, Role.STUDENT) for n in range(CLASS)]
    essays = [exemplar_marks(EXEMPLARS[n % len(EXEMPLARS)]) for n in range(CLASS)]
    handed_in = [
        hand_in_for(assignment, student, teacher, text, at=MONDAY)
        for student, (text, _) in zip(students, essays, strict=True)
    ]
    make_papers(assignment)
    open_brief(assignment, by=students[0])
    papers = [Paper.objects.get(submission=submission) for submission in handed_in]
    for paper, (_, marks) in list(zip(papers, essays, strict=True))[:MARKED]:
        mark_paper(paper, marks=marks, by=marker)
    publish_release(prepare_release(assignment, papers=papers[:RELEASED], by=teacher), by=teacher)
    return School(assignment, papers)


def released(assignment: Assignment) -> list[tuple[int, str]]:
    """Give what students see now: which outcomes, and what they say."""
    live_now = live_items(now()).filter(outcome__submission__paper__assignment=assignment)
    return sorted(Outcome.objects.filter(pk__in=live_now.values("outcome")).values_list("pk", "sha256"))


# ---------------------------------------------------------------- six edits, as a teacher makes them
@contextmanager
def edited(page: Page, key: str) -> Iterator[None]:
    """Open a criterion of the draft, and save it at the end."""
    page.get_by_role("link", name=re.compile(f"^{key} ")).click()
    yield
    page.get_by_role("button", name=f"Save {key}", exact=True).click()


def reword(page: Page) -> None:
    with edited(page, "E1"):
        page.locator("[name=name]").fill("War of coalitions, 1914 to 1918")


def revalue(page: Page) -> None:
    with edited(page, "E7"):
        page.get_by_role("group", name="Two-sided or deep").get_by_label("Points").fill("9")


def add_a_level(page: Page) -> None:
    with edited(page, "E2"):
        page.get_by_text("Add a level").click()
        new = page.get_by_role("group", name="A further level")
        new.get_by_label("Points").fill("6.5")
        new.get_by_label("Name", exact=True).fill("Explained in part")
        new.get_by_label("For markers", exact=True).fill("One side is explained.")
        new.get_by_label("For students", exact=True).fill("You explain one side.")


def remove_a_level(page: Page) -> None:
    with edited(page, "E7"):
        page.get_by_role("group", name="Two-sided or deep").get_by_label("Take this level out when I save").check()


def add_a_criterion(page: Page) -> None:
    page.get_by_label("A further criterion of Resilience requirements").fill("Satellites")
    page.locator("#strand-B").get_by_role("button", name="Add it").click()
    for number, field in enumerate(page.get_by_label("For students", exact=True).all()[:-1]):
        field.fill(f"You reach step {number}.")
    page.get_by_role("button", name="Save R8", exact=True).click()


def remove_a_criterion(page: Page) -> None:
    page.get_by_role("link", name="Take out E3").click()
    page.get_by_role("button", name="Take E3 out").click()


def look_again_at_what_is_gone(page: Page) -> None:
    """Let nobody guess for a level that is gone: the map is changed, and the effect worked out anew in its place."""
    page.get_by_role("group", name=re.compile("^E7 ")).get_by_label(re.compile("Two-sided")).select_option(
        label="somebody looks again"
    )
    page.get_by_role("button", name="Work out the effect").click()
    expect(page.get_by_text("3 papers need a new look")).to_be_visible()


def nothing_more(page: Page) -> None:
    """Take the map as it is proposed."""


EDITS: list[tuple[Callable[[Page], None], str, str, Callable[[Page], None]]] = [
    (reword, "Wording of E1.", "0 of 4 totals change", nothing_more),
    (revalue, "Points or counting of E7.", "3 of 4 totals change, 0 cross a boundary, 2 are released.", nothing_more),
    (add_a_level, "1 level added.", "0 of 4 totals change", nothing_more),
    (remove_a_criterion, "1 criterion removed", "4 of 4 totals change", nothing_more),
    (remove_a_level, "1 level removed.", "2 of 4 totals change", look_again_at_what_is_gone),
    (add_a_criterion, "1 criterion added", "2 papers need a new look", nothing_more),
]


def mend(
    page: Page, number: int, how: Callable[[Page], None], summary: str, effect: str, then: Callable[[Page], None]
) -> None:
    """Draft the next version from where the assignment is, see what it changes, publish it, see its effect, go on."""
    page.get_by_role("button", name="Begin the next version").click()
    how(page)
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    page.get_by_role("button", name=f"Publish version {number}").click()
    page.get_by_role("link", name="See the effect of this one").click()
    expect(page.locator(".standfirst")).to_contain_text(summary)
    expect(page.locator("#effect")).to_contain_text(effect)
    then(page)
    page.get_by_label("Why", exact=True).fill("It was unclear.")
    page.get_by_role("button", name=f"Go on with version {number}").click()
    expect(page.get_by_text(f"Version {number} is in use.")).to_be_visible()


@pytest.fixture
def desk(browser: Browser, site, sign_in_to, school, marker) -> Page:
    """Open the desk of the marker in a browser of its own, with a paper just taken up."""
    paper = school.papers[MARKED]
    claim_paper(paper, by=marker)
    address = reverse("marking:markings-desk", args=[school.assignment.public_id, paper.code])
    return live(sign_in_to(browser, marker, f"{site}{address}"))


def test_marks_on_their_way_while_the_rubric_is_mended_are_kept_beside_the_paper(desk, school, teacher):
    desk.context.set_offline(True)
    desk.keyboard.press("4")
    desk.keyboard.press("3")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text("2 marks kept on this computer")
    adopted(school.assignment, teacher, named("E1", "War of coalitions"))

    desk.context.set_offline(False)

    expect(desk.locator("#paper-kept")).to_contain_text("E1: level 4; E2: level 3")
    expect(desk.locator("#desk-notices")).to_contain_text("The rubric was mended while this page was open")
    expect(desk.locator("#crit-title")).to_contain_text("War of coalitions")


def test_marks_that_a_tab_left_behind_before_the_rubric_was_mended_are_kept_beside_the_paper(desk, school, teacher):
    desk.context.set_offline(True)
    desk.keyboard.press("4")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text("1 mark kept on this computer")
    address, context = desk.url, desk.context
    desk.close()
    context.set_offline(False)
    adopted(school.assignment, teacher, named("E1", "War of coalitions"))

    again = context.new_page()
    again.goto(address)

    expect(again.locator("#desk-notices")).to_contain_text("What waited on this computer is kept beside the paper.")
    again.locator("#desk-notices").get_by_role("link", name="Open it").click()
    expect(again.locator("#paper-kept")).to_contain_text("Sent before and not taken over: E1: level 4.")


def go_through(desk: Page, queue: str, criterion: str, level: str, papers: int) -> None:
    """Set a criterion on every paper that has it to set, one after the other as the desk shows them."""
    desk.goto(f"{queue}?mode=criterion:{criterion}")
    desk.get_by_role("button", name=re.compile("marking$")).click()
    for _ in range(papers - 1):
        live(desk)
        expect(desk.locator("#crit-title .cid")).to_have_text(criterion)
        code = desk.locator("#paper-code").inner_text()
        desk.keyboard.press(level)
        expect(desk.locator("#paper-code")).not_to_have_text(code)
    live(desk).keyboard.press(level)
    expect(desk.locator("#desk-live")).to_contain_text(f"{criterion} is set. No other paper waits for it.")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text("Saved")


def test_a_rubric_is_mended_in_six_ways_while_a_class_is_marked(page: Page, site, sign_in, desk, school, teacher):
    here, before = school.assignment, released(school.assignment)
    assert len(before) == RELEASED
    sign_in(teacher)
    page.goto(site + reverse("results:rubric_changes-detail", args=[here.public_id]))

    for number, edit in enumerate(EDITS, start=2):
        mend(page, number, *edit)
        assert released(here) == before

    queue = site + reverse("marking:papers-list", args=[here.public_id])
    go_through(desk, queue, "R8", "2", papers=CLASS)
    go_through(desk, queue, "E7", "2", papers=CLASS - 1)
    desk.goto(queue)
    desk.get_by_role("button", name="Finish them").click()
    expect(desk.get_by_text("4 papers are finished.")).to_be_visible()
    prepare_outcomes(here, by=teacher)

    newest = {one.submission_id: one for one in Outcome.objects.order_by("version")}
    totals = [newest[paper.submission_id].total for paper in school.papers[:MARKED]]
    assert totals == [94, 51, 20, 92]  # the first, who has read the rule, keeps what the last loses by the new one
    assert released(here) == before
