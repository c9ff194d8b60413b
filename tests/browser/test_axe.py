"""Every page in both themes: nothing a machine can find against it, one heading, a title, quiet, never too wide, and
every control of it within the keyboard's reach and in sight."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.db import transaction
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from essays.models import Assignment
from tests.access import ROLES, TABLE
from tests.browser.conftest import served
from tests.browser.stops import lost_stops
from tests.house.test_access import address_of
from tests.rows import MONDAY
from tests.worlds import LivedIn, lived_in

pytestmark = pytest.mark.django_db  # each page's own changes are taken back
NOT_PAGES = {
    "courses:health-live",
    "courses:health-ready",
    "courses:jobs-file",
    "essays:assignments-late",
    "essays:drafts-text",
    "essays:receipts-text",
    "essays:revisions-text",
    "marking:offline-file",
    "results:gradebook-canvas",
    "results:journal-csv",
    "results:journal-lines",
    "results:gradebook-marks",
    "results:gradebook-scores",
    "results:gradebook-scores_workbook",
    "results:gradebook-workbook",
    "results:worksheets-fill",
    "rubrics:exchange-file",
    "rubrics:packs-file",
}
"""What answers with JSON, with plain text, with a part of a page or with a file to keep."""

NOBODY = "nobody"
PAGES = {
    row.address: next((role for role, status in zip(ROLES, row.cells, strict=True) if status == 200), NOBODY)
    for row in TABLE
    if row.method == "GET" and row.address not in NOT_PAGES and 200 in (*row.cells, row.public)
}
"""Each address once, and who looks at it: the first role that may, else somebody who is not signed in."""


@dataclass
class Tab:
    """One browser tab in front of the lived-in school; whoever looks is signed in by `look`."""

    page: Page
    site: str
    world: LivedIn
    complaints: list[str] = field(default_factory=list)

    def sign_in(self, role: str) -> None:
        self.page.context.clear_cookies()
        if role != NOBODY:
            client = Client()
            client.force_login(self.world.people[role])
            cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.site}
            self.page.context.add_cookies([cookie])  # type: ignore[list-item]

    def look(self, role: str, address: str, status: int = 200) -> list[str]:
        """Open an address as somebody and list everything that is wrong with the page."""
        self.sign_in(role)
        self.complaints.clear()
        self.page.set_viewport_size({"width": 1280, "height": 800})
        answer = self.page.goto(f"{self.site}{address}")
        assert answer is not None
        assert answer.status == status
        return lost_stops(self.page) + self.wrong(answers=status)

    def wrong(self, answers: int = 200) -> list[str]:
        """List what is wrong with the page as it is shown now."""
        found = faults(self.page)
        found += [line for line in self.complaints if f"status of {answers} " not in line or answers == 200]
        return found


FACTS = """() => [
  document.querySelectorAll("h1").length === 1 ? "" : `${document.querySelectorAll("h1").length} headings h1`,
  document.title.trim() ? "" : "no title",
  document.documentElement.lang === "en" ? "" : "no language",
].filter(Boolean)"""
THEMES = {
    "light": {"resultTypes": ["violations"]},
    "dark": {
        "resultTypes": ["violations"],
        "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
    },
}
"""What axe looks at: everything, then in the dark, where only colours are others, its rules about colour."""

TOO_WIDE = "() => document.documentElement.scrollWidth - innerWidth"


def faults(page: Page) -> list[str]:
    """List what axe finds in the light and in the dark, what every page must have, and whether a phone must scroll."""
    found: list[str] = page.evaluate(FACTS)
    for theme, options in THEMES.items():
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
        for fault in Axe().run(page, options=options).response["violations"]:
            found += [f"{theme}: {fault['id']}: {node['html'][:200]}" for node in fault["nodes"]]
    page.set_viewport_size({"width": 320, "height": 640})
    wider = page.evaluate(TOO_WIDE)
    return found + ([f"{wider} px too wide at 320 px"] if wider > 0 else [])


@pytest.fixture(scope="module")
def tab(django_db_setup, django_db_blocker, browser: Browser) -> Iterator[Tab]:
    """Build the school once, serve it on the day after its Tuesday's work, and look at it with one tab."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = lived_in()
        with served(MONDAY + timedelta(days=1, hours=3)) as site:
            context = browser.new_context(reduced_motion="reduce")
            page = context.new_page()
            looking = Tab(page, site, world)
            page.on("console", lambda said: looking.complaints.append(said.text) if said.type == "error" else None)
            page.on("pageerror", lambda error: looking.complaints.append(str(error)))
            yield looking
            context.close()
        transaction.set_rollback(True)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_nothing_is_wrong_with_a_page(tab, name):
    assert tab.look(PAGES[name], address_of(name, tab.world)) == []


@pytest.mark.parametrize("role", ["classmate", "marker", "teacher", "admin"])
def test_nothing_is_wrong_with_anybodys_first_page(tab, role):
    assert tab.look(role, reverse("results:home-index")) == []


@pytest.mark.parametrize("name", ["release-preview", "outcomes-override"])
def test_nothing_is_wrong_with_a_page_of_a_released_paper(tab, name):
    code = tab.world.outcome.submission.paper.code

    assert tab.look("teacher", reverse(f"results:{name}", args=[tab.world.assignment.public_id, code])) == []


def test_nothing_is_wrong_with_feedback_that_comes_before_its_mark_nor_with_its_rehearsal(tab):
    Assignment.objects.update(mark_after_days=5)
    world, code = tab.world, tab.world.outcome.submission.paper.code

    assert tab.look("student", address_of("results:feedback-detail", world)) == []
    assert tab.look("teacher", reverse("results:release-preview", args=[world.assignment.public_id, code])) == []


def test_nothing_is_wrong_with_all_of_ones_own_marking_nor_with_what_a_teacher_reads_of_it(tab):
    own = address_of("results:self_markings-detail", tab.world)
    answer = [tab.world.assignment.public_id, tab.world.people["student"].public_id]

    assert tab.look("classmate", f"{own}?at=overview") == []
    assert tab.look("teacher", reverse("results:answers-detail", args=answer)) == []


@pytest.mark.parametrize(
    ("role", "name", "status"),
    [("student", "courses:courses-create", 403), ("admin", "courses:prompts-edit", 403)],
)
def test_nothing_is_wrong_with_a_page_that_says_no(tab, role, name, status):
    assert tab.look(role, address_of(name, tab.world), status) == []


def test_nothing_is_wrong_with_a_page_that_says_not_now(tab):
    assert tab.look("admin", reverse("courses:prompts-edit", args=["collective-defence", 1]), 409) == []


def test_nothing_is_wrong_with_the_page_that_is_not_there(tab):
    assert tab.look("student", "/nowhere/", 404) == []


def post_bare(tab: Tab, role: str) -> list[str]:
    """Post words with neither a token nor, for nobody, a sign-in, as a page that was open for too long does."""
    tab.look(role, reverse("essays:receipts-check"))
    draft = reverse("essays:drafts-write", args=[tab.world.draft.public_id])
    with tab.page.expect_navigation():
        tab.page.evaluate(
            """(address) => {
          const form = Object.assign(document.createElement("form"), { method: "post", action: address });
          form.append(Object.assign(document.createElement("textarea"), { name: "text", value: "Kept words." }));
          document.body.append(form);
          form.submit();
        }""",
            draft,
        )
    tab.page.set_viewport_size({"width": 1280, "height": 800})
    tab.complaints.clear()
    assert "Kept words." in tab.page.content()
    return tab.wrong()


def test_nothing_is_wrong_with_the_page_that_gives_words_back_to_somebody_signed_out(tab):
    assert post_bare(tab, NOBODY) == []


def test_nothing_is_wrong_with_the_page_that_gives_words_back_after_a_stale_token(tab):
    assert post_bare(tab, "student") == []


def test_nothing_is_wrong_with_the_page_after_an_error_of_ours(tab):
    tab.page.set_content(render_to_string("500.html"))

    assert faults(tab.page) == []
