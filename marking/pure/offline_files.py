"""The workbook one marks in away from the desk: papers by code, rubric, and sheets for levels, comments, next steps.

No name is in it, not even in its properties. What comes back is read by `read_cells`, which says of every cell that
cannot be taken where it is and why.
"""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from courses.pure.sheets import keep_words, shown_words
from marking.pure.mutations import OVERALL, CriterionChoices
from marking.pure.offline import Place, What, plain, read_score, sign_of_not_attempted

READ_ME, PAPERS, RUBRIC, LISTS = "Read me", "Papers", "Rubric", "Lists"
FILE = "File"
WHOLE = "Whole essay"
APART = " · "
PIECE = 16_000
"""Characters of a paragraph in one row: a spreadsheet cuts off what its cells cannot hold."""
WRAPPED = Alignment(wrap_text=True, vertical="top")
SHUT = PatternFill("solid", fgColor="00E4E4E4")
BOLD = Font(bold=True)
GUIDANCE = (
    ("Papers", "The essays by code, a row a paragraph."),
    ("Scores", "A row a paper, a column a criterion. Choose a level’s key from the list, or x for not attempted. "
     "What stays blank stays unmarked."),
    ("Comments", "What you say about each criterion, and about the whole essay."),
    ("Next steps", "What the student should do next. Blank: the next level says it."),
    ("Rubric", "Every level with its points and descriptor."),
    ("Bring it back", "Open the queue, then “Away from the desk”, and choose this file. You see what is new, what is "
     "the same and what was changed in both places, before anything is written. Rows may be sorted or left out; "
     "columns and codes stay as they are."),
    ("Not in here", "Passages, own labels and flags stay at the desk. Finish papers there."),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OfflinePaper:
    """A paper for the file: code, paragraphs, a wording that applies to it, and what is said of it now.

    `criteria` are the keys in this marking's scope.
    """

    code: str
    paragraphs: tuple[str, ...]
    criteria: frozenset[str]
    said: Mapping[Place, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RubricRow:
    """A level as a row of the rubric's sheet."""

    criterion: str
    name: str
    strand: str
    level: str
    points: Any
    label: str
    descriptor: str


@dataclass(frozen=True, slots=True)
class OfflineContents:
    """All that a file holds. `names` are the criteria's short names by key, in marking order."""

    file: UUID
    title: str
    papers: tuple[OfflinePaper, ...]
    criteria: Mapping[str, CriterionChoices]
    names: Mapping[str, str]
    rubric: tuple[RubricRow, ...]


# ---------------------------------------------------------------- writing
def offline_workbook(contents: OfflineContents) -> bytes:
    """Write the workbook."""
    book = Workbook()
    book.properties.creator = "Assay"
    first = book.worksheets[0]
    first.title = READ_ME
    _write_guidance(first, contents)
    _write_papers(book.create_sheet(PAPERS), contents)
    for what in What:
        _write_cells(book.create_sheet(what.value), contents, what)
    _write_rubric(book.create_sheet(RUBRIC), contents)
    _write_lists(book.create_sheet(LISTS), contents)
    into = io.BytesIO()
    book.save(into)
    return into.getvalue()


def _put(sheet: Any, row: int, column: int, value: Any, *, bold: bool = False) -> Any:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        cell.value = shown_words(value)
        keep_words(cell)
    else:
        cell.value = value
    cell.alignment = WRAPPED
    if bold:
        cell.font = BOLD
    return cell


def _wide(sheet: Any, *widths: int) -> None:
    for place, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width


def _write_guidance(sheet: Any, contents: OfflineContents) -> None:
    _wide(sheet, 18, 90)
    rows = [(contents.title, f"{len(contents.papers)} papers to mark away from the desk"), *GUIDANCE]
    for number, (name, words) in enumerate(rows, 1):
        _put(sheet, number, 1, name, bold=True)
        _put(sheet, number, 2, words)
    _put(sheet, len(rows) + 2, 1, FILE, bold=True)
    _put(sheet, len(rows) + 2, 2, str(contents.file))


def _write_papers(sheet: Any, contents: OfflineContents) -> None:
    _wide(sheet, 11, 6, 110)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(("Paper", "¶", "Text"), 1):
        _put(sheet, 1, place, name, bold=True)
    number = 2
    for paper in contents.papers:
        parts: list[tuple[Any, str]] = [("", paper.note)] if paper.note else []
        parts += [
            (mark, text[start : start + PIECE])
            for mark, text in enumerate(paper.paragraphs, 1)
            for start in range(0, max(len(text), 1), PIECE)
        ]
        for mark, text in parts:
            _put(sheet, number, 1, paper.code)
            _put(sheet, number, 2, mark)
            _put(sheet, number, 3, text)
            number += 1


def _headings(contents: OfflineContents, what: What) -> list[tuple[str, str]]:
    """Give (key, heading) of a sheet's columns after the code's."""
    whole = [] if what == What.SCORE else [(OVERALL, WHOLE)]
    return whole + [(key, f"{key}{APART}{contents.names[key]}") for key in contents.criteria]


def _write_cells(sheet: Any, contents: OfflineContents, what: What) -> None:
    headings = _headings(contents, what)
    _wide(sheet, 11, *([14 if what == What.SCORE else 40] * len(headings)))
    sheet.freeze_panes = "B2"
    _put(sheet, 1, 1, "Paper", bold=True)
    for place, (_, heading) in enumerate(headings, 2):
        _put(sheet, 1, place, heading, bold=True)
    for number, paper in enumerate(contents.papers, 2):
        _put(sheet, number, 1, paper.code, bold=True)
        for place, (key, _) in enumerate(headings, 2):
            if key != OVERALL and key not in paper.criteria:
                sheet.cell(number, place).fill = SHUT
            elif said := paper.said.get((key, what), ""):
                _put(sheet, number, place, int(said) if what == What.SCORE and _is_whole(said) else said)
    if what == What.SCORE:
        _add_lists(sheet, contents)


def _is_whole(said: str) -> bool:
    """Whether a level's key can stand as a number and comes back as the same key."""
    return said.isascii() and said.isdecimal() and str(int(said)) == said


def _add_lists(sheet: Any, contents: OfflineContents) -> None:
    """Let every column of scores offer its own levels, from the sheet of lists."""
    last = len(contents.papers) + 1
    for place, criterion in enumerate(contents.criteria.values(), 2):
        letter = get_column_letter(place - 1)
        count = len(criterion.levels) + 1
        lists = DataValidation(
            type="list", formula1=f"{LISTS}!${letter}$1:${letter}${count}", allow_blank=True, showErrorMessage=True
        )
        lists.errorTitle, lists.error = "No such level", f"Choose a level of {criterion.key} from the list."
        lists.add(f"{get_column_letter(place)}2:{get_column_letter(place)}{last}")
        sheet.add_data_validation(lists)


def _write_lists(sheet: Any, contents: OfflineContents) -> None:
    sheet.sheet_state = "hidden"
    for place, criterion in enumerate(contents.criteria.values(), 1):
        for number, key in enumerate([one.key for one in criterion.levels], 1):
            _put(sheet, number, place, int(key) if _is_whole(key) else key)
        _put(sheet, len(criterion.levels) + 1, place, sign_of_not_attempted(criterion))


def _write_rubric(sheet: Any, contents: OfflineContents) -> None:
    _wide(sheet, 11, 34, 24, 8, 8, 24, 100)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(("Criterion", "Name", "Strand", "Level", "Points", "Label", "Descriptor"), 1):
        _put(sheet, 1, place, name, bold=True)
    for number, row in enumerate(contents.rubric, 2):
        cells = (row.criterion, row.name, row.strand, row.level, row.points, row.label, row.descriptor)
        for place, value in enumerate(cells, 1):
            _put(sheet, number, place, value)


# ---------------------------------------------------------------- reading
Cells = Mapping[int, str]
"""A row's cells as text, by column from 1."""


@dataclass(slots=True)
class OfflineCells:
    """What a file says: by code and place, with the cell it stands in; and what cannot be taken, (cell, why)."""

    given: dict[str, dict[Place, str]] = field(default_factory=dict)
    cells: dict[str, dict[Place, str]] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)


def file_number(rows: Sequence[tuple[int, Sequence[str]]]) -> UUID | None:
    """Find which file it is in the rows of the first sheet."""
    for _, cells in rows:
        if len(cells) > 1 and cells[0].strip() == FILE:
            try:
                return UUID(cells[1].strip())
            except ValueError:
                return None
    return None


def read_cells(
    sheets: Mapping[str, Sequence[tuple[int, Sequence[str]]]],
    criteria: Mapping[str, CriterionChoices],
    scopes: Mapping[str, frozenset[str]],
) -> OfflineCells:
    """Read the three sheets: rows by their numbers. `scopes` are the papers of the file and the criteria of each.

    A sheet, a row or a column that was taken out is not touched; what cannot be understood is refused by its cell.
    """
    found = OfflineCells()
    for what in What:
        rows = sheets.get(what.value, ())
        if rows:
            _read_sheet(found, what, rows, criteria, scopes)
    return found


def _read_sheet(
    found: OfflineCells,
    what: What,
    rows: Sequence[tuple[int, Sequence[str]]],
    criteria: Mapping[str, CriterionChoices],
    scopes: Mapping[str, frozenset[str]],
) -> None:
    columns = dict(_columns(found, what, rows[0][1], criteria))
    seen: set[str] = set()
    for number, cells in rows[1:]:
        code = (cells[0] if cells else "").strip().upper()
        at = f"{what.value}, A{number}"
        if not any(cell.strip() for cell in cells):
            continue
        if code not in scopes:
            found.refused.append((at, f"There is no paper “{code[:20]}” in this file." if code else "No code is here."))
        elif code in seen:
            found.refused.append((at, f"{code} stands here twice. Only its first row is read."))
        else:
            seen.add(code)
            _read_row(found, what, code, number, cells, columns, criteria, scopes[code])


def _columns(
    found: OfflineCells, what: What, heading: Sequence[str], criteria: Mapping[str, CriterionChoices]
) -> Iterator[tuple[int, str]]:
    """Give the key that each column is about."""
    seen: set[str] = set()
    for place, cell in enumerate(heading[1:], 1):
        said = cell.strip()
        key = OVERALL if said == WHOLE and what != What.SCORE else said.split(APART.strip())[0].strip()
        at = f"{what.value}, {get_column_letter(place + 1)}1"
        if not said:
            continue
        if key != OVERALL and key not in criteria:
            found.refused.append((at, f"The rubric has no criterion “{said[:40]}”. Its column is not read."))
        elif key in seen:
            found.refused.append((at, f"“{said[:40]}” stands here twice. Only its first column is read."))
        else:
            seen.add(key)
            yield place, key


def _read_row(
    found: OfflineCells,
    what: What,
    code: str,
    number: int,
    cells: Sequence[str],
    columns: Mapping[int, str],
    criteria: Mapping[str, CriterionChoices],
    scope: frozenset[str],
) -> None:
    for place, key in columns.items():
        said = plain(cells[place]) if place < len(cells) else ""
        at = f"{what.value}, {get_column_letter(place + 1)}{number}"
        if key != OVERALL and key not in scope:
            if said:
                found.refused.append((at, f"{key} is not part of your marking of {code}."))
            continue
        if what == What.SCORE:
            level = read_score(said, criteria[key])
            if level is None:
                offered = ", ".join([*(one.key for one in criteria[key].levels), sign_of_not_attempted(criteria[key])])
                found.refused.append((at, f"{key} has no level “{said[:20]}”. It has {offered}."))
                continue
            said = level
        elif len(said) > what.most:
            found.refused.append((at, f"It has {len(said):,} characters; at most {what.most:,} are kept. Shorten it."))
            continue
        found.given.setdefault(code, {})[key, what] = said
        found.cells.setdefault(code, {})[key, what] = at
