"""Handing in: the essay is read back, looked through, declared and handed in; and opened again until due."""

from uuid import UUID, uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import lead_citations, make_reading, paragraphs_of
from courses.kernel.web import SignedInRequest, go, show
from essays.actions.decisions import collect_one
from essays.actions.drafts import reopen_draft
from essays.actions.submissions import submit_essay, withdraw_submission
from essays.forms.submissions import SubmitEssay
from essays.models import Draft
from essays.permissions import may_submit_essay, visible_drafts
from essays.pure.citations import cited_by_paragraph
from essays.queries.drafts import drafts_with_text, head_text
from essays.queries.submissions import allowed_for, checks_of, standing_of


@never_cache
@require_http_methods(["GET", "POST"])
def submit(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    if request.method == "GET":
        draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
        if draft.is_open and now() >= draft.grace_until:
            collect_one(draft)
        if not draft.is_open:
            return go(request, "essays:drafts-write", draft_id)
        return _show_read_back(request, draft)
    draft = get_object_or_404(visible_drafts(request.user).select_related("assignment"), public_id=draft_id)
    require(may_submit_essay(request.user, draft))
    form = SubmitEssay(request.POST)
    problem = "This page was not complete. Read your essay back once more, then hand it in."
    if form.is_valid():
        try:
            receipt = submit_essay(draft, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            return go(request, "essays:receipts-detail", receipt.number)
    draft = get_object_or_404(drafts_with_text(request.user), public_id=draft_id)
    return _show_read_back(request, draft, problem=problem, status=422)


def _show_read_back(request: SignedInRequest, draft: Draft, *, problem: str = "", status: int = 200) -> HttpResponse:
    """Show the text as it is saved now and ask about exactly that, never about one that was read back before."""
    text = head_text(draft)
    form = SubmitEssay(initial={"base": draft.head, "sha256": draft.head_sha256, "key": uuid4()})
    checks = checks_of(draft, text, request.user)
    made = make_reading(text)
    sources = reverse("essays:assignments-brief", args=[draft.assignment.public_id])
    html = lead_citations(made.html, sources) if draft.words else ""
    context = {
        "draft": draft,
        "reading": mark_safe(html),  # noqa: S308  # sanitised by the renderer
        "cited": cited_by_paragraph(made.text, paragraphs_of(made.html)),
        "sources_address": sources,
        "checks": checks,
        "may_submit": all(check.verdict != "stop" for check in checks),
        "where": standing_of(draft, request.user),
        "allowed": allowed_for(draft.assignment),
        "form": form,
        "problem": problem,
    }
    return show(request, "essays/submissions/submit.html", context, status=status)


@require_POST
def reopen(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Write on until due: what was handed in stands until it is replaced."""
    draft = get_object_or_404(visible_drafts(request.user).select_related("assignment"), public_id=draft_id)
    reopen_draft(draft, by=request.user)
    return go(request, "essays:drafts-write", draft_id)


@never_cache
@require_http_methods(["GET", "POST"])
def withdraw(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Take back what was handed in: what happens is said first."""
    draft = get_object_or_404(visible_drafts(request.user).select_related("assignment__course"), public_id=draft_id)
    where = standing_of(draft, request.user)
    context = {"draft": draft, "assignment": draft.assignment, "course": draft.assignment.course, "where": where}
    if request.method == "POST" and where.current:
        try:
            withdraw_submission(where.current, by=request.user)
        except Refusal as refusal:
            context["problem"] = str(refusal)
            return show(request, "essays/submissions/withdraw.html", context, status=409)
        return go(request, "essays:drafts-write", draft_id)
    if not where.may_withdraw:
        return go(request, "essays:drafts-write", draft_id)
    return show(request, "essays/submissions/withdraw.html", context)
