"""What bringing in another gradebook's file asks for, and taking marks from it."""

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


class TakeMarks(forms.Form):
    """The lines whose grades become changes here, and why; `line` comes once a ticked row."""

    line = forms.MultipleChoiceField(required=False)
    reason = forms.CharField(
        label="Why these totals change",
        max_length=2_000,
        required=False,
        help_text="Each of these students reads it beside the changed total.",
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
    )

    def __init__(self, lines: list[int], data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict or nothing
        field = self.fields["line"]
        field.choices = [(str(line), str(line)) for line in lines]  # type: ignore[attr-defined]  # a choice field
        field.error_messages["invalid_choice"] = "A row you ticked can no longer be taken. Look at the rows again."

    @property
    def lines(self) -> list[int]:
        return [int(line) for line in self.cleaned_data["line"]]
