"""What a careful colleague would remark on a rubric's wording. Nothing here is refused."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from rubrics.pure.counting import in_figures
from rubrics.pure.pack_contents import CriterionText, LevelText, RubricText

DEGREE_WORDS = frozenset(
    "very quite rather somewhat fairly too so more most less least much some few little many well highly always often"
    " sometimes rarely never mostly".split()
)
QUALITIES = (
    "accurate|appropriate|clear|coherent|consistent|convincing|correct|detailed|effective|excellent|fluent|full|good"
    "|limited|logical|poor|precise|relevant|sophisticated|sound|strong|thorough|weak"
)
WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
TWO_QUALITIES = re.compile(rf"\b(?:{QUALITIES})\s+[\w-]+\s+and\s+(?:{QUALITIES})\s+[\w-]+", re.IGNORECASE)
EITHER = re.compile(r"\band/or\b", re.IGNORECASE)


@dataclass(frozen=True)
class Remark:
    """One thing to look at, and the criteria it holds for."""

    criteria: tuple[str, ...]
    text: str

    def __str__(self) -> str:
        return f"{', '.join(self.criteria)}: {self.text}"


@dataclass(frozen=True)
class CellRemark:
    """A remark and where it belongs: a level's key, "" for the criterion; `part` is descriptor, student or points."""

    level: str
    part: str
    text: str


def cell_remarks(criterion: CriterionText) -> list[CellRemark]:
    """List what may be hard to mark with in one criterion, each beside the higher of the levels it is about."""
    return list(dict.fromkeys(_remarks(criterion)))


def remarks(rubric: RubricText) -> list[Remark]:
    """List what may be hard to mark with: each remark once, with every criterion it holds for, in rubric order."""
    found: dict[str, list[str]] = {}
    for criterion in rubric.criteria:
        for remark in _remarks(criterion):
            keys = found.setdefault(remark.text, [])
            if criterion.key not in keys:
                keys.append(criterion.key)
    return [Remark(tuple(keys), text) for text, keys in found.items()]


def _remarks(criterion: CriterionText) -> Iterator[CellRemark]:
    if len(criterion.levels) == 1:
        only = criterion.levels[0].key
        yield CellRemark(only, "points", f"Level {only} is the only one. Nobody can be told apart by it; add another.")
    for lower, higher in pairwise(criterion.levels):
        yield from _same_words(lower, higher)
    for level in criterion.levels:
        for part, wording in (("descriptor", level.descriptor), ("student", level.student)):
            for text in _two_things(level, wording):
                yield CellRemark(level.key, part, text)
    yield from _gaps(criterion)


def _same_words(lower: LevelText, higher: LevelText) -> Iterator[CellRemark]:
    """Compare neighbours in each wording. A level's own indication may tell it apart where the ladder does not."""
    pairs = {
        ("for markers", "descriptor"): (
            f"{lower.descriptor} {lower.indication}",
            f"{higher.descriptor} {higher.indication}",
        ),
        ("for students", "student"): (lower.student, higher.student),
    }
    for (audience, part), (one, other) in pairs.items():
        first, second = _words(one), _words(other)
        if not first and not second:
            continue
        if first == second:
            text = f"Levels {lower.key} and {higher.key} say the same {audience}. Say what is new at {higher.key}."
            yield CellRemark(higher.key, part, text)
        elif _substance(first) == _substance(second):
            degrees = sorted(set(second).symmetric_difference(first))
            named = " and ".join(f"“{word}”" for word in degrees) or "the order of words"
            yield CellRemark(
                higher.key,
                part,
                f"Levels {lower.key} and {higher.key} differ {audience} only by {named}. "
                f"Say what can be pointed at in the essay at {higher.key}.",
            )


def _words(text: str) -> list[str]:
    return [word.lower() for word in WORD.findall(text)]


def _substance(words: list[str]) -> list[str]:
    return [word for word in words if word not in DEGREE_WORDS and not (word.endswith("ly") and len(word) > 4)]


def _two_things(level: LevelText, wording: str) -> Iterator[str]:
    if found := TWO_QUALITIES.search(wording):
        yield (
            f"Level {level.key} asks for two things at once (“{' '.join(found[0].split())}”). "
            "Say which one decides, or give each its own criterion."
        )
    if EITHER.search(wording):
        yield f"Level {level.key} says “and/or”. Say which of the two is needed."


def _gaps(criterion: CriterionText) -> Iterator[CellRemark]:
    """Find a step of more than half of all points, where there are levels enough for smaller ones."""
    most = max((level.points for level in criterion.levels), default=Decimal(0))
    for lower, higher in pairwise(criterion.levels):
        if len(criterion.levels) > 3 and (higher.points - lower.points) * 2 > most:
            low, high = (in_figures(Fraction(level.points)) for level in (lower, higher))
            yield CellRemark(
                higher.key,
                "points",
                f"From level {lower.key} ({low}) to {higher.key} ({high}) is more than half of all points. "
                "Bring them nearer, or add a level between.",
            )
