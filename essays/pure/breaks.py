"""What rest breaks do to a clock: how long it has stood still, and how that is said."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from essays.pure.time_left import time_left

Say = Callable[[datetime], str]
SOME = datetime(2000, 1, 1, tzinfo=UTC)
"""A moment to measure a length from."""


@dataclass(frozen=True, slots=True)
class Rest:
    """The breaks of one clock: the length of those that are over, and since when one lasts."""

    taken: timedelta = timedelta(0)
    since: datetime | None = None

    @property
    def lasts(self) -> bool:
        """Whether a break lasts, so that the clock stands still."""
        return self.since is not None

    def begun(self, at: datetime) -> "Rest":
        """The same once a break begins at `at`; one that lasts goes on."""
        return self if self.lasts else Rest(self.taken, at)

    def ended(self, at: datetime) -> "Rest":
        """The same once the break that lasts has ended at `at`, but never before it began."""
        return self if self.since is None else Rest(self.taken + max(at - self.since, timedelta(0)))


NO_REST = Rest()


def rest_of_breaks(breaks: Iterable[tuple[datetime, datetime | None]]) -> Rest:
    """Add up breaks, each from when to when; the one that lasts has no end yet."""
    found = NO_REST
    for began_at, ended_at in breaks:
        if ended_at is None:
            found = Rest(found.taken, began_at)
        else:
            found = Rest(found.taken + (ended_at - began_at), found.since)
    return found


# In words


def before_break(*, left: timedelta, due_at: datetime, closes_at: datetime, at: datetime, say: Say) -> list[str]:
    """Say what will happen to somebody who takes a break at `at` with `left` on their clock."""
    return [
        f"Your clock stops at once, with {in_words(left)} left. It runs on when you press Go on writing.",
        *_limits(left, due_at, closes_at, at, say),
        "You can close the page meanwhile. Words that arrive from another tab or device are kept, and end the break.",
        "Your teacher sees how many breaks you took and how long they were in all.",
    ]


def during_break(*, left: timedelta, due_at: datetime, closes_at: datetime, at: datetime, say: Say) -> list[str]:
    """Say what holds while the clock stands still with `left` on it."""
    return _limits(left, due_at, closes_at, at, say)


def _limits(left: timedelta, due_at: datetime, closes_at: datetime, at: datetime, say: Say) -> list[str]:
    """Say what a break does not move: closing, and due where that comes before."""
    closing = f"The assignment closes at {say(closes_at)}, break or no break; then what is saved is collected."
    if at + left > closes_at:
        said = [f"{closing} That comes before your clock would run out, so you cannot use all that is left on it."]
    else:
        said = [f"{closing} To use all the time on your clock, go on by {say(closes_at - left)}."]
    if at < due_at < closes_at:
        said.append(f"Due does not move either: what is handed in after {say(due_at)} is late.")
    return said


def breaks_sentence(rest: Rest, count: int) -> str:
    """Say a student's breaks as their teacher reads them: how many and how long, never when."""
    if not count:
        return "No rest break yet."
    ended = count - 1 if rest.lasts else count
    over = f"{ended} rest {'break' if ended == 1 else 'breaks'}, {in_words(rest.taken)} in all." if ended else ""
    return " ".join(filter(None, [over, "On a rest break now; the clock stands still." if rest.lasts else ""]))


def in_words(length: timedelta) -> str:
    """Say a length as the clock does, minutes rounded up: "41 min"; "0 min" for none."""
    return time_left(SOME + length, SOME) or "0 min"
