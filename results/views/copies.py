"""A copy of everything that is kept about a person: one's own, and for an admin anybody's."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, go, show
from results.actions.copies import begin_copy
from results.forms.erasures import CopyPerson
from results.permissions.privacy import may_keep_privacy, visible_data_subjects


@require_http_methods(["GET", "POST"])
def mine(request: SignedInRequest) -> HttpResponse:
    """Say what one's copy holds; make it."""
    if request.method == "POST":
        job = begin_copy(request.user, by=request.user)
        return go(request, "courses:jobs-detail", job.public_id)
    return show(request, "results/copies/mine.html")


@require_POST
def make(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    """Make somebody's copy, for an admin."""
    require(may_keep_privacy(request.user))
    person = get_object_or_404(visible_data_subjects(request.user), public_id=person_id)
    form = CopyPerson(request.POST)
    form.is_valid()
    job = begin_copy(person, with_unreleased=form.cleaned_data["with_unreleased"], by=request.user)
    return go(request, "courses:jobs-detail", job.public_id)
