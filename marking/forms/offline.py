"""What taking papers away and bringing them back ask for."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.kernel.upload_fields import UploadField
from courses.kernel.uploads import Kind, Upload


class TakeOffline(forms.Form):
    """How many papers more; `key` is what the workbook will be numbered, so that pressing twice takes one."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    more = forms.IntegerField(
        label="Also take along",
        min_value=0,
        required=False,
        help_text="Papers that wait for whoever takes them. They are allotted to you.",
        widget=forms.NumberInput(attrs={"class": "form-control", "inputmode": "numeric"}),
    )

    def __init__(self, most: int, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["more"]
        field.max_value = most
        field.widget.attrs |= {"max": most}
        field.validators = [v for v in field.validators if v.code != "max_value"]

    def clean_more(self) -> int:
        return self.cleaned_data["more"] or 0


class BringOffline(forms.Form):
    file = UploadField(
        Kind.WORKBOOK, label="The file you marked in", help_text="The .xlsx file that you took from here."
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


def read_choices(sent: Any) -> dict[str, str]:
    """Read what was chosen for each cell, by the cell's id; fields of another name are none."""
    return {name.removeprefix("choice."): sent[name] for name in sent if name.startswith("choice.")}
