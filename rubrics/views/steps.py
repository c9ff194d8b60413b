"""The last edit of a draft undone, and done again."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go
from rubrics.actions.steps import redo_step, undo_step
from rubrics.queries.drafts import has_strand
from rubrics.views.editing import editable_draft


@require_POST
def undo(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    return _gone(request, slug, number, undo_step, "Undone: the draft says what it said before.")


@require_POST
def redo(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    return _gone(request, slug, number, redo_step, "Done again: the draft says what it said after that change.")


def _gone(request: SignedInRequest, slug: str, number: int, act: Callable[..., object], said: str) -> HttpResponse:
    """Go one step back or on, and to the grid that somebody stood in, else to the draft."""
    version = editable_draft(request, slug, number)
    asked = request.POST.get("step", "")
    try:
        act(version, number=int(asked) if asked.isdecimal() and len(asked) < 9 else 0, by=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, said)
    strand = request.POST.get("strand", "")
    if strand and has_strand(version, strand):
        return go(request, reverse("rubrics:grids-detail", args=[slug, number, strand]))
    return go(request, "rubrics:drafts-detail", slug, number)
