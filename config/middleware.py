"""What stands between a request and its view: who is signed in, and how a refusal is said."""

import time
from collections.abc import Callable

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render, resolve_url
from django.utils.cache import add_never_cache_headers
from django.utils.http import urlencode
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from config.second_factors import owes_second_factor
from config.sessions import SEEN, SEEN_EVERY
from courses.kernel.errors import Refusal
from courses.kernel.web import wants_json
from courses.models import User

LONGEST_KEPT_FIELD = 200_000


def written_words(request: HttpRequest) -> list[tuple[str, str]]:
    """List the texts a form post carried, so that a page can give them back; never a password or a token."""
    if request.method != "POST":
        return []
    hidden = ("csrfmiddlewaretoken", "password", "key", "base", "sha256")
    return [
        (name, value[:LONGEST_KEPT_FIELD])
        for name, value in request.POST.items()
        if isinstance(value, str) and value.strip() and not any(word in name for word in hidden)
    ]


class SignIn(LoginRequiredMiddleware):
    """Every page is for signed-in people unless its view says otherwise; nobody's words are lost at the door.

    A script gets JSON with 401, HTMX a redirect of the whole page, a form post a page that holds the text: a
    redirect would be followed, and look like success.
    """

    def handle_no_permission(  # type: ignore[override]  # the stubs know only of redirects
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        path = request.get_full_path() if request.method == "GET" else request.headers.get("Referer", "/")
        sign_in = f"{resolve_url('account_login')}?{urlencode({REDIRECT_FIELD_NAME: path})}"
        if wants_json(request) or request.method in ("PUT", "PATCH", "DELETE"):
            said = {"error": "signed_out", "message": "You are signed out. Sign in again; your words are kept here."}
            return JsonResponse(said, status=401)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(sign_in)
        if request.method == "POST":
            context = {"words": written_words(request), "sign_in": resolve_url("account_login"), "expired": True}
            return render(request, "signed_out.html", context, status=401)
        return super().handle_no_permission(request, view_func)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a stale or missing token: the page was open while somebody signed in or out elsewhere."""
    message = "This page was open for a long time, or you signed in again elsewhere. Reload it, then try again."
    if wants_json(request) or request.method in ("PUT", "PATCH", "DELETE"):
        return JsonResponse({"error": "csrf", "message": message}, status=403)
    context = {"words": written_words(request), "sign_in": resolve_url("account_login"), "expired": False}
    return render(request, "signed_out.html", context, status=403)


class SecondFactor:
    """Lead whoever must have a second factor and has none to set it up; and note now and then that a session lives.

    Signing out, changing the password and the pages of the second factor itself stay open. Costs no statement but what
    `owes_second_factor` says, and one save of the session every half hour.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            seen = request.session.get(SEEN)
            if seen and time.time() - seen > SEEN_EVERY:
                request.session[SEEN] = int(time.time())
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: object, words: object
    ) -> HttpResponse | None:
        if not isinstance(request.user, User) or not owes_second_factor(request, request.user):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name.startswith(("account_", "mfa_", "courses:health")):
            return None
        where = resolve_url("mfa_index")
        if wants_json(request) or request.method in ("PUT", "PATCH", "DELETE"):
            message = "Set up a second factor first: see “Your account”."
            return JsonResponse({"error": "second_factor", "message": message}, status=403)
        return HttpResponseClientRedirect(where) if request.headers.get("HX-Request") else HttpResponseRedirect(where)


class RefusalAnswers:
    """Turn a Refusal that no form caught into a notice, a page or JSON."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, PermissionDenied) and wants_json(request):
            return JsonResponse({"error": "forbidden", "message": "You may not do that."}, status=403)
        if not isinstance(exception, Refusal):
            return None
        if wants_json(request):
            kind = type(exception).__name__
            return JsonResponse({"error": kind, "message": str(exception)}, status=409)
        if request.headers.get("HX-Request"):
            notice = render(request, "components/_refusal.html", {"message": str(exception)})
            return reswap(retarget(notice, "#notices"), "innerHTML")
        context = {"message": str(exception), "words": written_words(request)}
        return render(request, "refused.html", context, status=409)


class PlainAddresses:
    """Refuse an address with a NUL in it: nobody types one, and PostgreSQL takes none."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse("This address holds a character no address has.\n", "text/plain", status=400)
        return self.get_response(request)


class PrivatePages:
    """Keep pages about people out of shared and disk caches."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response
