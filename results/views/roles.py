"""The pages about somebody's role in a course: what hangs on it, giving another, ending it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.web import SignedInRequest, go, show
from courses.models import Enrolment
from courses.permissions import visible_courses, visible_enrolments
from results.actions.roles import add_role, change_role, end_role
from results.forms.roles import ChooseRole, EndRole
from results.permissions.people import may_add_role
from results.queries.roles import hanging_on


def found_enrolment(request: SignedInRequest, slug: str, enrolment_id: UUID) -> Enrolment:
    """Find one enrolment of a course whose people the person manages: 403 where they do not."""
    course = get_object_or_404(visible_courses(request.user), slug=slug)
    require(may_add_role(request.user, course))
    rows = visible_enrolments(request.user, course).select_related("person", "course")
    return get_object_or_404(rows, public_id=enrolment_id)


@require_safe
def detail(request: SignedInRequest, slug: str, enrolment_id: UUID) -> HttpResponse:
    enrolment = found_enrolment(request, slug, enrolment_id)
    context = {
        "enrolment": enrolment,
        "person": enrolment.person,
        "course": enrolment.course,
        "hanging": hanging_on(enrolment, request.user),
        "roles": ChooseRole.base_fields["role"].choices,  # type: ignore[attr-defined]  # a ChoiceField
        "end": EndRole(),
    }
    return show(request, "results/roles/detail.html", context)


@require_POST
def change(request: SignedInRequest, slug: str, enrolment_id: UUID) -> HttpResponse:
    enrolment = found_enrolment(request, slug, enrolment_id)
    form = ChooseRole(request.POST)
    if not form.is_valid():
        return go(request, "results:roles-detail", slug, enrolment_id)
    change_role(enrolment, role=form.cleaned_data["role"], by=request.user)
    messages.success(request, f"The role of {enrolment.person.name} is changed. It holds from now on.")
    return go(request, "courses:people-list", slug)


@require_POST
def add(request: SignedInRequest, slug: str, enrolment_id: UUID) -> HttpResponse:
    enrolment = found_enrolment(request, slug, enrolment_id)
    form = ChooseRole(request.POST)
    if not form.is_valid():
        return go(request, "results:roles-detail", slug, enrolment_id)
    add_role(enrolment.course, enrolment.person, role=form.cleaned_data["role"], by=request.user)
    messages.success(request, f"{enrolment.person.name} has a further role here.")
    return go(request, "courses:people-list", slug)


@require_POST
def end(request: SignedInRequest, slug: str, enrolment_id: UUID) -> HttpResponse:
    enrolment = found_enrolment(request, slug, enrolment_id)
    form = EndRole(request.POST)
    if not form.is_valid():
        return go(request, "results:roles-detail", slug, enrolment_id)
    end_role(enrolment, reason=form.cleaned_data["reason"], by=request.user)
    messages.success(request, f"The role of {enrolment.person.name} has ended. What they did here stays.")
    ended_own = enrolment.person_id == request.user.pk and not request.user.is_staff
    return go(request, "courses:courses-list") if ended_own else go(request, "courses:people-list", slug)
