"""The class page: counts and codes before release, names and marks after."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.web import SignedInRequest, show
from essays.permissions import visible_set_assignments
from results.permissions.release import may_read_class
from results.queries.answers import own_sums
from results.queries.classes import class_page, named_students
from results.queries.gradebook import is_released
from results.queries.standing import Kept, progress_of


@require_safe
def detail(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    found = visible_set_assignments(request.user).select_related("course", "mode")
    assignment = get_object_or_404(found, public_id=assignment_id)
    require(may_read_class(request.user, assignment))
    moment, kept = now(), Kept(assignment)
    released = is_released(assignment, moment)
    wanted = request.GET.get("page", "1")
    number = int(wanted) if wanted.isdecimal() else 1
    context = {
        "assignment": assignment,
        "course": assignment.course,
        "progress": progress_of(assignment, kept),
        "kept": kept,
        "page": class_page(assignment, kept),
        "own_sums": own_sums(assignment, moment, kept),
        "released": released,
        "named": named_students(assignment, number, moment, request.user) if released else None,
    }
    return show(request, "results/classes/detail.html", context)
