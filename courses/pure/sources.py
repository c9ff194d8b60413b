"""How a source is laid out as a page: numbered paragraphs, the spots notes are about, the notes beside them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from string import ascii_lowercase

from courses.pure.prompts import NOTE_KINDS, NoteContent, SourceContent


@dataclass(frozen=True)
class Piece:
    """A run of a paragraph's words. `refs` are the letters of the notes whose spot ends with it."""

    text: str
    is_spot: bool = False
    refs: tuple[str, ...] = ()


@dataclass(frozen=True)
class NoteBeside:
    """A note in the margin; `ref` is its letter on the page, empty where it is about the whole paragraph."""

    ref: str
    kind: str
    text: str


@dataclass(frozen=True)
class ParagraphLaidOut:
    """A paragraph ready to show. `cited_in` numbers the paragraphs that cite it, of a text that is read beside it."""

    number: int
    anchor: str
    pieces: tuple[Piece, ...]
    notes: tuple[NoteBeside, ...]
    cited_in: tuple[int, ...] = ()


@dataclass(frozen=True)
class SourceLaidOut:
    """A source ready to show. Its words are all there, in order and unaltered: only notes are added beside them."""

    letter: str
    title: str
    speaker: str
    dated: str
    leaves_out: str
    anchor: str
    paragraphs: tuple[ParagraphLaidOut, ...]
    cited_in: tuple[int, ...] = ()


def say_where_cited(sources: Iterable[SourceLaidOut], citing: Mapping[str, tuple[int, ...]]) -> list[SourceLaidOut]:
    """Note on sources and paragraphs, by anchor, which paragraphs of the text that is read beside them cite them."""
    return [
        replace(
            source,
            cited_in=citing.get(source.anchor, ()),
            paragraphs=tuple(replace(one, cited_in=citing.get(one.anchor, ())) for one in source.paragraphs),
        )
        for source in sources
    ]


def lay_out(sources: Iterable[SourceContent]) -> list[SourceLaidOut]:
    """Lay sources out as one page. Paragraphs are lines that are not blank; notes are lettered through the page."""
    letters = _letters()
    return [
        SourceLaidOut(
            letter=source.letter,
            title=source.title,
            speaker=source.speaker,
            dated=source.dated,
            leaves_out=source.leaves_out,
            anchor=f"source-{source.letter.lower()}",
            paragraphs=tuple(
                _paragraph(source, number, text, letters) for number, text in enumerate(_lines(source.text), start=1)
            ),
        )
        for source in sources
    ]


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _paragraph(source: SourceContent, number: int, text: str, letters: Iterator[str]) -> ParagraphLaidOut:
    notes = [note for note in source.notes if note.paragraph == number]
    spots: list[tuple[int, int, str]] = []
    beside: list[NoteBeside] = []
    for note in sorted(notes, key=lambda note: _place(text, note)):
        start = text.find(note.quote) if note.quote else -1
        ref = next(letters) if start >= 0 else ""
        if ref:
            spots.append((start, start + len(note.quote), ref))
        beside.append(NoteBeside(ref, NOTE_KINDS.get(note.kind, ""), note.text))
    return ParagraphLaidOut(
        number=number,
        anchor=f"source-{source.letter.lower()}-p{number}",
        pieces=tuple(_pieces(text, spots)),
        notes=tuple(beside),
    )


def _place(text: str, note: NoteContent) -> int:
    """Say where a note's spot ends; what is about the whole paragraph comes first."""
    start = text.find(note.quote) if note.quote else -1
    return start + len(note.quote) if start >= 0 else -1


def _pieces(text: str, spots: Sequence[tuple[int, int, str]]) -> Iterator[Piece]:
    cuts = sorted({0, len(text), *(at for start, end, _ in spots for at in (start, end))})
    for start, end in pairwise(cuts):
        yield Piece(
            text=text[start:end],
            is_spot=any(first <= start and end <= last for first, last, _ in spots),
            refs=tuple(ref for _, last, ref in spots if last == end),
        )


def _letters() -> Iterator[str]:
    """Give a, b, … z, then a2, b2 and so on."""
    round_ = 1
    while True:
        yield from (letter if round_ == 1 else f"{letter}{round_}" for letter in ascii_lowercase)
        round_ += 1
