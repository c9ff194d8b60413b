"""What a pasted text could be as a prompt: which words are the question, which lead up to it, which are sources.

A proposal cuts the text into pieces and gives each a role; together they are the text, to the letter, and a person may
give any piece another role. Pieces are code points of the text with LF line ends. A paragraph is a line, or a block of
lines that were broken in the middle of their sentences.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from courses.kernel.readings import sentences
from courses.pure.command_words import Candidate, candidate_in, names_what_came_before
from courses.pure.gaps import Warned, warnings_in
from courses.pure.paragraphs import (
    Kind,
    Paragraph,
    greets,
    is_attribution,
    is_guidance,
    label_of,
    paragraphs_of,
    source_label,
    words_in,
)
from courses.pure.prompts import NoteContent, PromptContent, SourceContent, numbered_paragraphs

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
FIRST_WORDS = 6
"""How many of a source's words stand in for a title."""

LONG = 60
"""Words from which a paragraph that stands before the question is a source rather than what leads up to it."""

EACH_A_SOURCE = 8
"""Up to so many paragraphs without a heading are a source each; more of them are one text."""

KEPT_TOGETHER = (Kind.VERSE, Kind.LETTER, Kind.ITEM)
"""Paragraphs that are parts of one text with their like."""

CROWDED = Warned(
    "sources", "The text has more than 26 sources, and a prompt has room for 26. Those that follow are all in source Z."
)

MOST_OTHERS = 5
"""So many further sentences that ask are pointed out."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text and its role: see `ROLES`, and of a source also its letter."""

    start: int
    end: int
    role: str
    letter: str = ""

    @property
    def code(self) -> str:
        """The role with its letter, as a form's field carries it: "source-B"."""
        return f"{self.role}-{self.letter}" if self.letter else self.role


ROLES = {
    "title": "Title of the prompt",
    "stimulus": "Stimulus",
    "sentence": "Prompt sentence",
    "guidance": "Guidance",
    "glossary": "Glossary",
    "out": "Leave out",
}
SOURCE_ROLES = {"source": "Text of source", "heading": "Title of source", "speaker": "Who speaks in source"}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text cut into pieces. `joins_lines`: lines were broken in the middle of sentences, and are read as joined."""

    text: str
    pieces: tuple[Piece, ...]
    warnings: tuple[Warned, ...]
    command_word: str = ""
    joins_lines: bool = False

    def words_of(self, role: str, letter: str = "") -> str:
        """Give all that has this role, as it would be kept."""
        return gathered(self.text, self.pieces, role, letter, joins_lines=self.joins_lines)

    @property
    def letters(self) -> list[str]:
        """The letters of the sources that have a text, in order."""
        return sorted({piece.letter for piece in self.pieces if piece.role == "source"})


def propose(text: str) -> Proposal:
    """Say what a pasted text could be. Line ends become LF first; nothing else of it is changed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    paragraphs, joins_lines = paragraphs_of(text)
    found, others = _question(_in_lines(text, paragraphs), paragraphs)
    sorting = _Sorting(text, paragraphs, found, [one.paragraph for one in others])
    pieces = tuple(_merged(sorting.pieces()))
    others_said = tuple(text[one.start : one.end] for one in others[:MOST_OTHERS])
    proposal = warned(Proposal(text, pieces, (), found.command_word if found else "", joins_lines), others=others_said)
    return replace(proposal, warnings=(CROWDED, *proposal.warnings)) if sorting.is_crowded else proposal


def warned(proposal: Proposal, *, others: Sequence[str] = ()) -> Proposal:
    """Look again at what the pieces come to; `others` are further sentences that ask."""
    sources = [(letter, proposal.words_of("source", letter)) for letter in proposal.letters]
    lead = [proposal.words_of("stimulus"), proposal.words_of("guidance")]
    found = warnings_in(sources, lead, others=others, has_question=bool(proposal.words_of("sentence")))
    return replace(proposal, warnings=tuple(found))


def can_be_cut(proposal: Proposal, piece: Piece) -> bool:
    """Tell whether a piece has more than one sentence."""
    words = proposal.text[piece.start : piece.end]
    return len(sentences(words.replace("\n", " ") if proposal.joins_lines else words)) > 1


def command_word_of(sentence: str) -> str:
    """Find the command word that a sentence begins with, or nothing."""
    words = " ".join(sentence.split())
    found = (candidate_in(words, start, end) for start, end in sentences(words))
    return next((one.command_word for one in found if one), "")


def cut_again(proposal: Proposal, at: int) -> Proposal:
    """Cut piece number `at` into its sentences, each with the role it had; a piece of one sentence stays."""
    if not 0 <= at < len(proposal.pieces):
        return proposal
    piece = proposal.pieces[at]
    words = proposal.text.replace("\n", " ") if proposal.joins_lines else proposal.text
    starts = [start for start, _ in sentences(words, piece.start, piece.end)]
    cuts = [piece.start, *starts[1:], piece.end]
    parts = [replace(piece, start=start, end=end) for start, end in pairwise(cuts)]
    return replace(proposal, pieces=(*proposal.pieces[:at], *parts, *proposal.pieces[at + 1 :]))


def gathered(text: str, pieces: Sequence[Piece], role: str, letter: str = "", *, joins_lines: bool = False) -> str:
    """Put together the pieces of one role: neighbours as they stand, others a line apart; no word is changed."""
    parts: list[str] = []
    end = None
    for piece in pieces:
        if (piece.role, piece.letter) != (role, letter):
            continue
        words = text[piece.start : piece.end]
        if end == piece.start and parts:
            parts[-1] += words
        else:
            parts.append(words)
        end = piece.end
    whole = "\n\n".join(stripped for part in parts if (stripped := part.strip()))
    if joins_lines:
        whole = re.sub(r"(?<=\S)[ \t]*\n[ \t]*(?=\S)", " ", whole)
    return whole


def as_content(proposal: Proposal, *, noted: Sequence[Warned] = ()) -> PromptContent:
    """Give what the pieces come to as a prompt; `noted` become editor's notes beside their paragraphs."""
    return PromptContent(
        sentence=" ".join(proposal.words_of("sentence").split()),
        stimulus=proposal.words_of("stimulus"),
        guidance=proposal.words_of("guidance"),
        glossary=proposal.words_of("glossary"),
        command_word=proposal.command_word,
        sources=tuple(_source(proposal, old, new, noted) for old, new in zip(proposal.letters, LETTERS, strict=False)),
    )


def _source(proposal: Proposal, letter: str, new_letter: str, noted: Sequence[Warned]) -> SourceContent:
    text = proposal.words_of("source", letter)
    paragraphs = dict(numbered_paragraphs(text))
    return SourceContent(
        letter=new_letter,
        title=title_of(proposal, letter),
        text=text,
        speaker=_line(proposal.words_of("speaker", letter)),
        notes=tuple(
            NoteContent(one.paragraph, one.note_kind, one.note, one.quote)
            for one in noted
            if one.letter == letter and one.note and one.quote in paragraphs.get(one.paragraph, "")
        ),
    )


def title_of(proposal: Proposal, letter: str = "") -> str:
    """Give a source's title: its heading, else its first words; without a letter the prompt's, which may be empty."""
    heading = _line(proposal.words_of("heading", letter) if letter else proposal.words_of("title"))
    if heading or not letter:
        return heading
    first, _, _ = proposal.words_of("source", letter).partition("\n")
    words = first.split()
    return _line(" ".join(words) if len(words) <= FIRST_WORDS else " ".join(words[:FIRST_WORDS]) + "…")


def _line(words: str) -> str:
    """Make one line of it that a title or a name has room for."""
    return " ".join(words.split()).lstrip("#* ").rstrip("*:, ")[:200]


def _in_lines(text: str, paragraphs: Sequence[Paragraph]) -> str:
    """Let every paragraph be one line, at the same places: a sentence goes on where its line was broken."""
    lines = list(text)
    for paragraph in paragraphs:
        lines[paragraph.start : paragraph.end] = text[paragraph.start : paragraph.end].replace("\n", " ")
    return "".join(lines)


def _question(text: str, paragraphs: Sequence[Paragraph]) -> tuple[Candidate | None, list[Candidate]]:
    """Find the sentence that asks, and others that ask as much: the strongest, and of equals the first."""
    found: list[Candidate] = []
    inside = ""
    for number, paragraph in enumerate(paragraphs):
        words = text[paragraph.start : paragraph.end]
        label = label_of(words)
        if label or source_label(words):
            inside = label or "source"
        spans = sentences(text, paragraph.start, paragraph.end)
        for place, (start, end) in enumerate(spans):
            candidate = candidate_in(text, start, end)
            if candidate is None:
                continue
            worth = candidate.worth
            worth += {"sentence": 6, "source": -4, "guidance": -3, "stimulus": -1}.get(inside, 0)
            worth += 1 if len(spans) == 1 else 0
            worth += 1 if number in (0, len(paragraphs) - 1) else 0
            worth += 1 if place == len(spans) - 1 else 0
            if place and names_what_came_before(text[start:end]):
                candidate = replace(candidate, start=spans[place - 1][0])
            found.append(replace(candidate, worth=worth, paragraph=number))
        if label and label != "sentence" and words_in(words) > len(label.split()) + 1:
            inside = inside if label == "source" else ""
    askable = [one for one in found if one.worth > 0]
    if not askable:
        return None, []
    best = max(askable, key=lambda one: (one.worth, -one.start))
    return best, [one for one in askable if one is not best and one.worth >= best.worth - 1]


class _Sorting:
    """Go through the paragraphs once and say of each what it could be."""

    def __init__(
        self, text: str, paragraphs: Sequence[Paragraph], question: Candidate | None, asking: Sequence[int]
    ) -> None:
        self.text = text
        self.paragraphs = paragraphs
        self.question = question
        self.asking = frozenset(asking)  # the paragraphs that ask as well
        self.at = question.paragraph if question else -1
        self.letter = -1
        self.section = ""
        self.labelled = any(source_label(self.words(one)) for one in paragraphs)
        texts = [number for number in range(self.at + 1, len(paragraphs)) if self.is_text(number)]
        self.last_text = texts[-1] if texts else -1
        self.is_one_text = sum(paragraphs[number].kind not in KEPT_TOGETHER for number in texts) > EACH_A_SOURCE
        self.is_crowded = False
        self.headed = False
        self.open = False  # whether the next paragraph goes on with the source before it

    def words(self, paragraph: Paragraph) -> str:
        return self.text[paragraph.start : paragraph.end]

    def pieces(self) -> Iterator[Piece]:
        """Give the pieces in order, without a gap: what lies between paragraphs belongs to the one before."""
        found: list[Piece] = []
        for number in range(len(self.paragraphs)):
            found += self.pieces_of(number)
        found = [piece for piece in found if piece.start < piece.end]
        if not found:
            found = [Piece(0, len(self.text), "out")] if self.text else []
        ends = [piece.start for piece in found[1:]] + [len(self.text)] * bool(found)
        first = True
        for piece, end in zip(found, ends, strict=True):
            yield replace(piece, start=0 if first else piece.start, end=end)
            first = False

    def pieces_of(self, number: int) -> list[Piece]:
        paragraph = self.paragraphs[number]
        if number == self.at and self.question:
            return self.around_the_question(paragraph, self.question)
        words = self.words(paragraph)
        if label := source_label(words):
            return self.labelled_source(paragraph, label)
        if section := label_of(words):
            return self.begin_section(paragraph, section)
        if self.section in ("guidance", "glossary", "stimulus"):
            return [Piece(paragraph.start, paragraph.end, self.section)]
        if number < self.at or (self.at < 0 and not self.labelled):
            return self.before(number)
        if self.labelled and self.letter < 0 and words_in(words) < LONG:
            role = "stimulus" if self.at < 0 else "guidance"  # said before the first “Source A:”, so in no source
            return [Piece(paragraph.start, paragraph.end, role)]
        return self.after(number)

    def around_the_question(self, paragraph: Paragraph, question: Candidate) -> list[Piece]:
        """Cut the question out of its paragraph: what is before leads up to it, what follows guides."""
        start, end = question.start, question.end
        label = re.match(
            r"\s*(?:[^\W\d_][\w ]{2,24}:|(?:Q(?:uestion)?\s*)?\d{1,2}[.):])\s*", self.text[paragraph.start : start]
        )
        cut = paragraph.start + (label.end() if label else 0)
        lead = "source" if self.section == "source" else "stimulus"
        self.section, self.open = "", False
        letter = LETTERS[self.letter] if lead == "source" and self.letter >= 0 else ""
        rest = self.text[end : paragraph.end]
        after = "out" if re.fullmatch(r"\s*[\[(]\s*\d+\s*(?:marks?|points?)?\s*[\])]\s*", rest) else "guidance"
        return [
            Piece(paragraph.start, cut, "out"),
            Piece(cut, start, lead if letter or lead == "stimulus" else "stimulus", letter),
            Piece(start, end, "sentence"),
            Piece(end, paragraph.end, after) if rest.strip() else Piece(end, end, "out"),
        ]

    def labelled_source(self, paragraph: Paragraph, label: tuple[int, bool]) -> list[Piece]:
        """Begin a source at “Source B: …”; the rest of the line is its title, or its first words."""
        length, is_title = label
        self.section, self.open = "source", True
        self.next_letter()
        cut = paragraph.start + length
        return [
            Piece(paragraph.start, cut, "out"),
            self.piece(Paragraph(cut, paragraph.end), "heading" if is_title else "source"),
        ]

    def begin_section(self, paragraph: Paragraph, section: str) -> list[Piece]:
        """Leave a label out (“Guidance”); what stands behind its colon is of the section."""
        words = self.words(paragraph)
        behind = re.match(r"[^:\n]{2,40}:\s+(?=\S)", words)
        self.section, self.open = section, False
        cut = paragraph.start + behind.end() if behind else paragraph.end
        role = "stimulus" if section in ("source", "sentence") else section
        if behind and section == "source":
            self.next_letter()
            return [Piece(paragraph.start, cut, "out"), self.piece(Paragraph(cut, paragraph.end), "source")]
        return [Piece(paragraph.start, cut, "out"), Piece(cut, paragraph.end, role)]

    def before(self, number: int) -> list[Piece]:
        """Sort what stands before the question: a title, what leads up to it, or its texts where none follow."""
        paragraph = self.paragraphs[number]
        if self.section == "source":
            return self.in_source(number)
        if number == 0 and paragraph.kind is Kind.HEADING and not self.texts_come_before(number):
            return [Piece(paragraph.start, paragraph.end, "title")]
        if is_guidance(self.words(paragraph)) or number in self.asking:
            return [Piece(paragraph.start, paragraph.end, "guidance")]
        if self.texts_come_before(number):
            return self.in_source(number)
        return [Piece(paragraph.start, paragraph.end, "stimulus")]

    def texts_come_before(self, number: int) -> bool:
        """Tell whether a text before the question is one of its sources: nothing follows it, and it is long or set."""
        if self.labelled or self.at < 0 or self.last_text > self.at:
            return False
        if self.open:
            return True
        paragraph = self.paragraphs[number]
        following = self.paragraphs[number + 1] if number + 1 < self.at else None
        if paragraph.kind is Kind.HEADING:
            return following is not None and self.is_set(following)
        return self.is_set(paragraph)

    def is_set(self, paragraph: Paragraph) -> bool:
        return paragraph.kind in (Kind.VERSE, Kind.LETTER) or words_in(self.words(paragraph)) >= LONG

    def is_text(self, number: int) -> bool:
        words = self.words(self.paragraphs[number])
        return not (is_guidance(words) or label_of(words) in ("guidance", "glossary"))

    def after(self, number: int) -> list[Piece]:
        """Sort what stands after the question: guidance, or sources."""
        paragraph = self.paragraphs[number]
        words = self.words(paragraph)
        if not self.open and (is_guidance(words) or (self.letter < 0 and number in self.asking)):
            return [Piece(paragraph.start, paragraph.end, "guidance")]
        if paragraph.kind is Kind.ITEM and not self.open:
            return [Piece(paragraph.start, paragraph.end, "guidance")]
        if self.open and number > self.last_text and is_guidance(words):
            return [Piece(paragraph.start, paragraph.end, "guidance")]
        return self.in_source(number)

    def in_source(self, number: int) -> list[Piece]:
        """Go on with a source, or begin the next one."""
        paragraph = self.paragraphs[number]
        words = self.words(paragraph)
        if self.letter >= 0 and is_attribution(words):
            self.open = self.labelled or self.section == "source"
            return [self.piece(paragraph, "speaker")]
        following = self.paragraphs[number + 1] if number + 1 < len(self.paragraphs) else None
        is_heading = paragraph.kind is Kind.HEADING and following is not None and following.kind is not Kind.HEADING
        if is_heading and not self.labelled:
            self.next_letter()
            self.open = self.headed = True
            return [self.piece(paragraph, "heading")]
        if not self.open or self.letter < 0:
            self.next_letter()
        self.open = self.goes_on(number)
        return [self.piece(paragraph, "source")]

    def goes_on(self, number: int) -> bool:
        """Tell whether the source of this paragraph goes on in the next one."""
        if self.labelled and self.section == "source":
            return True
        if number + 1 < len(self.paragraphs) and greets(self.words(self.paragraphs[number + 1])):
            return False
        if self.headed:
            return True
        paragraph = self.paragraphs[number]
        following = self.paragraphs[number + 1] if number + 1 < len(self.paragraphs) else None
        if following is None:
            return False
        if number < self.at or self.is_one_text:
            return True
        kinds = {paragraph.kind, following.kind}
        both = kinds <= {Kind.VERSE} or kinds <= {Kind.LETTER} or kinds <= {Kind.ITEM}
        into_list = following.kind is Kind.ITEM
        return both or into_list

    def next_letter(self) -> None:
        self.is_crowded = self.is_crowded or self.letter == len(LETTERS) - 1
        self.letter = min(self.letter + 1, len(LETTERS) - 1)

    def piece(self, paragraph: Paragraph, role: str) -> Piece:
        return Piece(paragraph.start, paragraph.end, role, LETTERS[max(self.letter, 0)])


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Join neighbours of one role in what is not a source: a source's paragraphs stay pieces of their own."""
    waiting: Piece | None = None
    for piece in pieces:
        if waiting and piece.code == waiting.code and piece.role == "out":
            waiting = replace(waiting, end=piece.end)
            continue
        if waiting:
            yield waiting
        waiting = piece
    if waiting:
        yield waiting
