"""One's own keys of the marking desk: a page, and the address that the desk keeps them at."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from courses.kernel.errors import Refusal
from courses.kernel.web import SignedInRequest, for_the_same_person, go, show, wants_json
from marking.actions.keys import KeyNotFree, keep_marking_keys
from marking.forms.keys import ChangeKeys
from marking.pure.keys import KeySettings, settings_from
from marking.wire.keys import read_settings, settings_json
from marking.wire.markings import MisreadBatchError


@require_http_methods(["GET", "POST"])
@for_the_same_person
def change(request: SignedInRequest) -> HttpResponse:
    """Show every key and change them; a script keeps them by the same address."""
    if request.method == "POST" and wants_json(request):
        return _keep_sent(request)
    given_back = request.method == "POST" and "reset" in request.POST
    settings = KeySettings() if given_back else settings_from(request.user.marking_keys)
    posted = request.POST if request.method == "POST" and not given_back else None
    form = ChangeKeys(posted, settings=settings)
    if given_back or form.is_valid():
        try:
            keep_marking_keys(**({"on": True, "keys": {}} if given_back else form.chosen), by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Your keys are kept, on every computer.")
            return go(request, "marking:keys-change")
    return show(request, "marking/keys/change.html", {"form": form})


def _keep_sent(request: SignedInRequest) -> HttpResponse:
    try:
        sent = read_settings(request.body)
        keep_marking_keys(on=sent.on, keys=sent.keys, by=request.user)
    except (MisreadBatchError, KeyNotFree) as problem:
        return JsonResponse({"error": "keys", "message": str(problem)}, status=422)
    return JsonResponse(settings_json(settings_from(request.user.marking_keys)))
