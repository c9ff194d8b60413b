"""The comment bank of a rubric."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.web import SignedInRequest, show
from rubrics.permissions import visible_rubrics
from rubrics.queries.bank import Wanted, Whose, bank_lines, comments_on_shelf, where_it_suits
from rubrics.queries.rubrics import newest_version
from rubrics.queries.versions import rubric_sheet


@require_safe
def list(request: SignedInRequest, slug: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    rubric = get_object_or_404(visible_rubrics(request.user), slug=slug)
    version = newest_version(request.user, rubric)
    if version is None:
        raise Http404
    sheet = rubric_sheet(version.pk)
    found = [one for whose in Whose for one in comments_on_shelf(rubric, request.user, Wanted(whose))]
    lines = [(line, where_it_suits(line.ties, sheet)) for line in bank_lines(found, request.user)]
    context = {"rubric": rubric, "version": version, "lines": lines}
    return show(request, "rubrics/bank/list.html", context)
