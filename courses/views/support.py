"""The pages of the support view: beginning it with a reason, and ending it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from courses.actions.support import begin_support_view, end_support_view
from courses.forms.directory import SayWhy
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SEEING_AS, SignedInRequest, go, show
from courses.models import User
from courses.permissions import may_see_as
from courses.views.directory import found_person


@require_http_methods(["GET", "POST"])
def begin(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    person = found_person(request, person_id)
    require(may_see_as(request.user, person))
    form = SayWhy(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            until = begin_support_view(person, reason=form.cleaned_data["reason"], by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[SEEING_AS] = {"person": str(person.public_id), "until": until.timestamp()}
            return go(request, "results:home-index")
    return show(request, "courses/support/begin.html", {"person": person, "form": form})


@require_POST
def end(request: SignedInRequest) -> HttpResponse:
    """End it: reached as oneself, since the middleware lets nothing else through while somebody looks."""
    seeing = request.session.pop(SEEING_AS, None)
    if not seeing:
        return go(request, "results:home-index")
    person = get_object_or_404(User, public_id=seeing["person"])
    end_support_view(person, by=request.user)
    messages.success(request, f"You see Assay as yourself again, no longer as {person.name}.")
    return go(request, "courses:directory-detail", person.public_id)
