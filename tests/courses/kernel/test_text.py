"""What typed text promises: it is counted and compared plainly, laid out as in Word, and can do no harm."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.kernel import text as kernel_text
from courses.kernel.text import (
    ATTRIBUTES,
    MAX_CHARACTERS,
    MAX_LINES,
    MAX_NOTES,
    TAGS,
    Citation,
    as_typed,
    citations_in,
    count_words,
    is_costly,
    normalise,
    plain_because,
    problem_in,
    render_markdown,
    render_or_escape,
    renderer_version,
    same_text,
    sanitise,
    sha256_of,
)


class Found(HTMLParser):
    """Every tag with its attributes, and all the words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment got through: {data}")

    def handle_decl(self, decl):
        raise AssertionError(f"a declaration got through: {decl}")

    def names(self):
        return [tag for tag, _ in self.tags]

    def links(self):
        return [attrs["href"] for tag, attrs in self.tags if tag == "a" and "href" in attrs]


def words_of(html):
    return " ".join(Found(html).words.split())


# ------------------------------------------------------------------------------------------------- plain text
@pytest.mark.parametrize("typed", ["a\r\nb", "a\rb", "a\u2028b", "a\u2029b", "a\nb"])
def test_every_line_end_becomes_lf(typed):
    assert normalise(typed) == "a\nb"


def test_normalising_changes_nothing_but_line_ends():
    typed = " \ttab, cafe\u0301, “curly”, 👩‍👩‍👧 and no-break\u00a0space "

    assert normalise(typed) == typed


@pytest.mark.parametrize(
    "good", ["", "plain", "tab\tand\r\nline ends\u2028", "emoji 🛰️, cafe\u0301, 漢字", "a" * MAX_CHARACTERS]
)
def test_ordinary_text_has_no_problem(good):
    assert problem_in(good) == ""


@pytest.mark.parametrize("control", [chr(n) for n in range(32) if chr(n) not in "\t\n\r"])
def test_a_control_character_is_named_by_its_line(control):
    assert problem_in(f"one\r\ntwo\nth{control}ree").startswith("Line 3 ")


def test_too_long_a_text_is_told_its_length():
    assert "200,001 characters" in problem_in("a" * (MAX_CHARACTERS + 1))


def test_half_an_emoji_is_a_problem_and_not_a_crash():
    assert "half a character" in problem_in("cut \ud83d off")
    assert len(sha256_of("cut \ud83d off")) == 64
    assert "<p>" in render_markdown("cut \ud83d off")


def test_the_hash_is_that_of_utf_8_with_lf():
    assert sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_of("a\r\nb") == sha256_of("a\nb") != sha256_of("a b")


def test_a_receipt_ignores_line_ends_and_trailing_space_only():
    assert same_text("One \r\ntwo\t\r\n\r\n", "\ufeffOne\ntwo")
    assert not same_text("One two", "One  two")
    assert not same_text("One\ntwo", "One\n\ntwo")
    assert not same_text(" One", "One")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", 0),
        ("   \n\n", 0),
        ("1,047 words", 2),
        ("a well-known, state-of-the-art alliance", 4),
        ("it's Baldwin’s 'bomber'", 3),
        ("in 1914–18 and/or 50%", 4),
        ("Deterrence—so they said--failed", 5),
        ("# My essay\n\n## Part", 3),
        ("- one\n* two\n+ three\n1. four\n2) five", 5),
        ("1914. The year", 3),
        ("> quoted words\n> 1. third", 3),
        ("NATO says so [Source B, ¶2]. And [Source A].", 4),
        ("a claim[^1] stands\n\n[^1]: two words", 5),
        ("see [the treaty](https://nato.int/a/b) now", 4),
        ("a | b\n--|--\n1 | 2", 4),
        ("**bold** _and_ `code`", 3),
        ("- – — ... & * 🛰️", 0),
        ("同盟は強い", 5),
        ("NATO は 1949年", 4),
        ("동맹은 강하다", 2),
        ("cafe\u0301 déjà", 2),
    ],
)
def test_words_are_counted_as_a_reader_would(typed, words):
    assert count_words(typed) == words


def test_citations_are_listed_in_their_order():
    typed = "One [Source B, ¶2], two [Source A]; not [source b], [Source B, 2], [B, ¶2], [Source B, ¶0]."

    assert citations_in(typed) == [Citation("B", 2), Citation("A", None)]


# ------------------------------------------------------------------------------------------- as typed in Word
def test_an_essay_typed_as_in_word_has_a_paragraph_a_line():
    typed = (
        "Technology and alliances\n"
        "\tTechnology has changed a lot since 1914.\n"
        "    Radar helped Britain “to see” planes in 1940 – just.\n"
        "1914. The year the war began.\n"
        "5. Army corps were late.\n"
        "#1 reason: railways\n"
        "----------\n"
        "In conclusion, it’s complicated."
    )

    html = render_markdown(typed)

    assert html.count("<p>") == 7
    assert "<p>1914. The year the war began.</p>" in html
    assert "<p>5. Army corps were late.</p>" in html
    assert "<p>#1 reason: railways</p>" in html
    assert {"pre", "code", "ol", "h1", "h2", "h3"}.isdisjoint(Found(html).names())


def test_an_essay_typed_in_e_mail_keeps_its_quotation_and_signature():
    typed = (
        "Dear Ms Jansen,\n\nHere is my answer.\n\n> In 2022 Allies agreed\n> to do more.\n>\n> > Who agreed?\n\n"
        "Yes, >50% of them.\n\n-- \nAda\nSent from my computer"
    )

    html = render_markdown(typed)

    assert "<p>In 2022 Allies agreed<br>\nto do more.</p>" in html
    assert html.count("<blockquote>") == 2
    assert "<p>Yes, &gt;50% of them.</p>\n<p>--</p>\n<p>Ada</p>" in html


def test_an_essay_typed_on_a_phone_keeps_its_bullets_and_emoji():
    typed = "tech helps alliances 👍🏽\n• radar\n• codes… and\n   sharing\n\n* convoys\nbut not always\n-5 degrees"

    html = render_markdown(typed)

    assert "👍🏽</p>" in html
    assert re.findall("<li>(.*?)</li>", html) == ["radar", "codes… and sharing", "convoys"]
    assert "<p>but not always</p>\n<p>-5 degrees</p>" in html


def test_bold_tables_and_headings_are_laid_out():
    html = render_markdown(
        "# Title\n## Part C#\n**bold** and *slanted*\nyear | who\n:-- | --:\n1914 | *Entente*\nafter"
    )

    assert html.startswith("<h3>Title</h3>\n<h4>Part C#</h4>\n<p><strong>bold</strong> and <em>slanted</em></p>")
    assert '<td align="right"><em>Entente</em></td>' in html
    assert "style" not in html
    assert html.endswith("<p>after</p>")


def test_a_heading_of_nothing_is_words():
    assert render_markdown("# ##\nC#") == "<p># ##</p>\n<p>C#</p>"


def test_headings_start_where_the_page_says_and_stop_at_six():
    assert render_markdown("# a", top_heading=2) == "<h2>a</h2>"
    assert render_markdown("###### a") == "<h6>a</h6>"


def test_a_list_goes_on_after_what_interrupts_it():
    html = render_markdown("1. One\n- detail\n2. Two\nA remark.\n3) Three\n4. Four\n\n5. Five\n7. Not a part of it")

    assert re.findall("<ol[^>]*>", html) == ["<ol>", '<ol start="2">', '<ol start="3">']
    assert "<p>7. Not a part of it</p>" in html


def test_a_list_may_hold_lists():
    html = render_markdown("- a\n  - b\n    1. c\n    2. d\n  - e\n- f")

    assert [tag for tag in Found(html).names() if tag in ("ul", "ol", "li")] == [
        "ul",
        "li",
        "ul",
        "li",
        "ol",
        "li",
        "li",
        "li",
        "li",
    ]


@pytest.mark.parametrize("line", ["- - x", "- # x", "- > x", "- 1. x", "- [^1]: x", "- * * *"])
def test_a_mark_within_a_list_item_is_words(line):
    html = render_markdown(f"- first\n{line}")

    assert words_of(html) == f"first {line[2:]}"


def test_footnotes_are_numbered_and_do_not_meet_those_of_another_essay():
    typed = "One[^b] and two[^a], again[^b], none[^z].\n[^a]: About *a*.\n[^b]: About b,\n  and more.\n[^b]: Twice."

    one, other = render_markdown(typed, prefix="k7m-"), render_markdown(typed, prefix="p2x-")

    assert words_of(one).startswith(
        "One[1] and two[2], again[1], none[^z]. [^b]: Twice. About b, and more. ↩↩ About a. ↩"
    )
    ids = [attrs["id"] for _, attrs in Found(one + other).tags if "id" in attrs]
    assert len(ids) == len(set(ids)) == 10
    assert set(Found(one).links()) <= {f"#{anchor}" for anchor in ids}


def test_a_citation_leads_to_its_paragraph():
    html = render_markdown("So it says [Source B, ¶2], as [Source A] does; [B, 2] is words.")

    assert Found(html).links() == ["#source-b-p2", "#source-a"]
    assert [attrs["class"] for tag, attrs in Found(html).tags if tag == "a"] == ["cite", "cite"]
    assert words_of(html) == "So it says [Source B, ¶2], as [Source A] does; [B, 2] is words."


def test_a_caller_says_where_citations_lead():
    known = {("B", 2): "/brief/?a=1&b=2#source-b-p2"}

    html = render_markdown("[Source B, ¶2] [Source C, ¶9] [x](#source-b-p2)", citations=known.get)

    assert Found(html).links() == ["/brief/?a=1&b=2#source-b-p2", "#source-b-p2"]
    assert words_of(html) == "[Source B, ¶2] [Source C, ¶9] x"


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "javascript:alert(1)", "/admin/", "data:text/html,x", "ftp://x.example", "evil.example"],
)
def test_a_link_that_may_not_be_keeps_its_words(address):
    html = render_markdown(f"see [here]({address}) now")

    assert Found(html).links() == []
    assert words_of(html) == f"see [here]({address}) now"


def test_a_link_that_may_be_tells_nobody_who_follows_it():
    html = render_markdown(
        "[a](https://nato.int/x?y=1&z=2) [b](www.nato.int) [c](mailto:a@b.example) <https://c.example/>"
    )

    assert Found(html).links() == [
        "https://nato.int/x?y=1&z=2",
        "https://www.nato.int",
        "mailto:a@b.example",
        "https://c.example/",
    ]
    assert all(attrs["rel"] == "nofollow noopener noreferrer" for tag, attrs in Found(html).tags if tag == "a")


def test_typed_html_and_pictures_show_as_words():
    typed = "a < b && c > d <b>bold</b> <img src=x> ![pic](https://x.example/p.png) &lt; <!-- no -->"

    assert words_of(render_markdown(typed)) == "a < b && c > d <b>bold</b> <img src=x> !pic < <!-- no -->"


def test_a_prefix_that_could_break_out_is_refused():
    with pytest.raises(ValueError, match="prefix"):
        render_markdown("a", prefix='"><b')


def test_the_version_names_our_rules_and_the_libraries():
    assert re.fullmatch(r"1 markdown-\S+ bleach-\S+ nh3-\S+", renderer_version())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("abcxyz 019.,'’“”é漢🛰\u0301-#>*+_|[]^:\t", max_size=30), max_size=8))
def test_no_word_is_lost_in_laying_out(lines):
    typed = "\n".join(lines)

    shown = words_of(render_markdown(typed))

    assert Counter(re.findall(r"[a-z漢🛰]", typed)) == Counter(re.findall(r"[a-z漢🛰]", shown))


# --------------------------------------------------------------------------------------------------- hostile
PROBES = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=javascript:alert(1)><input type=submit formaction=javascript:alert(2)>",
    "<a href=javascript:alert(1)>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](java\u200bscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](javascript&#58;alert(1))",
    "[x](\u0001javascript:alert(1))",
    "[x]( javascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "<javascript://x%0aalert(1)>",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](//evil.example/x)",
    "[x](/\\evil.example)",
    "[x](https:///evil.example)",
    "[x](https:\\\\evil.example)",
    '[x](https://a.example "\\" onmouseover=\\"alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "![x](javascript:alert(1))",
    '![x" onerror="alert(1)](https://a.example/x)',
    '[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: note',
    "[^1]\n\n[^1]: <script>alert(1)</script> [x](javascript:alert(1))",
    "a|b\n-|-\n<script>alert(1)</script>|[x](javascript:alert(1))",
    "# <img src=x onerror=alert(1)>",
    "> <script>alert(1)</script>",
    "- <svg/onload=alert(1)>",
    "1. x {: onclick=alert(1) }",
    "`<script>alert(1)</script>`",
    "``` html\n<script>alert(1)</script>\n```",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "\x02klzzwxh:0000\x03 \x02wzxhzdk:0\x03 \x02amp\x03",
    "</p></div><script>alert(1)</script>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<x-y onfocus=alert(1) tabindex=1 autofocus>",
    "[Source B, ¶2](javascript:alert(1))",
    "[[Source B, ¶2]](javascript:alert(1))",
    '<me"onclick=alert(1)@evil.example>',
    "*[x](javascript:alert(1))*",
    "\\<script>alert(1)\\</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
]

SAFE_HREF = re.compile(r"https?://[^/\\\s]\S*|mailto:[^/\s]\S*|#[\w.:-]*")


def assert_harmless(html):
    for tag, attrs in Found(html).tags:
        assert tag in TAGS
        assert set(attrs) <= set(ATTRIBUTES.get(tag, ())) | ({"rel"} if tag == "a" else set())
        if "href" in attrs:
            assert SAFE_HREF.fullmatch(attrs["href"])


@pytest.mark.parametrize("probe", PROBES)
def test_a_hostile_text_can_do_no_harm(probe):
    html = render_markdown(f"before\n{probe}\nafter {probe} end")

    assert_harmless(html)
    assert "after" in words_of(html)


@pytest.mark.parametrize("probe", PROBES)
def test_the_sanitiser_alone_can_do_no_harm(probe):
    html = sanitise(f"<p>{probe}</p>")

    assert_harmless(html)


@pytest.mark.parametrize("probe", PROBES)
def test_the_plain_view_can_do_no_harm(probe):
    html = as_typed(probe)

    assert set(Found(html).names()) <= {"p"}


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(PROBES))
def test_hostile_texts_mixed_with_anything_can_do_no_harm(anything, probe):
    assert_harmless(render_markdown(f"{anything}{probe}{anything}"))


# ------------------------------------------------------------------------------------------------ pathological
@pytest.mark.parametrize("mark", ["[", "!", "<", "&", "\\", "*", "_", "`", "[)", "[[a]", "](", "*_", "<![", "[a]("])
def test_a_paragraph_that_would_take_long_is_shown_as_typed(mark):
    block = "x" + mark * (4_000 // len(mark))

    assert is_costly(block)
    assert words_of(render_markdown(block)) == block


def test_leading_brackets_do_not_hide_open_ones():
    block = "](" * 40 + ")" * 200 + "x " + "[) " * 150 + "y" * 3_000

    assert is_costly(block)


def test_an_ordinary_paragraph_is_not_costly():
    sentence = "The *Entente* of 1907 [Source B, ¶2] – **unlike** the [Pact](https://nato.int) – held_on & on. "

    assert not is_costly(sentence * 40)


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("a" * (MAX_CHARACTERS + 1), "long"),
        ("a\n" * (MAX_LINES + 1), "lines"),
        ("*a " * 10_001, "marks"),
    ],
)
def test_a_text_that_is_too_much_is_shown_as_typed(text, because):
    html, plain = render_or_escape(text)

    assert because in plain_because(text)
    assert plain
    assert set(Found(html).names()) == {"p"}


def test_more_footnotes_than_any_essay_has_are_words():
    typed = "x" + "[^1] " * (MAX_NOTES + 1) + "\n[^1]: note"

    html = render_markdown(typed)

    assert set(Found(html).names()) == {"p"}
    assert words_of(html).endswith("[^1]: note")


def test_as_many_footnotes_as_are_allowed_work():
    html = render_markdown("\n".join(f"[^{n}]: note" for n in range(MAX_NOTES)) + "\n" + "x[^7]" * MAX_NOTES)

    assert html.count('class="footnote-ref"') == MAX_NOTES


@pytest.mark.parametrize(
    "typed", ["> " * 3_000 + "deep", "- " * 3_000 + "deep", "\n".join(f"{'  ' * n}- a{n}" for n in range(400))]
)
def test_depth_stops_at_twenty(typed):
    html = render_markdown(typed)

    assert Found(html).names().count("blockquote") <= 20
    assert max(Found(html).names().count("ul"), Found(html).names().count("ol")) <= 20
    assert typed.split()[-1] in words_of(html)


def test_a_table_cannot_make_many_cells_from_few_characters():
    typed = "|".join("a" * 50) + "\n" + "|".join("-" * 50) + "\n" + "|\n" * 2_000

    assert Found(render_markdown(typed)).names().count("td") <= kernel_text.MAX_CELLS


def test_no_cell_of_a_table_is_lost():
    html = render_markdown("a|b\n-|-\n1|2\n3|4|five")

    assert words_of(html) == "a b 1 2 3|4|five"


def test_a_text_too_deep_for_the_library_is_shown_as_typed(monkeypatch):
    def too_deep(*_args):
        raise RecursionError

    monkeypatch.setattr(kernel_text, "_markdown", too_deep)

    assert render_or_escape("a *b*\nc") == ("<p>a *b*</p>\n<p>c</p>", True)


def test_html_that_grew_too_large_is_shown_as_typed(monkeypatch):
    monkeypatch.setattr(kernel_text, "MAX_HTML", 10)

    assert render_or_escape("a *b*") == ("<p>a *b*</p>", True)
