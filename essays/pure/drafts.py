"""What may become of a text that is saved."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Saved:
    """The text is the head now."""

    n: int
    sha256: str
    words: int
    saved_at: datetime
    state: str


@dataclass(frozen=True, slots=True)
class Replayed(Saved):
    """The text was the head before: the same key again, or the same words."""


@dataclass(frozen=True, slots=True)
class Branched:
    """The text is kept beside the head: another tab saved first, or most of it vanished without a hand on the keys."""

    n: int
    sha256: str
    shrank: bool
    head: int
    head_sha256: str
    head_words: int
    head_saved_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The text came after the end, or after the essay was handed in: kept apart for a human."""

    n: int
    sha256: str
    saved_at: datetime
    state: str


Kept = Saved | Replayed | Branched | Quarantined
