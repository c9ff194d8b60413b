"""What a marking says now: its scores, passages and remarks as plain values, and what the foot of the desk tells."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from courses.kernel.readings import check_quote, find_quote
from courses.models import User
from marking.models import EvidenceLink, Marking, Remark, Score
from marking.models.markings import MarkingQuerySet
from marking.permissions import visible_markings
from marking.pure.bank import loose_ends
from marking.pure.coverage import coverage_cells
from marking.pure.mutations import (
    OVERALL,
    SCORED,
    SUPPORTS,
    UNMARKED,
    ZERO,
    CriterionChoices,
    Ground,
    LevelChoice,
    Passage,
    RemarkNow,
    ScoreNow,
    Sheet,
)
from marking.queries.markings import (
    Arithmetic,
    Coverage,
    CoverageCell,
    CriterionState,
    DeskPassage,
    DeskRules,
    Foot,
    StrandSum,
)
from marking.queries.readings import PaperReading, reading_of
from rubrics.pure.counting import Count, Rule, StrandCount, in_figures
from rubrics.queries.versions import CriterionSheet, RubricSheet, rubric_sheet

ParagraphAt = Callable[[int], int]
"""Gives the number of the paragraph that a code point of the reading stands in."""


@dataclass(frozen=True, slots=True)
class MarkingNow:
    """A marking as it stands, with what is needed to show it."""

    marking_id: UUID
    revision: int
    state: str
    sheet: Sheet
    rubric: RubricSheet
    reading: PaperReading
    mode_key: str
    rules: DeskRules


def markings_to_show(user: User) -> MarkingQuerySet:
    """The markings somebody sees, each with what `marking_now` needs."""
    return (
        visible_markings(user)
        .select_related(
            "allotment__assignment__mode", "allotment__paper__submission__reading", "allotment__paper__exemplar"
        )
        .defer("allotment__paper__submission__reading__text", "allotment__paper__exemplar__text")
    )


def marking_now(marking: Marking) -> MarkingNow:
    """Read a whole marking that comes with its paper's reading and its assignment's mode."""
    rubric = rubric_sheet(marking.rubric_version_id)
    return now_with(marking, sheet_of(marking.pk, rubric), rubric)


def now_with(marking: Marking, sheet: Sheet, rubric: RubricSheet) -> MarkingNow:
    """Say how a marking stands whose sheet was read already."""
    return MarkingNow(
        marking_id=marking.public_id,
        revision=marking.revision,
        state=marking.state,
        sheet=sheet,
        rubric=rubric,
        reading=reading_of(marking.allotment.paper),
        mode_key=marking.allotment.assignment.mode.key,
        rules=DeskRules.of(marking.allotment.assignment),
    )


def sheet_of(marking_id: int, rubric: RubricSheet) -> Sheet:
    """Read a whole marking in three statements."""
    return _sheet(marking_id, Score.objects.filter(marking=marking_id), rubric)


def marking_with_sheet(marking_id: int | None, rubric: RubricSheet) -> tuple[Marking | None, Sheet]:
    """Read a marking with its sheet in three statements; an unmarked sheet, in none, where there is no marking."""
    if marking_id is None:
        return None, Sheet(scores={one.key: ScoreNow() for one in rubric.criteria})
    scores = list(Score.objects.filter(marking=marking_id).select_related("marking"))
    return scores[0].marking, _sheet(marking_id, scores, rubric)


def _sheet(marking_id: int, scores: Iterable[Score], rubric: RubricSheet) -> Sheet:
    keys = {one.pk: one.key for one in rubric.criteria}
    levels = {level.pk: level.key for one in rubric.criteria for level in one.levels}
    sheet = Sheet()
    for score in scores:
        sheet.scores[keys[score.criterion_id]] = ScoreNow(
            state=score.state,
            level_key=levels[score.level_id] if score.level_id else "",
            points=score.points,
            label=score.label,
            slot_label=score.slot_label,
            no_passage=score.no_passage,
        )
    links = EvidenceLink.objects.filter(evidence__marking=marking_id).select_related("evidence").order_by("pk")
    for link in links:
        row = link.evidence
        sheet.passages[row.public_id] = Passage(row.public_id, row.start, row.end, row.quote, row.before, row.after)
        sheet.ties[row.public_id, keys[link.criterion_id]] = link.polarity
    remarks = Remark.objects.filter(marking=marking_id).select_related("bank_comment").order_by("pk")
    for remark in remarks:
        key = keys[remark.criterion_id] if remark.criterion_id else OVERALL
        code = remark.bank_comment.code if remark.bank_comment else ""
        sheet.remarks[key] = RemarkNow(remark.text, remark.next_step, code, remark.bank_text)
    return sheet


def ground_of(rubric: RubricSheet, scope: Sequence[str] | None, text: str, bank: Mapping[str, int]) -> Ground:
    """Give what mutations stand on. `bank` holds the keys of the comments they may name, by code."""
    return Ground(text=text, criteria=choices_of(rubric, scope), find=find_quote, bank=bank)


def choices_of(rubric: RubricSheet, scope: Sequence[str] | None) -> Mapping[str, CriterionChoices]:
    """Give what each criterion in scope can get, in marking order. `scope` None: all of them."""
    return {
        one.key: CriterionChoices(
            key=one.key,
            strand=one.strand_key,
            levels=tuple(LevelChoice(level.key, level.points, level.label) for level in one.levels),
            has_slot_label=one.has_slot_label,
        )
        for one in rubric.marking_order
        if scope is None or one.key in scope
    }


def criterion_state(key: str, sheet: Sheet, reading: PaperReading) -> CriterionState:
    """Say what the marker has said about one criterion; unmarked where it is out of scope."""
    now, remark = sheet.scores.get(key, ScoreNow()), sheet.remarks.get(key, RemarkNow())
    return CriterionState(
        key=key,
        state=now.state,
        level_key=now.level_key,
        points="" if now.points is None else in_figures(Fraction(now.points)),
        label=now.label,
        slot_label=now.slot_label,
        no_passage=now.no_passage,
        evidence=tuple(
            DeskPassage(
                one.id,
                one.start,
                one.end,
                one.quote,
                reading.paragraph_at(one.start),
                polarity,
                is_there=check_quote(reading.text, one.start, one.end, one.quote),
            )
            for one, polarity in sheet.passages_of(key)
        ),
        remark=remark.text,
        next_step=remark.next_step,
        bank_comment=remark.bank_comment,
        bank_text=remark.bank_text,
    )


def left_to_decide(sheet: Sheet, rubric: RubricSheet, mode_key: str) -> tuple[str, ...]:
    """List the criteria in scope that still wait for a decision, in marking order; strands that are off do not wait."""
    off = {rule.strand_key for rule in rubric.mode(mode_key).rules if rule.rule == Rule.OFF}
    return tuple(
        one.key
        for one in rubric.marking_order
        if one.strand_key not in off and one.key in sheet.scores and sheet.scores[one.key].state == UNMARKED
    )


def foot_of(sheet: Sheet, rubric: RubricSheet, mode_key: str, *, rules: DeskRules, paragraph_at: ParagraphAt) -> Foot:
    """Say what is left; and, once nothing is (or where it may show earlier), how the total comes about."""
    left = left_to_decide(sheet, rubric, mode_key)
    whole = len(sheet.scores) == len(rubric.criteria)
    arithmetic = None
    if whole and (rules.shows_arithmetic or not left):
        arithmetic = arithmetic_of(sheet, rubric, mode_key)
    return Foot(
        left=len(left),
        left_keys=left,
        decided=not left,
        arithmetic=arithmetic,
        total=arithmetic.total if arithmetic and not left else "",
        coverage=None if left else coverage_of(sheet, rubric, mode_key, paragraph_at),
        passages_missing=() if left else passages_missing(sheet, rubric, mode_key),
        passages_needed=rules.needs_passages,
        gaps=() if left else gaps_in(sheet, rubric),
    )


def points_by_criterion(sheet: Sheet) -> dict[str, tuple[str, Decimal | None]]:
    """Give states and points as the rubric's sheet counts them."""
    return {key: (now.state, now.points) for key, now in sheet.scores.items()}


def arithmetic_of(sheet: Sheet, rubric: RubricSheet, mode_key: str) -> Arithmetic:
    """Add the marking up in its mode, in words."""
    count = rubric.count(mode_key, points_by_criterion(sheet))
    shorts = {rule.strand_key: rule.short for rule in rubric.mode(mode_key).rules}
    hues = {strand.key: strand.hue for strand in rubric.strands}
    return Arithmetic(
        strands=tuple(_strand_sum(one, shorts[one.key], hues[one.key]) for one in count.strands),
        sentence=count.sentence,
        unrounded=in_figures(count.unrounded),
        total=in_figures(count.rounded),
        out_of=in_figures(count.total),
        grade_word=_grade_word(count, rubric),
        provisional=count.provisional,
    )


def _grade_word(count: Count, rubric: RubricSheet) -> str:
    return "" if count.provisional else rubric.grade_word(count.rounded)


def _strand_sum(one: StrandCount, short: str, hue: str) -> StrandSum:
    return StrandSum(
        key=one.key,
        name=one.name,
        hue=hue,
        rule=short,
        sentence=one.sentence,
        share=in_figures(one.share),
        out_of=in_figures(one.out_of),
        counted=tuple(counted.key for counted in one.counted),
        dropped=one.dropped,
    )


def coverage_of(sheet: Sheet, rubric: RubricSheet, mode_key: str, paragraph_at: ParagraphAt) -> Coverage | None:
    """Lay the first strand against the second; None where the rubric has only one, or one of them is off."""
    off = {rule.strand_key for rule in rubric.mode(mode_key).rules if rule.rule == Rule.OFF}
    several = [strand for strand in rubric.strands if len(strand.criteria) > 1][:2]
    if len(several) < 2 or any(strand.key in off for strand in several):
        return None
    rows, columns = (tuple(one.key for one in strand.criteria) for strand in several)
    places = [
        (key, (sheet.passages[passage].start, sheet.passages[passage].end), paragraph_at(sheet.passages[passage].start))
        for (passage, key), polarity in sheet.ties.items()
        if polarity == SUPPORTS
    ]
    cells = coverage_cells(rows, columns, places)
    return Coverage(rows, columns, tuple(CoverageCell(row, column, fill) for (row, column), fill in cells.items()))


def passages_missing(sheet: Sheet, rubric: RubricSheet, mode_key: str) -> tuple[str, ...]:
    """List the criteria that count and rest on fewer passages than they ask for, in marking order.

    A level asks for passages that show it, a zero for one of either side; “no single passage” is an answer. Where only
    some criteria are marked, all of them are taken to count.
    """
    counted = set(sheet.scores)
    if len(counted) == len(rubric.criteria):
        count = rubric.count(mode_key, points_by_criterion(sheet))
        counted = {one.key for strand in count.strands for one in strand.counted}
    return tuple(one.key for one in rubric.marking_order if one.key in counted and _is_short(one, sheet))


def _is_short(one: CriterionSheet, sheet: Sheet) -> bool:
    now = sheet.scores.get(one.key, ScoreNow())
    if now.no_passage or now.state not in (SCORED, ZERO):
        return False
    sides = [polarity for _, polarity in sheet.passages_of(one.key)]
    return len(sides) < min(1, one.evidence_min) if now.state == ZERO else sides.count(SUPPORTS) < one.evidence_min


def gaps_in(sheet: Sheet, rubric: RubricSheet) -> tuple[str, ...]:
    """List the criteria (and OVERALL) whose comments still have a gap, or a variable that was not filled in."""
    remarks = {key: f"{now.text} {now.next_step}" for key, now in sheet.remarks.items()}
    keys = (*(one.key for one in rubric.marking_order), OVERALL)
    return tuple(key for key in keys if loose_ends(remarks.get(key, "")))
