"""One paper marked at the desk by keyboard alone; and when the network, the sign-in or a second tab interferes."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Page, expect

from marking.actions.papers import claim_paper, make_papers
from marking.models import Evidence, Flag, Marking, Paper, Score
from tests.browser.conftest import live
from tests.rows import MONDAY
from tests.worlds import exemplar_marks, hand_in_for, set_from_pack


@pytest.fixture
def strong(papers):
    return papers[0]


@pytest.fixture
def desk(page: Page, site, sign_in, strong, marker) -> Page:
    """The marker's desk with the strong essay, just taken up."""
    claim_paper(strong, by=marker)
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/assignments/{strong.assignment.public_id}/papers/{strong.code}/")
    live(page)
    return page


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def saved(page: Page) -> None:
    """Wait until the page says that everything is kept."""
    expect(page.locator("#desk-foot .savestate")).to_contain_text(re.compile("Saved|Everything is saved"))


def marking_of(marker) -> Marking:
    return Marking.objects.get(marker=marker, allotment__paper__words=1047)


def levels_set() -> dict[tuple[str, str], str]:
    """Give every level that is kept, by paper and criterion."""
    found = Score.objects.exclude(state="unmarked").select_related("level", "criterion", "marking__allotment__paper")
    return {(one.marking.allotment.paper.code, one.criterion.key): one.level.key for one in found}


def step_to(page: Page, quote: str) -> None:
    """Step sentence by sentence until the passage holds the words."""
    words = "() => [...CSS.highlights.get('passage')].map(String).join('')"
    first = quote[:40]
    for _ in range(80):
        press(page, "]")
        if first in page.evaluate(words):
            return
    raise AssertionError(f"No sentence holds: {quote}")


def test_a_whole_paper_is_marked_by_keyboard_alone(desk, marker, strong):
    _, marks = exemplar_marks("strong")
    order = desk.evaluate(
        "JSON.parse(document.getElementById('desk-data').textContent).rubric.criteria.map(c => c.key)"
    )

    for key in order:
        mark = marks[key]
        if not mark.level_key:
            press(desk, "x")
            continue
        press(desk, "Escape")
        desk.evaluate("document.getElementById('main').scrollTop = 0")
        step_to(desk, mark.quotes[0])
        press(desk, "h", mark.level_key)
    expect(desk.locator("#desk-foot output")).to_have_text("94")
    saved(desk)

    marking = marking_of(marker)
    scores = {score.criterion.key: score for score in Score.objects.filter(marking=marking).select_related("level")}
    assert {key: score.level.key if score.level else "" for key, score in scores.items()} == {
        key: mark.level_key for key, mark in marks.items()
    }
    tied = Evidence.objects.filter(marking=marking)
    reading = strong.submission.reading.reading_text
    assert all(reading[one.start : one.end] == one.quote for one in tied)
    assert {link.criterion.key for one in tied for link in one.links.all()} == {
        key for key, mark in marks.items() if mark.level_key
    }


def test_the_page_never_scrolls(desk):
    size = desk.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")

    assert size == [800, 1280]


def test_enter_finishes_and_the_next_paper_is_there_at_once(desk, marker, strong, papers):
    press(desk, "X", "Enter", "X", "Enter")
    press(desk, "X")
    expect(desk.locator("#desk-foot .grand button")).to_contain_text("Finish and next paper")
    desk.wait_for_timeout(500)
    desk.context.set_offline(True)

    press(desk, "Enter")

    expect(desk.locator("#paper-code")).not_to_have_text(strong.code)
    shown = desk.locator("#paper-code").inner_text()
    assert shown in {paper.code for paper in papers}
    assert desk.url.endswith(f"/papers/{shown}/")
    desk.context.set_offline(False)
    desk.evaluate("dispatchEvent(new Event('online'))")
    live(desk)
    press(desk, "4")
    saved(desk)
    desk.wait_for_timeout(2500)
    assert marking_of(marker).is_finished
    assert Score.objects.filter(marking__allotment__paper__code=shown, level__key="4").count() == 1


def test_keys_are_silent_for_a_moment_after_changing_papers(desk):
    press(desk, "n", "4")
    live(desk)
    press(desk, "3")
    expect(desk.locator("#desk-live")).to_contain_text("E1 level 3")
    saved(desk)

    assert levels_set() == {(desk.locator("#paper-code").inner_text(), "E1"): "3"}


def test_t_and_a_name_open_that_criterion_and_tie_the_passage(desk, marker):
    press(desk, "]", "t", "r", "6")

    expect(desk.locator("#crit-title")).to_contain_text("R6")
    expect(desk.locator("#paper-reading .ev-tag")).to_have_text("R6")
    expect(desk.locator("#open-criterion .quote")).to_have_count(1)
    saved(desk)
    assert [link.criterion.key for link in Evidence.objects.get().links.all()] == ["R6"]


def test_a_passage_chosen_with_the_mouse_is_tied_to_the_letter(desk, strong):
    words = "the same timetables left diplomats almost no time"
    desk.evaluate(
        """(words) => {
        const walker = document.createTreeWalker(document.getElementById("paper-reading"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const node = walker.currentNode, at = node.data.indexOf(words);
          if (at >= 0) getSelection().setBaseAndExtent(node, at - 1, node, at + words.length);
        }
      }""",
        words,
    )
    desk.wait_for_timeout(100)

    press(desk, "h")
    saved(desk)

    assert Evidence.objects.get().quote == words


def test_undo_takes_back_level_and_passage(desk):
    press(desk, "]", "h", "4")
    saved(desk)

    press(desk, "u", "u")
    saved(desk)

    assert not Evidence.objects.exists()
    assert not Score.objects.exclude(state="unmarked").exists()
    expect(desk.locator("#desk-live")).to_contain_text("Undone. E1 unmarked.")


def test_what_was_set_is_said(desk):
    press(desk, "4")

    expect(desk.locator("#desk-live")).to_have_text("E1 level 4, 10 points. E2 open.")


def test_keys_do_nothing_while_a_comment_is_written(desk, marker):
    press(desk, "c")
    desk.keyboard.type("Names 4 treaties; jolly good x")
    press(desk, "Escape", "4")
    saved(desk)

    score = Score.objects.get(marking=marking_of(marker), criterion__key="E1")
    assert score.level.key == "4"
    assert marking_of(marker).remarks.get().text == "Names 4 treaties; jolly good x"


def test_a_comment_of_the_bank_goes_into_the_comment(desk, marker):
    press(desk, "1", "k", "/")
    expect(desk.locator("#desk-panel")).to_contain_text("For E1 at this level")
    press(desk, "Enter")
    desk.wait_for_timeout(200)
    press(desk, "Escape")
    saved(desk)

    remark = marking_of(marker).remarks.get()
    assert remark.text.startswith("You name a technology.")
    assert remark.bank_comment is not None


def test_marks_made_without_a_network_are_sent_when_it_is_back(desk, marker):
    desk.context.set_offline(True)
    press(desk, "4", "3")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text("2 marks kept on this computer")

    desk.context.set_offline(False)
    saved(desk)

    assert Score.objects.filter(marking=marking_of(marker), state="scored").count() == 2


def test_a_lost_answer_is_asked_for_again_with_the_same_keys(desk, marker):
    sent = []

    def swallow(route):
        sent.append(route.request.post_data_json)
        if len(sent) == 1:
            route.fetch()
            route.abort()
        else:
            route.continue_()

    desk.route("**/mutations/", swallow)
    press(desk, "4")
    expect(desk.locator("#desk-foot .savestate")).to_contain_text("Saved", timeout=10000)

    assert sent[0] == sent[1]
    assert marking_of(marker).revision == 1


def test_two_tabs_that_disagree_are_both_shown(desk, marker, context):
    other = context.new_page()
    other.goto(desk.url)
    live(other)
    other.keyboard.press("3")
    saved(other)

    press(desk, "4")
    expect(desk.locator("#desk-conflict")).to_contain_text("level 4, 10 points")
    expect(desk.locator("#desk-conflict")).to_contain_text("level 3, 8 points")
    desk.get_by_role("button", name="Keep what is here").click()
    expect(desk.locator("#desk-conflict")).to_be_hidden()
    saved(desk)

    assert Score.objects.get(marking=marking_of(marker), criterion__key="E1").level.key == "4"
    assert not marking_of(marker).kept_batches.filter(settled_at=None).exists()


def test_two_tabs_that_do_not_disagree_go_on_by_themselves(desk, marker, context):
    other = context.new_page()
    other.goto(desk.url)
    live(other)
    press(other, "j", "3")
    saved(other)

    press(desk, "4")
    desk.wait_for_timeout(800)
    saved(desk)

    levels = Score.objects.filter(marking=marking_of(marker), state="scored").values_list(
        "criterion__key", "level__key"
    )
    assert dict(levels) == {"E1": "4", "E2": "3"}


def test_without_javascript_a_criterion_is_marked_by_a_form(browser, site, strong, marker):
    claim_paper(strong, by=marker)
    client = Client()
    client.force_login(marker)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/assignments/{strong.assignment.public_id}/papers/{strong.code}/")

    page.get_by_label(re.compile("Weighed")).check(force=True)
    page.get_by_label(re.compile("Tie a passage")).fill("Industrial weapons created the need for integration")
    expect(page.get_by_label("What you say to the student")).to_have_attribute("maxlength", "4000")
    page.get_by_label("What you say to the student").fill("Well weighed.")
    page.get_by_role("button", name="Keep and open the next").click()

    expect(page.locator("#crit-title")).to_contain_text("E2")
    marking = marking_of(marker)
    assert Score.objects.get(marking=marking, criterion__key="E1").level.key == "4"
    assert marking.evidence.get().quote == "Industrial weapons created the need for integration"
    assert marking.remarks.get().text == "Well weighed."
    context.close()


def test_a_flag_is_raised_and_taken_down_by_keyboard(desk):
    press(desk, "f")
    expect(desk.get_by_label(re.compile("Second opinion"))).to_be_focused()
    press(desk, "ArrowDown", "Tab")
    desk.keyboard.type("The same example as in another paper.")
    press(desk, "Enter")
    expect(desk.locator("#paper-flags")).to_have_text("Possible copying")
    flag = Flag.objects.get()
    assert (flag.kind, flag.text) == ("copying", "The same example as in another paper.")

    press(desk, "f")
    expect(desk.locator("#desk-panel")).to_contain_text("The same example as in another paper.")
    desk.get_by_role("button", name="Take it down: Possible copying").focus()
    press(desk, "Enter")

    expect(desk.locator("#paper-flags")).to_have_text("no flags")
    assert Flag.objects.get().cleared_at is not None


def test_a_flag_asks_which_and_is_seen(desk):
    press(desk, "f")
    desk.get_by_label(re.compile("Possible copying")).check()
    desk.get_by_role("button", name="Raise the flag").click()

    expect(desk.locator("#paper-flags")).to_have_text("Possible copying")
    expect(desk.locator("#desk-panel")).to_be_hidden()
    assert Flag.objects.get().kind == "copying"


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("p", "Evaluate how technological advances"),
        ("s", "Source B"),
        ("e", "Industrial coalition war"),
        ("?", "Keys are on"),
    ],
)
def test_a_panel_opens_beside_the_essay_and_escape_closes_it(desk, key, words):
    press(desk, key)
    expect(desk.locator("#desk-panel")).to_contain_text(words)
    expect(desk.locator("#paper-reading")).to_be_visible()

    press(desk, "Escape")

    expect(desk.locator("#desk-panel")).to_be_hidden()


def test_no_level_is_set_while_a_panel_hides_the_rubric(desk, strong):
    press(desk, "p")
    expect(desk.locator("#desk-panel")).to_contain_text("Evaluate")

    press(desk, "4", "Escape", "3")
    expect(desk.locator("#desk-live")).to_contain_text("E1 level 3")
    saved(desk)

    assert levels_set() == {(strong.code, "E1"): "3"}


def test_one_strand_over_all_papers(desk, strong):
    desk.locator("#desk-mode").select_option("strand:B")
    expect(desk.locator("#desk-foot .left")).to_contain_text("7 to mark")
    live(desk)

    press(desk, "3", "X")
    expect(desk.locator("#desk-foot .grand button")).to_contain_text("Next paper")
    press(desk, "Enter")

    expect(desk.locator("#paper-code")).not_to_have_text(strong.code)
    expect(desk.locator("#crit-title")).to_contain_text("R1")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_desk_has_no_accessibility_faults_a_machine_can_find(desk, theme):
    desk.emulate_media(color_scheme=theme)
    press(desk, "]", "h", "4", "]", "t", "r", "4", "2", "k")
    saved(desk)

    found = Axe().run(desk, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})

    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found.response["violations"]] == []


def test_a_citation_opens_its_source_and_the_source_leads_back_to_the_paragraph(
    page, site, sign_in, course, teacher, student, marker
):
    assignment = set_from_pack(course, teacher)
    text = "A long essay.\n" * 40 + "As [Source C, ¶1] says."
    submission = hand_in_for(assignment, student, teacher, text, at=MONDAY)
    make_papers(assignment)
    code = Paper.objects.get(submission=submission).code
    sign_in(marker)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(f"{site}/assignments/{assignment.public_id}/papers/{code}/")
    live(page)

    page.get_by_role("link", name="[Source C, ¶1]").click()
    place = page.locator("#desk-panel [id=source-c-p1]")
    expect(place).to_be_in_viewport()
    expect(place).to_contain_text("Cited in ¶41")
    page.evaluate("document.getElementById('main').scrollTop = 0")
    place.get_by_role("link", name="¶41").click()

    expect(page.locator("#paper-reading [data-n='41']")).to_be_in_viewport()
    assert page.url.endswith(f"{code}/")
