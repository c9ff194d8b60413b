"""What a file that somebody brings in says: plain text in whatever letters, or a Word document, as an essay's Markdown.

The server reads no file itself: it runs this module as a process that may use little time and memory, and stops it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from courses.kernel.confined import Answer, answer_once
from courses.kernel.text import count_words, normalise, problem_in, sanitise
from courses.kernel.uploads import MOST_BYTES
from essays.pure.blocks import blocks_of
from essays.pure.markdown import markdown_of
from essays.pure.word_files import BROKEN, NotReadable, read_word_file

TOO_LARGE = "This file is larger than 10 MB. Leave out its pictures, or copy the text and paste it."
EMPTY = "There are no words in this file."
NO_TEXT = "This is not a file with text in it. Choose a .docx, .txt or .md file."
LETTERS = "The letters of this file cannot be read. Save it as plain text in UTF-8 and choose it again."

_SIGNS = {
    b"\xd0\xcf\x11\xe0": "This is an older Word file, or one with a password. Save it as .docx, without a password.",
    b"%PDF": "A PDF cannot be brought in. Choose the document that it was made from, or copy its text and paste it.",
    b"{\\rtf": "This is a Rich Text file. Save it as .docx and choose that.",
}
_UNSEEN = {code: None for code in range(32) if chr(code) not in "\t\n\r\x0b\x0c"} | {0x0B: "\n", 0x0C: "\n"}


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """The words of a file as Markdown, and in one sentence what did not come along; nothing where all did."""

    text: str
    words: int
    left_out: str = ""


def read_file(name: str, data: bytes) -> BroughtIn:
    """Read a file by what it is; its name only must not say something else. Raises NotReadable."""
    if len(data) > MOST_BYTES:
        raise NotReadable(TOO_LARGE)
    for sign, sentence in _SIGNS.items():
        if data.startswith(sign):
            raise NotReadable(sentence)
    ending = name.lower().rpartition(".")[2]
    if data.startswith(b"PK"):
        if ending in ("txt", "md"):
            raise NotReadable(NO_TEXT)
        html, left_out = read_word_file(data)
        text = markdown_of(blocks_of(sanitise(html)))
    elif ending == "docx":
        raise NotReadable(BROKEN)
    else:
        text, left_out = read_letters(data)
    if not text.strip():
        raise NotReadable(EMPTY)
    if problem := problem_in(text):
        raise NotReadable(f"{problem} The file was not taken.")
    return BroughtIn(text, count_words(text), said_left_out(left_out))


def read_letters(data: bytes) -> tuple[str, Counter[str]]:
    """Read plain text: UTF-8, UTF-16 where its first bytes say so, else as Windows wrote Western Europe's letters."""
    try:
        if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
            text = data.decode("utf-16")
        elif b"\x00" in data:
            raise NotReadable(LETTERS)
        else:
            text = _eight_bits(data)
    except UnicodeDecodeError:
        raise NotReadable(LETTERS) from None
    plain = normalise(text).translate(_UNSEEN).strip("\n")
    return plain, +Counter({"sign that cannot be shown": len(text) - len(text.translate(_UNSEEN))})


def _eight_bits(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252")


def said_left_out(left_out: Mapping[str, int]) -> str:
    """Say what did not come along: "2 images and 1 comment were left out." """
    named = [f"{n:,} {_plural(name, n)}" for name, n in sorted(left_out.items()) if n]
    if not named:
        return ""
    return f"{_listed(named)} {'was' if sum(left_out.values()) == 1 else 'were'} left out."


def _plural(name: str, n: int) -> str:
    if n == 1:
        return name
    if " or " in name:
        return " or ".join(f"{word}s" for word in name.split(" or "))
    first, _, rest = name.partition(" that ")
    return f"{first}s that {rest}" if rest else f"{first}s"


def _listed(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last


# ----------------------------------------------------------------------------------------------- the process
def answer(said: dict[str, Any], data: bytes) -> Answer:
    """Give what the process says: what was brought in, or the problem."""
    try:
        return asdict(read_file(said["name"], data)), b""
    except NotReadable as problem:
        return {"problem": str(problem)}, b""
    except (MemoryError, RecursionError):
        return {"problem": BROKEN}, b""


if __name__ == "__main__":
    answer_once(answer)
