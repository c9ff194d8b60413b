"""How one essay's outcome is put together from what a marker judged: total, lines, next steps, map, adjustments."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from results.pure.coverage import StrandAxis, Tie, axes, coverage_map
from results.pure.next_steps import Opening, level_step, next_steps, own_steps
from rubrics.pure import counting
from rubrics.pure.counting import Count, Late, Rule, State

if TYPE_CHECKING:
    from rubrics.queries.versions import CriterionSheet, RubricSheet

SUPPORTS = "supports"
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage that a criterion points at; `polarity` says whether it shows the level or speaks against it."""

    start: int
    end: int
    paragraph: int
    quote: str
    polarity: str = SUPPORTS


@dataclass(frozen=True, slots=True)
class Judged:
    """What the marking of record says about one criterion."""

    state: str
    level_key: str = ""
    points: Decimal | None = None
    slot_label: str = ""
    remark: str = ""
    next_step: str = ""
    passages: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class LateTerms:
    """An assignment's late rule and how late this essay is, in started days."""

    rule: str = Late.NONE
    percent: Decimal | None = None
    floor: Decimal | None = None
    cap: Decimal | None = None
    days: int = 0


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a teacher decided about this outcome, each with its reason: another total, lateness waived."""

    mark: Decimal | None = None
    mark_reason: str = ""
    lateness_waived: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as the student reads it; the fields are those of `OutcomeLine`."""

    criterion_key: str
    criterion_name: str
    criterion_short_name: str
    criterion_detail: str
    strand_key: str
    position: int
    state: str
    level_key: str
    rung: int
    rungs: int
    points: Decimal | None
    maximum: Decimal
    label: str
    slot_label: str
    descriptor: str
    remark: str
    next_step: str
    counted: bool
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True)
class AdjustmentLine:
    """Points added or taken after rounding. `kind` is late or override."""

    kind: str
    points: Decimal
    reason: str


@dataclass(frozen=True, slots=True)
class Content:
    """All that an outcome says. Two of the same content have the same digest."""

    mode_pk: int
    unrounded: Decimal
    rounded: Decimal
    total: Decimal
    out_of: Decimal
    grade_word: str
    overall: str
    arithmetic: dict[str, Any]
    next_steps: list[dict[str, str]]
    coverage: dict[str, Any]
    lines: tuple[Line, ...]
    adjustments: tuple[AdjustmentLine, ...]

    @property
    def digest(self) -> str:
        return sha256(json.dumps(self, sort_keys=True, default=_plain, ensure_ascii=False).encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Give a part as JSON knows it; cheaper than `asdict`, which copies everything down to the last word."""
    return {one.name: getattr(value, one.name) for one in fields(value)} if is_dataclass(value) else str(value)


Judgements = Mapping[str, Judged]
RuleChoice = tuple["RubricSheet", str]
"""A rubric version and the key of one of its modes: one way of counting."""


@dataclass(frozen=True, slots=True)
class RuleThatStands:
    """The rule that stands for one essay, with what was judged in its terms and what that comes to."""

    sheet: "RubricSheet"
    mode_key: str
    judged: Judgements
    count: Count
    note: str = ""


def undecided(sheet: "RubricSheet", mode_key: str, judged: Judgements) -> tuple[str, ...]:
    """Name the criteria that are unmarked and would count: while there are any, there is no outcome."""
    counted = {rule.strand_key for rule in sheet.mode(mode_key).rules if rule.rule != Rule.OFF}
    return tuple(
        one.key
        for one in sheet.criteria
        if one.strand_key in counted and (one.key not in judged or judged[one.key].state == State.UNMARKED)
    )


def assemble(
    sheet: "RubricSheet",
    mode_key: str,
    judged: Judgements,
    *,
    frozen: RuleChoice | None = None,
    earlier: Judgements | None = None,
    overall: str = "",
    own_next: str = "",
    late: LateTerms = LateTerms(),  # frozen: nothing can be left behind in it
    decisions: Decisions = Decisions(),  # frozen too
) -> Content:
    """Put one outcome together. Every criterion that counts must be decided.

    `frozen` is the rule the student read first, where it is another one, and `earlier` what was judged by it: the
    higher total stands.
    """
    stands = rule_that_stands(sheet, mode_key, judged, frozen=frozen, earlier=earlier)
    counted_by, key, count = stands.sheet, stands.mode_key, stands.count
    rounded = _money(count.rounded)
    adjustments = _adjustments(rounded, counted_by, late, decisions)
    total = rounded + sum((line.points for line in adjustments), Decimal(0))
    lines = tuple(_line(criterion, stands.judged.get(criterion.key), count) for criterion in counted_by.criteria)
    return Content(
        mode_pk=counted_by.mode(key).pk,
        unrounded=counting.six_places(count.unrounded),
        rounded=rounded,
        total=total,
        out_of=counted_by.total,
        grade_word=counted_by.grade_word(Fraction(total)),
        overall=overall,
        arithmetic=_arithmetic(counted_by, key, count, stands.note),
        next_steps=_next_steps(counted_by, key, stands.judged, count, lines, own_next),
        coverage=_coverage(counted_by, key, lines),
        lines=lines,
        adjustments=adjustments,
    )


def _scores(judged: Judgements) -> dict[str, tuple[str, Decimal | None]]:
    return {key: (one.state, one.points) for key, one in judged.items()}


def rule_that_stands(
    sheet: "RubricSheet",
    mode_key: str,
    judged: Judgements,
    *,
    frozen: RuleChoice | None = None,
    earlier: Judgements | None = None,
) -> RuleThatStands:
    """Say by which rule an essay is counted: by today's, or by the one its student read first where that gives more."""
    count = sheet.count(mode_key, _scores(judged))
    now = RuleThatStands(sheet, mode_key, judged, count)
    if frozen is None or (frozen[0].version_pk, frozen[1]) == (sheet.version_pk, mode_key):
        return now
    theirs = judged_by(frozen[0], sheet, judged, earlier)
    if theirs is None:
        return now
    then = frozen[0].count(frozen[1], _scores(theirs))
    if then.provisional:
        return now
    if then.rounded > count.rounded:
        note = "The rule changed after you had opened the task. By the rule you read you get more, so that one stands."
        return RuleThatStands(*frozen, theirs, then, note)
    note = "The rule changed after you had opened the task. By the new rule you get no less, so that one stands."
    return replace(now, note=note)


def judged_by(
    before: "RubricSheet", sheet: "RubricSheet", judged: Judgements, earlier: Judgements | None
) -> Judgements | None:
    """Put what was judged in the terms of the version a student read first; None where that cannot be said.

    Where a marking by that version is known, `earlier`, it says so, with today's words and passages. Else each
    criterion of that version must have been judged by today's.
    """
    if before.version_pk == sheet.version_pk:
        return judged
    if earlier is not None:
        return {key: _with_words_of(one, judged.get(key)) for key, one in earlier.items() if key in before.by_key}
    if not set(before.by_key) <= set(judged):
        return None
    return {key: in_terms_of(criterion, judged[key]) for key, criterion in before.by_key.items()}


def with_corrections(
    earlier: Judgements, judged: Judgements, before: "RubricSheet", criteria: Iterable[str]
) -> dict[str, Judged]:
    """Let what was decided anew since hold by the earlier version too: a mistake that was mended does not come back."""
    known = {key for key in criteria if key in before.by_key and key in judged and key in earlier}
    return {key: in_terms_of(before.by_key[key], judged[key]) if key in known else one for key, one in earlier.items()}


def _with_words_of(one: Judged, other: Judged | None) -> Judged:
    if other is None:
        return one
    return replace(
        one,
        slot_label=other.slot_label,
        remark=other.remark,
        next_step=other.next_step,
        passages=other.passages,
    )


def in_terms_of(criterion: "CriterionSheet", judged: Judged) -> Judged:
    """Put a judgement in the terms of another version's criterion: the level with its key, else the next one below.

    Whoever reached a level between two would have got the lower one where it did not exist.
    """
    if judged.state not in (State.ZERO, State.SCORED):
        return judged
    points = judged.points or Decimal(0)
    below = [level for level in criterion.levels if level.points <= points]
    level = criterion.level(judged.level_key) or max(below, key=lambda one: one.points, default=criterion.levels[0])
    state = State.SCORED if level.points else State.ZERO
    return replace(judged, state=state, level_key=level.key, points=level.points)


def _money(value: Fraction) -> Decimal:
    return counting.six_places(value).quantize(CENT, ROUND_HALF_UP)


def _adjustments(
    rounded: Decimal, sheet: "RubricSheet", late: LateTerms, decisions: Decisions
) -> tuple[AdjustmentLine, ...]:
    """List what changes the total after rounding: the teacher's own mark first, lateness on top of it."""
    found, mark = [], rounded
    if decisions.mark is not None:
        found.append(AdjustmentLine("override", decisions.mark - rounded, decisions.mark_reason))
        mark = decisions.mark
    taken = counting.late_adjustment(
        Fraction(mark),
        kind=Late(late.rule),
        percent=_fraction(late.percent),
        floor=_fraction(late.floor),
        cap=_fraction(late.cap),
        days_late=late.days,
        total=Fraction(sheet.total),
    )
    if taken and decisions.lateness_waived:
        found.append(AdjustmentLine("late", Decimal(0), decisions.lateness_waived))
    elif taken:
        found.append(AdjustmentLine("late", _money(taken), _late_reason(late)))
    return tuple(found)


def _fraction(value: Decimal | None) -> Fraction | None:
    return None if value is None else Fraction(value)


def _late_reason(late: LateTerms) -> str:
    days = "1 day" if late.days == 1 else f"{late.days} days"
    if late.rule == Late.CAP:
        return f"Handed in {days} late: late work can reach at most {counting.in_figures(Fraction(late.cap or 0))}."
    percent = counting.in_figures(Fraction(late.percent or 0))
    lowest = f", but never below {counting.in_figures(Fraction(late.floor))}" if late.floor else ""
    return f"Handed in {days} late: every day started takes {percent} % of the full mark off{lowest}."


def _line(criterion: "CriterionSheet", judged: Judged | None, count: Count) -> Line:
    judged = judged or Judged(State.NOT_ATTEMPTED)
    level = criterion.level(judged.level_key)
    climbs = [one for one in criterion.levels if one.points > 0]
    counted = any(one.key == criterion.key for strand in count.strands for one in strand.counted)
    attempted = judged.state in (State.ZERO, State.SCORED)
    return Line(
        criterion_key=criterion.key,
        criterion_name=criterion.name,
        criterion_short_name=criterion.short_name,
        criterion_detail=criterion.detail,
        strand_key=criterion.strand_key,
        position=criterion.position,
        # A criterion of a strand that is off may be left unmarked; the student reads it like one not written about.
        state=State.NOT_ATTEMPTED if judged.state == State.UNMARKED else judged.state,
        level_key=level.key if level else "",
        rung=climbs.index(level) + 1 if level in climbs else 0,
        rungs=len(climbs),
        points=(judged.points or Decimal(0)) if attempted else None,
        maximum=criterion.maximum,
        label=level.label if level else "",
        slot_label=judged.slot_label,
        descriptor=level.student_text if level else "",
        remark=judged.remark,
        next_step=judged.next_step or (_level_above(criterion, judged.level_key) if attempted else ""),
        counted=counted,
        passages=tuple(sorted(judged.passages, key=lambda passage: (passage.start, passage.end))),
    )


def _level_above(criterion: "CriterionSheet", level_key: str) -> str:
    above = criterion.level_above(level_key)
    if above is None:
        return ""
    number = [one.key for one in criterion.levels if one.points > 0].index(above.key) + 1
    return level_step(number, above.student_text)


def _arithmetic(sheet: "RubricSheet", mode_key: str, count: Count, note: str) -> dict[str, Any]:
    strands = []
    for strand in count.strands:
        sheet_of, rule = sheet.strand(strand.key), sheet.mode(mode_key).rule(strand.key)
        strands.append(
            {
                "key": strand.key,
                "name": strand.name,
                "hue": sheet_of.hue,
                "rule": str(strand.rule),
                "n": strand.n,
                "short": rule.short if rule else "",
                "rule_sentence": rule.sentence if rule else "",
                "sentence": strand.sentence,
                "counted": [{"key": one.key, "points": counting.in_figures(one.points)} for one in strand.counted],
                "dropped": list(strand.dropped),
                "empty": strand.empty_slots,
                "share": counting.in_figures(strand.share),
                "out_of": counting.in_figures(strand.out_of),
            }
        )
    return {"sentence": count.sentence, "note": note, "strands": strands}


def _next_steps(
    sheet: "RubricSheet",
    mode_key: str,
    judged: Judgements,
    count: Count,
    lines: Iterable[Line],
    own_next: str,
) -> list[dict[str, str]]:
    by_key = {line.criterion_key: line for line in lines}
    openings = []
    for gain in sheet.gains(mode_key, _scores(judged)):
        line, criterion = by_key[gain.key], sheet.by_key[gain.key]
        attempted = line.state != State.NOT_ATTEMPTED
        text = line.next_step or judged[gain.key].next_step or _level_above(criterion, line.level_key)
        openings.append(Opening(gain.key, criterion.strand_key, gain.gain, text, attempted))
    empty = {strand.key: strand.empty_slots for strand in count.strands}
    return [
        {"criterion": step.criterion, "text": step.text, "gain": counting.in_figures(step.gain) if step.gain else ""}
        for step in next_steps(own_steps(own_next), openings, empty)
    ]


def _coverage(sheet: "RubricSheet", mode_key: str, lines: Sequence[Line]) -> dict[str, Any]:
    places = coverage_axes(sheet, mode_key)
    if places is None:
        return {}
    ties = [
        Tie(line.criterion_key, passage.start, passage.end, passage.paragraph)
        for line in lines
        for passage in line.passages
        if passage.polarity == SUPPORTS
    ]
    drawn = coverage_map(*places, ties)
    return {
        "rows": list(drawn.rows),
        "columns": list(drawn.columns),
        "cells": [[cell.row, cell.column, str(cell.fill), cell.paragraph] for cell in drawn.cells],
    }


def coverage_axes(sheet: "RubricSheet", mode_key: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Give the criteria of the map's rows and columns for a rubric in a mode, or None where it has no map."""
    mode = sheet.mode(mode_key)
    strands = []
    for strand in sheet.strands:
        rule = mode.rule(strand.key)
        keys = tuple(criterion.key for criterion in strand.criteria)
        strands.append(StrandAxis(strand.key, rule.rule if rule else Rule.OFF, keys))
    return axes(strands)
