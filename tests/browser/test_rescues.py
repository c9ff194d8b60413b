"""A rescue file that a browser made is one that the server opens, and both count its words alike."""

import json
import re
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import expect

from courses.kernel.text import count_words
from essays.actions.decisions import collect_due
from essays.actions.drafts import open_draft
from essays.models import Assignment, Draft, Submission
from essays.pure.rescues import TamperedError, rescued_text
from essays.wire.rescues import read_rescue_file
from tests.browser.conftest import STATIC
from tests.essays.writing import ESSAY, save
from tests.rows import set_for

KEY = bytes(range(1, 33))
DRAFT, PERSON = "5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111", "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c222"
FACTS = {"key": list(KEY), "draft": DRAFT, "person": PERSON}
MAKE = """async ({ key, draft, person, text }) => {
  const { rescueOf, rescueName } = await import("/static/js/essays/drafts/rescue.js");
  const facts = { key: new Uint8Array(key), draft, person, base: 7, text, madeAt: "2026-11-24T09:12:30.123Z" };
  return [rescueName(draft), await rescueOf(facts)];
}"""
COUNT = """async (texts) => {
  const { countWords } = await import("/static/js/essays/drafts/words.js");
  return texts.map(countWords);
}"""
ODD = "\ufeff\x85\x1c\x0b\x0c\x00\u200b\u2003\u00a0\u2060\u00ad|–—·¶§_-'’^[]():!١२三Ⅷ½²ǅʰ\U0001f6f0\ufffd"
TEXTS = [
    "Technology has changed alliances since 1914.\n\nThe café’s radio – “news” – came first. 🛰️",
    "one",
    "1. First\n2. Second [^note!] [^é] [Source B, ¶2]\n> 3) third",
    "日本語 and １２ and \ufeffmarks\x85here",
    'with "quotes", \\ and \t tab',
    *(f"before {sign} after{sign}wards {sign}" for sign in ODD),
]


@pytest.fixture(params=[False, True], ids=["sealed", "in the open"])
def making(request, page):
    """Give a page that makes rescue files, and whether they stand open: only a page by https may seal."""
    origin = "http://modules.test" if request.param else "https://modules.test"

    def answer(route):
        place = route.request.url.partition("/static/")[2]
        body = {"path": STATIC / place, "content_type": "text/javascript"} if place else {"body": "<!doctype html>"}
        route.fulfill(**({"content_type": "text/html"} | body))

    page.route(f"{origin}/**", answer)
    page.goto(f"{origin}/")
    return page, request.param


def test_the_server_opens_what_a_browser_sealed(making):
    desk, stands_open = making

    for text in TEXTS:
        name, written = desk.evaluate(MAKE, FACTS | {"text": text})

        assert name == "essay-5f0c1d52.assay"
        assert ("mac" in json.loads(written)) is stands_open
        assert rescued_text(read_rescue_file(written.encode()), KEY) == text
        with pytest.raises(TamperedError):
            rescued_text(read_rescue_file(written.encode()), bytes(32))


def test_half_a_character_does_not_cost_the_words_around_it(making):
    desk, _ = making
    half = MAKE.replace("text }) => {", '}) => { const text = "half \\ud83d a sign";')

    _, written = desk.evaluate(half, FACTS)

    assert rescued_text(read_rescue_file(written.encode()), KEY) == "half \ufffd a sign"


def test_a_browser_counts_words_as_the_server_does_around_odd_signs(modules):
    assert modules.evaluate(COUNT, TEXTS) == [count_words(text) for text in TEXTS]


# ---------------------------------------------------------------- the whole way of one file
@pytest.fixture
def draft(course, teacher, student) -> Draft:
    """A draft begun today: the server's own clock runs while a browser looks at it."""
    now = timezone.now()
    times = {"opens_at": now - timedelta(days=1), "due_at": now + timedelta(hours=3)}
    return open_draft(set_for(course, teacher, closes_at=now + timedelta(days=1), **times), by=student)


def time_runs_out(draft: Draft) -> None:
    """Let the assignment have closed five minutes ago, and collect what was saved."""
    ended = timezone.now() - timedelta(minutes=5)
    Assignment.objects.filter(pk=draft.assignment_id).update(due_at=ended, closes_at=ended)
    Draft.objects.filter(pk=draft.pk).update(grace_until=ended)
    assert collect_due() == 1


def test_words_written_without_a_network_reach_their_teacher_in_a_file(
    page, context, site, sign_in, student, teacher, draft, tmp_path
):
    sign_in(student)
    page.goto(f"{site}/drafts/{draft.public_id}/")
    page.locator("#essay").focus()
    page.keyboard.type("The convoys of 1917 saved the alliance.")
    expect(page.locator("[data-save-words]")).to_have_text(re.compile(r"Saved \d\d:\d\d:\d\d"))
    context.set_offline(True)
    page.keyboard.type(" Radar did it again.")
    with page.expect_download() as downloading:
        page.locator("[data-notes]").get_by_role("button", name="Download a rescue file").click()
    file = tmp_path / downloading.value.suggested_filename
    downloading.value.save_as(file)
    time_runs_out(draft)
    page.close()
    page = context.new_page()
    context.set_offline(False)

    sign_in(teacher)
    page.goto(f"{site}/assignments/{draft.assignment.public_id}/students/{student.public_id}/")
    page.get_by_role("link", name="Bring in a rescue file").click()
    page.get_by_label("The rescue file").set_input_files(file)
    page.get_by_role("button", name="Bring it in").click()
    page.get_by_role("link", name="Look and decide").click()
    expect(page.get_by_text("It differs from what was collected in at most 10 words.")).to_be_visible()
    expect(page.get_by_text("Radar")).to_have_count(0)
    page.get_by_label("Why you need to read them").fill("To see that it is the essay.")
    page.get_by_role("button", name="Show the words").click()
    expect(page.locator(".compared ins")).to_contain_text(["Radar did it again."])
    page.get_by_label("Why", exact=False).last.fill("The network of the school was down.")
    page.get_by_role("button", name="Take these words").click()

    expect(page.get_by_text("These words are the essay now.")).to_be_visible()
    taken = Submission.objects.current().get(draft=draft)
    assert taken.reading.text == "The convoys of 1917 saved the alliance. Radar did it again."
    assert taken.origin == "on_behalf"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_of_late_words_passes_axe_and_fits_a_phone(page, site, sign_in, student, teacher, draft, theme):
    save(draft, student)
    time_runs_out(draft)
    draft.refresh_from_db()
    save(draft, student, f"{ESSAY} And more, too late.", base=1)
    place = f"{site}/assignments/{draft.assignment.public_id}/students/{student.public_id}"
    pages = {teacher: [f"{place}/", f"{place}/late-words/1/2/", f"{place}/rescue/"]}
    pages[student] = [f"{site}/drafts/{draft.public_id}/{rest}" for rest in ("", "rescue/", "history/")]
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 320, "height": 700})

    for who, addresses in pages.items():
        sign_in(who)
        for address in addresses:
            page.goto(address)
            found = Axe().run(page)
            assert found.violations_count == 0, found.generate_report()
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
