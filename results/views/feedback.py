"""The student's feedback page. Knows nothing of marking: an unreleased mark cannot reach it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST, require_safe

from courses.kernel.errors import Refusal
from courses.kernel.readings import lead_citations
from courses.kernel.web import SignedInRequest, go, show
from essays.actions.files import make_pdf
from essays.pure.pdf import pdf_is_here
from results.actions.feedback import write_reflection
from results.forms.feedback import WriteReflection
from results.permissions.feedback import visible_outcomes
from results.queries.feedback import FeedbackPage, feedback_page, seen_versions_of


@require_safe
def detail(request: SignedInRequest, outcome_id: UUID) -> HttpResponse:
    """Show what a student may see now, to read or, `?as=pdf`, to keep."""
    seen = seen_versions_of(outcome_id, request.user)
    if not seen or request.GET.get("as", "pdf") != "pdf":
        raise Http404
    if seen[0] != outcome_id:
        return go(request, "results:feedback-detail", seen[0])
    page = feedback_page(outcome_id, on_paper="as" in request.GET)
    if hasattr(request, "seen_by"):
        page = replace(
            page, reflection=""
        )  # only the student and the teacher read it, no admin who looks as the student
    if "as" in request.GET:
        return _give_pdf(page)
    return show(request, "results/feedback/detail.html", _context(page))


def _give_pdf(page: FeedbackPage) -> HttpResponse:
    course = page.assignment.course
    made = make_pdf(render_to_string("results/feedback/_paper.html", {"page": page, "course": course}))
    answer = HttpResponse(made, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{page.assignment.file_name}-feedback.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _context(page: FeedbackPage, form: WriteReflection | None = None) -> dict[str, Any]:
    """Give a page to its template, its citations leading to the brief, where the sources are."""
    essay = lead_citations(page.essay, reverse("essays:assignments-brief", args=[page.assignment.public_id]))
    page = replace(page, essay=mark_safe(essay))  # noqa: S308  # as it was sanitised at hand-in; addresses only
    return {"page": page, "course": page.assignment.course, "form": form, "pdf_is_here": pdf_is_here()}


@require_POST
def reflect(request: SignedInRequest, outcome_id: UUID) -> HttpResponse:
    seen = visible_outcomes(request.user).select_related("submission__draft__assignment", "submission__mark_shown")
    submission = get_object_or_404(seen, public_id=outcome_id).submission
    brings_mark = submission.draft.assignment.mark_after_days is not None and not hasattr(submission, "mark_shown")
    form = WriteReflection(request.POST)
    if form.is_valid():
        try:
            kept = write_reflection(submission, text=form.cleaned_data["text"], by=request.user)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _answer(kept is not None, brings_mark))
            return go(request, "results:feedback-detail", outcome_id)
    return show(request, "results/feedback/detail.html", _context(feedback_page(outcome_id), form), status=422)


def _answer(is_kept: bool, brings_mark: bool) -> str:
    if is_kept:
        return "Kept. Your mark is on this page now." if brings_mark else "Kept. You will see it above your next draft."
    if brings_mark:
        return "Nothing is written yet. Write one thing you will do next time, and your mark is shown."
    return "Nothing stands there now. Write a line whenever you like: you will see it above your next draft."
