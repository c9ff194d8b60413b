"""What goes on paper: the words, in black on white, nothing to press; a source or a level is not torn in two."""

import pytest
from playwright.sync_api import Page, expect

from tests.essays.writing import save, submit

CHROME = ".masthead, .colophon, .actions, .readaloud"
LONG = "\n\n".join(f"Paragraph {n} of an essay that is longer than the text box shows." for n in range(1, 60))


@pytest.fixture
def reader(page: Page, sign_in, student) -> Page:
    sign_in(student)
    page.emulate_media(color_scheme="dark")
    return page


def put_on_paper(page: Page) -> None:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")


def colours(page: Page, chosen: str) -> tuple[str, str]:
    """Give an element's ink and the page's paper, as the browser paints them."""
    return page.evaluate(
        """(chosen) => [
          getComputedStyle(document.querySelector(chosen)).color,
          getComputedStyle(document.documentElement).getPropertyValue("--paper").trim(),
        ]""",
        chosen,
    )


def test_the_desk_prints_the_whole_text_and_nothing_around_it(reader, site, draft, student):
    save(draft, student, LONG)
    reader.goto(f"{site}/drafts/{draft.public_id}/")
    expect(reader.locator("[data-mark=bold]")).to_be_visible()
    reader.locator("#essay").press("Control+End")
    reader.keyboard.type(" And not yet saved.")

    put_on_paper(reader)

    expect(reader.locator(".printed p")).to_have_count(59)
    expect(reader.locator(".printed p").last).to_have_text(
        "Paragraph 59 of an essay that is longer than the text box shows. And not yet saved."
    )
    expect(reader.locator(".printed p").last).to_be_visible()
    expect(reader.locator("#essay")).to_be_hidden()
    expect(reader.locator(".wdesk > .strip")).to_be_hidden()
    reader.evaluate("dispatchEvent(new Event('afterprint'))")
    reader.emulate_media(media="screen")
    expect(reader.locator("#essay")).to_be_visible()
    expect(reader.locator(".printed")).to_have_count(0)


def test_pages_print_in_black_on_white_from_the_dark_theme_too(reader, site, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    number = submit(draft, student).number
    for address, chosen in (
        (f"/receipts/{number}/", ".slip .big"),
        (f"/receipts/{number}/copy/", ".papercopy .essay p"),
        (f"/assignments/{draft.assignment.public_id}/", "h1"),
    ):
        reader.goto(site + address)
        assert reader.evaluate("document.documentElement.dataset.bsTheme") == "dark"

        put_on_paper(reader)

        ink, paper = colours(reader, chosen)
        assert (ink, paper) == ("rgb(0, 0, 0)", "#fff"), address
        for one in reader.locator(CHROME).all():
            expect(one).to_be_hidden()
        assert reader.pdf(format="Letter").startswith(b"%PDF")
        reader.evaluate("dispatchEvent(new Event('afterprint'))")
        assert reader.evaluate("document.documentElement.dataset.bsTheme") == "dark"
        reader.emulate_media(media="screen")


def test_a_receipt_on_paper_says_where_it_can_be_checked(reader, site, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    number = submit(draft, student).number
    reader.goto(f"{site}/receipts/{number}/")
    expect(reader.locator(".print-only")).to_be_hidden()

    put_on_paper(reader)

    expect(reader.locator(".print-only")).to_have_text(f"({site}/receipts/)")
    expect(reader.locator(".print-only")).to_be_visible()


def test_a_quoted_source_is_not_torn_in_two_and_a_heading_stays_with_what_follows(reader, site, draft):
    reader.goto(f"{site}/assignments/{draft.assignment.public_id}/")

    put_on_paper(reader)

    rules = reader.evaluate(
        """() => [...document.querySelectorAll(".reader, .ednote")].map((one) => getComputedStyle(one).breakInside)"""
    )
    assert rules
    assert set(rules) == {"avoid"}
    headings = reader.evaluate(
        "[...document.querySelectorAll('h2, h3')].map((one) => getComputedStyle(one).breakAfter)"
    )
    assert set(headings) == {"avoid"}


def test_a_link_of_an_essay_is_printed_with_its_address_and_a_citation_without(reader, site, draft, student):
    save(draft, student, "See [the treaty](https://example.org/treaty) and [Source A, ¶1].")
    reader.goto(f"{site}/drafts/{draft.public_id}/copy/")

    put_on_paper(reader)

    after = "(link) => getComputedStyle(link, '::after').content"
    assert reader.get_by_role("link", name="the treaty").evaluate(after) == '" (https://example.org/treaty)"'
    assert reader.get_by_role("link", name="[Source A, ¶1]").evaluate(after) == "none"
