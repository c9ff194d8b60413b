"""Marks to take away: as CSV and as workbooks; names once something is released, codes before."""

from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, go, show
from courses.models import LookKind
from essays.models import Assignment
from essays.permissions import visible_set_assignments
from results.actions.gradebook import begin_workbook
from results.forms.gradebook import MakeWorkbook
from results.forms.worksheets import BringWorksheet
from results.permissions.release import may_download_marks
from results.pure.gradebook import DIALECTS, MARK, POINTS, XLSX, Cell, csv_lines
from results.pure.losses import LOSSES
from results.pure.workbooks import write_workbook
from results.queries.gradebook import ROWS, canvas_rows, is_released, large_files

PART = 1 << 16


@require_safe
def detail(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Every file of marks there is, with what each cannot carry; and where other gradebooks' files come in."""
    return show_files(request, _assignment(request, assignment_id), BringWorksheet())


def show_files(request: SignedInRequest, assignment: Assignment, form: BringWorksheet) -> HttpResponse:
    """Show the page of all files, with the form as it came back."""
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "released": is_released(assignment, now()),
        "large": large_files(assignment),
        "losses": LOSSES,
        "form": form,
    }
    return show(request, "results/gradebook/detail.html", context)


@require_POST
def make(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Let the worker make a large workbook, and go to where one sees how far it is."""
    assignment, form = _assignment(request, assignment_id), MakeWorkbook(request.POST)
    if not form.is_valid():
        raise BadRequest("Choose what the workbook is to hold.")
    job = begin_workbook(assignment, **form.cleaned_data, by=request.user)
    return go(request, "courses:jobs-detail", job.public_id)


@require_safe
def marks(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The marks as CSV, a row a student; `?by=code` for what is still to come, `?numbers=commas` for 7,5."""
    return _csv(request, assignment_id, "marks")


@require_safe
def workbook(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The same rows as an XLSX workbook."""
    return _xlsx(request, assignment_id, "marks")


@require_safe
def scores(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """Every score as CSV, a row each, with state, passages and comments."""
    return _csv(request, assignment_id, "scores")


@require_safe
def scores_workbook(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The same rows as an XLSX workbook."""
    return _xlsx(request, assignment_id, "scores")


@require_safe
def canvas(request: SignedInRequest, assignment_id: UUID) -> HttpResponseBase:
    """The released totals as a Canvas gradebook takes them; nothing before release, as it is by name."""
    assignment, moment = _assignment(request, assignment_id), now()
    if not is_released(assignment, moment):
        raise Http404
    keep_look(LookKind.MARKS, by=request.user, assignment_id=assignment.pk)
    return as_csv(csv_lines(canvas_rows(assignment, moment)), f"canvas-{assignment.file_name}-names")


def _csv(request: SignedInRequest, assignment_id: UUID, what: str) -> StreamingHttpResponse:
    name, rows = _rows(request, assignment_id, what)
    dialect = DIALECTS.get(request.GET.get("numbers", ""), POINTS)
    return as_csv(csv_lines(rows, dialect), name)


def as_csv(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    """Answer with lines of CSV as a file, the byte order mark before them."""
    return StreamingHttpResponse(
        _with_mark(lines),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


def _xlsx(request: SignedInRequest, assignment_id: UUID, what: str) -> StreamingHttpResponse:
    name, rows = _rows(request, assignment_id, what)
    return StreamingHttpResponse(
        _workbook(rows, what.capitalize()),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}.xlsx"'},
    )


def _workbook(rows: Iterable[Iterable[Cell]], title: str) -> Iterator[bytes]:
    """Put the workbook together on disk, then give it in parts."""
    with TemporaryFile() as file:
        write_workbook(rows, file, title=title)
        file.seek(0)
        while part := file.read(PART):
            yield part


def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    found = visible_set_assignments(request.user).select_related("course")
    assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_download_marks(request.user, assignment))
    return assignment


def _rows(request: SignedInRequest, assignment_id: UUID, what: str) -> tuple[str, Iterable[Iterable[Cell]]]:
    """Give a file's name, without its ending, and its rows."""
    assignment, moment = _assignment(request, assignment_id), now()
    named = request.GET.get("by") != "code" and is_released(assignment, moment)
    if named:
        keep_look(LookKind.MARKS, by=request.user, assignment_id=assignment.pk)
    rows = ROWS[what, named](assignment, moment)
    return f"{what}-{assignment.file_name}-{'names' if named else 'codes'}", rows


def _with_mark(lines: Iterator[str]) -> Iterator[str]:
    yield MARK
    yield from lines
