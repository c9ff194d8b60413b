"""What handing in asks for: the declaration."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms


class SubmitEssay(forms.Form):
    """The declaration, with the revision that was read back; `base` and `sha256` name exactly that text."""

    declared = forms.BooleanField(
        label="This is my own work, and I have named my sources.",
        required=False,
    )
    base = forms.IntegerField(min_value=0, max_value=2_147_483_647, widget=forms.HiddenInput)
    sha256 = forms.CharField(min_length=0, max_length=64, required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("base", "sha256", "key", "declared")
        return helper
