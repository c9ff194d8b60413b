"""What time it is. Only the server's clock decides, and a context can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.utils import timezone

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """Return the moment, aware, in UTC; the one that `at` has set, where it has."""
    return _set_to.get() or timezone.now()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let everything inside happen at `moment` (tests; the demo's course of last year)."""
    if timezone.is_naive(moment):
        raise ValueError("The clock takes aware moments only.")
    token = _set_to.set(moment)
    try:
        yield moment
    finally:
        _set_to.reset(token)
