"""The passages of an outcome: as its criteria quote them, and drawn into the essay. Knows nothing of marking."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from courses.kernel.readings import Mark, mark_passages
from essays.models import Reading
from results.models import OutcomeLine, OutcomePassage

AGAINST = "counter"


@dataclass(frozen=True, slots=True)
class Quotation:
    """A passage as the criterion quotes it; `anchor` is its place in the essay, `number` how paper names it."""

    anchor: str
    number: int
    quote: str
    paragraph: int
    speaks_against: bool


def anchor_of(key: str) -> str:
    """Give the id of a criterion's place on the page; nothing without a criterion."""
    return f"criterion-{key.lower()}" if key else ""


def numbers_of(lines: Sequence[OutcomeLine]) -> dict[tuple[int, int], int]:
    """Number the passages of an essay from 1 in reading order, each once however many criteria it is for."""
    places = {(passage.start, passage.end) for line in lines for passage in line.passages.all()}
    return {place: number for number, place in enumerate(sorted(places), start=1)}


def quotations_of(line: OutcomeLine, numbers: Mapping[tuple[int, int], int]) -> tuple[Quotation, ...]:
    """List the passages a criterion points at."""
    return tuple(
        Quotation(
            anchor=_anchor(line, passage),
            number=numbers[passage.start, passage.end],
            quote=passage.quote,
            paragraph=passage.paragraph,
            speaks_against=passage.polarity == AGAINST,
        )
        for passage in line.passages.all()
    )


def marked_essay(
    reading: Reading, lines: Sequence[OutcomeLine], hues: Mapping[str, str], *, on_paper: bool
) -> SafeString:
    """Draw the passages into the reading: each with a tag that leads back to its criterion, on paper by its number."""
    marks = _numbered(lines, hues) if on_paper else _linked(lines, hues)
    return mark_safe(mark_passages(reading.reading_html, marks))  # noqa: S308  # sanitised at hand-in; marks are escaped


def _anchor(line: OutcomeLine, passage: OutcomePassage) -> str:
    """Give the id of a passage's place in the essay; tied to two criteria it has two, one for each way back."""
    return f"passage-{line.criterion_key.lower()}-{passage.start}"


def _linked(lines: Sequence[OutcomeLine], hues: Mapping[str, str]) -> list[Mark]:
    """Mark every passage for each of its criteria."""
    return [
        Mark(
            start=passage.start,
            end=passage.end,
            anchor=_anchor(line, passage),
            hue=hues[line.strand_key],
            label=line.criterion_key,
            address=f"#{anchor_of(line.criterion_key)}",
            name=f"{'Speaks against' if against else 'Evidence for'} {line.criterion_key}, {line.short}",
            against=against,
        )
        for line in lines
        for passage in line.passages.all()
        for against in [passage.polarity == AGAINST]
    ]


def _numbered(lines: Sequence[OutcomeLine], hues: Mapping[str, str]) -> list[Mark]:
    """Mark every passage once, with the hue of the first criterion it is for."""
    numbers, marks = numbers_of(lines), dict[tuple[int, int], Mark]()
    for line in lines:
        for passage in line.passages.all():
            number = numbers[passage.start, passage.end]
            mark = Mark(
                start=passage.start,
                end=passage.end,
                anchor=f"passage-{number}",
                hue=hues[line.strand_key],
                label=str(number),
                address=f"#{anchor_of(line.criterion_key)}",
                against=passage.polarity == AGAINST,
            )
            marks.setdefault((passage.start, passage.end), mark)
    return list(marks.values())
