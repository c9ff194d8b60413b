"""In which formats a rubric can be taken out and brought in, what each is for, and what it cannot carry."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree

from courses.kernel.uploads import Kind, Row
from rubrics.pure.exchange_bare import Brought, NotARubric
from rubrics.pure.exchange_canvas import read_canvas, write_canvas
from rubrics.pure.exchange_case import read_case, write_case
from rubrics.pure.exchange_losses import Loss, losses_between
from rubrics.pure.exchange_ora import read_ora, write_ora
from rubrics.pure.exchange_yaml import read_yaml, write_yaml
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import PackProblems

__all__ = ["Brought", "Format", "NotARubric", "Written", "read_canvas", "read_ora", "read_yaml", "write"]


class Format(StrEnum):
    """A format, by the word that stands for it in addresses."""

    OWN = "assay"
    CANVAS = "canvas"
    ORA = "open-edx"
    CASE = "case"

    @property
    def words(self) -> str:
        """Name it on a page."""
        return _FACTS[self][0]

    @property
    def ending(self) -> str:
        return _FACTS[self][1]

    @property
    def content_type(self) -> str:
        return _FACTS[self][2]

    @property
    def purpose(self) -> str:
        """Say what one takes it for."""
        return _FACTS[self][3]


_FACTS = {
    Format.OWN: (
        "rubric file",
        "yaml",
        "application/yaml",
        "For another Assay, or to keep in git: everything the rubric says, in a text that people can read.",
    ),
    Format.CANVAS: (
        "Canvas CSV",
        "csv",
        "text/csv; charset=utf-8",
        "For Canvas: Rubrics, then Import rubric. It opens in any spreadsheet as well.",
    ),
    Format.ORA: (
        "Open edX OLX",
        "xml",
        "application/xml",
        "For Open edX: an open response assessment that staff mark, to import with a unit.",
    ),
    Format.CASE: (
        "CASE 1.1 JSON",
        "json",
        "application/json",
        "For registries of standards and competencies that follow 1EdTech CASE.",
    ),
}

KINDS = (Kind.YAML, Kind.TABLE, Kind.XML)
"""What can be brought in: our own file, a CSV of Canvas, an OLX of Open edX."""


@dataclass(frozen=True)
class Written:
    """A rubric in a format: the file, all it does not carry, and what else a person should know."""

    format: Format
    content: bytes
    losses: tuple[Loss, ...]
    told: tuple[str, ...]


def write(to: Format, title: str, measure: Measure, *, identity: str, changed_at: str, asked: str = "") -> Written:
    """Write a rubric that has no gaps. Its losses are what is different once the file is read again.

    Raises NotARubric where the file would not be read again.
    """
    told: tuple[str, ...] = ()
    match to:
        case Format.OWN:
            content = write_yaml(title, measure).encode()
            back = _own_again(content.decode())
        case Format.CANVAS:
            text, told = write_canvas(title, measure)
            content = text.encode()
            (back,) = read_canvas([*_rows(text)])
        case Format.ORA:
            content, told = write_ora(title, measure, asked=asked)
            (back,) = read_ora(ElementTree.fromstring(content))  # noqa: S314  # written a line above
        case Format.CASE:
            text, told = write_case(title, measure, identity=identity, changed_at=changed_at)
            content = text.encode()
            back = read_case(text)
    return Written(to, content, losses_between(measure, back.measure, titles=(title, back.title)), told)


def _own_again(text: str) -> Brought:
    try:
        return read_yaml("rubric.yaml", text)
    except PackProblems as refused:
        raise NotARubric("", str(refused.problems[0])) from refused


def _rows(text: str) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(text, newline=""))
    for number, cells in enumerate(reader, start=1):
        yield Row(number, tuple(cells))
