"""What the public check of a receipt asks for: its number, and the text or a file with it."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms

from courses.kernel.text import MAX_BYTES, MAX_CHARACTERS


class CheckReceipt(forms.Form):
    """A number and a text. A file wins over what was pasted."""

    number = forms.CharField(
        label="Number of the receipt",
        max_length=20,
        help_text="It looks like R-7K2M-QD4X. Capitals and hyphens do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "code"}),
    )
    text = forms.CharField(
        label="The text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text="Paste the whole text, or choose the file you kept. It is compared and not stored.",
    )
    file = forms.FileField(label="Or a file with the text (.txt)", required=False, allow_empty_file=True)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # handed on as they came
        self.fields["text"].validators = []

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        if file := given.get("file"):
            given["text"] = self._words_of(file)
        elif len(str(given.get("text", ""))) > MAX_CHARACTERS:
            self.add_error("text", f"No essay here is longer than {MAX_CHARACTERS:,} characters. Paste only the essay.")
        elif not str(given.get("text", "")).strip() and "text" not in self.errors:
            self.add_error("text", "Paste the text, or choose the file that holds it.")
        return given

    def _words_of(self, file: object) -> str:
        if file.size > MAX_BYTES:  # type: ignore[attr-defined]  # an uploaded file
            self.add_error("file", "This file is larger than any essay kept here. Choose the .txt file of the essay.")
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))  # type: ignore[attr-defined]
        except UnicodeDecodeError:
            self.add_error("file", "This file is not plain text. Save it as .txt in UTF-8, or paste the text.")
            return ""

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_tag = False
        helper.disable_csrf = True
        helper.layout = Layout("number", "text", "file")
        return helper
