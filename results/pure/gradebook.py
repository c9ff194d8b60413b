"""How marks are written as CSV: numbers stay numbers, and no cell can be read as a formula."""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from courses.pure.sheets import RISKY

Cell = str | int | Decimal | datetime | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CELL_MOST = 32_767
"""How many characters a spreadsheet keeps in a cell."""
MARK = "\ufeff"
"""The byte order mark, by which spreadsheets know that names are UTF-8."""
FIGURE = re.compile(r"\s*[+-]?\d{1,15}(?:[.,]\d{1,10})?\s*")

THOUSANDS = re.compile(r"\s*[+-]?[1-9]\d{0,2}([.,])\d{3}\s*")
"""What is a thousand and something, or one and something: a comma always, a point where commas may be decimal."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a spreadsheet of one's own country wants its CSV: what parts the cells, and a decimal comma or not."""

    delimiter: str = ","
    decimal_comma: bool = False


POINTS = Dialect()
COMMAS = Dialect(";", decimal_comma=True)
DIALECTS = {"points": POINTS, "commas": COMMAS}


def safe_cell(value: Cell, dialect: Dialect = POINTS) -> str:
    """Write one cell: numbers as they are, nothing as blank, words a spreadsheet would run behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        figures = f"{value.normalize():f}"
        return figures.replace(".", ",") if dialect.decimal_comma else figures
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if _would_run(value) else value


def plain_cell(written: str) -> str:
    """Take the apostrophe away that `safe_cell` put before words; what never had one stays as it is."""
    return written[1:] if written.startswith("'") and _would_run(written[1:]) else written


def given_cell(value: str) -> str:
    """Write a cell of somebody else's file again: figures, dates and a lone dash as they are, words made safe."""
    return value if value.strip() == "-" or FIGURE.fullmatch(value) else safe_cell(value)


def _would_run(value: str) -> bool:
    """Whether words begin like a formula, be it behind apostrophes: one is added then, so that one can be taken off."""
    return value.lstrip("'").startswith(RISKY)


def is_unclear(written: str, dialect: Dialect = POINTS) -> bool:
    """Whether a figure can be read two ways: "1,234" anywhere; "1.234" where the cells are not parted by commas.

    Who parts cells by semicolons or tabs writes decimal commas, most often, and a point between thousands.
    """
    found = THOUSANDS.fullmatch(written)
    return found is not None and (found[1] == "," or dialect.delimiter != ",")


def read_figure(written: str, dialect: Dialect = POINTS) -> Decimal | None:
    """Read a number as spreadsheets write it, "7.5" or "7,5"; None for anything else, and for what is unclear."""
    if not FIGURE.fullmatch(written) or is_unclear(written, dialect):
        return None
    try:
        return Decimal(written.strip().replace(",", "."))
    except InvalidOperation:  # pragma: no cover  # the pattern lets nothing else through
        return None


def csv_lines(rows: Iterable[Iterable[Cell]], dialect: Dialect = POINTS) -> Iterator[str]:
    """Write rows as CSV, one line at a time."""
    return csv_rows(([safe_cell(value, dialect) for value in row] for row in rows), dialect)


def csv_rows(rows: Iterable[list[str]], dialect: Dialect = POINTS) -> Iterator[str]:
    """Write rows whose cells are safe already as CSV, one line at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=dialect.delimiter)
    for row in rows:
        writer.writerow(row)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def shortened_to_cell(words: str) -> str:
    """Cut words that no cell could hold, and say so with an ellipsis."""
    return words if len(words) < CELL_MOST else f"{words[: CELL_MOST - 2]}…"


def workbook_name(what: str, assignment: str, *, named: bool) -> str:
    """Name a workbook of "marks" or "scores" of an assignment; an erasure finds those with names by that."""
    return f"{what}-{assignment}-{'names' if named else 'codes'}.xlsx"
