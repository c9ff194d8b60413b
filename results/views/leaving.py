"""The page on which an admin deactivates an account: what hangs on it first, then with a reason."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.permissions import may_deactivate, may_manage_accounts, visible_accounts
from results.actions.leaving import deactivate_person
from results.forms.leaving import DeactivatePerson
from results.queries.leaving import leaving_of


@require_http_methods(["GET", "POST"])
def deactivate(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    require(may_manage_accounts(request.user))
    person = get_object_or_404(visible_accounts(request.user), public_id=person_id)
    require(may_deactivate(request.user, person))
    leaving = leaving_of(person)
    form = DeactivatePerson(
        request.POST if request.method == "POST" else None, alone=[one.title for one in leaving.alone]
    )
    if form.is_valid():
        try:
            deactivate_person(person, **form.cleaned_data, by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{person.name} cannot sign in any more. Nothing of theirs is lost.")
            return go(request, "courses:directory-detail", person.public_id)
    return show(request, "results/leaving/deactivate.html", {"person": person, "form": form, "leaving": leaving})
