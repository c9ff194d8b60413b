"""What a strand's grid asks for: a field a cell, named by its row, level and part, and what its buttons send along."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from rubrics.forms.drafts import Words
from rubrics.pure.draft_strands import strand_of
from rubrics.pure.grids import (
    HEAD,
    Doing,
    Layout,
    Row,
    Step,
    Wording,
    cell_parts,
    grid_of,
    head_parts,
    layout_of,
    level_columns,
    row_print,
    tidy,
)
from rubrics.pure.lint import CellRemark, cell_remarks
from rubrics.pure.measures import Measure
from rubrics.pure.sizes import MOST_LEVELS, MOST_WORDS

CELL = re.compile(r"(?P<row>[^:]*):(?P<cell>[^:]*:[a-z]+)")
LABELS = {
    "points": "Points",
    "label": "Name",
    "descriptor": "For markers",
    "indication": "What it looks like here",
    "student": "For students",
    "name": "Name of the criterion",
    "detail": "Beside the name",
}
MOST_POINTS = Decimal("9999.99")


class PointsTyped(forms.CharField):
    """Points as they are typed, with a point or a comma; given on as text, for the grid keeps texts."""

    def to_python(self, value: Any) -> str:
        return tidy("points", super().to_python(value) or "")

    def validate(self, value: str) -> None:
        super().validate(value)
        if not value:
            return
        try:
            number = Decimal(value)
        except ArithmeticError:
            raise forms.ValidationError("Write a number, such as 5 or 7.5.") from None
        if not number.is_finite() or not 0 <= number <= MOST_POINTS or -int(number.as_tuple().exponent) > 2:
            raise forms.ValidationError("Points go from 0 to 9999.99, with at most two decimal places.")


def _field(part: str, named: str, value: str) -> forms.Field:
    label = f"{named}, {LABELS[part].lower()}" if named else LABELS[part]
    attrs = {"class": "form-control", "aria-label": label, "data-cell": part}
    if part == "points":
        typed = forms.TextInput(attrs=attrs | {"inputmode": "decimal", "size": "5"})
        return PointsTyped(label=label, required=False, max_length=20, widget=typed, initial=value)
    if part in ("label", "name", "detail"):
        most = 200 if part == "name" else 100
        line = forms.Textarea(attrs=attrs | {"rows": 1})
        return forms.CharField(label=label, required=part == "name", max_length=most, widget=line, initial=value)
    area = forms.Textarea(attrs=attrs | {"rows": 4})
    return Words(label=label, required=False, max_length=MOST_WORDS, widget=area, initial=value)


@dataclass(frozen=True)
class Cell:
    """One level of one row: its fields as they are laid out, and the remarks on its words.

    `is_absent`: the criterion does not have this level.
    """

    level: str
    points: BoundField | None
    label: BoundField | None
    words: tuple[BoundField, ...]
    remarks: tuple[CellRemark, ...]
    is_absent: bool = False


@dataclass(frozen=True)
class GridRow:
    """A row as it is laid out; `key` is the criterion's."""

    key: str
    name: BoundField | None
    detail: BoundField | None
    cells: tuple[Cell, ...]
    is_first: bool = False
    is_last: bool = False


@dataclass(frozen=True)
class WordsLeft:
    """Words that were typed for a cell that is not there any more."""

    row: str
    level: str
    part: str
    text: str


class EditGrid(forms.Form):
    """The cells of one strand. What was typed is given back whole, also for rows that somebody took out meanwhile."""

    new_name = forms.CharField(label="A further criterion", required=False, max_length=200)
    new_points = PointsTyped(label="Points", required=False, max_length=20)
    new_label = forms.CharField(label="A further level", required=False, max_length=100)

    def __init__(self, data: QueryDict | None = None, *, measure: Measure, strand: str, wording: Wording) -> None:
        held = strand_of(measure, strand)
        self.strand = held
        self.layout = layout_of(held)
        if data is not None and data.get("layout", "") in set(Layout):
            self.layout = Layout(str(data["layout"]))
        self.wording = wording
        if data is not None and data.get("wording", "") in set(Wording):
            self.wording = Wording(str(data["wording"]))
        self.columns = level_columns(held)
        self.now = grid_of(measure, strand, self.layout, self.wording)
        self.typed = _typed(data) if data is not None else {}
        super().__init__(self._whole(data) if data is not None else None)
        for row, cells in self.now.items():
            self.fields[f"opened:{row}"] = forms.CharField(
                widget=forms.HiddenInput, required=False, max_length=64, initial=row_print(cells)
            )
            for cell, value in cells.items():
                level, _, part = cell.partition(":")
                of_row = f"{row}, level {level}" if row and level else row or (f"Level {level}" if level else "")
                self.fields[f"{row}:{cell}"] = _field(part, of_row, value)

        for one in held.criteria:
            for remark in cell_remarks(one):
                self._describe(one.key, remark)

    def _describe(self, row: str, remark: CellRemark) -> None:
        """Tie a remark to the field that it is about, or to the cell's first where that one is not shown."""
        here = (remark.part, *cell_parts(self.layout, self.wording))
        shown = next((part for part in here if f"{row}:{remark.level}:{part}" in self.fields), None)
        if shown:
            widget = self.fields[f"{row}:{remark.level}:{shown}"].widget
            widget.attrs["aria-describedby"] = f"lint-{row}-{remark.level}"

    def _whole(self, data: QueryDict) -> QueryDict:
        """Fill what the page did not have: rows and cells that somebody added meanwhile."""
        whole = data.copy()
        for row, cells in self.now.items():
            whole.setdefault(f"opened:{row}", row_print(cells))
            for cell, value in cells.items():
                whole.setdefault(f"{row}:{cell}", value)
        return whole

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for row, cells in self.now.items():
            self._clean_points(row, cells, cleaned)
        doing = self.step_asked.doing
        if doing == Doing.ADD and not cleaned.get("new_name") and "new_name" not in self.errors:
            self.add_error("new_name", "Write its name.")
        if doing == Doing.LEVEL and "new_points" not in self.errors:
            if not cleaned.get("new_points"):
                self.add_error("new_points", "Write its points.")
            elif len(self.columns) >= MOST_LEVELS:
                self.add_error("new_points", f"A strand has at most {MOST_LEVELS} levels.")
            elif not self.strand.criteria:
                self.add_error("new_points", "Add a criterion first: levels belong to criteria.")
        return cleaned

    def _clean_points(self, row: str, cells: Row, cleaned: Mapping[str, Any]) -> None:
        """Refuse a level without points, and two levels with the same."""
        seen: set[str] = set()
        for level in self.columns:
            at = f"{row}:{level}:points"
            if f"{level}:points" not in cells or at in self.errors:
                continue
            others = [f"{row}:{level}:{part}" for part in ("label", *cell_parts(self.layout, self.wording))]
            wanted = cells[f"{level}:points"] or any(cleaned.get(other) for other in others)
            points = cleaned.get(at, "")
            if points in seen:
                self.add_error(at, "Another level has these points. Give each its own.")
            elif not points and wanted:
                self.add_error(at, "Write its points.")
            if points:
                seen.add(points)

    @property
    def step_asked(self) -> Step:
        """What the button that was pressed asks for; saving where there was none."""
        verb, _, key = self.data.get("do", "").partition(":")
        if verb not in set(Doing):
            return Step(Doing.SAVE)
        cleaned = getattr(self, "cleaned_data", {})
        points = cleaned.get("new_points") or "0"
        name = cleaned.get("new_name" if verb == Doing.ADD else "new_label") or ""
        return Step(Doing(verb), key[:20], name, Decimal(points))

    @property
    def edit(self) -> dict[str, Any]:
        """What was typed, as `edit_grid` takes it: rows that the page had, tidied by their fields."""
        opened = {row: self.data.get(f"opened:{row}", "") for row in self.typed}
        return {
            "layout": self.layout,
            "wording": self.wording,
            "typed": self.typed,
            "opened": opened,
            "step": self.step_asked,
        }

    @property
    def rows_that_differ(self) -> tuple[str, ...]:
        """The rows for which something else was typed than they say now."""
        return tuple(
            key
            for key, row in self.typed.items()
            if key in self.now
            and any(tidy(cell.partition(":")[2], text) != self.now[key].get(cell, "") for cell, text in row.items())
        )

    def taken_over(self, rows: tuple[str, ...]) -> None:
        """Let the rows that somebody else changed be saved over what they say now."""
        data = QueryDict(mutable=True)
        for name in self.data:
            data[name] = self.data[name]
        for row in rows:
            if row in self.now:
                data[f"opened:{row}"] = row_print(self.now[row])
        self.data = data

    @property
    def left_over(self) -> list[WordsLeft]:
        """What was typed for cells that are gone, so that it can be copied."""
        found = []
        for row, cells in self.typed.items():
            if row_print(cells) == self.data.get(f"opened:{row}"):
                continue
            for cell, text in cells.items():
                if text.strip() and cell not in self.now.get(row, {}):
                    level, _, part = cell.partition(":")
                    found.append(WordsLeft(row, level, LABELS.get(part, part), text))
        return found

    # ------------------------------------------------------------ as the page lays it out
    @property
    def head(self) -> tuple[Cell, ...]:
        """The head's cells, a level each; none where every criterion has points and names of its own."""
        return tuple(self._cell(HEAD, level, head_parts(self.layout, self.wording), ()) for level in self.columns)

    @property
    def has_head_words(self) -> bool:
        return "descriptor" in head_parts(self.layout, self.wording)

    @property
    def rows(self) -> Iterator[GridRow]:
        last = len(self.strand.criteria) - 1
        for place, one in enumerate(self.strand.criteria):
            remarks = cell_remarks(one)
            parts = cell_parts(self.layout, self.wording)
            yield GridRow(
                key=one.key,
                name=self[f"{one.key}::name"],
                detail=self[f"{one.key}::detail"],
                cells=tuple(self._cell(one.key, level, parts, remarks) for level in self.columns),
                is_first=place == 0,
                is_last=place == last,
            )

    def _cell(self, row: str, level: str, parts: tuple[str, ...], remarks: Sequence[CellRemark]) -> Cell:
        fields = {part: self[f"{row}:{level}:{part}"] for part in parts}
        return Cell(
            level=level,
            points=fields.get("points"),
            label=fields.get("label"),
            words=tuple(field for part, field in fields.items() if part not in ("points", "label")),
            remarks=tuple(remark for remark in remarks if remark.level == level),
            is_absent="points" in parts and not self.now[row][f"{level}:points"],
        )

    @property
    def opened(self) -> Iterator[BoundField]:
        return (self[f"opened:{row}"] for row in self.now)


def _typed(data: QueryDict) -> dict[str, dict[str, str]]:
    """Gather what was sent by rows; only rows that say what they were opened with."""
    rows: dict[str, dict[str, str]] = {}
    for name in data:
        found = CELL.fullmatch(name)
        if found and f"opened:{found['row']}" in data:
            rows.setdefault(found["row"][:20], {})[found["cell"]] = data.get(name, "")
    return rows
