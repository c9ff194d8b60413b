"""The body of a report for the writing record, and what it is answered."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from essays.models import WritingEvent, WritingEventKind
from essays.pure.records import Reported
from essays.wire.drafts import MisreadBodyError

LONGEST_AGO = timedelta(days=30)


def read_report(body: bytes) -> Reported:
    """Read `{key, kind, text, ago_ms, copied_here}`. Raises MisreadBodyError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MisreadBodyError("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise MisreadBodyError("The body is not a JSON object.")
    text, kind, ago = found.get("text"), found.get("kind"), found.get("ago_ms", 0)
    if not isinstance(text, str):
        raise MisreadBodyError("`text` is what came in.")
    if kind not in WritingEventKind.values:
        raise MisreadBodyError("`kind` is paste or import.")
    if not isinstance(ago, int | float) or isinstance(ago, bool) or not 0 <= ago <= LONGEST_AGO.total_seconds() * 1000:
        raise MisreadBodyError("`ago_ms` is how many milliseconds ago it came in.")
    try:
        key = UUID(found["key"])
    except (KeyError, ValueError, AttributeError, TypeError):
        raise MisreadBodyError("`key` is a UUID, the same for every attempt at this report.") from None
    return Reported(key, WritingEventKind(kind), text, timedelta(milliseconds=ago), found.get("copied_here") is True)


def report_answer(event: WritingEvent | None) -> dict[str, Any]:
    """Say whether the report is in the record, and what it says there."""
    if event is None:
        return {"kept": False}
    return {"kept": True, "origin": event.origin, "characters": event.characters, "words": event.words}
