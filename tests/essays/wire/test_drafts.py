import gzip
import json
import tracemalloc
import zlib
from uuid import UUID

import pytest

from essays.pure.drafts import Branched, Quarantined, Replayed, Saved
from essays.wire.drafts import (
    MOST_BYTES,
    BodyTooLongError,
    MisreadBodyError,
    draft_answer,
    read_draft_put,
    unpacked,
)
from tests.rows import MONDAY

KEY = "8b0d0d3e-54a3-4a52-9a0c-3a0e2c0f6a11"
BODY = {"base": 3, "key": KEY, "text": "Words.", "sha256": "a" * 64}


def test_a_body_is_read_as_the_protocol_says():
    put = read_draft_put(json.dumps(BODY | {"intent": "user", "tab": "x", "client_ts": "no moment"}).encode())

    assert (put.base, put.key, put.text, put.intent) == (3, UUID(KEY), "Words.", "user")
    assert put.claimed_at is None


@pytest.mark.parametrize("field", ["base", "key", "text", "sha256"])
def test_what_is_missing_is_named(field):
    body = {name: value for name, value in BODY.items() if name != field}

    with pytest.raises(MisreadBodyError, match=f"`{field}`"):
        read_draft_put(json.dumps(body).encode())


SAVED = {"n": 4, "sha256": "a" * 64, "words": 1, "saved_at": MONDAY}
BESIDE = {"n": 5, "sha256": "a" * 64, "head": 4, "head_sha256": "b" * 64, "head_words": 2, "head_saved_at": MONDAY}


@pytest.mark.parametrize(
    ("kept", "status"),
    [
        (Saved(**SAVED, state="open"), 201),
        (Replayed(**SAVED, state="open"), 200),
        (Branched(**BESIDE, shrank=False, state="open"), 409),
        (Branched(**BESIDE, shrank=True, state="open"), 422),
        (Quarantined(5, "a" * 64, MONDAY, "open"), 202),
        (Quarantined(5, "a" * 64, MONDAY, "collected"), 202),
        (Quarantined(5, "a" * 64, MONDAY, "submitted"), 423),
        (Replayed(**SAVED, state="submitted"), 423),
    ],
)
def test_every_outcome_has_its_status(kept, status):
    assert draft_answer(kept)[0] == status


def test_an_answer_holds_nothing_but_json():
    for kept in (Saved(**SAVED, state="open"), Branched(**BESIDE, shrank=False, state="open")):
        assert json.loads(json.dumps(draft_answer(kept)[1]))


# ---------------------------------------------------------------- packed bodies
def test_a_packed_body_is_read_as_the_plain_one():
    plain = json.dumps(BODY | {"text": "Words. " * 5_000}).encode()

    assert unpacked(gzip.compress(plain), "gzip") == plain
    assert unpacked(plain, "") == plain


@pytest.mark.parametrize("size", [MOST_BYTES + 1, 400_000_000])
def test_a_body_that_unpacks_to_too_much_is_refused_without_unpacking_it(size):
    packing = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packing.compress(bytes(1_000_000)) for _ in range(size // 1_000_000 + 1)) + packing.flush()

    tracemalloc.start()
    with pytest.raises(BodyTooLongError):
        unpacked(bomb, "gzip")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 4 * MOST_BYTES


@pytest.mark.parametrize(
    "body", [b"not packed at all", gzip.compress(b"{}" * 50)[:-6], b""], ids=["not packed", "cut short", "nothing"]
)
def test_a_body_that_is_badly_packed_is_said_to_be(body):
    with pytest.raises(MisreadBodyError):
        unpacked(body, "gzip")
