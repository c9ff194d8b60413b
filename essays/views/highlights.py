"""Highlights of the sources beside the essay: marked, noted and removed, each answered with the part that changed."""

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST

from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, show
from essays.actions.highlights import keep_highlight, note_highlight, remove_highlight
from essays.forms.highlights import highlights_from, passage_from
from essays.models import Draft, Highlight
from essays.permissions import visible_drafts, visible_highlights
from essays.queries.highlights import sources_beside

KEPT = "essays/highlights/_kept.html"


@require_POST
def keep(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Mark a passage, or the whole paragraph where none is named."""
    draft = get_object_or_404(_drafts(request), public_id=draft_id)
    form = passage_from(request.POST)
    asked = form.cleaned_data
    made = keep_highlight(
        draft,
        letter=asked["letter"],
        paragraph=asked["paragraph"],
        passage=form.passage,
        quote=asked["quote"],
        by=request.user,
    )
    return _answer(request, draft, made, "Highlighted. Add a note below the paragraph, or cite it.")


@require_POST
def note(request: SignedInRequest, draft_id: UUID, highlight_id: UUID) -> HttpResponse:
    """Keep a note; the answer leaves the field alone that is still being written in."""
    highlight = _highlight(request, draft_id, highlight_id)
    note_highlight(highlight, note=request.POST.get("note", ""), by=request.user)
    if not request.htmx:
        return _to_desk(draft_id, highlight)
    beside = sources_beside(highlight.draft)
    context = {
        "draft": highlight.draft,
        "beside": beside,
        "kept_at": now(),
        "course": highlight.draft.assignment.course,
    }
    return show(request, "essays/highlights/_noted.html", context)


@require_POST
def remove(request: SignedInRequest, draft_id: UUID, highlight_id: UUID) -> HttpResponse:
    highlight = _highlight(request, draft_id, highlight_id)
    remove_highlight(highlight, by=request.user)
    return _answer(request, highlight.draft, highlight, "Highlight removed.")


def keep_posted_highlights(request: SignedInRequest, draft: Draft) -> str:
    """Do what the essay's form says about highlights, without a script; give the place on the desk to go back to.

    The text is saved first: what is wrong with a highlight is said, and loses nothing.
    """
    posted = highlights_from(request.POST)
    place = posted.place
    try:
        if posted.notes:
            for one in visible_highlights(request.user).filter(draft=draft, public_id__in=posted.notes):
                note = posted.notes[one.public_id].beside(one.note)
                if note != one.note:
                    note_highlight(one, note=note, by=request.user)
        if place:
            keep_highlight(draft, letter=place[0], paragraph=place[1], by=request.user)
        if posted.removed:
            gone = visible_highlights(request.user).filter(draft=draft, public_id=posted.removed).first()
            if gone:
                place = gone.letter, gone.paragraph
                remove_highlight(gone, by=request.user)
    except Refusal as refusal:
        messages.warning(request, f"Your essay is saved; the highlight is not. {refusal}")
    return f"#source-{place[0].lower()}-p{place[1]}" if place else ""


def _drafts(request: SignedInRequest) -> QuerySet[Draft]:
    return visible_drafts(request.user).select_related("assignment__course", "assignment__prompt_version")


def _highlight(request: SignedInRequest, draft_id: UUID, highlight_id: UUID) -> Highlight:
    own = visible_highlights(request.user).select_related(
        "draft__assignment__course", "draft__assignment__prompt_version"
    )
    return get_object_or_404(own, draft__public_id=draft_id, public_id=highlight_id)


def _answer(request: SignedInRequest, draft: Draft, highlight: Highlight, said: str) -> HttpResponse:
    """Answer HTMX with the paragraph as it is now, the list of highlights and a word; a form with the desk."""
    if not request.htmx:
        return _to_desk(draft.public_id, highlight)
    beside = sources_beside(draft)
    paragraph = beside.paragraph(highlight.letter, highlight.paragraph)
    return show(request, KEPT, {"draft": draft, "beside": beside, "paragraph": paragraph, "said": said})


def _to_desk(draft_id: UUID, highlight: Highlight) -> HttpResponse:
    address = reverse("essays:drafts-write", args=[draft_id])
    return HttpResponseRedirect(f"{address}#source-{highlight.letter.lower()}-p{highlight.paragraph}")
