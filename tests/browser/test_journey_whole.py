"""The main job, end to end: published, set, written, marked by keyboard alone, released, read; with the real pack."""

import csv
import re

from playwright.sync_api import Locator, Page, expect

from courses.models import PromptVersion
from essays.models import Assignment, Submission
from marking.models import Evidence, Marking
from results.models import Outcome, Reflection
from rubrics.actions.packs import load_pack
from tests.browser.conftest import live
from tests.rows import set_for
from tests.worlds import collective_defence, exemplar_marks

TITLE = "Collective defence, the timed essay"
CITED = " As NATO says of itself [Source A, ¶1]."
SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")


def open_by_link(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).first.click()


def publish_the_second_version(page: Page, site: str) -> None:
    """The admin reads the prompt beside its sources and publishes a version with one sentence more of guidance."""
    page.goto(site)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Prompts").click()
    page.get_by_role("link", name="Collective defence since 1914").click()
    expect(page.get_by_text("Evaluate how technological advances").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^Source [ABC]\\."))).to_have_count(3)
    expect(page.get_by_text("Editor’s note.").first).to_be_visible()
    page.get_by_role("button", name="Begin a new version").click()
    if page.get_by_role("link", name="Edit", exact=True).count():
        open_by_link(page, "Edit")
    guidance = page.get_by_label("Guidance", exact=False)
    guidance.fill(f"{guidance.input_value()}\n\nRead the question twice.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("#preview")).to_contain_text("Read the question twice.")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("published: it can be set and does not change.")).to_be_visible()


def set_the_assignment(page: Page, site: str) -> None:
    """The teacher decides everything on one page: the timed mode, blind, markers see the total while they mark."""
    page.goto(f"{site}/courses/history-12/")
    page.get_by_role("link", name=re.compile("Set an assignment")).first.click()
    page.get_by_label("Title").fill(TITLE)
    with page.expect_response(lambda response: "prompt_version=" in response.url):
        page.get_by_label("Prompt", exact=False).first.select_option(label="Collective defence since 1914, version 2")
    page.get_by_label(re.compile("^Timed")).check()
    expect(page.get_by_label("Markers see codes, never names")).to_be_checked()
    page.get_by_role("spinbutton", name="Minutes").fill("90")
    page.get_by_label("Show markers the total while they mark").check()
    page.get_by_role("button", name="Set the assignment").click()
    expect(page.get_by_text("This is the brief as a student reads it")).to_be_visible()


def write_the_essay(page: Page, site: str, text: str) -> None:
    """The student reads the brief, starts the clock, plans, writes, cites with one key and looks at the preview."""
    page.goto(site)
    open_by_link(page, TITLE)
    for heading in ("Your task", "What you may use", "Sources", "How this is marked"):
        expect(page.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    page.get_by_role("link", name="Start…").click()
    page.get_by_role("button", name="Start my 90 minutes").click()
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    page.get_by_role("link", name="Plan").click()
    page.get_by_label("E2 Interwar", exact=True).check()
    expect(page.locator("#plan_state")).to_contain_text("Kept")
    page.locator("#essay").focus()
    page.keyboard.insert_text(text)
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)
    page.keyboard.press("Control+End")
    page.keyboard.type(" As NATO says of itself")
    page.keyboard.press("Alt+c")
    page.keyboard.press("Enter")
    page.keyboard.type(".")
    expect(page.locator("#essay")).to_have_value(text + CITED)
    expect(page.locator("[data-save-words]")).to_have_text(SAVED)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator("[data-previewed]").get_by_role("link", name="[Source A, ¶1]")).to_be_visible()


def hand_in(page: Page, site: str, text: str) -> str:
    """The student reads back, declares, hands in and checks the receipt as anybody could; gives its number."""
    page.get_by_role("button", name="Read back and submit").click()
    expect(page.get_by_role("region", name="Your essay")).to_contain_text(
        "Convoys, Enigma and the Nuclear Planning Group"
    )
    page.get_by_label("This is my own work").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Handed in")).to_be_visible()
    number = page.locator(".slip .big").inner_text()
    page.context.clear_cookies()
    page.goto(f"{site}/receipts/?number={number}")
    page.get_by_label(re.compile("text", re.IGNORECASE)).first.fill(text + CITED)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#answer")).to_contain_text("Same.")
    return number


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def tab_to(page: Page, wanted: Locator) -> None:
    """Go to something as somebody without a mouse does."""
    for _ in range(60):
        if wanted.evaluate("node => node === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not reach {wanted}")


def step_to(page: Page, quote: str) -> None:
    """Step by sentence, on to the end and then back, until the passage holds the words."""
    shown = "() => [...(CSS.highlights.get('passage') ?? [])].map(String).join('')"
    for key in ("]", "["):
        last = None
        while (words := page.evaluate(shown)) != last or not words:
            if quote[:40] in words:
                return
            last = words
            page.keyboard.press(key)
    raise AssertionError(f"No sentence holds: {quote}")


def mark_by_keyboard(page: Page, site: str) -> None:
    """The marker starts from home, ties a passage to every criterion with a level, says something, finishes."""
    page.goto(site)
    tab_to(page, page.get_by_role("button", name="Start marking"))
    press(page, "Enter")
    live(page)
    expect(page.locator("body")).not_to_contain_text("Ines Duarte")
    _, marks = exemplar_marks("strong")
    order = page.evaluate(
        "JSON.parse(document.getElementById('desk-data').textContent).rubric.criteria.map(c => c.key)"
    )
    for key in order:
        expect(page.locator("#crit-title .cid")).to_have_text(key)
        if not marks[key].level_key:
            press(page, "x")
            continue
        step_to(page, marks[key].quotes[0])
        press(page, "h")
        if key == order[-1]:
            press(page, "c")
            page.keyboard.type("A judgement that holds for the whole span.")
            press(page, "Escape")
        press(page, marks[key].level_key)
    expect(page.locator("#desk-foot output")).to_have_text("94")
    expect(page.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))
    press(page, "Enter")


def release(page: Page, site: str, code: str) -> None:
    """The teacher rehearses, sees the page of that code's student without a name on it, and releases."""
    page.goto(site)
    page.get_by_role("link", name="Rehearse the release").click()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("heading", name="Checklist")).to_be_visible()
    page.get_by_label("See as", exact=True).select_option(code)
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_text(f"You see what the student of {code} will see.")).to_be_visible()
    expect(page.locator("#total tr").last).to_contain_text("94")
    expect(page.locator("body")).not_to_contain_text("Ines Duarte")
    open_by_link(page, "Back to the rehearsal")
    page.get_by_role("button", name="Release 1 paper").click()
    expect(page.get_by_role("heading", name="Releases")).to_be_visible()


def read_the_feedback(page: Page, site: str) -> None:
    """The student finds everything in its order, follows a quotation to its place, and writes what to do next time."""
    page.goto(site)
    page.get_by_role("link", name="Read feedback").click()
    assert page.locator("main h2").all_inner_texts() == [
        "Next steps",
        "Criterion by criterion",
        "Your essay",
        "Coverage map",
        "How the total is made",
    ]
    assert page.locator(".nextsteps li").count() == 3
    expect(page.get_by_text("A judgement that holds for the whole span.")).to_be_visible()
    quotation = page.locator("#strand-b .critfb .quote a").first
    words, anchor = quotation.evaluate("a => [a.firstChild.data, a.hash.slice(1)]")
    quotation.click()
    target = page.locator(f"[id='{anchor}']")
    expect(target).to_be_in_viewport()
    assert target.evaluate("node => node.matches('mark')")
    assert words.strip()[:30] in target.evaluate("node => node.closest('p').textContent")
    assert page.locator("table.coverage td.has, table.coverage td.near").count() == 4
    expect(page.locator("#total tr").last.locator("td").last).to_have_text(re.compile(r"94\s*of 100"))
    page.get_by_label("Next time I will…").fill("name the limits of deterrence earlier.")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_label("Next time I will…")).to_have_value("name the limits of deterrence earlier.")


def download_marks(page: Page, site: str) -> list[dict[str, str]]:
    """The teacher looks at the class and takes the marks away."""
    page.goto(site)
    page.get_by_role("link", name="Class", exact=True).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text("1 of 1 marked, 1 released.")).to_be_visible()
    page.get_by_role("link", name="Files of marks").click()
    with page.expect_download() as found:
        page.get_by_role("link", name="CSV of Marks", exact=True).first.click()
    return list(csv.DictReader(found.value.path().read_text("utf-8-sig").splitlines()))


def test_one_essay_is_set_written_marked_released_and_read(
    page: Page, site, sign_in, course, admin, teacher, student, marker
):
    load_pack(collective_defence(), by=None)
    text, _ = exemplar_marks("strong")
    page.set_viewport_size({"width": 1280, "height": 800})

    sign_in(admin)
    publish_the_second_version(page, site)
    sign_in(teacher)
    set_the_assignment(page, site)
    sign_in(student)
    write_the_essay(page, site, text)
    number = hand_in(page, site, text)
    sign_in(marker)
    mark_by_keyboard(page, site)
    expect(page.get_by_text("1 is marked", exact=False)).to_be_visible()
    sign_in(student)
    page.goto(site)
    expect(page.get_by_text("No new feedback.")).to_be_visible()
    sign_in(teacher)
    code = Submission.objects.get().paper.code
    release(page, site, code)
    sign_in(student)
    read_the_feedback(page, site)
    sign_in(teacher)
    rows = download_marks(page, site)

    assignment = Assignment.objects.get(title=TITLE)
    assert PromptVersion.objects.get(number=2) == assignment.prompt_version
    first, second = PromptVersion.objects.order_by("number")
    assert [source.text for source in second.sources.order_by("letter")] == [
        source.text for source in first.sources.order_by("letter")
    ]
    assert assignment.blind
    submission = Submission.objects.get()
    assert submission.receipt_number == number
    assert submission.reading.text == text + CITED
    marking = Marking.objects.get()
    assert marking.is_finished
    tied = {link.criterion.key for one in Evidence.objects.all() for link in one.links.all()}
    outcome = Outcome.objects.get()
    counted = {line.criterion_key for line in outcome.lines.filter(counted=True, state="scored")}
    assert len(counted) == 12
    assert counted <= tied
    assert Reflection.objects.get().text == "name the limits of deterrence earlier."
    (row,) = [row for row in rows if "Ines Duarte" in row.values()]
    assert "94" in row.values()

    set_for(
        course,
        teacher,
        title="The next essay",
        prompt_version=second,
        rubric_version=assignment.rubric_version,
        mode=assignment.mode,
        opens_at=assignment.opens_at,
        due_at=assignment.due_at,
        closes_at=assignment.closes_at,
    )
    sign_in(student)
    page.goto(site)
    expect(page.locator(".work", has_text="The next essay")).to_contain_text("name the limits of deterrence earlier.")
