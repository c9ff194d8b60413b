"""Naming a marking of record, and setting another total: both by code."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.models import Assignment
from essays.permissions import visible_set_assignments
from marking.models import Paper
from results.actions.outcomes import choose_marking, override_total
from results.forms.outcomes import ChooseMarking, OverrideTotal
from results.permissions.release import may_release
from results.queries.choices import finished_markings, paper_of_code
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
    markings = finished_markings(paper, assignment)
    form = ChooseMarking(request.POST if request.method == "POST" else None)
    if form.is_valid():
        named = next((one for one in markings if one.marking.public_id == form.cleaned_data["marking"]), None)
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
    context = {"assignment": assignment, "course": assignment.course, "code": code, "markings": markings, "form": form}
    return show(request, "results/outcomes/choose.html", context)


@require_http_methods(["GET", "POST"])
def override(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    assignment, _ = _paper(request, assignment_id, code)
    outcome = outcome_by_code(assignment, code)
    if outcome is None:
        raise Http404
    form = OverrideTotal(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            override_total(outcome, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The total of {code} is changed. Rehearse again to release it.")
            return go(request, "results:release-rehearse", assignment.public_id)
    context = {"assignment": assignment, "course": assignment.course, "code": code, "outcome": outcome, "form": form}
    return show(request, "results/outcomes/override.html", context)
