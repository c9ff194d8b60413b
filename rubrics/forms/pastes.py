"""What pasting from a spreadsheet asks for: the cells, where new criteria go, and how the cells are to be read."""

from typing import Any

from django import forms

from rubrics.pure.headings import Holds
from rubrics.pure.measures import Measure
from rubrics.pure.paste_columns import Pasted

MOST_TEXT = 1_500_000
NEW_STRAND = "+"
"""Stands in the choice of strands for one that is made; no key has it."""

HOLDS = [
    (Holds.DESCRIPTOR, "Wording for markers"),
    (Holds.STUDENT, "Wording for students"),
    (Holds.INDICATION, "What it looks like here"),
    (Holds.EXAMPLE, "Examples for students"),
    (Holds.POINTS, "Points"),
    (Holds.LABEL, "Names of levels"),
]
HEADINGS = [("", "Whatever it looks like"), ("yes", "Yes"), ("no", "No, criteria begin at once")]
ORDER = [("best", "most points"), ("least", "fewest points")]


class CellsTyped(forms.CharField):
    """Cells as they came: spaces at the ends may be empty cells."""

    def __init__(self, **fields: Any) -> None:
        super().__init__(strip=False, max_length=MOST_TEXT, **fields)


def _select(attrs: dict[str, str] | None = None) -> forms.Select:
    return forms.Select(attrs={"class": "form-select", **(attrs or {})})


class PasteCells(forms.Form):
    text = CellsTyped(
        label="Cells",
        widget=forms.Textarea(attrs={"rows": 12, "class": "form-control code", "spellcheck": "false", "wrap": "off"}),
        error_messages={"required": "Copy the cells in your spreadsheet and paste them here."},
    )
    strand = forms.ChoiceField(
        label="New criteria go into", required=False, widget=_select(), help_text="A column “Strand” goes before this."
    )
    new_strand = forms.CharField(
        label="Name of a new strand",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "form-control"}),
    )
    holds = forms.ChoiceField(
        label="The cells of a level are",
        choices=HOLDS,
        initial=Holds.DESCRIPTOR,
        widget=_select(),
        help_text="Where the heading of a column does not say.",
    )
    headings = forms.ChoiceField(
        label="The first row names the levels", required=False, choices=HEADINGS, widget=_select()
    )
    order = forms.ChoiceField(
        label="Without any points, the first level has",
        required=False,
        choices=ORDER,
        initial="best",
        widget=_select(),
    )
    adds_zero = forms.BooleanField(
        label="Add a level with 0 points to new criteria that have none",
        required=False,
        initial=True,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
    )
    row = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    level = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    base = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, measure: Measure, **fields: Any) -> None:
        super().__init__(data, **fields)
        chosen = self.fields["strand"]
        assert isinstance(chosen, forms.ChoiceField)  # noqa: S101  # tells mypy what the class says
        strands = [(strand.key, f"{strand.key} {strand.name}") for strand in measure.rubric.strands]
        chosen.choices = [*strands, (NEW_STRAND, "A new strand, named beside this")]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("strand") == NEW_STRAND and not cleaned.get("new_strand") and "new_strand" not in self.errors:
            self.add_error("new_strand", "Write its name.")
        return cleaned

    @property
    def pasted(self) -> Pasted:
        """What was typed, as `put_in_cells` takes it."""
        told = self.cleaned_data
        is_new = told["strand"] == NEW_STRAND
        return Pasted(
            text=told["text"],
            strand="" if is_new else told["strand"],
            new_strand=told["new_strand"] if is_new else "",
            holds=Holds(told["holds"]),
            headings={"yes": True, "no": False}.get(told["headings"]),
            best_first=told["order"] != "least",
            adds_zero=told["adds_zero"],
            row=told["row"] or None,
            level=told["level"],
        )
