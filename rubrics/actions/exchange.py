"""Reading the rubrics of a file that somebody brings, where it can do no harm."""

from courses.kernel import confined
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.uploads import (
    AnotherUploadIsRead,
    Kind,
    Upload,
    UploadTakesTooLong,
    read_table,
    read_text,
    read_xml,
)
from courses.models import User
from rubrics.permissions import may_bring_rubrics
from rubrics.pure.exchange import Brought, NotARubric, read_canvas, read_ora, read_yaml
from rubrics.pure.pack_contents import PackProblems, Problem

MOST_BYTES = 1024 * 1024
MOST_RUBRICS = 20
MOST_SAID = 5


class RubricNotRead(Refusal):
    """A file that no rubric can be made of; the sentence says where and why."""


def read_rubrics(upload: Upload, *, by: User) -> list[Brought]:
    """Read the rubrics of a file: Assay's own, a CSV of Canvas, an OLX of Open edX. Nothing of it is kept.

    Raises RubricNotRead, or UploadRefused where the file itself is not taken.
    """
    require(may_bring_rubrics(by))
    if len(upload.data) > MOST_BYTES:
        raise RubricNotRead(f"{upload.name}: This file is larger than 1 MB. No rubric is; choose the right file.")
    try:
        found = _read(upload)
    except NotARubric as refused:
        raise RubricNotRead(f"{upload.name}{f', {refused.place}' if refused.place else ''}: {refused.reason}") from None
    except PackProblems as refused:
        said = " ".join(str(problem) for problem in refused.problems[:MOST_SAID])
        more = len(refused.problems) - MOST_SAID
        raise RubricNotRead(said + (f" And {more} more." if more > 0 else "")) from None
    if len(found) > MOST_RUBRICS:
        raise RubricNotRead(
            f"{upload.name}: There are {len(found)} rubrics in it. Bring at most {MOST_RUBRICS} at once."
        )
    return found


def _read(upload: Upload) -> list[Brought]:
    match upload.kind:
        case Kind.YAML:
            return [_read_own(upload.name, read_text(upload).text)]
        case Kind.XML:
            return read_ora(read_xml(upload))
        case _:
            table = read_table(upload)
            return read_canvas(table.rows, table.told)


def _read_own(name: str, text: str) -> Brought:
    """Read our own file, first in a process apart: a short file can say a long ladder for many criteria."""
    try:
        answer, _ = confined.ask("rubrics.pure.pack_reading", {"name": name, "is_rubric": True}, text.encode())
    except confined.NoTurn:
        raise AnotherUploadIsRead from None
    except confined.Stopped:
        raise UploadTakesTooLong(f"{name}: This file takes too much time or memory to read.") from None
    if answer["problems"]:
        raise PackProblems([Problem(*one) for one in answer["problems"]])
    return read_yaml(name, text)
