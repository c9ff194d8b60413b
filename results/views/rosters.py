"""The page on which a list of people that was taken in is taken back: who leaves, and who stays."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, go, show
from courses.permissions import may_manage_people, visible_courses, visible_rosters
from courses.queries.rosters import stays_of
from results.actions.rosters import begin_undo


@require_http_methods(["GET", "POST"])
def undo(request: SignedInRequest, slug: str, roster_id: UUID) -> HttpResponse:
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    require(may_manage_people(request.user, course))
    rosters = visible_rosters(request.user, course).select_related("course", "job", "read_by")
    roster = get_object_or_404(rosters, public_id=roster_id)
    if request.method == "POST":
        return go(request, "courses:jobs-detail", begin_undo(roster, by=request.user).public_id)
    context = {"course": course, "roster": roster, "stays": stays_of(roster), "added": roster.additions.count()}
    return show(request, "results/rosters/undo.html", context)
