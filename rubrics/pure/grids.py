"""A strand as a grid of texts: criteria are its rows, levels its columns; read from a measure and written back.

A row is a mapping from cells to texts. A cell is named by its level and its part: "2:student" holds what students read
at level 2, ":name" the criterion's name. The row "" is the head: what holds for every criterion of the strand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from rubrics.pure.draft_strands import strand_of, with_moved_level, with_new_level, without_level
from rubrics.pure.drafts import with_criterion, with_moved_criterion, with_new_criterion, without_criterion
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText, StrandText
from rubrics.pure.pack_hashes import content_sha256

HEAD = ""
ONE_LINE = ("name", "detail", "label")
Row = Mapping[str, str]


class Layout(StrEnum):
    """What the head holds for all: points, names and descriptors of the levels; points and names; or nothing."""

    LADDER = "ladder"
    STEPS = "steps"
    OWN = "own"


class Wording(StrEnum):
    """Which words the grid shows."""

    BOTH = "both"
    MARKERS = "markers"
    STUDENTS = "students"


def layout_of(strand: StrandText) -> Layout:
    """Say what the criteria of a strand share, in the levels they have."""
    steps = [[(level.key, level.points, level.label) for level in one.levels] for one in strand.criteria]
    if not steps or any(ladder != steps[0] for ladder in steps):
        return Layout.OWN if steps else Layout.STEPS
    words = [[level.descriptor for level in one.levels] for one in strand.criteria]
    said = any(words[0]) and any(level.indication for one in strand.criteria for level in one.levels)
    return Layout.LADDER if said and len(words) > 1 and all(ladder == words[0] for ladder in words) else Layout.STEPS


def level_columns(strand: StrandText) -> tuple[str, ...]:
    """Give the keys of the strand's levels, the one with most points first."""
    most: dict[str, Decimal] = {}
    for one in strand.criteria:
        for level in one.levels:
            most[level.key] = max(most.get(level.key, level.points), level.points)
    return tuple(sorted(most, key=lambda key: (-most[key], key)))


def grid_of(measure: Measure, strand: str, layout: Layout, wording: Wording) -> dict[str, dict[str, str]]:
    """Give the rows of a grid, the head first. A cell whose level a criterion does not have is empty."""
    held = strand_of(measure, strand)
    columns = level_columns(held)
    rows = {HEAD: _head(held, columns, layout, wording)}
    for one in held.criteria:
        levels = {level.key: level for level in one.levels}
        row = {":name": one.name, ":detail": one.detail}
        for key in columns:
            for part in cell_parts(layout, wording):
                row[f"{key}:{part}"] = text_of(levels[key], part) if key in levels else ""
        rows[one.key] = row
    return rows


def head_parts(layout: Layout, wording: Wording) -> tuple[str, ...]:
    """Name what stands in the head, a level."""
    if layout == Layout.OWN:
        return ()
    words = ("descriptor",) if layout == Layout.LADDER and wording != Wording.STUDENTS else ()
    return ("points", "label", *words)


def cell_parts(layout: Layout, wording: Wording) -> tuple[str, ...]:
    """Name what stands in a criterion's cell."""
    steps = ("points", "label") if layout == Layout.OWN else ()
    markers = ("indication" if layout == Layout.LADDER else "descriptor",) if wording != Wording.STUDENTS else ()
    return (*steps, *markers, *(("student",) if wording != Wording.MARKERS else ()))


def _head(strand: StrandText, columns: Iterable[str], layout: Layout, wording: Wording) -> dict[str, str]:
    """Give what all criteria say alike; nothing where they do not: somebody may have changed one of them meanwhile."""
    head = {}
    for key in columns:
        levels = [each for one in strand.criteria for each in one.levels if each.key == key]
        for part in head_parts(layout, wording):
            said = {text_of(level, part) for level in levels}
            head[f"{key}:{part}"] = said.pop() if len(said) == 1 else ""
    return head


def text_of(level: LevelText, part: str) -> str:
    """Write one part of a level as the grid shows it."""
    return tidy("points", str(level.points)) if part == "points" else str(getattr(level, part))


def tidy(part: str, text: str) -> str:
    """Write what was typed as it is kept: a number without needless noughts, words without spaces around them."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if part in ONE_LINE:
        return " ".join(text.split())
    if part != "points":
        return text
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return text
    if not number.is_finite():
        return text
    return f"{number.normalize() + 0:f}" if abs(number.adjusted()) < 20 else text


def row_print(row: Row) -> str:
    """Give the print of what a row says, so that two who edit at once do not undo each other."""
    return content_sha256({cell: tidy(cell.partition(":")[2], text) for cell, text in row.items()})


@dataclass(frozen=True)
class Merged:
    """What a draft says with somebody's rows in it, and the rows that somebody else changed or took out meanwhile."""

    measure: Measure
    elsewhere: tuple[str, ...]


def with_rows(
    measure: Measure,
    strand: str,
    *,
    layout: Layout,
    wording: Wording,
    typed: Mapping[str, Row],
    opened: Mapping[str, str],
) -> Merged:
    """Put typed rows into a strand. `opened` are the rows' prints when the form was opened: what is as it was is left.

    A cell of a level that a criterion lacks gives it that level, once it has points. Raises KeyError without the
    strand.
    """
    now = grid_of(measure, strand, layout, wording)
    elsewhere, changed = [], {}
    for key, row in typed.items():
        if row_print(row) == opened.get(key):
            continue
        held = now.get(key)
        if held is None or any(cell not in held for cell in row):
            elsewhere.append(key)
            continue
        held = {cell: held[cell] for cell in row}
        if row_print(held) == row_print(row):
            continue
        if row_print(held) != opened.get(key):
            elsewhere.append(key)
            continue
        cells = {cell: tidy(cell.partition(":")[2], text) for cell, text in row.items()}
        changed[key] = {cell: text for cell, text in cells.items() if text != tidy(cell.partition(":")[2], held[cell])}
    if elsewhere:
        return Merged(measure, tuple(elsewhere))
    head = changed.pop(HEAD, {})
    for one in strand_of(measure, strand).criteria:
        measure = with_criterion(measure, _with_cells(one, {**head, **changed.get(one.key, {})}, only_there=head))
    return Merged(measure, ())


def _with_cells(criterion: CriterionText, cells: Row, *, only_there: Row) -> CriterionText:
    levels = {level.key: level for level in criterion.levels}
    for cell, text in cells.items():
        key, _, part = cell.partition(":")
        if not key:
            told: dict[str, Any] = {part: text}
            criterion = replace(criterion, **told)
            if part == "name" and not criterion.short_name:
                criterion = replace(criterion, short_name=text[:50])
        elif key in levels:
            said: dict[str, Any] = {part: Decimal(text) if part == "points" else text}
            levels[key] = replace(levels[key], **said)
        elif cell not in only_there and cells.get(f"{key}:points"):
            words = {name: cells.get(f"{key}:{name}", "") for name in ("label", "descriptor", "student", "indication")}
            levels[key] = LevelText(key=key, points=Decimal(cells[f"{key}:points"]), **words)
    return replace(criterion, levels=tuple(levels.values()))


class Doing(StrEnum):
    """What a button of the grid does once the cells are kept."""

    SAVE = "save"
    UP = "up"
    DOWN = "down"
    OUT = "out"
    ADD = "add"
    LEVEL = "level"
    LEVEL_UP = "level-up"
    LEVEL_DOWN = "level-down"
    LEVEL_OUT = "level-out"


@dataclass(frozen=True)
class Step:
    """A press of a button: what to do, and to which criterion or level; a name and points for what is new."""

    doing: Doing
    key: str = ""
    name: str = ""
    points: Decimal = Decimal(0)


def with_step(
    measure: Measure, strand: str, step: Step, *, taken: Iterable[str] = (), taken_levels: Iterable[str] = ()
) -> Measure:
    """Do what a button says. Raises KeyError where its criterion or level is not there any more."""
    key = step.key
    match step.doing:
        case Doing.SAVE:
            return measure
        case Doing.UP | Doing.DOWN:
            return with_moved_criterion(measure, key, up=step.doing == Doing.UP)
        case Doing.OUT:
            return without_criterion(measure, key)
        case Doing.ADD:
            return with_new_criterion(measure, strand, step.name, taken=taken)
        case Doing.LEVEL:
            return with_new_level(measure, strand, points=step.points, label=step.name, taken=taken_levels)
        case Doing.LEVEL_UP | Doing.LEVEL_DOWN:
            return with_moved_level(measure, strand, key, up=step.doing == Doing.LEVEL_UP)
        case Doing.LEVEL_OUT:
            return without_level(measure, strand, key)
