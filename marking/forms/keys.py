"""The keys of the desk as a plain form: one field a command."""

from typing import Any

from django import forms
from django.http import QueryDict

from marking.pure.keys import COMMANDS, LONGEST, KeySettings


class ChangeKeys(forms.Form):
    """A field left empty gives its command the key back that it came with."""

    on = forms.BooleanField(label="Keys are on", required=False)

    def __init__(self, data: QueryDict | None, *, settings: KeySettings) -> None:
        keys = {one.name: settings.key_of(one) or one.key for one in COMMANDS}
        super().__init__(data, initial={"on": settings.on, **keys})
        self.fields["on"].widget.attrs["class"] = "form-check-input"
        for one in COMMANDS:
            attrs = {"class": "form-control form-control-sm keyfield", "autocomplete": "off", "autocapitalize": "off"}
            widget = forms.TextInput(attrs={**attrs, "spellcheck": "false"})
            self.fields[one.name] = forms.CharField(label=one.says, max_length=LONGEST, required=False, widget=widget)

    @property
    def rows(self) -> list[tuple[str, forms.BoundField]]:
        """Every field, with the heading that begins with it."""
        return [(one.heads, self[one.name]) for one in COMMANDS]

    @property
    def chosen(self) -> dict[str, Any]:
        """What the action takes."""
        keys = {one.name: self.cleaned_data[one.name] or one.key for one in COMMANDS}
        return {"on": self.cleaned_data["on"], "keys": keys}
