"""Going from paper to paper at the desk: one criterion over all papers, back and forth, and letting one go."""

import re

import pytest
from playwright.sync_api import Page, expect

from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import claim_paper
from marking.models import Allotment, Marking, Score
from marking.pure.codes import starting_point
from tests.browser.conftest import live
from tests.marking.sending import EVERY_KEY


def at_desk(page: Page, site: str, paper, query: str = "") -> Page:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/assignments/{paper.assignment.public_id}/papers/{paper.code}/{query}")
    return live(page)


@pytest.fixture
def desk(page: Page, site, sign_in, papers, marker) -> Page:
    claim_paper(papers[0], by=marker)
    sign_in(marker)
    return page


def code_of(page: Page) -> str:
    return page.locator("#paper-code").inner_text()


def test_a_digit_sets_the_criterion_and_the_next_paper_is_there(desk, site, papers, marker):
    at_desk(desk, site, papers[0], "?mode=criterion:E3")
    expect(desk.locator("#crit-title")).to_contain_text("E3")

    seen = []
    for digit in "432":
        seen.append(code_of(desk))
        desk.keyboard.press(digit)
        if len(seen) < 3:
            expect(desk.locator("#paper-code")).not_to_have_text(seen[-1])
            live(desk)
    expect(desk.locator("#desk-live")).to_contain_text("E3 is set. No other paper waits for it.")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))

    assert "mode=criterion" in desk.url
    assert sorted(seen) == sorted(paper.code for paper in papers)
    levels = Score.objects.filter(criterion__key="E3", level__isnull=False)
    told = dict(levels.values_list("marking__allotment__paper__code", "level__key"))
    assert told == dict(zip(seen, "432", strict=True))


def test_the_paper_that_was_fetched_ahead_needs_no_network(desk, site, papers):
    with desk.expect_response("**/ahead/"):
        at_desk(desk, site, papers[0], "?mode=criterion:E3")
    desk.context.set_offline(True)

    desk.keyboard.press("4")

    expect(desk.locator("#paper-code")).not_to_have_text(papers[0].code)
    expect(desk.locator("#paper-reading p").first).not_to_be_empty()
    desk.context.set_offline(False)


def test_a_paper_that_comes_back_is_as_it_was_left(desk, site, papers):
    at_desk(desk, site, papers[0])
    desk.keyboard.press("4")
    desk.keyboard.press("n")
    expect(desk.locator("#paper-code")).not_to_have_text(papers[0].code)
    live(desk)

    desk.keyboard.press("b")

    expect(desk.locator("#paper-code")).to_have_text(papers[0].code)
    expect(desk.locator("#criteria-list [data-open=E1]")).to_contain_text("10")
    live(desk)
    desk.keyboard.press("3")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))
    assert not desk.locator("#desk-conflict").is_visible()
    assert Score.objects.filter(level__isnull=False).count() == 2


def test_a_paper_is_let_go_at_the_desk(desk, site, papers):
    at_desk(desk, site, papers[0])
    desk.keyboard.press("4")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))

    desk.get_by_role("button", name="Let go").click()

    expect(desk.locator("#paper-closed-why")).to_contain_text(f"You let {papers[0].code} go.")
    expect(desk.locator("#desk-foot .grand button")).to_contain_text("Next paper")
    assert Allotment.objects.get(paper=papers[0]).leased_by is None
    assert Marking.objects.get().scores.filter(level__isnull=False).count() == 1


def test_criteria_that_were_added_are_gone_through_with_a_key_each_and_finished_in_one_go(desk, site, papers, marker):
    start = starting_point(papers[0].assignment.salt, str(marker.public_id), "criterion:C5")
    for by, paper in enumerate(papers):
        paper.shuffle = start + by
        paper.save(update_fields=["shuffle"])
        paper.allotments.update(shuffle=paper.shuffle)
    for paper in papers[:2]:
        mark_paper(paper, marks={key: Marked(state="not_attempted") for key in EVERY_KEY}, by=marker)
        Allotment.objects.create(
            paper=paper,
            assignment=paper.assignment,
            round=2,
            purpose="catch_up",
            criteria=["C5"],
            marker=marker,
            shuffle=paper.shuffle,
        )
    desk.goto(f"{site}/assignments/{papers[0].assignment.public_id}/papers/?mode=criterion:C5&only=added")
    desk.get_by_role("button", name="Start marking").focus()
    desk.keyboard.press("Enter")
    live(desk)

    first = code_of(desk)
    assert desk.locator("#criteria-list [data-open]:not(.overallrow)").count() == 1
    desk.keyboard.press("3")
    expect(desk.locator("#paper-code")).not_to_have_text(first)
    live(desk)
    assert "round=2" in desk.url
    second = code_of(desk)
    desk.keyboard.press("2")
    expect(desk.locator("#paper-code")).not_to_have_text(second)
    live(desk)
    assert code_of(desk) == papers[2].code
    expect(desk.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))
    desk.goto(f"{site}/assignments/{papers[0].assignment.public_id}/papers/?mode=criterion:C5")
    expect(desk.locator(".queuenotice")).to_contain_text("Everything is decided on 2 papers you have open.")
    desk.get_by_role("button", name="Finish them").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator("#notices")).to_contain_text("2 papers are finished.")
    added = Marking.objects.filter(allotment__round=2)
    assert sorted(added.values_list("state", "scores__level__key")) == [("finished", "2"), ("finished", "3")]
