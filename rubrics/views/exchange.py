"""Rubrics out into other formats, each with what it loses, and in from them, looked at first."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.uploads import Upload
from courses.kernel.web import SignedInRequest, go, show
from rubrics.actions.exchange import read_rubrics
from rubrics.actions.rubrics import import_rubrics
from rubrics.forms.exchange import BringRubrics, CarriedFile, CreateRubrics
from rubrics.models import RubricVersion
from rubrics.permissions import may_bring_rubrics, may_edit_version, may_load_packs, visible_rubric_versions
from rubrics.pure.exchange import Brought, Format
from rubrics.pure.measures import gaps, gaps_in_short
from rubrics.queries.exchange import gaps_of, offers_of, written_rubric
from rubrics.queries.rubrics import places_to_begin


class NotReadyToTakeOut(Refusal):
    message = "This draft is not finished, so it cannot be taken out yet. Its page says what is missing."


def _version(request: SignedInRequest, slug: str, number: int) -> RubricVersion:
    versions = visible_rubric_versions(request.user).select_related("rubric__prompt", "course")
    return get_object_or_404(versions, rubric__slug=slug, number=number)


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    """Show what a version loses in each format, before anything is downloaded."""
    version = _version(request, slug, number)
    context = {"version": version, "found": offers_of(version), "may_edit": may_edit_version(request.user, version)}
    return show(request, "rubrics/exchange/detail.html", context)


@require_safe
def file(request: SignedInRequest, slug: str, number: int, to: str) -> HttpResponse:
    version = _version(request, slug, number)
    if to not in set(Format):
        raise Http404
    if gaps_of(version):
        raise NotReadyToTakeOut
    offer = written_rubric(version, Format(to))
    if offer.written is None:
        raise NotReadyToTakeOut(offer.refused)
    name = f"{slug}-{number}.{offer.format.ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(offer.written.content, content_type=offer.format.content_type, headers=headers)


@require_http_methods(["GET", "POST"])
def bring(request: SignedInRequest) -> HttpResponse:
    """Ask for a file; read it, and show what it would become before anything is kept."""
    require(may_bring_rubrics(request.user))
    posted = request.method == "POST"
    form = BringRubrics(request.POST if posted else None, request.FILES if posted else None)
    if form.is_bound and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            found = read_rubrics(upload, by=request.user)
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            places = places_to_begin(request.user)
            deciding = CreateRubrics(places=places, initial=CarriedFile.carrying(upload))
            return _preview(request, upload, found, deciding)
    return _ask(request, form)


def _ask(request: SignedInRequest, form: BringRubrics, status: int = 200) -> HttpResponse:
    context = {"form": form, "may_load": may_load_packs(request.user)}
    return show(request, "rubrics/exchange/bring.html", context, status=422 if form.errors else status)


def _preview(request: SignedInRequest, upload: Upload, found: list[Brought], form: CreateRubrics) -> HttpResponse:
    rows = [(one, gaps_in_short(gaps(one.measure))) for one in found]
    context = {"name": upload.name, "rows": rows, "form": form}
    return show(request, "rubrics/exchange/preview.html", context)


@require_POST
def create(request: SignedInRequest) -> HttpResponse:
    """Make drafts of what was looked at. The file is read once more, as if it came for the first time."""
    require(may_bring_rubrics(request.user))
    places = places_to_begin(request.user)
    form = CreateRubrics(request.POST, places=places)
    if form.is_valid():
        try:
            drafts = import_rubrics(read_rubrics(form.upload, by=request.user), course=form.course, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            first, *others = drafts
            more = f" {len(others)} more are in the list of rubrics." if others else ""
            messages.success(request, f"“{first.rubric.title}” is a draft now. Finish it, then publish it.{more}")
            return go(request, "rubrics:drafts-detail", first.rubric.slug, first.number)
    else:
        messages.error(request, form.problem)
    return _ask(request, BringRubrics(), status=422)
