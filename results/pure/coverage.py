"""Where the criteria of two strands meet in an essay: the coverage map, for one essay and for a class."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

FEW = 5
"""With fewer filled cells than this, two lists say more than a mostly empty map and come first."""


class Fill(StrEnum):
    """How a cell is filled: by one passage tied to both, or by passages of both in one paragraph."""

    SOLID = "solid"
    OUTLINED = "outlined"


@dataclass(frozen=True, slots=True)
class StrandAxis:
    """A strand as far as the map knows it. `rule` is all, best, drop or off; `keys` its criteria in rubric order."""

    key: str
    rule: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """A passage tied to one criterion. The same `start` and `end` are the same passage."""

    criterion: str
    start: int
    end: int
    paragraph: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A filled cell. `paragraph` and `start` lead to the first passage that fills it."""

    row: str
    column: str
    fill: Fill
    paragraph: int
    start: int


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """The criteria of the first strand against those of the second. `cells` holds only the filled ones, row by row."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def has_few_cells(self) -> bool:
        return len(self.cells) < FEW


def axes(strands: Iterable[StrandAxis]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give the criteria of the rows and of the columns: the first two strands that have several criteria.

    None where there are fewer than two, or where one of them is not counted: a map against a strand that nobody was
    asked to write about would be empty for everybody.
    """
    several = [strand for strand in strands if len(strand.keys) > 1][:2]
    if len(several) < 2 or any(strand.rule == "off" for strand in several):
        return None
    return several[0].keys, several[1].keys


def coverage_map(rows: Sequence[str], columns: Sequence[str], ties: Iterable[Tie]) -> CoverageMap:
    """Fill the map from passages; a passage tied to both outweighs two passages of one paragraph."""
    ordered = sorted(ties, key=lambda tie: (tie.start, tie.end))
    of_rows = [tie for tie in ordered if tie.criterion in rows]
    of_columns = [tie for tie in ordered if tie.criterion in columns]
    found: dict[tuple[str, str], Cell] = {}
    for mine in of_rows:
        for other in of_columns:
            same = (mine.start, mine.end) == (other.start, other.end)
            if not same and mine.paragraph != other.paragraph:
                continue
            place, fill = (mine.criterion, other.criterion), Fill.SOLID if same else Fill.OUTLINED
            if place not in found or (same and found[place].fill == Fill.OUTLINED):
                found[place] = Cell(*place, fill=fill, paragraph=mine.paragraph, start=mine.start)
    cells = (found[row, column] for row in rows for column in columns if (row, column) in found)
    return CoverageMap(tuple(rows), tuple(columns), tuple(cells))


def class_counts(maps: Iterable[Iterable[tuple[str, str]]]) -> Counter[tuple[str, str]]:
    """Count, for every cell, the essays that fill it. Each item of `maps` lists one essay's filled (row, column)."""
    counts: Counter[tuple[str, str]] = Counter()
    for filled in maps:
        counts.update(set(filled))
    return counts
