"""One text that came too late or from a rescue file: what it changes, and the teacher's decision about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import LookKind
from essays.actions.late_words import open_late_words
from essays.models import Revision
from essays.permissions import may_manage_assignment
from results.actions.late_words import decide_late_words
from results.forms.late_words import DecideLateWords, OpenLateWords
from results.queries.late_words import late_revisions, late_words_page


@never_cache
@require_safe
def detail(request: SignedInRequest, assignment_id: UUID, person_id: UUID, number: int, n: int) -> HttpResponse:
    return _answer(request, _found(request, assignment_id, person_id, number, n))


@never_cache
@require_POST
def open(request: SignedInRequest, assignment_id: UUID, person_id: UUID, number: int, n: int) -> HttpResponse:  # noqa: A001  # the address names it
    """Show the words beside the name while marking is blind, once, for a reason."""
    revision = _found(request, assignment_id, person_id, number, n)
    form = OpenLateWords(request.POST)
    opened = False
    if form.is_valid():
        try:
            open_late_words(revision, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            opened = True
    return _answer(request, revision, opening=form, opened=opened)


@never_cache
@require_POST
def decide(request: SignedInRequest, assignment_id: UUID, person_id: UUID, number: int, n: int) -> HttpResponse:
    revision = _found(request, assignment_id, person_id, number, n)
    form = DecideLateWords(request.POST, zone=revision.draft.assignment.course.zone)
    if form.is_valid():
        try:
            decision = decide_late_words(revision, **form.decided, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, "These words are the essay now." if decision.taken else "The essay stays as it was."
            )
            return go(request, "essays:arrangements-detail", assignment_id, person_id)
    return _answer(request, revision, form=form)


def _found(request: SignedInRequest, assignment_id: UUID, person_id: UUID, number: int, n: int) -> Revision:
    """Find one text kept apart in an assignment that the person teaches; 404 otherwise."""
    revision = get_object_or_404(
        late_revisions(request.user),
        draft__assignment__public_id=assignment_id,
        draft__author__public_id=person_id,
        draft__number=number,
        n=n,
    )
    require(may_manage_assignment(request.user, revision.draft.assignment))
    return revision


def _answer(
    request: SignedInRequest,
    revision: Revision,
    *,
    form: DecideLateWords | None = None,
    opening: OpenLateWords | None = None,
    opened: bool = False,
) -> HttpResponse:
    assignment = revision.draft.assignment
    page = late_words_page(revision, opened=opened)
    if not page.is_hidden:
        student = revision.draft.author
        keep_look(LookKind.LATE_WORDS, by=request.user, person=student, assignment_id=assignment.pk, thing=revision.n)
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "student": revision.draft.author,
        "revision": revision,
        "page": page,
        "form": form or DecideLateWords(zone=assignment.course.zone),
        "opening": opening or OpenLateWords(),
    }
    return show(request, "results/late_words/detail.html", context)
