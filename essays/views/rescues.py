"""Bringing in a rescue file: by a teacher for a student, and by students for their own essay."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from essays.actions.rescues import bring_in_own_rescue, bring_in_rescue
from essays.forms.rescues import BringInRescue
from essays.models import Revision
from essays.queries.drafts import drafts_with_text
from essays.queries.progress import student_progress
from essays.views.arrangements import found_student, page_words
from essays.wire.rescues import MisreadFileError, read_rescue_file


@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: SignedInRequest, assignment_id: UUID, person_id: UUID) -> HttpResponse:
    """Bring in the file of one student of an assignment that one teaches."""
    assignment, student = found_student(request, assignment_id, person_id)
    form = _form(request)
    revision = _brought_in(form, partial(bring_in_rescue, assignment, student, by=request.user))
    if revision is not None:
        waits = "The student can write and finds them in History." if revision.draft.is_open else "Look and decide."
        messages.success(request, f"The words of this file are kept apart, as version {revision.n}. {waits}")
        return go(request, "essays:arrangements-detail", assignment_id, person_id)
    context = {**page_words(assignment, student_progress(assignment, student)), "form": form}
    return show(request, "essays/rescues/upload.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def bring(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Bring in the file of one's own essay."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    form = _form(request)
    revision = _brought_in(form, partial(bring_in_own_rescue, draft, by=request.user))
    if revision is not None:
        messages.success(request, f"The words of this file are kept in History, as version {revision.n}.")
        return go(request, "essays:revisions-detail", draft_id, revision.n)
    return show(request, "essays/rescues/bring.html", {"draft": draft, "form": form})


def _form(request: SignedInRequest) -> BringInRescue:
    return BringInRescue(request.POST, request.FILES) if request.method == "POST" else BringInRescue()


def _brought_in(form: BringInRescue, bring_in: Callable[..., Revision]) -> Revision | None:
    """Bring in the file that was chosen; where that is refused, say why on the form."""
    if not form.is_valid():
        return None
    try:
        return bring_in(file=read_rescue_file(form.cleaned_data["file"]))
    except (MisreadFileError, Refusal) as no:
        form.add_error("file", str(no))
    return None
