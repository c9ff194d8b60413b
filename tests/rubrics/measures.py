"""Measures in a line: strand A with three eras (best 2), strand C with one criterion, out of 30."""

from dataclasses import replace
from decimal import Decimal

from rubrics.pure.counting import Rule
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
from rubrics.queries.versions import (
    CriterionSheet,
    LevelSheet,
    ModeSheet,
    RubricSheet,
    RuleSheet,
    StrandSheet,
)


def level(key: str, points: int | str, label: str = "", **fields) -> LevelText:
    label = label or f"Step {key}"
    values = {"descriptor": f"{label}: for markers.", "student": f"You reach {label}."} | fields
    return LevelText(key, Decimal(points), label, **values)


LADDER = (level("0", 0, "Nothing"), level("1", 2, "Mentioned"), level("2", 5, "Explained"), level("3", 10, "Weighed"))


def criterion(key: str, place: int, levels: tuple[LevelText, ...] = LADDER, **fields) -> CriterionText:
    return CriterionText(key, f"Name of {key}", f"Short {key}", place, levels, **fields)


def measure(*eras: CriterionText, n: int = 2, **rubric) -> Measure:
    """Give the usual measure, or one with these eras."""
    eras = eras or tuple(criterion(f"E{number}", number) for number in (1, 2, 3))
    craft = criterion("C1", len(eras) + 1)
    values = {"total": Decimal(30), "grade_words": (GradeWordText("good", Decimal(20)),)} | rubric
    strands = (StrandText("A", "Eras", eras), StrandText("C", "Craft", (craft,)))
    rules = (RuleText("A", Rule.BEST, n), RuleText("C", Rule.ALL))
    return Measure(
        RubricText(step=Decimal(1), strands=strands, **values),
        (ModeText("timed", "Timed", "Choose two of three.", rules, 5, 50),),
    )


def with_levels(of: Measure, key: str, *levels: LevelText) -> Measure:
    """Give a criterion other levels."""
    return changed(of, key, levels=levels)


def changed(of: Measure, key: str, **fields) -> Measure:
    """Change a criterion's fields."""
    strands = tuple(
        replace(strand, criteria=tuple(replace(one, **fields) if one.key == key else one for one in strand.criteria))
        for strand in of.rubric.strands
    )
    return replace(of, rubric=replace(of.rubric, strands=strands))


def sheet_of(of: Measure, pk: int) -> RubricSheet:
    """Give a measure as a sheet, as if it were stored under this key."""
    places = {one.key: n for n, one in enumerate(of.rubric.criteria, start=1)}
    strands = tuple(
        StrandSheet(
            key=strand.key,
            name=strand.name,
            position=place,
            hue="abc"[place - 1],
            guidance="",
            criteria=tuple(_criterion_sheet(one, strand.key, places[one.key]) for one in strand.criteria),
        )
        for place, strand in enumerate(of.rubric.strands, start=1)
    )
    criteria = tuple(one for strand in strands for one in strand.criteria)
    return RubricSheet(
        version_pk=pk,
        based_on=None,
        rubric_pk=1,
        rubric_slug="measure",
        number=pk,
        is_draft=False,
        title="Measure",
        total=of.rubric.total,
        step=of.rubric.step,
        guidance="",
        strands=strands,
        criteria=criteria,
        by_key={one.key: one for one in criteria},
        marking_order=criteria,
        modes=tuple(_mode_sheet(mode, of, pk) for mode in of.modes),
        grade_words=tuple((word.at_least, word.word) for word in of.rubric.grade_words),
    )


def _criterion_sheet(one: CriterionText, strand: str, place: int) -> CriterionSheet:
    levels = tuple(
        LevelSheet(n, each.key, n, each.points, each.label, each.descriptor, "", each.student, "")
        for n, each in enumerate(one.levels, start=1)
    )
    most = max(each.points for each in one.levels)
    return CriterionSheet(
        pk=place,
        key=one.key,
        position=place,
        name=one.name,
        short_name=one.short_name,
        detail="",
        strand_key=strand,
        hue="a",
        guidance="",
        evidence_min=one.evidence_min,
        has_slot_label=False,
        maximum=most,
        levels=levels,
    )


def _mode_sheet(mode: ModeText, of: Measure, pk: int) -> ModeSheet:
    names = {strand.key: strand.name for strand in of.rubric.strands}
    rules = tuple(
        RuleSheet(rule.strand, names[rule.strand], "a", rule.rule, rule.n, rule.weight, "", "") for rule in mode.rules
    )
    return ModeSheet(pk, mode.key, mode.name, mode.words_min, mode.words_max, mode.minutes, mode.task, rules)
