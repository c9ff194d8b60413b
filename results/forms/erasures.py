"""What answering a request about personal data asks for."""

from django import forms

REASON = "Who asked, and when; without a name. Kept with the journal, also after an erasure."


def reason_field(label: str, identifier: str) -> forms.CharField:
    """A reason with an id of its own: three of them stand on one page."""
    widget = forms.Textarea(attrs={"rows": 2, "id": identifier})
    return forms.CharField(label=label, max_length=2_000, widget=widget, help_text=REASON)


class EraseOnePerson(forms.Form):
    """The username is typed, so that nobody is erased by one press too many."""

    username = forms.CharField(
        label="Their username",
        max_length=150,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text="Type it as it stands above.",
    )
    reason = reason_field("Why", "id_erase_reason")

    def __init__(self, *args: object, username: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as forms.Form takes them
        self.expected = username

    def clean_username(self) -> str:
        typed = str(self.cleaned_data["username"]).strip()
        if typed.casefold() != self.expected.casefold():
            raise forms.ValidationError(f"That is not this person’s username. Type “{self.expected}” to erase them.")
        return typed


class HoldPerson(forms.Form):
    reason = reason_field("Why", "id_hold_reason")


class CopyPerson(forms.Form):
    with_unreleased = forms.BooleanField(
        label="Also marks and comments that are not released, and reasons from the journal",
        required=False,
        help_text="For an answer by law. Read it before you hand it over: reasons may speak of other people.",
    )
