"""The writing record of one's own essay: its page, the notes on it, and the reports it is made of."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, is_for_somebody_else, show
from essays.actions.records import report_writing, write_record_note
from essays.forms.records import WriteRecordNote
from essays.models import Draft
from essays.queries.records import own_recorded_drafts, writing_record_of
from essays.wire.drafts import MOST_BYTES, MisreadBodyError
from essays.wire.records import read_report, report_answer


@never_cache
@require_GET
def detail(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Show a student the record of their essay: exactly what a teacher may see after scoring."""
    draft = get_object_or_404(own_recorded_drafts(request.user), public_id=draft_id)
    return show(request, "essays/records/detail.html", {"record": writing_record_of(draft), "may_note": True})


@require_POST
def note(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Keep a note on one line, and go back to it."""
    draft = get_object_or_404(own_recorded_drafts(request.user), public_id=draft_id)
    form = WriteRecordNote(request.POST)
    address = reverse("essays:records-detail", args=[draft_id])
    if not form.is_valid():
        messages.warning(request, "Your note was not kept: it did not say which line it is about.")
        return go(request, address)
    about = form.cleaned_data["about"]
    try:
        write_record_note(draft, about=about, text=form.cleaned_data["text"], by=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return go(request, address)
    return go(request, f"{address}#{about}")


@require_POST
def report(request: SignedInRequest, draft_id: UUID) -> JsonResponse:
    """Take a report of text that came in at once; the text is compared and forgotten."""
    if is_for_somebody_else(request):
        return _refused(401, "other_user", "Somebody else is signed in in this browser now.")
    if request.content_type != "application/json":
        return _refused(415, "not_json", "Send the report as application/json.")
    try:
        body = request.body
    except RequestDataTooBig:
        body = b" " * (MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return _refused(413, "too_long", "This text is too long to be reported.")
    try:
        event = report_writing(draft_id, read_report(body), by=request.user)
    except MisreadBodyError as error:
        return _refused(400, "misread", str(error))
    except Draft.DoesNotExist:
        return _refused(404, "not_found", "This draft is not here, or it is not yours.")
    return JsonResponse(report_answer(event))


def _refused(status: int, error: str, message: str) -> JsonResponse:
    return JsonResponse({"error": error, "message": message}, status=status)
