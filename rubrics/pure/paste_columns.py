"""What the columns of pasted cells are: the criterion's own facts, and levels, which a strand may have already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rubrics.pure.grids import level_columns
from rubrics.pure.headings import OF_A_LEVEL, Column, Holds, LevelHeading, columns_of, looks_like_headings
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import LevelText


@dataclass(frozen=True)
class Pasted:
    """Cells and how somebody wants them read.

    `strand` takes new criteria ("" with `new_strand`: a strand of that name is made). `holds` is what level cells hold
    where no heading says. `headings`: whether the first row names the columns, None for whatever it looks like. `row`
    and `level` are where in the grid they were pasted; then they have no headings. `best_first`: of levels without any
    number, the first has most points. `adds_zero`: a new criterion gets a level with 0 points where it has none.
    """

    text: str
    strand: str = ""
    new_strand: str = ""
    holds: Holds = Holds.DESCRIPTOR
    headings: bool | None = None
    best_first: bool = True
    adds_zero: bool = True
    row: str | None = None
    level: str = ""


def parted(measure: Measure, pasted: Pasted, cells: list[list[str]]) -> tuple[list[Column], list[list[str]], int]:
    """Part columns from rows; give with them the line where the rows begin."""
    if pasted.row is not None:
        return _placed_columns(measure, pasted, cells), cells, 1
    levels = levels_there(measure, pasted.strand)
    headed = pasted.headings
    if headed is None:
        keys, labels = [level.key for level in levels], [level.label for level in levels]
        headed = looks_like_headings(cells[0], keys, labels)
    if headed:
        return columns_of(cells[0], pasted_holds(pasted)), cells[1:], 2
    return _unheaded_columns(levels, pasted, cells), cells, 1


def levels_there(measure: Measure, strand: str) -> list[LevelText]:
    """Give the levels of a strand's columns, the highest first."""
    held = next((one for one in measure.rubric.strands if one.key == strand), None)
    if held is None:
        return []
    by_key = {level.key: level for one in held.criteria for level in one.levels}
    return [by_key[key] for key in level_columns(held)]


def _placed_columns(measure: Measure, pasted: Pasted, cells: list[list[str]]) -> list[Column]:
    """Give the columns of cells that were pasted where somebody stood in the grid."""
    levels = levels_there(measure, pasted.strand)
    headings = [LevelHeading(level.key, level.label, level.points) for level in levels]
    width = len(cells[0])
    if not pasted.level:
        names = [Column(0, Holds.DETAIL if pasted.holds == Holds.DETAIL else Holds.NAME)]
        return names + [Column(n, pasted_holds(pasted), one) for n, one in enumerate(headings[: width - 1], start=1)]
    start = next((n for n, level in enumerate(levels) if level.key == pasted.level), 0)
    return [Column(n, pasted_holds(pasted), one) for n, one in enumerate(headings[start : start + width])]


def pasted_holds(pasted: Pasted) -> Holds:
    """Give what level cells hold; a name or a detail is none of theirs."""
    return pasted.holds if pasted.holds in OF_A_LEVEL else Holds.DESCRIPTOR


def _unheaded_columns(levels: Sequence[LevelText], pasted: Pasted, cells: list[list[str]]) -> list[Column]:
    """Name columns that have no headings: a key where each first cell looks like one, a name, then the levels."""
    width, columns = len(cells[0]), []
    if width > 1 and all(re.fullmatch(r"[A-Za-z]{1,3}\d{1,3}[a-z]?", row[0]) for row in cells if row[0]):
        columns.append(Column(0, Holds.KEY))
    columns.append(Column(len(columns), Holds.NAME))
    rest = range(len(columns), width)
    if len(levels) == len(rest):
        headings = [LevelHeading(level.key, level.label, level.points) for level in levels]
    else:
        count = len(rest)
        numbers = range(count, 0, -1) if pasted.best_first else range(1, count + 1)
        headings = [LevelHeading("", f"Level {number}", Decimal(number)) for number in numbers]
    return columns + [Column(place, pasted_holds(pasted), one) for place, one in zip(rest, headings, strict=True)]


@dataclass(frozen=True)
class LevelMeant:
    """A level that some columns are about: what it would be called and bring if it were made."""

    heading: LevelHeading
    key: str
    label: str
    points: Decimal


def levels_of(columns: Sequence[Column], pasted: Pasted) -> list[LevelMeant]:
    """Gather the levels that the columns are about, each once, with keys and points for those that give none."""
    headings: list[LevelHeading] = []
    for column in columns:
        if column.level is None:
            continue
        same = next((n for n, one in enumerate(headings) if one.is_same(column.level)), None)
        if same is None:
            headings.append(column.level)
        else:
            one = headings[same]
            points = one.points if one.points is not None else column.level.points
            headings[same] = LevelHeading(one.key, one.label or column.level.label, points)
    count = len(headings)
    by_place = {n: Decimal(count - n if pasted.best_first else n + 1) for n in range(count)}
    numbered = all(re.fullmatch(r"\d+", one.key) for one in headings)
    brings: dict[int, Decimal] = {}
    for n, one in enumerate(headings):
        bare = Decimal(one.key) if numbered and one.key else by_place[n]
        brings[n] = one.points if one.points is not None else bare
    ranked = sorted(range(count), key=lambda n: brings[n])
    start = 0 if ranked and brings[ranked[0]] == 0 else 1
    keys = {n: headings[n].key or str(place) for place, n in enumerate(ranked, start=start)}
    return [LevelMeant(one, keys[n], one.label or f"Level {keys[n]}", brings[n]) for n, one in enumerate(headings)]


def column_words(column: Column, heads: Sequence[LevelMeant]) -> tuple[str, str]:
    """Say how a column was read: its letter in the spreadsheet, and what it holds."""
    letter = chr(ord("A") + column.place) if column.place < 26 else str(column.place + 1)
    words = {
        Holds.KEY: "key",
        Holds.NAME: "name of the criterion",
        Holds.SHORT_NAME: "short name",
        Holds.DETAIL: "beside the name",
        Holds.GUIDANCE: "what to look for",
        Holds.PASSAGES: "passages asked for",
        Holds.STRAND: "strand",
        Holds.DESCRIPTOR: "for markers",
        Holds.STUDENT: "for students",
        Holds.INDICATION: "what it looks like here",
        Holds.EXAMPLE: "an example",
        Holds.POINTS: "points",
        Holds.LABEL: "name",
    }[column.holds]
    if column.level is None:
        return letter, words
    head = next(one for one in heads if one.heading.is_same(column.level))
    label = f" {head.heading.label}" if head.heading.label else ""
    brings = f" ({head.points.normalize():f} points)" if head.heading.points is not None else ""
    return letter, f"level {head.heading.key or ''}{label}{brings}, {words}".replace("  ", " ")
