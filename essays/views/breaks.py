"""Rest breaks: what one will do is said first, then the clock stands still until the student goes on."""

from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import User
from courses.templatetags.words import say_moment
from essays.actions.breaks import begin_break, end_break
from essays.models import Draft
from essays.permissions import visible_drafts
from essays.pure import breaks
from essays.queries.assignments import times_of_draft


@never_cache
@require_http_methods(["GET", "POST"])
def begin(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    draft = get_object_or_404(own_drafts(request.user), public_id=draft_id)
    context = break_words(draft, request.user, now())
    if request.method == "POST":
        try:
            begin_break(draft, by=request.user)
        except Refusal as refusal:
            return show(request, "essays/breaks/begin.html", {**context, "problem": str(refusal)}, status=409)
        return go(request, "essays:drafts-write", draft_id)
    if not context["may_rest"]:
        return go(request, "essays:drafts-write", draft_id)
    return show(request, "essays/breaks/begin.html", context)


@require_POST
def end(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """Go on writing; where the time has ended meanwhile, the desk says so."""
    end_break(get_object_or_404(own_drafts(request.user), public_id=draft_id), by=request.user)
    return go(request, "essays:drafts-write", draft_id)


def own_drafts(user: User) -> QuerySet[Draft]:
    """One's own drafts, with what every page about a break names."""
    return visible_drafts(user).select_related("assignment__course")


def break_words(draft: Draft, user: User, at: datetime) -> dict[str, object]:
    """Put the clock of one's own draft into sentences: what a break would do, and what holds while one lasts."""
    draft.author = user
    times = times_of_draft(draft)
    say = partial(say_moment, zone=draft.assignment.course.zone)
    left, due_at, closes_at = times.left(at), times.due_at, times.closes_at
    return {
        "draft": draft,
        "assignment": draft.assignment,
        "course": draft.assignment.course,
        "may_rest": times.may_rest(at),
        "left": breaks.in_words(left),
        "before": breaks.before_break(left=left, due_at=due_at, closes_at=closes_at, at=at, say=say),
        "during": breaks.during_break(left=left, due_at=due_at, closes_at=closes_at, at=at, say=say),
    }
