"""Reading a rescue file: everything that is not exactly one is refused with a sentence."""

import json

import pytest

from essays.pure.rescues import MOST_BYTES
from essays.wire.rescues import MisreadFileError, read_rescue_file
from tests.essays.rescuing import sealed

GOOD = json.loads(sealed("One two.", key=bytes(32), draft="d" * 36, person="p" * 36))
OPEN = json.loads(sealed("One two.", key=bytes(32), draft="d" * 36, person="p" * 36, plain=True))


def without(said, name):
    return {key: value for key, value in said.items() if key != name}


def written(said):
    return json.dumps(said).encode()


HOSTILE = {
    "nothing": b"",
    "only spaces": b" \n ",
    "not JSON": b"Dear teacher, here is my essay.",
    "a document": b"PK\x03\x04" + b"\x00" * 200,
    "NULs": b"\x00" * 64,
    "a NUL within": written(GOOD).replace(b"One", b"O\x00e").replace(b"assay", b"as\x00ay"),
    "not UTF-8": written(GOOD).decode().encode("utf-16"),
    "half a letter": written(GOOD)[:-1] + b"\xe2\x82",
    "a list": b"[]",
    "a word": b'"assay-rescue-1"',
    "a number": b"1",
    "null": b"null",
    "nested a million deep": b"[" * 1_000_000 + b"]" * 1_000_000,
    "nested objects": b'{"format":' * 100_000 + b"1" + b"}" * 100_000,
    "nested where a word belongs": written({**GOOD, "draft": [[[["d"]]]]}),
    "too large": b" " * (MOST_BYTES + 1),
    "another format": written({**GOOD, "format": "assay-rescue-2"}),
    "a format that is no word": written({**GOOD, "format": 1}),
    "something added": written({**GOOD, "more": 1}),
    "both kinds": written({**GOOD, **OPEN}),
    "a name twice": written(GOOD)[:-1] + b', "base": 0}',
    "a true number": written({**GOOD, "base": True}),
    "a broken number": written({**GOOD, "base": 1.0}),
    "below zero": written({**GOOD, "base": -1}),
    "words below zero": written({**GOOD, "words": -1}),
    "a huge number": written(GOOD).replace(b'"base": 0', b'"base": ' + b"9" * 400),
    "a number of 5,000 digits": written(GOOD).replace(b'"base": 0', b'"base": ' + b"9" * 5_000),
    "no number": written(GOOD).replace(b'"base": 0', b'"base": NaN'),
    "a long draft": written({**GOOD, "draft": "d" * 37}),
    "a long moment": written({**GOOD, "made_at": "2" * 41}),
    "an empty mac": written({**OPEN, "mac": ""}),
    "a short mac": written({**OPEN, "mac": "0" * 63}),
    **{f"without {name}": written(without(GOOD, name)) for name in GOOD},
    **{f"in the open without {name}": written(without(OPEN, name)) for name in OPEN},
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_rescue_file_is_refused_with_a_sentence(data):
    with pytest.raises(MisreadFileError) as said:
        read_rescue_file(data)

    assert str(said.value).endswith(".")
    assert len(str(said.value)) < 150


def test_a_file_is_read_as_it_is_written():
    file = read_rescue_file(written(GOOD))

    assert (file.draft, file.person, file.base, file.words) == ("d" * 36, "p" * 36, 0, 2)
    assert file.sealed_for == f"assay-rescue-1|{'d' * 36}|{'p' * 36}|0|{GOOD['made_at']}"
    assert read_rescue_file(written(OPEN)).text == "One two."
