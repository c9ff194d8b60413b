"""Passages on the marking desk: drawn by strand and side, told in words, and leading to their criteria and back."""

import pytest
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper
from marking.models import Evidence, EvidenceLink, Marking, Score
from tests.browser.conftest import live
from tests.marking.sending import send, tie
from tests.worlds import exemplars_handed_in, set_from_pack

FIRST = "Technology has made collective defence alliances better at seeing, supplying and punishing"
SECOND = "Each advance since 1914 has helped the alliances that had already settled who would share it"
DRAWN = """() => Object.fromEntries([...CSS.highlights].map(([name, ranges]) => [name, [...ranges].map(String)]))"""


@pytest.fixture
def paper(course, teacher, student):
    return exemplars_handed_in(set_from_pack(course, teacher), [student], teacher)[0]


@pytest.fixture
def marking(paper, marker) -> Marking:
    """E1 and R2 have the first words, E1 the second as well; C2 has the second against it."""
    marking, text = claim_paper(paper, by=marker), paper.submission.reading.reading_text
    tied = [tie("E1", text, FIRST), tie("R2", text, FIRST), tie("E1", text, SECOND), tie("C2", text, SECOND, "counter")]
    send(marking, *tied, by=marker)
    return marking


@pytest.fixture
def desk(page: Page, site, sign_in, paper, marking, marker) -> Page:
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/assignments/{paper.assignment.public_id}/papers/{paper.code}/?criterion=E1")
    return live(page)


def drawn(page: Page) -> dict[str, list[str]]:
    return page.evaluate(DRAWN)


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def click_on(page: Page, words: str) -> None:
    """Click into the middle of words of the essay."""
    x, y = page.evaluate(
        """(words) => {
          const walker = document.createTreeWalker(document.getElementById("paper-reading"), NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) {
            const at = walker.currentNode.data.indexOf(words);
            if (at < 0) continue;
            const range = document.createRange();
            range.setStart(walker.currentNode, at + 2);
            range.setEnd(walker.currentNode, at + 3);
            const box = range.getBoundingClientRect();
            return [box.x + box.width / 2, box.y + box.height / 2];
          }
        }""",
        words,
    )
    page.mouse.click(x, y)


def test_passages_are_drawn_by_strand_and_side_and_the_text_stays_in_one_piece(desk):
    found = drawn(desk)

    assert found["ev-a"] == found["ev-a-open"] == [FIRST, SECOND]
    assert found["ev-b"] == [FIRST]
    assert found["ev-c-counter"] == [SECOND]
    assert "ev-c" not in found
    expect(desk.locator("#paper-reading mark")).to_have_count(0)
    expect(desk.locator("#paper-reading .ev-tag")).to_have_text(["E1", "R2", "E1", "C2 −"])


def test_without_the_browsers_highlights_marks_are_put_around_the_words(page, site, sign_in, paper, marking, marker):
    sign_in(marker)
    page.add_init_script("delete window.Highlight; Object.defineProperty(CSS, 'highlights', { value: undefined })")

    page.goto(f"{site}/assignments/{paper.assignment.public_id}/papers/{paper.code}/?criterion=E1")
    live(page)

    words = page.locator("#paper-reading mark.ev.strand-a.is-open")
    assert words.all_inner_texts() == [FIRST, SECOND]
    assert page.locator("#paper-reading mark.ev.strand-c.is-counter").all_inner_texts() == [SECOND]
    assert page.locator("#paper-reading mark mark.strand-b").all_inner_texts() == [FIRST]


def test_pointing_at_a_criterion_or_focusing_it_lights_its_passages(desk):
    desk.locator("[data-open=R2].critrow").hover()
    assert drawn(desk)["lit"] == [FIRST]

    desk.locator("#crit-title").hover()
    assert "lit" not in drawn(desk)

    desk.locator("[data-open=C2].critrow").focus()
    assert drawn(desk)["lit"] == [SECOND]


def test_a_click_on_a_passage_opens_its_criterion_and_another_one_the_next(desk):
    desk.locator("[data-open=E7].critrow").click()
    click_on(desk, FIRST)
    expect(desk.locator("#crit-title")).to_contain_text("E1")
    assert drawn(desk)["passage"] == [FIRST]

    click_on(desk, FIRST)
    expect(desk.locator("#crit-title")).to_contain_text("R2")

    click_on(desk, "a Balkan crisis")
    expect(desk.locator("#crit-title")).to_contain_text("R2")
    assert "passage" not in drawn(desk)


def test_both_ways_by_keyboard(desk):
    press(desk, "v")
    assert drawn(desk)["passage"] == [FIRST]
    press(desk, "v")
    assert drawn(desk)["passage"] == [SECOND]

    press(desk, "o")
    expect(desk.locator("#crit-title")).to_contain_text("C2")
    press(desk, "o")
    expect(desk.locator("#crit-title")).to_contain_text("E1")


def test_every_passage_stands_in_a_list_in_words_with_ways_to_its_criteria(desk):
    rows = desk.locator("#paper-passages > ol > li")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text(f"“{FIRST}” ¶1")
    expect(rows.nth(1)).to_contain_text("speaks against C2")

    rows.nth(0).get_by_role("link", name="R2 Energy").click()
    expect(desk.locator("#crit-title")).to_contain_text("R2")
    rows.nth(1).get_by_role("button").click()
    assert drawn(desk)["passage"] == [SECOND]


def test_words_that_are_not_where_they_were_are_said_and_never_drawn(desk, marking):
    Evidence.objects.filter(marking=marking, quote=FIRST).update(quote="Words of another essay")

    desk.reload()
    live(desk)

    assert drawn(desk)["ev-a"] == [SECOND]
    gone = "These words are not at this place in the essay any more."
    expect(desk.locator("#paper-passages > ol > li", has_text="Words of another essay")).to_contain_text(gone)
    row = desk.locator("#open-criterion li.quote", has_text="Words of another essay")
    expect(row).to_contain_text(gone)
    row.get_by_role("button", name="Untie").click()
    expect(row).to_be_hidden()


def test_a_third_criterion_on_the_same_words_is_asked_about_and_never_refused(desk, marking):
    press(desk, "v", "t", "e", "4")

    expect(desk.locator("#desk-notices")).to_contain_text(
        "These words are tied to E1 and R2 already. Do they make a distinct point for E4?"
    )
    assert EvidenceLink.objects.filter(evidence__marking=marking, criterion__key="E4").exists()
    press(desk, "Escape")
    expect(desk.locator("#desk-notices")).to_be_empty()


def test_that_no_single_passage_shows_it_is_said_by_key_or_by_hand(desk, marking):
    desk.locator("[data-open=E2].critrow").click()
    with desk.expect_response("**/mutations/"):
        press(desk, "-")
    expect(desk.get_by_label("No single passage shows it")).to_be_checked()
    assert Score.objects.get(marking=marking, criterion__key="E2").no_passage

    with desk.expect_response("**/mutations/"):
        desk.get_by_label("No single passage shows it").uncheck()
    assert not Score.objects.get(marking=marking, criterion__key="E2").no_passage


def decide_all_but(desk: Page, key: str, level: str) -> None:
    """Set one level without a passage, everything else not attempted, and wait until it is saved and summed up."""
    desk.locator(f"[data-open={key}].critrow").click()
    press(desk, level)
    for strand in ("E1", "R1", "C1"):
        desk.locator(f"[data-open={strand}].critrow").click()
        press(desk, "X")
    expect(desk.locator("#desk-foot output")).to_be_visible()


def test_where_passages_are_needed_enter_leads_to_the_level_that_has_none(desk, paper, marking):
    paper.assignment.evidence_rule = "require"
    paper.assignment.save(update_fields=["evidence_rule"])
    decide_all_but(desk, "C5", "2")
    expect(desk.locator("#desk-foot .footwarning")).to_contain_text("Needed before you finish, a passage for C5")

    press(desk, "Enter")

    expect(desk.locator("#crit-title")).to_contain_text("C5")
    expect(desk.locator("#desk-live")).to_contain_text("C5 needs a passage before you finish")
    press(desk, "-")
    expect(desk.locator("#desk-foot .footwarning")).to_be_hidden()
    with desk.expect_response("**/finish/"):
        press(desk, "Enter")
    marking.refresh_from_db()
    assert marking.is_finished


def test_where_they_are_only_asked_for_finishing_names_them(desk, marking):
    decide_all_but(desk, "C5", "2")
    expect(desk.locator("#desk-foot .footwarning")).to_contain_text("Fewer passages than asked for: C5")

    press(desk, "Enter")

    expect(desk.locator("#desk-notices")).to_contain_text("is finished, with fewer passages than asked for: C5.")
    marking.refresh_from_db()
    assert marking.is_finished
