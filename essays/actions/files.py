"""What happens to files: what is brought in is read where it can do no harm and put in as a save; PDFs are made."""

import subprocess
from uuid import UUID

from courses.kernel import confined
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.text import sha256_of
from courses.models import User
from essays.actions.drafts import save_draft
from essays.actions.records import report_writing
from essays.models import Draft, WritingEventKind
from essays.permissions import may_save_draft
from essays.pure.drafts import Kept
from essays.pure.files import BroughtIn
from essays.pure.pdf import pdf_is_here
from essays.pure.records import Reported
from essays.queries.drafts import head_text

PDF_SECONDS = 30


class FileNotTaken(Refusal):
    """A file that is not an essay; the sentence says why and what to do instead."""


class FileTakesTooLong(Refusal):
    message = "This file takes too long to read. Leave out what is not text, or copy the text and paste it."


class AnotherFileIsRead(Refusal):
    message = "Somebody else’s file is being read just now. Try again in a few seconds."


class NoPdfHere(Refusal):
    message = "PDFs are not made on this server. Print the page instead: your browser can print into a PDF."


class PdfTakesTooLong(Refusal):
    message = "This text takes too long to lay out. Print the page instead: your browser can print into a PDF."


def read_upload(draft: Draft, *, name: str, data: bytes, by: User) -> BroughtIn:
    """Read a file in a process of its own, with limits on time and memory; nothing of it is kept.

    Raises FileNotTaken, FileTakesTooLong or AnotherFileIsRead.
    """
    require(may_save_draft(by, draft))
    try:
        answer, _ = confined.ask("essays.pure.files", {"name": name}, data)
    except confined.NoTurn:
        raise AnotherFileIsRead from None
    except confined.Stopped:
        raise FileTakesTooLong from None
    if "problem" in answer:
        raise FileNotTaken(str(answer["problem"]))
    return BroughtIn(answer["text"], answer["words"], answer["left_out"])


def make_pdf(html: str) -> bytes:
    """Lay a whole page out as a PDF, in a process of its own that reaches no network.

    Raises NoPdfHere, PdfTakesTooLong or AnotherFileIsRead.
    """
    if not pdf_is_here():
        raise NoPdfHere
    try:
        return confined.run("essays.pure.pdf", html.encode(), PDF_SECONDS)
    except confined.NoTurn:
        raise AnotherFileIsRead from None
    except (subprocess.SubprocessError, OSError):
        raise PdfTakesTooLong from None


def put_in(draft: Draft, *, text: str, instead: bool, key: UUID, by: User) -> Kept:
    """Put the words of a file at the end of the draft, or in the place of all it holds, and save it.

    `draft` is one from `drafts_with_text`. What it held stays in History; a writing record, where there is one,
    learns of it as it does from the desk. Raises whatever `save_draft` raises.
    """
    require(may_save_draft(by, draft))
    began = now()
    held = head_text(draft)
    whole = text if instead or not held.strip() else f"{held.rstrip()}\n\n{text}"
    kept = save_draft(
        draft.public_id, base=draft.head, text=whole, sha256=sha256_of(whole), key=key, by=by, intent="user"
    )
    if draft.assignment.writing_record:
        report_writing(draft.public_id, Reported(key, WritingEventKind.IMPORT, text, now() - began), by=by)
    return kept
