"""Words in a workbook's cells: words they stay, whatever they begin with, and nothing a spreadsheet would run."""

from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, WriteOnlyCell
from openpyxl.cell.cell import Cell as SheetCell

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""What words begin with that a spreadsheet takes for a formula."""


NO_XML = {0xFFFE: None, 0xFFFF: None}
"""What XML cannot say either, and openpyxl lets through."""


def shown_words(value: str) -> str:
    """Leave out the characters that no workbook can hold."""
    return ILLEGAL_CHARACTERS_RE.sub("", value).translate(NO_XML)


def words_cell(sheet: Any, value: str) -> SheetCell:
    """Make a cell that stays words, also when somebody opens it to edit it."""
    cell = WriteOnlyCell(sheet, value)
    keep_words(cell)
    return cell


def keep_words(cell: Any) -> None:
    """Let a cell's value be words, never a formula."""
    cell.data_type = "s"
    cell.quotePrefix = str(cell.value).startswith(RISKY)
