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
