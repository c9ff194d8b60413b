"""Marking away from the desk, in short: take a file, change cells in it, bring it back."""

import io
from typing import Any

from openpyxl import load_workbook

from courses.kernel.uploads import Kind, read_workbook, upload_of
from courses.models import User
from essays.models import Assignment
from marking.actions.offline import bring_offline, take_offline
from marking.models import OfflineMerge
from marking.pure.offline_files import offline_workbook
from marking.queries.offline import offline_contents


def take_file(assignment: Assignment, by: User, more: int = 0) -> bytes:
    """Take a workbook along."""
    return offline_workbook(offline_contents(*take_offline(assignment, more=more, by=by)))


def cell_of(book: Any, sheet: str, code: str, heading: str) -> Any:
    """Find the cell of a paper and a criterion, or of "Whole essay"."""
    table = book[sheet]
    column = next(cell.column for cell in table[1] if str(cell.value).split(" · ")[0] == heading)
    row = next(cells[0].row for cells in table.iter_rows(min_row=2) if cells[0].value == code)
    return table.cell(row, column)


def with_cells(data: bytes, *cells: tuple[str, str, str, Any]) -> bytes:
    """Put values into a workbook's cells: (sheet, code, criterion, value)."""
    book = load_workbook(io.BytesIO(data))
    for sheet, code, heading, value in cells:
        cell_of(book, sheet, code, heading).value = value
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def bring_file(assignment: Assignment, data: bytes, by: User) -> OfflineMerge:
    """Bring a workbook back."""
    read = read_workbook(upload_of("papers.xlsx", data, Kind.WORKBOOK))
    return bring_offline(assignment, workbook=read, data=data, by=by)
