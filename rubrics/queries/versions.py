"""What a rubric version says, whole: strands, criteria, levels, modes and rules as plain values."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from threading import Lock
from typing import Any

from rubrics.models import Criterion, GradeWord, Level, Mode, RubricVersion, Strand
from rubrics.pure import counting
from rubrics.pure.counting import Count, CriterionMark, Gain, Rule, State, StrandRule

Scores = Mapping[str, tuple[str, Decimal | None]]
"""State and points by criterion key. A criterion that is not in it is unmarked."""

MOST_KEPT = 64


@dataclass(frozen=True)
class LevelSheet:
    """One level. Positions rise from the lowest, so the first is position 1 with 0 points."""

    pk: int
    key: str
    position: int
    points: Decimal
    label: str
    descriptor: str
    indication: str
    student_text: str
    example: str


@dataclass(frozen=True)
class CriterionSheet:
    """One criterion with its levels from the lowest up; `hue` is its strand's letter of the look."""

    pk: int
    key: str
    position: int
    name: str
    short_name: str
    detail: str
    strand_key: str
    hue: str
    guidance: str
    evidence_min: int
    has_slot_label: bool
    maximum: Decimal
    levels: tuple[LevelSheet, ...]

    def level(self, key: str) -> LevelSheet | None:
        return next((level for level in self.levels if level.key == key), None)

    def level_above(self, key: str) -> LevelSheet | None:
        """Give the next level up; for a key that is none of its levels (not attempted) the first that brings points."""
        reached = self.level(key)
        position = reached.position if reached else 1
        return next((level for level in self.levels if level.position > position), None)


@dataclass(frozen=True)
class StrandSheet:
    """A strand with its criteria in order."""

    key: str
    name: str
    position: int
    hue: str
    guidance: str
    criteria: tuple[CriterionSheet, ...]

    @property
    def shared_ladder(self) -> tuple[LevelSheet, ...]:
        """The levels its criteria share in key, points, label and descriptor; none where they differ or it has one."""
        ladders = [
            [(level.key, level.points, level.label, level.descriptor) for level in one.levels] for one in self.criteria
        ]
        is_shared = len(ladders) > 1 and all(ladder == ladders[0] for ladder in ladders)
        return self.criteria[0].levels if is_shared else ()


@dataclass(frozen=True)
class RuleSheet:
    """How a strand counts in a mode; `sentence` is for students, `short` for a heading ("best 4 of 7")."""

    strand_key: str
    strand_name: str
    hue: str
    rule: Rule
    n: int | None
    weight: Decimal | None
    sentence: str
    short: str


@dataclass(frozen=True)
class ModeSheet:
    """A way of setting the task, with a rule for each strand in the strands' order."""

    pk: int
    key: str
    name: str
    words_min: int | None
    words_max: int | None
    minutes: int | None
    task: str
    rules: tuple[RuleSheet, ...]

    def rule(self, strand_key: str) -> RuleSheet | None:
        return next((rule for rule in self.rules if rule.strand_key == strand_key), None)


@dataclass(frozen=True)
class RubricSheet:
    """A whole rubric version. `criteria` run in rubric order, `marking_order` as the pack would have them marked.

    `based_on` is the key of the version it was edited from, if any.
    """

    version_pk: int
    based_on: int | None
    rubric_pk: int
    rubric_slug: str
    number: int
    is_draft: bool
    title: str
    total: Decimal
    step: Decimal
    guidance: str
    strands: tuple[StrandSheet, ...]
    criteria: tuple[CriterionSheet, ...]
    by_key: Mapping[str, CriterionSheet]
    marking_order: tuple[CriterionSheet, ...]
    modes: tuple[ModeSheet, ...]
    grade_words: tuple[tuple[Decimal, str], ...]

    def mode(self, key: str) -> ModeSheet:
        """Give the mode with this key. Raises KeyError where there is none."""
        for mode in self.modes:
            if mode.key == key:
                return mode
        raise KeyError(key)

    def strand(self, key: str) -> StrandSheet:
        """Give the strand with this key. Raises KeyError where there is none."""
        for strand in self.strands:
            if strand.key == key:
                return strand
        raise KeyError(key)

    def marks(self, scores: Scores) -> list[CriterionMark]:
        """Give the marks that counting asks for, one a criterion in rubric order."""
        return [_mark(criterion, *scores.get(criterion.key, (State.UNMARKED, None))) for criterion in self.criteria]

    def rules(self, mode_key: str) -> list[StrandRule]:
        """Give a mode's rules as counting asks for them."""
        positions = {strand.key: strand for strand in self.strands}
        return [
            StrandRule(
                key=rule.strand_key,
                name=positions[rule.strand_key].name,
                position=positions[rule.strand_key].position,
                rule=rule.rule,
                n=rule.n,
                weight=None if rule.weight is None else Fraction(rule.weight),
            )
            for rule in self.mode(mode_key).rules
        ]

    def count(self, mode_key: str, scores: Scores) -> Count:
        """Add up scores in a mode."""
        return counting.count(
            self.marks(scores), self.rules(mode_key), total=Fraction(self.total), step=Fraction(self.step)
        )

    def gains(self, mode_key: str, scores: Scores) -> list[Gain]:
        """Say what reaching the next level of each criterion would add, most first."""
        above = {}
        for criterion in self.criteria:
            _, points = scores.get(criterion.key, (State.UNMARKED, None))
            higher = [level.points for level in criterion.levels if level.points > (points or 0)]
            if higher:
                above[criterion.key] = Fraction(min(higher))
        return counting.gains(self.marks(scores), self.rules(mode_key), above, total=Fraction(self.total))

    def grade_word(self, rounded: Fraction) -> str:
        """Give the word for a rounded total; nothing where the rubric has none for it."""
        return counting.grade_word(rounded, [(Fraction(least), word) for least, word in self.grade_words])


# A published version never changes, so its sheet is kept for as long as the process lives. It is kept as the object
# itself: the cache "memory" would pickle and unpickle some 100 KB of text on every page that shows a rubric, and would
# forget it every five minutes. Frozen values may be shared by threads; the lock guards the order of use only.
_kept: OrderedDict[int, RubricSheet] = OrderedDict()
_kept_lock = Lock()


def rubric_sheet(version_id: int) -> RubricSheet:
    """Give the whole version in six statements, and in none where it was asked for before and is not a draft.

    Raises RubricVersion.DoesNotExist.
    """
    with _kept_lock:
        if version_id in _kept:
            _kept.move_to_end(version_id)
            return _kept[version_id]
    sheet = _read_sheet(version_id)
    if not sheet.is_draft:
        with _kept_lock:
            _kept[version_id] = sheet
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return sheet


def forget_sheets() -> None:
    """Empty what is kept: for tests, where a rolled back database gives the same key to another version."""
    with _kept_lock:
        _kept.clear()


def _mark(criterion: CriterionSheet, state: str, points: Decimal | None) -> CriterionMark:
    return CriterionMark(
        key=criterion.key,
        strand=criterion.strand_key,
        position=criterion.position,
        maximum=Fraction(criterion.maximum),
        state=State(state),
        points=None if points is None else Fraction(points),
    )


def _read_sheet(version_id: int) -> RubricSheet:
    version = RubricVersion.objects.select_related("rubric").get(pk=version_id)
    strands = list(Strand.objects.filter(version=version_id).order_by("position"))
    rows = list(Criterion.objects.filter(version=version_id).order_by("position"))
    levels = _read_levels(version_id)
    by_pk = {strand.pk: strand for strand in strands}
    by_key = {row.key: _criterion_sheet(row, by_pk[row.strand_id], levels.get(row.pk, ())) for row in rows}
    sheets = tuple(
        StrandSheet(
            key=strand.key,
            name=strand.name,
            position=strand.position,
            hue=strand.hue,
            guidance=strand.guidance,
            criteria=tuple(one for one in by_key.values() if one.strand_key == strand.key),
        )
        for strand in strands
    )
    words = GradeWord.objects.filter(version=version_id).order_by("-at_least")
    return RubricSheet(
        version_pk=version.pk,
        based_on=version.based_on_id,
        rubric_pk=version.rubric_id,
        rubric_slug=version.rubric.slug,
        number=version.number,
        is_draft=version.is_draft,
        title=version.rubric.title,
        total=version.total,
        step=version.step,
        guidance=version.guidance,
        strands=sheets,
        criteria=tuple(by_key.values()),
        by_key=by_key,
        marking_order=tuple(by_key[row.key] for row in sorted(rows, key=lambda row: row.marking_position)),
        modes=_read_modes(version_id, strands, sheets),
        grade_words=tuple(words.values_list("at_least", "word")),
    )


def _criterion_sheet(row: Criterion, strand: Strand, levels: tuple[LevelSheet, ...]) -> CriterionSheet:
    return CriterionSheet(
        pk=row.pk,
        key=row.key,
        position=row.position,
        name=row.name,
        short_name=row.short_name,
        detail=row.detail,
        strand_key=strand.key,
        hue=strand.hue,
        guidance=row.guidance,
        evidence_min=row.evidence_min,
        has_slot_label=row.has_slot_label,
        maximum=max((level.points for level in levels), default=Decimal(0)),
        levels=levels,
    )


def _read_levels(version_id: int) -> dict[int, tuple[LevelSheet, ...]]:
    found: dict[int, tuple[LevelSheet, ...]] = {}
    for row in Level.objects.filter(criterion__version=version_id).order_by("criterion", "position"):
        sheet = LevelSheet(
            pk=row.pk,
            key=row.key,
            position=row.position,
            points=row.points,
            label=row.label,
            descriptor=row.descriptor,
            indication=row.indication,
            student_text=row.student_text,
            example=row.example,
        )
        found[row.criterion_id] = (*found.get(row.criterion_id, ()), sheet)
    return found


def _read_modes(version_id: int, strands: list[Strand], sheets: tuple[StrandSheet, ...]) -> tuple[ModeSheet, ...]:
    """Read modes with their rules in one statement; a draft's mode may have no rule yet."""
    by_pk = {row.pk: sheet for row, sheet in zip(strands, sheets, strict=True)}
    facts = ("pk", "key", "name", "words_min", "words_max", "minutes", "task")
    rows = (
        Mode.objects.filter(version=version_id)
        .order_by("position", "pk", "rules__strand__position")
        .values(*facts, "rules__strand_id", "rules__rule", "rules__n", "rules__weight")
    )
    modes: dict[int, tuple[dict[str, Any], list[RuleSheet]]] = {}
    for row in rows:
        _, rules = modes.setdefault(row["pk"], ({fact: row[fact] for fact in facts}, []))
        if row["rules__rule"]:
            strand = by_pk[row["rules__strand_id"]]
            rules.append(_rule_sheet(strand, Rule(row["rules__rule"]), row["rules__n"], row["rules__weight"]))
    return tuple(ModeSheet(**mode, rules=tuple(rules)) for mode, rules in modes.values())


def _rule_sheet(strand: StrandSheet, rule: Rule, n: int | None, weight: Decimal | None) -> RuleSheet:
    how_many = len(strand.criteria)
    return RuleSheet(
        strand_key=strand.key,
        strand_name=strand.name,
        hue=strand.hue,
        rule=rule,
        n=n,
        weight=weight,
        sentence=counting.rule_sentence(rule, n, how_many),
        short=counting.short_rule(rule, n, how_many),
    )
