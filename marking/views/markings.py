"""The marking desk: one paper to read and judge, and what its page sends."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.web import SignedInRequest, for_the_same_person, go, show, wants_json
from essays.models import Assignment
from marking.actions.markings import (
    Applied,
    Conflict,
    CriteriaLeft,
    MutationRefused,
    PassagesLeft,
    Superseded,
    WrongPaper,
    apply_mutations,
    finish_marking,
    reopen_marking,
    settle_kept_batch,
)
from marking.actions.papers import NothingToMark, PaperWithdrawn, claim_next, claim_paper
from marking.forms.markings import OVERALL, MarkCriterion
from marking.models import Marking, Paper
from marking.permissions import visible_papers
from marking.pure.bank import bank_settings_from
from marking.pure.keys import settings_from
from marking.pure.scopes import Scope, query_of
from marking.queries.desk import Reader, desk_page, was_withdrawn
from marking.queries.journals import journal_key
from marking.queries.leases import scope_choices, scope_of
from marking.queries.markings import DeskCriterion, DeskPage
from marking.queries.papers import assignments_to_mark
from marking.queries.scores import marking_now, markings_to_show
from marking.views.panels import led_to_sources
from marking.wire.bank import bank_json
from marking.wire.keys import keys_json
from marking.wire.leases import Claim, read_claim, read_round
from marking.wire.markings import (
    MisreadBatchError,
    applied_json,
    conflict_json,
    desk_json,
    marking_json,
    paper_json,
    read_base,
    read_batch,
    read_object,
    superseded_json,
)
from rubrics.queries.versions import rubric_sheet


@require_http_methods(["GET", "POST"])
@for_the_same_person
def desk(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    """Show one paper, claiming nothing; a form post (where there is no script) marks one criterion of it."""
    assignment = _assignment(request, assignment_id)
    as_json = wants_json(request)
    if request.method == "POST":
        return _mark_by_form(request, assignment, code)
    page = _desk(request, assignment, code, with_bank=not as_json)
    if as_json:
        return JsonResponse({"paper": paper_json(page), "csrf": get_token(request)})
    kept = request.user.marking_keys
    started = {**desk_json(page), **keys_json(settings_from(kept)), **bank_json(page.bank, bank_settings_from(kept))}
    context = {
        "desk": page,
        "opened": _opened(page, request.GET.get("criterion", "")),
        "scopes": scope_choices(assignment, page.scope),
        "desk_json": started,
        "journal": {"key": journal_key(assignment, request.user), "may_be_plain": settings.ALLOW_PLAIN_JOURNAL},
    }
    return show(request, "marking/markings/desk.html", context)


def _mark_by_form(request: SignedInRequest, assignment: Assignment, code: str) -> HttpResponse:
    form = MarkCriterion(request.POST)
    page = _desk(request, assignment, code, with_bank=False)
    if not form.is_valid() or page.marking_id is None:
        raise BadRequest("This form is not one of the desk’s, or the paper is not taken up.")
    criterion = form.cleaned_data["criterion"]
    looked = any(one.now.no_passage for one in page.criteria if one.key == criterion)
    mutations = form.mutations(rubric_sheet(assignment.rubric_version_id), no_passage=looked)
    if mutations:
        done = apply_mutations(
            page.marking_id, paper_code=code, base=form.cleaned_data["base"], mutations=mutations, by=request.user
        )
        if isinstance(done, Superseded):
            messages.warning(request, done.message)
            return _to_desk(page, criterion)
        if isinstance(done, Conflict):
            messages.warning(request, "This paper was changed in another tab. What you sent is kept beside it, below.")
            return _to_desk(page, criterion)
        for result in done.results:
            if result.get("question"):
                messages.info(request, result["question"])
    return _to_desk(page, criterion if form.cleaned_data["untie"] else _after(page, criterion))


@require_POST
@for_the_same_person
def start(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Take up the next paper of one's own order, or what follows the paper `after`, and go to it."""
    assignment = _assignment(request, assignment_id)
    sent = _sent(request)
    scope = scope_of(assignment, sent.mode)
    after = visible_papers(request.user).filter(assignment=assignment, code=sent.after).first() if sent.after else None
    try:
        marking = claim_next(assignment, scope=scope, after=after, by=request.user)
    except NothingToMark as nothing:
        if wants_json(request):
            return JsonResponse({"paper": None, "message": str(nothing)})
        messages.info(request, str(nothing))
        return _to_queue(request, assignment, scope)
    return _claimed(request, assignment, marking, scope)


@require_POST
@for_the_same_person
def open(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    """Take up this paper."""
    assignment = _assignment(request, assignment_id)
    paper = get_object_or_404(visible_papers(request.user), assignment=assignment, code=code)
    paper.assignment = assignment
    sent = _sent(request)
    scope = scope_of(assignment, sent.mode)
    marking = claim_paper(
        paper, second=sent.second, round=sent.round, scope=scope, finishing=sent.finishing, by=request.user
    )
    return _claimed(request, assignment, marking, scope)


def _claimed(request: SignedInRequest, assignment: Assignment, marking: Marking, scope: Scope) -> HttpResponse:
    place = marking.allotment
    if not wants_json(request):
        return _go_to_desk(request, assignment, place.paper.code, scope, place.round)
    marking = markings_to_show(request.user).get(pk=marking.pk)
    told = marking_json(marking_now(marking))
    return JsonResponse({"paper": {"code": place.paper.code, "writable": not marking.is_finished, **told}})


@require_POST
@for_the_same_person
def mutate(request: SignedInRequest, marking_id: UUID) -> HttpResponse:
    """Do a batch of mutations. Protocol: docs/ARCHITECTURE.md, “A paper is marked”."""
    try:
        batch = read_batch(request.body, matching=request.headers.get("If-Match", ""))
        done = apply_mutations(
            marking_id, paper_code=batch.paper, base=batch.base, mutations=batch.mutations, by=request.user
        )
    except Marking.DoesNotExist:
        raise Http404 from None
    except MisreadBatchError as error:
        return JsonResponse({"error": "bad_batch", "message": str(error)}, status=422)
    except WrongPaper as refusal:
        return JsonResponse({"error": "wrong_paper", "message": str(refusal)}, status=422)
    except MutationRefused as refusal:
        return JsonResponse(_refused(refusal), status=422)
    if isinstance(done, Superseded):
        messages.warning(request, done.message)  # read where the desk is loaded anew
        return JsonResponse(superseded_json(done.kept, done.message), status=409)
    if isinstance(done, Conflict):
        return JsonResponse(conflict_json(done.now, done.kept), status=409)
    return JsonResponse(_applied(done))


def _applied(done: Applied) -> dict[str, Any]:
    return applied_json(done.now, done.results, done.changed, is_held=done.is_held, said_before=done.said_before)


def _refused(refusal: MutationRefused) -> dict[str, Any]:
    found = {"start": refusal.found[0], "end": refusal.found[1]} if refusal.found else None
    key = str(refusal.key) if refusal.key else None
    return {"error": refusal.kind, "message": str(refusal), "key": key, "found": found}


@require_POST
@for_the_same_person
def finish(request: SignedInRequest, marking_id: UUID) -> HttpResponse:
    """Finish a paper; a form post goes on to the next one."""
    is_json = wants_json(request)
    try:
        sent = read_object(request.body) if request.content_type == "application/json" else request.POST.dict()
        done = finish_marking(marking_id, base=read_base(sent), by=request.user)
    except Marking.DoesNotExist:
        raise Http404 from None
    except MisreadBatchError as error:
        raise BadRequest(str(error)) from error
    except (CriteriaLeft, PassagesLeft) as refusal:
        if not is_json:
            raise
        told = {"error": type(refusal).__name__, "message": str(refusal), "left": refusal.left}
        return JsonResponse(told, status=409)
    marking, missing = done.marking, done.passages_missing
    if is_json:
        return JsonResponse({"state": marking.state, "revision": marking.revision, "passages_missing": missing})
    messages.success(
        request, f"{marking.allotment.paper.code} is finished. You can reopen it until marks are released."
    )
    if missing:
        messages.info(request, f"Fewer passages than asked for: {', '.join(missing)}.")
    assignment = marking.allotment.assignment
    return _to_queue(request, assignment, scope_of(assignment, request.POST.get("mode", "")))


@require_POST
@for_the_same_person
def reopen(request: SignedInRequest, marking_id: UUID) -> HttpResponse:
    """Take a finished paper up again."""
    try:
        marking = reopen_marking(marking_id, by=request.user)
    except Marking.DoesNotExist:
        raise Http404 from None
    if wants_json(request):
        return JsonResponse({"state": marking.state, "revision": marking.revision})
    allotment = marking.allotment
    return go(request, "marking:markings-desk", allotment.assignment.public_id, allotment.paper.code)


@require_POST
@for_the_same_person
def settle(request: SignedInRequest, marking_id: UUID, key: UUID) -> HttpResponse:
    """Take a kept batch off the desk."""
    try:
        marking = settle_kept_batch(marking_id, key, by=request.user)
    except Marking.DoesNotExist:
        raise Http404 from None
    if wants_json(request):
        return JsonResponse({"settled": str(key)})
    allotment = marking.allotment
    return go(request, "marking:markings-desk", allotment.assignment.public_id, allotment.paper.code)


# ---------------------------------------------------------------- finding, and where to go
def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    return get_object_or_404(assignments_to_mark(request.user), public_id=assignment_id)


def _desk(request: SignedInRequest, assignment: Assignment, code: str, *, with_bank: bool) -> DeskPage:
    teaches: bool = assignment.teaches  # type: ignore[attr-defined]  # annotated
    reader = Reader(assignment, request.user, teaches, scope_of(assignment, request.GET.get("mode", "")))
    try:
        page = desk_page(reader, code, round=read_round(request.GET.get("round")), with_bank=with_bank)
    except Paper.DoesNotExist:
        if was_withdrawn(assignment, code, request.user):
            raise PaperWithdrawn from None
        raise Http404 from None
    return led_to_sources(page)


def _sent(request: SignedInRequest) -> Claim:
    """Read what comes with a claim, from a form or from a script."""
    try:
        is_json = request.content_type == "application/json"
        return read_claim(read_object(request.body) if is_json else request.GET.dict() | request.POST.dict())
    except MisreadBatchError as error:
        raise BadRequest(str(error)) from error


def _opened(page: DeskPage, key: str) -> DeskCriterion | None:
    """Give the criterion to open: the one asked for, else the first that waits; None for the overall comment."""
    if key == OVERALL:
        return None
    criteria = page.in_scope or page.criteria
    asked = next((one for one in page.criteria if one.key == key), None)
    return asked or next((one for one in criteria if one.now.is_unmarked), criteria[0] if criteria else None)


def _after(page: DeskPage, key: str) -> str:
    """Give what comes after a criterion in marking order: the next one, and at the end the overall comment.

    Where one goes through a scope, its last criterion stays open: what comes next is another paper.
    """
    keys = [one.key for one in page.in_scope]
    place = keys.index(key) + 1 if key in keys else len(keys)
    if place == len(keys) and not page.scope.is_whole:
        return key
    return keys[place] if place < len(keys) else OVERALL


def _to_desk(page: DeskPage, criterion: str) -> HttpResponse:
    address = reverse("marking:markings-desk", args=[page.assignment_id, page.code])
    kept = f"&{page.query[1:]}" if page.query else ""
    return HttpResponse(status=302, headers={"Location": f"{address}?criterion={criterion}{kept}"})


def _go_to_desk(
    request: SignedInRequest,
    assignment: Assignment,
    code: str,
    scope: Scope,
    round: int,  # noqa: A002  # the column's name
) -> HttpResponse:
    address = reverse("marking:markings-desk", args=[assignment.public_id, code])
    return go(request, address + query_of(scope, round))


def _to_queue(request: SignedInRequest, assignment: Assignment, scope: Scope) -> HttpResponse:
    return go(request, reverse("marking:papers-list", args=[assignment.public_id]) + query_of(scope))
