"""What to work on next: three steps, the marker's own first, then where most points are to gain."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

HOW_MANY = 3
FROM_ONE_STRAND = 2


@dataclass(frozen=True, slots=True)
class Opening:
    """A criterion that could bring more: what its next level would add, and the words for it."""

    criterion: str
    strand: str
    gain: Fraction
    text: str
    is_attempted: bool = True


@dataclass(frozen=True, slots=True)
class NextStep:
    """One step. `criterion` is empty where the marker spoke of the whole essay; `gain` is 0 there."""

    criterion: str
    text: str
    gain: Fraction


def next_steps(
    chosen: Sequence[str], openings: Iterable[Opening], empty_places: Mapping[str, int], *, how_many: int = HOW_MANY
) -> list[NextStep]:
    """Give the marker's own steps, then the openings that would gain most, up to `how_many`.

    `openings` come most gain first. No strand gives more than `FROM_ONE_STRAND` while another could bring something:
    three steps of one strand read alike. Of a strand's criteria that were not attempted no more are advised than it
    has `empty_places`: another answer beyond them could bring nothing.
    """
    steps = [NextStep("", text, Fraction(0)) for text in chosen][:how_many]
    advised, spread, rest = Counter[str](), Counter[str](), list[Opening]()
    fitting = list[Opening]()
    for opening in openings:
        if not opening.is_attempted:
            if advised[opening.strand] >= empty_places.get(opening.strand, 0):
                continue
            advised[opening.strand] += 1
        (fitting if spread[opening.strand] < FROM_ONE_STRAND else rest).append(opening)
        spread[opening.strand] += 1
    for opening in [*fitting, *rest][: how_many - len(steps)]:
        steps.append(NextStep(opening.criterion, opening.text, opening.gain))
    return steps


def own_steps(text: str) -> list[str]:
    """Take a marker's next steps apart: one a line, bullets and numbers in front left out."""
    lines = (line.strip().lstrip("-*•·").strip() for line in text.splitlines())
    return [_without_number(line) for line in lines if line]


_LEVEL = re.compile(r"^To reach level \d+: ")


def without_level(step: str) -> str:
    """Say a step without the number of the level it leads to: "To go further: you…".

    Its words stay, and stand on the brief: who compares them can tell.
    """
    return _LEVEL.sub("To go further: ", step)


def level_step(number: int, student_text: str) -> str:
    """Say the next level in the student's words: "To reach level 3: you explain both directions."."""
    wording = student_text.strip()
    if wording.split(" ", 1)[0] in ("You", "Your"):
        wording = wording[0].lower() + wording[1:]
    return f"To reach level {number}: {wording}"


def _without_number(line: str) -> str:
    head, _, rest = line.partition(" ")
    return rest.strip() if rest and head[:-1].isdigit() and head[-1] in ".)" else line
