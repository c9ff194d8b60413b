"""What deactivating an account asks for."""

from collections.abc import Sequence
from typing import Any

from django import forms


class DeactivatePerson(forms.Form):
    """A reason; and where courses would have no teacher, that this is known. `alone`: their titles."""

    without_teacher = forms.BooleanField(required=False)
    reason = forms.CharField(
        label="Why",
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept in the journal.",
    )

    def __init__(self, *args: Any, alone: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = " and ".join(f"“{title}”" for title in alone)
        self.fields["without_teacher"].label = f"{names} may be without a teacher for now"
        if not alone:
            del self.fields["without_teacher"]
