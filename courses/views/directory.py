"""The pages about everybody on the site, for its admins: the list, one person, opening a closed account."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from courses.actions.directory import reactivate_person
from courses.forms.directory import FindPeople
from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, go, show
from courses.models import User
from courses.permissions import may_deactivate, may_manage_accounts, may_see_as, visible_accounts
from courses.queries.directory import PAGE, enrolments_ever, people_found


def found_person(request: SignedInRequest, person_id: UUID) -> User:
    """Find somebody, for an admin: 403 for others."""
    require(may_manage_accounts(request.user))
    return get_object_or_404(visible_accounts(request.user).select_related("merged_into"), public_id=person_id)


@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_manage_accounts(request.user))
    form = FindPeople(request.GET)
    filters = form.filters
    page = Paginator(people_found(request.user, filters), PAGE).get_page(request.GET.get("page"))
    query = urlencode({"q": filters.words, "role": filters.role, "state": filters.state})
    return show(
        request, "courses/directory/list.html", {"form": form, "page": page, "filters": filters, "query": query}
    )


@require_safe
def detail(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = found_person(request, person_id)
    context = {
        "person": person,
        "enrolments": enrolments_ever(person),
        "may_deactivate": may_deactivate(request.user, person),
        "may_see_as": may_see_as(request.user, person),
    }
    return show(request, "courses/directory/detail.html", context)


@require_POST
def reactivate(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = found_person(request, person_id)
    reactivate_person(person, by=request.user)
    messages.success(request, f"{person.name} can sign in again, with the password they had.")
    return go(request, "courses:directory-detail", person.public_id)
