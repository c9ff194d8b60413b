"""What a page fetches ahead, and how a paper is let go or freed."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, for_the_same_person, go, show, wants_json
from courses.permissions import may_teach
from marking.actions.leases import free_lease, release_lease, reserve_next
from marking.forms.leases import FreeLease
from marking.models import Marking
from marking.permissions import visible_papers
from marking.queries.desk import Reader, desk_pages
from marking.queries.leases import holders_of, scope_of
from marking.queries.papers import assignments_to_mark
from marking.queries.queue import own_time_left
from marking.views.panels import led_to_sources
from marking.wire.leases import read_claim
from marking.wire.markings import MisreadBatchError, paper_json, read_object


@require_POST
@for_the_same_person
def ahead(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Name the next two papers after one, reserve them, and give those that the page does not hold yet."""
    assignment = get_object_or_404(assignments_to_mark(request.user), public_id=assignment_id)
    try:
        sent = read_claim(read_object(request.body))
    except MisreadBatchError as error:
        raise BadRequest(str(error)) from error
    after = get_object_or_404(visible_papers(request.user), assignment=assignment, code=sent.after)
    scope = scope_of(assignment, sent.mode)
    places = reserve_next(assignment, after=after, scope=scope, by=request.user)
    teaches: bool = assignment.teaches  # type: ignore[attr-defined]  # annotated
    wanted = [place for place in places if sent.have.get(place.paper.code) != place.round]
    pages = desk_pages(Reader(assignment, request.user, teaches, scope), wanted)
    return JsonResponse(
        {
            "next": [{"code": place.paper.code, "round": place.round} for place in places],
            "papers": [paper_json(led_to_sources(page)) for page in pages],
            "time_left": own_time_left(assignment, request.user) if scope.is_whole else "",
        }
    )


@require_POST
@for_the_same_person
def let_go(request: SignedInRequest, marking_id: UUID) -> HttpResponse:
    """Let a paper go that one has taken up: what is set stays, and others can take it."""
    own = Marking.objects.current().filter(marker=request.user).select_related("allotment__assignment")
    marking = get_object_or_404(own.select_related("allotment__paper"), public_id=marking_id)
    release_lease(marking, by=request.user)
    place = marking.allotment
    said = f"You let {place.paper.code} go. What you set is kept; others can take the paper up."
    if wants_json(request):
        return JsonResponse({"message": said})
    messages.info(request, said)
    return go(request, "marking:papers-list", place.assignment.public_id)


@require_http_methods(["GET", "POST"])
def free(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    """Free a paper that somebody holds, with a reason."""
    papers = visible_papers(request.user).select_related("assignment__course")
    paper = get_object_or_404(papers, assignment__public_id=assignment_id, code=code)
    require(may_teach(request.user, paper.assignment.course))
    form = FreeLease(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            free_lease(paper, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{paper.code} is free. Whoever may mark it can take it up.")
            return go(request, "marking:papers-list", paper.assignment.public_id)
    context = {"paper": paper, "assignment": paper.assignment, "holders": holders_of(paper), "form": form}
    return show(request, "marking/leases/free.html", context)
