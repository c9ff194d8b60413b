"""What pasted cells would make of a draft: each row matched to a criterion, with a verdict; and the draft then.

Criteria are found by their key, else by their name; levels by key, name or points. What is not found is made. An empty
cell changes nothing, and what was not pasted stays.
"""

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from itertools import chain, pairwise
from typing import Any

from rubrics.pure.cells import TooManyCells, cells_of
from rubrics.pure.comparisons import Change, changes_between
from rubrics.pure.draft_strands import next_strand_key, strand_of, with_new_strand
from rubrics.pure.drafts import LONGEST_KEY, level_key, with_criterion, with_new_criterion
from rubrics.pure.headings import POINTS, Column, Holds, LevelHeading
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText
from rubrics.pure.paste_columns import LevelMeant, Pasted, column_words, levels_of, levels_there, parted
from rubrics.pure.sizes import MOST_CRITERIA, MOST_LEVELS, MOST_WORDS

MOST_POINTS = Decimal("9999.99")
KEY = re.compile(r"[A-Za-z0-9_-]{1,20}")
KEY_AND_NAME = re.compile(r"([A-Za-z]{1,3}\d{1,3}[a-z]?)\s*[.:)–-]?\s+(\S.*)", re.DOTALL)
STRAND_AND_NAME = re.compile(r"([A-Z])\s*[.:)–-]?\s+([A-Z0-9À-Þ].*)", re.DOTALL)
POINTS_FIRST = re.compile(rf"\s*{POINTS.pattern}\s*[:\n–-]\s*", re.IGNORECASE)
LONGEST = {Holds.NAME: 200, Holds.SHORT_NAME: 50, Holds.DETAIL: 100, Holds.LABEL: 100}
ZERO_LEVEL = LevelText(
    "0",
    Decimal(0),
    "Nothing creditable",
    "Attempted, but nothing creditable.",
    "You write about it, but nothing in it earns points yet.",
)


class Verdict(StrEnum):
    """What becomes of a pasted row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True)
class RowRead:
    """A pasted row: its line from 1, the criterion it is about, its verdict, and why where it is refused."""

    line: int
    key: str
    name: str
    verdict: Verdict
    reason: str = ""
    changes: tuple[Change, ...] = ()
    levels: int = 0


@dataclass(frozen=True)
class PasteRead:
    """All that pasted cells would do. `after` is the draft with them in it; `remarks` is worth knowing."""

    after: Measure
    rows: tuple[RowRead, ...]
    columns: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    problem: str = ""
    strands_made: tuple[str, ...] = ()

    @property
    def new(self) -> int:
        return self._count(Verdict.NEW)

    @property
    def changed(self) -> int:
        return self._count(Verdict.CHANGED)

    @property
    def same(self) -> int:
        return self._count(Verdict.SAME)

    @property
    def refused(self) -> int:
        return self._count(Verdict.REFUSED)

    @property
    def taken(self) -> int:
        """How many rows would change something."""
        return self.new + self.changed

    @property
    def takes_something(self) -> bool:
        return self.taken > 0

    def _count(self, verdict: Verdict) -> int:
        return sum(row.verdict == verdict for row in self.rows)


class Refused(Exception):
    """A row cannot be taken; the message says why and what to do."""


@dataclass
class _Reading:
    """What is known while rows are read one after the other."""

    measure: Measure
    pasted: Pasted
    taken: frozenset[str]
    seen: dict[str, int] = field(default_factory=dict)
    strands: dict[str, str] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    by_order: dict[str, Decimal] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)


def read_paste(measure: Measure, pasted: Pasted, *, taken: Iterable[str] = ()) -> PasteRead:
    """Read pasted cells against a draft. `taken` are keys that no criterion may be given anew."""
    try:
        cells = cells_of(pasted.text)
    except TooManyCells:
        return PasteRead(measure, (), problem="That is more than a rubric holds. Copy only the rubric’s cells.")
    if not cells:
        return PasteRead(
            measure, (), problem="There are no cells in it. Copy them in your spreadsheet, then paste them."
        )
    if pasted.row is not None and not _is_placed(measure, pasted):
        return PasteRead(measure, (), problem="The cell you pasted in is not in the draft any more. Paste once more.")
    columns, rows, first = parted(measure, pasted, cells)
    if not any(column.level for column in columns) and not any(
        column.holds in (Holds.NAME, Holds.KEY) for column in columns
    ):
        return PasteRead(measure, (), problem="No column could be read. Let the first row name the levels.")
    reading = _Reading(measure, pasted, frozenset(taken))
    heads = levels_of(columns, pasted)
    if len(heads) > MOST_LEVELS:
        return PasteRead(
            measure, (), problem=f"{len(heads)} levels are too many: a criterion has at most {MOST_LEVELS}."
        )
    read = [_row_read(reading, columns, heads, row, line) for line, row in enumerate(rows, start=first) if any(row)]
    _tell(reading, columns, cells)
    return PasteRead(
        after=reading.measure,
        rows=tuple(read),
        columns=tuple(column_words(column, heads) for column in columns),
        remarks=tuple(reading.remarks),
        problem="" if read else "There are headings and nothing under them. Copy the rows too.",
        strands_made=tuple(reading.made),
    )


def _is_placed(measure: Measure, pasted: Pasted) -> bool:
    """Tell whether the row and the level where cells were pasted in a grid are there."""
    held = next((one for one in measure.rubric.strands if one.key == pasted.strand), None)
    there = held is not None and any(one.key == pasted.row for one in held.criteria)
    return there and (not pasted.level or pasted.level in {level.key for level in levels_there(measure, pasted.strand)})


# ---------------------------------------------------------------- rows
def _row_read(
    reading: _Reading, columns: Sequence[Column], heads: Sequence[LevelMeant], row: Sequence[str], line: int
) -> RowRead:
    """Read one row into the draft; a row that is refused leaves the draft as it was."""
    told = {column.holds: row[column.place] for column in columns if column.level is None}
    key, name = _key_and_name(told)
    before = reading.measure, dict(reading.strands), list(reading.made), dict(reading.seen)
    try:
        found = _criterion_for(reading, key, name, told.get(Holds.STRAND, ""), line)
        strand = reading.measure.strand_of(found)
        is_new = all(one.key != found for one in before[0].rubric.criteria)
        was = reading.measure.criterion(found)
        facts = _with_facts(was, key, name, told, is_new=is_new)
        criterion = _with_levels(reading, facts, _cells(columns, heads, row), heads, strand, is_new=is_new)
        reading.measure = with_criterion(reading.measure, criterion)
    except Refused as refused:
        reading.measure, reading.strands, reading.made, reading.seen = before
        return RowRead(line, key, name, Verdict.REFUSED, str(refused))
    changes = tuple(one for one in changes_between(before[0], reading.measure) if one.criterion == found)
    verdict = Verdict.NEW if is_new else Verdict.CHANGED if changes else Verdict.SAME
    return RowRead(line, found, criterion.name, verdict, "", () if is_new else changes, len(criterion.levels))


def _key_and_name(told: Mapping[Holds, str]) -> tuple[str, str]:
    key, name = told.get(Holds.KEY, ""), " ".join(told.get(Holds.NAME, "").split())
    if not key and (both := KEY_AND_NAME.fullmatch(name)):
        return both[1], both[2]
    return key, name


def _criterion_for(reading: _Reading, key: str, name: str, strand: str, line: int) -> str:
    """Find the criterion that a row is about, or make it; give its key. Raises Refused."""
    found = _placed(reading, line) if reading.pasted.row is not None else _known(reading.measure, key, name)
    if found is None:
        if not name:
            raise Refused("It has no name. Write one, or the key of a criterion that is there.")
        if len(reading.measure.rubric.criteria) >= MOST_CRITERIA:
            raise Refused(f"A rubric has at most {MOST_CRITERIA} criteria.")
        found = _made(reading, key, name, strand)
    elif strand and not _is_strand(reading.measure, reading.measure.strand_of(found), strand):
        reading.remarks[f"{found} stays in strand {reading.measure.strand_of(found)}."] = None
    if found in reading.seen:
        raise Refused(f"{found} was in line {reading.seen[found]} already. Keep one of the two.")
    reading.seen[found] = line
    return found


def _placed(reading: _Reading, line: int) -> str | None:
    """Give the criterion that stands so many lines below where the cells were pasted."""
    keys = [one.key for one in strand_of(reading.measure, reading.pasted.strand).criteria]
    row = reading.pasted.row
    at = (keys.index(row) if row in keys else 0) + line - 1
    return keys[at] if at < len(keys) and keys[at] not in reading.seen else None


def _known(measure: Measure, key: str, name: str) -> str | None:
    for one in measure.rubric.criteria:
        if key and one.key.casefold() == key.casefold():
            return one.key
    if key:
        return None
    plain = name.casefold()
    named = {" ".join(one.name.split()).casefold(): one.key for one in reversed(measure.rubric.criteria)}
    keyed = {one.key.casefold(): one.key for one in measure.rubric.criteria}
    return (named.get(plain) or keyed.get(plain)) if plain else None


def _made(reading: _Reading, key: str, name: str, strand: str) -> str:
    """Make a criterion in its strand, and the strand where there is none."""
    if key and not KEY.fullmatch(key):
        raise Refused(f"“{key[:30]}” cannot be a key. Use up to {LONGEST_KEY} letters, digits, - and _.")
    place = _strand_for(reading, strand)
    before = {one.key for one in reading.measure.rubric.criteria}
    measure = with_new_criterion(reading.measure, place, name, taken=reading.taken)
    [made] = [one for one in measure.rubric.criteria if one.key not in before]
    if key:
        renamed = tuple(
            replace(
                one, criteria=tuple(replace(each, key=key) if each.key == made.key else each for each in one.criteria)
            )
            for one in measure.rubric.strands
        )
        measure = replace(measure, rubric=replace(measure.rubric, strands=renamed))
    reading.measure = measure
    return key or made.key


def _strand_for(reading: _Reading, told: str) -> str:
    """Give the key of the strand that a new criterion goes into; make the strand where it is new."""
    strands = reading.measure.rubric.strands
    if not told:
        if reading.pasted.new_strand:
            return _new_strand(reading, "", reading.pasted.new_strand)
        known = {one.key for one in strands}
        return (
            reading.pasted.strand
            if reading.pasted.strand in known
            else strands[0].key
            if strands
            else _new_strand(reading, "A", "Criteria")
        )
    for one in strands:
        if _is_strand(reading.measure, one.key, told):
            return one.key
    empty = [one for one in strands if not one.criteria]
    both = STRAND_AND_NAME.fullmatch(told)
    key, name = (both[1], " ".join(both[2].split())) if both else ("", " ".join(told.split()))
    if both and any(one.key == both[1] for one in empty):
        reading.measure = _renamed(reading.measure, both[1], name)
        return both[1]
    return _new_strand(reading, key, name)


def _new_strand(reading: _Reading, key: str, name: str) -> str:
    if name in reading.strands:
        return reading.strands[name]
    if len(name) > 100:
        raise Refused("The strand’s name is longer than 100 characters. Shorten it.")
    taken = [one.key for one in reading.measure.rubric.strands]
    key = key if key and key not in taken else next_strand_key(taken)
    reading.measure = with_new_strand(reading.measure, name, key=key)
    reading.strands[name] = key
    reading.made.append(f"{key} {name}")
    return key


def _renamed(measure: Measure, key: str, name: str) -> Measure:
    strands = tuple(replace(one, name=name) if one.key == key else one for one in measure.rubric.strands)
    return replace(measure, rubric=replace(measure.rubric, strands=strands))


def _is_strand(measure: Measure, key: str, told: str) -> bool:
    """Whether a cell names a strand: by its key, its name, or both."""
    name = strand_of(measure, key).name
    plain = " ".join(told.split()).casefold()
    return plain in {key.casefold(), name.casefold(), f"{key} {name}".casefold(), f"{key}. {name}".casefold()}


def _with_facts(
    criterion: CriterionText, key: str, name: str, told: Mapping[Holds, str], *, is_new: bool
) -> CriterionText:
    """Put the row's own facts into a criterion. Raises Refused."""
    values = {
        Holds.NAME: name if key or is_new else "",
        **{one: told.get(one, "") for one in (Holds.SHORT_NAME, Holds.DETAIL, Holds.GUIDANCE)},
    }
    for holds, text in values.items():
        _measured(text, LONGEST.get(holds, MOST_WORDS))
        if text:
            fact: dict[str, Any] = {holds.value: text}
            criterion = replace(criterion, **fact)
    if is_new and not values[Holds.SHORT_NAME]:
        criterion = replace(criterion, short_name=name[:50])
    if passages := told.get(Holds.PASSAGES, "").strip():
        if not passages.isdecimal() or len(passages) > 4 or int(passages) > 20:
            raise Refused(f"“{passages[:30]}” passages cannot be asked for. Write a number from 0 to 20.")
        criterion = replace(criterion, evidence_min=int(passages))
    return criterion


def _measured(text: str, most: int) -> str:
    if len(text) > most:
        raise Refused(f"“{text[:30]}…” is longer than {most:,} characters. Shorten it.")
    if "\0" in text:
        raise Refused("It has a character that cannot be kept. Copy the cells again.")
    return text


Cells = Mapping[str, Mapping[Holds, str]]


def _cells(columns: Sequence[Column], heads: Sequence[LevelMeant], row: Sequence[str]) -> Cells:
    """Give a row's level cells that are not empty, by the level's key and what they hold."""
    cells: dict[str, dict[Holds, str]] = {}
    for column in columns:
        if column.level is None or not row[column.place].strip():
            continue
        head = next(one for one in heads if one.heading.is_same(column.level))
        text = row[column.place]
        if column.holds == Holds.DESCRIPTOR and (begins := POINTS_FIRST.match(text)):
            cells.setdefault(head.key, {})[Holds.POINTS] = begins[1]
            text = text[begins.end() :]
        cells.setdefault(head.key, {})[column.holds] = text
    return cells


def _with_levels(
    reading: _Reading, criterion: CriterionText, cells: Cells, heads: Sequence[LevelMeant], strand: str, *, is_new: bool
) -> CriterionText:
    """Put a row's level cells into a criterion; levels that it lacks are made. Raises Refused."""
    levels = list(criterion.levels)
    if is_new and heads:
        levels = _ladder_to_begin_with(reading.measure, strand, criterion, cells, heads)
    used: set[str] = set()
    for head in heads:
        told = cells.get(head.key, {})
        place = _matching(levels, head, used)
        if place is None and not told:
            continue
        if place is None:
            keys = [level.key for level in levels]
            key = head.key if head.key not in keys else level_key(levels, head.points, keys)
            if not KEY.fullmatch(key):
                raise Refused(f"“{key[:30]}” cannot name a level. Use letters and digits.")
            levels.append(LevelText(key, head.points, _measured(head.label, 100), "", ""))
            place = len(levels) - 1
            if head.heading.points is None and not head.heading.key and Holds.POINTS not in told:
                reading.by_order[head.label] = head.points
        levels[place] = _with_words(_as_headed(levels[place], head.heading), told)
        used.add(levels[place].key)
    return replace(criterion, levels=_whole(reading, criterion.key, levels, is_new=is_new))


def _as_headed(level: LevelText, heading: LevelHeading) -> LevelText:
    """Give a level the points and the name that its heading gives."""
    points = level.points if heading.points is None else heading.points
    return replace(level, points=points, label=heading.label[:100] or level.label)


def _ladder_to_begin_with(
    measure: Measure, strand: str, criterion: CriterionText, cells: Cells, heads: Sequence[LevelMeant]
) -> list[LevelText]:
    """Give what a new criterion begins with: the strand's ladder where the headings are of it, else nothing.

    A level whose cells are all empty in a row that has others is none of this criterion.
    """
    levels = list(criterion.levels)
    others = [one for one in strand_of(measure, strand).criteria if one.key != criterion.key]
    if not others or any(_matching(levels, head) is None for head in heads if head.key in cells):
        return []
    gone = {_matching(levels, head) for head in heads if cells and head.key not in cells}
    levels = [level for place, level in enumerate(levels) if place not in gone]
    is_zero = bool(levels) and levels[0].descriptor == ZERO_LEVEL.descriptor and not levels[0].student
    return [replace(levels[0], student=ZERO_LEVEL.student), *levels[1:]] if is_zero else levels


def _matching(levels: Sequence[LevelText], head: LevelMeant, used: Container[str] = ()) -> int | None:
    """Find the level that a heading means: by key, else by name, else by points; never one that another meant."""
    heading = head.heading
    key, label = heading.key.casefold(), heading.label.casefold()
    places = [place for place, level in enumerate(levels) if level.key not in used]
    if key:
        return next((n for n in places if levels[n].key.casefold() == key), None)
    by_label = (n for n in places if label and levels[n].label.casefold() == label)
    by_points = (n for n in places if levels[n].points == head.points and (heading.points is not None or not label))
    by_both = (n for n in places if levels[n].key == head.key and levels[n].points == head.points)
    return next(chain(by_label, by_points, by_both), None)


def _with_words(level: LevelText, told: Mapping[Holds, str]) -> LevelText:
    for holds, text in told.items():
        if holds == Holds.POINTS:
            level = replace(level, points=_points(text))
        else:
            said: dict[str, Any] = {holds.value: _measured(text, LONGEST.get(holds, MOST_WORDS))}
            level = replace(level, **said)
    return level


def _points(text: str) -> Decimal:
    try:
        number = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        raise Refused(f"“{text.strip()[:30]}” is no number of points. Write one such as 5 or 7.5.") from None
    if not number.is_finite() or not 0 <= number <= MOST_POINTS or number != round(number, 2):
        raise Refused(f"“{text.strip()[:30]}” cannot be points: from 0 to 9999.99, with two decimal places at most.")
    return number.normalize() + 0 if number != number.to_integral() else number.to_integral()


def _whole(reading: _Reading, key: str, levels: list[LevelText], *, is_new: bool) -> tuple[LevelText, ...]:
    """Look the ladder over: each its own points, and a level with none where that was asked for. Raises Refused."""
    ordered = sorted(levels, key=lambda level: level.points)
    if is_new and reading.pasted.adds_zero and ordered and ordered[0].points > 0:
        keys = [level.key for level in ordered]
        zero = replace(ZERO_LEVEL, key="0" if "0" not in keys else level_key(ordered, Decimal(0), keys))
        ordered.insert(0, zero)
        reading.remarks["A level with 0 points, “Nothing creditable”, is added where there was none."] = None
    if len(ordered) > MOST_LEVELS:
        raise Refused(f"It would have {len(ordered)} levels; {MOST_LEVELS} are the most.")
    for lower, higher in pairwise(ordered):
        if lower.points == higher.points:
            raise Refused(
                f"Levels {lower.key} and {higher.key} would both have {lower.points} points. Give each its own."
            )
    return tuple(ordered)


# ---------------------------------------------------------------- what is worth knowing
def _tell(reading: _Reading, columns: Sequence[Column], cells: Sequence[Sequence[str]]) -> None:
    read = {column.place for column in columns}
    left = [place for place in range(len(cells[0])) if place not in read and any(row[place] for row in cells)]
    if left:
        named = ", ".join(chr(ord("A") + place) if place < 26 else str(place + 1) for place in left)
        reading.remarks[f"Nothing is taken from column {named}: there is no level for it, or no heading over it."] = (
            None
        )
    if reading.by_order:
        order = ", ".join(f"{label} {points.normalize():f}" for label, points in reading.by_order.items())
        reading.remarks[f"The headings give no points, so they go by the order of the columns: {order}."] = None
    for made in _untouched(reading):
        reading.remarks[made] = None


def _untouched(reading: _Reading) -> Iterator[str]:
    stay = [one.key for one in reading.measure.rubric.criteria if one.key not in reading.seen]
    if stay and reading.seen:
        named = ", ".join(stay[:6]) + (f" and {len(stay) - 6} more" if len(stay) > 6 else "")
        yield f"Not among the pasted rows, and left as {'it is' if len(stay) == 1 else 'they are'}: {named}."
