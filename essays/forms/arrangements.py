"""What more time for one student, and absent or excused, ask for."""

from typing import Any

from django import forms

from essays.forms.assignments import MomentField, MomentForm
from essays.models import StandingState

REASON = "Kept in the journal. Students and markers do not see it."


class ReasonField(forms.CharField):
    """Why something is done; kept in a row of its own that can be erased."""

    def __init__(self) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), help_text=REASON)


class Extend(MomentForm):
    due_at = MomentField(label="Due", required=False, help_text="Leave empty to keep the assignment’s.")
    closes_at = MomentField(label="Closes", required=False, help_text="Leave empty to keep the assignment’s.")
    extra_minutes = forms.IntegerField(
        label="More minutes", required=False, min_value=0, max_value=10_000, help_text="On the student’s own clock."
    )
    reason = ReasonField()

    def __init__(self, *args: Any, timed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not timed:
            del self.fields["extra_minutes"]

    def clean_extra_minutes(self) -> int:
        return self.cleaned_data["extra_minutes"] or 0


class RecordStanding(forms.Form):
    state = forms.ChoiceField(
        label="This student is", choices=[*StandingState.choices, ("", "Neither; take it back")], required=False
    )
    reason = ReasonField()
