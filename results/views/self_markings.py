"""A student marks their own essay while they wait for its result. Knows nothing of marking."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import lead_citations
from courses.kernel.web import SignedInRequest, go, show, wants_fragment
from essays.models import Submission
from results.actions.self_markings import finish_own_marking, give_own_level
from results.forms.self_markings import GiveOwnLevel
from results.pure.self_markings import OVERVIEW
from results.queries.self_markings import own_essays, own_marking_page, shown_outcome, was_shown


@never_cache
@require_safe
def detail(request: SignedInRequest, submission_id: UUID) -> HttpResponse:
    """Show one's essay beside one criterion, or all of them at once: `?at=`, or the next without a level `?after=`."""
    submission = get_object_or_404(own_essays(request.user), public_id=submission_id)
    if submission.is_current and not was_shown(submission, now()):
        place = {name: request.GET.get(name, "")[:20] for name in ("at", "after")}
        return _show(request, submission, place)
    if told := shown_outcome(submission, request.user):
        return go(request, "results:feedback-detail", told)
    messages.info(request, "This essay can no longer be marked by you. What you gave it is kept.")
    return go(request, "essays:receipts-detail", submission.receipt_number)


@require_POST
def give(request: SignedInRequest, submission_id: UUID) -> HttpResponse:
    """Keep what one criterion is given, and go on to the next that has nothing yet."""
    submission = get_object_or_404(own_essays(request.user), public_id=submission_id)
    form = GiveOwnLevel(request.POST)
    if form.is_valid():
        try:
            if form.says_something:
                submission.self_marking = give_own_level(submission, **form.given, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            if form.leaves:
                return go(request, "results:home-index")
            if wants_fragment(request):
                return _show(request, submission, form.place)
            address = reverse("results:self_markings-detail", args=[submission_id])
            return go(request, f"{address}?{urlencode(form.place)}")
    return _show(request, submission, {"at": form.data.get("criterion", "")[:20]}, form)


@require_POST
def finish(request: SignedInRequest, submission_id: UUID) -> HttpResponse:
    submission = get_object_or_404(own_essays(request.user), public_id=submission_id)
    try:
        finish_own_marking(submission, by=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return go(request, f"{reverse('results:self_markings-detail', args=[submission_id])}?at={OVERVIEW}")
    messages.success(request, "Kept. You find it beside your result, once that is shown.")
    return go(request, "results:home-index")


def _show(
    request: SignedInRequest, submission: Submission, place: Mapping[str, str], form: GiveOwnLevel | None = None
) -> HttpResponse:
    page = own_marking_page(submission, **place)
    assignment = submission.draft.assignment
    essay = lead_citations(
        submission.reading.reading_html, reverse("essays:assignments-brief", args=[assignment.public_id])
    )
    context = {
        "page": page,
        "submission": submission,
        "assignment": assignment,
        "course": assignment.course,
        "essay": mark_safe(essay),  # noqa: S308  # sanitised at hand-in; addresses only
        "form": form,
    }
    fragment, status = "results/self_markings/_own.html", 422 if form and not wants_fragment(request) else 200
    return show(request, "results/self_markings/detail.html", context, fragment=fragment, status=status)
