"""How journal entries are bound into a chain of hashes."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha256


def chain_hash(previous_hash: str, number: int, first: int, last: int, rows: Iterable[Sequence[object]]) -> str:
    """Hash one link: the link before it, its place, and every column of every entry it covers, in order.

    Moments are written in universal time, so that the database's way of giving them back does not matter.
    """
    link = sha256(_line([previous_hash, number, first, last]))
    for row in rows:
        link.update(_line(row))
    return link.hexdigest()


def _line(values: Sequence[object]) -> bytes:
    plain = [one.astimezone(UTC).isoformat() if isinstance(one, datetime) else one for one in values]
    return json.dumps(plain, ensure_ascii=False).encode() + b"\n"
