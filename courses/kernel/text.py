"""What may be typed, how it is counted and compared, and how it becomes HTML that is safe to show.

Students write as in Word: a line end starts a new paragraph. `_blocks` lays the text out as tidy Markdown by that
rule; python-markdown, bleach and nh3 do the rest (ADR 0006). Call `courses.kernel.renderer.render` from a request:
it runs `render_or_escape` in a process that can be stopped.
"""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from typing import NamedTuple
from xml.etree import ElementTree

import bleach
import nh3
from markdown import Markdown
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor, LinkInlineProcessor
from markdown.util import STX, AtomicString

RENDERER = "1"
"""Raised whenever the same text would come out as different HTML by our own doing."""

MAX_CHARACTERS = 200_000
MAX_BYTES = 1_048_576
MAX_HTML = 2_000_000
MAX_NOTES = 200
MAX_DEPTH = 20
MAX_COLUMNS = 50
MAX_CELLS = 5_000
MAX_RUN = 200
MAX_LINES = 3_000
MAX_MARKS = 10_000
MAX_OPEN_BRACKETS = 250_000
MAX_MARKED_LENGTH = 2_000_000

_LINE_ENDS = re.compile("\r\n|[\r\u2028\u2029]")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


# ------------------------------------------------------------------------------------------------- plain text
def normalise(text: str) -> str:
    """Give every line end as LF, as text is stored and hashed. Nothing else changes."""
    return _LINE_ENDS.sub("\n", text)


def problem_in(text: str) -> str:
    """Say in one sentence what keeps `text` from being stored, or nothing."""
    if (length := len(text)) > MAX_CHARACTERS:
        return f"This text is {length:,} characters long; at most {MAX_CHARACTERS:,} can be kept. Shorten it."
    if _SURROGATE.search(text):
        return "This text holds half a character, as a cut-off emoji leaves behind. Take it out and try again."
    if found := _CONTROL.search(text):
        line = normalise(text[: found.start()]).count("\n") + 1
        return f"Line {line} holds a character that cannot be shown. Take it out, or paste the text as plain text."
    if len(text.encode()) > MAX_BYTES:
        return "This text takes more than 1 MiB to store. Shorten it."
    return ""


def sha256_of(text: str) -> str:
    """Return the SHA-256, in hex, of the text in UTF-8 with LF line ends."""
    return hashlib.sha256(normalise(text).encode(errors="surrogatepass")).hexdigest()


def same_text(one: str, other: str) -> bool:
    """Compare as a receipt does: line ends, space at the end of a line and blank lines at the end do not count."""
    return _for_comparison(one) == _for_comparison(other)


def _for_comparison(text: str) -> str:
    lines = normalise(text).removeprefix("\ufeff").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n")


class Citation(NamedTuple):
    """What `[Source B, ¶2]` points at; no paragraph means the whole source."""

    letter: str
    paragraph: int | None


CITATION = re.compile(r"\[Source ([A-Z])(?:,\s¶\s?([1-9]\d{0,2}))?\](?!\()")


def citations_in(text: str) -> list[Citation]:
    """List every citation in the order it was typed."""
    return [_citation(found) for found in CITATION.finditer(text)]


def _citation(found: re.Match[str]) -> Citation:
    return Citation(found[1], int(found[2]) if found[2] else None)


def cite_in_page(citation: Citation) -> str:
    """Give the anchor of a source's paragraph: `#source-b-p2`, or `#source-b`."""
    anchor = f"#source-{citation.letter.lower()}"
    return anchor if citation.paragraph is None else f"{anchor}-p{citation.paragraph}"


_LIST_MARK = re.compile(r"^[ \t>]*\d{1,2}[.)][ \t]", re.MULTILINE)
_NOTE_MARK = re.compile(r"\[\^[\w-]{1,40}\]:?")
_LINK_TARGET = re.compile(r"(\[[^\[\]]*\])\([^()\s]*\)")
_WORD_BREAK = re.compile(r"[\s—|]|--+")
_IDEOGRAPH = re.compile("[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_LETTER = re.compile(r"[^\W_]")


def count_words(text: str) -> int:
    """Count words as a reader would: what stands between spaces or long dashes and holds a letter or a digit.

    "1,047", "well-known", "it's" and "1914–18" are one word each. Numbers of a list, marks of headings and footnotes,
    addresses behind a link and citations such as [Source B, ¶2] are none. Each Chinese or Japanese character is one.
    The words of a footnote count. The writing desk counts by the same steps in the browser.
    """
    for pattern, instead in (
        (CITATION, " "),
        (_NOTE_MARK, " "),
        (_LINK_TARGET, r"\1"),
        (_LIST_MARK, " "),
    ):
        text = pattern.sub(instead, text)
    spaced, characters = _IDEOGRAPH.subn(" ", text)
    return characters + sum(1 for word in _WORD_BREAK.split(spaced) if _LETTER.search(word))


# ------------------------------------------------------------------------------------------- as typed in Word
_RULE = re.compile(r"(?:-[ ]*){3,}|(?:\*[ ]*){3,}|(?:_[ ]*){3,}")
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*)")
_QUOTE = re.compile(r"\s*>(?![\d=]) ?")
_ITEM = re.compile(r"([ \t]*)(?:([-*+•◦▪‣·])|(\d{1,9})[.)])[ \t]+(\S.*)")
_NOTE = re.compile(r"\[\^([\w-]{1,40})\]:[ \t]*(\S.*)")
_TABLE_RULE = re.compile(r"\|?[ ]*:?-+:?[ ]*(?:\|[ ]*:?-+:?[ ]*)*\|?")
_BLOCK_START = re.compile(r"[#>]|[-+*](?= )|\d+(?=\. )|\[(?=\^)|[-*_](?=[-*_ ]*$)")
_OTHER_BULLETS = "•◦▪‣·"
_SPECIAL = re.compile(r"[\[\]!<>&\\*_`]")
_BRACKET = re.compile(r"\[|\]\(?|\)")
_RUN = re.compile(rf"([\[\]!<>&\\*_`])\1{{{MAX_RUN}}}")


@dataclass
class _Layout:
    """What is remembered from one block to the next."""

    top_heading: int
    notes: set[str]
    takes_notes: bool = True
    cells_left: int = MAX_CELLS
    last_number: int = 0


def _blocks(lines: list[str], layout: _Layout, depth: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if not line:
            at += 1
        elif _RULE.fullmatch(line):
            yield "---"
            at += 1
        elif heading := _HEADING.fullmatch(line):
            yield _heading(heading, layout)
            at += 1
        elif _QUOTE.match(line) and depth < MAX_DEPTH:
            at, block = _quote(lines, at, layout, depth)
            yield block
        elif layout.takes_notes and (note := _NOTE.fullmatch(line)) and note[1] not in layout.notes:
            at, block = _note(lines, at, note, layout)
            yield block
        elif _starts_list(lines[at], layout):
            at, block = _list(lines, at, layout)
            yield block
        elif end := _end_of_table(lines, at, layout):
            yield "\n".join(_calm(row.strip()) for row in lines[at:end])
            at = end
        else:
            at, block = _paragraph(lines, at, depth)
            yield block


def _heading(heading: re.Match[str], layout: _Layout) -> str:
    words = heading[2].rstrip("#")
    if words[-1:].strip():
        words = heading[2]
    words = _calm(words.strip())
    if not words:
        return _as_words(heading[0])
    words = f"{words[:-1]}\\#" if words.endswith("#") else words
    return "#" * min(len(heading[1]) + layout.top_heading - 1, 6) + " " + words


def _paragraph(lines: list[str], at: int, depth: int) -> tuple[int, str]:
    """Take one line; inside a quotation, where verse and e-mail are quoted, every line up to the next mark."""
    end = at + 1
    while depth and end < len(lines) and (line := lines[end].strip()):
        if _BLOCK_START.match(line) or line[0] in _OTHER_BULLETS:
            break
        end += 1
    calm = _calm("\n".join(line.strip() for line in lines[at:end]))
    return end, "  \n".join(_as_words(line) for line in calm.split("\n"))


def _quote(lines: list[str], at: int, layout: _Layout, depth: int) -> tuple[int, str]:
    inner = []
    while at < len(lines) and (mark := _QUOTE.match(lines[at])):
        inner.append(lines[at][mark.end() :])
        at += 1
    block = "\n\n".join(_blocks(inner, layout, depth + 1)) or "\\>"
    return at, "\n".join(f"> {line}" if line else ">" for line in block.split("\n"))


def _note(lines: list[str], at: int, note: re.Match[str], layout: _Layout) -> tuple[int, str]:
    layout.notes.add(note[1])
    words = [note[2]]
    at += 1
    while at < len(lines) and lines[at][:1] in (" ", "\t") and lines[at].strip():
        words.append(lines[at].strip())
        at += 1
    return at, f"[^{note[1]}]: {_as_words(_calm(' '.join(words)))}"


def _starts_list(line: str, layout: _Layout) -> bool:
    """A bullet, 1, or the number after that of the last item: so a year at the start of a line stays a year."""
    item = _ITEM.fullmatch(line.rstrip())
    return item is not None and (not item[3] or int(item[3]) in (1, layout.last_number + 1))


@dataclass
class _Level:
    indent: int
    ordered: bool
    number: int


def _list(lines: list[str], at: int, layout: _Layout) -> tuple[int, str]:
    """Take the items of one list and set their indents afresh; blank lines between items do not matter."""
    levels: list[_Level] = []
    items: list[tuple[str, list[str]]] = []
    while at < len(lines):
        line = lines[at].expandtabs(4).rstrip()
        if _RULE.fullmatch(line.strip()):
            break
        if item := _ITEM.fullmatch(line):
            mark = _next_mark(levels, item, layout)
            if not mark:
                break
            items.append((mark, [item[4]]))
        elif line and line[0] == " " and lines[at - 1].strip():
            items[-1][1].append(line.strip())
        elif line or not _list_goes_on(lines, at):
            break
        at += 1
    if levels[0].ordered:
        layout.last_number = levels[0].number
    return at, "\n".join(mark + _as_words(_calm(" ".join(words))) for mark, words in items)


def _next_mark(levels: list[_Level], item: re.Match[str], layout: _Layout) -> str:
    """Give the indented mark under which this item continues the list, or nothing if it does not."""
    indent, ordered, number = len(item[1]), bool(item[3]), int(item[3] or 0)
    kept = list(levels)
    while len(kept) > 1 and indent < kept[-1].indent:
        kept.pop()
    deeper = not kept or (indent > kept[-1].indent + 1 and len(kept) < MAX_DEPTH)
    last = (layout.last_number if not kept else 0) if deeper else kept[-1].number
    if (ordered and number not in (1, last + 1)) or (not deeper and ordered != kept[-1].ordered):
        return ""
    if deeper:
        kept.append(_Level(indent, ordered, number))
    else:
        kept[-1].number += 1
    levels[:] = kept
    return "    " * (len(levels) - 1) + (f"{levels[-1].number}. " if ordered else "- ")


def _list_goes_on(lines: list[str], at: int) -> bool:
    after = next((line for line in lines[at : at + 3] if line.strip()), "")
    return bool(_ITEM.fullmatch(after.rstrip()))


def _end_of_table(lines: list[str], at: int, layout: _Layout) -> int:
    """Find the line after a table that starts here; 0 if none does. A row with more cells than the head ends it."""
    if "|" not in lines[at] or at + 1 >= len(lines) or layout.cells_left <= 0:
        return 0
    rule = lines[at + 1].strip()
    columns = _cells(rule)
    if "|" not in rule or not _TABLE_RULE.fullmatch(rule) or columns != _cells(lines[at]):
        return 0
    end = at + 2
    while end < len(lines) and "|" in lines[end] and _cells(lines[end]) <= columns:
        end += 1
    layout.cells_left -= columns * (end - at)
    return end if columns <= MAX_COLUMNS and layout.cells_left >= 0 else 0


def _cells(row: str) -> int:
    return row.strip().removeprefix("|").removesuffix("|").count("|") + 1


def _as_words(line: str) -> str:
    r"""Keep a line of prose from being read as the start of a block: `1914. The year` becomes `1914\. The year`."""
    found = _BLOCK_START.match(line)
    if not found:
        return line
    digits = found.end() if line[0].isdigit() else 0
    return f"{line[:digits]}\\{line[digits:]}"


def plain_because(text: str) -> str:
    """Say why a text as a whole is shown as typed, or nothing. No essay comes near; hostile input does."""
    if len(text) > MAX_CHARACTERS:
        return "It is too long."
    if sum(1 for line in text.split("\n") if line.strip()) > MAX_LINES:
        return "It has too many lines."
    if sum(1 for _ in _SPECIAL.finditer(text)) > MAX_MARKS:
        return "It has too many marks."
    return ""


def is_costly(block: str) -> bool:
    """Tell a block on which the inline patterns would take long: their cost is not linear, and so guarded by measure.

    It grows with the peak of open brackets, and with the marks there are, each times the length.
    """
    marks = sum(1 for _ in _SPECIAL.finditer(block))
    if marks * len(block) > MAX_MARKED_LENGTH or _RUN.search(block):
        return True
    brackets = targets = peak = 0
    for found in _BRACKET.finditer(block):
        match found[0]:
            case "[":
                brackets += 1
            case ")":
                targets = max(targets - 1, 0)
            case closing:
                brackets = max(brackets - 1, 0)
                targets += len(closing) - 1
        peak = max(peak, brackets + targets)
    return peak * len(block) > MAX_OPEN_BRACKETS


def _calm(block: str) -> str:
    """Give the block itself, or, where it is costly, with every mark in it to be shown as typed."""
    return _SPECIAL.sub(lambda mark: f"&#{ord(mark[0])};", block) if is_costly(block) else block


# ------------------------------------------------------------------------------------------------------- HTML
TAGS = frozenset(
    {"p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "sup", "code", "a", "blockquote", "div"}
    | {"ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
)
ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "div": {"class"},
    "li": {"id"},
    "ol": {"start"},
    "sup": {"id"},
    "td": {"align"},
    "th": {"align"},
}
PROTOCOLS = frozenset({"http", "https", "mailto"})
REL = "nofollow noopener noreferrer"

_VALUES = {
    "href": re.compile(
        r"(?:https?://(?![/\\])|mailto:(?!/)|#)[^\x00-\x20\x7f-\xa0\u200b-\u200f\u2028-\u202f\ufeff]*", re.IGNORECASE
    ),
    "title": re.compile(r".*", re.DOTALL),
    "class": re.compile(r"cite|footnote(?:-ref|-backref)?"),
    "id": re.compile(r"fn(?:ref\d*)?-[\w-]+"),
    "start": re.compile(r"\d{1,9}"),
    "align": re.compile(r"left|center|right"),
}
_PREFIX = re.compile(r"[A-Za-z0-9-]*")
_MADE_HREF = re.compile(r'(?<=class="cite" href=")#source-[a-z](?:-p\d+)?(?=")')


@cache
def renderer_version() -> str:
    """Name our rules and the libraries' versions: two equal names mean the same HTML for the same text."""
    return f"{RENDERER} " + " ".join(f"{name}-{version(name)}" for name in ("markdown", "bleach", "nh3"))


def render_markdown(
    text: str,
    *,
    prefix: str = "",
    citations: Callable[[Citation], str | None] | None = None,
    top_heading: int = 3,
) -> str:
    """Turn what a person typed into HTML that is safe to show; see `render_or_escape`."""
    return render_or_escape(text, prefix=prefix, citations=citations, top_heading=top_heading)[0]


def render_or_escape(
    text: str,
    *,
    prefix: str = "",
    citations: Callable[[Citation], str | None] | None = None,
    top_heading: int = 3,
) -> tuple[str, bool]:
    """Give the HTML, and whether it is the plain view because the text is too much to lay out.

    `prefix` keeps footnotes of several essays on one page apart. `citations` gives the address behind a citation, or
    None to leave it as words; without it, `cite_in_page`. `# Heading` becomes `<h3>` unless `top_heading` differs.
    """
    if not _PREFIX.fullmatch(prefix):
        raise ValueError("A prefix holds letters, digits and hyphens only.")
    text = normalise(text)
    if plain_because(text):
        return as_typed(text), True
    try:
        made = _markdown(text, prefix, citations or cite_in_page, top_heading)
    except RecursionError:
        return as_typed(text), True
    return (made, False) if len(made) <= MAX_HTML else (as_typed(text), True)


def as_typed(text: str) -> str:
    """Show the text itself, each line a paragraph, nothing in it read as a mark."""
    lines = _SURROGATE.sub("\ufffd", _CONTROL.sub("\ufffd", normalise(text))).split("\n")
    return "\n".join(f"<p>{html.escape(line.strip(), quote=False)}</p>" for line in lines if line.strip())


def _markdown(text: str, prefix: str, citations: Callable[[Citation], str | None], top_heading: int) -> str:
    text = _SURROGATE.sub("\ufffd", _CONTROL.sub("\ufffd", text))
    marks = _NOTE_MARK.findall(text)
    defined = sum(1 for mark in marks if mark.endswith(":"))
    layout = _Layout(top_heading, set(), takes_notes=defined <= MAX_NOTES and len(marks) - defined <= MAX_NOTES)
    source = "\n\n".join(_blocks(text.split("\n"), layout, 0))
    addresses: dict[str, str] = {}
    made = _recipe(prefix, layout.takes_notes, citations, addresses).convert(source)
    return _MADE_HREF.sub(lambda found: html.escape(addresses[found[0]]), sanitise(made))


def _recipe(
    prefix: str, notes: bool, citations: Callable[[Citation], str | None], addresses: dict[str, str]
) -> Markdown:
    """Make a new Markdown each time (0.3 ms): one that is used again carries state from text to text."""
    markdown = Markdown(extensions=[TableExtension(use_align_attribute=True), SaneListExtension()])
    if notes:
        _footnotes(prefix).extendMarkdown(markdown)
    for name in ("html_block",):
        markdown.preprocessors.deregister(name)
    for name in ("code", "setextheader", "reference"):
        markdown.parser.blockprocessors.deregister(name)
    for name in ("html", "entity", "reference", "short_reference", "image_link", "image_reference", "short_image_ref"):
        markdown.inlinePatterns.deregister(name)
    markdown.inlinePatterns.register(_Link(r"\[", markdown), "link", 160)
    markdown.inlinePatterns.register(_Cite(citations, addresses), "cite", 176)
    return markdown


def _footnotes(prefix: str) -> FootnoteExtension:
    """Number footnotes as they are referred to, with ids of their own for each essay: `fn-k7m-1`, `fnref-k7m-1`."""
    return FootnoteExtension(
        PLACE_MARKER=STX,
        SEPARATOR=f"-{prefix}",
        SUPERSCRIPT_TEXT="[{}]",
        USE_DEFINITION_ORDER=False,
        BACKLINK_TITLE="Back to footnote %d in the text",
    )


def sanitise(made: str) -> str:
    """Let through the few tags and attributes above, twice: by bleach, which is old, then by nh3."""
    cleaner = bleach.Cleaner(tags=TAGS, attributes=_is_allowed, protocols=PROTOCOLS, strip=True)
    return nh3.clean(
        cleaner.clean(made),
        tags=set(TAGS),
        attributes=ATTRIBUTES,
        attribute_filter=lambda tag, name, value: value if name == "rel" or _is_allowed(tag, name, value) else None,
        url_schemes=set(PROTOCOLS),
        link_rel=REL,
    )


def _is_allowed(tag: str, name: str, value: str) -> bool:
    return name in ATTRIBUTES.get(tag, ()) and bool(_VALUES[name].fullmatch(value))


class _Link(LinkInlineProcessor):
    """A link, unless it leads nowhere a student's link should: then the words stay as they were typed."""

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | None, int | None, int | None]:
        link, start, end = super().handleMatch(m, data)
        if not isinstance(link, ElementTree.Element):
            return None, None, None
        href = link.get("href", "")
        href = f"https://{href}" if href.lower().startswith("www.") else href
        link.set("href", href)
        return (link, start, end) if _is_allowed("a", "href", href) else (None, None, None)


class _Cite(InlineProcessor):
    """`[Source B, ¶2]`, leading to that paragraph."""

    def __init__(self, citations: Callable[[Citation], str | None], addresses: dict[str, str]) -> None:
        super().__init__(CITATION.pattern)
        self.citations = citations
        self.addresses = addresses

    def handleMatch(  # type: ignore[override]  # noqa: N802 - the library's name
        self, m: re.Match[str], data: str
    ) -> tuple[ElementTree.Element | str, int, int]:
        citation = _citation(m)
        address, anchor = self.citations(citation), cite_in_page(citation)
        if address is None:
            return m[0], m.start(), m.end()
        self.addresses[anchor] = address
        link = ElementTree.Element("a", {"class": "cite", "href": anchor})
        link.text = AtomicString(m[0])
        return link, m.start(), m.end()


def plain_name(title: str) -> str:
    """Write a title in letters that every computer takes in a file's name; nothing where none are left."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60]
