"""How a pasted text falls into paragraphs, and what a paragraph looks like: heading, verse, letter, item, label."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    PROSE = "prose"
    HEADING = "heading"
    VERSE = "verse"
    LETTER = "letter"
    ITEM = "item"


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of the text, in code points."""

    start: int
    end: int
    kind: Kind = Kind.PROSE


_LINE = re.compile(r"[^\n]+")
_ITEM = re.compile(r"^\s*(?:[-•*–·▪◦]\s+|\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)]\s+)")
_GREETING = re.compile(
    r"^\s*(?:my )?dear(?:est)? .{1,60}[,:]?\s*$|^\s*(?:sirs?|gentlemen|madam|to the editor)[,:]\s*$", re.I
)
_FAREWELL = re.compile(
    r"^\s*(?:yours (?:faithfully|sincerely|truly|ever|affectionately)|sincerely|respectfully|"
    r"with (?:kind|best) regards|i (?:am|remain), .{0,40}|"
    r"your (?:obedient|humble|loving|affectionate|faithful) .{1,40})[,.]?\s*$",
    re.I,
)
_SOURCE = re.compile(
    r"^\s*(?:#{1,6}\s*)?\**(?:source|document|doc\.?|extract|passage|text|item|case|exhibit|reading|figure)\s+"
    r"(?:[A-Z]|\d{1,2}|[ivx]{1,4})\b\**\s*(?:[:.)–—|-]+\s*\**\s*|(?=$)|(?=\())",
    re.IGNORECASE,
)
_LABELS = {
    "sentence": r"prompt|question|essay question|the question|task|your task|essay task|essay|essay prompt|assignment",
    "source": r"sources?|source materials?|documents?|texts?|extracts?|passages?|readings?|materials?|"
    r"the text|the extract",
    "guidance": r"guidance|instructions?|notes?|advice|what to do|how to answer|you should|hints?|tips|requirements|"
    r"instructions to candidates|marking|assessment|criteria",
    "glossary": r"glossary|key terms|vocabulary|definitions|key words|terms",
    "stimulus": r"stimulus|background|introduction|context|setting|the scenario|scenario|facts|the facts|overview",
}
_LABEL = tuple(
    (name, re.compile(rf"^\s*(?:#{{1,6}}\s*)?\**(?:{words})\**\s*(?::\**\s*|\s*$|[.–—]\s*$)", re.IGNORECASE))
    for name, words in _LABELS.items()
)
_GUIDES = re.compile(
    r"^\s*(?:[-•*–]\s+)?(?:you (?:should|may|must|can|are|need|have|do not|will)\b|"
    r"(?:in )?your (?:answer|essay|response)\b|use (?:at least|the|your|evidence|both|all|sources)\b|refer to\b|"
    r"write (?:an?|about|at|no|in|between|up|only|one|two)\b|"
    r"remember\b|support (?:your|each)\b|include\b|spend\b|do not\b|aim (?:for|to)\b|make sure\b|"
    r"(?:time|length|words?|marks?)\s*:|answer (?:all|one|the|in)\b|plan\b|read (?:the|all|both)\b|base your\b|"
    r"cite\b|quote\b|\[?\(?\d+ (?:marks|points|words)\b|at least \w+ (?:sources|words)\b|"
    r"consider (?:both|the following|at least)\b|\d{3,4}\s*[–-]\s*\d{3,4} words)",
    re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    r"^\s*(?:[—–]\s*|\(?(?:adapted|extract(?:ed)?|taken|excerpt(?:ed)?|abridged|quoted|translated|reproduced)\s+from\b|"
    r"\(?source\s*:|\(?from\s*:|\(?from [A-Z“\"‘'*])",
    re.IGNORECASE,
)


def words_in(text: str) -> int:
    return len(text.split())


def paragraphs_of(text: str) -> tuple[list[Paragraph], bool]:
    """Cut a text into paragraphs, and say whether lines were joined: those broken in the middle of their sentences."""
    found: list[Paragraph] = []
    joins = False
    for lines in _blocks(text):
        if _is_broken([text[start:end] for start, end in lines]):
            joins = True
            found += [Paragraph(*span) for span in _joined_lines(text, lines)]
        else:
            found += [Paragraph(start, end) for start, end in lines]
    kinds = _kinds([text[one.start : one.end] for one in found])
    trimmed = (_trimmed(text, one) for one in found)
    return [Paragraph(one.start, one.end, kind) for one, kind in zip(trimmed, kinds, strict=True)], joins


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Give the lines that are not blank, a list for each run of them."""
    block: list[tuple[int, int]] = []
    for line in _LINE.finditer(text):
        if block and (not line[0].strip() or line.start() > block[-1][1] + 1):
            yield block
            block = []
        if line[0].strip():
            block.append(line.span())
    if block:
        yield block


def _trimmed(text: str, paragraph: Paragraph) -> Paragraph:
    words = text[paragraph.start : paragraph.end]
    return Paragraph(paragraph.start, paragraph.start + len(words.rstrip()))


def _is_broken(lines: Sequence[str]) -> bool:
    """Tell whether lines end where the page did, as in e-mail: alike long, and most in the middle of a sentence."""
    full = [line.rstrip() for line in lines[:-1]]
    if not full or any(_ITEM.match(line) for line in lines[:1]):
        return False
    lengths = [len(line) for line in full]
    within = all(48 <= length <= 110 for length in lengths) and max(len(line.rstrip()) for line in lines) <= 110
    unfinished = sum(not re.search(r"[.!?:;”\"’)]$", line) for line in full)
    return within and max(lengths) - min(lengths) <= 26 and unfinished * 2 > len(full)


def _joined_lines(text: str, lines: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Give a block of broken lines as one paragraph; an item of a list begins its own."""
    start, end = lines[0]
    for begin, stop in lines[1:]:
        if _ITEM.match(text[begin:stop]):
            yield start, end
            start = begin
        end = stop
    yield start, end


def _kinds(paragraphs: Sequence[str]) -> list[Kind]:
    """Say what each paragraph looks like; verse and letters only beside their like."""
    kinds = [_kind(words) for words in paragraphs]
    short = [
        kind is not Kind.ITEM and len(words.strip()) <= 58 and words_in(words) <= 11
        for words, kind in zip(paragraphs, kinds, strict=True)
    ]
    at = 0
    while at < len(paragraphs):
        run = at
        while run < len(paragraphs) and short[run]:
            run += 1
        if run - at >= 4 and not any(_GREETING.match(words) or _FAREWELL.match(words) for words in paragraphs[at:run]):
            first = at + 1 if kinds[at] is Kind.HEADING and _reads_as_title(paragraphs[at]) else at
            last = run - 1 if is_attribution(paragraphs[run - 1]) else run
            kinds[first:last] = [Kind.VERSE] * (last - first)
        at = max(run, at + 1)
    return _with_letters(paragraphs, kinds)


def _with_letters(paragraphs: Sequence[str], kinds: list[Kind]) -> list[Kind]:
    """Mark letters, from the greeting to the name below the farewell."""
    begun = None
    for at, words in enumerate(paragraphs):
        if _GREETING.match(words):
            begun = at
        elif begun is not None and _FAREWELL.match(words):
            signed = at + 1 < len(paragraphs) and words_in(paragraphs[at + 1]) <= 8
            signed = signed and not (source_label(paragraphs[at + 1]) or label_of(paragraphs[at + 1]))
            end = at + (2 if signed else 1)
            kinds[begun:end] = [Kind.LETTER] * (end - begun)
            begun = None
    return kinds


def _kind(words: str) -> Kind:
    if _ITEM.match(words):
        return Kind.ITEM
    if re.match(r"^\s*#{1,6}\s+\S", words):
        return Kind.HEADING
    bare = words.strip()
    if words_in(bare) <= 12 and not re.search(r"[.!?:;,…]$|[.!?][”\"’]$", bare) and bare[:1].isupper():
        return Kind.HEADING
    return Kind.PROSE


def _reads_as_title(words: str) -> bool:
    longer = [word for word in re.findall(r"[^\W\d_]+", words) if len(word) > 3]
    return bool(longer) and all(word[0].isupper() for word in longer)


def source_label(words: str) -> tuple[int, bool] | None:
    """Read “Source B: a speech of 1917”: the label's length, and whether what is behind it is a title; None without."""
    match = _SOURCE.match(words)
    if not match:
        return None
    rest = words[match.end() :].strip(" *")
    is_title = words_in(rest) <= 25 and not re.search(r"[.!?][”\"’]?\s+\S", rest) and not re.search(r"[.!?]$", rest)
    return match.end(), is_title or words_in(rest) <= 6


def label_of(words: str) -> str:
    """Say which section a label begins (“Guidance:”), or nothing."""
    return next((name for name, pattern in _LABEL if pattern.match(words)), "")


def is_guidance(words: str) -> bool:
    """Tell whether a paragraph tells the writer what to do: “You should refer to both sources.”"""
    return bool(_GUIDES.match(words)) and words_in(words) <= 80


def is_attribution(words: str) -> bool:
    """Tell whether a paragraph names who speaks: “— Mary Seacole, 1857”, “Adapted from …”."""
    return bool(_ATTRIBUTED.match(words)) and words_in(words) <= 30


def greets(words: str) -> bool:
    """Tell whether a paragraph begins a letter: “Dear Editor,”."""
    return bool(_GREETING.match(words))


def is_item(words: str) -> bool:
    """Tell whether a line is an item of a list."""
    return bool(_ITEM.match(words))
