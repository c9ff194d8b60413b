"""What a rubric version says, to read and to print."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.web import SignedInRequest, show
from rubrics.permissions import visible_rubric_versions
from rubrics.queries.exemplars import exemplar_rows
from rubrics.queries.rubrics import versions_of
from rubrics.queries.versions import rubric_sheet


@require_safe
def detail(request: SignedInRequest, slug: str, number: int) -> HttpResponse:
    versions = visible_rubric_versions(request.user).select_related("rubric__prompt")
    version = get_object_or_404(versions, rubric__slug=slug, number=number)
    sheet = rubric_sheet(version.pk)
    context = {
        "version": version,
        "sheet": sheet,
        "versions": versions_of(request.user, version.rubric),
        "exemplars": exemplar_rows(request.user, sheet),
    }
    return show(request, "rubrics/versions/detail.html", context)
