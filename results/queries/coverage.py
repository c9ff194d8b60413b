"""The coverage map as a page draws it: rows, columns, cells with words, for one essay. Knows nothing of marking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from results.models import OutcomeLine
from results.pure.coverage import FEW, Fill


@dataclass(frozen=True, slots=True)
class Reached:
    """The level of a criterion: how high it stands, its points and its name."""

    rung: int
    rungs: int
    points: Decimal
    maximum: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class Margin:
    """A row's or a column's heading: the criterion, whether it was tried, and the level where the page tells levels."""

    key: str
    name: str
    was_tried: bool
    reached: Reached | None


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A place of the map. An empty one has no `fill`."""

    row: Margin
    column: Margin
    fill: str = ""
    paragraph: int = 0

    @property
    def is_solid(self) -> bool:
        return self.fill == Fill.SOLID

    @property
    def words(self) -> str:
        how = "in one passage" if self.is_solid else "in one paragraph"
        return f"{self.row.key} with {self.column.key} {how}, ¶{self.paragraph}"


@dataclass(frozen=True, slots=True)
class DrawnRow:
    margin: Margin
    cells: tuple[DrawnCell, ...]


@dataclass(frozen=True, slots=True)
class DrawnMap:
    """The map of one essay, with what its heading needs: the strands' names and hues."""

    row_strand: Mapping[str, Any]
    column_strand: Mapping[str, Any]
    columns: tuple[Margin, ...]
    rows: tuple[DrawnRow, ...]

    @property
    def filled(self) -> list[DrawnCell]:
        return [cell for row in self.rows for cell in row.cells if cell.fill]

    @property
    def has_few_cells(self) -> bool:
        return len(self.filled) < FEW

    @property
    def written_about(self) -> list[tuple[Mapping[str, Any], list[Margin]]]:
        """The two lists that come first where the map is nearly empty: what of each strand the essay wrote about."""
        return [
            (self.row_strand, [row.margin for row in self.rows if row.margin.was_tried]),
            (self.column_strand, [column for column in self.columns if column.was_tried]),
        ]


def reached_by(line: OutcomeLine) -> Reached | None:
    """Give the level of a line; None for what was not attempted."""
    if line.points is None:
        return None
    return Reached(line.rung, line.rungs, line.points, line.maximum, line.label)


def drawn_map(
    coverage: Mapping[str, Any], strands: Sequence[Mapping[str, Any]], lines: Sequence[OutcomeLine], *, tells: bool
) -> DrawnMap | None:
    """Draw an outcome's map from what it keeps; None where its rubric has none. `tells`: with levels at its edges."""
    if not coverage:
        return None
    by_key = {line.criterion_key: line for line in lines}
    margins = {
        key: Margin(key, line.short, line.points is not None, reached_by(line) if tells else None)
        for key in (*coverage["rows"], *coverage["columns"])
        for line in [by_key[key]]
    }
    filled = {(row, column): (fill, paragraph) for row, column, fill, paragraph in coverage["cells"]}
    columns = tuple(margins[key] for key in coverage["columns"])
    rows = tuple(
        DrawnRow(
            margins[key],
            tuple(DrawnCell(margins[key], column, *filled.get((key, column.key), ())) for column in columns),
        )
        for key in coverage["rows"]
    )
    strand_of = {strand["key"]: strand for strand in strands}
    return DrawnMap(
        row_strand=strand_of[by_key[coverage["rows"][0]].strand_key],
        column_strand=strand_of[by_key[coverage["columns"][0]].strand_key],
        columns=columns,
        rows=rows,
    )
