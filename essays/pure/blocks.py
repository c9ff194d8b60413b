"""What safe HTML says, block by block: what files that are brought in and copies that are taken out are made from.

static/js/essays/drafts/fromhtml.js reads a clipboard by the same rules.
"""

import re
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

MOST_COLUMNS = 50

_NOTE = re.compile(r"#fn-(?!\w+-ref-)[\w-]+")
_BACK = re.compile(r"#(?:fnref\d*-|fn-\w+-ref-)[\w-]+")
_HEADING = re.compile(r"h([1-6])")
_SPACE = re.compile(r"[ \t\n\r\f\xa0]+")
_VOID = frozenset({"br", "hr"})


@dataclass(frozen=True, slots=True)
class Run:
    """Words in one dress. A line end in `text` was typed; `note` names the footnote that the run refers to."""

    text: str
    bold: bool = False
    italic: bool = False
    href: str = ""
    note: str = ""

    def dressed_as(self, other: "Run") -> bool:
        return replace(self, text="") == replace(other, text="")


@dataclass(slots=True)
class Block:
    """A paragraph, heading, item, table, rule or note. `quote` says how deep it is quoted, `level` how deep it lies.

    `number` is an item's own, 0 for a bullet; `rows` are a table's cells, `ruled` where it is regular enough for one.
    """

    kind: str
    runs: list[Run] = field(default_factory=list)
    level: int = 0
    number: int = 0
    quote: int = 0
    note: str = ""
    rows: list[list[list[Run]]] = field(default_factory=list)
    ruled: bool = False

    @property
    def words(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(slots=True)
class _List:
    ordered: bool
    number: int
    item: Block | None = None


class _Reader(HTMLParser):
    """Read sanitised HTML into blocks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.open: Block | None = None
        self.inside: list[str] = []
        self.lists: list[_List] = []
        self.hrefs: list[str] = []
        self.notes: dict[str, str] = {}
        self.in_note = ""
        self.silent = 0
        self.table: Block | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _VOID:
            self.inside.append(tag)
        if self.silent:
            self.silent += tag not in _VOID
        elif tag == "a":
            self._link(given)
        elif tag == "br":
            self._say("\n")
        elif tag == "table":
            if self.table is not None:
                self._end_table(self.table)  # a table within a table: what the outer one said so far comes first
            self.table, self.open = Block("table", quote=self._quote), None
        elif self.table is not None:
            self._in_table(tag)
        elif tag in ("ul", "ol"):
            start = given.get("start", "")
            self.lists.append(_List(tag == "ol", int(start) if start.isdigit() else 1))
            self.open = None
        elif tag == "hr":
            self.blocks.append(Block("rule", quote=self._quote))
            self.open = None
        elif tag in ("p", "div", "li", "blockquote") or _HEADING.fullmatch(tag):
            self._begin(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.inside:
            return
        while self.inside.pop() != tag:
            continue
        if self.silent:
            self.silent -= 1
        elif tag == "a" and self.hrefs:
            self.hrefs.pop()
        elif tag == "table" and self.table is not None:
            self._end_table(self.table)
        elif self.table is not None:
            if tag == "p":
                self._say(" ")
        elif tag in ("ul", "ol"):
            self.lists.pop()
            self.open = None
        elif tag in ("p", "div", "li", "blockquote") or _HEADING.fullmatch(tag):
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if not self.silent and (self.open or self.table or data.strip()):
            self._say(_SPACE.sub(" ", data))

    @property
    def _quote(self) -> int:
        return self.inside.count("blockquote")

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        self.open = None
        if tag == "li" and self.lists:
            self.lists[-1].item = None
            if given.get("id", "").startswith("fn-"):
                self.in_note = self._name("#" + given["id"])

    def _end(self, tag: str) -> None:
        self.open = None
        if tag == "li" and self.lists:
            self.lists[-1].number += self.lists[-1].item is not None
            self.lists[-1].item = None
            if len(self.lists) == 1:
                self.in_note = ""

    def _link(self, given: dict[str, str]) -> None:
        href = given.get("href", "")
        if _BACK.fullmatch(href):
            self.silent = 1
        elif _NOTE.fullmatch(href):
            self._put(Run(self._name(href), note=self._name(href)))
            self.silent = 1
        else:
            self.hrefs.append("" if href.startswith("#") else href)

    def _name(self, href: str) -> str:
        """Name a note by the order in which the text refers to it."""
        return self.notes.setdefault(href, str(len(self.notes) + 1))

    def _say(self, text: str) -> None:
        heading = self.open is not None and self.open.kind == "heading"
        bold = "strong" in self.inside and not heading
        self._put(Run(text, bold, "em" in self.inside, self.hrefs[-1] if self.hrefs else ""))

    def _put(self, run: Run) -> None:
        if self.table is not None:
            if self.table.rows and self.table.rows[-1]:
                self.table.rows[-1][-1].append(run)
            return
        if self.open is None:
            if not run.text.strip():
                return
            self.open = self._opened()
            if self.open.kind == "heading":
                run = replace(run, bold=False)
        self.open.runs.append(run)

    def _opened(self) -> Block:
        heading = next((found for tag in self.inside if (found := _HEADING.fullmatch(tag))), None)
        if self.in_note:
            made = next((b for b in self.blocks if b.kind == "note" and b.note == self.in_note), None)
            made = made or self._added(Block("note", note=self.in_note))
        elif heading:
            return self._added(Block("heading", level=int(heading[1]), quote=self._quote))
        elif self.lists and self.inside[-1:] != ["blockquote"]:
            level = self.lists[-1]
            number = level.number if level.ordered else 0
            made = level.item or self._added(Block("item", level=len(self.lists), number=number, quote=self._quote))
            level.item = made
        else:
            return self._added(Block("paragraph", quote=self._quote))
        if made.runs:
            made.runs.append(Run(" "))
        return made

    def _added(self, block: Block) -> Block:
        self.blocks.append(block)
        return block

    def _in_table(self, tag: str) -> None:
        if self.table is None:
            return
        if tag == "tr":
            self.table.rows.append([])
        elif tag in ("td", "th") and self.table.rows:
            self.table.rows[-1].append([])

    def _end_table(self, table: Block) -> None:
        self.table = self.open = None
        rows = [row for row in table.rows if any("".join(run.text for run in cell).strip() for cell in row)]
        columns = {len(row) for row in rows}
        barred = any("|" in run.text for row in rows for cell in row for run in cell)
        if columns == {1}:
            self.blocks += [Block("paragraph", row[0], quote=table.quote) for row in rows]
        elif rows:
            ruled = len(columns) == 1 and len(rows) > 1 and max(columns) <= MOST_COLUMNS and not barred
            runs = [run for row in rows for cell in row for run in cell]
            self.blocks.append(Block("table", runs, quote=table.quote, rows=rows, ruled=ruled))


def blocks_of(html: str) -> list[Block]:
    """Read HTML that came through the sanitiser. A note nobody refers to, or that is not there, is none."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    there = {block.note for block in reader.blocks if block.kind == "note"}
    used = {run.note for block in reader.blocks for run in block.runs if run.note}
    for block in reader.blocks:
        block.runs = [replace(run, note="") if run.note not in there else run for run in block.runs]
        block.rows = [
            [[replace(run, note="") if run.note not in there else run for run in cell] for cell in row]
            for row in block.rows
        ]
        if block.kind == "note" and block.note not in used:
            block.kind = "paragraph"
    notes = [block for block in reader.blocks if block.kind == "note"]
    rest = [block for block in reader.blocks if block.kind != "note"]
    if notes and rest and rest[-1].kind == "rule" and "footnote" in html:
        rest.pop()  # the line that the renderer draws above its notes
    return [block for block in rest if block.kind == "rule" or block.words.strip()] + notes
