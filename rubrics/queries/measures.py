"""A stored version as plain values, as a pack would say it: what is edited, compared and mapped."""

from decimal import Decimal

from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import (
    CriterionText,
    GradeWordText,
    LevelText,
    ModeText,
    RubricText,
    RuleText,
    StrandText,
)
from rubrics.queries.versions import CriterionSheet, ModeSheet, RubricSheet, StrandSheet


def measure_of(sheet: RubricSheet) -> Measure:
    """Give what a version says; its sheet has all of it."""
    marking_positions = {one.key: position for position, one in enumerate(sheet.marking_order, start=1)}
    rubric = RubricText(
        total=plain(sheet.total),
        step=plain(sheet.step),
        strands=tuple(_strand(strand, marking_positions) for strand in sheet.strands),
        grade_words=tuple(GradeWordText(word, plain(least)) for least, word in sheet.grade_words),
        guidance=sheet.guidance,
    )
    return Measure(rubric, tuple(_mode(mode) for mode in sheet.modes))


def plain(value: Decimal) -> Decimal:
    """Write 10 for 10.00, as a person would."""
    return value.to_integral() if value == value.to_integral() else value.normalize()


def _strand(strand: StrandSheet, marking_positions: dict[str, int]) -> StrandText:
    return StrandText(
        key=strand.key,
        name=strand.name,
        criteria=tuple(_criterion(one, marking_positions[one.key]) for one in strand.criteria),
        guidance=strand.guidance,
    )


def _criterion(criterion: CriterionSheet, marking_position: int) -> CriterionText:
    levels = tuple(
        LevelText(
            key=level.key,
            points=plain(level.points),
            label=level.label,
            descriptor=level.descriptor,
            student=level.student_text,
            indication=level.indication,
            example=level.example,
        )
        for level in criterion.levels
    )
    return CriterionText(
        key=criterion.key,
        name=criterion.name,
        short_name=criterion.short_name,
        marking_position=marking_position,
        levels=levels,
        detail=criterion.detail,
        guidance=criterion.guidance,
        evidence_min=criterion.evidence_min,
        has_slot_label=criterion.has_slot_label,
    )


def _mode(mode: ModeSheet) -> ModeText:
    return ModeText(
        key=mode.key,
        name=mode.name,
        task=mode.task,
        rules=tuple(
            RuleText(rule.strand_key, rule.rule, rule.n, None if rule.weight is None else plain(rule.weight))
            for rule in mode.rules
        ),
        words_min=mode.words_min,
        words_max=mode.words_max,
        minutes=mode.minutes,
    )
