"""The sources as they lie beside one's own essay: their paragraphs with what one marked and noted in them."""

from dataclasses import dataclass

from courses.kernel.readings import check_quote
from courses.models import EditorNote
from essays.models import Draft, Highlight
from essays.pure.highlights import Run, runs_of
from essays.queries.assignments import sources_of


@dataclass(frozen=True, slots=True)
class ParagraphBeside:
    """A source's paragraph beside the essay."""

    letter: str
    number: int
    runs: list[Run]
    first_words: str
    notes: list[EditorNote]
    highlights: list[Highlight]

    @property
    def anchor(self) -> str:
        return f"source-{self.letter.lower()}-p{self.number}"

    @property
    def citation(self) -> str:
        return f"[Source {self.letter}, ¶{self.number}]"


@dataclass(frozen=True, slots=True)
class SourceBeside:
    letter: str
    title: str
    paragraphs: list[ParagraphBeside]


@dataclass(frozen=True, slots=True)
class SourcesBeside:
    """The sources by letter, and all one's highlights in the order of the sources."""

    sources: list[SourceBeside]
    highlights: list[Highlight]

    def paragraph(self, letter: str, number: int) -> ParagraphBeside | None:
        found = (one for source in self.sources for one in source.paragraphs if one.letter == letter)
        return next((one for one in found if one.number == number), None)


FIRST_WORDS = 60


def sources_beside(draft: Draft) -> SourcesBeside:
    """Load the sources with one's highlights of them, in three statements. `draft` comes with its prompt version."""
    highlights = list(draft.highlights.order_by("letter", "paragraph", "start", "end", "pk"))
    sources = [
        SourceBeside(
            source.letter,
            source.title,
            [
                _paragraph(source.letter, number, text, list(source.notes.all()), highlights)
                for number, text in source.paragraphs
            ],
        )
        for source in sources_of(draft.assignment.prompt_version)
    ]
    return SourcesBeside(sources, highlights)


def _paragraph(
    letter: str, number: int, text: str, notes: list[EditorNote], highlights: list[Highlight]
) -> ParagraphBeside:
    own = [one for one in highlights if (one.letter, one.paragraph) == (letter, number)]
    drawn = [one for one in own if check_quote(text, one.start, one.end, one.quote)]
    return ParagraphBeside(
        letter=letter,
        number=number,
        runs=runs_of(text, [(one.start, one.end, str(one.public_id)) for one in drawn]),
        first_words=_first_words(text),
        notes=[note for note in notes if note.paragraph == number],
        highlights=own,
    )


def _first_words(text: str) -> str:
    if len(text) <= FIRST_WORDS:
        return text
    return text[:FIRST_WORDS].rsplit(" ", 1)[0] + "…"
