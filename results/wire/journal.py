"""The journal as lines to take away: JSON, one entry a line."""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any


def json_lines(headings: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Write each row as one JSON object and a line end. Moments are in universal time, to the microsecond."""
    names = tuple(headings)
    for row in rows:
        yield json.dumps(dict(zip(names, map(plain, row), strict=True)), ensure_ascii=False) + "\n"


def plain(value: Any) -> Any:
    """Write a moment as a seal reads it; anything else as it is."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
