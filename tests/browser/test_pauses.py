"""A break is suggested after 25 papers or 90 minutes, by the browser's own clock; it can be put off, and is no wall."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from tests.browser.conftest import live
from tests.worlds import exemplars_handed_in, set_from_pack

MINUTE = 60_000
RUN = """async (events) => {
  const it = await import("/static/js/marking/papers/pauses.js");
  let state = it.begin(0);
  const due = [];
  for (const [name, now, ...more] of events) {
    if (name !== "look") state = it[name](state, now, ...more);
    due.push(it.isDue(state, now));
  }
  return { due, reason: it.reasonOf(state, events.at(-1)[1]), papers: state.papers };
}"""


def run(modules: Page, *events: list[Any]) -> dict[str, Any]:
    return modules.evaluate(RUN, list(events))


def papers(number: int, every: int, first: int = 0, counts: bool = True) -> list[list[Any]]:
    """Open `number` papers, one every `every` minutes."""
    return [["opened", (first + n * every) * MINUTE, f"paper {first} {n}", counts] for n in range(number)]


def test_the_twenty_fifth_paper_without_a_break_is_one_too_many(modules):
    found = run(modules, *papers(25, 1))

    assert found["due"] == [False] * 24 + [True]
    assert found["reason"].startswith("You have opened 25 papers without a break.")


def test_so_are_ninety_minutes(modules):
    found = run(modules, *[["worked", n * 5 * MINUTE] for n in range(19)])

    assert found["due"] == [False] * 18 + [True]
    assert found["reason"].startswith("You have worked for 90 minutes without a break.")


def test_ten_minutes_of_nothing_are_a_break(modules):
    found = run(modules, *papers(24, 1), *papers(24, 1, first=34))

    assert not any(found["due"])
    assert found["papers"] == 24


def test_nobody_is_reminded_who_is_away(modules):
    found = run(modules, *papers(25, 1), ["look", 34 * MINUTE], ["worked", 35 * MINUTE])

    assert found["due"][-3:] == [True, False, False]


def test_papers_gone_through_for_one_criterion_do_not_count(modules):
    assert not any(run(modules, *papers(30, 1, counts=False))["due"])


def test_put_off_it_comes_back_after_twenty_minutes_or_ten_papers(modules):
    by_time = run(
        modules,
        *[["worked", n * 5 * MINUTE] for n in range(19)],
        ["putOff", 90 * MINUTE],
        ["worked", 99 * MINUTE],
        ["worked", 108 * MINUTE],
        ["worked", 110 * MINUTE],
    )
    by_papers = run(modules, *papers(25, 1), ["putOff", 24 * MINUTE], *papers(10, 1, first=25))

    assert by_time["due"][-4:] == [False, False, False, True]
    assert by_papers["due"][-11:] == [False] * 10 + [True]


def test_after_a_break_all_begins_anew(modules):
    found = run(modules, *papers(25, 1), ["rested", 24 * MINUTE], *papers(24, 1, first=25))

    assert not any(found["due"][25:])


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_at_the_desk_the_reminder_stands_beside_the_essay_and_is_answered_by_key(
    page, site, sign_in, course, teacher, student, marker, theme
):
    [paper] = exemplars_handed_in(set_from_pack(course, teacher), [student], teacher)
    claim_paper(paper, by=marker)
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme=theme)
    worked = f"{{ since: Date.now() - {91 * MINUTE}, last: Date.now(), papers: 3, code: null, later: null }}"
    kept = f"sessionStorage.setItem('assay.pause.{marker.public_id}', JSON.stringify({worked}))"
    page.add_init_script(f"if (!sessionStorage.length) {kept}")
    page.goto(f"{site}/assignments/{paper.assignment.public_id}/papers/{paper.code}/")
    live(page)

    reminder = page.locator("#desk-pause")
    expect(reminder).to_contain_text("You have worked for 91 minutes without a break.")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [one["id"] for one in found.response["violations"]] == []
    page.keyboard.press("4")
    expect(page.locator("#desk-live")).to_contain_text("E1 level 4")
    page.get_by_role("button", name="Remind me in 20 minutes").focus()
    page.keyboard.press("Enter")

    expect(reminder).to_be_hidden()
    page.reload()
    live(page)
    expect(reminder).to_be_hidden()
