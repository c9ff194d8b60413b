"""Unreleased changes: what students see, and what is prepared instead, word by word."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, show
from essays.models import Assignment
from essays.permissions import visible_set_assignments
from results.permissions.release import may_release
from results.queries.changes import change_of, changes_of, unreleased_changes

PAGE = 20


def _assignment(request: SignedInRequest, assignment_id: UUID) -> Assignment:
    found = visible_set_assignments(request.user).select_related("course")
    assignment: Assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_release(request.user, assignment))
    return assignment


@require_safe
def list(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    assignment, moment = _assignment(request, assignment_id), now()
    page = Paginator(unreleased_changes(assignment, moment), PAGE).get_page(request.GET.get("page"))
    changes = changes_of([submission.pk for submission in page.object_list], moment)
    context = {"assignment": assignment, "course": assignment.course, "page": page, "changes": changes}
    return show(request, "results/changes/list.html", context)


@require_safe
def detail(request: SignedInRequest, assignment_id: UUID, code: str) -> HttpResponse:
    assignment = _assignment(request, assignment_id)
    change = change_of(assignment, code, now())
    if change is None:
        raise Http404
    context = {"assignment": assignment, "course": assignment.course, "change": change}
    return show(request, "results/changes/detail.html", context)
