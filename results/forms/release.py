"""What preparing, publishing and withdrawing a release ask for."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.timezone import make_aware


class PrepareRelease(forms.Form):
    """Which papers, and why where something seen is changed."""

    codes = forms.CharField(
        label="Only these codes",
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "form-control"}),
        help_text="One a line, or with spaces or commas between them. Leave it empty for every paper that is ready.",
    )
    reason = forms.CharField(
        label="Why you change what was released",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Only needed where students have seen an earlier version. They read it.",
    )

    @property
    def chosen(self) -> list[str]:
        typed: str = self.cleaned_data["codes"]
        return typed.upper().replace(",", " ").split()


class PublishRelease(forms.Form):
    """Now, or at a moment in the course's time."""

    when = forms.ChoiceField(choices=[("now", "Now"), ("later", "At a set moment")])
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
