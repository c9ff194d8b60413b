"""What bringing a rubric or a pack in asks for: the file, then for whom; the file rides along with the second step."""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.kernel.upload_fields import UploadField
from courses.kernel.uploads import Kind, Upload, UploadRefused, upload_of
from rubrics.forms.rubrics import PlacedForm
from rubrics.pure.exchange import KINDS

MOST_PACK = 1536 * 1024
GONE = "The file did not come along with this page. Choose it once more."


class _PlainForm(forms.Form):
    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout(*self.fields)
        return helper


class BringRubrics(_PlainForm):
    file = UploadField(
        *KINDS,
        label="Rubric file",
        help_text="A rubric file of Assay (.yaml), a rubric CSV of Canvas (.csv), or an Open edX unit (.xml, .olx), "
        "up to 1 MB. You see what is in it first.",
    )


class BringPack(_PlainForm):
    file = UploadField(
        Kind.ARCHIVE,
        label="Pack",
        help_text="A pack as a ZIP, up to 1.5 MB. It is checked, and you see what loading it would do, first.",
    )

    def clean_file(self) -> Upload:
        upload: Upload = self.cleaned_data["file"]
        if len(upload.data) > MOST_PACK:
            reason = "This pack is larger than 1.5 MB. Load it on the server, with manage.py pack load."
            raise forms.ValidationError(f"{upload.name}: {reason}")
        return upload


class CarriedFile(_PlainForm):
    """A file that was looked at, sent once more with what is decided about it."""

    name = forms.CharField(max_length=200, widget=forms.HiddenInput())
    content = forms.CharField(widget=forms.HiddenInput(), error_messages={"required": GONE})
    kinds: Sequence[Kind] = (Kind.ARCHIVE,)

    @staticmethod
    def carrying(upload: Upload) -> dict[str, str]:
        """Give what the fields begin with."""
        return {"name": upload.name, "content": base64.urlsafe_b64encode(upload.data).decode()}

    @property
    def upload(self) -> Upload:
        found: Upload = self.cleaned_data["upload"]
        return found

    @property
    def problem(self) -> str:
        """Say in one line what is wrong; its fields are hidden, and show nothing."""
        return " ".join(str(sentence) for errors in self.errors.values() for sentence in errors)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if {"name", "content"} <= given.keys():
            try:
                data = base64.b64decode(given["content"], b"-_", validate=True)
                given["upload"] = upload_of(given["name"], data, *self.kinds)
            except (binascii.Error, ValueError):
                raise forms.ValidationError(GONE) from None
            except UploadRefused as refused:
                raise forms.ValidationError(str(refused)) from None
        return given


class CreateRubrics(CarriedFile, PlacedForm):
    title = None  # type: ignore[assignment]  # Django’s way to leave a field out: each rubric has its file’s title
    kinds = KINDS
