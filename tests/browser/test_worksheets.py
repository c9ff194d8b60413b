"""A Canvas gradebook is brought in, a mark changes meanwhile, and what was ticked is taken but for that one."""

from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from results.actions.outcomes import override_total
from results.actions.release import prepare_release, publish_release
from results.models import Outcome
from tests.browser.test_axe import faults
from tests.results.conftest import all_marked

HEADING = "Student,ID,SIS User ID,SIS Login ID,Section,Collective defence since 1914\n    Points Possible,,,,,100\n"
ROWS = "Ines,1,,ines.duarte,H,90\nNoor,2,,noor.haddad,H,60\nJonas,3,,jonas.weber,H,16\n"


@pytest.fixture
def assignment(papers, marker, teacher):
    all_marked(papers, marker)
    release = prepare_release(papers[0].assignment, by=teacher)
    return publish_release(release, by=teacher).assignment


def total_of(name: str) -> Decimal:
    return Outcome.objects.filter(submission__draft__author__username=name).latest("version").total


def correct(assignment, paper, total: int, teacher) -> None:
    """Change and release a mark, as a colleague would in another room."""
    outcome = Outcome.objects.filter(submission=paper.submission).latest("version")
    override_total(outcome, total=Decimal(total), reason="Read again.", by=teacher)
    publish_release(prepare_release(assignment, papers=[paper], reason="Corrected.", by=teacher), by=teacher)


def test_a_grade_is_taken_only_where_the_mark_is_the_one_that_was_looked_at(
    page: Page, site, sign_in, assignment, papers, teacher
):
    sign_in(teacher)
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/assignments/{assignment.public_id}/marks/")
    file = {"name": "grades.csv", "mimeType": "text/csv", "buffer": (HEADING + ROWS).encode()}
    page.get_by_label("Gradebook file").set_input_files(file)
    page.get_by_role("button", name="Compare").press("Enter")
    expect(page.get_by_text("3 rows: 2 changed; 1 unchanged.")).to_be_visible()
    for name in ("Ines Duarte", "Noor Haddad"):
        page.get_by_role("checkbox", name=name).press("Space")
    page.get_by_label("Why these totals change").fill("Agreed in the department.")
    correct(assignment, papers[1], 54, teacher)

    page.get_by_role("button", name="Take the ticked grades over").press("Enter")

    told = page.get_by_role("alert")
    expect(told).to_contain_text("1 total is changed.")
    expect(told).to_contain_text("Line 4, Noor: Its mark changed since you looked.")
    assert (total_of("ines.duarte"), total_of("noor.haddad")) == (90, 54)
    expect(page.get_by_role("checkbox", name="Noor Haddad")).not_to_be_checked()
    expect(page.get_by_label("Why these totals change")).to_have_value("Agreed in the department.")
    assert faults(page) == []
    page.get_by_role("button", name="Tick all 1").press("Enter")
    expect(page.get_by_role("checkbox", name="Noor Haddad")).to_be_checked()
    page.get_by_role("button", name="Take the ticked grades over").press("Enter")
    expect(page.locator("main, #notices, .notices").filter(has_text="1 total is changed.").first).to_be_visible()
    assert total_of("noor.haddad") == 60
