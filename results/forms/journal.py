"""What a page of the journal is narrowed by."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django import forms

from results.pure.journal import GROUPS

DAY = "Write a day as 2026-11-24."
SMALL = forms.TextInput(attrs={"class": "form-control form-control-sm"})
DAY_FIELD = forms.DateInput(attrs={"type": "date", "class": "form-control form-control-sm is-day"}, format="%Y-%m-%d")


class NarrowJournal(forms.Form):
    """A GET form: what is misread is said and left out. Days are in universal time, as the page's moments are."""

    about = forms.ChoiceField(
        label="About",
        required=False,
        choices=[("", "Everything"), *((key, name) for key, (name, _) in GROUPS.items())],
        error_messages={"invalid_choice": "Choose one of the list."},
        widget=forms.Select(attrs={"class": "form-select form-select-sm"}),
    )
    who = forms.CharField(label="Done by (username)", required=False, max_length=150, widget=SMALL)
    since = forms.DateField(
        label="From",
        required=False,
        error_messages={"invalid": DAY},
        widget=DAY_FIELD,
    )
    until = forms.DateField(
        label="Up to and with",
        required=False,
        error_messages={"invalid": DAY},
        widget=DAY_FIELD,
    )
    before = forms.IntegerField(required=False, min_value=1, max_value=2**62, widget=forms.HiddenInput)

    @property
    def narrowed(self) -> dict[str, Any]:
        """The values as `Narrowed` takes them."""
        self.is_valid()
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return {
            "group": self.cleaned_data.get("about", ""),
            "who": self.cleaned_data.get("who", ""),
            "since": datetime.combine(since, time(), UTC) if since else None,
            "until": datetime.combine(until, time(), UTC) + timedelta(days=1) if until and until.year < 9999 else None,
            "before": self.cleaned_data.get("before"),
        }
