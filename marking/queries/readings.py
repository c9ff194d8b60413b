"""What a paper's essay says: the reading alone, without whose it is."""

from dataclasses import dataclass
from functools import cached_property

from courses.kernel.readings import Paragraph, paragraph_at, paragraphs_of
from marking.models import Paper


@dataclass(frozen=True)
class PaperReading:
    """The reading of a submission or an exemplar: its HTML, and the text that evidence points into."""

    html: str
    text: str
    sha256: str

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Every numbered paragraph with its place in the text."""
        return paragraphs_of(self.html)

    def paragraph_at(self, start: int) -> int:
        """Give the number of the paragraph that a code point stands in."""
        return paragraph_at(self.paragraphs, start)


def reading_of(paper: Paper) -> PaperReading:
    """Give a paper's reading; `paper` comes with `submission__reading` or `exemplar` joined."""
    if paper.exemplar is not None:
        return PaperReading(paper.exemplar.reading_html, paper.exemplar.reading_text, "")
    assert paper.submission is not None  # noqa: S101  # the database holds that it is one of the two
    reading = paper.submission.reading
    return PaperReading(reading.reading_html, reading.reading_text, reading.reading_sha256)
