"""Rows as an XLSX workbook: typed cells, nothing a spreadsheet would run, one row in memory at a time."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from courses.pure.sheets import RISKY, shown_words, words_cell
from results.pure.gradebook import Cell

MOMENT = "yyyy-mm-dd hh:mm"
WIDTHS = (28, 18, 18, 14)
"""How wide the first columns are, which hold words; the others hold numbers."""
NARROW = 10


def write_workbook(rows: Iterable[Iterable[Cell]], into: IO[bytes], *, title: str) -> None:
    """Write a heading and rows as one sheet whose heading stays when it is scrolled.

    Numbers and moments are such; words are words, whatever they begin with. No formulas, no links.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "Assay"
    sheet = book.create_sheet(title)
    sheet.freeze_panes = "B2"
    given = iter(rows)
    heading = list(next(given))
    for place in range(len(heading)):
        letter = get_column_letter(place + 1)
        sheet.column_dimensions[letter].width = WIDTHS[place] if place < len(WIDTHS) else NARROW
    sheet.append([_heading(sheet, value) for value in heading])
    for row in given:
        sheet.append(_cells(sheet, row))
    book.save(into)


def _heading(sheet: Any, value: Cell) -> SheetCell:
    cell = words_cell(sheet, str(value))
    cell.font = Font(bold=True)
    return cell


def _cells(sheet: Any, row: Iterable[Cell]) -> Iterator[Any]:
    for value in row:
        if isinstance(value, str):
            clean = shown_words(value)
            yield words_cell(sheet, clean) if clean.startswith(RISKY) else clean
        elif isinstance(value, datetime):
            cell = WriteOnlyCell(sheet, value.replace(tzinfo=None))
            cell.number_format = MOMENT
            yield cell
        else:
            yield _number(value) if isinstance(value, Decimal) else value


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
