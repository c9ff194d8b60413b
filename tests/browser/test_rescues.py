"""A rescue file that a browser made is one that the server opens, and both count its words alike."""

import json

import pytest

from courses.kernel.text import count_words
from essays.pure.rescues import TamperedError, rescued_text
from essays.wire.rescues import read_rescue_file
from tests.browser.conftest import STATIC

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
