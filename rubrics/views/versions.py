"""What a rubric version says, to read and to print; and its states: the next one begun, published, archived."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, go, show
from rubrics.actions.versions import (
    DraftNotAsSeen,
    DraftNotReady,
    NothingChanged,
    archive_rubric_version,
    draft_rubric_version,
    publish_rubric_version,
    restore_rubric_version,
)
from rubrics.models import RubricVersion
from rubrics.permissions import may_edit_rubric, may_edit_version, may_map_scores, visible_rubric_versions
from rubrics.queries.exemplars import exemplar_rows
from rubrics.queries.rubrics import candidates_for, drafting_places, uses_of, versions_of
from rubrics.queries.versions import rubric_sheet
from rubrics.views.editing import course_named


def _version(request: SignedInRequest, slug: str, number: int) -> RubricVersion:
    versions = visible_rubric_versions(request.user).select_related("rubric__prompt", "course", "based_on")
    return get_object_or_404(versions, rubric__slug=slug, number=number)


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(request, slug, number)
    sheet = rubric_sheet(version.pk)
    uses, elsewhere = uses_of(request.user, version)
    context = {
        "version": version,
        "sheet": sheet,
        "versions": versions_of(request.user, version.rubric),
        "exemplars": exemplar_rows(request.user, sheet),
        "uses": uses,
        "elsewhere": elsewhere,
        "candidates": candidates_for(request.user, version),
        "may_edit": may_edit_version(request.user, version),
        "may_copy": request.user.is_staff or may_map_scores(request.user),
        "may_name": may_edit_rubric(request.user, version.rubric),
        "places": [] if version.is_draft else drafting_places(request.user, version),
    }
    return show(request, "rubrics/versions/detail.html", context)


@require_POST
def draft(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(request, slug, number)
    made = draft_rubric_version(version, course=course_named(request), by=request.user)
    return go(request, "rubrics:drafts-detail", slug, made.number)


@require_POST
def publish(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(request, slug, number)
    require(may_edit_version(request.user, version))
    try:
        publish_rubric_version(version, seen=request.POST.get("seen", ""), by=request.user)
    except (DraftNotAsSeen, DraftNotReady, NothingChanged) as refusal:
        messages.warning(request, str(refusal))
        return go(request, "rubrics:drafts-detail", slug, number)
    messages.success(request, f"Version {number} is published. It can be set, and does not change any more.")
    return go(request, "rubrics:versions-detail", slug, number)


@require_POST
def archive(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(request, slug, number)
    require(may_edit_version(request.user, version))
    archive_rubric_version(version, by=request.user)
    messages.success(request, f"Version {number} is archived. Where it is set, it stays.")
    return go(request, "rubrics:versions-detail", slug, number)


@require_POST
def restore(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    version = _version(request, slug, number)
    require(may_edit_version(request.user, version))
    restore_rubric_version(version, by=request.user)
    messages.success(request, f"Version {number} is back. It can be set again.")
    return go(request, "rubrics:versions-detail", slug, number)
