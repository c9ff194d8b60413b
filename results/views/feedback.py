"""The student's feedback page. Knows nothing of marking: an unreleased mark cannot reach it."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from courses.kernel.readings import lead_citations
from courses.kernel.web import SignedInRequest, go, show
from results.actions.feedback import write_reflection
from results.forms.feedback import WriteReflection
from results.permissions.feedback import visible_outcomes
from results.queries.feedback import feedback_page, seen_versions_of


@require_safe
def detail(request: SignedInRequest, outcome_id: UUID) -> HttpResponse:
    seen = seen_versions_of(outcome_id, request.user)
    if not seen:
        raise Http404
    if seen[0] != outcome_id:
        return go(request, "results:feedback-detail", seen[0])
    page = feedback_page(outcome_id)
    assignment = page.outcome.submission.draft.assignment
    essay = lead_citations(page.essay, reverse("essays:assignments-brief", args=[assignment.public_id]))
    page = replace(page, essay=mark_safe(essay))  # noqa: S308  # as it was sanitised at hand-in; addresses only
    context = {"page": page, "outcome": page.outcome, "course": assignment.course}
    return show(request, "results/feedback/detail.html", context)


@require_POST
def reflect(request: SignedInRequest, outcome_id: UUID) -> HttpResponse:
    seen = visible_outcomes(request.user).select_related("submission__draft")
    outcome = get_object_or_404(seen, public_id=outcome_id)
    form = WriteReflection(request.POST)
    if form.is_valid():
        write_reflection(outcome.submission, text=form.cleaned_data["text"], by=request.user)
        messages.success(request, "Kept. You will see it above your next draft.")
    else:
        messages.error(request, "Keep it to 2,000 characters: one or two things you will do next time.")
    return go(request, "results:feedback-detail", outcome_id)
