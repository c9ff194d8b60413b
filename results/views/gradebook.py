"""Marks to take away: as CSV and as a workbook; names once something is released, codes before."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest
from courses.models import LookKind
from essays.permissions import visible_set_assignments
from results.permissions.release import may_download_marks
from results.pure.gradebook import Cell, csv_lines
from results.pure.workbooks import write_workbook
from results.queries.gradebook import is_released, rows_by_code, rows_by_name

PART = 1 << 16
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def marks(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The marks as CSV; `?by=code` for what is still to come."""
    name, rows = _rows(request, assignment_id)
    return StreamingHttpResponse(
        _with_mark(csv_lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


@require_safe
def workbook(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The same rows as an XLSX workbook."""
    name, rows = _rows(request, assignment_id)
    return StreamingHttpResponse(
        _workbook(rows),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


def _workbook(rows: Iterable[Iterable[Cell]]) -> Iterator[bytes]:
    """Put the workbook together on disk, then give it in parts."""
    with TemporaryFile() as file:
        write_workbook(rows, file, title="Marks")
        file.seek(0)
        while part := file.read(PART):
            yield part


def _rows(request: SignedInRequest, assignment_id: UUID) -> tuple[str, Iterable[Iterable[Cell]]]:
    """Give a file's name, without its ending, and its rows."""
    found = visible_set_assignments(request.user).select_related("course")
    assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_download_marks(request.user, assignment))
    moment = now()
    by_name = request.GET.get("by") != "code" and is_released(assignment, moment)
    if by_name:
        keep_look(LookKind.MARKS, by=request.user, assignment_id=assignment.pk)
    rows = rows_by_name(assignment, moment) if by_name else rows_by_code(assignment, moment)
    return f"marks-{assignment.course.slug}-{'names' if by_name else 'codes'}", rows


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    """Begin with the byte order mark, by which spreadsheets know that names are UTF-8."""
    yield "\ufeff"
    yield from lines
