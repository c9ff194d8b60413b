"""The last edit of a draft undone."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go
from rubrics.actions.steps import undo_step
from rubrics.queries.drafts import has_strand
from rubrics.views.drafts import editable_draft


@require_POST
def undo(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = editable_draft(request, slug, number)
    asked = request.POST.get("step", "")
    try:
        undo_step(version, number=int(asked) if asked.isdecimal() and len(asked) < 9 else 0, by=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, "Undone: the draft says what it said before.")
    strand = request.POST.get("strand", "")
    if strand and has_strand(version, strand):
        return go(request, reverse("rubrics:grids-detail", args=[slug, number, strand]))
    return go(request, "rubrics:drafts-detail", slug, number)
