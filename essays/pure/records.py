"""The writing record worked out: where words are found, sessions, and the line of a text's length over time."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

RUN = 5
"""Words in a row that must be found in a text to count as shared with it; a shorter text must be found whole."""

SHARE = (4, 5)
"""What part of the words must stand in such runs for the text to come from there."""

STEP = timedelta(minutes=5)
EMPTY_STEPS = 3
"""A session ends where nothing was kept in three five-minute steps of the clock in a row: 15 minutes or more.

Counted in steps because of older states one for every step stays: thinning neither parts nor joins sessions.
"""

_WORD = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_QUOTES = str.maketrans("‘’‛`´‐‑", "'''''--")


def words_of(text: str) -> list[str]:
    """Give the words of a text for comparison: small letters, one kind of quote, no signs, no spaces."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).translate(_QUOTES).casefold())


@dataclass(frozen=True, slots=True)
class Reported:
    """Text that came in at once, as the page tells it: how long ago, and whether it was copied in the essay itself.

    `kind` is one of WritingEventKind.
    """

    key: UUID
    kind: str
    text: str
    ago: timedelta
    copied_here: bool = False


class SharedRuns:
    """How much of one text stands in others: at least four fifths of its words in runs of five or more.

    A text of fewer than five words must be found as one run. The others are given one after the other; a paragraph
    that was looked at before is passed over, so that many states of one essay cost little more than one.
    """

    def __init__(self, text: str) -> None:
        self._words = words_of(text)
        self._run = min(RUN, len(self._words))
        self._places: dict[tuple[str, ...], list[int]] = {}
        for at in range(len(self._words) - self._run + 1 if self._words else 0):
            self._places.setdefault(tuple(self._words[at : at + self._run]), []).append(at)
        self._found: set[int] = set()
        self._seen: set[str] = set()

    def look_in(self, texts: Iterable[str]) -> bool:
        """Look in `texts` until enough is found, and say whether it was."""
        for text in texts:
            for paragraph in text.split("\n"):
                if paragraph not in self._seen:
                    self._seen.add(paragraph)
                    self._look_in_paragraph(words_of(paragraph))
            if self.is_enough:
                return True
        return self.is_enough

    def _look_in_paragraph(self, words: list[str]) -> None:
        for at in range(len(words) - self._run + 1):
            for place in self._places.pop(tuple(words[at : at + self._run]), ()):  # found once is found
                self._found.update(range(place, place + self._run))

    @property
    def is_enough(self) -> bool:
        part, whole = SHARE
        return bool(self._words) and len(self._found) * whole >= len(self._words) * part


def stands_in(text: str, others: Iterable[str]) -> bool:
    """Tell whether `text` comes from `others` by the rule of SharedRuns."""
    return SharedRuns(text).look_in(others)


@dataclass(frozen=True, slots=True)
class State:
    """How long the text was when it was kept."""

    at: datetime
    words: int


@dataclass(frozen=True, slots=True)
class Session:
    """Writing without a long pause: its states, and how many words there were before it."""

    states: tuple[State, ...]
    words_before: int

    @property
    def began_at(self) -> datetime:
        return self.states[0].at

    @property
    def ended_at(self) -> datetime:
        return self.states[-1].at

    @property
    def words_after(self) -> int:
        return self.states[-1].words

    @property
    def lasted(self) -> str:
        """How long it lasted, in words, from its first kept state to its last."""
        minutes = round((self.ended_at - self.began_at).total_seconds() / 60)
        hours, rest = divmod(minutes, 60)
        if not minutes:
            return "under a minute"
        return f"{hours} h {rest} min" if hours else f"{minutes} min"

    @property
    def step(self) -> datetime:
        """The five-minute step it begins in: stays the same however much is thinned out."""
        return step_of(self.began_at)


def step_of(at: datetime) -> datetime:
    """Give the beginning of the five-minute step of the clock that `at` lies in."""
    return at.replace(minute=at.minute // 5 * 5, second=0, microsecond=0)


def sessions_of(states: Sequence[State]) -> list[Session]:
    """Part states, oldest first, into sessions. See EMPTY_STEPS."""
    starts = [
        n + 1
        for n, (one, next_) in enumerate(pairwise(states))
        if step_of(next_.at) - step_of(one.at) > EMPTY_STEPS * STEP
    ]
    bounds = [0, *starts, len(states)] if states else []
    return [
        Session(tuple(states[start:end]), states[start - 1].words if start else 0) for start, end in pairwise(bounds)
    ]


# ---------------------------------------------------------------------------------------------- the chart
LEFT, RIGHT, TOP, BASE = 52, 708, 14, 196
BETWEEN, NARROWEST = 22.0, 14.0


@dataclass(frozen=True, slots=True)
class Stretch:
    """A session on the chart: its line, where it begins and ends, and its label where there is room for one."""

    points: str
    start: float
    end: float
    dot: tuple[float, float]
    label: str


@dataclass(frozen=True, slots=True)
class Rung:
    """A line across the chart with its number of words."""

    y: float
    words: int


@dataclass(frozen=True, slots=True)
class Chart:
    """The length of a text over time, pauses cut out: a stretch a session, and a mark where text came in at once."""

    stretches: list[Stretch]
    rungs: list[Rung]
    marks: list[tuple[float, float]]


def chart_of(sessions: Sequence[Session], moments: Sequence[datetime], labels: Sequence[str]) -> Chart | None:
    """Draw sessions side by side, as wide as they lasted; `moments` are when text came in, `labels` name the sessions.

    Nothing where nothing was kept.
    """
    if not sessions:
        return None
    most = max(state.words for session in sessions for state in session.states)
    rungs = rungs_for(most)
    top = rungs[-1]
    gap = min(BETWEEN, (RIGHT - LEFT) / (3 * len(sessions)))
    widths = _widths(sessions, RIGHT - LEFT - gap * (len(sessions) - 1))
    stretches, marks, x, taken = [], [], float(LEFT), float(LEFT - 8)
    waiting = sorted(moments)
    for session, width, label in zip(sessions, widths, labels, strict=True):
        places = [(round(_across(session, state.at, x, width), 1), _up(state.words, top)) for state in session.states]
        if len(places) == 1:
            places.append((round(x + width, 1), places[0][1]))
        shown = label if x >= taken else ""
        taken = x + 7.0 * len(label) + 8 if shown else taken
        points = " ".join(f"{at},{up}" for at, up in places)
        stretches.append(Stretch(points, round(x, 1), round(x + width, 1), places[-1], shown))
        marks += [
            (round(_across(session, at, x, width), 1), _up(_length_at(session, at), top))
            for at in waiting
            if at < step_of(session.ended_at) + STEP or session is sessions[-1]
        ]
        waiting = [at for at in waiting if at >= step_of(session.ended_at) + STEP]
        x += width + gap
    return Chart(stretches, [Rung(_up(words, top), words) for words in rungs], marks)


def rungs_for(most: int) -> list[int]:
    """Give three to five round numbers from 0 up to at least `most`."""
    for size in (n * 10**power for power in range(1, 7) for n in (1, 2, 5)):
        if size * 4 >= most:
            return [size * n for n in range(max(2, -(-most // size)) + 1)]
    return [0, most]


def _widths(sessions: Sequence[Session], room: float) -> list[float]:
    """Share the room by how long the sessions lasted, none narrower than can be seen."""
    least = min(NARROWEST, room / len(sessions))
    lasted = [(session.ended_at - session.began_at).total_seconds() for session in sessions]
    left = room - least * len(sessions)
    whole = sum(lasted)
    return [least + (left * one / whole if whole else left / len(sessions)) for one in lasted]


def _across(session: Session, at: datetime, x: float, width: float) -> float:
    lasted = (session.ended_at - session.began_at).total_seconds()
    passed = min(max((at - session.began_at).total_seconds(), 0), lasted)
    return x + (width * passed / lasted if lasted else width)


def _up(words: float, top: int) -> float:
    return round(BASE - (BASE - TOP) * words / top, 1)


def _length_at(session: Session, at: datetime) -> float:
    """Give the length where the line is drawn at `at`: between two kept states, in between."""
    for one, next_ in pairwise(session.states):
        if one.at <= at < next_.at:
            return one.words + (next_.words - one.words) * ((at - one.at) / (next_.at - one.at))
    return session.states[0].words if at < session.began_at else session.words_after


def steps_of(sessions: Sequence[Session], most: int = 60) -> list[State]:
    """Give the line as a table: the last state of each five-minute step, thinned to `most` rows, the last one kept."""
    last = {step_of(state.at): state for session in sessions for state in session.states}
    rows = list(last.values())
    stride = -(-len(rows) // most) if rows else 1
    return rows[::-1][::stride][::-1]
