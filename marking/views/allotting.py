"""Who marks what: by shares, paper by paper, and once more by somebody else."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.models import Assignment
from marking.actions.allotting import allot_again, allot_papers, allot_second_sample, allot_seconds, pin_papers
from marking.actions.papers import make_papers_if_due
from marking.forms.allotting import AllotPapers, AllotSeconds, PinPapers
from marking.queries.allotting import AllottingPage, allotting_page
from marking.queries.papers import assignments_to_mark


@require_GET
def detail(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = _taught(request, assignment_id)
    make_papers_if_due(assignment)
    return _page(request, allotting_page(assignment))


@require_POST
def spread(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Spread the papers nobody has begun."""
    assignment = _taught(request, assignment_id)
    page = allotting_page(assignment)
    form = AllotPapers(request.POST, markers=_shares(page))
    if form.is_valid():
        try:
            done = allot_papers(assignment, shares=form.shares, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, assignment, _moved(done.moved, done.waiting))
    return _page(request, page, spread=form)


@require_POST
def again(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Spread what waits in the names of those who no longer mark here."""
    assignment = _taught(request, assignment_id)
    done = allot_again(assignment, by=request.user)
    return _done(request, assignment, _moved(done.moved, done.waiting))


@require_POST
def pin(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Give named papers to one marker."""
    assignment = _taught(request, assignment_id)
    page = allotting_page(assignment)
    form = PinPapers(request.POST, markers=_markers(page))
    if form.is_valid():
        try:
            many = pin_papers(assignment, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error("codes", str(refusal))
        else:
            marker = form.cleaned_data["marker"]
            whose = f"pinned to {marker.name}" if marker else "pinned to nobody any more"
            return _done(request, assignment, f"{_papers(many)} {whose}.")
    return _page(request, page, pin=form)


@require_POST
def second(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Ask for second markings, of a part of all papers or of named ones."""
    assignment = _taught(request, assignment_id)
    page = allotting_page(assignment)
    form = AllotSeconds(request.POST, markers=_markers(page))
    if form.is_valid():
        try:
            many = _ask(request, assignment, form)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _done(request, assignment, f"{_papers(many)} to be marked once more.")
    return _page(request, page, second=form)


def _ask(request: SignedInRequest, assignment: Assignment, form: AllotSeconds) -> int:
    sent = form.cleaned_data
    if sent["codes"]:
        return allot_seconds(assignment, codes=sent["codes"], marker=sent["marker"], by=request.user)
    return allot_second_sample(assignment, percent=sent["percent"], marker=sent["marker"], by=request.user)


# ---------------------------------------------------------------- finding, and what is shown
def _taught(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    assignment = get_object_or_404(assignments_to_mark(request.user), public_id=assignment_id)
    require(assignment.teaches)  # type: ignore[attr-defined]  # annotated
    return assignment


def _page(request: SignedInRequest, page: AllottingPage, **forms: Form) -> HttpResponse:
    """Show the page with these forms as they were sent, and the others as they are."""
    context: dict[str, Any] = {
        "spread": AllotPapers(markers=_shares(page), initial={"how": "shares" if page.is_shared else "whoever"}),
        "pin": PinPapers(markers=_markers(page)),
        "second": AllotSeconds(markers=_markers(page)),
        **forms,
    }
    fields = dict(context["spread"].share_fields())
    context |= {"page": page, "assignment": page.assignment, "course": page.assignment.course}
    context["lines"] = [(line, fields.get(line.person)) for line in page.lines]
    return show(request, "marking/allotting/detail.html", context)


def _shares(page: AllottingPage) -> list[tuple[Any, int]]:
    """Give everybody who marks here with their share; where none is set, markers share and teachers do not."""
    here = [line for line in page.lines if not line.is_gone]
    return [(line.person, line.share if page.is_shared else int(not line.is_teacher)) for line in here]


def _markers(page: AllottingPage) -> list[Any]:
    return [line.person for line in page.lines if not line.is_gone]


def _done(request: SignedInRequest, assignment: Assignment, said: str) -> HttpResponse:
    messages.success(request, said)
    return go(request, "marking:allotting-detail", assignment.public_id)


def _papers(many: int) -> str:
    return "1 paper is" if many == 1 else f"{many:,} papers are"


def _moved(moved: int, waiting: int) -> str:
    if not waiting:
        return "Kept. No paper waits now; those that come will be spread like this."
    return f"{_papers(waiting)} spread, {moved:,} of them changed hands. Papers that come later follow."
