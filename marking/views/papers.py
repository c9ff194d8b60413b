"""The queue, and the flags of a paper."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET, require_POST

from courses.kernel.web import SignedInRequest, for_the_same_person, go, show, wants_json
from courses.permissions import may_teach
from marking.actions.identity import clear_flag, raise_flag
from marking.actions.markings import finish_decided
from marking.actions.papers import make_papers_if_due
from marking.forms.identity import TakeFlagDown
from marking.models import Flag, Paper
from marking.permissions import visible_papers, visible_papers_and_worries
from marking.queries.leases import scope_choices, scope_of
from marking.queries.papers import assignments_to_mark, desk_flag, visible_flags
from marking.queries.queue import queue_page
from marking.wire.markings import flag_json
from marking.wire.papers import read_queue


@require_GET
def list(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    assignment = get_object_or_404(assignments_to_mark(request.user), public_id=assignment_id)
    make_papers_if_due(assignment)
    asked = read_queue(request.GET, scope_of(assignment, request.GET.get("mode", "")))
    teaches: bool = assignment.teaches  # type: ignore[attr-defined]  # annotated
    context = {
        "queue": queue_page(assignment, request.user, asked, teaches=teaches),
        "scopes": scope_choices(assignment, asked.scope),
        "assignment": assignment,
        "course": assignment.course,
    }
    return show(request, "marking/papers/list.html", context, fragment="marking/papers/_queue.html")


@require_POST
def finish(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Finish every open paper of one's own on which everything is decided."""
    assignment = get_object_or_404(assignments_to_mark(request.user), public_id=assignment_id)
    done = finish_decided(assignment, by=request.user)
    papers = {0: "No paper was", 1: "1 paper is"}.get(done.finished, f"{done.finished} papers are")
    messages.info(request, f"{papers} finished. What is finished can be reopened until marks are released.")
    for code, why in done.refused:
        messages.warning(request, f"{code} is not finished. {why}")
    return go(request, "marking:papers-list", assignment.public_id)


@require_POST
@for_the_same_person
def flag(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    paper = _paper(visible_papers(request.user), assignment_id, code)
    raise_flag(paper, kind=request.POST.get("kind", ""), text=request.POST.get("text", ""), by=request.user)
    return _flags(request, paper, "The flag is up. You can take it down again at any time.")


@require_POST
@for_the_same_person
def unflag(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    papers = visible_papers_and_worries(request.user)
    paper, form = _paper(papers, assignment_id, code), TakeFlagDown(request.POST)
    if not form.is_valid():
        raise Http404
    up = Flag.objects.filter(_seen(request, paper), paper=paper, kind=form.cleaned_data["kind"])
    raised_by = form.cleaned_data["raised_by"] or request.user.public_id
    clear_flag(get_object_or_404(up, raised_by__public_id=raised_by), by=request.user)
    return _flags(request, paper, "The flag is taken down.")


def _paper(papers: QuerySet[Paper], assignment_id: UUID, code: str) -> Paper:
    return get_object_or_404(
        papers.select_related("assignment__course"), assignment__public_id=assignment_id, code=code
    )


def _flags(request: SignedInRequest, paper: Paper, said: str) -> HttpResponse:
    if wants_json(request):
        up = Flag.objects.filter(_seen(request, paper), paper=paper).order_by("pk")
        return JsonResponse({"flags": [flag_json(desk_flag(one, request.user)) for one in up]})
    messages.success(request, said)
    if not visible_papers(request.user).filter(pk=paper.pk).exists():  # the named person need not mark it
        return go(request, settings.LOGIN_REDIRECT_URL)
    return go(request, "marking:markings-desk", paper.assignment.public_id, paper.code)


def _seen(request: SignedInRequest, paper: Paper) -> Q:
    return visible_flags(request.user, teaches=may_teach(request.user, paper.assignment.course))
