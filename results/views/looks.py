"""Who looked at what: the pages of an assignment, of a person, and of oneself."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, show
from courses.models import User
from results.permissions.journal import may_read_journal_of, visible_journaled_assignments
from results.queries.looks import looks_at_assignment, looks_at_me, looks_at_person, looks_page


@require_safe
def assignment(request: SignedInRequest, assignment_id: UUID) -> HttpResponse:
    found = visible_journaled_assignments(request.user).select_related("course")
    assignment = get_object_or_404(found, public_id=assignment_id)
    page = looks_page(looks_at_assignment(request.user, assignment), before=_before(request))
    return show(request, "results/looks/assignment.html", {"page": page, "assignment": assignment})


@require_safe
def person(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(User, public_id=person_id)
    require(may_read_journal_of(request.user, person))
    page = looks_page(looks_at_person(request.user, person), before=_before(request))
    return show(request, "results/looks/person.html", {"page": page, "person": person})


@require_safe
def mine(request: SignedInRequest) -> HttpResponse:
    page = looks_page(looks_at_me(request.user), before=_before(request), reader=request.user)
    return show(request, "results/looks/mine.html", {"page": page})


def _before(request: SignedInRequest) -> int | None:
    """Read where the page begins; what is no number begins at the newest."""
    asked = request.GET.get("before", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
