"""How views answer: a page or its fragment, and where to go next."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from courses.models import User

Given = ParamSpec("Given")
SOMEBODY_ELSE = (
    "Somebody else is signed in in this browser now. Sign in again yourself; what waits here stays on this computer, "
    "under your name."
)


SEEING_AS = "seeing_as"
"""Where the session keeps whom an admin looks as, and until when: `{person, until}`, the latter in seconds."""


@contextmanager
def only_looking() -> Iterator[None]:
    """Take back whatever a page changes while it is shown: for somebody who only looks."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class SignedInRequest(HttpRequest):
    """A request behind the SignIn middleware: its user is a person."""

    user: User
    htmx: HtmxDetails


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether HTMX asks for a part: not when it restores history or boosts a link, which need the whole page."""
    htmx = cast(HtmxDetails, request.htmx)  # type: ignore[attr-defined]  # set by django_htmx's middleware
    return bool(htmx) and not htmx.history_restore_request and not htmx.boosted


def show(
    request: HttpRequest, page: str, context: dict[str, Any] | None = None, *, fragment: str = "", status: int = 200
) -> HttpResponse:
    """Answer with `page`, or with `fragment` where there is one and HTMX asks for it."""
    template = fragment if fragment and wants_fragment(request) else page
    response = render(request, template, context, status=status)
    if fragment:
        patch_vary_headers(response, ["HX-Request"])
    return response


def go(request: HttpRequest, address: str, *args: object, **kwargs: object) -> HttpResponse:
    """Send the person on: HX-Redirect for HTMX, 302 for a plain post."""
    url = resolve_url(address, *args, **kwargs)
    if bool(request.htmx):  # type: ignore[attr-defined]  # set by django_htmx's middleware
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)


def wants_json(request: HttpRequest) -> bool:
    """Tell whether the answer is read by a script: it sent JSON or asks for nothing but JSON."""
    accept = request.headers.get("Accept", "")
    return request.content_type == "application/json" or ("application/json" in accept and "text/html" not in accept)


def is_for_somebody_else(request: HttpRequest) -> bool:
    """Tell whether a script speaks for another person than is signed in now: two people, one browser."""
    named = request.headers.get("X-Assay-User", "")
    return bool(named) and named != str(cast(User, request.user).public_id)


def for_the_same_person(
    view: Callable[Concatenate[SignedInRequest, Given], HttpResponse],
) -> Callable[Concatenate[SignedInRequest, Given], HttpResponse]:
    """Let a view answer only the person its page was made for; anybody else gets 401, before anything is looked up."""

    @wraps(view)
    def asked(request: SignedInRequest, /, *args: Given.args, **kwargs: Given.kwargs) -> HttpResponse:
        if is_for_somebody_else(request):
            return JsonResponse({"error": "other_user", "message": SOMEBODY_ELSE}, status=401)
        return view(request, *args, **kwargs)

    return asked
