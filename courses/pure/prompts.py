"""What a prompt version says, as plain values with a hash."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from itertools import count
from unicodedata import normalize

NOTE_KINDS = {"omission": "Left out", "error": "Mistake", "compression": "Run together", "context": "Context"}
"""What an editor's note sets right, as readers see it."""


LONGEST_NAME = 50
"""Characters of a short name, as the table takes."""


def short_name(title: str) -> str:
    """Make a prompt's short name, for its address, of its title: “Collective defence” is collective-defence."""
    plain = normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return (words[:LONGEST_NAME].rsplit("-", 1)[0] if len(words) > LONGEST_NAME else words) or "prompt"


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Give `wanted`, or that with the first number from 2 that nobody has."""
    if wanted not in taken:
        return wanted
    for number in count(2):
        name = f"{wanted[: LONGEST_NAME - 8]}-{number}"
        if name not in taken:
            return name
    raise AssertionError("numbers do not end")


def numbered_paragraphs(text: str) -> list[tuple[int, str]]:
    """Number a source's paragraphs from 1: every line that is not blank."""
    return list(enumerate((line for line in text.split("\n") if line.strip()), start=1))


def facts_print(title: str, subject: str) -> str:
    """Give the hash of a prompt's title and subject, to tell whether somebody changed either."""
    return sha256(json.dumps([title, subject], ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class NoteContent:
    """An editor's note: the paragraph it stands beside, counted from 1, its kind, its text, and its spot if any."""

    paragraph: int
    kind: str
    text: str
    quote: str = ""


@dataclass(frozen=True)
class SourceContent:
    """A source as given; `text` is kept to the letter."""

    letter: str
    title: str
    text: str
    speaker: str = ""
    dated: str = ""
    leaves_out: str = ""
    notes: Sequence[NoteContent] = ()


@dataclass(frozen=True)
class PromptContent:
    """Everything a prompt version says."""

    sentence: str
    stimulus: str = ""
    guidance: str = ""
    glossary: str = ""
    command_word: str = ""
    sources: Sequence[SourceContent] = field(default=())

    @property
    def sha256(self) -> str:
        """A hash of every word, notes included, to tell whether two versions say the same."""
        return sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()
