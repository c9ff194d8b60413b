"""The pages about one's own sessions, and about somebody's second factor for an admin."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from courses.actions.accounts import end_session, end_sessions, reset_second_factor
from courses.forms.accounts import ResetSecondFactor
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.permissions import may_reset_second_factor, visible_accounts
from courses.queries.accounts import factors_told, sessions_of, with_marks


@require_safe
def sessions(request: SignedInRequest) -> HttpResponse:
    own = request.session.session_key
    listed = [(one, mark, one.session_key == own) for one, mark in with_marks(sessions_of(request.user))]
    return show(request, "courses/accounts/sessions.html", {"sessions": listed})


@require_POST
def end(request: SignedInRequest) -> HttpResponse:
    """Sign out one of one's other devices, or all of them."""
    which, own = request.POST.get("which", ""), request.session.session_key or ""
    chosen = next((one for one, mark in with_marks(sessions_of(request.user)) if mark == which), None)
    if which == "others":
        ended = end_sessions(request.user, but=own, by=request.user)
        messages.success(
            request, "You are signed out everywhere else." if ended else "You were signed in nowhere else."
        )
    elif chosen is None:
        messages.warning(request, "That device is signed out already.")
    elif chosen.session_key != own:
        end_session(chosen, by=request.user)
        messages.success(request, f"{chosen.device or 'That browser'} is signed out.")
    return go(request, "courses:accounts-sessions")


@require_http_methods(["GET", "POST"])
def second_factor(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(visible_accounts(request.user), public_id=person_id)
    if person == request.user:
        return go(request, "mfa_index")
    require(may_reset_second_factor(request.user, person))
    form = ResetSecondFactor(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            reset_second_factor(person, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person.name} signs in with the password alone now.")
            return go(request, "courses:accounts-second-factor", person.public_id)
    context = {"person": person, "form": form, "factors": factors_told(person)}
    return show(request, "courses/accounts/second_factor.html", context)
