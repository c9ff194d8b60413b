"""Where the bars of a chart stand: geometry for pictures that the server draws as SVG."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, BASE, TOP = 640, 170, 50
LEFT, RIGHT, BETWEEN = 38, 618, 4
FLOW_WIDTH = 1000
ROW_HEIGHT, ROW_LEFT, ROW_WIDTH = 28, 178, 560
GAP, NARROWEST_WITH_NUMBER = 1.5, 16.0
KEY_LETTER, NAME_LETTER, AFTER_KEY = 9, 6.6, 8
"""How wide a letter of a key and of a name is at most, and the room between the two."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar with its number above it; `place` is its bin's, from 0."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    count: int
    place: int


def bars_of(counts: Sequence[int]) -> list[Bar]:
    """Place one bar a bin, the highest reaching the top; bins without papers have none."""
    highest, placed = max(counts, default=0), []
    stride = (RIGHT - LEFT) / max(len(counts), 1)
    for n, count in enumerate(counts):
        if count:
            height = round((BASE - TOP) * count / highest, 1)
            x, width = LEFT + BETWEEN / 2 + n * stride, stride - BETWEEN
            placed.append(
                Bar(round(x, 1), BASE - height, round(width, 1), height, round(x + width / 2, 1), count, place=n)
            )
    return placed


def place_on_axis(value: float, most: float, least: float = 0) -> float:
    """Give the x of a value on the chart's axis from `least` to `most`."""
    return round(LEFT + (RIGHT - LEFT) * (value - least) / (most - least), 1) if most > least else float(LEFT)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a bar that is split: what it stands for, its count and place."""

    kind: str
    label: str
    count: int
    x: float
    width: float


def flow_of(parts: Sequence[tuple[str, str, int]]) -> list[Piece]:
    """Split a bar of 1,000 by counts, left to right; `parts` are (kind, label, count). Empty parts have no piece."""
    whole, x, pieces = sum(count for _, _, count in parts), 0.0, []
    for kind, label, count in parts:
        if count:
            width = FLOW_WIDTH * count / whole
            pieces.append(Piece(kind, label, count, round(x, 1), round(max(width - 3, 2), 1)))
            x += width
    return pieces


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment of a criterion's bar. Too narrow a one carries no number; the table underneath has it."""

    kind: str
    count: int
    x: float
    width: float
    middle: float
    has_number: bool


def segments_of(parts: Sequence[tuple[str, int]]) -> list[Segment]:
    """Split a criterion's bar by counts, left to right; `parts` are (kind, count)."""
    whole, x, segments = sum(count for _, count in parts), float(ROW_LEFT), []
    for kind, count in parts:
        if count:
            width = ROW_WIDTH * count / whole
            drawn = round(max(width - GAP, 1), 1)
            segments.append(
                Segment(kind, count, round(x, 1), drawn, round(x + drawn / 2, 1), drawn >= NARROWEST_WITH_NUMBER)
            )
            x += width
    return segments


def after_keys(keys: Sequence[str]) -> int:
    """Give the x where the names of criteria begin, so that the longest key stands before them."""
    return AFTER_KEY + KEY_LETTER * max(map(len, keys), default=0)


def shortened(name: str, x: int) -> str:
    """Cut a name that would run into its bar; the table under the chart holds it whole."""
    most = max(int((ROW_LEFT - AFTER_KEY - x) / NAME_LETTER), 3)
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"
