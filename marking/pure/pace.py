"""How long a paper takes somebody, and what is left: told from the last ones finished, breaks left out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from statistics import median

LEAST = 3
"""From how many papers on anything is said."""
LAST = 12
"""How many of the last finished papers of one marker are looked at."""
LONGEST = timedelta(hours=1)
"""Longer than this on one paper: a break lies in it, or it lay about."""
SHORTEST = timedelta(seconds=30)
"""Shorter than this after the one before: both were finished in one go, and when the work was done nobody knows."""

Span = tuple[datetime, datetime]
"""When a marking was begun, and when it was finished."""


def spent_on(spans: Iterable[Span]) -> list[timedelta]:
    """Give the time one marker spent on each paper: from when it was begun, or the one before was finished.

    What lasted longer than an hour holds a break and is left out, and so is what was finished with others in one go.
    """
    spent, before = [], None
    for began, finished in sorted(spans, key=lambda span: span[1]):
        since = began if before is None else max(began, before)
        if SHORTEST <= finished - since <= LONGEST:
            spent.append(finished - since)
        before = finished
    return spent


def pace_of(spans: Iterable[Span]) -> timedelta | None:
    """Give the median time for a paper; None where there are fewer than three to tell it from."""
    return _median(spent_on(spans))


def pace_of_all(spans: Mapping[int, Iterable[Span]]) -> timedelta | None:
    """Give the median over the papers of several markers, each of whose times are worked out alone."""
    return _median([one for of_one in spans.values() for one in spent_on(of_one)])


def _median(spent: list[timedelta]) -> timedelta | None:
    if len(spent) < LEAST:
        return None
    return timedelta(seconds=median(one.total_seconds() for one in spent))


def time_words(time: timedelta) -> str:
    """Say a time as roughly as it is known: "5 min", "45 min", "8 h 10 min", "12 h"."""
    minutes = time / timedelta(minutes=1)
    if minutes < 60:
        return f"{max(5, 5 * round(minutes / 5))} min" if round(minutes / 5) < 12 else "1 h"
    hours, rest = divmod(10 * round(minutes / 10), 60)
    return f"{hours} h {rest} min" if rest and hours < 10 else f"{hours + (rest >= 30)} h"
