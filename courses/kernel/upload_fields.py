"""The form field for a file that is taken in: it asks for the right ending, and gives an `Upload` or says why not."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from courses.kernel.uploads import (
    MOST_BYTES,
    Kind,
    Upload,
    UploadRefused,
    choose,
    endings,
    plain_name,
    too_large,
    upload_of,
)


class UploadField(forms.FileField):
    """A file of one of `kinds`. Its cleaned value is an `Upload`, or None where the field may stay empty.

    What is in it is not read yet: `courses.kernel.uploads` does that, and an action or view passes its refusal on.
    """

    def __init__(self, *kinds: Kind, **kwargs: Any) -> None:
        self.kinds = kinds
        accept = ",".join(f".{ending}" for ending in endings(*kinds))
        kwargs.setdefault("widget", forms.FileInput(attrs={"accept": accept}))
        kwargs.setdefault("error_messages", {"required": f"Choose a file first. {choose(*kinds)}"})
        super().__init__(allow_empty_file=True, **kwargs)

    def clean(self, data: Any, initial: Any = None) -> Upload | None:
        file: UploadedFile | None = super().clean(data, initial)
        if not file:
            return None
        name = file.name or "file"
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(too_large(plain_name(name)))
        try:
            return upload_of(name, file.read(), *self.kinds)
        except UploadRefused as refused:
            raise forms.ValidationError(str(refused)) from None
