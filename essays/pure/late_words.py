"""Late words in sentences: how late they came, and how much of a text they change."""

from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

ABOUT = (10, 50, 200)
"""The steps in which a difference is told where its exact size would tell too much."""


def how_long(span: timedelta) -> str:
    """Say a span in its largest unit: "less than a minute", "3 minutes", "2 hours", "5 days"."""
    if span < MINUTE:
        return "less than a minute"
    unit, name = (MINUTE, "minute") if span < 2 * HOUR else (HOUR, "hour") if span < 2 * DAY else (DAY, "day")
    count = span // unit
    return f"{count} {name}" if count == 1 else f"{count} {name}s"


def arrival(at: datetime, *, ended_at: datetime, handed_in_at: datetime | None, from_file: bool) -> str:
    """Say how words came that are kept apart, to follow their number: "arrived 3 minutes after the end"."""
    came = "came from a rescue file" if from_file else "arrived"
    if at >= ended_at:
        return f"{came} {how_long(at - ended_at)} after the end"
    if handed_in_at is not None and at >= handed_in_at:
        return f"{came} {how_long(at - handed_in_at)} after the essay was handed in"
    return f"{came} before the end"


def about(words: int) -> str:
    """Say roughly in how many words two texts differ, so that nobody can tell from it how long either is."""
    if not words:
        return "no word"
    for step in ABOUT:
        if words <= step:
            return f"at most {step} words"
    return f"more than {ABOUT[-1]} words"
