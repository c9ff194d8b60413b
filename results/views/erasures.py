"""An admin's pages for requests about personal data: find somebody, look what erasing would do, hold, erase."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import User
from results.actions.erasures import erase_person, lift_hold, place_hold, refusal_to_erase
from results.forms.erasures import CopyPerson, EraseOnePerson, HoldPerson
from results.permissions.privacy import may_erase_person, may_keep_privacy, visible_data_subjects
from results.queries.erasures import FOUND, erasure_plan, found_people, is_held, newest_erasures
from results.queries.leaving import leaving_of


@never_cache
@require_safe
def list(request: SignedInRequest) -> HttpResponse:  # noqa: A001  # the view's name is the address's
    require(may_keep_privacy(request.user))
    words = request.GET.get("q", "").replace("\x00", "")[:150]
    people = found_people(words)
    context = {"words": words, "people": people[:FOUND], "more": len(people) > FOUND, "erased": newest_erasures()}
    return show(request, "results/erasures/list.html", context)


@never_cache
@require_safe
def detail(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    return _answer(request, _person(request, person_id))


@never_cache
@require_POST
def erase(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = _person(request, person_id)
    form = EraseOnePerson(request.POST, username=person.username)
    if form.is_valid():
        try:
            erased = erase_person(person, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"The person is erased: {erased.total:,} rows lost their words or are gone.")
            return go(request, "results:erasures-list")
    return _answer(request, person, erase_form=form)


@never_cache
@require_POST
def hold(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = _person(request, person_id)
    return _settle(request, person, lambda reason: place_hold(person, reason=reason, by=request.user))


@never_cache
@require_POST
def lift(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = _person(request, person_id)
    return _settle(request, person, lambda reason: lift_hold(person, reason=reason, by=request.user))


def _settle(request: SignedInRequest, person: User, settle: Callable[[str], object]) -> HttpResponse:
    """Set or lift a hold, and go back to the person."""
    form = HoldPerson(request.POST)
    if form.is_valid():
        try:
            settle(form.cleaned_data["reason"])
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return go(request, "results:erasures-detail", person.public_id)
    return _answer(request, person, hold_form=form)


def _person(request: SignedInRequest, person_id: UUID) -> User:
    require(may_keep_privacy(request.user))
    return get_object_or_404(visible_data_subjects(request.user), public_id=person_id)


def _answer(
    request: SignedInRequest, person: User, *, erase_form: Form | None = None, hold_form: Form | None = None
) -> HttpResponse:
    refusal = refusal_to_erase(person)
    context = {
        "person": person,
        "held": is_held(person),
        "plan": erasure_plan(person, str(refusal or "")),
        "leaving": leaving_of(person),
        "may_erase": may_erase_person(request.user, person),
        "copy_form": CopyPerson(),
        "hold_form": hold_form or HoldPerson(),
        "erase_form": erase_form or EraseOnePerson(username=person.username),
    }
    return show(request, "results/erasures/detail.html", context)
