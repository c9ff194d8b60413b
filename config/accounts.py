"""How people sign in: by username or e-mail, on closed doors; wrong tries are slowed down, devices are known again."""

import time
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, cast
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import (
    ChangePasswordForm,
    LoginForm,
    ReauthenticateForm,
    ResetPasswordForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from config.second_factors import note_standing
from config.sessions import DEVICE, SEEN, SIGNED_IN
from courses.actions.accounts import (
    ask_for_reset_link,
    attempts_key,
    change_password,
    count_address,
    count_attempt,
    forget_attempts,
    mail_notice,
)
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from courses.pure.accounts import device_named
from courses.queries.accounts import account_kept, person_called

KNOWN_SALT = "assay.known-device"
KNOWN_FOR = 180 * 24 * 3600
MOST_KNOWN = 20
"""People whom one device remembers: a shared computer forgets the earliest."""

MERGED = "This account was put together with your other one. Sign in as {username}, with that account’s password."

TOLD = {
    "account/email/password_changed": "The password was changed.",
    "account/email/password_reset": "The password was changed by a link sent to this address.",
    "account/email/password_set": "A password was set.",
    "mfa/email/totp_activated": "An authenticator app was added as second factor.",
    "mfa/email/totp_deactivated": "The authenticator app was removed as second factor.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made; the old ones no longer work.",
}
"""What a change in the account is told as, by mail, by allauth's name for it."""


# ---------------------------------------------------------------- where somebody comes from


def client_address(request: HttpRequest) -> str:
    """Give the network address of whoever asks: the nearest proxy's word where CLIENT_ADDRESS_HEADER names a header.

    Of a list the last is taken, the only one our own proxy wrote. IPv6 counts by its /64: one household, one address.
    """
    named = request.headers.get(settings.CLIENT_ADDRESS_HEADER, "") if settings.CLIENT_ADDRESS_HEADER else ""
    for words in (named.rpartition(",")[2].strip(), request.META.get("REMOTE_ADDR", "")):
        try:
            address = ip_address(words)
        except ValueError:
            continue
        if isinstance(address, IPv6Address) and address.ipv4_mapped is None:
            return str(IPv6Network((address, 64), strict=False).network_address)
        return str(address)
    return "unknown"


def _known(request: HttpRequest) -> dict[str, Any]:
    """Read what this device remembers: its own number, and keyed hashes of the people who signed in here."""
    try:
        found = signing.loads(request.COOKIES.get(settings.KNOWN_DEVICE_COOKIE, ""), salt=KNOWN_SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return {"device": uuid4().hex, "people": []}
    return cast(dict[str, Any], found)


def remember_device(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Let this device be known when the person signs in here again."""
    known, mark = _known(request), attempts_key("known", str(person.pk))[:20]
    people = [mark, *(one for one in known["people"] if one != mark)][:MOST_KNOWN]
    response.set_cookie(
        settings.KNOWN_DEVICE_COOKIE,
        signing.dumps({"device": known["device"], "people": people}, salt=KNOWN_SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def key_for(request: HttpRequest, login: str) -> tuple[str, bool]:
    """Give the key under which this try counts, and whether the device is known for the account.

    A known device counts for itself: what others try elsewhere slows down nobody there. An account that does not exist
    counts like one that does.
    """
    person = person_called(login)
    if person is None:
        return attempts_key("nobody", login.strip().casefold()), False
    return _key_of(request, person)


def _key_of(request: HttpRequest, person: User) -> tuple[str, bool]:
    known = _known(request)
    if attempts_key("known", str(person.pk))[:20] in known["people"]:
        return attempts_key("device", known["device"], str(person.pk)), True
    return attempts_key("person", str(person.pk)), False


# ---------------------------------------------------------------- allauth's hooks


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """What differs from allauth: closed sign-up, our own counting of tries, sessions that are known and ended."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Nothing: `authenticate` counts."""

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Look at a password, if this try need not wait; it counts first, and is forgotten where it was right.

        allauth looks at whose username it is and at whose address: a right password of one forgets no try at the other.
        """
        key, known = key_for(request, credentials.get("username") or credentials.get("email") or "")
        try:
            if not known:
                count_address(client_address(request))
            count_attempt(key)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        person = super().authenticate(request, **credentials)
        if person is not None and key == _key_of(request, person)[0]:
            forget_attempts(key)
        return cast(User | None, person)

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        request.session[DEVICE] = device_named(request.headers.get("User-Agent", ""))
        request.session[SIGNED_IN] = now().isoformat()
        request.session[SEEN] = int(time.time())
        note_standing(request, user)

    def post_login(self, request: HttpRequest, user: User, **words: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **words)
        remember_device(request, response, user)
        return response

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Say that the account is closed to whoever knew its password; where it was merged away, which one is used."""
        kept = account_kept(user)
        if kept is None:
            return cast(HttpResponse, super().respond_user_inactive(request, user))
        messages.warning(request, MERGED.format(username=kept.username))
        return HttpResponseRedirect(reverse("account_login"))

    def set_password(self, user: User, password: str) -> None:
        """Set a password that the person chose; every other session of theirs ends."""
        request = context.request
        own = request.user.is_authenticated and request.user.pk == user.pk
        change_password(user, password, but=request.session.session_key or "" if own else "")

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Ask for the password again only where the sign-in is not fresh."""
        request = context.request
        records = get_authentication_records(request, request.user)
        fresh = any(time.time() - record["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT for record in records)
        return not fresh and bool(super().is_reauthentication_required(app=app))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return self.get_login_redirect_url(request)  # type: ignore[no-any-return]  # allauth ships no types

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **words: Any) -> None:
        """Queue a plain sentence about the change; the journal has it from the action."""
        what = TOLD.get(template_prefix)
        if what and settings.MAIL_IS_SET_UP and user.email:
            mail_notice.enqueue(user.pk, what)


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """The sign-in form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Username or e-mail"
        self.fields["login"].widget.attrs["autocomplete"] = "username"
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
        if "remember" in self.fields:
            self.fields["remember"].label = "Keep me signed in on this device"


class AskForNewPassword(ResetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Take an address and look nobody up: the answer is the same, and as quick, for one that nobody has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "Your e-mail address"
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        ask_for_reset_link(self.cleaned_data["email"])
        return str(self.cleaned_data["email"])


class _Plain:
    """Password fields in our words: a label says what belongs there, and the page what a password needs."""

    LABELS = {
        "oldpassword": "Password until now",
        "password1": "New password",
        "password2": "The new one once more",
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # of the form beside it
            field.label = self.LABELS[name]
            field.help_text = ""
            field.widget.attrs.pop("placeholder", None)


class NewPassword(_Plain, ResetPasswordKeyForm):  # type: ignore[misc]  # allauth ships no types
    """A new password by the link of a mail."""


class FirstPassword(_Plain, SetPasswordForm):  # type: ignore[misc]  # allauth ships no types
    """A password for an account that has none."""


class SayPassword(ReauthenticateForm):  # type: ignore[misc]  # allauth ships no types
    """The password once more, before a change."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class ChangePassword(_Plain, ChangePasswordForm):  # type: ignore[misc]  # allauth ships no types
    """Change one's password; guesses at the old one wait like guesses at the door."""

    def clean_oldpassword(self) -> str:
        key = attempts_key("code", str(self.user.pk))
        try:
            count_attempt(key)
        except Refusal as refusal:
            raise ValidationError(str(refusal)) from refusal
        old: str = super().clean_oldpassword()
        forget_attempts(key)
        return old
