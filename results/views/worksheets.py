"""Other gradebooks' files: brought in, shown row by row beside the marks here, filled in, taken or removed."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.uploads import read_text
from courses.kernel.web import SignedInRequest, go, show
from courses.models import LookKind
from essays.permissions import visible_set_assignments
from results.actions.worksheets import (
    TAKEN_AT_ONCE,
    TAKEN_MOST,
    RefusedRow,
    begin_taking,
    bring_worksheet,
    remove_worksheet,
    take_marks,
)
from results.forms.worksheets import BringWorksheet, TakeMarks
from results.models import BroughtWorksheet
from results.models.worksheets import KEPT_FOR
from results.permissions.worksheets import may_bring_worksheet, visible_worksheets
from results.pure.gradebook import csv_rows
from results.pure.losses import LOSSES
from results.pure.worksheets import filled
from results.queries.worksheets import compared_worksheet, feedback_by_student, total_of
from results.views.gradebook import as_csv, show_files


@never_cache
@require_POST
def bring(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Take a file in and go to where it is compared; the page of all files again, where it cannot be read."""
    found = visible_set_assignments(request.user).select_related("course")
    assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_bring_worksheet(request.user, assignment))
    form = BringWorksheet(request.POST, request.FILES)
    if form.is_valid():
        try:
            read = read_text(form.upload)
            brought = bring_worksheet(assignment, name=read.name, text=read.text, by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return go(request, "results:worksheets-detail", brought.public_id)
    return show_files(request, assignment, form)


@never_cache
@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, worksheet_id: UUID) -> HttpResponse:
    """Every row of a file with its verdict; those that are ticked become changes, with a reason."""
    brought = _looked_at(request, worksheet_id)
    if request.method == "GET" or request.POST.get("do"):
        return _compared(request, brought, TakeMarks(initial={"reason": request.POST.get("reason", "")}))
    form, refused = TakeMarks(request.POST), list[RefusedRow]()
    if form.is_valid():
        what = {"rows": form.rows, "reason": form.cleaned_data["reason"], "by": request.user}
        try:
            if len(form.rows) > TAKEN_AT_ONCE:
                return go(request, "courses:jobs-detail", begin_taking(brought, **what).public_id)
            done = take_marks(brought, **what)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if not done.refused:
                messages.success(request, done.words)
                return go(request, "results:worksheets-detail", worksheet_id)
            form.add_error(None, done.words)
            refused += done.refused
    return _compared(request, brought, form, refused)


def _compared(
    request: SignedInRequest, brought: BroughtWorksheet, form: TakeMarks, refused: Sequence[RefusedRow] = ()
) -> HttpResponse:
    """Show the rows as they are now, ticked as they were sent; before that, where the file says what is newer."""
    compared = compared_worksheet(brought, now())
    ticked = request.POST.getlist("row")
    if not form.is_bound:
        all_ticked = request.POST["do"] == "all" if "do" in request.POST else compared.sheet.says_which_is_newer
        ticked = [one.tick for one in compared.changed[:TAKEN_MOST]] if all_ticked else []
    context = {
        "assignment": brought.assignment,
        "course": brought.assignment.course,
        "brought": brought,
        "compared": compared,
        "form": form,
        "refused": refused,
        "ticked": ticked,
        "most": TAKEN_MOST,
        "losses": LOSSES[compared.sheet.kind],
    }
    return show(request, "results/worksheets/detail.html", context)


@never_cache
@require_safe
def fill(request: SignedInRequest, worksheet_id: UUID) -> HttpResponseBase:
    """The same file with the totals that students see in it, to be brought back to where it came from."""
    brought, moment = _looked_at(request, worksheet_id), now()
    assignment, compared = brought.assignment, compared_worksheet(brought, moment)
    feedback = feedback_by_student(assignment, moment) if "feedback" in compared.sheet.columns else {}
    rows = filled(compared.sheet, compared.rows, feedback, title=assignment.title, out_of=total_of(assignment))
    name = f"{compared.sheet.kind}-{assignment.file_name}-filled"
    return as_csv(csv_rows(rows, compared.sheet.dialect), name)


@require_POST
def remove(request: SignedInRequest, worksheet_id: UUID) -> HttpResponse:
    brought = _worksheet(request, worksheet_id)
    assignment_id = brought.assignment.public_id
    remove_worksheet(brought, by=request.user)
    messages.success(request, "The file is removed. Changes you took from it stay.")
    return go(request, "results:gradebook-detail", assignment_id)


def _worksheet(request: SignedInRequest, worksheet_id: UUID) -> BroughtWorksheet:
    kept = visible_worksheets(request.user).filter(brought_at__gte=now() - KEPT_FOR)
    return get_object_or_404(kept.select_related("assignment__course"), public_id=worksheet_id)


def _looked_at(request: SignedInRequest, worksheet_id: UUID) -> BroughtWorksheet:
    """Find a file to show what is beside it here, names and marks, and keep that somebody looked."""
    brought = _worksheet(request, worksheet_id)
    keep_look(LookKind.MARKS, by=request.user, assignment_id=brought.assignment_id)
    return brought
