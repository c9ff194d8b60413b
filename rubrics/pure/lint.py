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


def remarks(rubric: RubricText) -> list[Remark]:
    """List what may be hard to mark with: each remark once, with every criterion it holds for, in rubric order."""
    found: dict[str, list[str]] = {}
    for criterion in rubric.criteria:
        for text in _remarks(criterion):
            keys = found.setdefault(text, [])
            if criterion.key not in keys:
                keys.append(criterion.key)
    return [Remark(tuple(keys), text) for text, keys in found.items()]


def _remarks(criterion: CriterionText) -> Iterator[str]:
    for lower, higher in pairwise(criterion.levels):
        yield from _same_words(lower, higher)
    for level in criterion.levels:
        for wording in (level.descriptor, level.student):
            yield from _two_things(level, wording)
    yield from _gaps(criterion)


def _same_words(lower: LevelText, higher: LevelText) -> Iterator[str]:
    """Compare neighbours in each wording. A level's own indication may tell it apart where the ladder does not."""
    pairs = {
        "for markers": (f"{lower.descriptor} {lower.indication}", f"{higher.descriptor} {higher.indication}"),
        "for students": (lower.student, higher.student),
    }
    for audience, (one, other) in pairs.items():
        first, second = _words(one), _words(other)
        if first == second:
            yield f"Levels {lower.key} and {higher.key} say the same {audience}. Say what is new at {higher.key}."
        elif _substance(first) == _substance(second):
            degrees = sorted(set(second).symmetric_difference(first))
            named = " and ".join(f"“{word}”" for word in degrees) or "the order of words"
            yield (
                f"Levels {lower.key} and {higher.key} differ {audience} only by {named}. "
                f"Say what can be pointed at in the essay at {higher.key}."
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


def _gaps(criterion: CriterionText) -> Iterator[str]:
    """Find a step of more than half of all points, where there are levels enough for smaller ones."""
    most = max((level.points for level in criterion.levels), default=Decimal(0))
    for lower, higher in pairwise(criterion.levels):
        if len(criterion.levels) > 3 and (higher.points - lower.points) * 2 > most:
            low, high = (in_figures(Fraction(level.points)) for level in (lower, higher))
            yield (
                f"From level {lower.key} ({low}) to {higher.key} ({high}) is more than half of all points. "
                "Bring them nearer, or add a level between."
            )
