"""Files: one that is brought in to a draft, and one's own work taken out."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.kernel.errors import Refusal
from courses.kernel.readings import lead_citations
from courses.kernel.renderer import render
from courses.kernel.web import SignedInRequest, go, show, wants_fragment
from courses.templatetags.words import say_moment
from essays.actions.files import make_pdf, put_in, read_upload
from essays.forms.files import PutIn, ReadUpload
from essays.models import Draft, Submission
from essays.pure.blocks import blocks_of
from essays.pure.copies import KINDS, Copy, word_file
from essays.pure.drafts import Branched, Quarantined
from essays.pure.pdf import pdf_is_here
from essays.queries.drafts import drafts_with_text
from essays.queries.files import copy_of_draft, copy_of_submission
from essays.queries.receipts import receipted_submission

TYPES = {
    "txt": "text/plain; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@never_cache
@require_http_methods(["GET", "POST"])
def read(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Ask for a file; read it and show its words before anything is done with them."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    if not draft.is_open:
        return go(request, "essays:drafts-write", draft_id)
    posted = request.method == "POST"
    form = ReadUpload(request.POST if posted else None, request.FILES if posted else None)
    found = None
    if form.is_bound and form.is_valid():
        try:
            found = read_upload(draft, name=form.name, data=form.data_read, by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
    context = {"draft": draft, "form": form, "found": found, "key": uuid4()}
    context["name"] = form.name if found else ""
    status = 422 if form.errors and not wants_fragment(request) else 200
    return show(request, "essays/files/read.html", context, fragment="essays/files/_read.html", status=status)


@require_POST
def put(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Put the words that were shown into the draft, without JavaScript; the desk does it in the page itself."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    form = PutIn(request.POST)
    if not form.is_valid() or not form.text_posted.strip():
        return go(request, "essays:files-read", draft_id)
    kept = put_in(draft, text=form.text_posted, instead=form.instead, key=form.key_posted, by=request.user)
    if isinstance(kept, Branched):
        messages.warning(request, "The draft was saved again meanwhile. Both texts are kept: yours is in History.")
    elif isinstance(kept, Quarantined):
        messages.warning(request, "The time is over, so the file was not put in. It is kept in History.")
    return go(request, "essays:drafts-write", draft_id)


@never_cache
@require_GET
def copy(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Show one's essay as it was saved last, to print or to take away: `?as=` txt, docx or pdf."""
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    draft.author = request.user
    said = say_moment(draft.saved_at, draft.assignment.course.zone) if draft.saved_at else ""
    taken = copy_of_draft(draft, when=f"as it was {said}" if said else "")
    return _give(request, taken) if "as" in request.GET else _show_copy(request, taken, draft)


@never_cache
@require_GET
def handed_in(request: SignedInRequest, number: str) -> HttpResponse:
    """Show what was handed in, as its receipt proves it, to print or to take away."""
    try:
        submission = receipted_submission(request.user, number)
    except Submission.DoesNotExist:
        raise Http404 from None
    submission.draft.author = request.user
    said = say_moment(submission.submitted_at, submission.draft.assignment.course.zone)
    taken = copy_of_submission(submission, when=f"handed in {said}, {submission.receipt_number}")
    return _give(request, taken) if "as" in request.GET else _show_copy(request, taken, submission.draft, submission)


def _show_copy(
    request: SignedInRequest, taken: Copy, draft: Draft, submission: Submission | None = None
) -> HttpResponse:
    """Show the essay with its citations leading to the brief, where its sources are."""
    brief = reverse("essays:assignments-brief", args=[draft.assignment.public_id])
    context = {
        "copy": taken,
        "essay": mark_safe(lead_citations(render(taken.text).html, brief)),  # noqa: S308  # sanitised by the renderer
        "draft": draft,
        "assignment": draft.assignment,
        "submission": submission,
        "pdf_is_here": pdf_is_here(),
    }
    return show(request, "essays/files/copy.html", context)


def _give(request: SignedInRequest, taken: Copy) -> HttpResponse:
    """Give the copy as a file of the kind that is asked for."""
    kind = request.GET["as"]
    if kind not in KINDS:
        raise Http404
    if kind == "txt":
        made = taken.text.encode()
    elif kind == "docx":
        made = word_file(taken, blocks_of(render(taken.text, top_heading=1).html))
    else:
        made = make_pdf(render_to_string("essays/files/_paper.html", {"copy": taken}))
    answer = HttpResponse(made, content_type=TYPES[kind])
    answer["Content-Disposition"] = f'attachment; filename="{taken.file_name(kind)}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
