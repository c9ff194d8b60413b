"""The plan beside the essay, kept as it is ticked."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, go, show
from essays.actions.plans import Planned, keep_plan
from essays.forms.plans import plan_from
from essays.permissions import visible_drafts


@require_POST
def save(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Keep the plan: answers HTMX with a word about it, a form with the desk."""
    found = visible_drafts(request.user).select_related("assignment__course")
    draft = get_object_or_404(found, public_id=draft_id)
    items = {key: Planned(*said) for key, said in plan_from(request.POST).items()}
    keep_plan(draft, items, by=request.user)
    if not request.htmx:
        return go(request, "essays:drafts-write", draft_id)
    context = {"kept_at": now(), "course": draft.assignment.course}
    return show(request, "essays/plans/_plan_state.html", context)
