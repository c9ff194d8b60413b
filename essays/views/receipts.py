"""The receipt of a hand-in, the text it was given for, and the page where anybody checks one."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from courses.kernel.readings import paragraphs_of
from courses.kernel.web import SignedInRequest, show
from essays.forms.receipts import CheckReceipt
from essays.models import Submission
from essays.pure.citations import cited_by_paragraph
from essays.queries.receipts import check_receipt, receipt_of, receipted_submission
from essays.queries.submissions import counting_submission, standing_of


@never_cache
@require_GET
def detail(request: SignedInRequest, number: str) -> HttpResponse:
    submission = _own(request, number)
    draft = submission.draft
    reading = getattr(submission, "reading", None)
    context = {
        "cited": cited_by_paragraph(reading.reading_text, paragraphs_of(reading.reading_html)) if reading else [],
        "sources_address": reverse("essays:assignments-brief", args=[draft.assignment.public_id]),
        "submission": submission,
        "receipt": receipt_of(submission),
        "draft": draft,
        "assignment": draft.assignment,
        "course": draft.assignment.course,
        "where": standing_of(draft, request.user),
        "counts": submission if submission.is_current else counting_submission(request.user, draft.assignment),
    }
    return show(request, "essays/receipts/detail.html", context)


@never_cache
@require_GET
def text(request: SignedInRequest, number: str) -> HttpResponse:
    """Give the exact text that was handed in, as a file."""
    submission = _own(request, number)
    reading = getattr(submission, "reading", None)
    if reading is None:
        raise Http404
    answer = HttpResponse(reading.text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{submission.receipt_number}.txt"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _own(request: SignedInRequest, number: str) -> Submission:
    try:
        return receipted_submission(request.user, number)
    except Submission.DoesNotExist:
        raise Http404 from None


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def check(request: SignedInRequest) -> HttpResponse:
    """Say whether a text is the one a receipt was given for: same or differs, whoever asks."""
    form = (
        CheckReceipt(request.POST, request.FILES)
        if request.method == "POST"
        else CheckReceipt(initial=request.GET.dict())
    )
    found = None
    if form.is_bound and form.is_valid():
        found = check_receipt(form.cleaned_data["number"], form.cleaned_data["text"])
    status = 422 if form.is_bound and not form.is_valid() else 200
    return show(request, "essays/receipts/check.html", {"form": form, "found": found}, status=status)
