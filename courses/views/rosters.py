"""The pages about lists of people: bring one, look at every row's verdict, take it in."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.rosters import begin_import, discard_roster, keep_pasted_roster, keep_roster
from courses.forms.rosters import BringRoster
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import Roster
from courses.permissions import visible_rosters
from courses.pure.rosters import Fate
from courses.queries.rosters import left_of, preview_of, rosters_of, stays_of
from courses.views.people import managed_course


def found_roster(request: SignedInRequest, slug: str, roster_id: UUID) -> Roster:
    """Find one list of a course whose people the person manages."""
    course = managed_course(request, slug)
    rosters = visible_rosters(request.user, course).select_related("course", "job", "read_by")
    return get_object_or_404(rosters, public_id=roster_id)


@require_safe
def list(request: SignedInRequest, slug: str) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    course = managed_course(request, slug)
    context = {"course": course, "rosters": rosters_of(request.user, course)[:50]}
    return show(request, "courses/rosters/list.html", context)


@require_http_methods(["GET", "POST"])
def create(request: SignedInRequest, slug: str) -> HttpResponse:
    course = managed_course(request, slug)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = BringRoster(*posted)
    if form.is_valid():
        said = form.cleaned_data
        upload, field = said["file"], "file" if said["file"] else "people"
        try:
            if upload:
                roster = keep_roster(course, upload=upload, role=said["role"], by=request.user)
            else:
                roster = keep_pasted_roster(course, text=said["people"], role=said["role"], by=request.user)
        except Refusal as refusal:
            form.add_error(field, str(refusal))
        else:
            return go(request, "courses:rosters-detail", slug, roster.public_id)
    return show(request, "courses/rosters/create.html", {"course": course, "form": form})


@require_safe
def detail(request: SignedInRequest, slug: str, roster_id: UUID) -> HttpResponse:
    roster = found_roster(request, slug, roster_id)
    fate = request.GET.get("rows", "")
    context: dict[str, object] = {"course": roster.course, "roster": roster, "fate": fate, "fates": Fate}
    if roster.is_read:
        context["preview"] = preview_of(roster, fate=fate, page=request.GET.get("page"))
    elif not roster.is_under_way:
        context["left"] = left_of(roster)
        context["stays"] = stays_of(roster) if roster.is_undone else []
    return show(request, "courses/rosters/detail.html", context)


@require_POST
def take(request: SignedInRequest, slug: str, roster_id: UUID) -> HttpResponse:
    roster = found_roster(request, slug, roster_id)
    job = begin_import(roster, by=request.user)
    return go(request, "courses:jobs-detail", job.public_id)


@require_POST
def discard(request: SignedInRequest, slug: str, roster_id: UUID) -> HttpResponse:
    roster = found_roster(request, slug, roster_id)
    discard_roster(roster, by=request.user)
    messages.success(request, f"“{roster.file_name}” is put away. Nobody was added.")
    return go(request, "courses:rosters-create", slug)
