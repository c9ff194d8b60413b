"""What may be missing from a text that was copied: a list that was announced, a name too few, an end."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

from courses.pure.paragraphs import is_item, words_in
from courses.pure.prompts import numbered_paragraphs

_NUMBERS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_MOST = 40
SHORT_WORDS, LISTED_WORDS = 14, 20
"""Words of a line that reads as an item without a mark; of one that goes on with a list."""

LONGEST_SENTENCE = 1_000
"""So many characters of a sentence’s end are looked at: the time it takes grows with the square of them."""

_NUMBER = r"(?P<number>(?i:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)|[2-9]|1[0-2])"
_NAME = r"(?:the )?[A-Z][\w’'-]*(?:[ ](?:(?:of|de|la|the|van|von|del)[ ])?[A-Z][\w’'-]*){0,6}"
_NAMES = rf"(?P<names>{_NAME}(?:,[ ]{_NAME}){{0,40}},?[ ](?:and|or|&)[ ]{_NAME})"
_IN_NAMES = re.compile(
    rf"\b{_NUMBER}[ ](?P<noun>(?:[a-z][\w-]*[ ]){{0,4}}[a-z][\w-]*(?:s|men|ren|ia|ae|i))"
    r"(?:[ ](?:were|are)[ ][a-z]+[dnt])?[ ]?"
    rf"(?:,[ ]|:[ ]|[ ]?[–—(][ ]?|,?[ ]?(?:in|of|from|are|were|namely)[ ]){_NAMES}"
)
_AFTER_COLON = re.compile(
    rf"\b{_NUMBER}[ ](?P<noun>(?:[a-z][\w-]*[ ]){{0,4}}[a-z][\w-]*s)(?P<more>[^.:;!?\n]{{0,60}}):[ ]"
    r"(?P<names>[^.:;!?\n]+)(?=[.;!?\n]|$)",
    re.IGNORECASE,
)
_ANNOUNCED = re.compile(
    rf"\b(?:{_NUMBER}[ ](?:[a-z][\w-]*[ ]){{0,5}}[a-z][\w-]*s\b[^.!?\n]*|"
    r"[^.!?\n]*\b(?:includ(?:e|es|ed|ing)|as follows|"
    r"(?:the )?following|namely|are these|are listed(?: below)?|listed below|were these)\b[^.!?\n]*):$",
    re.IGNORECASE,
)
_COUNTED = re.compile(rf"\b{_NUMBER}[ ](?:[a-z][\w-]*[ ]){{0,5}}[a-z][\w-]*s?\b", re.IGNORECASE)
_READ_ON = re.compile(
    r"\b(?:sources?|extracts?|passages?|documents?|texts?|letters?|poems?|lines|words|stories|views|quotations?)\b",
    re.I,
)
_SPOKEN = re.compile(
    r"\b(?:said|says|wrote|writes|declared|replied|asked|added|argued|stated|put it|words)\b[^.:]*:$", re.I
)


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at. `kind` as in `KINDS`; where it is in a source: its letter, paragraph and words."""

    kind: str
    words: str
    letter: str = ""
    paragraph: int = 0
    quote: str = ""
    note: str = ""
    """What an editor's note beside the paragraph could say; empty where none would help."""

    @property
    def code(self) -> str:
        """A short name for a form's field: the same words warned of in the same way have the same."""
        return sha256(f"{self.kind}|{self.quote}".encode()).hexdigest()[:12]

    @property
    def note_kind(self) -> str:
        return {"list": "omission", "unfinished": "omission", "number": "error"}.get(self.kind, "context")


def number_of(word: str) -> int:
    """Read “four” or “4”."""
    return int(word) if word.isdecimal() else _NUMBERS.index(word.lower())


def warnings_in(
    sources: Sequence[tuple[str, str]], lead: Sequence[str], *, others: Sequence[str], has_question: bool
) -> list[Warned]:
    """Say what to look at in the sources (letter, text) and in the words around the question."""
    found: list[Warned] = []
    if not has_question:
        found.append(
            Warned(
                "question",
                "No sentence begins with a command word, such as “Evaluate”. Say which words are the prompt.",
            )
        )
    for other in others:
        found.append(
            Warned("questions", f"This asks too: “{_short(other)}” Only one sentence is the prompt; choose which.")
        )
    for letter, text in [*sources, *(("", words) for words in lead)]:
        paragraphs = numbered_paragraphs(text)
        for place, (number, words) in enumerate(paragraphs):
            following = [line for _, line in paragraphs[place + 1 : place + 1 + _MOST]]
            found += _in_paragraph(letter, number, words, following)
    return found


def _in_paragraph(letter: str, number: int, words: str, following: Sequence[str]) -> Iterator[Warned]:
    where = f"Source {letter}, ¶{number}" if letter else "Before the sources"
    tail = words.rstrip()
    if tail.endswith(":"):
        sentence = re.split(r"(?<=[.!?])\s+", tail)[-1][-LONGEST_SENTENCE:]
        announced = _ANNOUNCED.search(sentence)
        if announced and not _SPOKEN.search(sentence) and not (_READ_ON.search(sentence) and not letter):
            said = _COUNTED.search(sentence)
            wanted = number_of(said["number"]) if said else 0
            listed = _listed(following)
            if not listed:
                what = f"A list of {_NUMBERS[wanted]}" if wanted else "A list"
                yield Warned(
                    "list",
                    f"{where}: {what[0].lower() + what[1:]} is announced and missing: “{_short(sentence, end=True)}”",
                    letter,
                    number,
                    sentence[-300:],
                    f"{what} is announced here and is missing from the text as it was given.",
                )
            elif wanted and listed != wanted:
                yield _disagreement(where, letter, number, said["number"] if said else "", sentence, listed, "items")
    elif letter and not following and not is_item(tail) and words_in(tail) > 8 and re.search(r"[\w,]$", tail):
        yield Warned(
            "unfinished",
            f"{where}: the text ends in the middle of a sentence: “{_short(tail, end=True)}”",
            letter,
            number,
            " ".join(tail.split()[-6:])[-300:],
            "The text as it was given ends here, in the middle of a sentence.",
        )
    seen: set[int] = set()
    for match in _IN_NAMES.finditer(words):
        seen.add(match.start())
        count = len(_split(match["names"]))
        if count != number_of(match["number"]):
            yield _disagreement(where, letter, number, match["number"], match[0], count, "names")
    for match in _AFTER_COLON.finditer(words):
        parts = _split(match["names"])
        if match.start() in seen or len(parts) < 2 or any(words_in(part) > 7 for part in parts) or _open_ended(match):
            continue
        if len(parts) != number_of(match["number"]):
            yield _disagreement(where, letter, number, match["number"], match[0], len(parts), "things")


def _open_ended(match: re.Match[str]) -> bool:
    return bool(
        re.search(r"\b(?:such as|including|among|e\.g|like|etc)\b", match["more"] + match["names"], re.IGNORECASE)
    ) or not re.search(r"\b(?:and|or)\b|&", match["names"])


def _disagreement(where: str, letter: str, number: int, said: str, quote: str, found: int, what: str) -> Warned:
    count = _NUMBERS[found] if found < len(_NUMBERS) else str(found)
    thing = what if found != 1 else what.removesuffix("s")
    return Warned(
        "number",
        f"{where}: “{said}” is followed by {count} {thing}: “{_short(quote)}”",
        letter,
        number,
        quote[:300],
        f"The text says “{said}” and gives {count}.",
    )


def _listed(following: Sequence[str]) -> int:
    """Count the items of a list that follows: marked as such, or short lines that lost their marks."""
    count = 0
    for line in following:
        if not (_is_listed(line) or (count and line[:1].islower() and words_in(line) <= LISTED_WORDS)):
            break
        count += 1
    return count


def _is_listed(line: str) -> bool:
    """Tell whether a line is an item, or short and without a full stop."""
    bare = line.strip()
    unfinished = words_in(bare) <= SHORT_WORDS and not re.search(r"[.!?][”\"’]?$", bare)
    return is_item(line) or unfinished or bare.endswith(";")


def _split(names: str) -> list[str]:
    return [part for part in re.split(r",\s*(?:and|or)\s+|,\s*|\s+(?:and|or|&)\s+", names) if part.strip()]


def _short(words: str, *, end: bool = False) -> str:
    """Give at most the first 100 characters, or the last."""
    words = " ".join(words.split())
    if len(words) <= 100:
        return words
    return "…" + words[-100:].split(" ", 1)[-1] if end else words[:100].rsplit(" ", 1)[0] + "…"
