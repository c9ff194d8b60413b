"""The school's provider as allauth knows it: allauth's own flow with PKCE, a nonce, and our reading of the token."""

from base64 import urlsafe_b64encode
from hashlib import sha256
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.provider import OpenIDConnectProvider
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse

from config.oidc.tokens import UntrustedToken, read_token
from courses.kernel.clock import now

PROVIDER = "school"
KEPT = 3600
"""Seconds for which the provider's own description of itself is kept."""


def nonce_of(verifier: str) -> str:
    """Give the nonce of a sign-in: made from its PKCE verifier, which only this session's state holds."""
    return urlsafe_b64encode(sha256(b"nonce " + verifier.encode()).digest()).decode().rstrip("=")


def tag_of(issuer: str) -> str:
    """Give what the lasting names of one issuer begin with: another issuer's names mean other people."""
    return sha256(issuer.encode()).hexdigest()[:16]


class SchoolFlow(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]  # allauth ships no types
    """One sign-in with the provider: allauth fetches, we decide whether what comes is to be believed."""

    verifier = ""

    @property
    def openid_config(self) -> dict[str, Any]:
        """The provider's description of itself, which must name the issuer we were told."""
        issuer = settings.SCHOOL_SIGN_IN_ISSUER
        key = f"school-sign-in:{issuer}"
        found: dict[str, Any] | None = cache.get(key)
        if found is None:
            found = self._fetched(f"{issuer}/.well-known/openid-configuration")
            if str(found.get("issuer", "")).rstrip("/") != issuer:
                raise OAuth2Error("the provider names another issuer")
            cache.set(key, found, KEPT)
        return found

    def _fetched(self, address: str, **headers: str) -> dict[str, Any]:
        with get_adapter().get_requests_session() as session:
            answer = session.get(address, headers=headers, allow_redirects=False)
            answer.raise_for_status()
            found = answer.json()
        if not isinstance(found, dict):
            raise OAuth2Error("the provider's answer is no object")
        return found

    def get_callback_url(self, request: HttpRequest, app: SocialApp) -> str:
        return str(request.build_absolute_uri(reverse("account_school_back")))

    def get_access_token_data(self, request: HttpRequest, app: SocialApp, client: Any, pkce_code_verifier: str) -> Any:
        self.verifier = pkce_code_verifier
        return super().get_access_token_data(request, app, client, pkce_code_verifier=pkce_code_verifier)

    def complete_login(self, request: HttpRequest, app: SocialApp, token: SocialToken, response: Any) -> SocialLogin:
        """Read the ID token; ask for what it leaves out, and take that only where it is about the same person."""
        described = self.openid_config
        try:
            claims = read_token(
                str(response.get("id_token", "")),
                keys=self._fetched(described["jwks_uri"]),
                issuer=described["issuer"],
                client=app.client_id,
                nonce=nonce_of(self.verifier) if self.verifier else "",
                moment=now().timestamp(),
            )
        except UntrustedToken as error:
            raise OAuth2Error(f"untrusted token: {error}") from error
        if "email" not in claims and described.get("userinfo_endpoint"):
            told = self._fetched(described["userinfo_endpoint"], Authorization=f"Bearer {token.token}")
            if told.get("sub") != claims["sub"]:
                raise OAuth2Error("the provider told about somebody else")
            claims = {**told, **claims}
        return self.get_provider().sociallogin_from_response(request, {"id_token": claims})


class SchoolProvider(OpenIDConnectProvider):  # type: ignore[misc]  # allauth ships no types
    """The one provider of an installation."""

    id = "openid_connect"
    oauth2_adapter_class = SchoolFlow
    pkce_enabled_default = True

    def get_pkce_params(self) -> dict[str, Any]:
        """Add the nonce: what is given here goes to the provider with the request."""
        params: dict[str, Any] = super().get_pkce_params()
        return {**params, "nonce": nonce_of(params["code_verifier"])}

    def get_callback_url(self) -> str:
        return reverse("account_school_back")

    def extract_uid(self, data: dict[str, Any]) -> str:
        """Give the lasting name to keep: of this issuer, and hashed, since it is only ever compared."""
        return f"{tag_of(settings.SCHOOL_SIGN_IN_ISSUER)}:{sha256(data['id_token']['sub'].encode()).hexdigest()}"

    def extract_extra_data(self, data: dict[str, Any]) -> dict[str, Any]:
        """Keep nothing of what the provider tells: the account has its own name and address."""
        return {}

    def extract_email_addresses(self, data: dict[str, Any]) -> list[EmailAddress]:
        """Give the address, if the provider says in so many words that it is verified, or its domain is vouched for."""
        claims = data["id_token"]
        email = claims.get("email")
        if not isinstance(email, str) or "@" not in email:
            return []
        vouched = email.rpartition("@")[2].lower() in {one.lower() for one in settings.SCHOOL_SIGN_IN_DOMAINS}
        verified = claims.get("email_verified") is True or (vouched and "email_verified" not in claims)
        return [EmailAddress(email=email, verified=verified, primary=True)]


provider_classes = [SchoolProvider]
