"""What bringing a file in asks for: the file, and then where its words go."""

from uuid import UUID, uuid4

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.kernel.uploads import MOST_BYTES
from essays.pure.files import TOO_LARGE


class ReadUpload(forms.Form):
    """One file."""

    file = forms.FileField(
        label="File",
        help_text="Word (.docx), plain text (.txt) or Markdown (.md), up to 10 MB. You see it first.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".docx,.txt,.md,text/plain,text/markdown"}),
        error_messages={"required": "Choose a file first."},
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(TOO_LARGE)
        return file

    @property
    def name(self) -> str:
        return str(self.cleaned_data["file"].name)

    @property
    def data_read(self) -> bytes:
        return bytes(self.cleaned_data["file"].read())

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("file")
        return helper


class PutIn(forms.Form):
    """The words as they were shown, and where they go. What cannot be read of `key` is taken as new."""

    text = forms.CharField(strip=False, required=False)
    where = forms.ChoiceField(choices=[("end", "At the end"), ("instead", "Instead of what is there")])
    key = forms.UUIDField(required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self.fields["text"].validators = []

    @property
    def text_posted(self) -> str:
        return str(self.data.get("text", ""))

    @property
    def instead(self) -> bool:
        return bool(self.cleaned_data.get("where") == "instead")

    @property
    def key_posted(self) -> UUID:
        return self.cleaned_data.get("key") or uuid4()
