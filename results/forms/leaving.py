"""What deactivating an account asks for."""

from typing import Any

from django import forms


class DeactivatePerson(forms.Form):
    """A reason; and where a course would have no teacher, that this is known."""

    without_teacher = forms.BooleanField(required=False, label="They may be without a teacher for now")
    reason = forms.CharField(
        label="Why",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the journal.",
    )

    def __init__(self, *args: Any, alone: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not alone:
            del self.fields["without_teacher"]
