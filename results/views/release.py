"""The pages about releasing an assignment's results."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.models import Assignment
from essays.permissions import visible_set_assignments
from results.actions.release import (
    ChangeNeedsReason,
    MomentPassed,
    UnderWay,
    begin_rehearsal,
    go_on_rehearsing,
    publish_release,
    rehearsal_under_way,
    unschedule_release,
    withdraw_release,
)
from results.forms.release import PrepareRelease, PublishRelease, WithdrawRelease
from results.models import Release
from results.permissions.release import may_release, visible_releases
from results.queries.feedback import feedback_page
from results.queries.release import neighbours_of, outcome_by_code, papers_never_released, rehearsal_of


def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    found = visible_set_assignments(request.user).select_related("course", "rubric_version", "mode")
    assignment: Assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_release(request.user, assignment))
    return assignment


@require_safe
def rehearse(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    return _page(request, _assignment(request, assignment_id))


def _page(
    request: SignedInRequest,
    assignment: Assignment,
    prepare: PrepareRelease | None = None,
    publish: PublishRelease | None = None,
    publishing: Release | None = None,
) -> HttpResponse:
    """Show the rehearsal, with a form that was refused where there is one; a reason given before is offered again.

    `publishing` is the release that the refused form was about.
    """
    rehearsal = rehearsal_of(assignment)
    reason = rehearsal.waiting.reason if rehearsal.waiting else ""
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "rehearsal": rehearsal,
        "prepare_form": prepare or PrepareRelease(initial={"reason": reason}),
        "publish_form": publish or PublishRelease(zone=assignment.course.zone),
        "publishing": publishing,
    }
    return show(request, "results/release/rehearse.html", context)


@require_POST
def prepare(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    assignment = _assignment(request, assignment_id)
    form = PrepareRelease(request.POST)
    if form.is_valid():
        papers = papers_never_released(assignment) if form.only_new else None
        try:
            begun = begin_rehearsal(assignment, papers=papers, reason=form.cleaned_data["reason"], by=request.user)
        except ChangeNeedsReason as refusal:
            form.add_error("reason", str(refusal))
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go_on_or_back(request, assignment, begun)
    return _page(request, assignment, prepare=form)


@require_http_methods(["GET", "POST"])
def proceed(request: SignedInRequest, assignment_id: UUID, run_id: UUID) -> HttpResponse:
    """Show how far a rehearsal is; a post goes on with it. The page does so by itself where scripts run."""
    assignment = _assignment(request, assignment_id)
    under_way: Release | UnderWay | None = rehearsal_under_way(assignment, run_id, request.user)
    if request.method == "POST":
        try:
            under_way = go_on_rehearsing(assignment, run_id, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return back(request, assignment)
    if not isinstance(under_way, UnderWay):
        return back(request, assignment)
    context = {"assignment": assignment, "course": assignment.course, "under_way": under_way}
    page, fragment = "results/release/proceed.html", "results/release/_under_way.html"
    return show(request, page, context, fragment=fragment)


def go_on_or_back(request: SignedInRequest, assignment: Assignment, begun: Release | UnderWay) -> HttpResponse:
    """Lead to what was rehearsed, or to the page that goes on with it."""
    if isinstance(begun, UnderWay):
        return go(request, "results:release-proceed", assignment.public_id, begun.run)
    return back(request, assignment)


def back(request: SignedInRequest, assignment: Assignment) -> HttpResponse:
    """Lead to the rehearsal."""
    return go(request, "results:release-rehearse", assignment.public_id)


@require_POST
def publish(request: SignedInRequest, release_id: UUID) -> HttpResponse:
    found = visible_releases(request.user).select_related("assignment__course", "assignment__rubric_version")
    release = get_object_or_404(found, public_id=release_id)
    assignment = release.assignment
    form = PublishRelease(request.POST, zone=assignment.course.zone)
    if form.is_valid():
        try:
            release = publish_release(release, at=form.at, by=request.user)
        except MomentPassed as refusal:
            form.add_error("moment", str(refusal))
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            said = "Set. Students see it at that moment." if form.at else "Released. Students see their feedback now."
            messages.success(request, said)
            return back(request, assignment)
    return _page(request, assignment, publish=form, publishing=release)


@require_POST
def unschedule(request: SignedInRequest, release_id: UUID) -> HttpResponse:
    found = visible_releases(request.user).select_related("assignment__course")
    release = get_object_or_404(found, public_id=release_id)
    unschedule_release(release, by=request.user)
    messages.success(request, "Taken back. Students see nothing of it until you release it.")
    return go(request, "results:release-rehearse", release.assignment.public_id)


@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, release_id: UUID) -> HttpResponse:
    found = visible_releases(request.user).select_related("assignment__course")
    release = get_object_or_404(found, public_id=release_id)
    require(may_release(request.user, release.assignment))
    form = WithdrawRelease(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdraw_release(release, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Withdrawn. Its students no longer see it.")
            return go(request, "results:release-rehearse", release.assignment.public_id)
    context = {"release": release, "assignment": release.assignment, "course": release.assignment.course, "form": form}
    return show(request, "results/release/withdraw.html", context)


@require_safe
def preview(request: SignedInRequest, assignment_id: UUID, code: str = "") -> HttpResponse:
    """See as the student of a code: the page that student will get. The form's `?as=` leads to the code's address."""
    assignment = _assignment(request, assignment_id)
    if not code:
        typed = request.GET.get("as", "").strip().upper()[:7]
        if outcome_by_code(assignment, typed) is None:
            messages.error(request, "No paper of this assignment that is ready has this code. Type it as K7M-2QD.")
            return go(request, "results:release-rehearse", assignment.public_id)
        return go(request, "results:release-preview", assignment.public_id, typed)
    outcome = outcome_by_code(assignment, code)
    if outcome is None:
        raise Http404
    first = assignment.mark_after_days is not None and request.GET.get("show") != "mark"
    page = feedback_page(outcome.public_id, rehearsed=True, before_mark=first)
    context = {
        "page": page,
        "course": assignment.course,
        "assignment": assignment,
        "code": code,
        "neighbours": neighbours_of(assignment, code),
        "rehearsed": True,
    }
    return show(request, "results/release/preview.html", context)
