"""How a student's own marking is said, and how far it lies from what it became."""

from collections.abc import Iterable
from dataclasses import dataclass

NOT_ATTEMPTED = "not_attempted"
OVERVIEW, LEAVE, TAKE_BACK = "overview", "leave", "take-back"
"""Where one can go on from a criterion besides another one: all of them at once, away, or here with its level gone."""


@dataclass(frozen=True, slots=True)
class Beside:
    """One criterion as its student saw it and as it is. A rung is how high a level stands; None: not attempted."""

    key: str
    name: str
    hue: str
    thought: int | None
    found: int | None
    why: str = ""

    @property
    def apart(self) -> int:
        """By how many levels the two differ; not attempted lies as low as nothing creditable."""
        return abs((self.thought or 0) - (self.found or 0))

    @property
    def agrees(self) -> bool:
        return self.thought == self.found

    @property
    def is_higher(self) -> bool:
        """Whether its student thought higher than it is. "Not attempted" and nothing creditable are equally low."""
        return (self.thought or 0) > (self.found or 0)

    @property
    def is_lower(self) -> bool:
        return (self.thought or 0) < (self.found or 0)

    @property
    def you_thought(self) -> str:
        return said(self.thought)

    @property
    def it_is(self) -> str:
        return said(self.found)


def said(rung: int | None) -> str:
    """Say a level shortly: "level 3"."""
    if rung is None:
        return "not written about"
    return f"level {rung}" if rung else "nothing that counts"


def most_apart_first(compared: Iterable[Beside]) -> list[Beside]:
    """Order by how far the two differ, the farthest first; equals stay in the order they came in."""
    return sorted(compared, key=lambda one: (-one.apart, one.agrees))


def summary(compared: Iterable[Beside]) -> str:
    """Say how often a student was right, too high or too low: "The same in 9 of 12, you thought higher in 2, …"."""
    ones = list(compared)
    agreed = sum(one.agrees for one in ones)
    higher, lower = sum(one.is_higher for one in ones), sum(one.is_lower for one in ones)
    alike = len(ones) - agreed - higher - lower
    parts = [f"The same in {agreed} of {len(ones)}"]
    parts += [f"you thought higher in {higher}"] if higher else []
    parts += [f"lower in {lower}" if higher else f"you thought lower in {lower}"] if lower else []
    said_alike = f" In {alike} only one of the two says that you wrote about it; it counts for nothing either way."
    return f"{', '.join(parts)}.{said_alike if alike else ''}"
