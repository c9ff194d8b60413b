"""What bringing in another gradebook's file asks for, and taking marks from it."""

import re

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.kernel.upload_fields import UploadField
from courses.kernel.uploads import Kind, Upload


class BringWorksheet(forms.Form):
    """One file."""

    file = UploadField(
        Kind.TABLE,
        label="Gradebook file",
        help_text="A Moodle grading worksheet or a Canvas gradebook export, CSV. You see it compared first.",
    )

    @property
    def upload(self) -> Upload:
        """The file, once the form is valid."""
        found: Upload = self.cleaned_data["file"]
        return found

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("file")
        return helper


TICK = re.compile(r"(\d{1,6}):([0-9a-f]{16})")


class TakeMarks(forms.Form):
    """The rows whose grades become changes here, and why; `row` comes once a ticked row, with what was seen in it."""

    row = forms.Field(required=False, widget=forms.MultipleHiddenInput)
    reason = forms.CharField(
        label="Why these totals change",
        max_length=2_000,
        required=False,
        help_text="Each of these students reads it beside the changed total.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def clean_row(self) -> dict[int, str]:
        found = [TICK.fullmatch(one) for one in self.cleaned_data["row"] or []]
        if not all(found):
            raise forms.ValidationError("A tick cannot be read. Tick the rows again, then take them.")
        return {int(one[1]): one[2] for one in found if one}

    @property
    def rows(self) -> dict[int, str]:
        """What was seen in each ticked row, by line."""
        return dict(self.cleaned_data["row"])
