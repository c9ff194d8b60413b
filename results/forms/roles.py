"""What giving, changing and ending a role, and merging two accounts, ask for."""

from django import forms

from courses.models import Role


class ChooseRole(forms.Form):
    role = forms.ChoiceField(label="Role", choices=Role)


class EndRole(forms.Form):
    reason = forms.CharField(
        label="Why",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="If it matters.",
    )
