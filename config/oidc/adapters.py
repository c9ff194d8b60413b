"""Who is meant by what the school's provider says, and what is said where nobody is."""

from typing import Any, NoReturn

import structlog
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialLogin
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from config.oidc.provider import PROVIDER, tag_of
from courses.actions.accounts import link_school_sign_in, make_school_account
from courses.queries.accounts import is_closed_address, kept_instead_of, person_with_email

log = structlog.get_logger(__name__)

UNKNOWN = (
    "You are signed in at {school}, but there is no account for you here, or not yet with this e-mail address. Ask "
    "your teacher to add you, or sign in with your username."
)
TAKEN = "Your e-mail address belongs to an account that somebody else of {school} signs in to. Ask the school's admin."
MERGED = "Your e-mail address belongs to an account that was put together with your other one. Sign in as {username}."
FAILED = "Signing in with {school} did not work this time. Try again; if it stays so, tell the school's admin."


class SchoolAccounts(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Match a person by the provider's lasting name, else by verified e-mail; never make anybody unless told to."""

    def list_apps(self, request: HttpRequest, provider: Any = None, client_id: Any = None) -> list[SocialApp]:
        """Give the provider of the settings, where there is one; none is kept in the database."""
        if not settings.SCHOOL_SIGN_IN_ISSUER:
            return []
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=PROVIDER,
                name=settings.SCHOOL_SIGN_IN_NAME,
                client_id=settings.SCHOOL_SIGN_IN_CLIENT,
                secret=settings.SCHOOL_SIGN_IN_SECRET,
                settings={"server_url": settings.SCHOOL_SIGN_IN_ISSUER},
            )
        ]

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Find out who this is; whoever is linked already was found by allauth, by the provider's `sub`."""
        if sociallogin.is_existing:
            return
        verified = next((one.email for one in sociallogin.email_addresses if one.verified), "")
        person = person_with_email(verified)
        subject = sociallogin.account.uid
        linked = SocialAccount.objects.filter(uid__startswith=tag_of(settings.SCHOOL_SIGN_IN_ISSUER))
        if person is not None and linked.filter(user=person).exists():
            self._turn_away(request, TAKEN)
        if person is None and (kept := kept_instead_of(verified)):
            self._turn_away(request, MERGED.format(username=kept.username))
        if person is None and is_closed_address(verified):
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_inactive")))
        if person is None and settings.SCHOOL_SIGN_IN_MAKES_ACCOUNTS:
            told = sociallogin.user
            person = make_school_account(
                username=told.username, first_name=told.first_name, last_name=told.last_name, email=verified
            )
        if person is None:
            self._turn_away(request, UNKNOWN)
        sociallogin.account = link_school_sign_in(person, provider=PROVIDER, subject=subject)
        sociallogin.user = person

    def on_authentication_error(self, request: HttpRequest, provider: Any, **words: Any) -> None:
        """Say it on the sign-in page; what exactly was wrong stands in the log, for the admin."""
        cause = words.get("exception") or words.get("error")
        log.warning("A sign-in with the school's provider failed.", cause=str(cause)[:300])
        self._turn_away(request, FAILED)

    def _turn_away(self, request: HttpRequest, words: str) -> NoReturn:
        messages.error(request, words.format(school=settings.SCHOOL_SIGN_IN_NAME))
        raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
