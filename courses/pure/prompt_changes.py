"""What differs between two versions of a prompt, part by part and word by word: sources by their letter, notes too."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from courses.pure.comparison import Comparison, comparison
from courses.pure.prompts import NOTE_KINDS, NoteContent, PromptContent, SourceContent

PARTS = (
    ("sentence", "Prompt"),
    ("stimulus", "Stimulus"),
    ("command_word", "Command word"),
    ("guidance", "Guidance"),
    ("glossary", "Glossary"),
)
FACTS = (
    ("title", "Title"),
    ("speaker", "Who speaks"),
    ("dated", "When"),
    ("leaves_out", "What it leaves out"),
    ("text", "Text"),
)


@dataclass(frozen=True, slots=True)
class PartCompared:
    """A part of a prompt in two versions. `section` is the part's own heading: the prompt, or one source."""

    section: str
    name: str
    comparison: Comparison

    @property
    def is_same(self) -> bool:
        return self.comparison.is_same


@dataclass(frozen=True, slots=True)
class SectionCompared:
    """A heading with the parts that changed under it, and the names of those that did not."""

    section: str
    changed: tuple[PartCompared, ...]
    same: tuple[str, ...]


def by_section(parts: Sequence[PartCompared]) -> list[SectionCompared]:
    """Gather neighbouring parts of one heading, in their order."""
    return [
        SectionCompared(
            section,
            changed=tuple(part for part in group if not part.is_same),
            same=tuple(part.name for part in group if part.is_same),
        )
        for section, group in ((name, [*found]) for name, found in groupby(parts, key=lambda part: part.section))
    ]


def compare_prompts(before: PromptContent, after: PromptContent) -> list[PartCompared]:
    """List every part that either version has, in the order a reader meets them."""
    return [part for part in _parts(before, after) if part.comparison.parts]


def _parts(before: PromptContent, after: PromptContent) -> Iterator[PartCompared]:
    for name, title in PARTS:
        yield PartCompared("Prompt", title, comparison(getattr(before, name), getattr(after, name)))
    for old, new in _paired(before.sources, after.sources):
        section = _called(old, new)
        for name, title in FACTS:
            yield PartCompared(section, title, comparison(_said(old, name), _said(new, name)))
        yield PartCompared(section, "Editor’s notes", comparison(_notes(old), _notes(new)))


def _called(old: SourceContent | None, new: SourceContent | None) -> str:
    if old is None:
        return f"Source {new.letter}, added" if new else ""
    if new is None:
        return f"Source {old.letter}, taken out"
    return f"Source {new.letter}" if old.letter == new.letter else f"Source {new.letter}, before {old.letter}"


def _paired(
    before: Sequence[SourceContent], after: Sequence[SourceContent]
) -> Iterator[tuple[SourceContent | None, SourceContent | None]]:
    """Pair sources of the same text, then of the same title, then of the same letter; others stand alone."""
    left, right = list(before), list(after)
    pairs: list[tuple[SourceContent | None, SourceContent | None]] = []
    for name in ("text", "title", "letter"):
        for new in list(right):
            old = next((one for one in left if getattr(one, name) == getattr(new, name)), None)
            if old is not None:
                pairs.append((old, new))
                left.remove(old)
                right.remove(new)
    pairs += [(None, new) for new in right]
    pairs += [(old, None) for old in left]
    yield from sorted(pairs, key=lambda pair: pair[1].letter if pair[1] else f"{pair[0].letter}~" if pair[0] else "~")


def _said(source: SourceContent | None, name: str) -> str:
    return str(getattr(source, name)) if source else ""


def _notes(source: SourceContent | None) -> str:
    return "\n".join(_note(note) for note in source.notes) if source else ""


def _note(note: NoteContent) -> str:
    quote = f" “{note.quote}”" if note.quote else ""
    return f"¶{note.paragraph} {NOTE_KINDS.get(note.kind, note.kind)}{quote}: {note.text}"
