"""What other systems know of a rubric – criteria with levels and points – made into a rubric of ours, and told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import pairwise

from rubrics.pure.counting import Rule
from rubrics.pure.measures import Measure
from rubrics.pure.pack_contents import (
    NOT_ATTEMPTED,
    CriterionText,
    LevelText,
    ModeText,
    RubricText,
    RuleText,
    StrandText,
)
from rubrics.pure.pack_fields import KEY
from rubrics.pure.sizes import MOST_CRITERIA, MOST_LEVELS, MOST_STRANDS, excess

MOST_POINTS = Decimal("9999.99")
LONGEST_NAME, LONGEST_SHORT_NAME, LONGEST_DETAIL, LONGEST_LABEL, LONGEST_TITLE = 200, 50, 100, 100, 200
CENT = Decimal("0.01")
ONLY_STRAND = "Criteria"


class NotARubric(Exception):
    """A file that no rubric can be made of: where, "" for the whole, and why, as a sentence."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}" if place else reason)
        self.place, self.reason = place, reason


@dataclass(frozen=True)
class BareLevel:
    """One level as another system has it."""

    label: str
    points: Decimal
    descriptor: str = ""
    student: str = ""
    key: str = ""


@dataclass(frozen=True)
class BareCriterion:
    """One criterion as another system has it; `place` is where it stands in the file, for refusals."""

    name: str
    levels: tuple[BareLevel, ...]
    text: str = ""
    key: str = ""
    strand: str = ""
    place: str = ""


@dataclass(frozen=True)
class Brought:
    """A rubric read from a file: its title, what it says, and in sentences what of the file did not come along."""

    title: str
    measure: Measure
    told: tuple[str, ...] = ()


def points_of(text: str, place: str) -> Decimal:
    """Read points as people write them, with a point or a comma. Raises NotARubric."""
    try:
        value = Decimal(text.strip().replace(",", "."))
        if not 0 <= value <= MOST_POINTS:
            raise InvalidOperation
    except InvalidOperation:
        shown = f"“{text.strip()[:20]}” is not a number from 0 to 9999" if text.strip() else "There are no points here"
        raise NotARubric(place, f"{shown}. Write the points of this level.") from None
    return value.quantize(CENT, ROUND_HALF_UP).normalize() + 0


def brought(title: str, criteria: Sequence[BareCriterion], told: Iterable[str] = (), *, guidance: str = "") -> Brought:
    """Make a rubric of criteria: every one counts, and the total is the sum of their most points. Raises NotARubric."""
    if not criteria:
        raise NotARubric("", "There are no criteria in this file.")
    if len(criteria) > MOST_CRITERIA:
        raise NotARubric("", f"There are {len(criteria)} criteria. A rubric may have {MOST_CRITERIA}.")
    said = [*told]
    letters = _strand_letters(criteria)
    keys = _keys(criteria, letters)
    made = [
        _criterion(one, key, number, said)
        for number, (one, key) in enumerate(zip(criteria, keys, strict=True), start=1)
    ]
    total = sum((max(level.points for level in one.levels) for one in made), Decimal(0))
    if not 0 < total <= MOST_POINTS:
        raise NotARubric("", "The most points of the criteria come to nothing, or to more than 9999.")
    strands = tuple(
        StrandText(letter, name, tuple(one for one, bare in zip(made, criteria, strict=True) if bare.strand == strand))
        for strand, (letter, name) in letters.items()
    )
    rubric = RubricText(total=total, step=_step(made), strands=strands, guidance=guidance)
    mode = ModeText("usual", "Usual", "", tuple(RuleText(strand.key, Rule.ALL) for strand in strands))
    if reason := excess(rubric, (mode,)):
        raise NotARubric("", reason)
    return Brought(_line(title, LONGEST_TITLE) or "Rubric", Measure(_in_order(rubric), (mode,)), tuple(said))


def _strand_letters(criteria: Sequence[BareCriterion]) -> dict[str, tuple[str, str]]:
    """Give each strand a letter and a name, in the order in which they come."""
    names = dict.fromkeys(one.strand for one in criteria)
    if len(names) > MOST_STRANDS:
        raise NotARubric("", f"There are {len(names)} groups of criteria. A rubric may have {MOST_STRANDS}.")
    return {
        name: (letter, _line(name, 100) or ONLY_STRAND)
        for letter, name in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", names, strict=False)
    }


def _in_order(rubric: RubricText) -> RubricText:
    """Let the order of marking be the order of reading."""
    places = iter(range(1, MOST_CRITERIA + 1))
    strands = tuple(
        replace(strand, criteria=tuple(replace(one, marking_position=next(places)) for one in strand.criteria))
        for strand in rubric.strands
    )
    return replace(rubric, strands=strands)


def _keys(criteria: Sequence[BareCriterion], letters: dict[str, tuple[str, str]]) -> list[str]:
    """Take the keys that the file has where they are ours to take; give the others one by strand and number."""
    given = [one.key if KEY.fullmatch(one.key) and one.key != NOT_ATTEMPTED else "" for one in criteria]
    taken = {key for key in given if key}
    keys: list[str] = []
    numbers = dict.fromkeys(letters, 0)
    for one, key in zip(criteria, given, strict=True):
        if not key or key in keys:
            numbers[one.strand] += 1
            while (key := f"{letters[one.strand][0]}{numbers[one.strand]}") in taken:
                numbers[one.strand] += 1
        keys.append(key)
    return keys


def _criterion(one: BareCriterion, key: str, number: int, told: list[str]) -> CriterionText:
    place = one.place or f"criterion {number}"
    if not one.name.strip():
        raise NotARubric(place, "This criterion has no name.")
    if not one.levels:
        raise NotARubric(place, f"The criterion “{_line(one.name, 60)}” has no levels.")
    if len(one.levels) > MOST_LEVELS:
        raise NotARubric(place, f"This criterion has {len(one.levels)} levels. It may have {MOST_LEVELS}.")
    name = _line(one.name, LONGEST_NAME)
    text = one.text
    if name != one.name:
        told.append(
            f"The name of {key} was put on one line of {LONGEST_NAME} characters; all of it is in its guidance."
        )
        text = f"{one.name}\n\n{text}".strip()
    is_detail = len(text) <= LONGEST_DETAIL and "\n" not in text
    return CriterionText(
        key=key,
        name=name,
        short_name=name if len(name) <= LONGEST_SHORT_NAME else f"{name[: LONGEST_SHORT_NAME - 1].rstrip()}…",
        marking_position=number,
        levels=_levels(one, key, place, told),
        detail=text.strip() if is_detail else "",
        guidance="" if is_detail else text,
    )


def _levels(one: BareCriterion, key: str, place: str, told: list[str]) -> tuple[LevelText, ...]:
    """Give the levels from the lowest up. Two with the same points are refused: a score could not tell them apart."""
    ordered = sorted(one.levels, key=lambda level: level.points)
    for lower, level in pairwise(ordered):
        if lower.points == level.points:
            both = f"“{_line(lower.label, 40)}” and “{_line(level.label, 40)}”"
            raise NotARubric(place, f"{both} both have {level.points:f} points. Give each level its own.")
    given = [level.key for level in ordered]
    ours = all(KEY.fullmatch(each) and each != NOT_ATTEMPTED for each in given) and len(set(given)) == len(given)
    return tuple(_level(level, level.key if ours else str(number), key, told) for number, level in enumerate(ordered))


def _level(level: BareLevel, key: str, criterion: str, told: list[str]) -> LevelText:
    label = _line(level.label, LONGEST_LABEL)
    descriptor = level.descriptor
    if label != level.label:
        told.append(f"The label of {criterion}, level {key} was put on one line; all of it is in its wording.")
        descriptor = f"{level.label}\n\n{descriptor}".strip()
    return LevelText(key=key, points=level.points, label=label, descriptor=descriptor, student=level.student)


def _step(criteria: Sequence[CriterionText]) -> Decimal:
    """Give the coarsest step that every level's points are a multiple of, at most 1."""
    points = [level.points for one in criteria for level in one.levels]
    steps = (Decimal(1), Decimal("0.5"), Decimal("0.25"), Decimal("0.1"), CENT)
    return next(step for step in steps if all(value % step == 0 for value in points))


def _line(text: str, most: int) -> str:
    line = " ".join(text.split()) if "\n" in text or "\t" in text or text != text.strip() else text
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"
