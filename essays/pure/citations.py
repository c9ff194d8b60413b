"""Which paragraph of an essay cites which paragraph of a source, told from either side."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from courses.kernel.readings import Paragraph
from courses.kernel.text import Citation, citations_in, cite_in_page


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A source, or one paragraph of it, as an essay cites it."""

    letter: str
    paragraph: int | None

    @property
    def label(self) -> str:
        whole = f"Source {self.letter}"
        return whole if self.paragraph is None else f"{whole}, ¶{self.paragraph}"

    @property
    def anchor(self) -> str:
        """Where it stands on a page that shows the sources: `#source-b-p2`."""
        return cite_in_page(Citation(self.letter, self.paragraph))


@dataclass(frozen=True, slots=True)
class CitingParagraph:
    """A paragraph of an essay and the places it cites, each once, in the order they come."""

    number: int
    places: tuple[CitedPlace, ...]


def cited_by_paragraph(text: str, paragraphs: Iterable[Paragraph]) -> list[CitingParagraph]:
    """List the paragraphs of a reading's text that cite something; those that cite nothing are left out."""
    found = []
    for number, start, end in paragraphs:
        places = dict.fromkeys(CitedPlace(*citation) for citation in citations_in(text[start:end]))
        if places:
            found.append(CitingParagraph(number, tuple(places)))
    return found


def citing_paragraphs(lines: Iterable[CitingParagraph]) -> Mapping[str, tuple[int, ...]]:
    """Say for each place that is cited, by its anchor without `#`, which paragraphs of the essay cite it."""
    found: dict[str, list[int]] = {}
    for line in lines:
        for place in line.places:
            found.setdefault(place.anchor.removeprefix("#"), []).append(line.number)
    return {anchor: tuple(numbers) for anchor, numbers in found.items()}
