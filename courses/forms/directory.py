"""What finding people, closing an account and looking as somebody ask for."""

from crispy_forms.helper import FormHelper
from django import forms

from courses.forms.invitations import plain_layout
from courses.models import Role
from courses.queries.directory import ACTIVE, ADMIN, DEACTIVATED, MERGED, NEVER, NOWHERE, Filters


class FindPeople(forms.Form):
    """Filters in the address; what cannot be read of them is left out."""

    q = forms.CharField(label="Name, username or e-mail", required=False, max_length=100)
    role = forms.ChoiceField(
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        choices=[("", "Any role"), *Role.choices, (ADMIN, "Admin"), (NOWHERE, "In no course")],
    )
    state = forms.ChoiceField(
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        choices=[
            ("", "Everybody"),
            (ACTIVE, "Active"),
            (NEVER, "Never signed in"),
            (DEACTIVATED, "Deactivated"),
            (MERGED, "Merged away"),
        ],
    )

    @property
    def filters(self) -> Filters:
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        return Filters(said.get("q", ""), said.get("role", ""), said.get("state", ""))


class SayWhy(forms.Form):
    reason = forms.CharField(
        label="Why",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the journal.",
    )

    @property
    def helper(self) -> FormHelper:
        return plain_layout("reason")
