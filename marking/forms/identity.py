"""What is asked when a paper's identity is opened, and which flag is taken down."""

from django import forms

from marking.models import FlagKind


class OpenIdentity(forms.Form):
    reason = forms.CharField(
        label="Why do you need to know?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": "Say why you need to know whose paper this is."},
    )


class TakeFlagDown(forms.Form):
    """One's own flag of a kind, or the one that `raised_by` raised."""

    kind = forms.ChoiceField(choices=FlagKind)
    raised_by = forms.UUIDField(required=False)
