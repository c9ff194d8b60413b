"""Readings: an essay rendered once, its plain text, its numbered paragraphs, its sentences and the passages in it.

One rule carries everything: the reading's text IS the `textContent` of its HTML, to the letter, so that a selection in
a browser and an offset here mean the same. Offsets are Unicode code points. What is drawn into an essay without being
part of it (a criterion's tag in the margin) carries `data-apparatus` and does not count. A paragraph is a `p`, a
heading, a list item or a table, numbered from 1 in `data-n`; the number is drawn by the stylesheet.
"""

import html as escapes
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html.parser import HTMLParser

from courses.kernel.renderer import render

PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "table"})
VOID = frozenset({"br", "hr", "img"})
CONTEXT = 32
"""How many characters either side of a passage are kept with it."""


@dataclass(frozen=True, slots=True)
class MadeReading:
    """A reading as it is kept: HTML, its text, the text's hash and the renderer that made it."""

    html: str
    text: str
    sha256: str
    renderer: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A numbered paragraph: code points `start` to `end` of the reading's text."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A passage to be drawn: where, whose hue (a, b, c), and the tag that leads to its criterion.

    `anchor` becomes the passage's id, `label` the tag's words ("E1"), `address` where the tag leads ("#crit-e1"),
    `name` what it is called aloud ("Evidence for E1, Industrial coalition war").
    """

    start: int
    end: int
    anchor: str
    hue: str
    label: str = ""
    address: str = ""
    name: str = ""


def make_reading(text: str) -> MadeReading:
    """Render an essay's Markdown and number its paragraphs."""
    rendered = render(text)
    numbered = number_paragraphs(rendered.html)
    plain = plain_text(numbered)
    return MadeReading(numbered, plain, sha256(plain.encode()).hexdigest(), rendered.version)


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

    def opened(self, tag: str, attributes: dict[str, str | None]) -> None:
        """Take note of an element that begins."""

    def closed(self, tag: str) -> None:
        """Take note of an element that ends."""

    def said(self, data: str) -> None:
        """Take note of text, before its length is counted."""


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
    """Write the HTML again with a number on every paragraph; those inside a list item or a table stay without."""

    def __init__(self) -> None:
        super().__init__()
        self.out: list[str] = []
        self.number = 0
        self.inside: list[str] = []

    def opened(self, tag: str, attributes: dict[str, str | None]) -> None:
        start = self.get_starttag_text() or ""
        within = any(outer in ("table", "li") for outer in self.inside) and tag not in ("li", "table")
        if tag in PARAGRAPHS and not within:
            self.number += 1
            own = "" if "id" in attributes else f' id="p{self.number}"'
            start = f'{start[:-1]}{own} data-n="{self.number}">'
        if tag not in VOID:
            self.inside.append(tag)
        self.out.append(start)

    def closed(self, tag: str) -> None:
        if tag in self.inside:
            while self.inside.pop() != tag:
                continue
        self.out.append(f"</{tag}>")

    def said(self, data: str) -> None:
        self.out.append(escapes.escape(data, quote=False))


def number_paragraphs(html: str) -> str:
    """Number the paragraphs of sanitised HTML: `data-n`, and an id where there is none."""
    walk = _Numbering()
    walk.walk(html)
    return "".join(walk.out)


class _Paragraphs(_Walk):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, int | None, int]] = []
        self.found: list[Paragraph] = []

    def opened(self, tag: str, attributes: dict[str, str | None]) -> None:
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
    """List the numbered paragraphs of a reading's HTML, by number."""
    walk = _Paragraphs()
    walk.walk(html)
    return tuple(sorted(walk.found, key=lambda paragraph: paragraph.number))


def paragraph_at(paragraphs: Sequence[Paragraph], offset: int) -> int:
    """Say in which paragraph an offset lies: the innermost that holds it, else the last that begins before it."""
    holding = [p for p in paragraphs if p.start <= offset < p.end] or [p for p in paragraphs if p.start <= offset]
    return max(holding, key=lambda p: (p.start, p.number)).number if holding else 1


# ---------------------------------------------------------------- sentences
_STOP = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)")
_SHORTENED = re.compile(
    r"(?:\b(?:e\.g|i\.e|cf|etc|vs|Mr|Mrs|Ms|Dr|Prof|St|No|Nos|pp?|vol|approx|ca|Gen|Lt|Col|Sen|Rep|Jr|Sr|al|Fig)"
    r"|\b[A-Z](?:\.[A-Z])*)\.$"
)
_OPENING = re.compile(r"\s+(?=[\"'“‘«(\[]*[^\W_a-z])|\s+$", re.UNICODE)


def sentences(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """List the sentences of `text[start:end]` as (start, end) code points; a line end always ends one."""
    end = len(text) if end is None else end
    found: list[tuple[int, int]] = []
    at = start
    for line in text[start:end].split("\n"):
        found += _sentences_of_line(text, at, at + len(line))
        at += len(line) + 1
    return found


def _sentences_of_line(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Cut one line after every stop that ends a sentence."""
    cuts, found = [], []
    for stop in _STOP.finditer(text, start, end):
        before = text[max(start, stop.start() - 8) : stop.start() + 1]
        shortened = stop.group(0) == "." and _SHORTENED.search(before)
        goes_on = stop.end() < end and not _OPENING.match(text, stop.end(), end)
        if not shortened and not goes_on:
            cuts.append(stop.end())
    for cut in [*cuts, end]:
        piece = text[start:cut]
        left = len(piece) - len(piece.lstrip())
        if piece.strip():
            found.append((start + left, start + len(piece.rstrip())))
        start = cut
    return found


# ---------------------------------------------------------------- passages
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
    """Turn a browser's offset (UTF-16 units) into code points; one inside a pair counts as before it."""
    return len(text.encode("utf-16-le")[: offset * 2].decode("utf-16-le", "ignore"))


def to_utf16(text: str, offset: int) -> int:
    """Turn code points into a browser's offset."""
    return len(text[:offset].encode("utf-16-le")) // 2


class _Marking(_Walk):
    """Write the HTML again with passages marked, cut where elements and other passages begin and end."""

    def __init__(self, marks: Sequence[Mark]) -> None:
        super().__init__()
        self.out: list[str] = []
        self.marks = sorted(marks, key=lambda mark: (mark.start, -mark.end, mark.anchor))
        self.begun: set[str] = set()

    def opened(self, tag: str, attributes: dict[str, str | None]) -> None:
        self.out.append(self.get_starttag_text() or "")

    def closed(self, tag: str) -> None:
        self.out.append(f"</{tag}>")

    def said(self, data: str) -> None:
        start, end = self.at, self.at + len(data)
        touching = [mark for mark in self.marks if mark.start < end and mark.end > start]
        borders = {b for mark in touching for b in (mark.start, mark.end) if start < b < end}
        points = [start, *sorted(borders), end]
        for left, right in zip(points, points[1:], strict=False):
            piece = escapes.escape(data[left - start : right - start], quote=False)
            over = [mark for mark in touching if mark.start <= left and mark.end >= right]
            if not piece.strip() and not any(mark.end == right for mark in over):
                over = []
            self.out.append("".join(map(self._open, over)) + piece)
            self.out += [self._tag(mark, right) + "</mark>" for mark in reversed(over)]

    def _open(self, mark: Mark) -> str:
        first = mark.anchor not in self.begun
        self.begun.add(mark.anchor)
        own = f' id="{escapes.escape(mark.anchor)}"' if first else ""
        return f'<mark class="ev strand-{escapes.escape(mark.hue)}"{own} data-ev="{escapes.escape(mark.anchor)}">'

    def _tag(self, mark: Mark, at: int) -> str:
        if at != mark.end or not mark.label:
            return ""
        words = [escapes.escape(word) for word in (mark.address, mark.name or mark.label, mark.label)]
        return f'<a class="ev-tag" data-apparatus href="{words[0]}" aria-label="{words[1]}">{words[2]}</a>'


def mark_passages(html: str, marks: Iterable[Mark]) -> str:
    """Draw passages into a reading's HTML; its text, apparatus left out, stays the same to the letter."""
    walk = _Marking(list(marks))
    walk.walk(html)
    return "".join(walk.out)
