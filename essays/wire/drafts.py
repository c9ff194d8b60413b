"""The body of a draft's PUT and the JSON of its answers; field names as in docs/ARCHITECTURE.md, "A draft is saved"."""

import json
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from essays.pure.drafts import Branched, Quarantined, Replayed, Saved
from essays.pure.pace import SHORTEST_MS
from essays.pure.rescues import claimed_moment
from essays.queries.drafts import DraftTimes, Head

MOST_BYTES = 2_400_000
"""A megabyte of text may arrive as more than two of JSON, when every line end and accent is escaped."""

LONGEST_KEY = 2_147_483_647


@dataclass(frozen=True, slots=True)
class DraftPut:
    """What a page sends to save a draft."""

    base: int
    key: UUID
    text: str
    sha256: str
    intent: str
    claimed_at: datetime | None = None


class MisreadBodyError(ValueError):
    """The body is not what the protocol says; the sentence names the first thing that is wrong."""


class BodyTooLongError(ValueError):
    """The body holds more than a draft can, perhaps only once it is unpacked."""


def unpacked(body: bytes, encoding: str) -> bytes:
    """Give the body as it was before it was packed. Raises BodyTooLongError or MisreadBodyError.

    Never more than the limit is unpacked, whatever the body claims to hold.
    """
    if encoding == "gzip":
        unpacking = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        try:
            body = unpacking.decompress(body, MOST_BYTES + 1)
        except zlib.error:
            raise MisreadBodyError("The body says it is packed with gzip, and is not.") from None
        if len(body) <= MOST_BYTES and not unpacking.eof:
            raise MisreadBodyError("The packed body ends too early.")
    if len(body) > MOST_BYTES:
        raise BodyTooLongError
    return body


def read_draft_put(body: bytes) -> DraftPut:
    """Read the body of a PUT. Raises MisreadBodyError."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise MisreadBodyError("The body is not JSON.") from None
    if not isinstance(found, dict):
        raise MisreadBodyError("The body is not a JSON object.")
    base, text, sha256, intent = found.get("base"), found.get("text"), found.get("sha256"), found.get("intent", "")
    if not isinstance(base, int) or isinstance(base, bool) or not 0 <= base <= LONGEST_KEY:
        raise MisreadBodyError("`base` is the number of the revision the text was based on, 0 before the first.")
    if not isinstance(text, str):
        raise MisreadBodyError("`text` is the whole text.")
    if not isinstance(sha256, str) or len(sha256) != 64:
        raise MisreadBodyError("`sha256` is the SHA-256 of the text in UTF-8 with LF line ends, in hex.")
    try:
        key = UUID(found["key"])
    except (KeyError, ValueError, AttributeError, TypeError):
        raise MisreadBodyError("`key` is a UUID, the same for every attempt at this save.") from None
    intent = intent if isinstance(intent, str) else ""
    return DraftPut(base, key, text, sha256, intent, claimed_moment(found.get("client_ts")))


def draft_answer(
    kept: Saved | Replayed | Branched | Quarantined, *, receipt: str = "", next_ms: int = SHORTEST_MS
) -> tuple[int, dict[str, Any]]:
    """Say what became of a save: its status and its JSON.

    `receipt` is the address of the receipt, once handed in; `next_ms` how long the page should wait after a key.
    """
    if kept.state == "submitted":
        quarantined = isinstance(kept, Quarantined)
        return 423, {"error": "submitted", "state": kept.state, "quarantined": quarantined, "receipt": receipt}
    match kept:
        case Branched():
            return (422 if kept.shrank else 409), {
                "error": "suspicious_shrink" if kept.shrank else "conflict",
                "branch": kept.n,
                "head": kept.head,
                "head_sha": kept.head_sha256,
                "head_words": kept.head_words,
                "head_saved_at": _moment(kept.head_saved_at),
                "state": kept.state,
            }
        case Quarantined():
            return 202, {"quarantined": True, "rev": kept.n, "sha256": kept.sha256, "state": kept.state}
        case _:
            answer = {
                "rev": kept.n,
                "sha256": kept.sha256,
                "words": kept.words,
                "saved_at": _moment(kept.saved_at),
                "next_save_ms": next_ms,
            }
            return (200, answer | {"replay": True}) if isinstance(kept, Replayed) else (201, answer)


def draft_head(head: Head, *, at: datetime, token: str) -> dict[str, Any]:
    """Say what is kept as the head, and the server's clock."""
    return {
        "head": head.n,
        "text": head.text,
        "sha256": head.sha256,
        "state": head.state,
        "now": _moment(at),
        "closes_at": _moment(head.closes_at),
        "grace_until": _moment(head.grace_until),
        "next_save_ms": SHORTEST_MS,
        "csrf": token,
    }


def draft_times(found: DraftTimes, *, at: datetime, token: str, said: str) -> dict[str, Any]:
    """Say until when words are taken, without the text: asked every half minute. `said` tells it to the person."""
    return {
        "head": found.n,
        "sha256": found.sha256,
        "state": found.state,
        "now": _moment(at),
        "stops_at": _moment(found.stops_at),
        "closes_at": _moment(found.closes_at),
        "grace_until": _moment(found.grace_until),
        "late": found.is_late,
        "resting": found.lasts,
        "said": said,
        "csrf": token,
    }


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None
