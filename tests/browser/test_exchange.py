"""A rubric taken out of the library and brought back, and a pack, as people do it: with the losses read first."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from rubrics.actions.packs import load_pack
from rubrics.models import RubricState, RubricVersion
from rubrics.pure.packs import read_pack, write_zip
from tests.browser.test_axe import faults
from tests.rubrics.conftest import PACKS

WIDE = {"width": 1280, "height": 800}


@pytest.fixture
def defence(admin) -> RubricVersion:
    return load_pack(read_pack(PACKS / "collective-defence"), by=admin).rubric_version


def taken_out(page: Page, words: str, place: Path) -> Path:
    """Download by the keyboard: the link has the focus, Enter brings the file."""
    link = page.get_by_role("link", name=words)
    link.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    file = place / download.value.suggested_filename
    download.value.save_as(file)
    return file


def no_faults(page: Page) -> None:
    assert faults(page) == []
    page.evaluate("() => { document.documentElement.dataset.bsTheme = 'light' }")
    page.set_viewport_size(WIDE)


def test_a_teacher_takes_a_rubric_out_as_canvas_has_it_and_brings_it_back(
    page, site, sign_in, defence, teacher, course, tmp_path
):
    sign_in(teacher)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(WIDE)
    page.goto(f"{site}/rubrics/collective-defence/1/")
    page.get_by_role("link", name="Take it out").click()
    expect(page.get_by_role("heading", name="Take version 1 out")).to_be_visible()
    canvas = page.locator("#_offer-canvas")
    expect(canvas).to_contain_text("The wording for students is left out: 86 levels in 19 criteria.")
    canvas.locator("summary").first.focus()
    page.keyboard.press("Enter")
    expect(canvas.locator("details").first).to_contain_text("E1; E2; E3")
    no_faults(page)
    file = taken_out(page, "Download the Canvas CSV", tmp_path)
    assert file.read_text(encoding="utf-8").startswith("Rubric Name,Criteria Name")

    page.goto(f"{site}/rubrics/")
    page.get_by_role("link", name="From a file").click()
    page.get_by_label("Rubric file").set_input_files(file)
    page.get_by_role("button", name="Show what is in it").press("Enter")
    expect(page.get_by_role("heading", name="What is in collective-defence-1.csv")).to_be_visible()
    expect(page.locator("main")).to_contain_text("19 criteria, out of 162")
    expect(page.locator("main")).to_contain_text("86 levels have no wording for students. Write it.")
    no_faults(page)
    assert RubricVersion.objects.count() == 1

    page.get_by_role("button", name="Begin a draft").press("Enter")
    expect(page.locator("#notices, .notices").first).to_contain_text("is a draft now")
    expect(page.locator("main")).to_contain_text("Industrial coalition war")
    made = RubricVersion.objects.exclude(pk=defence.pk).get()
    assert (made.course, made.state, made.criteria.count()) == (course, RubricState.DRAFT, 19)


def test_an_admin_takes_a_pack_out_and_brings_it_in_with_what_it_does_said_first(
    page, site, sign_in, defence, admin, tmp_path
):
    sign_in(admin)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size(WIDE)
    page.goto(f"{site}/rubrics/collective-defence/1/formats/")
    file = taken_out(page, "Download the pack", tmp_path)
    assert file.read_bytes() == write_zip(read_pack(PACKS / "collective-defence"))

    page.goto(f"{site}/rubrics/bring/")
    page.get_by_role("link", name="as a pack").click()
    page.get_by_label("Pack").set_input_files({"name": "pack.zip", "mimeType": "application/zip", "buffer": b"PK\3\4x"})
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("main")).to_contain_text("pack.zip, line 1: It is damaged or not complete.")
    no_faults(page)

    page.get_by_label("Pack").set_input_files(file)
    page.get_by_role("button", name="Check it").click()
    expect(page.locator("main")).to_contain_text("Prompt: version 1 says the same already.")
    no_faults(page)
    page.get_by_role("button", name="Load it").press("Enter")
    expect(page.locator("#notices, .notices").first).to_contain_text("Prompt and rubric said the same already")
