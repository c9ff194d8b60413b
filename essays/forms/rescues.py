"""What bringing in a rescue file asks for: the file."""

from django import forms

from essays.pure.rescues import MOST_BYTES


class BringInRescue(forms.Form):
    """A file that the writing desk made; whether it is one is asked of its bytes, not of its name."""

    file = forms.FileField(
        label="The rescue file",
        help_text="Its name ends in .assay, such as essay-5f0c1d52.assay.",
        widget=forms.ClearableFileInput(attrs={"accept": ".assay"}),
        error_messages={
            "required": "Choose the file.",
            "empty": "This file is empty. Copy it again from where it was made.",
        },
    )

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError("This file is larger than any rescue file. Choose one that the desk made.")
        return bytes(file.read())
