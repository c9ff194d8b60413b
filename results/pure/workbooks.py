"""Rows as an XLSX workbook: typed cells, nothing a spreadsheet would run, one row in memory at a time.

openpyxl makes the book: its parts, styles, heading and properties. The rows are written into its sheet as text, since
a cell object for each of three million cells costs five times as long as the cells themselves.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import IO
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from courses.pure.sheets import RISKY, keep_words, shown_words
from results.pure.gradebook import CELL_MOST, Cell

MOMENT = "yyyy-mm-dd hh:mm"
WIDTHS = (28, 18, 18, 14)
"""How wide the first columns are, which hold words; the others hold numbers."""
NARROW = 10
PART = "xl/worksheets/sheet1.xml"
SHORT = 120
"""Words up to so many characters may come again, as names of criteria and levels do: the last are kept as written."""
SAMPLE = 2
"""The row of the bare book that shows which styles a moment and guarded words have; it is not kept."""


def write_workbook(rows: Iterable[Iterable[Cell]], into: IO[bytes], *, title: str) -> None:
    """Write a heading and rows as one sheet whose heading stays when it is scrolled.

    Numbers and moments are such; words are words, whatever they begin with. No formulas, no links.
    """
    given = iter(rows)
    bare = zipfile.ZipFile(io.BytesIO(_bare_book(list(next(given)), title)))
    before, styles, after = _cut(bare.read(PART).decode())
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as book:
        for name in bare.namelist():
            if name != PART:
                book.writestr(name, bare.read(name))
        with book.open(PART, "w", force_zip64=True) as sheet:
            sheet.write(before.encode())
            for number, row in enumerate(given, 2):
                sheet.write(_row(number, row, *styles).encode())
            sheet.write(after.encode())


def _bare_book(heading: Sequence[Cell], title: str) -> bytes:
    """Make a book with its heading and a row of samples."""
    book = Workbook()
    book.properties.creator = "Assay"
    sheet = book.worksheets[0]
    sheet.title = title
    sheet.freeze_panes = "B2"
    for place, value in enumerate(heading, 1):
        sheet.column_dimensions[get_column_letter(place)].width = WIDTHS[place - 1] if place <= len(WIDTHS) else NARROW
        cell = sheet.cell(1, place, shown_words(str(value)))
        keep_words(cell)
        cell.font = Font(bold=True)
    sheet.cell(SAMPLE, 1, datetime(2026, 1, 1)).number_format = MOMENT  # noqa: DTZ001  # a spreadsheet's have no zone
    keep_words(sheet.cell(SAMPLE, 2, "=words"))
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _cut(sheet: str) -> tuple[str, tuple[str, str], str]:
    """Cut a sheet where rows come in: what stands before, the styles of moments and of guarded words, and the rest."""
    sample = re.search(rf'<row r="{SAMPLE}".*?</row>', sheet, re.S)
    if sample is None:
        raise ValueError("The sheet has no row of samples.")
    moment, words = re.findall(r's="(\d+)"', sample[0])
    before = re.sub(r"<dimension [^>]*/>", "", sheet[: sample.start()])
    return before, (moment, words), sheet[sample.end() :]


def _row(number: int, row: Iterable[Cell], moment: str, words: str) -> str:
    return f'<row r="{number}">{"".join(_cells(number, row, moment, words))}</row>'


def _cells(number: int, row: Iterable[Cell], moment: str, words: str) -> Iterator[str]:
    """Write a row's cells; a blank has none."""
    for letter, value in zip(_LETTERS, row, strict=False):
        if value is None or value == "":
            continue
        if isinstance(value, str):
            written = _often(value, words) if len(value) <= SHORT else _written(value, words)
            yield f'<c r="{letter}{number}"{written}'
        elif isinstance(value, datetime):
            yield f'<c r="{letter}{number}" s="{moment}"><v>{_serial(value)}</v></c>'
        else:
            yield f'<c r="{letter}{number}"><v>{_figure(value)}</v></c>'


def _written(value: str, words: str) -> str:
    """Write words as what follows a cell's place."""
    clean = escape(shown_words(value)[:CELL_MOST], {"\r": "&#13;"})
    style = f' s="{words}"' if value.startswith(RISKY) else ""
    return f'{style} t="inlineStr"><is><t xml:space="preserve">{clean}</t></is></c>'


_often = lru_cache(maxsize=512)(_written)


def _serial(value: datetime) -> float:
    """Give a moment as a spreadsheet counts it: days since the end of 1899."""
    return float(to_excel(value.replace(tzinfo=None)))  # type: ignore[no-untyped-call]  # openpyxl's


def _figure(value: Decimal | int) -> str:
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


_LETTERS = tuple(get_column_letter(place) for place in range(1, 1_001))
