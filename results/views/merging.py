"""The page on which an admin merges two accounts of one person: both side by side first, then with a reason."""

from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, go, show
from courses.models import User
from courses.permissions import may_manage_accounts, visible_accounts
from results.actions.merging import merge_accounts, refuse_pair
from results.forms.merging import FindOther, MergeAccounts
from results.permissions.people import may_merge
from results.queries.merging import merge_of

NOBODY = "Nobody has this username or e-mail address. Look at it once more."


@require_http_methods(["GET", "POST"])
def detail(request: SignedInRequest, person_id: UUID) -> HttpResponse:
    require(may_manage_accounts(request.user))
    gone = get_object_or_404(visible_accounts(request.user), public_id=person_id)
    require(may_merge(request.user, gone))
    asked = (request.POST if request.method == "POST" else request.GET).get("other", "")
    finding = FindOther({"other": asked} if asked else None)
    context: dict[str, object] = {"gone": gone, "finding": finding}
    if not finding.is_valid():
        return show(request, "results/merging/detail.html", context)
    kept = _other(request.user, finding.cleaned_data["other"])
    form = MergeAccounts(request.POST if request.method == "POST" else None, initial={"other": asked})
    try:
        if kept is None or not may_merge(request.user, kept):
            raise Refusal(NOBODY if kept is None else "An admin’s account cannot be merged.")
        refuse_pair(gone, kept)
        if form.is_valid():
            merge_accounts(gone, kept, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"The account {gone.username} is merged into {kept.username}, and closed.")
            return go(request, "courses:directory-detail", kept.public_id)
        context |= {"merge": merge_of(gone, kept), "form": form, "kept": kept}
    except Refusal as refusal:
        finding.add_error("other", str(refusal))
        context |= {"merge": merge_of(gone, kept), "kept": kept} if kept and kept.pk != gone.pk else {}
    return show(request, "results/merging/detail.html", context)


def _other(user: User, words: str) -> User | None:
    found = visible_accounts(user).filter(Q(username__iexact=words) | Q(email__iexact=words))
    return found.order_by("pk").first()
