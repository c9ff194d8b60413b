"""One's own copy of an essay: what its first lines say, and the Word file of it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.oxml.parser import parse_xml
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.text.paragraph import Paragraph
from lxml import etree

from courses.kernel.text import plain_name
from essays.pure.blocks import Block, Run
from essays.pure.markdown import joined

KINDS = ("txt", "docx", "pdf")
_NOTES_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


@dataclass(frozen=True, slots=True)
class Copy:
    """An essay as its author takes it away. `when` says in words when it was saved or handed in."""

    title: str
    course: str
    author: str
    when: str
    at: datetime
    words: int
    text: str

    @property
    def facts(self) -> str:
        """The line under the title."""
        return " · ".join(filter(None, [self.author, self.course, self.when, f"{self.words:,} words"]))

    def file_name(self, kind: str) -> str:
        """Name the file after its title and day, in letters that every computer takes."""
        return f"{plain_name(self.title) or 'essay'}-{self.at:%Y-%m-%d}.{kind}"


def word_file(copy: Copy, blocks: Sequence[Block]) -> bytes:
    """Write an essay's blocks as a Word file. Title, author and date stand in its page header, apart from the text.

    Footnotes are footnotes, lists are lists, headings are headings: read back by `read_file`, the text is the same.
    """
    file = docx.Document()
    _set_up(file, copy)
    writer = _Writer(file, {block.note: block.runs for block in blocks if block.kind == "note"})
    for block in blocks:
        if block.kind != "note":
            writer.write(block)
    writer.add_notes()
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()


def _set_up(file: Document, copy: Copy) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = page.top_margin = page.bottom_margin = Cm(2.5)
    page.different_first_page_header_footer = True
    for name in ("Normal", "Quote", *(f"Heading {n}" for n in range(1, 7))):
        style = file.styles[name]
        style.font.name = "Georgia"
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for place in list(fonts.attrib):
            if "heme" in place:
                del fonts.attrib[place]
    normal = file.styles["Normal"]
    normal.font.size = Pt(11.5)
    normal.paragraph_format.line_spacing = 1.4
    normal.paragraph_format.space_after = Pt(8)
    head = page.first_page_header
    title = head.paragraphs[0].add_run(copy.title)
    title.bold, title.font.size = True, Pt(16)
    facts = head.add_paragraph().add_run(copy.facts)
    facts.font.size, facts.font.color.rgb = Pt(9.5), RGBColor(0x55, 0x55, 0x55)
    about = file.core_properties
    about.title, about.author, about.last_modified_by, about.comments = copy.title, copy.author, copy.author, ""
    about.created = about.modified = copy.at.replace(tzinfo=None)


@dataclass(slots=True)
class _Level:
    number_id: int
    number: int


class _Writer:
    """Write blocks into a file, keeping the numbering of its lists and the footnotes met so far."""

    def __init__(self, file: Document, notes: dict[str, Sequence[Run]]) -> None:
        self.file = file
        self.notes = notes
        self.met: list[str] = []
        self.levels: list[_Level] = []
        self.numbering = file.part.numbering_part.element
        self.kinds = {ordered: self._add_kind(ordered=ordered) for ordered in (False, True)}

    def write(self, block: Block) -> None:
        if block.kind != "item":
            self.levels = []
        if block.kind == "table":
            self._table(block)
        elif block.kind == "rule":
            self.file.add_paragraph("* * *").alignment = WD_ALIGN_PARAGRAPH.CENTER
        else:
            style = "Quote" if block.quote else None
            style = f"Heading {block.level}" if block.kind == "heading" else style
            paragraph = self.file.add_paragraph(style=style)
            if block.quote > 1:
                paragraph.paragraph_format.left_indent = Cm(0.75 * block.quote)
            if block.kind == "item":
                self._number(paragraph, block)
            self._say(paragraph, block.runs)

    def _say(self, paragraph: Paragraph, runs: Sequence[Run]) -> None:
        for run in _trimmed(joined(runs)):
            if run.note:
                self._refer(paragraph, run.note)
                continue
            said = paragraph.add_run(run.text)
            said.bold, said.italic = run.bold or None, run.italic or None
            if run.href:
                said.underline = True
                self._link(paragraph, said._r, run.href)

    def _link(self, paragraph: Paragraph, said: BaseOxmlElement, href: str) -> None:
        link = OxmlElement("w:hyperlink")
        link.set(qn("r:id"), self.file.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
        paragraph._p.append(link)
        link.append(said)

    def _table(self, block: Block) -> None:
        table = self.file.add_table(len(block.rows), max(map(len, block.rows)), style="Table Grid")
        for row, cells in zip(table.rows, block.rows, strict=True):
            for cell, runs in zip(row.cells, cells, strict=False):
                self._say(cell.paragraphs[0], runs)
        table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        self.file.add_paragraph()

    # ------------------------------------------------------------------------------------------- lists
    def _number(self, paragraph: Paragraph, block: Block) -> None:
        """Give an item its place: a list of its own where no list goes on."""
        ordered, depth = block.number > 0, min(block.level, 9)
        del self.levels[depth:]
        going_on = len(self.levels) == depth and self.levels[-1].number == max(block.number - 1, 0)
        if going_on and ordered == (self.levels[-1].number > 0):
            self.levels[-1].number = block.number
        else:
            del self.levels[depth - 1 :]
            while len(self.levels) < depth:
                self.levels.append(_Level(self._add_list(depth - 1, block.number), block.number))
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_ilvl().val = depth - 1
        properties.get_or_add_numId().val = self.levels[-1].number_id

    def _add_kind(self, *, ordered: bool) -> int:
        """Add an outline of nine levels; bullets and numbers are two."""
        own = 1 + max((int(n) for n in self.numbering.xpath("./w:abstractNum/@w:abstractNumId")), default=0)
        levels = "".join(
            f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{"decimal" if ordered else "bullet"}"/>'
            f'<w:lvlText w:val="{f"%{at + 1}." if ordered else "•"}"/><w:lvlJc w:val="left"/>'
            f'<w:pPr><w:ind w:left="{567 * (at + 1)}" w:hanging="340"/></w:pPr></w:lvl>'
            for at in range(9)
        )
        kind = parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{own}">{levels}</w:abstractNum>')
        first = self.numbering.find(qn("w:num"))
        if first is None:
            self.numbering.append(kind)
        else:
            first.addprevious(kind)
        return own

    def _add_list(self, at: int, start: int) -> int:
        number = self.numbering.add_num(self.kinds[start > 0])
        if start:
            number.add_lvlOverride(ilvl=at).add_startOverride(start)
        return int(number.numId)

    # ------------------------------------------------------------------------------------------- footnotes
    def _refer(self, paragraph: Paragraph, note: str) -> None:
        if note not in self.met:
            self.met.append(note)
        run = paragraph.add_run()
        run.font.superscript = True
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(self.met.index(note) + 2))
        run._r.append(reference)

    def add_notes(self) -> None:
        """Write the footnotes' part; a note may refer to none further, so that one pass is enough."""
        if not self.met:
            return
        lines = "".join(
            f'<w:footnote w:type="{kind}" w:id="{own}"><w:p><w:r><w:{tag}/></w:r></w:p></w:footnote>'
            for own, kind, tag in ((0, "separator", "separator"), (1, "continuationSeparator", "continuationSeparator"))
        )
        notes = parse_xml(f"<w:footnotes {nsdecls('w')}>{lines}</w:footnotes>")
        for at, name in enumerate(self.met):
            note = OxmlElement("w:footnote")
            note.set(qn("w:id"), str(at + 2))
            mark = '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
            note.append(parse_xml(f'<w:p {nsdecls("w")}>{mark}<w:r><w:t xml:space="preserve"> </w:t></w:r></w:p>'))
            for run in _trimmed(joined(self.notes[name])):
                said = Paragraph(note[0], self.file._body).add_run(run.text)
                said.bold, said.italic = run.bold or None, run.italic or None
            notes.append(note)
        part = Part(PackURI("/word/footnotes.xml"), _NOTES_TYPE, _as_bytes(notes), self.file.part.package)
        self.file.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _as_bytes(element: BaseOxmlElement) -> bytes:
    return bytes(etree.tostring(element, encoding="UTF-8", xml_declaration=True, standalone=True))


def _trimmed(runs: Sequence[Run]) -> list[Run]:
    """Leave out space at the ends of a paragraph, where Word would keep it."""
    kept = [run for run in runs if run.text or run.note]
    if kept:
        kept[0] = replace(kept[0], text=kept[0].text.lstrip(" "))
        kept[-1] = replace(kept[-1], text=kept[-1].text.rstrip(" "))
    return kept
