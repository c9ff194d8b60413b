"""Rubrics as Canvas takes and gives them: a CSV with a row for each criterion and three columns for each rating."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from courses.kernel.uploads import Row
from rubrics.pure.exchange_bare import BareCriterion, BareLevel, Brought, NotARubric, brought, points_of
from rubrics.pure.measures import Measure

HEADS = ("Rubric Name", "Criteria Name", "Criteria Description", "Criteria Enable Range")
MOST_CELL = 32_767
RATING = ("Rating Name", "Rating Description", "Rating Points")

_RISKY = re.compile(r"'*[=+\-@\t\n＝＋－＠]")
_BEHIND_AN_APOSTROPHE = re.compile(r"''*[=+\-@\t\n＝＋－＠]")
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def write_canvas(title: str, measure: Measure) -> tuple[str, tuple[str, ...]]:
    """Write a rubric, ratings from the highest down as Canvas shows them; and say what else a person should know."""
    criteria = measure.rubric.criteria
    most = max(len(one.levels) for one in criteria)
    rows: list[list[str]] = [[*HEADS, *RATING * most]]
    for one in criteria:
        row = [title, one.name, one.detail, "false"]
        for level in reversed(one.levels):
            row += [level.label, level.descriptor, _figure(level.points)]
        rows.append(row + [""] * (len(rows[0]) - len(row)))
    out = io.StringIO()
    csv.writer(out).writerows([_guarded(_carried(cell)) for cell in row] for row in rows)
    guarded = sum(bool(_RISKY.match(_carried(cell))) for row in rows for cell in row)
    long = sum(len(cell) >= MOST_CELL for row in rows for cell in row)
    return out.getvalue(), _told(guarded, long)


def _told(guarded: int, long: int) -> tuple[str, ...]:
    told = ["Canvas shows the wording for markers to students as well, and takes the rubric in as a draft."]
    if guarded:
        cells = "One text begins" if guarded == 1 else f"{guarded} texts begin"
        told.append(
            f"{cells} with a sign that a spreadsheet would run as a formula. An apostrophe stands before it in the "
            "file; Canvas shows it, and it is taken off again here."
        )
    if long:
        texts = "One text is" if long == 1 else f"{long} texts are"
        told.append(f"{texts} longer than a spreadsheet’s cell holds ({MOST_CELL:,} characters).")
    return tuple(told)


def read_canvas(rows: Sequence[Row], told: Iterable[str] = ()) -> list[Brought]:
    """Read the rubrics of a file, one for each name in it. Raises NotARubric with the line."""
    if not rows:
        raise NotARubric("", "There is nothing in this file.")
    heads = [str(cell).strip().lower() for cell in rows[0].cells]
    columns = {head: _column(heads, head) for head in HEADS}
    for head in ("Rubric Name", "Criteria Name"):
        if columns[head] is None:
            reason = f"There is no column “{head}”. Canvas has these: {', '.join((*HEADS, *RATING))}."
            raise NotARubric(f"line {rows[0].number}", reason)
    ratings = list(
        zip(*([place for place, head in enumerate(heads) if one.lower() in head] for one in RATING), strict=False)
    )
    if not ratings:
        raise NotARubric(
            f"line {rows[0].number}", "There are no columns “Rating Name”, “Rating Description”, “Rating Points”."
        )
    known = {place for place in columns.values() if place is not None} | {place for one in ratings for place in one}
    strange = [str(rows[0].cells[place]) for place, head in enumerate(heads) if head and place not in known]
    said = [*told, *([f"These columns were passed over: {', '.join(strange[:10])}."] if strange else [])]
    by_name: dict[str, list[Row]] = {}
    for row in rows[1:]:
        by_name.setdefault(_cell(row, columns["Rubric Name"]).strip(), []).append(row)
    if not by_name:
        raise NotARubric("", "There are no criteria in this file.")
    return [_rubric(name, group, columns, ratings, said) for name, group in by_name.items()]


def _rubric(
    name: str,
    rows: Sequence[Row],
    columns: dict[str, int | None],
    ratings: Sequence[tuple[int, int, int]],
    said: list[str],
) -> Brought:
    if not name:
        raise NotARubric(f"line {rows[0].number}", "This row has no rubric name. Write it in every row.")
    told = list(said)
    ranges = [
        row.number for row in rows if _cell(row, columns["Criteria Enable Range"]).strip().lower() in ("true", "1")
    ]
    if ranges:
        lines = ", ".join(map(str, ranges[:10]))
        told.append(f"Ranges are not known here (line {lines}): each rating has its highest points alone.")
    criteria = [
        BareCriterion(
            name=_cell(row, columns["Criteria Name"]),
            text=_cell(row, columns["Criteria Description"]),
            levels=tuple(_ratings(row, ratings, told)),
            place=f"line {row.number}",
        )
        for row in rows
    ]
    return brought(name, criteria, told)


def _ratings(row: Row, ratings: Sequence[tuple[int, int, int]], told: list[str]) -> Iterable[BareLevel]:
    for name, text, points in ratings:
        label = _cell(row, name)
        if label.strip():
            value = points_of(_cell(row, points), f"line {row.number}, “{label.strip()[:40]}”")
            yield BareLevel(label=label, descriptor=_cell(row, text), points=value)
        elif _cell(row, points).strip():
            told.append(f"A rating without a name was passed over in line {row.number}, as Canvas does.")


def _column(heads: Sequence[str], wanted: str) -> int | None:
    return next((place for place, head in enumerate(heads) if wanted.lower() in head), None)


def _cell(row: Row, column: int | None) -> str:
    if column is None or column >= len(row.cells):
        return ""
    text = str(row.cells[column]).replace("\r\n", "\n").replace("\r", "\n")
    return text[1:] if _BEHIND_AN_APOSTROPHE.match(text) else text


def _carried(text: str) -> str:
    """Leave out what no CSV file can carry, and write line ends in one way."""
    return _UNSHOWN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _guarded(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would run; `_cell` takes one off again."""
    return f"'{text}" if _RISKY.match(text) else text


def _figure(value: Decimal) -> str:
    return f"{value.normalize():f}"
