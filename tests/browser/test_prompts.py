"""An admin builds a prompt from pasted text and publishes it; sources change places by mouse and by keyboard."""

import re
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from courses.actions.prompts import create_prompt_with, edit_prompt_version
from courses.models import Prompt, PromptVersion
from courses.pure.prompts import NoteContent, PromptContent, SourceContent
from courses.queries.prompts import content_of
from rubrics.pure.packs import Pack, read_pack

PACK = Path(__file__).parents[2] / "rubrics" / "packs" / "collective-defence"


@pytest.fixture
def pack() -> Pack:
    return read_pack(PACK)


def as_pasted(pack: Pack) -> str:
    """Put the assignment's text together as it was pasted: four paragraphs, with nothing between."""
    return "\n".join([f"{pack.prompt.stimulus} {pack.prompt.sentence}", *(source.text for source in pack.sources)])


def letters(page: Page) -> list[str]:
    return page.locator("[data-source] input[name$='-title']").evaluate_all("all => all.map(one => one.value)")


def test_an_admin_builds_the_prompt_from_pasted_text(page: Page, site: str, admin, sign_in, pack):
    sign_in(admin)
    page.goto(f"{site}/prompts/")
    page.get_by_role("link", name="From text").click()
    page.get_by_label("The text").fill(as_pasted(pack))
    page.get_by_role("button", name="Propose a prompt").click()
    expect(page.get_by_text("a list of seven is announced and missing")).to_be_visible()
    expect(page.get_by_text("“four” is followed by three names")).to_be_visible()
    expect(page.locator(".gaps > li")).to_have_count(2)
    expect(page.locator(".piece")).to_have_count(5)
    expect(page.locator(".piece-sentence")).to_have_text(re.compile("Evaluate how technological advances"))

    page.get_by_label("Piece 5 is").select_option("Leave out")
    expect(page.locator("#look").get_by_role("heading", name=re.compile("^Source C"))).to_have_count(0)
    page.get_by_label("Piece 5 is").select_option("Text of source C")
    expect(page.locator("#look").get_by_role("heading", name=re.compile("^Source C"))).to_be_visible()
    page.get_by_label("Title", exact=False).first.fill("Collective defence since 1914")
    page.get_by_label("Subject").fill("History")
    page.get_by_label("Piece 2 is").select_option("Guidance")
    page.locator("main").get_by_role("button", name="Make it a draft").last.click()
    expect(page.get_by_role("alert")).to_contain_text("No piece is the prompt sentence yet.")
    page.get_by_label("Piece 2 is").select_option("Prompt sentence")
    page.locator("main").get_by_role("button", name="Make it a draft").last.click()

    expect(page.get_by_role("heading", name="Edit version 1")).to_be_visible()
    page.locator("[data-source]").nth(1).get_by_label("Title").fill("Resilience")
    preview = page.locator("#preview")
    expect(preview.get_by_role("heading", name="Source B. Resilience")).to_be_visible()
    expect(preview.get_by_text("Editor’s note. Left out.")).to_be_visible()
    page.get_by_label("Guidance").fill("Weigh both sides.")
    page.get_by_role("button", name="Save the draft").last.click()
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_text("published: it can be set and does not change.")).to_be_visible()

    content = content_of(PromptVersion.objects.get(state="published"))
    assert (content.stimulus, content.sentence) == (pack.prompt.stimulus, pack.prompt.sentence)
    assert [source.text for source in content.sources] == [source.text for source in pack.sources]
    assert [len(source.notes) for source in content.sources] == [0, 1, 1]


@pytest.fixture
def version(admin) -> PromptVersion:
    sources = tuple(
        SourceContent(letter, title, f"{title} says.")
        for letter, title in zip("ABC", ("One", "Two", "Three"), strict=True)
    )
    content = PromptContent(sentence="Evaluate how far it worked.", sources=sources)
    return create_prompt_with(title="Order", subject="History", content=content, by=admin)


def drag(page: Page, letter: int, onto: int) -> None:
    """Drag a source by its handle to the middle of another's heading; the list shrinks to headings meanwhile."""
    sources = page.locator("[data-source]")
    handle = sources.nth(letter).locator("[data-handle]")
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    page.mouse.move(box["x"] + 8, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 8, box["y"] + 16, steps=2)
    expect(page.locator("[data-sources]")).to_have_class(re.compile("is-sorting"))
    to = sources.nth(onto).bounding_box()
    page.mouse.move(box["x"] + 8, to["y"] + to["height"] * (0.9 if onto > letter else 0.1), steps=6)
    page.mouse.up()


def test_sources_change_places_by_mouse_and_by_keyboard(page: Page, site: str, admin, sign_in, version):
    sign_in(admin)
    page.goto(f"{site}/prompts/order/1/edit/")

    drag(page, 2, onto=0)
    expect(page.locator("[data-moved]")).to_have_text("It is source A now, of 3.")
    assert letters(page) == ["Three", "One", "Two"]
    drag(page, 0, onto=2)
    expect(page.locator("[data-moved]")).to_have_text("It is source C now, of 3.")
    assert letters(page) == ["One", "Two", "Three"]
    drag(page, 0, onto=2)
    assert letters(page) == ["Two", "Three", "One"]
    expect(page.locator("#preview").get_by_role("heading", name="Source C. One")).to_be_visible()

    page.get_by_role("button", name="Move source C up").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.locator("[data-moved]")).to_have_text("It is source A now, of 3.")
    expect(page.get_by_role("button", name="Move source A down")).to_be_focused()
    page.keyboard.press("Space")
    assert letters(page) == ["Two", "One", "Three"]
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.get_by_role("heading", name="Source A. Two")).to_be_visible()

    assert [source.title for source in content_of(version).sources] == ["Two", "One", "Three"]


def test_a_note_is_put_beside_a_paragraph_by_clicking_it_or_by_its_number(
    page: Page, site: str, admin, sign_in, version
):
    text = "First line.\nSecond line, with a slip in it.\nThird line."
    note = NoteContent(1, "error", "A slip.", "First")
    sources = (SourceContent("A", "One", "One says."), SourceContent("B", "Two", text, notes=(note,)))
    edit_prompt_version(version, content=PromptContent(sentence="Evaluate it.", sources=sources), by=admin)
    sign_in(admin)
    page.goto(f"{site}/prompts/order/1/edit/")
    number, quote = page.get_by_label("Paragraph", exact=True), page.get_by_label("Words it is about")
    said, picked = page.locator("[data-moved]"), page.locator("#preview .is-picked")

    page.locator("#source-b-p3").click()
    expect(number).to_have_value("1")  # no note is open: nothing is meant
    number.focus()
    expect(picked).to_have_id("source-b-p1")
    page.locator("#source-a-p1").click()
    expect(number).to_have_value("1")
    page.locator("#source-b-p3 > p").click()
    expect(number).to_have_value("3")
    expect(said).to_have_text("The note stands at paragraph 3 now.")
    expect(number).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(picked).to_have_id("source-b-p2")
    words = page.locator("#source-b-p2 > p").evaluate("""p => {
        const range = new Range();
        const text = p.lastChild;
        range.setStart(text, text.data.indexOf("a slip"));
        range.setEnd(text, text.data.indexOf("a slip") + 6);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        p.dispatchEvent(new MouseEvent("click", {bubbles: true}));
        return p.textContent;
    }""")
    assert "a slip" in words
    expect(quote).to_have_value("a slip")
    expect(said).to_have_text("The note is about these words of paragraph 2 now.")
    expect(page.locator("#preview .spot")).to_have_text("a slip")
    page.get_by_role("button", name="Save the draft").last.click()
    expect(page.get_by_role("heading", name="Source B. Two")).to_be_visible()

    assert content_of(version).sources[1].notes == (NoteContent(2, "error", "A slip.", "a slip"),)


def test_what_is_typed_and_not_saved_is_not_left_by_mistake(page: Page, site: str, admin, sign_in, version):
    sign_in(admin)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.goto(f"{site}/prompts/order/1/edit/")
    page.get_by_label("Guidance").fill("Weigh both sides.")

    page.get_by_role("link", name="Rubrics").click()
    expect(page.get_by_label("Guidance")).to_have_value("Weigh both sides.")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Add a note to source A").click()
    expect(page.locator(".noteedit").get_by_label("Note", exact=True)).to_be_focused()
    expect(page.get_by_label("Guidance")).to_have_value("Weigh both sides.")
    page.get_by_role("link", name="Back without saving").click()
    expect(page.get_by_role("heading", name="Order")).to_be_visible()

    assert asked == ["beforeunload"]


def test_the_editor_adds_and_orders_without_a_script(browser, site: str, admin, version):
    client = Client()
    client.force_login(admin)
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    page = context.new_page()
    page.goto(f"{site}/prompts/order/1/edit/")

    page.get_by_role("button", name="Move source B up").click()
    page.get_by_role("button", name="Add a source").click()
    page.locator("[data-source]").nth(3).get_by_label("Text").fill("Four says.")
    page.get_by_role("button", name="Add a note to source A").click()
    page.locator(".noteedit").get_by_label("Note", exact=True).fill("Who is two?")
    page.get_by_role("button", name="Save the draft").last.click()

    expect(page.get_by_text("Who is two?")).to_be_visible()
    assert [source.text for source in content_of(version).sources] == [
        "Two says.",
        "One says.",
        "Three says.",
        "Four says.",
    ]
    assert Prompt.objects.count() == 1
    context.close()
