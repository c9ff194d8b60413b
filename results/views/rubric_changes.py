"""Mending the rubric of an assignment: what is in use, what another version would do, and going on with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.models import Assignment
from essays.permissions import may_manage_assignment
from essays.queries.assignments import managed_assignments, rule_is_frozen
from results.actions.rubric_changes import Adopted, adopt_rubric
from results.forms.rubric_changes import MapScores
from results.queries.rubric_changes import effect_on, papers_now, rubric_in_use
from rubrics.permissions import visible_rubric_versions
from rubrics.pure.comparisons import changes_between, summary
from rubrics.queries.measures import measure_of
from rubrics.queries.versions import rubric_sheet


def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    assignment: Assignment = get_object_or_404(managed_assignments(request.user), public_id=assignment_id)
    require(may_manage_assignment(request.user, assignment))
    return assignment


@require_safe
def detail(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = _assignment(request, assignment_id)
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "rubric": rubric_in_use(assignment, request.user),
    }
    return show(request, "results/rubric_changes/detail.html", context)


@require_http_methods(["GET", "POST"])
def effect(request: SignedInRequest, assignment_id: UUID, number: int) -> HttpResponse:
    """Show what a version would do by the map in the form; with `adopt`, go on with it."""
    assignment = _assignment(request, assignment_id)
    others = visible_rubric_versions(request.user).filter(rubric=assignment.rubric_version.rubric_id)
    version = get_object_or_404(others.exclude(pk=assignment.rubric_version_id), number=number)
    old, new = (measure_of(rubric_sheet(pk)) for pk in (assignment.rubric_version_id, version.pk))
    form = MapScores(request.POST if request.method == "POST" else None, old=old, new=new)
    if "adopt" in request.POST and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            done = adopt_rubric(assignment, version, score_map=form.score_map, reason=reason, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(done, number))
            return go(request, "results:rubric_changes-detail", assignment.public_id)
    has_mode = any(mode.key == assignment.mode.key for mode in new.modes)
    papers, unmarked = papers_now(assignment) if has_mode else ([], 0)
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "version": version,
        "form": form,
        "summary": summary(changes_between(old, new)),
        "effect": effect_on(assignment, version, form.score_map, papers, unmarked) if has_mode else None,
        "frozen": rule_is_frozen(assignment),
        "has_mode": has_mode,
    }
    return show(request, "results/rubric_changes/effect.html", context, fragment="results/rubric_changes/_mending.html")


def _said(done: Adopted, number: int) -> str:
    carried, places = done.carried.markings, done.carried.places
    told = [f"Version {number} is in use. {carried:,} marking{'' if carried == 1 else 's'} went on with it."]
    if places:
        told.append(f"{places:,} {'paper waits' if places == 1 else 'papers wait'} in the queue to be caught up on.")
    if done.change:
        told.append("Students read your reason on the brief.")
    return " ".join([*told, "Rehearse the release again."])
