"""Marks to take away."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest
from essays.permissions import visible_set_assignments
from results.permissions.release import may_download_marks
from results.pure.gradebook import csv_lines
from results.queries.gradebook import is_released, rows_by_code, rows_by_name


@require_safe
def marks(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The marks as CSV: names once something is released, codes before; `?by=code` for what is still to come."""
    found = visible_set_assignments(request.user).select_related("course")
    assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_download_marks(request.user, assignment))
    moment = now()
    by_name = request.GET.get("by") != "code" and is_released(assignment, moment)
    rows = rows_by_name(assignment, moment) if by_name else rows_by_code(assignment)
    name = f"marks-{assignment.course.slug}-{'names' if by_name else 'codes'}.csv"
    return StreamingHttpResponse(
        _with_mark(csv_lines(rows)),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    """Begin with the byte order mark, by which spreadsheets know that names are UTF-8."""
    yield "\ufeff"
    yield from lines
