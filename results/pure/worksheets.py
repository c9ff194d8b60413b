"""Other gradebooks' files: a Canvas gradebook export or a Moodle grading worksheet, read, compared, and filled in.

`read_worksheet` finds out what a file is, `compare` gives a verdict a row, `filled` the file with Assay's totals in it
and everything else as it came. Nothing here decides what becomes of a mark.
"""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from courses.kernel.errors import Refusal
from results.pure.gradebook import MARK, Cell, Dialect, given_cell, is_unclear, plain_cell, read_figure, safe_cell

ROWS_MOST = 20_000
COLUMNS_MOST = 500
CENT = Decimal("0.01")
TOLERANCE = timedelta(seconds=60)
"""Moodle writes minutes, so a grade given in the minute of a release is no older than it."""
BASE = "Assay version"
"""The column that a filled worksheet gains: which mark each row was filled from."""
EXCUSED = "EX"
DATES = ("%A, %d %B %Y, %I:%M %p", "%d %B %Y, %I:%M %p", "%d/%m/%y, %H:%M", "%d/%m/%Y, %H:%M", "%Y-%m-%d %H:%M")


class NotAWorksheet(Refusal):
    """Why a file cannot be used, as a sentence that says what to do."""


class Kind(StrEnum):
    CANVAS = "canvas"
    MOODLE = "moodle"

    @property
    def words(self) -> str:
        return {"canvas": "Canvas gradebook", "moodle": "Moodle grading worksheet"}[self]


class Verdict(StrEnum):
    """What a row's grade is against the total that its student sees."""

    SAME = "same"
    EMPTY = "empty"
    CHANGED = "changed"
    NEWER_HERE = "newer here"
    NO_DATE = "no date"
    WAITS = "waits"
    LATE = "late"
    RANGE = "range"
    NO_NUMBER = "no number"
    UNCLEAR = "unclear"
    NO_MAXIMUM = "no maximum"
    NOT_RELEASED = "not released"
    SETTLED = "settled"
    UNKNOWN = "unknown"
    TWICE = "twice"


SAID = {
    Verdict.SAME: "Unchanged",
    Verdict.EMPTY: "No grade in the file",
    Verdict.CHANGED: "Changed",
    Verdict.NEWER_HERE: "Refused: modified here since",
    Verdict.NO_DATE: "Refused: nothing says when",
    Verdict.WAITS: "Refused: a change waits",
    Verdict.LATE: "Refused: lateness counts",
    Verdict.RANGE: "Refused: out of range",
    Verdict.NO_NUMBER: "Refused: not a number",
    Verdict.UNCLEAR: "Refused: thousand or decimal",
    Verdict.NO_MAXIMUM: "Refused: maximum unclear",
    Verdict.NOT_RELEASED: "Not released here",
    Verdict.SETTLED: "Absent or excused",
    Verdict.UNKNOWN: "Unknown",
    Verdict.TWICE: "Refused: not one student",
}
WHY = {
    Verdict.NEWER_HERE: "The mark here is newer than the grade in the file.",
    Verdict.NO_DATE: "The row does not say which mark it started from. Use the worksheet that Assay filled in.",
    Verdict.WAITS: "Another change of this mark waits to be released. Release it first.",
    Verdict.LATE: "Lateness is taken off this total. Change it on its own page, before lateness.",
    Verdict.NO_NUMBER: "Write it in plain figures, as in 62.5 or 62,5, then bring the file in again.",
    Verdict.UNCLEAR: "It may be thousands or a decimal. Write it as 1234 or as 1,23, then bring the file in again.",
    Verdict.NO_MAXIMUM: "What the grade is out of cannot be read for certain. Write it in plain figures, as in 1000.",
    Verdict.UNKNOWN: (
        "No student of this course has this row’s number, sign-in name or e-mail address, nor, of a Moodle worksheet "
        "whose row has none of these, its name."
    ),
    Verdict.TWICE: "Two rows, or two students, fit. Their grades are left alone.",
}


@dataclass(frozen=True, slots=True)
class Known:
    """A student as this course knows them, and the total they see: None where none is released.

    `version` names the outcome it is from; `is_late`: lateness is taken off it; `waits`: a newer one is not released.
    """

    key: str
    name: str
    username: str
    email: str
    external_id: str
    settled: str = ""
    total: Decimal | None = None
    out_of: Decimal = Decimal(100)
    version: str = ""
    shown_at: datetime | None = None
    is_late: bool = False
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A file as it was read. `columns` says where what stands, `first` which row is the first student's.

    `maximum` is the file's own, of Canvas's points row; a Moodle row has one of its own.
    """

    kind: Kind
    dialect: Dialect
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[str, int]
    first: int
    maximum: Decimal | None = None
    adds_column: bool = False

    def cell(self, row: Sequence[str], column: str) -> str:
        place = self.columns.get(column)
        return plain_cell(row[place]).strip() if place is not None and place < len(row) else ""

    def figure(self, row: Sequence[str], column: str) -> Decimal | None:
        return read_figure(self.cell(row, column), self.dialect)

    @property
    def says_which_is_newer(self) -> bool:
        """Whether its rows tell when a grade was given, or which mark it started from."""
        return self.kind == Kind.MOODLE

    @property
    def numbers(self) -> str:
        """Say how the file's numbers are read, for whoever compares it."""
        also = "1,234" if self.dialect.delimiter == "," else "1.234 or 1,234"
        return f"Grades are read as 62.5 or 62,5. One like {also} may be a thousand or a decimal, and is refused."

    @property
    def students(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Give the rows of students, each with its line's number in a spreadsheet."""
        for number, row in enumerate(self.rows[self.first :], self.first + 1):
            if any(cell.strip() for cell in row):
                yield number, row


@dataclass(frozen=True, slots=True)
class Compared:
    """One row of a file and the total here: `here` as the file would say it, `new` the file's as it would be here."""

    line: int
    said: str
    student: Known | None
    verdict: Verdict
    given: str = ""
    here: Decimal | None = None
    new: Decimal | None = None
    scaled: bool = False
    is_locked: bool = False

    @property
    def words(self) -> str:
        return SAID[self.verdict]

    @property
    def counted(self) -> str:
        """Say the verdict behind a number: "2 refused (a change waits)"."""
        verdict, _, of_what = self.words.partition(": ")
        return f"{verdict.lower()} ({of_what})" if of_what else verdict.lower()

    @property
    def why(self) -> str:
        if self.verdict == Verdict.RANGE and self.student:
            return f"A total lies between 0 and {self.student.out_of.normalize():f}."
        return WHY.get(self.verdict, "")

    @property
    def seen(self) -> str:
        """Say what a person looks at when they tick this row, so that a tick is not taken for something newer."""
        if self.student is None:
            return ""
        looked_at = f"{self.student.key}\0{self.student.version}\0{self.here}\0{self.new}"
        return hashlib.sha256(looked_at.encode()).hexdigest()[:16]

    @property
    def tick(self) -> str:
        """Name the row in a form: its line and what was seen in it."""
        return f"{self.line}:{self.seen}"

    @property
    def can_be_taken(self) -> bool:
        return self.verdict == Verdict.CHANGED

    @property
    def is_refused(self) -> bool:
        return self.words.startswith("Refused") or self.verdict == Verdict.UNKNOWN


# ---------------------------------------------------------------- reading
MOODLE = {
    "identifier": "identifier",
    "full name": "name",
    "email address": "email",
    "username": "username",
    "id number": "external_id",
    "grade": "grade",
    "maximum grade": "maximum",
    "grade can be changed": "open",
    "last modified (grade)": "modified",
    "feedback comments": "feedback",
    BASE.casefold(): "base",
}
CANVAS = {
    "student": "name",
    "lastname": "name",
    "id": "identifier",
    "sis user id": "external_id",
    "sis login id": "username",
    "section": "section",
}


def read_worksheet(text: str, title: str) -> Worksheet:
    """Read a file by what its heading says. `title` is that of the assignment here, as Canvas would have it.

    Raises NotAWorksheet with a sentence that names the line.
    """
    text = text.removeprefix(MARK)
    delimiter = _delimiter(text)
    rows = tuple(_rows(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)))
    if not rows:
        raise NotAWorksheet("There is nothing in this file. Export it again.")
    heading = [cell.strip().casefold() for cell in rows[0]]
    if "identifier" in heading and "grade" in heading:
        return _moodle(rows, heading, delimiter)
    if "section" in heading and heading[0] in ("student", "lastname"):
        return _canvas(rows, heading, delimiter, title)
    raise NotAWorksheet(
        "Line 1 is neither a Moodle grading worksheet’s (Identifier, Grade, Last modified (grade)) nor a Canvas "
        "gradebook’s (Student, ID, …, Section). Moodle writes its headings in your language: set it to English, then "
        "download the worksheet again."
    )


def _rows(reader: Any) -> Iterator[tuple[str, ...]]:
    """Read row by row, and say of the first that cannot be read which line it is on."""
    last = 0
    try:
        for number, row in enumerate(reader, 1):
            if number > ROWS_MOST or len(row) > COLUMNS_MOST:
                is_long = number > ROWS_MOST
                what = (
                    f"is more than the {ROWS_MOST:,} lines" if is_long else f"has more than the {COLUMNS_MOST} columns"
                )
                raise NotAWorksheet(f"Line {number:,} {what} that a file may have. Export one course alone.")
            last = reader.line_num
            yield tuple(row)
    except csv.Error:
        raise NotAWorksheet(
            f"What begins on line {last + 1:,} cannot be read: a quotation mark is not closed, or a cell is too long. "
            "Export the file again."
        ) from None


def _delimiter(text: str) -> str:
    """Find what parts the cells of the heading: most often a comma, a semicolon or a tab, outside quotes."""
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return max(",;\t", key=first.count)


def _dialect(delimiter: str, figures: Sequence[str]) -> Dialect:
    commas = any(re.fullmatch(r"\s*-?\d+,\d{1,2}\s*", cell) for cell in figures)
    return Dialect(delimiter, decimal_comma=commas and delimiter != ",")


def _places(heading: Sequence[str], names: Mapping[str, str], *, file: str) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(heading):
        if cell in names:
            if names[cell] in found and cell != "lastname":
                raise NotAWorksheet(f"Line 1 has “{cell}” twice. Export the {file} again, and leave its columns.")
            found.setdefault(names[cell], place)
    return found


def _moodle(rows: tuple[tuple[str, ...], ...], heading: Sequence[str], delimiter: str) -> Worksheet:
    columns = _places(heading, MOODLE, file="worksheet")
    if "modified" not in columns:
        raise NotAWorksheet(
            "Line 1 has no “Last modified (grade)”. Download the worksheet again, and leave its columns."
        )
    figures = [
        row[columns[name]] for row in rows[1:] for name in ("grade", "maximum") if columns.get(name, 1 << 20) < len(row)
    ]
    return Worksheet(Kind.MOODLE, _dialect(delimiter, figures), rows, columns, first=1)


def _canvas(rows: tuple[tuple[str, ...], ...], heading: Sequence[str], delimiter: str, title: str) -> Worksheet:
    columns = _places(heading, CANVAS, file="gradebook")
    wanted = title.strip().casefold()
    named = [
        n for n, cell in enumerate(heading) if n > columns["section"] and re.sub(r"\s*\(\d+\)$", "", cell) == wanted
    ]
    if len(named) > 1:
        raise NotAWorksheet(f"Line 1 has “{title}” {len(named)} times. Leave one of these columns, then bring it in.")
    first = next((n for n, row in enumerate(rows[1:5], 1) if row and row[0].strip().startswith("Points Possible")), 0)
    columns["grade"] = named[0] if named else len(heading)
    maximum = None
    if first and named and len(rows[first]) > named[0]:
        points = rows[first][named[0]].strip()
        maximum = read_figure(points, Dialect(delimiter))
        if points and maximum is None:
            raise NotAWorksheet(
                f"Line {first + 1} says “{points[:20]}” points possible for “{title}”, which cannot be read for "
                "certain. Write it in plain figures, as in 1000, then bring the file in."
            )
    start = first + 1
    while start < len(rows) and not any(cell.strip() for cell in rows[start][: columns["section"]]):
        start += 1
    figures = [row[columns["grade"]] for row in rows[first or start :] if columns["grade"] < len(row)]
    return Worksheet(
        Kind.CANVAS, _dialect(delimiter, figures), rows, columns, start, maximum or None, adds_column=not named
    )


# ---------------------------------------------------------------- whose row it is
def _by(known: Sequence[Known], of: Callable[[Known], str]) -> dict[str, list[Known]]:
    found: dict[str, list[Known]] = {}
    for one in known:
        if said := _plain(of(one)):
            found.setdefault(said, []).append(one)
    return found


def _plain(words: str) -> str:
    return " ".join(words.split()).casefold()


def _finder(sheet: Worksheet, known: Sequence[Known]) -> Callable[[Sequence[str]], list[Known]]:
    """Give what finds a row's student: by number, sign-in name or e-mail address; of Moodle last by the full name.

    Canvas matches by name as well, and has marked the wrong person by it; here it does not.
    """
    numbers, users, mails, names = (
        _by(known, of) for of in (lambda k: k.external_id, lambda k: k.username, lambda k: k.email, lambda k: k.name)
    )
    ways = [("external_id", numbers), ("username", users), ("username", mails), ("email", mails)]
    ways += [("identifier", numbers), ("name", names)] if sheet.kind == Kind.MOODLE else []

    def find(row: Sequence[str]) -> list[Known]:
        for column, people in ways:
            said = _plain(sheet.cell(row, column))
            if said and said in people:
                fit = people[said]
                return [one for one in fit if not _is_another(sheet, row, one)] if column == "name" else fit
        return []

    return find


def _is_another(sheet: Worksheet, row: Sequence[str], one: Known) -> bool:
    """Whether a row whose name fits somebody has an e-mail address or number that says it is somebody else."""
    told = ((sheet.cell(row, "email"), one.email), (sheet.cell(row, "external_id"), one.external_id))
    return any(_plain(said) and _plain(own) and _plain(said) != _plain(own) for said, own in told)


# ---------------------------------------------------------------- comparing
def compare(sheet: Worksheet, known: Sequence[Known], zone: ZoneInfo) -> list[Compared]:
    """Give a verdict on every student's row, in the file's order. `zone` is the one that the file's dates are in."""
    find = _finder(sheet, known)
    found = [(line, row, find(row)) for line, row in sheet.students]
    often = Counter(people[0].key for _, _, people in found if len(people) == 1)
    return [_compared(sheet, line, row, people, often, zone) for line, row, people in found]


def _compared(
    sheet: Worksheet, line: int, row: Sequence[str], people: Sequence[Known], often: Mapping[str, int], zone: ZoneInfo
) -> Compared:
    said = sheet.cell(row, "name") or sheet.cell(row, "identifier")
    given = sheet.cell(row, "grade")
    locked = sheet.cell(row, "open").casefold() == "no"
    if not people:
        return Compared(line, said, None, Verdict.UNKNOWN, given)
    if len(people) > 1 or often[people[0].key] > 1:
        return Compared(line, said, None, Verdict.TWICE, given)
    student = people[0]
    result = Compared(line, said, student, Verdict.SAME, given, is_locked=locked)
    if student.settled:
        return replace(result, verdict=Verdict.SETTLED)
    if student.total is None:
        return replace(result, verdict=Verdict.NOT_RELEASED)
    if sheet.cell(row, "maximum") and sheet.figure(row, "maximum") is None:
        return replace(result, verdict=Verdict.NO_MAXIMUM)
    maximum = maximum_of(sheet, row) or student.out_of
    here = scaled(student.total, student.out_of, maximum)
    result = replace(result, here=here, scaled=maximum != student.out_of)
    if given in ("", "-") or (sheet.kind == Kind.CANVAS and given.upper() in (EXCUSED, "N/A")):
        return replace(result, verdict=Verdict.EMPTY)
    figure = sheet.figure(row, "grade")
    if figure is None:
        unclear = is_unclear(given, sheet.dialect)
        return replace(result, verdict=Verdict.UNCLEAR if unclear else Verdict.NO_NUMBER)
    if figure.quantize(CENT, ROUND_HALF_UP) == here:
        return result
    return replace(
        result,
        verdict=_changed(sheet, row, student, figure, maximum, zone),
        new=scaled(figure, maximum, student.out_of),
    )


def _changed(
    sheet: Worksheet, row: Sequence[str], student: Known, figure: Decimal, maximum: Decimal, zone: ZoneInfo
) -> Verdict:
    """Say whether a grade that differs can become a change here, or why not."""
    if not 0 <= figure <= maximum:
        return Verdict.RANGE
    if student.is_late:
        return Verdict.LATE
    if student.waits:
        return Verdict.WAITS
    if sheet.kind == Kind.CANVAS:
        return Verdict.CHANGED
    if base := sheet.cell(row, "base"):
        return Verdict.CHANGED if base == student.version else Verdict.NEWER_HERE
    modified = moment_of(sheet.cell(row, "modified"), zone)
    if modified is None or student.shown_at is None:
        return Verdict.NO_DATE
    return Verdict.CHANGED if modified >= student.shown_at - TOLERANCE else Verdict.NEWER_HERE


def moment_of(said: str, zone: ZoneInfo) -> datetime | None:
    """Read a date as Moodle writes it in English; None for what is none."""
    for form in DATES:
        try:
            return datetime.strptime(said, form).replace(tzinfo=zone)
        except ValueError:
            continue
    return None


def maximum_of(sheet: Worksheet, row: Sequence[str]) -> Decimal | None:
    """Give what a row's grade is out of: its own maximum, or the file's; None where neither says."""
    own = sheet.figure(row, "maximum") if "maximum" in sheet.columns else sheet.maximum
    return own if own and own > 0 else None


def scaled(value: Decimal, out_of: Decimal, maximum: Decimal) -> Decimal:
    """Say a value out of one maximum as one out of another, rounded half up to two decimals."""
    exact = Fraction(value) * Fraction(maximum) / Fraction(out_of)
    return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(CENT, ROUND_HALF_UP)


# ---------------------------------------------------------------- filling in
def filled(
    sheet: Worksheet, rows: Sequence[Compared], feedback: Mapping[str, str], *, title: str, out_of: Decimal
) -> Iterator[list[str]]:
    """Give the file's cells again with the totals students see in them, and, of Moodle, `feedback` by student's key.

    Rows that fit nobody, are locked, not released, absent, or not one student's stay as they came.
    """
    by_line = {one.line: one for one in rows}
    width = max(len(sheet.rows[0]), *(place + 1 for place in sheet.columns.values()))
    base = sheet.columns.get("base", width) if sheet.kind == Kind.MOODLE else None
    for number, row in enumerate(sheet.rows, 1):
        cells = [given_cell(plain_cell(cell)) for cell in row]
        if number == 1:
            cells = _with(cells, sheet.columns["grade"], title) if sheet.adds_column else cells
            cells = cells if base is None else _with(cells, base, BASE)
        elif sheet.adds_column and number <= sheet.first and row and row[0].strip().startswith("Points Possible"):
            cells = _with(cells, sheet.columns["grade"], _figure(out_of, sheet))
        elif number in by_line:
            cells = _filled_row(sheet, cells, by_line[number], feedback, base)
        yield cells


def _filled_row(
    sheet: Worksheet, cells: list[str], one: Compared, feedback: Mapping[str, str], base: int | None
) -> list[str]:
    student = one.student
    if student is None or one.is_locked:
        return cells
    if student.settled:
        excused = sheet.kind == Kind.CANVAS and student.settled == "excused"
        return _with(cells, sheet.columns["grade"], EXCUSED) if excused else cells
    if one.here is None:
        return cells
    cells = _with(cells, sheet.columns["grade"], _figure(one.here, sheet))
    if "feedback" in sheet.columns and feedback.get(student.key):
        cells = _with(cells, sheet.columns["feedback"], safe_cell(feedback[student.key]))
    return cells if base is None else _with(cells, base, student.version)


def _figure(value: Decimal, sheet: Worksheet) -> str:
    return safe_cell(value, sheet.dialect)


def _with(cells: Sequence[str], place: int, value: str) -> list[str]:
    """Put a value in a row's cell, which may lie behind its end."""
    row = [*cells, *([""] * (place + 1 - len(cells)))]
    row[place] = value
    return row


def canvas_heading(title: str, out_of: Decimal) -> Iterator[list[Cell]]:
    """Give the two lines that a Canvas gradebook file begins with."""
    yield ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    yield ["    Points Possible", None, None, None, None, out_of]
