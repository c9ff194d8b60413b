"""What choosing papers for a release asks for: a filter, ticks on this page and on others, codes typed."""

from collections.abc import Sequence
from typing import Any

from django import forms

from results.queries.selection import Wanted

STATES = [
    ("", "Any state"),
    ("ready", "Marked, never released"),
    ("changed", "Changed since its release"),
    ("released", "Released as it is"),
    ("unfinished", "Not finished"),
]
LISTED = {"invalid_choice": "Choose one of those in the list."}
WORDS = [("", "Any length"), ("under", "Fewer words than asked"), ("over", "More words than asked")]
MOST_CODES = 300_000
"""How long a list of codes may be: some 37,000 papers."""


def codes_of(typed: str) -> list[str]:
    """Take codes apart: one a line, or with spaces or commas between them, each once."""
    return list(dict.fromkeys(typed.upper().replace(",", " ").split()))


class ChoosePapers(forms.Form):
    """`chosen` carries what is ticked on other pages, `listed` the codes this page shows, `tick` those ticked on it."""

    state = forms.ChoiceField(label="State", required=False, choices=STATES, error_messages=LISTED)
    marker = forms.ChoiceField(label="Marked by", required=False, error_messages=LISTED)
    words = forms.ChoiceField(label="Length", required=False, choices=WORDS, error_messages=LISTED)
    codes = forms.CharField(label="Codes to tick as well", required=False, max_length=MOST_CODES)
    chosen = forms.CharField(required=False, max_length=MOST_CODES, widget=forms.HiddenInput)
    listed = forms.CharField(required=False, max_length=MOST_CODES, widget=forms.HiddenInput)
    page = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why you change what was released",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "class": "form-control"}),
        help_text="Only needed where students have seen an earlier version. They read it beside the changed total.",
    )

    def __init__(self, *args: Any, markers: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["marker"].choices = [("", "Anybody"), *markers]  # type: ignore[attr-defined]  # a ChoiceField
        for name in ("state", "marker", "words"):
            self.fields[name].widget.attrs["class"] = "form-select form-select-sm"

    @property
    def filters(self) -> list[forms.BoundField]:
        return [self[name] for name in ("state", "marker", "words")]

    def does(self, what: str) -> bool:
        """Whether this button was pressed: show, all, none, earlier, later or rehearse."""
        return self.is_bound and self.data.get("do") == what

    @property
    def asked(self) -> dict[str, Any]:
        """What was asked for and understood; nothing where the form was not sent."""
        return getattr(self, "cleaned_data", {})

    @property
    def wanted(self) -> Wanted:
        return Wanted(*(self.asked.get(name, "") for name in ("state", "marker", "words")))

    @property
    def number(self) -> int:
        """The page to show: the one shown before, its neighbour, or the first where the filter may be another."""
        shown = 1 if self.does("show") else int(self.asked.get("page") or 1)
        return shown + self.does("later") - self.does("earlier")

    @property
    def ticked(self) -> list[str]:
        """Every code ticked so far: on other pages, on this one, typed."""
        listed = set(codes_of(self.asked.get("listed", "")))
        elsewhere = [code for code in codes_of(self.asked.get("chosen", "")) if code not in listed]
        here = [code for code in self.data.getlist("tick") if code in listed]  # type: ignore[attr-defined]  # a QueryDict
        return list(dict.fromkeys([*elsewhere, *here, *codes_of(self.asked.get("codes", ""))]))
