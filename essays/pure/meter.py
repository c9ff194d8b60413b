"""How a count of words is drawn against a range: a line, what is written, and the range as a box."""

from dataclasses import dataclass

WIDTH = 144
"""The drawing's width in its own units; the page scales it. essays/drafts/words.js draws by the same steps."""


@dataclass(frozen=True, slots=True)
class Meter:
    """Where the bar of what is written ends, and where the box of the range begins and how wide it is."""

    done: float
    range_from: float
    range_width: float


def word_meter(words: int, least: int | None, most: int | None) -> Meter | None:
    """Draw `words` on a line that reaches a sixth beyond the range; nothing where there is no range."""
    if not (least or most):
        return None
    top = (most or least or 1) * 7 / 6
    start = (least or 0) / top * WIDTH
    end = (most / top * WIDTH) if most else WIDTH
    return Meter(round(min(words / top, 1) * WIDTH, 1), round(start, 1), round(end - start, 1))
