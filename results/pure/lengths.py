"""How long the essays of a class are: bars of equal width on round numbers, and how many lie outside the range."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000)
MOST_BARS = 12


@dataclass(frozen=True, slots=True)
class LengthBin:
    """Essays of `least` words up to and with `most`. `outside` is under, over, or "" where some lie in the range."""

    least: int
    most: int
    count: int
    outside: str


@dataclass(frozen=True, slots=True)
class Lengths:
    """The essays' lengths. `under` and `over` count those outside the range asked for; no range, none outside."""

    bins: tuple[LengthBin, ...]
    shortest: int
    median: int
    longest: int
    under: int
    over: int


def lengths_of(words: Sequence[int], words_min: int | None, words_max: int | None) -> Lengths | None:
    """Sort essays by length, in so few steps of a round width that the picture stays one; None without essays.

    The range asked for is on the picture even where nobody wrote that much.
    """
    if not words:
        return None
    ordered = sorted(words)
    first, last = min(ordered[0], words_min or ordered[0]), max(ordered[-1], words_max or ordered[-1])
    step = next((one for one in STEPS if last // one - first // one < MOST_BARS), last // MOST_BARS + 1)
    places = Counter(count // step for count in ordered)
    bins = tuple(
        LengthBin(place * step, (place + 1) * step - 1, places[place], _outside(place, step, words_min, words_max))
        for place in range(first // step, last // step + 1)
    )
    return Lengths(
        bins=bins,
        shortest=ordered[0],
        median=(ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2,
        longest=ordered[-1],
        under=sum(count < words_min for count in ordered) if words_min else 0,
        over=sum(count > words_max for count in ordered) if words_max else 0,
    )


def _outside(place: int, step: int, words_min: int | None, words_max: int | None) -> str:
    if words_min and (place + 1) * step - 1 < words_min:
        return "under"
    return "over" if words_max and place * step > words_max else ""
