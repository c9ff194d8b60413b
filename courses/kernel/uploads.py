"""Which files are taken in, and what is in them: tables, workbooks, archives, XML, YAML, each read in a process apart.

A file is taken when its name and its first bytes agree, and it stays within the limits. Whatever is wrong is one
sentence that names the file, the place in it and the reason (`UploadRefused`). Nothing of an upload is ever run or
fetched, and its formulas are not worked out.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Any
from xml.etree import ElementTree

from courses.kernel import confined
from courses.kernel.errors import Refusal

MOST_BYTES = 10 * 1024 * 1024
"""No file that is taken in anywhere is larger."""

Value = str | Decimal | bool | datetime | date | time | None


class UploadRefused(Refusal):
    """A file that is not taken; the sentence names it, the place in it, and what to do instead."""


class UploadTakesTooLong(UploadRefused):
    """A file that met the limits on time and memory."""


class AnotherUploadIsRead(UploadRefused):
    message = "Somebody else’s file is being read just now. Try again in a few seconds."


class Kind(StrEnum):
    """What a file can be here."""

    TABLE = "table"
    WORKBOOK = "workbook"
    WORD = "word"
    ARCHIVE = "archive"
    XML = "xml"
    YAML = "yaml"
    TEXT = "text"


ENDINGS: dict[str, Kind] = {
    "csv": Kind.TABLE,
    "tsv": Kind.TABLE,
    "xlsx": Kind.WORKBOOK,
    "docx": Kind.WORD,
    "zip": Kind.ARCHIVE,
    "xml": Kind.XML,
    "olx": Kind.XML,
    "yaml": Kind.YAML,
    "yml": Kind.YAML,
    "txt": Kind.TEXT,
    "md": Kind.TEXT,
}
_OTHER_ENDINGS = {
    "xls": "This is an older Excel file. Save it as .xlsx or .csv and choose that.",
    "xlsm": "This is a workbook with macros. Save it as .xlsx, without macros, and choose that.",
    "ods": "This is an OpenDocument spreadsheet. Save it as .xlsx or .csv and choose that.",
    "numbers": "This is a Numbers file. Export it as .xlsx or .csv and choose that.",
    "doc": "This is an older Word file. Save it as .docx and choose that.",
    "odt": "This is an OpenDocument file. Save it as .docx and choose that.",
}
_SIGNS: dict[bytes, str] = {
    b"PK\x03\x04": "a ZIP file",
    b"PK\x05\x06": "an empty ZIP file",
    b"\xd0\xcf\x11\xe0": "an older Office file, or one with a password",
    b"%PDF": "a PDF",
    b"{\\rtf": "a Rich Text file",
    b"\x1f\x8b": "a gzip file",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x7fELF": "a program",
}
_ZIPPED = {Kind.WORKBOOK, Kind.WORD, Kind.ARCHIVE}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent: the last part of its name, and its bytes."""

    name: str
    data: bytes

    @property
    def kind(self) -> Kind | None:
        """What the name says it is; None where that is nothing taken here."""
        return ENDINGS.get(_ending(self.name))


@dataclass(frozen=True, slots=True)
class Row:
    """One row that has anything in it: its number as the file counts (the line where it begins), and its cells.

    In a table every cell is a text. In a workbook it is what the cell holds: a text, an exact number, true or false, a
    moment, or None; empty cells after the last are left out.
    """

    number: int
    cells: tuple[Value, ...]

    def text(self, place: int) -> str:
        """Give a cell as text without blanks around it, counted from 0; "" where there is none."""
        return text_of(self.cells[place]).strip() if place < len(self.cells) else ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of texts, and in sentences what a person should know about how they were read."""

    name: str
    rows: tuple[Row, ...]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets by name, in order, and in sentences what a person should know about how they were read."""

    name: str
    sheets: Mapping[str, tuple[Row, ...]]
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Plain text with LF line ends, and in sentences what a person should know about how it was read."""

    name: str
    text: str
    told: tuple[str, ...] = ()


def upload_of(name: str, data: bytes, *kinds: Kind) -> Upload:
    """Take a file that is one of `kinds` by its name and by its first bytes. Raises UploadRefused."""
    upload = Upload(plain_name(name), data)
    if len(data) > MOST_BYTES:
        raise UploadRefused(too_large(upload.name))
    if upload.kind not in kinds:
        other = _OTHER_ENDINGS.get(_ending(upload.name))
        raise UploadRefused(f"{upload.name}: {other or f'This kind of file is not taken here. {choose(*kinds)}'}")
    if not data.strip():
        raise UploadRefused(f"{upload.name}: This file is empty. Choose another.")
    sign = next((said for start, said in _SIGNS.items() if data.startswith(start)), "")
    if sign != ("a ZIP file" if upload.kind in _ZIPPED else ""):
        seems = f"it is {sign}" if sign else "it is something else, or damaged"
        raise UploadRefused(f"{upload.name}: Its name says .{_ending(upload.name)}, but {seems}. {choose(*kinds)}")
    return upload


def too_large(name: str) -> str:
    """Say that a file is larger than any that is taken."""
    return f"{name}: This file is larger than {MOST_BYTES // (1024 * 1024)} MB. Choose a smaller one."


def choose(*kinds: Kind) -> str:
    """Say which files can be chosen: "Choose a .csv, .tsv or .xlsx file." """
    *most, last = [f".{ending}" for ending in endings(*kinds)]
    return f"Choose a {', '.join(most)} or {last} file." if most else f"Choose a {last} file."


def endings(*kinds: Kind) -> list[str]:
    """Give the endings that files of these kinds have."""
    return [ending for ending, kind in ENDINGS.items() if kind in kinds]


def plain_name(name: str) -> str:
    """Give the last part of a name, at most 100 characters that can be shown; for sentences, never for paths."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(letter for letter in last if letter.isprintable()).strip()
    if len(shown) > 100:
        head, dot, ending = shown.rpartition(".")
        shown = f"{head[:85]}…{dot}{ending[:10]}"
    return shown or "file"


# ------------------------------------------------------------------------------------------------- reading
def read_table(upload: Upload, *, cpu_seconds: int = confined.CPU_SECONDS) -> Table:
    """Read a CSV file, or the first sheet of a workbook, as rows of texts. Raises UploadRefused.

    Commas, semicolons and tabs are told apart; so are UTF-8, UTF-16 and Windows-1252. Rows with nothing in them are
    left out. At most 20,000 rows of 200 cells of 32,767 characters.
    """
    told, _ = _ask(upload, "table", cpu_seconds)
    rows = tuple(Row(number, tuple(cells)) for number, cells in told["rows"])
    return Table(upload.name, rows, tuple(told["told"]))


def read_workbook(upload: Upload, *, cpu_seconds: int = confined.CPU_SECONDS) -> Workbook:
    """Read every sheet of an XLSX workbook. Raises UploadRefused.

    Formulas are not worked out: a cell with one has its text, which is told. The same limits hold as for a table.
    """
    told, _ = _ask(upload, "workbook", cpu_seconds)
    sheets = {
        name: tuple(Row(number, tuple(_value(cell) for cell in cells)) for number, cells in rows)
        for name, rows in told["sheets"]
    }
    return Workbook(upload.name, sheets, tuple(told["told"]))


def read_archive(upload: Upload, *, cpu_seconds: int = confined.CPU_SECONDS) -> dict[str, bytes]:
    """Give the files of a ZIP by their paths in it: at most 500, at most 50 MB. Raises UploadRefused."""
    told, body = _ask(upload, "archive", cpu_seconds)
    return dict(_pieces(told["files"], body))


def read_xml(upload: Upload, *, cpu_seconds: int = confined.CPU_SECONDS) -> ElementTree.Element:
    """Read XML that has no document type, at most 100,000 elements and 120 deep. Raises UploadRefused."""
    _ask(upload, "xml", cpu_seconds)
    return ElementTree.fromstring(upload.data)  # noqa: S314  # looked through in the process: no types, no entities


def read_yaml(upload: Upload, *, cpu_seconds: int = confined.CPU_SECONDS) -> Any:
    """Read YAML as texts, numbers, true or false, None, lists and mappings by text. Raises UploadRefused.

    References, tags and repeated names are refused; so is more than 1 MB, or 12 deep. Dates stay texts.
    """
    return _ask(upload, "yaml", cpu_seconds)[0]["value"]


def read_text(upload: Upload, *, cpu_seconds: int = confined.CPU_SECONDS) -> Text:
    """Read plain text in whatever letters it was written. Raises UploadRefused."""
    told, _ = _ask(upload, "text", cpu_seconds)
    return Text(upload.name, told["text"], tuple(told["told"]))


def text_of(value: Value) -> str:
    """Give what a cell holds as a person would write it: 61.5, true, 2026-11-28 09:30, and "" for nothing."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case datetime():
            return value.isoformat(" ", "minutes" if not value.second else "seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return value


def _ask(upload: Upload, verb: str, cpu_seconds: int) -> confined.Answer:
    said = {"verb": verb, "name": upload.name, "kind": upload.kind}
    try:
        told, body = confined.ask("courses.kernel.upload_readers", said, upload.data, cpu_seconds=cpu_seconds)
    except confined.NoTurn:
        raise AnotherUploadIsRead from None
    except confined.Stopped:
        reason = "This file takes too much time or memory to read. Bring less at once."
        raise UploadTakesTooLong(f"{upload.name}: {reason}") from None
    if "refused" in told:
        raise UploadRefused(told["refused"])
    return told, body


def _pieces(files: list[tuple[str, int]], body: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    for name, size in files:
        yield name, body[at : at + size]
        at += size


def _value(told: Any) -> Value:
    """Give a cell as the process told it: texts and booleans as they are, the rest by a letter."""
    if not isinstance(told, dict):
        return told  # type: ignore[no-any-return]  # a text, true, false or None
    ((letter, text),) = told.items()
    kinds = {"n": Decimal, "t": datetime.fromisoformat, "d": date.fromisoformat, "h": time.fromisoformat}
    return kinds[letter](text)  # type: ignore[no-any-return,operator]  # each takes its text


def _ending(name: str) -> str:
    return name.lower().rpartition(".")[2] if "." in name else ""
