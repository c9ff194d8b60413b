"""What preparing, publishing and withdrawing a release ask for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import make_aware


class PrepareRelease(forms.Form):
    """Everything that is ready, or only what was never released; and why, where something seen is changed."""

    which = forms.ChoiceField(
        required=False,
        choices=[
            ("ready", "Everything that is ready: what was never released, and changes of what was"),
            ("new", "Only papers that were never released"),
        ],
        error_messages={"invalid_choice": "Choose one of the two."},
    )
    reason = forms.CharField(
        label="Why you change what was released",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Only needed where students have seen an earlier version. They read it beside the changed total.",
    )

    @property
    def only_new(self) -> bool:
        return bool(self.cleaned_data["which"] == "new")


class PublishRelease(forms.Form):
    """Now, or at a moment in the course's time."""

    when = forms.ChoiceField(
        choices=[("now", "Now"), ("later", "At a set moment")],
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose now or a set moment."),
    )
    moment = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"])

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == "later" and not cleaned.get("moment") and "moment" not in self.errors:
            self.add_error("moment", "Choose the moment, or release now.")
        return cleaned

    @property
    def at(self) -> datetime | None:
        """The moment chosen, read in the course's zone; None for now."""
        typed = self.cleaned_data.get("moment")
        if self.cleaned_data["when"] == "now" or typed is None:
            return None
        return make_aware(typed.replace(tzinfo=None), self.zone)


class WithdrawRelease(forms.Form):
    reason = forms.CharField(
        label="Why", max_length=2_000, widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"})
    )
