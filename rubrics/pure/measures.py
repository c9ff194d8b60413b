"""What one version of a rubric says, as plain values: the rubric with its modes, and what stops it from being used."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from rubrics.pure import counting
from rubrics.pure.pack_contents import CriterionText, ModeText, RubricText
from rubrics.pure.pack_hashes import measure_sha256
from rubrics.pure.pack_modes import counted_criteria, strand_rules

_LEVEL_LACKS = re.compile(r"Level \S+ of \S+ has (no .+)\. Write it\.")


@dataclass(frozen=True)
class Measure:
    """A rubric and the ways to set it."""

    rubric: RubricText
    modes: tuple[ModeText, ...]

    @property
    def sha256(self) -> str:
        """Hash all of it: two versions that say the same have the same."""
        return measure_sha256(self.rubric, self.modes)

    def criterion(self, key: str) -> CriterionText:
        """Give the criterion with this key. Raises KeyError where there is none."""
        for criterion in self.rubric.criteria:
            if criterion.key == key:
                return criterion
        raise KeyError(key)

    def strand_of(self, key: str) -> str:
        """Give the key of the strand that a criterion stands in. Raises KeyError where there is no such criterion."""
        for strand in self.rubric.strands:
            if any(criterion.key == key for criterion in strand.criteria):
                return strand.key
        raise KeyError(key)

    def mode(self, key: str) -> ModeText | None:
        return next((mode for mode in self.modes if mode.key == key), None)


@dataclass(frozen=True)
class Gap:
    """Why a version cannot be published yet, in a sentence; `criterion` is the one it is about, "" for the whole."""

    criterion: str
    text: str


def gaps(measure: Measure) -> list[Gap]:
    """List what stops a version from being published, each thing once: the criteria's first, then how they count."""
    empty = [strand.key for strand in measure.rubric.strands if not strand.criteria]
    found = [Gap("", f"Strand {key} has no criteria. Add one.") for key in empty]
    for criterion in measure.rubric.criteria:
        found += [Gap(criterion.key, text) for text in _criterion_gaps(criterion)]
    if not measure.modes:
        found.append(Gap("", "There is no way to set it. Add one where it says how it counts."))
    if found:
        return found
    told: dict[str, list[str]] = {}
    for mode in measure.modes:
        rules, criteria = strand_rules(mode, measure.rubric), counted_criteria(measure.rubric)
        for text in counting.problems(rules, criteria, Fraction(measure.rubric.total)):
            told.setdefault(text, []).append(mode.name)
    every = len(measure.modes)
    return [
        Gap("", text if len(modes) == every else f"Set as {' or '.join(modes)}: {text}") for text, modes in told.items()
    ]


def gaps_in_short(found: Iterable[Gap]) -> list[str]:
    """Say what stops a version from being published, the levels that lack the same wording counted in one sentence."""
    said: dict[str, int] = {}
    for gap in found:
        lacking = _LEVEL_LACKS.fullmatch(gap.text)
        sentence = lacking[1] if lacking else gap.text
        said[sentence] = said.get(sentence, 0) + 1 if lacking else 0
    return [
        sentence if not n else f"{n} level{' has' if n == 1 else 's have'} {sentence}. Write it."
        for sentence, n in said.items()
    ]


def _criterion_gaps(criterion: CriterionText) -> Iterator[str]:
    wanted = {"name": criterion.name, "short name": criterion.short_name}
    for what, text in wanted.items():
        if not text.strip():
            yield f"{criterion.key} has no {what}. Write one."
    for _, text in level_gaps(criterion):
        yield text
    for level in criterion.levels:
        words = {"label": level.label, "wording for markers": level.descriptor, "wording for students": level.student}
        lacking = [what for what, text in words.items() if not text.strip()]
        if lacking:
            yield f"Level {level.key} of {criterion.key} has no {' and no '.join(lacking)}. Write it."


def level_gaps(criterion: CriterionText) -> Iterator[tuple[int | None, str]]:
    """Say what is wrong with a criterion's ladder: the place of the level that it is about, and the sentence."""
    levels = criterion.levels
    if len(levels) < 2:
        yield None, f"{criterion.key} needs at least two levels."
    if levels and levels[0].points != 0:
        yield 0, "The lowest level comes first and has 0 points."
    for place, (lower, level) in enumerate(pairwise(levels), start=1):
        if level.points <= lower.points:
            reason = f"Level {level.key} has {level.points} points, level {lower.key} before it has {lower.points}."
            yield place, f"{reason} Points rise from level to level."
