"""Leaving for the school's provider and coming back."""

from allauth.account.utils import get_next_redirect_url
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from requests import RequestException

from config.oidc.provider import PROVIDER, SchoolFlow


def _asked_for() -> None:
    if not settings.SCHOOL_SIGN_IN_ISSUER:
        raise Http404


@login_not_required
@never_cache
@require_safe
def leave(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider; only to sign in, whatever the address says."""
    _asked_for()
    provider = get_adapter().get_provider(request, PROVIDER)
    try:
        return provider.redirect(request, "login", next_url=get_next_redirect_url(request))  # type: ignore[no-any-return]
    except (OAuth2Error, RequestException, KeyError, ValueError) as error:
        return render_authentication_error(request, provider, exception=error)  # type: ignore[no-any-return]


@login_not_required
@never_cache
@require_safe
def come_back(request: HttpRequest) -> HttpResponse:
    """Take what the provider sends back: allauth checks the state and fetches the token, `SchoolFlow` judges it."""
    _asked_for()
    try:
        return OAuth2CallbackView.adapter_view(SchoolFlow(request, PROVIDER))(request)  # type: ignore[no-any-return]
    except ImmediateHttpResponse as answer:
        return answer.response  # type: ignore[no-any-return]
    except (KeyError, TypeError, ValueError, AttributeError) as error:  # a provider that answers nonsense
        provider = get_adapter().get_provider(request, PROVIDER)
        return render_authentication_error(request, provider, exception=error)  # type: ignore[no-any-return]
