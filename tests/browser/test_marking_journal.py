"""What waits on the marking desk survives: sealed in the browser, sent once, and beside what was changed meanwhile."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from courses.models import Role
from marking.actions.markings import finish_marking
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking, Paper, Score
from tests.browser.conftest import live, until
from tests.browser.test_journal import KEPT
from tests.marking.sending import level, other, send
from tests.rows import enrolled
from tests.worlds import exemplars_handed_in, set_from_pack


@pytest.fixture
def papers(course, teacher, student, classmate) -> list[Paper]:
    third = enrolled("jonas.weber", "Jonas Weber", course, Role.STUDENT)
    return exemplars_handed_in(set_from_pack(course, teacher), [student, classmate, third], teacher)


@pytest.fixture
def marking(papers, marker) -> Marking:
    return claim_paper(papers[0], by=marker)


@pytest.fixture
def queue(site, papers) -> str:
    return f"{site}/assignments/{papers[0].assignment.public_id}/papers/"


@pytest.fixture
def opened(context: BrowserContext, sign_in, marker, marking, queue, papers) -> Callable[..., Page]:
    """Give a function that opens the desk in a tab of its own."""
    sign_in(marker)

    def open_desk(code: str = papers[0].code) -> Page:
        page = context.new_page()
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(f"{queue}{code}/")
        return live(page)

    return open_desk


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def state(page: Page):
    return page.locator("#desk-foot .savestate")


def saved(page: Page) -> None:
    expect(state(page)).to_contain_text(re.compile("Saved|Everything is saved"))


def kept(page: Page) -> dict[str, Any]:
    return page.evaluate(KEPT)


def levels(marking: Marking) -> dict[str, str]:
    found = Score.objects.filter(marking=marking, level__isnull=False)
    return dict(found.values_list("criterion__key", "level__key"))


def leave_unsent(context: BrowserContext, page: Page, *keys: str) -> None:
    """Mark without a network, and close the tab as a crash would."""
    context.set_offline(True)
    press(page, *keys)
    expect(state(page)).to_contain_text("kept on this computer")
    page.close()
    context.set_offline(False)


# ---------------------------------------------------------------- what it keeps
def test_what_waits_is_sealed_and_gone_once_the_server_has_it(opened, context, marking):
    page = opened()
    context.set_offline(True)
    press(page, "c")
    page.keyboard.type("Names four treaties.")
    press(page, "Escape", "4")
    expect(state(page)).to_have_text("Not saved yet: 2 marks kept on this computer.Try again")

    found = kept(page)
    assert len(found["entries"]) == len(found["lines"]) == 1
    assert "treaties" not in json.dumps(found)
    assert page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)").find("treaties") < 0
    assert page.evaluate("document.getElementById('marking-desk').dataset.journalKey") is None

    context.set_offline(False)
    saved(page)
    until(
        page,
        lambda: page.evaluate(f"({KEPT})().then((found) => found.lines.length === 0 && found.entries.length === 0)"),
    )
    assert levels(marking) == {"E1": "4"}


def test_without_a_journal_the_page_says_that_only_this_tab_holds_the_marks(
    page, context, sign_in, marker, marking, queue, papers
):
    sign_in(marker)
    page.add_init_script("delete window.indexedDB; Object.defineProperty(window, 'indexedDB', { value: undefined })")
    page.goto(f"{queue}{papers[0].code}/")
    live(page)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    context.set_offline(True)
    press(page, "4")
    expect(state(page)).to_contain_text("1 mark only in this tab")

    page.route("**/mutations/", lambda route: route.abort())
    context.set_offline(False)
    page.reload()

    assert asked == ["beforeunload"]


# ---------------------------------------------------------------- what comes back
def test_marks_of_a_tab_that_is_gone_come_back_and_go_under_their_own_keys(opened, context, marking):
    page = opened()
    context.set_offline(True)
    press(page, "4", "3")
    expect(state(page)).to_contain_text("2 marks kept on this computer")
    page.close()
    context.set_offline(False)

    page = opened()
    expect(page.locator("#desk-notices")).to_contain_text("2 marks that had not reached the server are back")
    saved(page)

    assert levels(marking) == {"E1": "4", "E2": "3"}
    marking.refresh_from_db()
    assert marking.revision == 2


def test_marks_whose_answer_was_lost_with_the_tab_are_not_made_twice(opened, context, marking):
    page = opened()
    page.route("**/mutations/", lambda route: (route.fetch(), route.abort()))
    press(page, "4")
    expect(state(page)).to_contain_text("Not saved yet")
    press(page, "3")
    page.close()
    assert levels(marking) == {"E1": "4"}

    page = opened()
    saved(page)

    marking.refresh_from_db()
    assert (levels(marking), marking.revision) == ({"E1": "4", "E2": "3"}, 2)
    expect(page.locator("#desk-conflict")).to_be_hidden()


def test_marks_that_come_back_do_not_overwrite_what_was_changed_meanwhile(opened, context, marking, marker):
    leave_unsent(context, opened(), "4", "3")
    send(marking, level("E1", "2"), by=marker)

    page = opened()

    conflict = page.locator("#desk-conflict")
    expect(conflict).to_contain_text("level 4, 10 points")
    expect(conflict).to_contain_text("level 2, 5 points")
    assert levels(marking) == {"E1": "2"}
    page.get_by_role("button", name="Keep the other").click()
    saved(page)
    assert levels(marking) == {"E1": "2", "E2": "3"}


def test_marks_of_another_paper_are_sent_from_whichever_desk_is_opened_and_it_is_finished(
    opened, context, marking, papers, marker
):
    page = opened()
    press(page, "X", "Enter", "X", "Enter")
    expect(page.locator("#desk-foot .left")).to_contain_text("5 to mark")
    saved(page)
    context.set_offline(True)
    press(page, "X", "Enter")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    expect(state(page)).to_contain_text("kept on this computer")
    page.close()
    context.set_offline(False)

    claim_paper(papers[2], by=marker)
    page = opened(papers[2].code)
    saved(page)

    until(page, Marking.objects.filter(pk=marking.pk, state="finished").exists)
    marking.refresh_from_db()
    assert marking.is_finished
    assert not Score.objects.filter(marking=marking, state="unmarked").exists()


def test_marks_that_wait_for_a_finished_paper_stay_until_it_is_reopened(opened, context, marking, marker):
    leave_unsent(context, opened(), "4")
    send(marking, *[other("strand_not_attempted", strand=key) for key in "ABC"], by=marker)
    marking.refresh_from_db()
    finish_marking(marking.public_id, base=marking.revision, by=marker)

    page = opened()
    expect(state(page)).to_contain_text("Not saved. This paper is finished. Reopen it to change something.")
    page.get_by_role("button", name="Reopen it").click()
    live(page)

    expect(page.locator("#desk-conflict")).to_contain_text("level 4, 10 points")


def test_the_marks_of_a_tab_that_is_still_open_are_left_to_it(opened, context, marking):
    first = opened()
    first.route("**/mutations/", lambda route: route.abort())
    press(first, "4")
    expect(state(first)).to_contain_text("Not saved yet")

    second = opened()
    saved(second)

    assert levels(marking) == {}
    first.unroute("**/mutations/")
    first.evaluate("dispatchEvent(new Event('online'))")
    saved(first)
    assert levels(marking) == {"E1": "4"}


# ---------------------------------------------------------------- signing in and out
def test_a_lost_sign_in_is_mended_beside_the_essay_and_the_same_marks_go(
    opened, context, sign_in, marker, marking, site
):
    page, keys = opened(), []
    page.on("request", lambda one: "/mutations/" in one.url and keys.append(one.post_data_json["mutations"][0]["key"]))
    context.clear_cookies()
    press(page, "4")
    expect(state(page)).to_contain_text("Signed out: 1 mark kept on this computer.")
    link = page.get_by_role("link", name="Sign in again")
    expect(link).to_have_attribute("target", "_blank")
    assert levels(marking) == {}

    sign_in(marker)
    elsewhere = context.new_page()
    elsewhere.goto(f"{site}/")

    saved(page)
    expect(link).to_be_hidden()
    assert levels(marking) == {"E1": "4"}
    assert len(keys) >= 2
    assert len(set(keys)) == 1


def test_somebody_else_signing_in_gets_nothing_of_what_waits(
    opened, context, sign_in, marker, second_marker, marking, site
):
    page = opened()
    context.clear_cookies()
    press(page, "4")
    expect(state(page)).to_contain_text("Signed out")

    sign_in(second_marker)
    elsewhere = context.new_page()
    elsewhere.goto(f"{site}/")
    page.get_by_role("button", name="I am back: try again").click()
    expect(page.locator("#desk-notices")).to_contain_text("Somebody else is signed in in this browser now.")
    assert not Score.objects.filter(state="scored").exists()
    assert not Marking.objects.filter(marker=second_marker).exists()

    sign_in(marker)
    page.get_by_role("button", name="I am back: try again").click()
    saved(page)
    assert levels(marking) == {"E1": "4"}


def test_signing_out_asks_first_while_marks_wait(opened, context, queue, papers):
    leave_unsent(context, opened(), "4")
    page = context.new_page()
    page.goto(queue)

    page.get_by_role("button", name="Sign out").click()

    expect(page.get_by_text("Marks of yours wait on this computer.")).to_be_visible()
    expect(page.get_by_role("link", name="Back to marking")).to_have_attribute(
        "href", re.compile(f"/papers/{papers[0].code}/$")
    )


# ---------------------------------------------------------------- a paper that could not be taken up
def with_the_next_paper(opened: Callable[..., Page], context: BrowserContext) -> Page:
    """Open the desk and wait until the next papers have come."""
    with context.expect_event("response", lambda one: "/ahead/" in one.url) as came:
        page = opened()
    came.value.finished()
    return page


@pytest.fixture
def refused(opened, context, papers, marking, second_marker) -> tuple[Page, Paper]:
    """Two marks on the paper that came ahead, set without a network; a colleague takes it before there is one."""
    page = with_the_next_paper(opened, context)
    context.set_offline(True)
    press(page, "n")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    live(page)
    press(page, "4", "3")
    expect(state(page)).to_contain_text("2 marks kept on this computer")
    paper = Paper.objects.get(code=page.locator("#paper-code").inner_text())
    claim_paper(paper, by=second_marker)
    context.set_offline(False)
    expect(state(page)).to_contain_text("Not saved. Somebody else is marking this paper now.")
    return page, paper


def test_marks_for_a_paper_that_a_colleague_took_first_stay_until_they_are_discarded(refused, context, marker):
    page, paper = refused
    stranded = page.locator("#paper-stranded")
    expect(stranded).to_contain_text("2 marks of yours wait here, kept on this computer.")
    expect(page.locator("#criteria-list [data-open=E1]")).to_contain_text("10")
    assert len(kept(page)["entries"]) == 1

    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy as text").click()
    expect(page.locator("#desk-live")).to_contain_text("2 marks copied.")
    assert page.evaluate("navigator.clipboard.readText()") == f"{paper.code}\nE1: level 4\nE2: level 3"

    page.get_by_role("button", name="Discard these 2 marks").click()
    expect(stranded).to_be_empty()
    saved(page)
    until(
        page,
        lambda: page.evaluate(f"({KEPT})().then((found) => found.lines.length === 0 && found.entries.length === 0)"),
    )
    assert not Marking.objects.filter(marker=marker, allotment__paper=paper).exists()


def test_marks_for_a_paper_that_was_taken_outlive_the_page_and_go_once_it_is_free(refused, marker):
    page, paper = refused

    page.reload()
    live(page)
    expect(page.locator("#paper-stranded")).to_contain_text("2 marks of yours wait here")
    Allotment.objects.filter(paper=paper).update(leased_by=None, lease_until=None)
    page.get_by_role("button", name="Try again").click()

    saved(page)
    expect(page.locator("#paper-stranded")).to_be_empty()
    assert levels(Marking.objects.get(marker=marker, allotment__paper=paper)) == {"E1": "4", "E2": "3"}


def test_a_paper_too_many_is_taken_up_with_its_marks_once_another_is_let_go(
    opened, context, papers, marking, marker, monkeypatch
):
    monkeypatch.setattr("marking.actions.papers.MOST_HELD", 1)
    page = with_the_next_paper(opened, context)
    context.set_offline(True)
    press(page, "n")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    live(page)
    press(page, "4")
    expect(state(page)).to_contain_text("1 mark kept on this computer")
    context.set_offline(False)
    expect(state(page)).to_contain_text("Not saved. You have 1 papers open")

    press(page, "b")
    expect(page.locator("#paper-code")).to_have_text(papers[0].code)
    page.get_by_role("button", name="Let go").click()

    saved(page)
    paper = Paper.objects.exclude(code=papers[0].code).get(allotments__markings__marker=marker)
    assert levels(Marking.objects.get(marker=marker, allotment__paper=paper)) == {"E1": "4"}


def test_marks_for_a_paper_that_is_no_longer_there_are_shown_until_they_are_discarded(
    opened, context, papers, marking, marker
):
    leave_unsent(context, opened(), "4")
    Allotment.objects.filter(paper=papers[0]).update(marker=papers[0].submission.draft.author)
    Marking.objects.filter(pk=marking.pk).delete()

    for _ in range(2):
        page = opened(papers[1].code)
        expect(page.locator("#desk-notices")).to_contain_text("This paper is no longer there")
        expect(page.get_by_role("button", name="Copy as text")).to_be_visible()
        page.close()
    page = opened(papers[1].code)
    page.get_by_role("button", name="Discard it").click()

    until(
        page,
        lambda: page.evaluate(f"({KEPT})().then((found) => found.lines.length === 0 && found.entries.length === 0)"),
    )


def test_an_answer_that_is_not_the_servers_keeps_the_marks_waiting(opened, context, marking):
    page = opened()
    page.route(
        "**/mutations/", lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Welcome</p>")
    )
    press(page, "4")
    expect(state(page)).to_have_text("Not saved yet: 1 mark kept on this computer.Try again")
    assert levels(marking) == {}

    page.unroute("**/mutations/")
    page.get_by_role("button", name="Try again").click()

    saved(page)
    assert levels(marking) == {"E1": "4"}


HELD = """() => {
  const send = window.fetch;
  window.claims = 0;
  window.fetch = async (address, options) => {
    if (String(address).endsWith("/open/")) {
      window.claims += 1;
      await new Promise((go) => { window.letClaim = go; });
    }
    return send(address, options);
  };
}"""


def test_a_paper_is_claimed_once_however_often_somebody_comes_back(opened, context, papers, marking, marker):
    page = with_the_next_paper(opened, context)
    page.evaluate(HELD)
    press(page, "n")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    live(page)
    press(page, "4")
    page.evaluate("dispatchEvent(new Event('online')); dispatchEvent(new Event('focus'))")
    page.evaluate("letClaim()")

    saved(page)
    assert page.evaluate("claims") == 1
    assert levels(Marking.objects.exclude(pk=marking.pk).get()) == {"E1": "4"}


def test_what_waits_on_a_paper_that_another_tab_has_marked_meanwhile_is_chosen_for(
    opened, context, papers, marking, marker
):
    page = with_the_next_paper(opened, context)
    context.set_offline(True)
    press(page, "n")
    expect(page.locator("#paper-code")).not_to_have_text(papers[0].code)
    live(page)
    press(page, "4", "3")
    expect(state(page)).to_contain_text("2 marks kept on this computer")
    elsewhere = claim_paper(Paper.objects.get(code=page.locator("#paper-code").inner_text()), by=marker)
    send(elsewhere, level("E1", "2"), by=marker)
    context.set_offline(False)

    expect(page.locator("#desk-conflict")).to_contain_text("level 2, 5 points")
    assert levels(elsewhere) == {"E1": "2"}
    page.get_by_role("button", name="Keep what is here").click()

    saved(page)
    assert levels(elsewhere) == {"E1": "4", "E2": "3"}
