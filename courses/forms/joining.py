"""What a join code, joining by one and registering by one ask for."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone

from courses.forms.invitations import OwnPassword, plain_layout

CODE_HELP = "Eight letters and digits, as your teacher wrote them. Capitals and the dash do not matter."


class EnterCode(forms.Form):
    code = forms.CharField(
        label="Join code",
        max_length=40,
        help_text=CODE_HELP,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    @property
    def helper(self) -> FormHelper:
        return plain_layout("code")


class RegisterByCode(OwnPassword, EnterCode):
    username = forms.RegexField(
        r"^[\w.+-]{1,150}\Z",  # no @: a username that is somebody's address would be taken for them
        label="Choose a username",
        help_text="Letters, digits and . + - _ only. You sign in with it.",
        error_messages={"invalid": "A username has letters, digits and . + - _ only."},
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label="E-mail", required=False, max_length=254, help_text="If you have one: for a forgotten password."
    )

    @property
    def helper(self) -> FormHelper:
        return plain_layout("code", "name", "username", "email", "password")


class MakeJoinCode(forms.Form):
    """How long and how often a code works, in the course's zone."""

    expires_at = forms.DateTimeField(
        label="Works until",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Leave empty where you will close it yourself.",
        error_messages={"invalid": "Write a date and a time, such as 2026-11-27T23:59."},
    )
    most = forms.IntegerField(
        label="For at most so many people", required=False, min_value=1, max_value=100_000, help_text="Or empty."
    )
    may_register = forms.BooleanField(
        label="Whoever has no account may make one with it",
        required=False,
        help_text="Off: only people who can sign in already join by it.",
    )

    def __init__(self, *args: Any, zone: tzinfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def full_clean(self) -> None:
        with timezone.override(self.zone):
            super().full_clean()

    @property
    def helper(self) -> FormHelper:
        return plain_layout("expires_at", "most", "may_register")


def first_end(at: datetime) -> datetime:
    """Propose that a code works for a week, to the end of the day."""
    return (at + timedelta(days=7)).replace(hour=23, minute=59, second=0, microsecond=0, tzinfo=None)
