"""Naming a marking of record, setting another total and waiving lateness: all by code."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.models import Assignment
from essays.permissions import visible_set_assignments
from marking.models import Paper
from results.actions.outcomes import choose_marking, override_total, waive_lateness
from results.forms.outcomes import ChooseMarking, OverrideTotal, WaiveLateness
from results.models import Outcome
from results.permissions.release import may_release
from results.queries.choices import changeable_total, compared_markings, paper_of_code
from results.queries.release import outcome_by_code


def _paper(request: SignedInRequest, assignment_id: UUID, code: str) -> tuple[Assignment, Paper]:
    found = visible_set_assignments(request.user).select_related("course", "mode")
    assignment: Assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_release(request.user, assignment))
    paper = paper_of_code(assignment, code)
    if paper is None:
        raise Http404
    return assignment, paper


@require_http_methods(["GET", "POST"])
def choose(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    assignment, paper = _paper(request, assignment_id, code)
    comparison = compared_markings(paper, assignment, request.user)
    form = ChooseMarking(request.POST if request.method == "POST" else None)
    if form.is_valid():
        wanted = form.cleaned_data["marking"]
        named = next((one for one in comparison.markings if one.marking.public_id == wanted), None)
        if named is None:
            form.add_error("marking", "That marking is not one of this paper. Choose one of those shown.")
        else:
            try:
                choose_marking(paper, named.marking, by=request.user)
            except Refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, f"{named.marker.name}'s marking is the mark of {code}. Rehearse again.")
                return go(request, "results:release-rehearse", assignment.public_id)
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "code": code,
        "comparison": comparison,
        "form": form,
    }
    return show(request, "results/outcomes/choose.html", context)


@require_http_methods(["GET", "POST"])
def override(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    assignment, outcome = _outcome(request, assignment_id, code)
    form = OverrideTotal(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            override_total(outcome, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The total of {code} is changed. Rehearse again to release it.")
            return go(request, "results:release-rehearse", assignment.public_id)
    return _change_page(request, assignment, outcome, code, form, WaiveLateness())


@require_POST
def waive(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    assignment, outcome = _outcome(request, assignment_id, code)
    form = WaiveLateness(request.POST)
    if form.is_valid():
        try:
            waive_lateness(outcome, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Lateness takes nothing off {code}. Rehearse again to release it.")
            return go(request, "results:release-rehearse", assignment.public_id)
    return _change_page(request, assignment, outcome, code, OverrideTotal(), form)


def _outcome(request: SignedInRequest, assignment_id: UUID, code: str) -> tuple[Assignment, Outcome]:
    assignment, _ = _paper(request, assignment_id, code)
    outcome = outcome_by_code(assignment, code)
    if outcome is None:
        raise Http404
    return assignment, outcome


def _change_page(
    request: SignedInRequest,
    assignment: Assignment,
    outcome: Outcome,
    code: str,
    override_form: OverrideTotal,
    waive_form: WaiveLateness,
) -> HttpResponse:
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "code": code,
        "change": changeable_total(outcome),
        "override_form": override_form,
        "waive_form": waive_form,
    }
    return show(request, "results/outcomes/override.html", context)
