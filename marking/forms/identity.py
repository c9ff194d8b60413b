"""What is asked when a paper's identity is opened."""

from django import forms


class OpenIdentity(forms.Form):
    reason = forms.CharField(
        label="Why do you need to know?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        error_messages={"required": "Say why you need to know whose paper this is."},
    )
