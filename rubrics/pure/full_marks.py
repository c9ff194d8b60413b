"""What full marks come to in each mode, strand by strand and in words: for whoever sets the rules."""

from dataclasses import dataclass
from fractions import Fraction

from rubrics.pure.counting import CriterionMark, Rule, State, count, in_figures, problems, rule_sentence
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import ModeText
from rubrics.pure.pack_modes import counted_criteria, strand_rules


@dataclass(frozen=True)
class StrandArithmetic:
    """A strand at full marks: which criteria count, as students are told, and the sum in words."""

    key: str
    hue: str
    rule: str
    sentence: str


@dataclass(frozen=True)
class FullMarks:
    """A mode at full marks. `problems` are what keeps it from being counted; then there is no `sentence`."""

    name: str
    strands: tuple[StrandArithmetic, ...]
    sentence: str
    problems: tuple[str, ...]


def full_marks(measure: Measure) -> list[FullMarks]:
    """Work out every mode with the highest level reached everywhere."""
    return [_mode(measure, mode) for mode in measure.modes]


def _mode(measure: Measure, mode: ModeText) -> FullMarks:
    rubric = measure.rubric
    ladderless = [one.key for one in rubric.criteria if not one.levels]
    if ladderless:
        return FullMarks(mode.name, (), "", (f"{ladderless[0]} has no levels yet. Give it some.",))
    rules, criteria = strand_rules(mode, rubric), counted_criteria(rubric)
    found = problems(rules, criteria, Fraction(rubric.total))
    if any(rule.rule in (Rule.BEST, Rule.DROP) and rule.n is None for rule in rules):
        return FullMarks(mode.name, (), "", tuple(found))
    marks = [
        CriterionMark(one.key, one.strand, one.position, one.maximum, State.SCORED, one.maximum) for one in criteria
    ]
    full = count(marks, rules, total=Fraction(rubric.total), step=Fraction(rubric.step))
    sizes = {strand.key: len(strand.criteria) for strand in rubric.strands}
    strands = tuple(
        StrandArithmetic(
            key=one.key,
            hue="abc"[place % 3],
            rule=rule_sentence(one.rule, one.n, sizes[one.key]),
            sentence="" if one.rule == Rule.OFF else f"{one.sentence}.",
        )
        for place, one in enumerate(full.strands)
    )
    shares = " + ".join(in_figures(one.share) for one in full.strands if one.rule != Rule.OFF)
    sums = f"{shares} = {in_figures(full.unrounded)} of {in_figures(full.total)}." if shares else ""
    return FullMarks(mode.name, strands, sums, tuple(found))
