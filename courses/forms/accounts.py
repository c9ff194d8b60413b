"""What taking a second factor away asks for."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms


class ResetSecondFactor(forms.Form):
    reason = forms.CharField(
        label="Why, and how you know who asks",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For the journal.",
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("reason")
        return helper
