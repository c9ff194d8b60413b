"""The tools of the writing desk: citing from the list, highlights and notes, the toolbar, focus, comfort, a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from courses.models import User
from essays.models import Highlight

SAVED = re.compile(r"Saved \d\d:\d\d:\d\d")


@pytest.fixture
def desk(page: Page, sign_in, student, address) -> Page:
    sign_in(student)
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(address)
    expect(page.locator("[data-mark=bold]")).to_be_visible()
    page.locator("#essay").focus()
    return page


def essay(page: Page):
    return page.locator("#essay")


def options(page: Page) -> list[str]:
    return page.get_by_role("option").all_inner_texts()


def select(page: Page, place: str, start: int, end: int) -> None:
    page.evaluate(
        """([place, start, end]) => {
          const words = document.querySelector(`${place} [data-paragraph]`).firstChild;
          document.activeElement.blur();
          getSelection().setBaseAndExtent(words, start, words, end);
        }""",
        [place, start, end],
    )


def faults(page: Page) -> list[str]:
    return [f"{one['id']}: {one['nodes'][0]['html'][:160]}" for one in Axe().run(page).response["violations"]]


# ---------------------------------------------------------------- citing
def test_a_citation_is_chosen_from_the_list_by_keyboard_alone(desk):
    desk.keyboard.type("Radar [S")
    expect(desk.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    assert options(desk) == ["A ¶1 First.", "A ¶2 Second.", "Source A Posture", "B ¶1 Only one.", "Source B Resilience"]
    expect(essay(desk)).to_have_attribute("aria-activedescendant", "citation-A-1")
    assert faults(desk) == []

    desk.keyboard.type("ource A")
    expect(desk.get_by_role("option")).to_have_count(3)
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")

    expect(essay(desk)).to_have_value("Radar [Source A, ¶2]")
    expect(desk.get_by_role("listbox")).to_be_hidden()
    desk.keyboard.press("Control+z")
    expect(essay(desk)).to_have_value("Radar [Source A")


def test_tab_chooses_while_the_list_is_open_and_is_never_trapped_otherwise(desk):
    desk.keyboard.type("[S")
    desk.keyboard.press("Tab")
    expect(essay(desk)).to_have_value("[Source A, ¶1]")

    desk.keyboard.press("Tab")

    expect(essay(desk)).not_to_be_focused()
    expect(essay(desk)).to_have_value("[Source A, ¶1]")


def test_escape_closes_the_list_and_leaves_what_was_typed(desk):
    desk.keyboard.type("As [So")
    expect(desk.get_by_role("listbox")).to_be_visible()

    desk.keyboard.press("Escape")

    expect(desk.get_by_role("listbox")).to_be_hidden()
    expect(essay(desk)).to_have_value("As [So")


def test_one_key_cites_the_paragraph_that_was_looked_at_last(desk):
    desk.keyboard.type("One")
    desk.locator("#para-a-2 [data-paragraph]").click()
    desk.keyboard.press("Alt+c")
    expect(essay(desk)).to_have_value("One [Source A, ¶2]")
    select(desk, "#para-b-1", 0, 4)
    desk.keyboard.press("Alt+c")
    expect(essay(desk)).to_have_value("One [Source A, ¶2] [Source B, ¶1]")

    desk.goto(f"{desk.url}#source-a-p1")
    desk.keyboard.press("Alt+c")

    expect(essay(desk)).to_have_value("One [Source A, ¶2] [Source B, ¶1] [Source A, ¶1]")


def test_where_nothing_was_looked_at_one_key_opens_the_list_and_escape_takes_it_back(desk):
    desk.keyboard.type("One")
    desk.keyboard.press("Alt+c")
    expect(desk.get_by_role("listbox")).to_be_visible()

    desk.keyboard.press("Escape")

    expect(essay(desk)).to_have_value("One")


def test_what_leads_nowhere_is_said_while_one_writes(desk):
    desk.keyboard.type("As [Source B, ¶9] and [Source F] say.")
    said = desk.locator("[data-citation-check]")

    expect(said).to_contain_text("[Source B, ¶9] leads nowhere: Source B has 1 paragraph.")
    expect(said).to_contain_text("[Source F] leads nowhere: there is no Source F.")
    essay(desk).fill("As [Source B, ¶1] says.")
    expect(said).to_be_empty()


# ---------------------------------------------------------------- highlights
def test_a_paragraph_is_highlighted_noted_cited_and_found_again_by_keyboard_alone(desk, draft, address):
    desk.locator("#mark-a-2").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#para-a-2 mark")).to_have_text("Second.")
    expect(desk.locator("#mark-a-2")).to_be_focused()
    desk.keyboard.press("Tab")
    desk.keyboard.type("the turning point")
    expect(desk.locator("#highlight_state")).to_contain_text("Note kept")
    assert faults(desk) == []

    desk.goto(address)
    desk.locator(".hlbox > summary").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator("#highlights")).to_contain_text("the turning point")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")

    expect(essay(desk)).to_have_value("[Source A, ¶2]")
    kept = Highlight.objects.get()
    assert (kept.draft, kept.quote, kept.note) == (draft, "Second.", "the turning point")


def test_a_selection_is_highlighted_alone_and_removed_again(desk):
    select(desk, "#para-a-2", 0, 3)
    desk.locator("#mark-a-2").click()
    expect(desk.locator("#para-a-2 mark")).to_have_text("Sec")
    kept = Highlight.objects.get()
    assert (kept.start, kept.end, kept.quote) == (0, 3, "Sec")

    desk.locator("#para-a-2 [data-unhighlight]").focus()
    desk.keyboard.press("Enter")

    expect(desk.locator("#para-a-2 mark")).to_have_count(0)
    expect(desk.locator("#mark-a-2")).to_be_focused()
    assert not Highlight.objects.exists()


def test_what_is_marked_and_noted_offline_is_said_and_sent_when_back(desk, context):
    desk.locator("#mark-a-1").click()
    expect(desk.locator("#para-a-1 mark")).to_have_text("First.")
    context.set_offline(True)
    desk.locator("#para-a-1 textarea").fill("written in a train")
    expect(desk.locator("#highlight_state")).to_contain_text("Not kept yet: no connection.")
    desk.locator("#mark-a-2").click()
    expect(desk.locator("#highlight_state")).to_contain_text("Not kept yet: no connection.")

    context.set_offline(False)

    expect(desk.locator("#para-a-2 mark")).to_have_text("Second.")
    expect(desk.locator("#highlights")).to_contain_text("written in a train")
    assert dict(Highlight.objects.values_list("quote", "note")) == {"First.": "written in a train", "Second.": ""}


def test_signed_out_a_highlight_is_said_not_to_be_kept_and_is_sent_after_signing_in(desk, context, sign_in, student):
    desk.keyboard.type("Words before.")
    expect(desk.locator("[data-save-words]")).to_have_text(SAVED)
    context.clear_cookies(name="sessionid")
    desk.locator("#mark-a-1").click()
    expect(desk.locator("#highlight_state")).to_contain_text("Not kept: you are signed out.")
    expect(essay(desk)).to_have_value("Words before.")
    assert not Highlight.objects.exists()

    sign_in(student)
    desk.evaluate("dispatchEvent(new Event('focus'))")

    expect(desk.locator("#para-a-1 mark")).to_have_text("First.")
    assert Highlight.objects.get().quote == "First."


# ---------------------------------------------------------------- the toolbar
def test_the_toolbar_is_one_stop_with_arrows_home_and_end(desk):
    desk.keyboard.press("Shift+Tab")
    tools = desk.get_by_role("toolbar")
    expect(tools.get_by_role("button", name="Cite")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    expect(tools.get_by_role("button", name="Bold")).to_be_focused()
    desk.keyboard.press("End")
    expect(tools.get_by_role("button", name="Focus: only the text")).to_be_focused()
    desk.keyboard.press("ArrowRight")
    expect(tools.get_by_role("button", name="Cite")).to_be_focused()
    desk.keyboard.press("ArrowLeft")
    desk.keyboard.press("Home")
    desk.keyboard.press("ArrowRight")
    desk.keyboard.press("Tab")

    expect(essay(desk)).to_be_focused()
    assert desk.evaluate("[...document.querySelectorAll('[role=toolbar] [tabindex=\"0\"]')].length") == 1


def test_every_tool_can_be_undone_and_done_again(desk):
    desk.keyboard.type("one")
    for tool in ("bold", "italic", "heading", "quote", "bullets", "numbers"):
        desk.keyboard.press("Control+a")
        desk.locator(f"[data-mark={tool}]").click()
        made = essay(desk).input_value()
        assert made != "one"
        desk.get_by_role("button", name="Undo").click()
        expect(essay(desk)).to_have_value("one")
        desk.get_by_role("button", name="Redo").click()
        expect(essay(desk)).to_have_value(made)
        desk.keyboard.press("Control+z")
        expect(essay(desk)).to_have_value("one")


def test_keys_make_bold_and_italic_and_enter_goes_on_with_a_list(desk):
    desk.keyboard.press("Control+b")
    desk.keyboard.type("strong")
    desk.keyboard.press("End")
    desk.keyboard.press("Enter")
    desk.keyboard.type("1. one")
    desk.keyboard.press("Enter")
    desk.keyboard.type("two")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Control+i")
    desk.keyboard.type("after")

    expect(essay(desk)).to_have_value("**strong**\n1. one\n2. two\n*after*")


# ---------------------------------------------------------------- focus and comfort
def test_focus_leaves_text_time_words_and_save_state_and_the_same_key_leads_back(desk):
    desk.keyboard.type("Words.")
    desk.keyboard.press("Alt+z")
    expect(desk.get_by_role("complementary")).to_be_hidden()
    expect(desk.get_by_role("toolbar")).to_be_hidden()
    for part in ("clock", "words", "save-words"):
        expect(desk.locator(f"[data-{part}]")).to_be_visible()
    expect(desk.get_by_text("Focus: only your text, time, words and save state.")).to_be_attached()
    expect(essay(desk)).to_be_focused()
    assert faults(desk) == []

    desk.keyboard.press("Alt+z")
    expect(desk.get_by_role("toolbar")).to_be_visible()
    desk.keyboard.press("Alt+z")
    desk.keyboard.press("Escape")

    expect(desk.get_by_role("complementary")).to_be_visible()
    expect(desk.get_by_text("Everything is back.")).to_be_attached()


def test_size_is_kept_with_the_person_and_width_in_their_browser(desk, student, address):
    desk.get_by_role("button", name="Text size and width").click()
    assert faults(desk) == []
    desk.get_by_label("Large", exact=True).check()
    expect(desk.locator("[data-comfort-said]")).to_have_text("Kept, on every page.")
    desk.get_by_label("Wide").check()

    desk.goto(address)

    expect(desk.locator("html")).to_have_attribute("data-reading-size", "large")
    expect(desk.locator("[data-desk]")).to_have_attribute("data-width", "wide")
    assert User.objects.get(pk=student.pk).reading_settings["size"] == "large"
    assert desk.evaluate("Object.keys(localStorage)").count(f"assay.desk.width.{student.public_id}") == 1


def test_all_reading_settings_are_reached_without_losing_a_word(desk, draft):
    desk.keyboard.type("Not saved yet.")
    desk.get_by_role("button", name="Text size and width").click()
    desk.get_by_role("button", name="All reading settings").click()
    expect(desk.get_by_role("heading", name="Reading settings")).to_be_visible()
    desk.get_by_role("button", name="Keep these settings").click()

    expect(essay(desk)).to_have_value("Not saved yet.")
    draft.refresh_from_db()
    assert draft.revisions.get(n=draft.head).text == "Not saved yet."


def test_it_is_said_what_counts_as_a_word(desk):
    desk.get_by_label("What counts as a word").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("citations such as [Source B, ¶2]")).to_be_visible()
    assert faults(desk) == []

    desk.keyboard.press("Escape")

    expect(desk.get_by_text("citations such as [Source B, ¶2]")).to_be_hidden()


def test_the_plan_counts_what_is_ticked_against_its_rule(desk):
    desk.get_by_role("link", name="Plan").click()
    first = desk.locator("#plan fieldset").first
    expect(first).to_contain_text("You ticked 0 of 3; 2 count.")

    first.get_by_role("checkbox").nth(1).check()

    expect(first).to_contain_text("You ticked 1 of 3; 2 count.")


# ---------------------------------------------------------------- a phone
def test_on_a_phone_the_sources_lie_over_the_text_and_citing_leads_back(desk, address):
    desk.set_viewport_size({"width": 375, "height": 720})
    desk.goto(address)
    before = essay(desk).bounding_box()
    expect(desk.locator("#sources")).to_be_hidden()
    desk.get_by_role("link", name="Sources").click()
    expect(desk.locator("#para-a-2")).to_be_visible()
    assert essay(desk).bounding_box()["y"] == before["y"]
    assert desk.locator("[data-save-words]").bounding_box()["y"] >= 0
    assert faults(desk) == []

    desk.locator("#para-a-2 [data-cite]").click()

    expect(essay(desk)).to_have_value("[Source A, ¶2]")
    expect(desk.locator("#sources")).to_be_hidden()
    expect(essay(desk)).to_be_focused()


def test_on_a_phone_the_list_is_tapped_and_a_keyboard_hides_neither_save_state_nor_text(desk):
    desk.set_viewport_size({"width": 375, "height": 340})
    desk.keyboard.type("A [S")
    box = desk.get_by_role("listbox").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 375
    desk.get_by_role("option", name="B ¶1").click()

    expect(essay(desk)).to_have_value("A [Source B, ¶1]")
    for part in ("[data-save-words]", "[data-words]", "[data-clock]"):
        place = desk.locator(part).bounding_box()
        assert 0 <= place["y"] <= 340 - place["height"]
    assert essay(desk).bounding_box()["height"] >= 100
    assert desk.evaluate("document.documentElement.scrollWidth") <= 375


@pytest.mark.parametrize(("width", "height"), [(1280, 500), (375, 640)])
def test_the_desk_itself_never_scrolls_wherever_a_link_leads(desk, address, width, height):
    desk.set_viewport_size({"width": width, "height": height})
    for place in ("#sources", "#source-b-p1", "#plan", "#essay"):
        desk.goto(f"{address}{place}")
        desk.reload()
        expect(desk.locator("[data-mark=cite]")).to_be_visible()
        seen = desk.evaluate(
            "[document.documentElement.scrollHeight, document.querySelector('.strip').offsetTop, scrollY]"
        )

        assert seen == [height, 0, 0]
        assert desk.locator(".strip").bounding_box()["y"] == 0
