"""What deciding about late words, and looking at them while marking is blind, ask for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import make_aware

REASON = "Kept in the journal. Students and markers do not see it."
WHEN = (
    "Only if you take the words. Empty: they count from when they arrived, and the rule for late work applies. "
    "A moment before they were due makes them count as in time."
)
TAKE, LEAVE = "take", "leave"


class OpenLateWords(forms.Form):
    """Why the words are read beside a name."""

    reason = forms.CharField(
        label="Why you need to read them",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=REASON,
    )


class DecideLateWords(forms.Form):
    """Take them or leave them: which of the two buttons was pressed is `decision`."""

    decision = forms.ChoiceField(
        choices=[(TAKE, "Take these words"), (LEAVE, "Leave it as it is")],
        error_messages={"required": "Press one of the two: take these words, or leave it as it is."},
    )
    at = forms.DateTimeField(
        label="Count them as handed in at",
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=WHEN,
        error_messages={"invalid": "Write a date and a time, such as 2026-11-27T23:59."},
    )
    reason = forms.CharField(
        label="Why",
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=REASON,
    )

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_at(self) -> datetime | None:
        at = self.cleaned_data["at"]
        return make_aware(at.replace(tzinfo=None), self.zone) if at else None

    @property
    def decided(self) -> dict[str, Any]:
        """What the action takes."""
        said = self.cleaned_data
        return {"taken": said["decision"] == TAKE, "at": said["at"], "reason": said["reason"]}
