"""What the process apart does with an upload: reads it by its verb, or refuses it in one sentence that names the place.

It runs within the limits of `confined`, and knows no Django. Its name for a place is the person's: line 7, cell B12 of
sheet “Marks”, entry “rubric.yaml”.
"""

import csv
import io
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time
from typing import Any

from courses.kernel import archives, markup
from courses.kernel.archives import ArchiveRefused
from courses.kernel.confined import Answer, answer_once

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELL = 32_767
MOST_CELLS = 300_000
MOST_SHEETS = 50
LAST_ROW = 1_048_576
MOST_XML_ELEMENTS = 100_000
MOST_SHEET_ELEMENTS = 1_500_000
MOST_YAML = 1024 * 1024
DEEPEST_YAML = 12
DELIMITERS = ",;\t"

WINDOWS = (
    "The letters of this file were read as Windows-1252, because they are not UTF-8. Look at names with accents; "
    "where they are wrong, save the file as “CSV UTF-8” and choose it again."
)
_MAIN = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_UNSHOWN = {chr(code) for code in range(32)} - set("\t\n\r")


class Refused(Exception):
    """What is read is not taken: the place in it, "" for the whole, and the reason as a sentence."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(reason)
        self.place, self.reason = place, reason


def read(said: dict[str, Any], data: bytes) -> Answer:
    """Answer one request, or say in one sentence why not."""
    readers: dict[str, Callable[[str, bytes], Answer]] = {
        "table": _table,
        "workbook": _workbook,
        "archive": _archive,
        "xml": _xml,
        "yaml": _yaml,
        "text": _text,
    }
    name = said["name"]
    try:
        return readers[said["verb"]](said["kind"], data)
    except Refused as refused:
        return {"refused": _sentence(name, refused.place, refused.reason)}, b""
    except ArchiveRefused as refused:
        place = f"entry “{_shown(refused.entry)}”" if refused.entry else ""
        return {"refused": _sentence(name, place, refused.reason)}, b""
    except (MemoryError, RecursionError):
        return {"refused": _sentence(name, "", "This file takes too much memory to read. Bring less at once.")}, b""


def _sentence(name: str, place: str, reason: str) -> str:
    return f"{name}, {place}: {reason}" if place else f"{name}: {reason}"


def _shown(text: str) -> str:
    plain = "".join(letter if letter.isprintable() else "·" for letter in text)
    return plain if len(plain) <= 80 else f"{plain[:77]}…"


# --------------------------------------------------------------------------------------------------- letters
def letters_of(data: bytes) -> tuple[str, list[str]]:
    """Read text as it was written: UTF-8, UTF-16 where its first bytes say so, else Windows-1252, which is told.

    Raises Refused, with the line, for what is none of them and for characters that cannot be shown.
    """
    told: list[str] = []
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = data.decode("utf-16")
        else:
            text, told = _eight_bits(data)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = "The letters here are neither UTF-8 nor Windows’. Save the file as UTF-8 and choose it again."
        raise Refused(f"line {line}", reason) from None
    wrong = next((place for place, letter in enumerate(text) if letter in _UNSHOWN), None)
    if wrong is not None:
        line = _line_ends(text[:wrong]).count("\n") + 1
        named = "NUL character" if text[wrong] == "\0" else f"character that cannot be shown (U+{ord(text[wrong]):04X})"
        raise Refused(f"line {line}", f"There is a {named}. Take it out, or save the file as UTF-8 text.")
    return text, told


def _eight_bits(data: bytes) -> tuple[str, list[str]]:
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        return data.decode("cp1252"), [WINDOWS]


def _line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _text(_kind: str, data: bytes) -> Answer:
    text, told = letters_of(data)
    return {"text": _line_ends(text), "told": told}, b""


# --------------------------------------------------------------------------------------------------- tables
def _table(kind: str, data: bytes) -> Answer:
    if kind == "workbook":
        return _first_sheet(data)
    text, told = letters_of(data)
    text, delimiter = _delimited(text)
    before = csv.field_size_limit(MOST_CELL)
    try:
        return {"rows": list(_records(text, delimiter)), "told": told}, b""
    finally:
        csv.field_size_limit(before)


def _delimited(text: str) -> tuple[str, str]:
    """Tell how cells are set apart: as the file itself says (`sep=;`), else by what cuts its first rows most evenly."""
    first, _, _ = _line_ends(text[:100]).partition("\n")
    if first.lower().startswith("sep=") and first[4:] in DELIMITERS and len(first) == 5:
        return text[5:], first[4]
    head = text[:65_536]
    if len(head) < len(text):
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head
    return text, max(DELIMITERS, key=lambda one: (_evenness(head, one), -DELIMITERS.index(one)))


def _evenness(head: str, delimiter: str) -> tuple[bool, int, int]:
    """How many of the first rows have the commonest number of cells, where that is more than one, and that number.

    First of all, whether no quotation mark stands where this delimiter allows none: a cell may hold the others.
    """
    counts: Counter[int] = Counter()
    is_whole = True
    try:
        for record in csv.reader(io.StringIO(head, newline=""), delimiter=delimiter, strict=True):
            if any(record):
                counts[len(record)] += 1
            if counts.total() >= 50:
                break
    except csv.Error as error:
        is_whole = "unexpected end" in str(error)  # the head may end within a cell
    several = [(is_whole, rows, cells) for cells, rows in counts.items() if cells > 1]
    return max(several, default=(False, 0, 0))


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Give each row that has anything in it, with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    size = _Size()
    begins = 1
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Refused(f"line {begins}", _said_of_csv(str(error))) from None
        if any(cell.strip() for cell in record):
            size.count(f"line {begins}", len(record))
            yield begins, record
        begins = reader.line_num + 1


def _said_of_csv(error: str) -> str:
    if "field larger" in error:
        return f"A cell here has more than {MOST_CELL:,} characters, or its quotation marks are never closed."
    if "unexpected end" in error:
        return "A quotation mark is opened in this row and never closed. Close it, or take it out."
    return "A quotation mark stands here inside a cell. Write it twice, and put the whole cell in quotation marks."


class _Size:
    """Counts rows and cells, and refuses where they become too many."""

    def __init__(self) -> None:
        self.rows = self.cells = 0

    def count(self, place: str, columns: int) -> None:
        self.rows += 1
        self.cells += columns
        if columns > MOST_COLUMNS:
            raise Refused(place, f"This row has {columns:,} cells. A row may have {MOST_COLUMNS}.")
        if self.rows > MOST_ROWS:
            raise Refused(place, f"There are more than {MOST_ROWS:,} rows. Bring them in several files.")
        if self.cells > MOST_CELLS:
            raise Refused(place, f"There are more than {MOST_CELLS:,} cells. Bring them in several files.")


# --------------------------------------------------------------------------------------------------- workbooks
def _workbook(_kind: str, data: bytes) -> Answer:
    told: list[str] = []
    with _opened_workbook(data) as book:
        size = _Size()
        sheets = [(sheet.title, list(_rows_of(sheet, size, told))) for sheet in book.sheets]
    return {"sheets": sheets, "told": told}, b""


def _first_sheet(data: bytes) -> Answer:
    told: list[str] = []
    with _opened_workbook(data) as book:
        first, *others = book.sheets
        rows = [(number, [_as_text(cell) for cell in cells]) for number, cells in _rows_of(first, _Size(), told)]
        if others:
            told.append(
                f"Only the first sheet, “{_shown(first.title)}”, was read. The workbook has {len(others)} more."
            )
    return {"rows": rows, "told": told}, b""


class _opened_workbook:  # noqa: N801  # it is used as a word, like open()
    """A workbook whose parts were looked through, opened by the library; whatever it trips over is a refusal."""

    def __init__(self, data: bytes) -> None:
        _look_through_workbook(data)
        self.data = data
        self.sheets: list[Any] = []

    def __enter__(self) -> "_opened_workbook":
        import openpyxl  # takes a while to load, and only workbooks need it

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                book = openpyxl.load_workbook(io.BytesIO(self.data), read_only=True, keep_links=False)
            except (MemoryError, RecursionError):
                raise
            except Exception as error:
                raise Refused("", _BROKEN_WORKBOOK) from error
        self.sheets = list(book.worksheets)
        if not self.sheets:
            raise Refused("", "There is no sheet with cells in this workbook.")
        if len(self.sheets) > MOST_SHEETS:
            raise Refused("", f"There are {len(self.sheets)} sheets in this workbook. It may have {MOST_SHEETS}.")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        ours = (Refused, ArchiveRefused, MemoryError, RecursionError)
        if isinstance(error, Exception) and not isinstance(error, ours):
            raise Refused("", _BROKEN_WORKBOOK) from error


_BROKEN_WORKBOOK = (
    "This workbook is damaged, or not put together as Excel does it. Save it once more and choose it again."
)


def _look_through_workbook(data: bytes) -> None:
    """Refuse by its parts: no macros, no document types, nothing without end."""
    left = MOST_SHEET_ELEMENTS
    with archives.opened(data, never_opened=lambda name: name.lower().startswith("xl/embeddings/")) as packed:
        names = packed.namelist()
        if "[Content_Types].xml" not in names:
            raise Refused("", "This is not an Excel workbook, whatever its name says. Choose an .xlsx file.")
        types = archives.unpack(packed, "[Content_Types].xml")
        if _MACROS in types or any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused("", "This workbook has macros. Save it as .xlsx, without macros, and choose that.")
        if _MAIN not in types:
            raise Refused("", "This is not an Excel workbook, whatever its name says. Choose an .xlsx file.")
        for name in names:
            if name.endswith((".xml", ".rels")):
                left -= _look_through_part(name, archives.unpack(packed, name), left)


def _look_through_part(name: str, data: bytes, most: int) -> int:
    rows, cells = (f"{_MAIN_NAMES} row", f"{_MAIN_NAMES} c")
    try:
        seen = markup.look_through(data, counting=frozenset((rows, cells)), most=most)
    except markup.MarkupRefused as refused:
        raise Refused(f"part “{_shown(name)}”, line {refused.line}", refused.reason) from None
    return seen.counted.total()


_MAIN_NAMES = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _rows_of(sheet: Any, size: _Size, told: list[str]) -> Iterator[tuple[int, list[Any]]]:
    """Give the rows of a sheet that hold anything, by the numbers that the sheet gives them."""
    sheet.reset_dimensions()
    title, formulas = _shown(sheet.title), []
    for number, row in enumerate(sheet.iter_rows(), start=1):
        if number > LAST_ROW:
            raise Refused(f"sheet “{title}”", f"There is a row after row {LAST_ROW:,}, where sheets end.")
        last = max((place for place, cell in enumerate(row) if cell.value not in (None, "")), default=-1)
        if last < 0:
            continue
        size.count(f"sheet “{title}”, row {number}", last + 1)
        cells = []
        for cell in row[: last + 1]:
            place = f"sheet “{title}”, cell {getattr(cell, 'coordinate', '')}"
            if cell.data_type == "f":
                formulas.append(cell.coordinate)
            cells.append(_told_value(cell, place))
        yield number, cells
    if formulas:
        named, more = ", ".join(formulas[:5]), len(formulas) - 5
        and_more = f" and {more} more" if more > 0 else ""
        what = "a formula" if len(formulas) == 1 else "formulas"
        told.append(f"Sheet “{title}” has {what} in {named}{and_more}. Nothing was worked out: the text was taken.")


def _told_value(cell: Any, place: str) -> Any:
    """Give what a cell holds as JSON: a text, true or false, None; a number or a moment by its letter."""
    value = cell.value
    match value:
        case None | bool():
            return value
        case int() | float():
            return _told_number(value, place)
        case datetime():
            return {"t": value.isoformat()}
        case date():
            return {"d": value.isoformat()}
        case time():
            return {"h": value.isoformat()}
        case str():
            text = value
        case _:
            text = str(getattr(value, "text", "") or value)
    if len(text) > MOST_CELL:
        raise Refused(place, f"This cell has {len(text):,} characters. A cell may have {MOST_CELL:,}.")
    if wrong := next((letter for letter in text if letter in _UNSHOWN), ""):
        raise Refused(place, f"There is a character that cannot be shown (U+{ord(wrong):04X}). Take it out.")
    return text


def _told_number(value: float, place: str) -> Any:
    text = repr(value)
    if len(text) > 40 or text.strip("-") in ("inf", "nan"):
        raise Refused(place, "This number is too large, or none. Write one that can be read.")
    return {"n": text}


def _as_text(told: Any) -> str:
    """Give a cell as a text, as a table has it: 61.5, 12 and not 12.0, true, 2026-11-28 09:30."""
    if isinstance(told, dict):
        ((letter, text),) = told.items()
        if letter == "n":
            return str(text).removesuffix(".0")
        return str(text).replace("T", " ").removesuffix(":00") if letter == "t" else str(text)
    if isinstance(told, bool):
        return "true" if told else "false"
    return "" if told is None else str(told)


# --------------------------------------------------------------------------------------------------- the rest
def _archive(_kind: str, data: bytes) -> Answer:
    files = archives.unpack_all(data)
    return {"files": [(name, len(content)) for name, content in files.items()]}, b"".join(files.values())


def _xml(_kind: str, data: bytes) -> Answer:
    try:
        markup.look_through(data, most=MOST_XML_ELEMENTS)
    except markup.MarkupRefused as refused:
        raise Refused(f"line {refused.line}", refused.reason) from None
    return {}, b""


def _yaml(_kind: str, data: bytes) -> Answer:
    text, _ = letters_of(data)
    return {"value": plain_yaml(text)}, b""


def plain_yaml(text: str) -> Any:
    """Read YAML as plain values. Raises Refused, with the line."""
    import yaml  # only YAML needs it

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if len(text) > MOST_YAML:
        raise Refused("", "There is more than 1 MB of YAML. Bring less at once.")
    try:
        depth = 0
        for event in yaml.parse(text, Loader=loader):
            line = f"line {event.start_mark.line + 1 if event.start_mark else 1}"
            if isinstance(event, yaml.AliasEvent):
                raise Refused(line, "References (*name) are not read. Write the words themselves.")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST_YAML:
                raise Refused(line, f"This is nested more than {DEEPEST_YAML} deep.")
        node = yaml.compose(text, Loader=loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        at = mark.line if mark is not None else text.count("\n", 0, getattr(error, "position", 0))
        reason = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error).rstrip(".")
        raise Refused(f"line {at + 1}", f"This is not YAML that can be read: {reason}.") from None
    return None if node is None else _plain(node, yaml)


def _plain(node: Any, yaml: Any) -> Any:
    line = f"line {node.start_mark.line + 1}"
    kind = node.tag.removeprefix("tag:yaml.org,2002:")
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_plain(one, yaml) for one in node.value]
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return _mapping(((name, _plain(value, yaml)) for name, value in node.value), yaml)
    try:
        match kind:
            case "str" | "timestamp" | "value" | "merge":
                return node.value
            case "null":
                return None
            case "bool":
                return node.value.lower() in ("yes", "true", "on", "y")
            case "int":
                return int(node.value.replace("_", ""), 0 if node.value[:2].lower() in ("0x", "0o", "0b") else 10)
            case "float":
                return float(node.value.replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
    except ValueError:
        raise Refused(line, f"“{_shown(node.value)}” is not a number that can be read.") from None
    raise Refused(line, "Special values (!name) are not read. Write the words themselves.")


def _mapping(pairs: Iterable[tuple[Any, Any]], yaml: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        line = f"line {name.start_mark.line + 1}"
        if not isinstance(name, yaml.ScalarNode):
            raise Refused(line, "A field’s name is one word.")
        if name.value in found:
            raise Refused(line, f"The field “{_shown(name.value)}” stands here twice. Keep one.")
        found[name.value] = value
    return found


if __name__ == "__main__":
    answer_once(read)
