"""Second factors: an app's codes, passkeys and recovery codes through allauth; who must have one sets it up first."""

import base64
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from hashlib import sha256
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import SafeString

from courses.actions.accounts import attempts_key, changing_second_factors, count_attempt, forget_attempts
from courses.kernel.errors import Refusal
from courses.models import User
from courses.queries.accounts import has_second_factor, must_have_second_factor, second_factors_of

STANDING = "second_factor"
"""In the session: `["has" | "owes" | "free", the second it was looked up]`."""
LOOK_AGAIN = 3600
CODE_LIVES = 120
"""Seconds: longer than an app's code is taken, so that one that was used is not taken again."""


# ---------------------------------------------------------------- who must have one


def note_standing(request: HttpRequest, person: User) -> str:
    """Look up whether somebody has, owes or needs no second factor, and keep it in the session; give it."""
    records = get_authentication_records(request, person)
    by_school = settings.SCHOOL_SIGN_IN_IS_SECOND_FACTOR and any(one["method"] == "socialaccount" for one in records)
    if not must_have_second_factor(person):
        standing = "free"
    else:
        standing = "has" if by_school or has_second_factor(person) else "owes"
    request.session[STANDING] = [standing, int(time.time())]
    return standing


def owes_second_factor(request: HttpRequest, person: User) -> bool:
    """Tell whether somebody must set up a second factor before anything else; asks the session, mostly.

    A student costs no statement: nothing is looked up where the setting cannot mean the person. An admin who has one is
    not looked up again; who owes one is, until it is there; the others once an hour, where teachers need one.
    """
    wanted = settings.SECOND_FACTOR_FOR
    if wanted == "nobody" or (wanted == "admins" and not person.is_staff):
        return False
    standing, at = request.session.get(STANDING) or ["unknown", 0]
    settled = standing == "has" or (standing == "free" and not person.is_staff and time.time() - at < LOOK_AGAIN)
    return not settled and note_standing(request, person) == "owes"


# ---------------------------------------------------------------- secrets and names


def _keys() -> MultiFernet:
    """Give the keys that secrets are kept under: the newest SECRET_KEY writes, earlier ones still read."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [sha256(b"assay second factors " + secret.encode()).digest() for secret in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(one)) for one in made])


class SecondFactors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth ships no types
    """What differs from allauth: secrets are sealed, the picture stands in the page, the last one may have to stay."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This code is not right, or it was used already. Wait for the next one and try again.",
        "cannot_delete_authenticator": "You need a second factor here, and this is your only one. Add another first.",
    }

    def encrypt(self, text: str) -> str:
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret. One whose key is gone becomes one that no code fits: an admin resets it."""
        try:
            return _keys().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return str(generate_totp_secret())

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def get_totp_label(self, user: User) -> str:
        return user.username

    def build_totp_svg(self, url: str) -> SafeString:
        """Give the picture of the secret as an `<svg>` to stand in the page: the policy lets no data address load."""
        drawn: str = super().build_totp_svg(url)
        return SafeString(drawn[drawn.index("<svg") :])  # qrcode draws it; no words of anybody are in it

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return "My passkey" if number == 1 else f"My passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": settings.SITE_NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Name the person to their own device in the words they know."""
        named: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        return {**named, "name": user.username, "display_name": user.name}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        return may_remove(authenticator.user, authenticator.pk)


def may_remove(person: User, pk: int) -> bool:
    """Tell whether somebody may remove one second factor: not the last one where one must be there."""
    main = [one.pk for one in second_factors_of(person) if one.type != Authenticator.Type.RECOVERY_CODES]
    return main != [pk] or not must_have_second_factor(person)


# ---------------------------------------------------------------- forms


class _Counted:
    """Codes are counted like passwords, and an app's code is taken once."""

    user: User
    cleaned_data: dict[str, Any]

    def clean_code(self) -> str:
        key = attempts_key("code", str(self.user.pk))
        try:
            count_attempt(key)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside it
        digits = "".join(one for one in code if one.isdigit())
        if not cache.add(f"second-factor-used:{self.user.pk}:{digits}", "used", CODE_LIVES):
            raise ValidationError(str(SecondFactors.error_messages["incorrect_code"]))
        forget_attempts(key)
        return code


class GiveCode(_Counted, AuthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The second step of signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code"
        self.fields["code"].help_text = "Six digits from your authenticator app, or one of your recovery codes."
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}


class ConfirmWithCode(_Counted, ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """Say again that it is you, by a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "Six digits from your authenticator app, or one of your recovery codes."
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "spellcheck": "false"}


class AddApp(_Counted, ActivateTOTPForm):  # type: ignore[misc]  # allauth ships no types
    """The first code of an app that has just been given the secret."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Code that the app shows"
        self.fields["code"].help_text = "Six digits. It changes every half minute."
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "inputmode": "numeric"}


@contextmanager
def read_as_passkey() -> Iterator[None]:
    """Refuse in words what is no passkey's answer: what browsers send is JSON that anybody can write."""
    try:
        yield
    except (TypeError, ValueError, KeyError, AttributeError, InvalidSignature) as error:
        raise ValidationError("This passkey was not accepted. Try again.") from error


class _Passkey:
    """An answer of a passkey that is read with care."""

    def clean_credential(self) -> Authenticator:
        with read_as_passkey():
            return super().clean_credential()  # type: ignore[misc]  # of the form beside it


class GivePasskey(_Passkey, AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """The second step of signing in, by passkey."""


class SignInWithPasskey(_Passkey, LoginWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Signing in by passkey alone."""


class ConfirmWithPasskey(_Passkey, ReauthenticateWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """Say again that it is you, by passkey."""


class AddPasskey(AddWebAuthnForm):  # type: ignore[misc]  # allauth ships no types
    """A passkey's name, and whether it alone is enough to sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].help_text = "So that you know it again: the device it is on, for example."
        self.fields["name"].max_length = 60
        self.fields["name"].widget.attrs["maxlength"] = 60
        self.fields["passwordless"].label = "Sign in with it alone, without username and password"
        self.fields["passwordless"].help_text = "The device then asks for your finger, face or PIN each time."
        self.fields["passwordless"].initial = True

    def clean_name(self) -> str:
        return str(super().clean_name())[:60]

    def clean(self) -> dict[str, Any]:
        with read_as_passkey():
            return dict(super().clean())


# ---------------------------------------------------------------- allauth's pages, with our rules

View = Callable[..., HttpResponse]


def noted(view: View) -> View:
    """Write what a page of allauth changes in one's second factors to the journal, in one transaction."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST" or not isinstance(request.user, User):
            return view(request, *args, **kwargs)
        with changing_second_factors(request.user):
            return view(request, *args, **kwargs)

    return asked


def keeps_the_last(view: View) -> View:
    """Refuse to remove a passkey that is the only second factor of somebody who must have one."""

    @wraps(view)
    def asked(request: HttpRequest, pk: int) -> HttpResponse:
        if isinstance(request.user, User) and not may_remove(request.user, pk):
            messages.error(request, SecondFactors.error_messages["cannot_delete_authenticator"])
            return HttpResponseRedirect(reverse("mfa_index"))
        return view(request, pk=pk)

    return asked
