"""How people come in: by list or invitation, never by signing themselves up; by username or e-mail."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import LoginForm
from django.http import HttpRequest


class ClosedSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """Close the sign-up page; a teacher or an admin makes accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class SignIn(LoginForm):  # type: ignore[misc]  # allauth ships no types
    """The sign-in form in our words."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "Username or e-mail"
        self.fields["login"].widget.attrs.pop("placeholder", None)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""
        if "remember" in self.fields:
            self.fields["remember"].label = "Keep me signed in on this device"
