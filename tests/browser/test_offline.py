"""Marking away from the desk: a workbook is downloaded, changed, brought back, a conflict chosen, the merge undone."""

import io
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking
from tests.marking.offline import with_cells
from tests.marking.sending import level, remark, score_of, send


@pytest.fixture
def queue(page: Page, site, sign_in, papers, marker) -> Page:
    Allotment.objects.filter(paper__in=papers).update(marker=marker)
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/assignments/{papers[0].assignment.public_id}/papers/")
    return page


def is_quiet(page: Page) -> bool:
    return not Axe().run(page).response["violations"]


def test_papers_are_marked_in_a_workbook_and_merged_and_taken_back(queue, papers, marker, tmp_path: Path):
    strong, middling = papers[:2]
    marking = claim_paper(strong, by=marker)
    queue.get_by_role("link", name="Away from the desk").click()
    assert is_quiet(queue)
    with queue.expect_download() as downloading:
        queue.get_by_role("button", name="Download the workbook").click()
    taken = Path(downloading.value.path()).read_bytes()
    book = load_workbook(io.BytesIO(taken))
    assert {row[0].value for row in book["Scores"].iter_rows(min_row=2)} == {paper.code for paper in papers}

    send(marking, level("E1", "1"), remark("E1", "Said at the desk."), by=marker)
    brought = tmp_path / "papers.xlsx"
    brought.write_bytes(
        with_cells(
            taken,
            ("Scores", strong.code, "E1", 3),
            ("Comments", strong.code, "E1", "=Said on the train, “quietly”"),
            ("Scores", middling.code, "E2", "x"),
            ("Scores", middling.code, "E3", 77),
        )
    )
    queue.get_by_label("The file you marked in").set_input_files(brought)
    queue.get_by_role("button", name="Compare").click()
    expect(queue.get_by_text("1 new, 2 to choose, 0 the same. Nothing is written yet.")).to_be_visible()
    expect(queue.get_by_text("E3 has no level “77”.")).to_be_visible()
    assert is_quiet(queue)

    queue.get_by_role("button", name="Write it to my markings").focus()
    queue.keyboard.press("Enter")
    expect(queue.get_by_role("alert")).to_contain_text("2 cells changed in both places")
    for choice, name in ((f"{strong.code} E1", "Take the file’s"), (f"{strong.code} E1", "Keep what is here")):
        group = queue.get_by_role("group", name=choice).nth(0 if name.startswith("Take") else 1)
        group.get_by_role("radio", name=name).focus()
        queue.keyboard.press("Space")
    queue.get_by_role("button", name="Write it to my markings").focus()
    queue.keyboard.press("Enter")
    expect(queue.get_by_text("2 cells are written to your markings.")).to_be_visible()
    assert is_quiet(queue)
    other = Marking.objects.get(allotment__paper=middling)
    assert score_of(marking, "E1").level.key == "3"
    assert marking.remarks.get().text == "Said at the desk."
    assert score_of(other, "E2").state == "not_attempted"

    queue.get_by_role("button", name="Take the merge back").click()
    expect(queue.get_by_role("heading", name="Taken back", level=1)).to_be_visible()
    assert score_of(marking, "E1").level.key == "1"
    assert score_of(other, "E2").state == "unmarked"
