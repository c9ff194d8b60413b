"""What the marking desk shows: one paper under its code, its rubric, and what one marker has said about it.

Everything here is plain and frozen. Nothing in it tells who wrote the essay or when.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.utils.safestring import SafeString

from essays.models import Assignment
from marking.pure.scopes import Scope, query_of
from marking.queries.bank import DeskBank


@dataclass(frozen=True, slots=True)
class DeskLevel:
    """A level as a row of the desk. `digit` is the key that sets it; points are words ("7.5")."""

    key: str
    digit: int
    points: str
    label: str
    descriptor: str
    indication: str
    student_text: str
    is_zero: bool


@dataclass(frozen=True, slots=True)
class DeskPassage:
    """A passage tied to a criterion: code points `start` to `end` of the text; `polarity` supports|counter.

    `is_there`: the essay says exactly these words at this place. It always should, as a reading never changes.
    """

    id: UUID
    start: int
    end: int
    quote: str
    paragraph: int
    polarity: str
    is_there: bool = True

    @property
    def is_counter(self) -> bool:
        return self.polarity == "counter"


@dataclass(frozen=True, slots=True)
class CriterionState:
    """What a marker has said about one criterion. `state` is a ScoreState; `points` are words, "" where none."""

    key: str
    state: str
    level_key: str
    points: str
    label: str
    slot_label: str
    no_passage: bool
    evidence: tuple[DeskPassage, ...]
    remark: str
    next_step: str
    bank_comment: str
    bank_text: str

    @property
    def is_unmarked(self) -> bool:
        return self.state == "unmarked"

    @property
    def is_not_attempted(self) -> bool:
        return self.state == "not_attempted"

    @property
    def is_zero(self) -> bool:
        return self.state == "zero"

    @property
    def comments(self) -> int:
        return bool(self.remark) + bool(self.next_step)


@dataclass(frozen=True, slots=True)
class DeskCriterion:
    """A criterion of the rubric with its levels, lowest first, and what the marker has said about it.

    `hue` is a, b or c; `guidance` is Markdown; `number` counts in marking order from 1.
    """

    key: str
    number: int
    name: str
    short_name: str
    detail: str
    guidance: str
    strand: str
    hue: str
    evidence_min: int
    has_slot_label: bool
    maximum: str
    levels: tuple[DeskLevel, ...]
    now: CriterionState


@dataclass(frozen=True, slots=True)
class DeskStrand:
    """A strand of the list at the right: its heading, its rule in short ("best 4 of 7") and its criteria."""

    key: str
    name: str
    hue: str
    guidance: str
    short_rule: str
    rule_sentence: str
    is_off: bool
    criteria: tuple[DeskCriterion, ...]


@dataclass(frozen=True, slots=True)
class StrandSum:
    """One line of the arithmetic: "E1 10 + E3 10 = 20 of 40"; `counted` are the keys that count."""

    key: str
    name: str
    hue: str
    rule: str
    sentence: str
    share: str
    out_of: str
    counted: tuple[str, ...]
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """How the total comes about; only while nothing is left, or where the teacher lets it show earlier."""

    strands: tuple[StrandSum, ...]
    sentence: str
    unrounded: str
    total: str
    out_of: str
    grade_word: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class CoverageCell:
    """Where a row and a column of the map meet: `fill` solid (one passage has both) or outlined (one paragraph)."""

    row: str
    column: str
    fill: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The first strand against the second, as passages have it. `cells` holds only the filled ones."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[CoverageCell, ...]


@dataclass(frozen=True, slots=True)
class DeskRules:
    """What a teacher decided about marking: whether the total shows early, and whether passages are needed."""

    shows_arithmetic: bool
    needs_passages: bool

    @classmethod
    def of(cls, assignment: Assignment) -> "DeskRules":
        return cls(assignment.arithmetic_while_marking, assignment.needs_passages)


@dataclass(frozen=True, slots=True)
class Foot:
    """The foot of the desk. `left` criteria are still to decide, `left_keys` in marking order.

    `passages_missing` are counted criteria with fewer passages than they ask for; where passages are needed, they keep
    the paper from being finished. `gaps` are criteria (and "" for the whole) whose comments have something to fill in.
    """

    left: int
    left_keys: tuple[str, ...]
    decided: bool
    arithmetic: Arithmetic | None
    total: str
    coverage: Coverage | None
    passages_missing: tuple[str, ...] = ()
    passages_needed: bool = False
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeskFlag:
    """A flag that is up. `kind` second_opinion|copying|worry; somebody else's worry is never among them."""

    kind: str
    label: str
    text: str
    is_mine: bool


@dataclass(frozen=True, slots=True)
class KeptBatchLine:
    """What another tab sent against an older state of this marking: kept beside, shown until it is settled."""

    key: UUID
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """Criteria that a mended rubric added to a paper that is marked already; set in a round of their own."""

    round: int
    criteria: tuple[str, ...]


def criteria_of(strands: Sequence[DeskStrand]) -> list[DeskCriterion]:
    """Give every criterion of some strands in marking order."""
    return sorted((one for strand in strands for one in strand.criteria), key=lambda one: one.number)


@dataclass(frozen=True, slots=True)
class DeskPage:
    """The whole desk. `state` none (not claimed by the reader) | open | finished; offsets are code points.

    `reading_html` has the evidence in it, as `courses.kernel.readings.mark_passages` makes it; its text, apparatus left
    out, is `reading_text`. `why_not` says what to do where it cannot be written; `may_take`: it can be taken up.
    `place` of `of` is the paper's place in the reader's own order. `scope` is what the reader goes through all papers
    for; `round` which of several markings of one paper this is, `addition` another that waits.
    `rubric_name` is the same for papers that one page can show without being loaded anew: it is drawn from
    `whole_rubric`, and `strands` are what of it this marking is about.
    """

    assignment_id: UUID
    assignment_title: str
    course_title: str
    mode_name: str
    code: str
    scope: Scope
    round: int
    rubric_name: str
    addition: Addition | None
    place: int
    of: int
    words: int
    words_min: int | None
    words_max: int | None
    words_note: str
    wording: str
    flags: tuple[DeskFlag, ...]
    reading_html: SafeString
    reading_text: str
    reading_sha256: str
    paragraphs: tuple[tuple[int, int, int], ...]
    sentences: tuple[tuple[int, int], ...]
    rubric_guidance: str
    strands: tuple[DeskStrand, ...]
    whole_rubric: tuple[DeskStrand, ...]
    marking_id: UUID | None
    purpose: str
    revision: int
    state: str
    is_writable: bool
    why_not: str
    is_reopenable: bool
    may_take: bool
    overall: str
    overall_next_step: str
    foot: Foot
    bank: DeskBank | None
    may_teach: bool
    kept_batches: tuple[KeptBatchLine, ...] = field(default=())

    @property
    def criteria(self) -> list[DeskCriterion]:
        """Every criterion in marking order."""
        return criteria_of(self.strands)

    @property
    def is_finished(self) -> bool:
        return self.state == "finished"

    @property
    def mode_query(self) -> str:
        """What keeps the scope in an address."""
        return query_of(self.scope)

    @property
    def query(self) -> str:
        """What keeps the scope and the round in an address of this paper."""
        return query_of(self.scope, self.round)

    @property
    def more_query(self) -> str:
        """The same, where the address has a query already."""
        return f"&{self.query[1:]}" if self.query else ""

    @property
    def in_scope(self) -> list[DeskCriterion]:
        """The criteria that the reader goes through, in marking order."""
        return [one for one in self.criteria if self.scope.is_whole or one.key in self.scope.criteria]
