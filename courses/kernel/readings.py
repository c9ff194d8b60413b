"""Readings: an essay rendered once, its plain text, its numbered paragraphs, its sentences and the passages in it.

One rule carries everything: the reading's text IS the `textContent` of its HTML, to the letter, so that a selection in
a browser and an offset here mean the same. Offsets are Unicode code points. Between two blocks stands one line end,
between two cells of a row one tab. What is drawn into an essay without being part of it (a criterion's tag in the
margin) carries `data-apparatus` and does not count. A paragraph is a `p`, a heading, a list item or a table, numbered
from 1 in `data-n`; the number is drawn by the stylesheet. A template shows the HTML with nothing around it.
"""

import html as escapes
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from html.parser import HTMLParser
from itertools import pairwise
from typing import NamedTuple

from courses.kernel.renderer import render
from courses.kernel.text import CITATION

PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "table"})
CELLS = frozenset({"td", "th"})
BLOCKS = PARAGRAPHS | CELLS | {"ul", "ol", "blockquote", "div", "thead", "tbody", "tr", "hr"}
VOID = frozenset({"br", "hr", "img"})
SPACE = " \t\n\r\f"
CONTEXT = 32
"""How many characters either side of a passage are kept with it."""

Attributes = dict[str, str | None]


@dataclass(frozen=True, slots=True)
class MadeReading:
    """A reading as it is kept: HTML, its text, the text's hash and the renderer that made it."""

    html: str
    text: str
    sha256: str
    renderer: str


class Paragraph(NamedTuple):
    """A numbered paragraph: code points `start` to `end` of the reading's text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage to be drawn: where, whose hue (a, b, c), and the tag that leads to its criterion.

    `anchor` becomes the passage's id, `label` the tag's words ("E1"), `address` where the tag leads ("#crit-e1"),
    `name` what it is called aloud ("Evidence for E1, Industrial coalition war"). `against`: it speaks against a level,
    and is drawn with another line.
    """

    start: int
    end: int
    anchor: str
    hue: str
    label: str = ""
    address: str = ""
    name: str = ""
    against: bool = False


def make_reading(text: str, *, cite_at: str = "") -> MadeReading:
    """Render an essay's Markdown and number its paragraphs; citations lead to `cite_at`, or into the same page."""
    rendered = render(text, cite_at=cite_at)
    numbered = number_paragraphs(rendered.html)
    plain = plain_text(numbered)
    return MadeReading(numbered, plain, sha256(plain.encode()).hexdigest(), rendered.version)


_CITE_LINK = re.compile(r'(?<=<a class="cite" href=")(?=#source-[a-z](?:-p\d+)?")')


def lead_citations(html: str, address: str) -> str:
    """Let the citations of a reading lead to the page `address`, where its sources stand. Its text stays the same."""
    return _CITE_LINK.sub(lambda _: escapes.escape(address), html)


# --------------------------------------------------------------------------------------------------- reading HTML
class _Walk(HTMLParser):
    """Read sanitised HTML, keeping count of code points; what is apparatus is passed over."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.at = 0
        self.apparatus = 0

    def walk(self, html: str) -> None:
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.apparatus or any(name == "data-apparatus" for name, _ in attrs):
            self.apparatus += tag not in VOID
        else:
            self.opened(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if self.apparatus:
            self.apparatus -= 1
        else:
            self.closed(tag)

    def handle_data(self, data: str) -> None:
        if not self.apparatus:
            self.said(data)
            self.at += len(data)

    def opened(self, tag: str, attributes: Attributes) -> None:
        """Take note of an element that begins."""

    def closed(self, tag: str) -> None:
        """Take note of an element that ends."""

    def said(self, data: str) -> None:
        """Take note of text, before its length is counted."""


def _start_tag(tag: str, attributes: Mapping[str, str | None]) -> str:
    written = (name if value is None else f'{name}="{escapes.escape(value)}"' for name, value in attributes.items())
    return f"<{' '.join([tag, *written])}>"


class _Text(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []

    def said(self, data: str) -> None:
        self.parts.append(data)


def plain_text(html: str) -> str:
    """Give the text of a reading: what a browser calls the element's `textContent`, apparatus left out."""
    walk = _Text()
    walk.walk(html)
    return "".join(walk.parts)


class _Numbering(_Walk):
    """Write the HTML again with a number on every paragraph and one line end between blocks, wherever they nest."""

    def __init__(self, prefix: str) -> None:
        super().__init__()
        self.out: list[str] = []
        self.prefix = prefix
        self.number = 0
        self.inside: list[str] = []
        self.owes_border = False
        self.last_border = ""
        self.after_block = False
        self.at_start = True
        self.held = ""

    def opened(self, tag: str, attributes: Attributes) -> None:
        if tag in BLOCKS:
            self.held, self.at_start = "", True
            if tag not in VOID:
                self._border("\t" if tag in CELLS else "\n")
        else:
            self._flush()
        within = any(outer in ("table", "li") for outer in self.inside) and tag not in ("li", "table")
        if tag in PARAGRAPHS and not within:
            self.number += 1
            own = attributes.get("id") or f"{self.prefix}p{self.number}"
            attributes = attributes | {"id": own, "data-n": str(self.number)}
        if tag not in VOID:
            self.inside.append(tag)
        self.out.append(_start_tag(tag, attributes))
        if tag == "br":
            self.out.append("\n")
            self.held, self.at_start = "", True

    def closed(self, tag: str) -> None:
        if tag not in self.inside:
            return
        while self.inside.pop() != tag:
            continue
        if tag in BLOCKS:
            self.held, self.at_start, self.after_block = "", True, True
        else:
            self._flush()
        self.out.append(f"</{tag}>")

    def said(self, data: str) -> None:
        data = self.held + re.sub(r"[\t\n\r\f]", " ", data)
        data = data.lstrip(SPACE) if self.at_start else data
        words = data.rstrip(SPACE)
        self.held = data[len(words) :]
        if words:
            if self.after_block:
                self._border("\n")
            self.out.append(escapes.escape(words, quote=False))
            self.owes_border, self.at_start = True, False

    def _border(self, border: str) -> None:
        """Part what follows from what was said; after an empty cell, whose tab has been written, a line still ends."""
        if self.owes_border or (self.last_border, border) == ("\t", "\n"):
            self.out.append(border)
            self.last_border = border
        self.owes_border = self.after_block = False

    def _flush(self) -> None:
        self.out.append(self.held)
        self.held = ""


def number_paragraphs(html: str, prefix: str = "") -> str:
    """Number the paragraphs of sanitised HTML: `data-n`, and an id ("p1") where there is none.

    `prefix` keeps the ids of two readings on one page apart.
    """
    walk = _Numbering(prefix)
    walk.walk(html)
    return "".join(walk.out)


class _Paragraphs(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int | None, int]] = []
        self.found: list[Paragraph] = []

    def opened(self, tag: str, attributes: Attributes) -> None:
        if tag not in VOID:
            number = attributes.get("data-n")
            self.open.append((tag, int(number) if number else None, self.at))

    def closed(self, tag: str) -> None:
        while self.open:
            name, number, start = self.open.pop()
            if number is not None:
                self.found.append(Paragraph(number, start, self.at))
            if name == tag:
                return


def paragraphs_of(html: str) -> tuple[Paragraph, ...]:
    """List the numbered paragraphs of a reading's HTML, by number. A list item holds those of the list within it."""
    walk = _Paragraphs()
    walk.walk(html)
    return tuple(sorted(walk.found))


def paragraph_at(paragraphs: Sequence[tuple[int, int, int]], offset: int) -> int:
    """Say in which paragraph an offset lies: the innermost that holds it, else the last that begins before it."""
    numbered = [Paragraph(*one) for one in paragraphs]
    holding = [p for p in numbered if p.start <= offset < p.end] or [p for p in numbered if p.start <= offset]
    return max(holding, key=lambda p: (p.start, p.number)).number if holding else 1


# ------------------------------------------------------------------------------------------------------ sentences
_STOP = re.compile(r"(?:[.!?…]+|[。！？｡]+)[\"'”’»)\]]*")
_AFTER_STOP = re.compile(rf"(?:\[\d{{1,3}}\])*(?:[ \u00a0]?{CITATION.pattern})*")
_SHORTENED = frozenset(
    "e.g i.e cf etc vs viz mr mrs ms dr prof st gen lt col capt sgt maj gov sen rep jr sr al ed eds trans inc ltd corp "
    "approx ca dept est jan feb mar apr jun jul aug sep sept oct nov dec".split()
)
_BEFORE_NUMBER = frozenset("no nos p pp art arts vol vols fig figs ch chap sec para paras c".split())
_INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")
_STARTERS = frozenset(
    "The This That These Those It In But However He She They We A An And So On At As By For From If When While With "
    "There Then Thus Yet To Its Their Both After Before Although Because".split()
)
_LAST_WORD = re.compile(r"[^\s(\[\"'“‘«]*$")
_NEXT_WORD = re.compile(r"[\s(\[\"'“‘«]*(\w*)")


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """List the sentences of `text[start:end]` as (start, end) code points; a line end or a tab always ends one.

    A citation or the number of a footnote after the stop belongs to the sentence before it.
    """
    end = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    for line in re.compile(r"[^\n\t]+").finditer(text, start, end):
        at = line.start()
        for cut in [*_cuts(text, line.start(), line.end()), line.end()]:
            words = text[at:cut]
            if words.strip():
                found.append((at + len(words) - len(words.lstrip()), at + len(words.rstrip())))
            at = cut
    return found


def _cuts(text: str, start: int, end: int) -> Iterable[int]:
    """Find the places in one line where a sentence has ended and another follows."""
    for stop in _STOP.finditer(text, start, end):
        after = _AFTER_STOP.match(text, stop.end(), end)
        cut = after.end() if after else stop.end()
        if cut < end and (
            stop[0][0] in "。！？｡" or (text[cut].isspace() and _ends_sentence(text, stop, cut, start, end))
        ):
            yield cut


def _ends_sentence(text: str, stop: re.Match[str], cut: int, start: int, end: int) -> bool:
    following = _NEXT_WORD.match(text, cut, end)
    word = following[1] if following else ""
    lower = word[:1].islower()
    if stop[0] != ".":
        return not lower or not stop[0].strip("!?")
    before = _LAST_WORD.search(text[max(start, stop.start() - 40) : stop.start()])
    last = before[0] if before else ""
    if last.lower() in _BEFORE_NUMBER:
        return not (word[:1].isdigit() or lower)
    if last.lower() in _SHORTENED or _INITIALS.fullmatch(last):
        return last.lower() not in ("e.g", "i.e", "cf") and word in _STARTERS
    return not lower or len(last) > 3


# ------------------------------------------------------------------------------------------------------- passages
def context(text: str, start: int, end: int, n: int = CONTEXT) -> tuple[str, str]:
    """Give the `n` characters before and after a passage."""
    return text[max(0, start - n) : start], text[end : end + n]


def check_quote(text: str, start: int, end: int, quote: str) -> bool:
    """Tell whether the passage says exactly `quote`."""
    return 0 <= start < end <= len(text) and text[start:end] == quote


_FOLDS = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})


def find_quote(text: str, quote: str) -> tuple[int, int] | None:
    """Find `quote`: as it stands, else with white space, quotation marks and dashes folded; None where it is not."""
    quote = quote.strip()
    if not quote:
        return None
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    words = quote.translate(_FOLDS).split()
    found = re.search(r"\s+".join(map(re.escape, words)), text.translate(_FOLDS))
    return (found.start(), found.end()) if found else None


def from_utf16(text: str, offset: int) -> int:
    """Turn a browser's offset (UTF-16 units) into code points; one inside a pair counts as before it.

    The page does this itself, in `static/js/reading/offsets.js`, and is tried against this and `to_utf16`.
    """
    return len(text.encode("utf-16-le")[: max(offset, 0) * 2].decode("utf-16-le", "ignore"))


def to_utf16(text: str, offset: int) -> int:
    """Turn code points into a browser's offset."""
    return len(text[:offset].encode("utf-16-le")) // 2


class _Marking(_Walk):
    """Write the HTML again with passages marked, cut where elements and other passages begin and end.

    A tag follows its passage; where that ends inside a link it waits for the link's end, as links do not nest.
    """

    def __init__(self, marks: Sequence[Mark]) -> None:
        super().__init__()
        self.out: list[str] = []
        self.marks = marks
        self.begun: set[str] = set()
        self.links = 0
        self.waiting: list[str] = []

    def opened(self, tag: str, attributes: Attributes) -> None:
        self.links += tag == "a"
        self.out.append(_start_tag(tag, attributes))

    def closed(self, tag: str) -> None:
        self.links -= tag == "a"
        self.out.append(f"</{tag}>")
        self._hang()

    def said(self, data: str) -> None:
        start, end = self.at, self.at + len(data)
        touching = [mark for mark in self.marks if mark.start < end and mark.end > start]
        borders = {b for mark in touching for b in (mark.start, mark.end) if start < b < end}
        points = [start, *sorted(borders), end]
        for left, right in pairwise(points):
            words = data[left - start : right - start]
            over = [mark for mark in touching if mark.start <= left and mark.end >= right]
            if words in ("\n", "\t"):
                over = []
            self.out += [*map(self._open, over), escapes.escape(words, quote=False), "</mark>" * len(over)]
            self.waiting += [_tag_of(mark) for mark in over if mark.end == right and mark.label]
            self._hang()

    def _hang(self) -> None:
        if not self.links:
            self.out += self.waiting
            self.waiting = []

    def _open(self, mark: Mark) -> str:
        first = mark.anchor not in self.begun
        self.begun.add(mark.anchor)
        own = {"id": mark.anchor} if first else {}
        kind = f"ev strand-{mark.hue}{' is-counter' if mark.against else ''}"
        return _start_tag("mark", {"class": kind} | own | {"data-ev": mark.anchor})


def _tag_of(mark: Mark) -> str:
    attributes = {
        "class": f"ev-tag strand-{mark.hue}",
        "data-apparatus": None,
        "href": mark.address,
        "aria-label": mark.name or mark.label,
    }
    return f"{_start_tag('a', attributes)}{escapes.escape(mark.label)}</a>"


def mark_passages(html: str, marks: Iterable[Mark]) -> str:
    """Draw passages into a reading's HTML; its text, apparatus left out, stays the same to the letter."""
    text = plain_text(html)
    drawn = sorted(
        (mark for mark in (_trimmed(mark, text) for mark in marks) if mark.start < mark.end),
        key=lambda mark: (mark.start, -mark.end, mark.anchor),
    )
    walk = _Marking(drawn)
    walk.walk(html)
    return "".join(walk.out)


def _trimmed(mark: Mark, text: str) -> Mark:
    """Leave out white space at either end: it may lie between two blocks, where nothing can be drawn."""
    start, end = max(mark.start, 0), min(mark.end, len(text))
    words = text[start:end]
    return replace(mark, start=start + len(words) - len(words.lstrip()), end=start + len(words.rstrip()))
