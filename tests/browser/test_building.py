"""A prompt and its rubric built by hand in the browser, no pack loaded: typed, pasted from a spreadsheet, published and
set; and the three essays whose scores are agreed come to what they come to with the pack."""

import re

import pytest
from playwright.sync_api import Page, expect

from courses.models import Course, PromptVersion, Role, User
from essays.models import Assignment
from marking.actions.markings import mark_paper
from results.actions.outcomes import prepare_outcomes
from results.models import Outcome
from rubrics.models import Rubric, RubricVersion
from tests.browser.conftest import until
from tests.browser.test_axe import faults
from tests.rows import enrolled
from tests.rubrics.edits import said
from tests.rubrics.sheets import sheet_of_rubric
from tests.worlds import EXEMPLARS, collective_defence, exemplar_marks, exemplars_handed_in

TITLE = "Collective defence, built by hand"


def seed() -> str:
    """Give the text as somebody has it: stimulus and question in a paragraph, then the sources, a line each."""
    prompt, sources = collective_defence().prompt, collective_defence().sources
    return "\n".join([f"{prompt.stimulus} {prompt.sentence}", *(source.text for source in sources)])


def write_the_prompt(page: Page, site: str) -> None:
    """The admin pastes the text, takes what is proposed with its notes, and publishes it."""
    page.goto(f"{site}/prompts/")
    page.get_by_role("link", name="From text").click()
    page.locator("[name=text]").fill(seed())
    page.get_by_role("button", name="Propose a prompt").click()
    expect(page.get_by_role("heading", name="Look at this")).to_be_visible()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Subject").fill("History")
    page.get_by_role("button", name="Make it a draft").last.click()
    page.get_by_role("button", name="Save the draft").first.click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("published: it can be set and does not change.")).to_be_visible()
    version = PromptVersion.objects.get()
    assert version.sentence == collective_defence().prompt.sentence
    assert [one.text for one in version.sources.order_by("letter")] == [
        one.text for one in collective_defence().sources
    ]


def begin_the_rubric(page: Page, site: str) -> None:
    page.goto(f"{site}/rubrics/")
    page.get_by_role("link", name="New rubric").click()
    page.get_by_label("Title").fill(TITLE)
    page.get_by_label("Prompt").select_option(label=f"{TITLE} (History)")
    page.get_by_label("First strand").fill("Technological eras")
    page.get_by_role("button", name="Begin the draft").click()


def paste_the_sheet(page: Page) -> None:
    """Nineteen criteria in three strands, with every level and both wordings, in one go."""
    page.get_by_role("link", name="Paste from a spreadsheet").click()
    page.get_by_label("Cells", exact=True).fill(sheet_of_rubric(collective_defence().rubric))
    page.get_by_role("button", name="See what would change").click()
    expect(page.locator("#read [role=status]")).to_contain_text("19 new, 0 changed, 0 the same.")
    expect(page.locator("#read [role=status]")).to_contain_text("B Resilience requirements, C Essay craft")
    page.get_by_role("button", name="Put 19 rows in").click()
    expect(page.get_by_text("The cells are in the draft.")).to_be_visible()


def say_how_it_counts(page: Page) -> None:
    """Name the one mode, let the best four and three count, and add a second mode with weights."""
    page.get_by_role("link", name="Change how it counts").click()
    fill = {"name-usual": "Timed", "words_min-usual": "800", "words_max-usual": "1200", "minutes-usual": "90"}
    fill |= {"n-usual-A": "4", "n-usual-B": "3", "task-usual": "Choose **four** of seven eras and three requirements."}
    fill["grade_words"] = "85 excellent\n70 strong\n55 sound\n40 developing\n0 beginning"
    for name, value in fill.items():
        page.locator(f"[name='{name}']").fill(value)
    for strand in "AB":
        page.locator(f"[name='rule-usual-{strand}']").select_option("best")
    expect(page.locator("#arithmetic")).to_contain_text("40 + 24 + 36 = 100 of 100.")
    page.get_by_text("Add a way to set it").click()
    for name, value in {
        "name-+": "Extended",
        "weight-+-A": "40",
        "weight-+-B": "24",
        "n-+-A": "5",
        "n-+-B": "4",
    }.items():
        page.locator(f"[name='{name}']").fill(value)
    for strand in "AB":
        page.locator(f"[name='rule-+-{strand}']").select_option("best")
    page.get_by_role("button", name="Save how it counts").click()
    expect(page.get_by_text("How it counts is saved in the draft.")).to_be_visible()


def set_it(page: Page, site: str) -> Assignment:
    page.goto(f"{site}/courses/history-12/")
    page.get_by_role("link", name=re.compile("Set an assignment")).first.click()
    page.get_by_label("Title").fill(TITLE)
    with page.expect_response(lambda response: "prompt_version=" in response.url):
        page.get_by_label("Prompt", exact=False).first.select_option(label=f"{TITLE}, version 1")
    page.get_by_label(re.compile("^Timed")).check()
    page.get_by_role("button", name="Set the assignment").click()
    expect(page.get_by_text("This is the brief as a student reads it")).to_be_visible()
    return Assignment.objects.get()


@pytest.mark.django_db
def test_a_prompt_and_a_rubric_are_built_by_hand_and_score_as_the_pack_does(
    page: Page, site, sign_in, admin: User, course: Course, teacher: User, student, classmate, marker
):
    sign_in(admin)
    write_the_prompt(page, site)
    begin_the_rubric(page, site)
    paste_the_sheet(page)
    say_how_it_counts(page)
    expect(page.get_by_text("Nothing is missing.")).to_be_visible()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("Version 1 is published.")).to_be_visible()
    built = said(RubricVersion.objects.get())
    assert [len(strand.criteria) for strand in built.rubric.strands] == [7, 7, 5]
    assert [mode.key for mode in built.modes] == ["usual", "extended"]
    assert Rubric.objects.get().prompt.title == TITLE

    sign_in(teacher)
    assignment = set_it(page, site)
    third = enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)
    papers = exemplars_handed_in(assignment, [student, classmate, third], teacher)
    for paper, name in zip(papers, EXEMPLARS, strict=True):
        mark_paper(paper, marks=exemplar_marks(name)[1], by=marker)
    prepare_outcomes(assignment, by=teacher)

    totals = [Outcome.objects.get(submission=paper.submission) for paper in papers]
    assert [(one.total, one.grade_word) for one in totals] == [(94, "excellent"), (51, "developing"), (16, "beginning")]


# ---------------------------------------------------------------- the grid by keyboard
@pytest.fixture
def grid(page: Page, site, sign_in, course, teacher) -> Page:
    """Open the grid of a new rubric with two criteria, pasted from a sheet."""
    sign_in(teacher)
    page.goto(f"{site}/rubrics/new/")
    page.get_by_label("Title").fill("Short essays")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Paste from a spreadsheet").click()
    page.get_by_label("Cells", exact=True).fill(
        "Criterion\tGood (2)\tPoor (1)\nThesis\tA claim\tNone\nStyle\tClear\tNot clear"
    )
    page.get_by_role("button", name="See what would change").click()
    page.get_by_role("button", name="Put 2 rows in").click()
    page.get_by_role("link", name="Edit as a grid").click()
    expect(page.locator("[data-grid-keys]")).to_be_visible()
    return page


def cell(page: Page, name: str):
    return page.get_by_label(name, exact=True)


def draft() -> RubricVersion:
    return RubricVersion.objects.get()


def test_a_grid_is_filled_moved_in_and_saved_by_keyboard_alone(grid: Page):
    cell(grid, "A1, name of the criterion").focus()
    grid.keyboard.press("Enter")
    expect(cell(grid, "A2, name of the criterion")).to_be_focused()
    grid.keyboard.press("End")
    grid.keyboard.press("ArrowRight")
    expect(cell(grid, "A2, level 2, for markers")).to_be_focused()
    grid.keyboard.press("ControlOrMeta+a")
    grid.keyboard.type("Clear words")
    grid.keyboard.press("Shift+Enter")
    grid.keyboard.type("throughout")
    expect(grid.locator("[data-grid-state]")).to_have_text("Not saved yet")
    grid.keyboard.press("ArrowDown")
    expect(cell(grid, "A2, level 2, for students")).to_be_focused()
    grid.keyboard.type("You write clearly.")
    grid.keyboard.press("ControlOrMeta+s")
    expect(grid.locator("[data-grid-state]")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d\.$"))
    expect(cell(grid, "A2, level 2, for students")).to_be_focused()
    level = said(draft()).criterion("A2").levels[2]
    assert (level.descriptor, level.student) == ("Clear words\nthroughout", "You write clearly.")

    grid.keyboard.press("Alt+ArrowUp")
    expect(grid.locator("[data-grid-state]")).to_contain_text("A2 moved up.")
    assert [one.key for one in said(draft()).rubric.criteria] == ["A2", "A1"]
    expect(cell(grid, "A2, level 2, for students")).to_be_focused()

    grid.keyboard.type("Not this.")
    grid.keyboard.press("Escape")
    expect(cell(grid, "A2, level 2, for students")).to_have_value("You write clearly.")


def test_kept_edits_are_undone_and_done_again_by_keyboard_and_typing_first(grid: Page):
    def keys() -> list[str]:
        return [one.key for one in said(draft()).rubric.criteria]

    cell(grid, "A2, name of the criterion").focus()
    grid.keyboard.press("Alt+ArrowUp")
    expect(grid.locator("[data-grid-state]")).to_contain_text("A2 moved up.")
    grid.keyboard.press("Control+z")
    expect(grid.get_by_text("Undone: the draft says what it said before.")).to_be_visible()
    assert keys() == ["A1", "A2"]

    expect(grid.locator("[data-grid-keys]")).to_be_visible()
    grid.keyboard.press("Control+Shift+z")
    expect(grid.get_by_text("Done again: the draft says what it said after that change.")).to_be_visible()
    assert keys() == ["A2", "A1"]

    expect(grid.locator("[data-grid-keys]")).to_be_visible()
    cell(grid, "A1, name of the criterion").focus()
    grid.keyboard.press("End")
    grid.keyboard.type("!")
    grid.keyboard.press("Control+z")
    expect(cell(grid, "A1, name of the criterion")).to_have_value("Thesis")
    assert keys() == ["A2", "A1"]


def test_criteria_and_levels_are_added_by_keyboard(grid: Page):
    cell(grid, "A further criterion").focus()
    grid.keyboard.type("Order")
    grid.keyboard.press("Enter")
    expect(cell(grid, "A3, name of the criterion")).to_have_value("Order")
    cell(grid, "A further level").focus()
    grid.keyboard.type("Very good")
    grid.keyboard.press("Tab")
    grid.keyboard.type("3,5")
    grid.keyboard.press("Enter")
    expect(cell(grid, "Level 2b, name")).to_have_value("Very good")

    assert [str(each.points) for each in said(draft()).criterion("A3").levels] == ["0", "1", "2", "3.5"]


def test_cells_copied_in_a_spreadsheet_are_pasted_where_one_stands(grid: Page):
    cell(grid, "A2, name of the criterion").fill("Good style")
    cell(grid, "A1, level 2, for students").focus()
    grid.evaluate(
        """text => {
             const data = new DataTransfer();
             data.setData("text/plain", text);
             document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
           }""",
        'You claim.\t"You do\nnot."\nYou are clear.\tYou are not.',
    )
    expect(grid.get_by_role("heading", name="What these cells would do")).to_be_visible()
    expect(grid.locator("#read [role=status]")).to_contain_text("0 new, 2 changed, 0 the same.")
    until(grid, lambda: said(draft()).criterion("A2").name == "Good style")

    grid.get_by_role("button", name="Put 2 rows in").click()

    expect(cell(grid, "A1, level 1, for students")).to_have_value("You do\nnot.")
    expect(cell(grid, "A2, level 2, for students")).to_have_value("You are clear.")
    grid.get_by_role("button", name="Undo it").click()
    expect(cell(grid, "A1, level 1, for students")).to_have_value("")
    expect(cell(grid, "A2, name of the criterion")).to_have_value("Good style")


def test_plain_words_are_pasted_as_words(grid: Page):
    cell(grid, "A1, level 2, for students").focus()
    grid.evaluate(
        """() => {
             const data = new DataTransfer();
             data.setData("text/plain", "Two lines\\nof words");
             document.activeElement.dispatchEvent(
               new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
           }"""
    )

    expect(grid.get_by_role("heading", name="What these cells would do")).to_have_count(0)


def test_a_grid_is_saved_without_javascript(grid: Page, browser, site):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(grid.context.cookies())
    page = context.new_page()
    page.goto(grid.url)
    cell(page, "A1, level 2, for markers").fill("A claim that can be disputed")
    cell(page, "A1, name of the criterion").press("Tab")
    page.get_by_role("button", name="Save the grid").click()

    expect(page.get_by_text(re.compile("Saved"))).to_be_visible()
    expect(cell(page, "A1, level 2, for markers")).to_have_value("A claim that can be disputed")
    context.close()


def test_whoever_was_signed_out_meanwhile_keeps_what_is_typed(grid: Page, sign_in, teacher):
    cell(grid, "A1, level 2, for students").fill("You claim it.")
    grid.context.clear_cookies(name="sessionid")
    grid.keyboard.press("ControlOrMeta+s")
    expect(grid.locator("[data-grid-state]")).to_contain_text("Not saved: you are signed out.")
    expect(cell(grid, "A1, level 2, for students")).to_have_value("You claim it.")

    sign_in(teacher)
    grid.keyboard.press("ControlOrMeta+s")

    expect(grid.locator("[data-grid-state]")).to_have_text(re.compile(r"^Saved \d\d:\d\d:\d\d\.$"))
    assert said(draft()).criterion("A1").levels[2].student == "You claim it."


def test_without_the_network_nothing_typed_is_lost(grid: Page):
    cell(grid, "A1, level 2, for students").fill("You claim it.")
    grid.context.set_offline(True)
    grid.keyboard.press("ControlOrMeta+s")
    expect(grid.locator("[data-grid-state]")).to_contain_text("the server could not be reached")

    grid.context.set_offline(False)
    grid.keyboard.press("ControlOrMeta+s")

    expect(grid.locator("[data-grid-state]")).to_contain_text("Saved")
    assert said(draft()).criterion("A1").levels[2].student == "You claim it."


def test_nothing_is_wrong_with_what_pasted_cells_would_do_nor_with_a_grid_that_is_refused(grid: Page):
    address = grid.url
    grid.emulate_media(reduced_motion="reduce")  # no colour is looked at on its way from one theme to the other
    grid.get_by_role("link", name="Paste from a spreadsheet").click()
    cells = "Criterion\tGood\tPoor\tStray points\nThesis\tOther words\t\tx\nOrder\tIn order\tNot\t\n\tNo name\t\t"
    cell(grid, "Cells").fill(cells)
    grid.get_by_role("button", name="See what would change").click()
    expect(grid.get_by_role("heading", name="What these cells would do")).to_be_visible()
    for summary in grid.locator("#read summary").all():
        summary.click()
    assert faults(grid) == []

    grid.set_viewport_size({"width": 1280, "height": 800})
    grid.goto(address)
    cell(grid, "Level 2, points").fill("many")
    grid.get_by_role("button", name="Save the grid").click()
    expect(grid.get_by_text("Write a number, such as 5 or 7.5.")).to_be_visible()
    assert faults(grid) == []
