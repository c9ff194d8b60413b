"""What a teacher's decisions about one essay ask for."""

from django import forms

from essays.forms.arrangements import ReasonField
from essays.forms.assignments import MomentField, MomentForm

UNTIL = "Needed where the time is over for this student."
DECISIONS = [
    ("mark", "Mark it as it is"),
    ("reopen", "Let the student go on writing"),
    ("excuse", "Excuse the student; nothing is marked"),
]


class DecideCollected(MomentForm):
    decision = forms.ChoiceField(label="What shall happen", choices=DECISIONS, widget=forms.RadioSelect)
    until = MomentField(label="If it is reopened, until when", required=False, help_text=UNTIL)
    reason = ReasonField()


class ReopenEssay(MomentForm):
    until = MomentField(label="Until when", required=False, help_text=UNTIL)
    reason = ReasonField()


class SubmitOnBehalf(MomentForm):
    text = forms.CharField(
        label="The essay",
        strip=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
        help_text="Type or paste it as the student wrote it: a line end starts a new paragraph.",
    )
    at = MomentField(label="When it was handed to you", required=False, help_text="Leave empty for now.")
    reason = ReasonField()
