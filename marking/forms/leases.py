"""What is asked when a teacher frees a paper that somebody holds."""

from django import forms


class FreeLease(forms.Form):
    reason = forms.CharField(
        label="Why do you free it?",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="Kept in the journal.",
        error_messages={"required": "Say why you take the paper out of somebody’s hands."},
    )
