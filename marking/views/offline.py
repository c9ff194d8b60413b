"""Marking away from the desk: a file to take, a file that comes back, and what becomes of it."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from courses.kernel.errors import Refusal
from courses.kernel.uploads import read_workbook
from courses.kernel.web import SignedInRequest, for_the_same_person, go, show
from essays.models import Assignment
from marking.actions.offline import (
    KEEP,
    TAKE,
    TAKEN_BACK,
    TAKEN_BACK_BUT,
    ChoicesLeft,
    NothingLeftInFile,
    begin_merge,
    begin_undo,
    bring_offline,
    merge_offline,
    take_offline,
    undo_merge,
)
from marking.actions.papers import make_papers_if_due
from marking.forms.offline import BringOffline, TakeOffline, read_choices
from marking.models import Allotment, OfflineFile, OfflineMerge
from marking.permissions import visible_files, visible_merges
from marking.pure.offline_files import offline_workbook
from marking.queries.offline import (
    AT_ONCE,
    merge_page,
    newest_files,
    newest_merges,
    offline_contents,
    papers_written,
    places_of_file,
    takeable_papers,
)
from marking.queries.papers import assignments_to_mark

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@never_cache
@require_GET
def detail(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """What one can take along, and where a file comes back."""
    assignment = _assignment(request, assignment_id)
    make_papers_if_due(assignment)
    return _page(request, assignment, BringOffline())


def _page(
    request: SignedInRequest, assignment: Assignment, form: BringOffline, take: TakeOffline | None = None
) -> HttpResponse:
    takeable = takeable_papers(request.user, assignment)
    first = 0 if takeable.own else min(takeable.offered, 20)
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "takeable": takeable,
        "take": take or TakeOffline(takeable.offered, initial={"more": first}),
        "key": uuid4(),
        "form": form,
        "files": newest_files(request.user, assignment),
        "merges": newest_merges(request.user, assignment),
    }
    return show(request, "marking/offline/detail.html", context)


@never_cache
@require_POST
@for_the_same_person
def take(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Give the workbook, and note what is in it."""
    assignment = _assignment(request, assignment_id)
    form = TakeOffline(0, request.POST)
    if form.is_valid():
        try:
            file, places = take_offline(assignment, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return _workbook(file, places)
    return _page(request, assignment, BringOffline(), form)


@never_cache
@require_GET
def file(request: SignedInRequest, file_id: UUID) -> HttpResponse:
    """The same workbook once more: what of it still waits for its marker, as it is said by now."""
    found = visible_files(request.user).select_related("assignment__course", "marker")
    taken = get_object_or_404(found, public_id=file_id)
    places = places_of_file(taken)
    if not places:
        raise NothingLeftInFile
    return _workbook(taken, places)


def _workbook(file: OfflineFile, places: Sequence[Allotment]) -> HttpResponse:
    body = offline_workbook(offline_contents(file, places))
    name = f"papers-{file.assignment.file_name}-{len(places)}.xlsx"
    return HttpResponse(body, content_type=XLSX, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@never_cache
@require_POST
@for_the_same_person
def bring(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    """Read a file that came back, and go to where it is compared."""
    assignment = _assignment(request, assignment_id)
    form = BringOffline(request.POST, request.FILES)
    if form.is_valid():
        try:
            read = read_workbook(form.upload)
            merge = bring_offline(assignment, workbook=read, data=form.upload.data, by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            for sentence in read.told:
                messages.info(request, sentence)
            return go(request, "marking:offline-merge", merge.public_id)
    return _page(request, assignment, form)


@never_cache
@require_http_methods(["GET", "POST"])
@for_the_same_person
def merge(request: SignedInRequest, merge_id: UUID) -> HttpResponse:
    """Every changed cell of a file with what would become of it; posted, it is written as chosen."""
    found = _merge(request, merge_id)
    refusal, choices = None, read_choices(request.POST) if request.method == "POST" else {}
    page = merge_page(found, choices)
    if request.POST.get("every") in (KEEP, TAKE):  # marked for all of them, and nothing written
        page = merge_page(found, {row.item.id: request.POST["every"] for row in page.asking})
    elif request.method == "POST":
        try:
            if page.is_large:
                job = begin_merge(found, choices=choices, by=request.user)
                return go(request, "courses:jobs-detail", job.public_id)
            done = merge_offline(found, choices=choices, by=request.user)
        except ChoicesLeft as left:
            refusal = left
        else:
            cells = "1 cell is" if len(done.done) == 1 else f"{len(done.done)} cells are"
            messages.success(request, f"{cells} written to your markings. Finish the papers at the desk.")
            return go(request, "marking:offline-merge", merge_id)
    context = {
        "merge": found,
        "page": page,
        "assignment": found.file.assignment,
        "course": found.file.assignment.course,
        "refusal": refusal,
    }
    return show(request, "marking/offline/merge.html", context)


@require_POST
@for_the_same_person
def undo(request: SignedInRequest, merge_id: UUID) -> HttpResponse:
    """Put back what stood before a merge."""
    found = _merge(request, merge_id)
    if papers_written(found) > AT_ONCE:
        return go(request, "courses:jobs-detail", begin_undo(found, by=request.user).public_id)
    left = undo_merge(found, by=request.user)
    for code, why in left:
        messages.warning(request, f"{code}: {why}")
    if not left:
        messages.success(request, TAKEN_BACK)
    else:
        messages.info(request, TAKEN_BACK_BUT)
    return go(request, "marking:offline-merge", merge_id)


def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    return get_object_or_404(assignments_to_mark(request.user), public_id=assignment_id)


def _merge(request: SignedInRequest, merge_id: UUID) -> OfflineMerge:
    found = visible_merges(request.user).select_related("file__assignment__course", "file__marker")
    return get_object_or_404(found, public_id=merge_id)
