"""How marks are written as CSV: numbers stay numbers, and no cell can be read as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

Cell = str | int | Decimal | datetime | None
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")


def safe_cell(value: Cell) -> str:
    """Write one cell: numbers as they are, nothing as blank, words a spreadsheet would run behind an apostrophe."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, int):
        return str(value)
    return f"'{value}" if value.startswith(RISKY) else value


def csv_lines(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """Write rows as CSV, one line at a time."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    for row in rows:
        writer.writerow([safe_cell(value) for value in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
