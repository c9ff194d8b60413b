"""What a version of a rubric changed from another."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.web import SignedInRequest, show
from rubrics.permissions import may_edit_version, visible_rubric_versions
from rubrics.queries.comparisons import version_before, versions_compared
from rubrics.queries.rubrics import versions_of


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    versions = visible_rubric_versions(request.user).select_related("rubric", "course")
    version = get_object_or_404(versions, rubric__slug=slug, number=number)
    asked = request.GET.get("with", "")
    other = version_before(request.user, version, int(asked) if asked.isdecimal() and len(asked) < 9 else None)
    if other is None and asked:
        raise Http404
    context = {
        "version": version,
        "compared": versions_compared(other, version) if other else None,
        "others": [one for one in versions_of(request.user, version.rubric) if one.number != number],
        "may_edit": version.is_draft and may_edit_version(request.user, version),
    }
    return show(request, "rubrics/comparisons/detail.html", context)
