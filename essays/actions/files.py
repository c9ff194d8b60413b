"""What happens when a file is brought in: it is read where it can do no harm, shown, and put in as a save like any."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.text import sha256_of
from courses.models import User
from essays.actions.drafts import save_draft
from essays.models import Draft
from essays.permissions import may_save_draft
from essays.pure.drafts import Kept
from essays.pure.files import BroughtIn
from essays.queries.drafts import head_text

WALL_SECONDS = 12
WAIT_SECONDS = 3

_ROOT = Path(__file__).parents[2]
_turn = threading.BoundedSemaphore()
"""One file at a time in each process of the server, so that the others go on answering."""


class FileNotTaken(Refusal):
    """A file that is not an essay; the sentence says why and what to do instead."""


class FileTakesTooLong(Refusal):
    message = "This file takes too long to read. Leave out what is not text, or copy the text and paste it."


class AnotherFileIsRead(Refusal):
    message = "Somebody else’s file is being read just now. Choose yours again in a few seconds."


def read_upload(draft: Draft, *, name: str, data: bytes, by: User) -> BroughtIn:
    """Read a file in a process of its own, with limits on time and memory; nothing of it is kept.

    Raises FileNotTaken, FileTakesTooLong or AnotherFileIsRead.
    """
    require(may_save_draft(by, draft))
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise AnotherFileIsRead
    try:
        answer = _answer_of_reader(name, data)
    finally:
        _turn.release()
    if "problem" in answer:
        raise FileNotTaken(str(answer["problem"]))
    return BroughtIn(**answer)


def _answer_of_reader(name: str, data: bytes) -> dict[str, object]:
    """Run the reader. One that died or was stopped has met its limits."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "essays.pure.files"],
            cwd=_ROOT,
            env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"},
            input=json.dumps(name).encode() + b"\n" + data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # a traceback would quote the file
            timeout=WALL_SECONDS,
            start_new_session=True,
            check=True,
        )
        answer: dict[str, object] = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        raise FileTakesTooLong from None
    return answer


def put_in(draft: Draft, *, text: str, instead: bool, key: UUID, by: User) -> Kept:
    """Put the words of a file at the end of the draft, or in the place of all it holds, and save it.

    `draft` is one from `drafts_with_text`. What it held stays in History. Raises whatever `save_draft` raises.
    """
    require(may_save_draft(by, draft))
    held = head_text(draft)
    whole = text if instead or not held.strip() else f"{held.rstrip()}\n\n{text}"
    return save_draft(
        draft.public_id, base=draft.head, text=whole, sha256=sha256_of(whole), key=key, by=by, intent="user"
    )
