"""What the editor of a draft asks for: a criterion with its levels, a strand, how strands count."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.forms.formsets import BaseFormSet

from rubrics.pure.counting import Rule
from rubrics.pure.drafts import level_key, print_of
from rubrics.pure.pack_contents import CriterionText, LevelText
from rubrics.pure.sizes import MOST_LEVELS, MOST_WORDS

RULES = [
    (Rule.ALL, "All count"),
    (Rule.BEST, "Only the best count"),
    (Rule.DROP, "The lowest are left out"),
    (Rule.OFF, "Not counted"),
]


class Words(forms.CharField):
    """Words of several lines, their line ends as they are kept: a browser sends others."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")


def words(label: str, *, rows: int = 3, help_text: str = "") -> forms.CharField:
    """Make a field for words that may still be missing in a draft."""
    area = forms.Textarea(attrs={"rows": rows, "class": "form-control"})
    return Words(label=label, required=False, max_length=MOST_WORDS, widget=area, help_text=help_text)


def line(label: str, most: int, *, help_text: str = "", required: bool = True) -> forms.CharField:
    typed = forms.TextInput(attrs={"class": "form-control"})
    return forms.CharField(label=label, required=required, max_length=most, widget=typed, help_text=help_text)


def points(
    label: str, *, least: str = "0", most: Decimal = Decimal("9999.99"), required: bool = True, help_text: str = ""
) -> forms.DecimalField:
    """Make a field for a number that its column can hold: `most` says how much that is."""
    typed = forms.NumberInput(attrs={"class": "form-control", "step": "any"})
    return forms.DecimalField(
        label=label,
        required=required,
        min_value=Decimal(least),
        max_value=most,
        decimal_places=2,
        widget=typed,
        help_text=help_text,
        error_messages={"invalid": "Write a number, such as 5 or 7.5."},
    )


class EditCriterion(forms.Form):
    base = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = line("Name", 200)
    short_name = line("Short name", 50, help_text="Where there is little room, such as the list beside an essay.")
    detail = line("Beside the name", 100, required=False, help_text="Such as the years of an era.")
    evidence_min = forms.IntegerField(
        label="Passages asked for",
        min_value=0,
        max_value=20,
        widget=forms.NumberInput(attrs={"class": "form-control"}),
        help_text="How many passages a level needs; 0 for none.",
    )
    has_slot_label = forms.BooleanField(
        label="Markers name what the student chose",
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "form-check-input"}),
        help_text="Such as the country of a case study.",
    )
    guidance = words("What to look for", rows=8, help_text="For markers; opened beside the essay.")


class EditLevel(forms.Form):
    key = forms.CharField(widget=forms.HiddenInput, max_length=20, required=False)
    points = points("Points")
    label = line("Name", 100, required=False)
    descriptor = words("For markers")
    indication = words("What it looks like here")
    student = words("For students")
    example = words("An example for students")


class Levels(BaseFormSet):  # type: ignore[type-arg]  # no parameter at run time
    """The levels of a criterion, the highest first, and room for one more. A level may be ticked to be taken out."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = "Take this level out when I save"
        form.fields["DELETE"].widget.attrs["class"] = "form-check-input"

    def clean(self) -> None:
        seen: dict[Decimal, str] = {}
        for form in self.kept:
            given = form.cleaned_data.get("points")
            if given is None:
                continue
            if given in seen:
                form.add_error("points", "Another level has these points. Give each its own.")
            seen[given] = form.cleaned_data.get("label", "")

    @property
    def kept(self) -> list[forms.Form]:
        """The rows that stay: not ticked to go, and, of new ones, those with something in them."""
        return [
            form
            for form in self.forms
            if form not in self.deleted_forms and (form.has_changed() or form in self.initial_forms)
        ]


EditLevels = forms.formset_factory(
    EditLevel, formset=Levels, extra=1, can_delete=True, max_num=MOST_LEVELS, validate_max=True
)


def criterion_initial(criterion: CriterionText) -> dict[str, Any]:
    """Fill the form with what a criterion says."""
    return {
        "base": print_of(criterion),
        **{name: getattr(criterion, name) for name in EditCriterion.base_fields if name != "base"},
    }


def levels_initial(criterion: CriterionText) -> list[dict[str, Any]]:
    """Fill the rows with its levels, the highest first."""
    names = list(EditLevel.base_fields)
    return [{name: getattr(level, name) for name in names} for level in reversed(criterion.levels)]


def criterion_from(was: CriterionText, form: forms.Form, levels: Any, *, taken: Sequence[str]) -> CriterionText:
    """Carry what was typed across; `levels` is a bound EditLevels.

    A new level is named after the one below it; `taken` are names no level may get.
    """
    known = {level.key for level in was.levels}
    rows = [form.cleaned_data for form in levels.kept]
    old = [_level(row, row["key"]) for row in rows if row["key"] in known]
    made = sorted(old, key=lambda level: level.points)
    for row in sorted((row for row in rows if row["key"] not in known), key=lambda row: row["points"]):
        key = level_key(made, row["points"], [*known, *taken])
        made = sorted([*made, _level(row, key)], key=lambda level: level.points)
    facts = {name: value for name, value in form.cleaned_data.items() if name != "base"}
    return replace(was, levels=tuple(made), **facts)


def _level(row: Mapping[str, Any], key: str) -> LevelText:
    told = {name: row[name] for name in ("points", "label", "descriptor", "indication", "student", "example")}
    return LevelText(key=key, **told)


class AddCriterion(forms.Form):
    strand = forms.CharField(max_length=20, widget=forms.HiddenInput)
    name = line("Name", 200)


class AddStrand(forms.Form):
    name = line("Name", 100)


class EditStrand(forms.Form):
    base = forms.CharField(widget=forms.HiddenInput, max_length=64)
    name = line("Name", 100)
    guidance = words("Guidance for markers", rows=8)
