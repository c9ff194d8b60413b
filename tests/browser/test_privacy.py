"""What is kept about people, from the keyboard's side: a student takes their data; an admin looks, holds, erases."""

import io
import re
import zipfile
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from courses.models import Entry, Job, LegalHold, User
from courses.queries.seals import broken_seals
from marking.actions.markings import mark_paper
from results.actions.copies import make_copy
from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from tests.worlds import exemplar_marks


@pytest.fixture
def released(papers, teacher, marker):
    """The strong essay is marked and its result released: it is the student's."""
    mark_paper(papers[0], marks=exemplar_marks("strong")[1], overall="Well argued.", by=marker)
    assignment = papers[0].assignment
    prepare_outcomes(assignment, papers=papers[:1], by=teacher)
    publish_release(prepare_release(assignment, papers=papers[:1], by=teacher), by=teacher)
    return assignment


def no_complaints(page: Page) -> None:
    found = Axe().run(page)
    assert found.response["violations"] == [], found.generate_report()


def press(page: Page, name: str) -> None:
    """Reach a button by the keyboard alone, and press it."""
    page.get_by_role("button", name=name, exact=True).focus()
    page.keyboard.press("Enter")


def test_a_student_takes_their_data_away_and_sees_who_looked(page, sign_in, site, student, teacher, released):
    sign_in(teacher)
    page.goto(f"{site}/assignments/{released.public_id}/students/{student.public_id}/answer/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ines Duarte")
    page.get_by_role("link", name="journal", exact=True).click()
    expect(page.get_by_role("heading", name="Ines Duarte")).to_be_visible()
    expect(page.locator(".journal")).to_contain_text("Tomas Reyes finished a marking (paper ")
    no_complaints(page)

    sign_in(student)
    page.goto(f"{site}/me/")
    page.get_by_role("link", name="Who looked at your work").click()
    expect(page.locator(".journal")).to_contain_text("A teacher read what you answered to the result.")
    expect(page.locator("main")).not_to_contain_text("Marta")
    page.goto(f"{site}/me/")
    page.get_by_role("link", name="What was done with your work").click()
    expect(page.locator(".journal")).to_contain_text("A teacher handed in your essay for you.")
    page.goto(f"{site}/me/")
    page.get_by_role("link", name="A copy of everything").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your data")
    no_complaints(page)
    press(page, "Make my copy")
    expect(page).to_have_url(re.compile(r"/jobs/[0-9a-f-]{36}/$"))
    job = page.url
    page.goto("about:blank")
    make_copy.func(Job.objects.get().pk, person_id=student.pk, with_unreleased=False)

    page.goto(job)
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download copy-").click()
    with zipfile.ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes())) as packed:
        names = packed.namelist()
        read = packed.read("index.html").decode()
        [result] = [packed.read(name).decode() for name in names if name.startswith("results/")]
    assert {"README.txt", "data.json", "index.html"} < set(names)
    assert "Ines Duarte" in read
    assert "Well argued." in result
    assert not [one for one in ("Haddad", "Okafor", "Reyes") if one in read + result]


def test_the_page_of_a_copy_reads_well_without_a_server(page, student, released, tmp_path):
    from results.actions.copies import write_copy

    write_copy(student, tmp_path / "copy")
    page.goto((tmp_path / "copy" / "index.html").as_uri())

    expect(page.get_by_role("heading", level=1)).to_have_text("What is kept about Ines Duarte")
    no_complaints(page)
    page.set_viewport_size({"width": 320, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("link", name="Feedback").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Feedback")


def test_an_admin_looks_first_and_erases_by_keyboard(page, sign_in, site, student, admin, released, settings, tmp_path):
    settings.ERASURE_LIST = tmp_path / "erasures.txt"
    sign_in(admin)
    page.goto(site)
    page.get_by_role("link", name="Privacy").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What Assay keeps about people")
    no_complaints(page)
    page.get_by_role("link", name="Answer a request").click()
    page.get_by_role("searchbox").fill("duarte")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Ines Duarte").click()
    expect(page.get_by_role("region", name="This goes")).to_contain_text("The essay as it is read")
    no_complaints(page)
    assert User.objects.filter(username="ines.duarte").exists(), "looking changes nothing"

    page.locator("#id_hold_reason").fill("A court asked on Monday.")
    press(page, "Set a legal hold")
    expect(page.locator("#erase")).to_contain_text("a legal hold is set")
    assert LegalHold.objects.filter(lifted_at=None).count() == 1
    page.locator("#id_hold_reason").fill("The case is over.")
    press(page, "Lift the legal hold")

    page.locator("#id_username").fill("noor.haddad")
    page.locator("#id_erase_reason").fill("Asked for by letter, 24 Nov.")
    press(page, "Erase this person")
    expect(page.locator("#erase")).to_contain_text("Type “ines.duarte” to erase them")
    expect(page.locator("#id_erase_reason")).to_have_value("Asked for by letter, 24 Nov.")
    page.locator("#id_username").fill("ines.duarte")
    press(page, "Erase this person")

    expect(page.locator("#notices")).to_contain_text("The person is erased")
    expect(page.get_by_role("region", name="People erased", exact=True)).to_contain_text(str(student.public_id))
    assert not User.objects.filter(username="ines.duarte").exists()
    assert Entry.objects.filter(verb="erase_person", person_id=student.pk).count() == 1
    assert broken_seals() == []
    no_complaints(page)
