"""What bringing a list of people asks for: a file, or a list that is pasted, and what they are."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.kernel.upload_fields import UploadField
from courses.kernel.uploads import Kind
from courses.models import Role


class BringRoster(forms.Form):
    """One of the two; where there are both, the file."""

    role = forms.ChoiceField(
        label="They are", choices=Role, initial=Role.STUDENT, help_text="Where a row names no role."
    )
    file = UploadField(
        Kind.TABLE,
        Kind.WORKBOOK,
        label="File",
        required=False,
        help_text="CSV or Excel (.xlsx), with a heading: name, or first name and last name; and, where you have them, "
        "username, e-mail, role, student number. Other columns are passed over.",
    )
    people = forms.CharField(
        label="Or paste the list",
        required=False,
        max_length=2_000_000,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false"}),
        help_text="One person a line: name; or name, username, e-mail, role.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("file") and not cleaned.get("people") and not self.errors:
            self.add_error("file", "Choose a file, or paste a list.")
        return cleaned

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("file", "people", "role")
        return helper
