"""How strands and whole ladders of a draft are changed: added, ordered, taken out. One edit a function.

A ladder is the levels of a strand's criteria, taken by key: what is done to a level is done in every criterion that
has it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from itertools import product

from rubrics.pure.counting import Rule
from rubrics.pure.drafts import level_key, with_criterion, without_criterion
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import CriterionText, LevelText, ModeText, RuleText, StrandText

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def strand_of(measure: Measure, key: str) -> StrandText:
    """Give the strand with this key. Raises KeyError where there is none."""
    for strand in measure.rubric.strands:
        if strand.key == key:
            return strand
    raise KeyError(key)


def next_strand_key(taken: Iterable[str]) -> str:
    """Give the first letter that no strand has, then two letters."""
    used = {key.casefold() for key in taken}
    keys: list[str] = [*LETTERS, *map("".join, product(LETTERS, repeat=2))]
    return next(key for key in keys if key.casefold() not in used)


def with_new_strand(measure: Measure, name: str, *, key: str = "", taken: Iterable[str] = ()) -> Measure:
    """Add a strand at the end, all of whose criteria count in every mode. `taken`: keys that no new one may get."""
    strands = measure.rubric.strands
    key = key or next_strand_key([*(strand.key for strand in strands), *taken])
    modes = tuple(replace(mode, rules=(*mode.rules, RuleText(key, Rule.ALL))) for mode in measure.modes)
    return Measure(replace(measure.rubric, strands=(*strands, StrandText(key, name, ()))), modes)


def without_strand(measure: Measure, key: str) -> Measure:
    """Take a strand out with its criteria and its rules. Raises KeyError where there is none."""
    for criterion in strand_of(measure, key).criteria:
        measure = without_criterion(measure, criterion.key)
    strands = tuple(strand for strand in measure.rubric.strands if strand.key != key)
    return Measure(replace(measure.rubric, strands=strands), tuple(_without_rule(mode, key) for mode in measure.modes))


def _without_rule(mode: ModeText, strand: str) -> ModeText:
    return replace(mode, rules=tuple(rule for rule in mode.rules if rule.strand != strand))


def with_moved_strand(measure: Measure, key: str, *, up: bool) -> Measure:
    """Let a strand change places with its neighbour, and its rule in every mode; at the end nothing changes."""
    strands = list(measure.rubric.strands)
    place = strands.index(strand_of(measure, key))
    other = place + (-1 if up else 1)
    if not 0 <= other < len(strands):
        return measure
    strands[place], strands[other] = strands[other], strands[place]
    order = [strand.key for strand in strands]
    modes = tuple(
        replace(mode, rules=tuple(sorted(mode.rules, key=lambda rule: order.index(rule.strand))))
        for mode in measure.modes
    )
    return Measure(replace(measure.rubric, strands=tuple(strands)), modes)


def with_new_level(measure: Measure, strand: str, *, points: Decimal, label: str, taken: Iterable[str] = ()) -> Measure:
    """Add a level to every criterion of a strand that has none with these points, under one key."""
    criteria = strand_of(measure, strand).criteria
    fullest = max(criteria, key=lambda one: len(one.levels)).levels if criteria else ()
    used = {level.key for one in criteria for level in one.levels}
    key = level_key(fullest, points, [*used, *taken])

    def added(one: CriterionText) -> CriterionText:
        if any(level.points == points for level in one.levels):
            return one
        return replace(one, levels=(*one.levels, LevelText(key, points, label, "", "")))

    return _each_of(measure, strand, added)


def without_level(measure: Measure, strand: str, key: str) -> Measure:
    """Take a level out of every criterion of a strand that has it. Raises KeyError where none has."""
    _known(measure, strand, key)
    return _each_of(
        measure, strand, lambda one: replace(one, levels=tuple(each for each in one.levels if each.key != key))
    )


def with_moved_level(measure: Measure, strand: str, key: str, *, up: bool) -> Measure:
    """Let a level's words change places with its neighbour's, in every criterion: the points stay where they are.

    Up is towards more points; at the end nothing changes.
    """
    _known(measure, strand, key)

    def moved(one: CriterionText) -> CriterionText:
        levels = sorted(one.levels, key=lambda level: level.points)
        place = next((n for n, level in enumerate(levels) if level.key == key), None)
        other = (place if place is not None else 0) + (1 if up else -1)
        if place is None or not 0 <= other < len(levels):
            return one
        first, second = levels[place], levels[other]
        levels[place], levels[other] = replace(second, points=first.points), replace(first, points=second.points)
        return replace(one, levels=tuple(levels))

    return _each_of(measure, strand, moved)


def _known(measure: Measure, strand: str, key: str) -> None:
    if not any(level.key == key for one in strand_of(measure, strand).criteria for level in one.levels):
        raise KeyError(key)


def _each_of(measure: Measure, strand: str, change: Callable[[CriterionText], CriterionText]) -> Measure:
    for criterion in strand_of(measure, strand).criteria:
        changed = change(criterion)
        if changed != criterion:
            measure = with_criterion(measure, changed)
    return measure
