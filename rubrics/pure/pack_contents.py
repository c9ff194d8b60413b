"""What is in a pack, as plain values: the prompt, its sources, the rubric, the modes, the exemplars, the comments."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rubrics.pure.counting import Rule, State

NOT_ATTEMPTED = "NA"
"""Stands in a comment's tie where a level key would: the comment is for a criterion nobody attempted."""

MOST_STEP = Decimal("999.99")
"""The coarsest that totals are rounded to; no column holds more."""


class NoteKind(StrEnum):
    """What an editor's note sets right."""

    OMISSION = "omission"
    ERROR = "error"
    COMPRESSION = "compression"
    CONTEXT = "context"


class Audience(StrEnum):
    """Who may read an exemplar."""

    MARKERS = "markers"
    EVERYBODY = "everybody"


@dataclass(frozen=True)
class Note:
    """An editor's note beside one paragraph of a source. `quote` is its spot there, empty for the whole paragraph."""

    paragraph: int
    kind: NoteKind
    text: str
    quote: str = ""


@dataclass(frozen=True)
class SourceText:
    """A text given with the prompt: its letter, its facts, and its own words untouched."""

    letter: str
    title: str
    speaker: str
    dated: str
    leaves_out: str
    text: str
    notes: tuple[Note, ...] = ()


@dataclass(frozen=True)
class PromptText:
    """What students are asked. `stimulus` and `guidance` are Markdown; `sentence` is one paragraph."""

    stimulus: str
    sentence: str
    guidance: str


@dataclass(frozen=True)
class LevelText:
    """One level. `descriptor` is the ladder's text and `indication` what it looks like here; both are for markers.

    `student` begins with "You" and stands alone as well as after "To reach level 3: ". `example` is a paragraph at this
    level that students may read; empty where the pack has none.
    """

    key: str
    points: Decimal
    label: str
    descriptor: str
    student: str
    indication: str = ""
    example: str = ""


@dataclass(frozen=True)
class CriterionText:
    """One criterion with its levels from the lowest up. `detail` says more beside the name, such as years."""

    key: str
    name: str
    short_name: str
    marking_position: int
    levels: tuple[LevelText, ...]
    detail: str = ""
    guidance: str = ""
    evidence_min: int = 1
    has_slot_label: bool = False


@dataclass(frozen=True)
class StrandText:
    """Criteria that are counted together, in the order in which they are shown."""

    key: str
    name: str
    criteria: tuple[CriterionText, ...]
    guidance: str = ""


@dataclass(frozen=True)
class GradeWordText:
    """A word for every rounded total from `at_least` up to the next boundary."""

    word: str
    at_least: Decimal


@dataclass(frozen=True)
class RubricText:
    """The measure. Totals are rounded to `step`; `guidance` is for markers and holds for every criterion."""

    total: Decimal
    step: Decimal
    strands: tuple[StrandText, ...]
    grade_words: tuple[GradeWordText, ...] = ()
    guidance: str = ""

    @property
    def criteria(self) -> tuple[CriterionText, ...]:
        """All criteria, strand by strand."""
        return tuple(criterion for strand in self.strands for criterion in strand.criteria)


@dataclass(frozen=True)
class RuleText:
    """How a strand counts in a mode: `n` for best and drop, `weight` where the sum is scaled."""

    strand: str
    rule: Rule
    n: int | None = None
    weight: Decimal | None = None


@dataclass(frozen=True)
class ModeText:
    """A way to set the task: *Your task* in plain words, one rule a strand, word range and suggested minutes if any."""

    key: str
    name: str
    task: str
    rules: tuple[RuleText, ...]
    words_min: int | None = None
    words_max: int | None = None
    minutes: int | None = None


@dataclass(frozen=True)
class ExemplarScoreText:
    """The agreed score of one criterion: a level, or not attempted; the passage word for word; the reason."""

    criterion: str
    state: State
    reason: str
    level: str | None = None
    quote: str = ""


@dataclass(frozen=True)
class ExemplarTotal:
    """The rounded total expected in a mode."""

    mode: str
    total: Decimal


@dataclass(frozen=True)
class ExemplarText:
    """An essay with agreed scores, one for every criterion."""

    key: str
    title: str
    audience: Audience
    text: str
    scores: tuple[ExemplarScoreText, ...]
    totals: tuple[ExemplarTotal, ...] = ()


@dataclass(frozen=True)
class TieText:
    """Where a comment is offered: a criterion, and a level's key, `NOT_ATTEMPTED`, or None for any level."""

    criterion: str
    level: str | None = None


@dataclass(frozen=True)
class CommentText:
    """A comment of the bank, tied to the levels it is used at."""

    key: str
    text: str
    ties: tuple[TieText, ...]


@dataclass(frozen=True)
class Pack:
    """All of an assignment's content. The first mode is the usual one."""

    slug: str
    title: str
    subject: str
    language: str
    command_word: str
    prompt: PromptText
    rubric: RubricText
    modes: tuple[ModeText, ...]
    sources: tuple[SourceText, ...] = ()
    exemplars: tuple[ExemplarText, ...] = ()
    comments: tuple[CommentText, ...] = ()
    glossary: str = ""


@dataclass(frozen=True, order=True)
class Problem:
    """Why a pack is refused: the file inside it, the line from 1, and what is wrong in plain words."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


class PackProblems(Exception):
    """A pack was refused whole; `problems` has everything found once, in file and line order."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))
