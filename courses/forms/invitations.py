"""What inviting people asks for, and what whoever is invited fills in."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.contrib.auth.password_validation import validate_password

from courses.models import Role, User


class InvitePeople(forms.Form):
    people = forms.CharField(
        label="One person a line",
        max_length=60_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="An e-mail address; or name and address, as in “Ines Duarte, ines@school.example”.",
    )
    role = forms.ChoiceField(label="They are", choices=Role, initial=Role.STUDENT)

    @property
    def helper(self) -> FormHelper:
        return plain_layout("people", "role")


class OwnPassword(forms.Form):
    """A new person's name and password. Nobody else learns the password."""

    name = forms.CharField(label="Your name", max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label="Choose a password",
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters; a few words in a row are easy to remember and hard to guess.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, password = cleaned.get("name", ""), cleaned.get("password")
        if password:
            person = User(
                first_name=name[:150], username=cleaned.get("username", "")[:150], email=cleaned.get("email") or ""
            )
            try:
                validate_password(password, person)
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned

    @property
    def helper(self) -> FormHelper:
        return plain_layout("name", "password")


def plain_layout(*names: str) -> FormHelper:
    """Lay fields out one below the other; the template owns the form tag and the token."""
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*names)
    return helper
