"""What a teacher looks at before deciding about one paper: its markings side by side, and what was decided so far."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property

from courses.kernel.clock import now
from courses.kernel.readings import paragraph_at, paragraphs_of
from courses.models import User
from essays.models import Assignment, Reading
from marking.models import EvidenceLink, Marking, Paper, Purpose, Remark, Score
from marking.queries.papers import is_shown
from results.models import AdjustmentKind, ChosenMarking, Outcome
from results.queries.outcomes import lateness_is_hidden
from rubrics.models import ScoreState
from rubrics.pure.counting import Count, in_figures
from rubrics.queries.versions import CriterionSheet, RubricSheet, rubric_sheet


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage that a marking ties to a criterion, and whether it speaks against the level."""

    text: str
    paragraph: int
    speaks_against: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """What one marking says of one criterion. `points` and `of` are words; `counts`: it counts in that total."""

    marker: str
    said: str
    points: str
    of: str
    counts: bool
    remark: str
    next_step: str
    quotes: tuple[Quote, ...]
    looked_in_vain: bool

    @property
    def has_grounds(self) -> bool:
        """Whether there is more to it than its level."""
        return bool(self.quotes or self.remark or self.next_step or self.looked_in_vain)


@dataclass(frozen=True, slots=True)
class CriterionCompared:
    """A criterion with a cell for each marking. `difference` says in words how they differ; "" where they do not."""

    key: str
    name: str
    hue: str
    cells: tuple[Cell, ...]
    difference: str


@dataclass(frozen=True, slots=True)
class MarkingCompared:
    """A finished marking as a column: total before lateness and how it comes about, what it says of the whole.

    `was_carried`: it took the place of the marking that was named.
    """

    marking: Marking
    marker: User
    total: str
    out_of: str
    sentence: str
    version: int
    overall: str
    overall_next_step: str
    is_chosen: bool
    was_carried: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """The page. Criteria that differ come first, most points apart first. `open_by` mark the paper just now.

    `is_reopened`: the marking that was named is not finished now. `own`: the reader's own marking, finished or not.
    """

    markings: tuple[MarkingCompared, ...]
    differing: tuple[CriterionCompared, ...]
    same: tuple[CriterionCompared, ...]
    open_by: tuple[str, ...]
    own: Marking | None
    is_reopened: bool
    is_released: bool

    @property
    def apart(self) -> str:
        """How far the totals are apart, in words; "" where they are not."""
        totals = [Decimal(one.total) for one in self.markings]
        return _figures(max(totals) - min(totals)) if len(set(totals)) > 1 else ""

    @property
    def has_versions(self) -> bool:
        """Whether the markings go by different versions of the rubric."""
        return len({one.version for one in self.markings}) > 1


def paper_of_code(assignment: Assignment, code: str) -> Paper | None:
    """Find an essay's paper by its code."""
    return Paper.objects.filter(assignment=assignment, code=code, retired_at=None, submission__isnull=False).first()


@dataclass(frozen=True, slots=True)
class ChangeableTotal:
    """What a teacher may change of an outcome. `set_to` is the total set before, `late` what lateness takes, in words.

    `late_hidden`: whether it was late must not be told here, so that both answers look the same.
    """

    worked_out: Decimal
    out_of: Decimal
    set_to: Decimal | None
    set_reason: str
    late_hidden: bool
    late: Decimal | None
    waived: str


def changeable_total(outcome: Outcome) -> ChangeableTotal:
    """Read what has been decided about an outcome's total so far."""
    lines = {line.kind: line for line in outcome.adjustments.all()}
    override, late = lines.get(AdjustmentKind.OVERRIDE), lines.get(AdjustmentKind.LATE)
    hidden = lateness_is_hidden(outcome)
    return ChangeableTotal(
        worked_out=outcome.rounded,
        out_of=outcome.out_of,
        set_to=outcome.rounded + override.points if override else None,
        set_reason=override.reason if override else "",
        late_hidden=hidden,
        late=-late.points if late and late.points and not hidden else None,
        waived=late.reason if late and not late.points and not hidden else "",
    )


def compared_markings(paper: Paper, assignment: Assignment, user: User) -> Comparison:
    """Load a paper's markings of the whole for comparison, the first finished first, in six statements."""
    every = list(
        Marking.objects.current()
        .filter(allotment__paper=paper, allotment__criteria__isnull=True)
        .exclude(purpose=Purpose.CALIBRATION)
        .select_related("marker")
        .order_by("finished_at", "pk")
    )
    named = ChosenMarking.objects.filter(submission=paper.submission_id).select_related("marking").first()
    said = _said([marking for marking in every if marking.is_finished], paper, assignment)
    columns = tuple(_column(one, named) for one in said)
    keys = {key: criterion for one in said for key, criterion in one.sheet.by_key.items()}
    rows = [_row(criterion, said) for criterion in keys.values()]
    return Comparison(
        markings=columns,
        differing=tuple(row for row, _ in sorted(rows, key=lambda one: -one[1]) if row.difference),
        same=tuple(row for row, _ in rows if not row.difference),
        open_by=tuple(one.marker.name for one in every if not one.is_finished and one.marker_id != user.pk),
        own=next((one for one in reversed(every) if one.marker_id == user.pk), None),
        is_reopened=named is not None and not any(one.is_chosen for one in columns),
        is_released=is_shown(paper, now()),
    )


ScoreRow = tuple[str, Decimal | None, str, str, bool]
"""State, points, the level's label, the slot's label, and whether a passage was looked for in vain."""


@dataclass
class _Said:
    """All that one marking says; the remark on the whole is under ""."""

    marking: Marking
    sheet: RubricSheet
    mode: str
    scores: dict[str, ScoreRow] = field(default_factory=dict)
    remarks: dict[str, tuple[str, str]] = field(default_factory=dict)
    quotes: dict[str, list[Quote]] = field(default_factory=lambda: defaultdict(list))

    @cached_property
    def count(self) -> Count:
        return self.sheet.count(self.mode, {key: (state, points) for key, (state, points, *_) in self.scores.items()})

    @cached_property
    def counted(self) -> set[str]:
        return {one.key for strand in self.count.strands for one in strand.counted}


def _said(markings: Sequence[Marking], paper: Paper, assignment: Assignment) -> list[_Said]:
    """Read scores, remarks and passages of all markings in four statements."""
    by_pk = {one.pk: _Said(one, rubric_sheet(one.rubric_version_id), assignment.mode.key) for one in markings}
    scores = Score.objects.filter(marking__in=by_pk).values_list(
        "marking_id", "criterion__key", "state", "points", "label", "slot_label", "no_passage"
    )
    for pk, key, *score in scores:
        by_pk[pk].scores[key] = tuple(score)  # type: ignore[assignment]  # five values of these types
    remarks = Remark.objects.filter(marking__in=by_pk)
    for pk, criterion, text, step in remarks.values_list("marking_id", "criterion__key", "text", "next_step"):
        by_pk[pk].remarks[criterion or ""] = (text, step)
    html = Reading.objects.filter(submission=paper.submission_id).values_list("reading_html", flat=True).first()
    paragraphs = paragraphs_of(html or "")
    links = EvidenceLink.objects.filter(evidence__marking__in=by_pk).order_by("evidence__start", "evidence__end")
    for pk, key, start, quote, polarity in links.values_list(
        "evidence__marking_id", "criterion__key", "evidence__start", "evidence__quote", "polarity"
    ):
        by_pk[pk].quotes[key].append(Quote(quote, paragraph_at(paragraphs, start), polarity == "counter"))
    return list(by_pk.values())


def _column(one: _Said, named: ChosenMarking | None) -> MarkingCompared:
    chosen, marking = named.marking if named else None, one.marking
    here = (marking.allotment_id, marking.marker_id)
    is_chosen = chosen is not None and (chosen.allotment_id, chosen.marker_id) == here
    overall, step = one.remarks.get("", ("", ""))
    return MarkingCompared(
        marking=marking,
        marker=marking.marker,
        total=in_figures(one.count.rounded),
        out_of=_figures(one.sheet.total),
        sentence=one.count.sentence,
        version=one.sheet.number,
        overall=overall,
        overall_next_step=step,
        is_chosen=is_chosen,
        was_carried=is_chosen and marking.supersedes_id is not None,
    )


NOTHING_SAID: ScoreRow = (ScoreState.UNMARKED, None, "", "", False)


def _row(criterion: CriterionSheet, said: Sequence[_Said]) -> tuple[CriterionCompared, Decimal]:
    """Put a criterion's cells side by side; give with it how many points they are apart at most."""
    scores = [one.scores.get(criterion.key, NOTHING_SAID) for one in said]
    points = [score[1] or Decimal(0) for score in scores]
    apart = max(points) - min(points)
    difference = f"{_figures(apart)} apart" if apart else "0 points, but not for the same reason"
    cells = tuple(_cell(one, criterion.key) for one in said)
    differs = len({score[:2] for score in scores}) > 1
    row = CriterionCompared(criterion.key, criterion.name, criterion.hue, cells, difference if differs else "")
    return row, apart


def _cell(one: _Said, key: str) -> Cell:
    criterion = one.sheet.by_key.get(key)
    state, points, label, slot, looked_in_vain = one.scores.get(key, NOTHING_SAID)
    words = {ScoreState.UNMARKED: "unmarked", ScoreState.NOT_ATTEMPTED: "not attempted"}
    said = words.get(ScoreState(state), f"{label}: {slot}" if slot else label)
    remark, step = one.remarks.get(key, ("", ""))
    return Cell(
        marker=one.marking.marker.name,
        said=said if criterion else "not in this version",
        points="" if points is None else _figures(points),
        of=_figures(criterion.maximum) if criterion else "",
        counts=key in one.counted,
        remark=remark,
        next_step=step,
        quotes=tuple(one.quotes.get(key, ())),
        looked_in_vain=looked_in_vain,
    )


def _figures(value: Decimal) -> str:
    return f"{value.normalize():f}"
