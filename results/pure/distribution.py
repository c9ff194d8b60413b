"""How totals are spread: bins for a chart, the median, and names that a comment should not hold."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

BINS = 10
SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Bin:
    """Totals from `least` up to the next bin; the last one holds the full mark too."""

    least: Decimal
    most: Decimal
    count: int


def bins_of(totals: Iterable[Decimal], out_of: Decimal, *, how_many: int = BINS) -> list[Bin]:
    """Sort totals into equal bins from 0 to the full mark."""
    width = out_of / how_many
    places = Counter(min(max(int(total / width), 0), how_many - 1) for total in totals)
    return [Bin(width * n, width * (n + 1), places[n]) for n in range(how_many)]


def median_of(totals: Sequence[Decimal]) -> Decimal | None:
    """Give the middle total, between two the mean of both; None where there is none."""
    if not totals:
        return None
    ordered, middle = sorted(totals), len(totals) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def name_finder(names: Iterable[str]) -> re.Pattern[str] | None:
    """Make a pattern that finds any of these people's names as a word, as names are written; None without names.

    It looks for every part of a name of three letters or more, and for whole usernames.
    """
    parts = {part for name in names for part in name.split() if len(part) >= SHORTEST_NAME}
    if not parts:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(parts, key=len, reverse=True))) + r")(?!\w)")
