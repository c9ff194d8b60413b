"""What a reading promises: its text is its HTML's text to the letter, whatever is drawn into it."""

import re
import unicodedata
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kernel.readings import (
    Mark,
    check_quote,
    context,
    find_quote,
    from_utf16,
    lead_citations,
    make_reading,
    mark_passages,
    number_paragraphs,
    paragraph_at,
    paragraphs_of,
    plain_text,
    sentences,
    to_utf16,
)
from courses.kernel.text import render_markdown, renderer_version, sha256_of

ESSAY = """# Amplifier, not substitute

Technology has made **collective *defence*** “better” [Source B, ¶2] at seeing 🛰️ and supplying.[^1]
1914. The cafe\u0301 year – Sarajevo’s 👩‍👩‍👧‍👦 summer.
1. Convoys
   - ships
   - wheat & coal
2. Enigma

> first line
> second line

year | who
--|--
1914 | *Entente*
1949 | NATO

In the end it is politics.

[^1]: See <b>Doullens</b>, 1918.
"""


class Tree(HTMLParser):
    """Checks nesting as it reads, and keeps what each passage covers."""

    INLINE = {"a", "strong", "em", "sup", "code", "mark", "p", "li", "td", "th", "h3", "h4", "h5", "h6"}

    def __init__(self, html):
        super().__init__()
        self.open, self.ids, self.covered = [], [], {}
        self.order = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "a":
            assert "a" not in [name for name, _ in self.open], "a link within a link"
        if tag == "mark":
            assert self.open[-1][0] in self.INLINE, f"a mark within {self.open[-1][0]}"
            self.covered.setdefault(attrs["data-ev"], "")
        if "id" in attrs:
            self.ids.append(attrs["id"])
        if "data-apparatus" in attrs:
            self.order.append(attrs["href"])
        if tag not in ("br", "hr"):
            self.open.append((tag, attrs))

    def handle_endtag(self, tag):
        assert self.open.pop()[0] == tag

    def handle_data(self, data):
        if any("data-apparatus" in attrs for _, attrs in self.open):
            return
        for name, attrs in self.open:
            if name == "mark":
                self.covered[attrs["data-ev"]] += data


def mark(text, words, key, hue="a", **more):
    start = text.index(words)
    return Mark(start, start + len(words), f"ev-{key}", hue, key.upper(), f"#crit-{key}", f"Evidence for {key}", **more)


# ------------------------------------------------------------------------------------------------- the reading
def test_a_reading_reads_sensibly():
    reading = make_reading(ESSAY)

    assert reading.text == (
        "Amplifier, not substitute\n"
        "Technology has made collective defence “better” [Source B, ¶2] at seeing 🛰️ and supplying.[1]\n"
        "1914. The cafe\u0301 year – Sarajevo’s 👩‍👩‍👧‍👦 summer.\n"
        "Convoys\nships\nwheat & coal\nEnigma\n"
        "first line\nsecond line\n"
        "year\twho\n1914\tEntente\n1949\tNATO\n"
        "In the end it is politics.\n"
        "See <b>Doullens</b>, 1918.\u00a0↩"
    )
    assert reading.sha256 == sha256_of(reading.text)
    assert reading.renderer == renderer_version()


def test_the_text_is_that_of_the_html():
    reading = make_reading(ESSAY)

    assert plain_text(reading.html) == reading.text


def test_citations_of_a_reading_can_lead_to_another_page():
    assert 'href="/brief/1/#source-b-p2"' in make_reading("As it says [Source B, ¶2].", cite_at="/brief/1/").html


def test_citations_of_a_kept_reading_can_lead_to_another_page():
    kept = make_reading("As it says [Source B, ¶2]. #source-b-p2 [words](#source-b-p2)")

    led = lead_citations(kept.html, '/brief/?a=1&b="2"')

    assert 'href="/brief/?a=1&amp;b=&quot;2&quot;#source-b-p2"' in led
    assert led.count("/brief/") == 1
    assert plain_text(led) == kept.text


def test_every_paragraph_heading_item_and_table_has_a_number():
    reading = make_reading(ESSAY)

    numbered = re.findall(r'<(\w+) id="([^"]+)" data-n="(\d+)"', reading.html)

    assert [tag for tag, _, _ in numbered] == ["h3", "p", "p", "li", "li", "li", "li", "p", "table", "p", "li"]
    assert [int(number) for _, _, number in numbered] == list(range(1, 12))
    assert [numbered[0][1], numbered[1][1], numbered[-1][1]] == ["p1", "p2", "fn-1"]


def test_paragraphs_lie_where_their_words_are():
    reading = make_reading(ESSAY)

    words = {number: reading.text[start:end] for number, start, end in paragraphs_of(reading.html)}

    assert words[1] == "Amplifier, not substitute"
    assert words[4] == "Convoys\nships\nwheat & coal"
    assert words[6] == "wheat & coal"
    assert words[8] == "first line\nsecond line"
    assert words[9] == "year\twho\n1914\tEntente\n1949\tNATO"


def test_a_place_is_in_the_innermost_paragraph():
    reading = make_reading(ESSAY)
    paragraphs = paragraphs_of(reading.html)

    assert paragraph_at(paragraphs, reading.text.index("Convoys")) == 4
    assert paragraph_at(paragraphs, reading.text.index("wheat")) == 6
    assert paragraph_at(paragraphs, len(reading.text) + 9) == 11
    assert paragraph_at([(1, 0, 3), (2, 4, 8)], 3) == 1
    assert paragraph_at((), 0) == 1


def test_numbering_twice_changes_nothing():
    once = make_reading(ESSAY).html

    assert number_paragraphs(once) == once


def test_two_readings_on_a_page_keep_their_ids_apart():
    assert number_paragraphs("<p>a</p>", prefix="ex-") == '<p id="ex-p1" data-n="1">a</p>'


def test_an_empty_essay_is_an_empty_reading():
    reading = make_reading("  \n\n")

    assert (reading.html, reading.text) == ("", "")
    assert paragraphs_of(reading.html) == ()
    assert sentences(reading.text) == []


def test_apparatus_is_no_part_of_the_text():
    html = '<p>a<a data-apparatus href="#x">E1<br><b>note</b></a> &amp; b<span data-apparatus>!</span></p>'

    assert plain_text(html) == "a & b"


typed = st.lists(
    st.one_of(
        st.text("ab .*_`[](){}|-#>&;<\"'“’é\u0301漢🛰️👩‍👧\t1.", max_size=24),
        st.sampled_from(
            ["- item *x*", "  - inner", "1. one", "2. two", "> quoted", "> > deep", "a|b", "-|-", "1|2 **c**", "",
             "# Head", "[Source B, ¶2]", "**b [x](http://a.example) c**", "x[^1]", "[^1]: note", "<https://n.example>"]
        ),
    ),
    max_size=14,
).map("\n".join)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(typed)
def test_any_essay_has_a_text_that_is_its_html_s(text):
    html = number_paragraphs(render_markdown(text))
    words = plain_text(html)

    assert number_paragraphs(html) == html
    assert "<td" in html or not re.search(r"\n\n|^[\n\t]|\n$|\t\t", words)
    assert [one.number for one in paragraphs_of(html)] == list(range(1, len(paragraphs_of(html)) + 1))
    Tree(html)


@settings(max_examples=60, deadline=None)
@given(typed, st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=8))
def test_drawing_passages_never_changes_the_text(text, places):
    html = number_paragraphs(render_markdown(text))
    words = plain_text(html)
    marks = [Mark(min(p), max(p), f"ev-{n}", "abc"[n % 3], f"E{n}", f"#crit-e{n}") for n, p in enumerate(places)]

    drawn = mark_passages(html, marks)

    assert plain_text(drawn) == words
    tree = Tree(drawn)
    for one in marks:
        passage = words[one.start : one.end].strip()
        assert re.sub(r"[\n\t]", "", tree.covered.get(one.anchor, "")) == re.sub(r"[\n\t]", "", passage)
        assert tree.ids.count(one.anchor) == bool(passage)
        assert tree.order.count(one.address) == bool(passage)


# ---------------------------------------------------------------------------------------------------- passages
def test_a_passage_is_marked_and_its_tag_follows():
    drawn = mark_passages('<p id="p1" data-n="1">One two three.</p>', [mark("One two three.", "two", "e1")])

    assert drawn == (
        '<p id="p1" data-n="1">One <mark class="ev strand-a" id="ev-e1" data-ev="ev-e1">two</mark>'
        '<a class="ev-tag strand-a" data-apparatus href="#crit-e1" aria-label="Evidence for e1">E1</a> three.</p>'
    )


def test_a_passage_across_elements_is_cut_at_their_borders():
    drawn = mark_passages("<p>a <em>b</em> c</p>\n<ul><li>d</li></ul>", [Mark(2, 7, "ev-1", "b")])

    assert drawn == (
        '<p>a <em><mark class="ev strand-b" id="ev-1" data-ev="ev-1">b</mark></em>'
        '<mark class="ev strand-b" data-ev="ev-1"> c</mark></p>\n'
        '<ul><li><mark class="ev strand-b" data-ev="ev-1">d</mark></li></ul>'
    )


def test_passages_may_overlap_and_nest():
    text = make_reading("alpha beta gamma delta").text
    marks = [mark(text, "alpha beta", "e1"), mark(text, "beta gamma", "r6", "b"), mark(text, "gamma", "c3", "c")]

    tree = Tree(mark_passages(make_reading("alpha beta gamma delta").html, marks))

    assert tree.covered == {"ev-e1": "alpha beta", "ev-r6": "beta gamma", "ev-c3": "gamma"}
    assert tree.order == ["#crit-e1", "#crit-r6", "#crit-c3"]


def test_a_tag_waits_for_the_end_of_a_link():
    reading = make_reading("As NATO says [Source B, ¶2] it does.")

    drawn = mark_passages(reading.html, [mark(reading.text, "NATO says [Source", "c2", "c")])

    assert '</a><a class="ev-tag ' in drawn
    assert Tree(drawn).covered == {"ev-c2": "NATO says [Source"}


def test_the_same_passage_can_speak_for_two_criteria():
    drawn = mark_passages("<p>one two</p>", [mark("one two", "two", "e1"), mark("one two", "two", "r6", "b")])

    assert Tree(drawn).order == ["#crit-e1", "#crit-r6"]
    assert plain_text(drawn) == "one two"


def test_space_at_the_ends_of_a_passage_is_left_out():
    drawn = mark_passages("<p>a b</p>\n<p>c</p>", [Mark(1, 4, "ev-1", "a", "E1", "#e1")])

    assert Tree(drawn).covered == {"ev-1": "b"}


def test_a_passage_of_nothing_draws_nothing():
    html = "<p>a</p>\n<p>b</p>"

    assert (
        mark_passages(html, [Mark(1, 2, "ev-1", "a", "E1"), Mark(0, 0, "ev-2", "a"), Mark(9, 12, "ev-3", "a")]) == html
    )


def test_what_a_tag_says_cannot_break_out():
    drawn = mark_passages("<p>a</p>", [Mark(0, 1, '"><b>', '"><i>', "<u>", '"><s>', '"><q>')])

    assert set(re.findall(r"<(\w+)", drawn)) == {"p", "mark", "a"}


def test_a_passage_at_every_offset_covers_exactly_its_words():
    reading = make_reading("**Bold** “curly” 👩‍👩‍👧 cafe\u0301 [Source A]\n- *x*[^1]\n\n[^1]: note")

    for start in range(len(reading.text)):
        tree = Tree(mark_passages(reading.html, [Mark(start, start + 5, "ev-1", "a")]))
        assert re.sub(r"\n", "", tree.covered.get("ev-1", "")) == re.sub(
            r"\n", "", reading.text[start : start + 5].strip()
        )


# ------------------------------------------------------------------------------------------------------ quotes
def test_a_quote_is_checked_to_the_letter():
    assert check_quote("a bc d", 2, 4, "bc")
    assert not check_quote("a bc d", 2, 4, "bC")
    assert not check_quote("a bc d", 2, 2, "")
    assert not check_quote("a bc d", -2, 9, "bc")


def test_context_stops_at_the_ends():
    text = "x" * 40 + "passage" + "y" * 3

    assert context(text, 40, 47) == ("x" * 32, "yyy")
    assert context("abcdef", 2, 4, 1) == ("b", "e")


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("the promises existed", "the promises existed"),
        ("Baldwin's 'bomber'", "Baldwin’s ‘bomber’"),
        ('the "means" did\nnot', "the “means” did not"),
        ("existed but the", "existed\nbut the"),
        ("1914-18", "1914–18"),
        ("  means” did ", "means” did"),
    ],
)
def test_a_quote_is_found_as_it_stands_or_folded(quote, found):
    text = "Then the promises existed\nbut the “means” did not. Baldwin’s ‘bomber’, 1914–18 🛰️."

    start, end = find_quote(text, quote)

    assert text[start:end] == found


def test_what_is_not_there_is_not_found():
    assert find_quote("abc", "abd") is None
    assert find_quote("abc", "  ") is None
    assert find_quote("a.c", "abc") is None
    assert find_quote("abc", "a.c") is None


# -------------------------------------------------------------------------------------------------- UTF-16
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), st.data())
def test_offsets_survive_the_browser_and_back(text, data):
    offset = data.draw(st.integers(0, len(text)))

    assert from_utf16(text, to_utf16(text, offset)) == offset


def test_offsets_count_astral_characters_as_the_browser_does():
    text = "e\u0301 👩‍👧 🛰️x"

    assert to_utf16(text, text.index("x")) == len(text[: text.index("x")].encode("utf-16-le")) // 2 == 12
    assert from_utf16(text, 12) == text.index("x") == 9
    assert unicodedata.name(text[3]) == "WOMAN"


def test_an_offset_inside_a_pair_counts_as_before_it():
    assert from_utf16("a🛰b", 2) == 1
    assert from_utf16("a🛰b", 99) == 3
    assert from_utf16("a🛰b", -1) == 0


# --------------------------------------------------------------------------------------------------- sentences
@pytest.mark.parametrize(
    "cut",
    [
        "One. | Two! | Three? | Four",
        "Radar, e.g. Chain Home, helped, i.e. it worked. | Then more.",
        "The U.S. Army and the U.K. came. | They won.",
        "It was led by the U.S. | The others followed.",
        "See No. 5 and p. 12, Art. 5, vol. 2. | Then 3.5 per cent. | No. | Next.",
        "Gen. Pershing met Dr. Smith and J. F. Kennedy. | Fine.",
        "He said “It is done.” | Then he left.",
        "He said 'the bomber will always get through.' | Then he left.",
        "“Stop!” he said. | “Why?” she asked.",
        "Well… it ended. | And so… | Then it began.",
        "Really?! | Yes... | No.",
        "It fell in 1914. | In 1918 it ended. | 154 ships were lost.",
        "It was World War I. | The Allies won.",
        "NATO agreed. [Source B, ¶2] | Others did not.[1] | So it was [Source A]. | End.",
        "ships were lost. | then they won!! | nobody knew",
        "Codes, tanks, etc. were sent. | Ships, etc. | The rest came later.",
        "(They failed.) | But they tried.",
        "同盟は強い。 | しかし弱い！ | 終わり",
        "Visit nato.int today. | Done.",
        "One.",
        "no stop at all",
    ],
)
def test_sentences_end_where_a_reader_ends_them(cut):
    expected = cut.split(" | ")
    text = "".join(expected) if "。" in cut else " ".join(expected)

    assert [text[start:end] for start, end in sentences(text)] == expected


def test_a_sentence_never_crosses_a_line_or_a_cell():
    text = "one\ttwo\nthree four. Five."

    assert [text[start:end] for start, end in sentences(text)] == ["one", "two", "three four.", "Five."]


def test_a_row_after_an_empty_cell_is_a_line_of_its_own():
    assert make_reading("a|b\n-|-\n1|\n|2").text == "a\tb\n1\t\n2"


def test_sentences_of_a_part_keep_to_it():
    text = "One two. Three four. Five."

    assert [text[s:e] for s, e in sentences(text, 4, 14)] == ["two.", "Three"]


@settings(deadline=None)
@given(st.text("ab. \n!?…'”)]A1U.S", max_size=60))
def test_sentences_hold_every_word_once_and_in_order(text):
    found = sentences(text)

    assert "".join(text[start:end] for start, end in found).replace(" ", "") == re.sub(r"\s", "", text)
    assert all(a[1] <= b[0] for a, b in pairwise(found))
    assert all("\n" not in text[start:end] for start, end in found)


def test_a_passage_that_speaks_against_a_level_is_drawn_as_such():
    reading = make_reading("Radar saw them. Nobody told the French.")
    marks = [mark(reading.text, "Radar saw them.", "e3"), mark(reading.text, "Nobody told", "c3", "c", against=True)]

    drawn = mark_passages(reading.html, marks)

    assert '<mark class="ev strand-a" id="ev-e3"' in drawn
    assert '<mark class="ev strand-c is-counter" id="ev-c3"' in drawn
