"""The seal of a rescue file: it opens for what it was made for, and for nothing that differs by one byte."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from essays.pure.rescues import TamperedError, claimed_moment, rescued_text
from essays.wire.rescues import MisreadFileError, read_rescue_file
from tests.essays.rescuing import RESCUED, sealed

KEY = bytes(range(32))
DRAFT, PERSON = "5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111", "6f1d1c52-0a52-4f0e-9d57-b5d8e7f0c222"
KINDS = pytest.mark.parametrize("plain", [False, True], ids=["sealed", "in the open"])


def made(text=RESCUED, **changed):
    return sealed(text, **{"key": KEY, "draft": DRAFT, "person": PERSON, "base": 7} | changed)


def opened(data, key=KEY):
    return rescued_text(read_rescue_file(data), key)


def refused(data):
    try:
        opened(data)
    except (MisreadFileError, TamperedError):
        return True
    return False


@KINDS
@pytest.mark.parametrize("text", [RESCUED, "", "one", "words " * 30_000, "日本語 １２", 'with "quotes" \\ and \t tab'])
def test_a_file_gives_back_its_words(text, plain):
    assert opened(made(text, plain=plain)) == text


@KINDS
@pytest.mark.parametrize("flip", [0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF])
def test_a_file_with_any_byte_flipped_is_refused(plain, flip):
    data = made(plain=plain)

    taken = [at for at in range(len(data)) if not refused(data[:at] + bytes([data[at] ^ flip]) + data[at + 1 :])]

    assert taken == []


@KINDS
def test_a_file_that_is_cut_anywhere_is_refused(plain):
    data = made(plain=plain)

    assert [at for at in range(len(data)) if not refused(data[:at])] == []


@KINDS
def test_a_file_does_not_open_with_the_key_of_another_draft(plain):
    with pytest.raises(TamperedError):
        opened(made(plain=plain), key=bytes(32))


@KINDS
@pytest.mark.parametrize(
    "lie", [{"draft": PERSON}, {"person": DRAFT}, {"base": 8}, {"made_at": "2026-11-23T09:12:30.123Z"}, {"words": 99}]
)
def test_a_file_that_says_something_else_than_was_sealed_is_refused(plain, lie):
    file = replace(read_rescue_file(made(plain=plain)), **lie)

    with pytest.raises(TamperedError):
        rescued_text(file, KEY)


def test_words_in_the_open_do_not_pass_for_sealed_ones():
    sealed_file, plain = read_rescue_file(made()), read_rescue_file(made(plain=True))

    with pytest.raises(TamperedError):
        rescued_text(replace(sealed_file, text=plain.text, mac="0" * 64), KEY)
    with pytest.raises(TamperedError):
        rescued_text(replace(plain, iv=sealed_file.iv, ciphertext=sealed_file.ciphertext, mac=""), b"\x01" * 32)


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2026-11-24T09:12:30.123Z", datetime(2026, 11, 24, 9, 12, 30, 123000, tzinfo=UTC)),
        ("2026-11-24T10:12:30+01:00", datetime(2026, 11, 24, 9, 12, 30, tzinfo=UTC)),
        ("2026-11-24T10:12:30", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("", None),
        (1_790_000_000, None),
        (None, None),
        ("2026-11-24T09:12:30Z" + " " * 100, None),
    ],
)
def test_a_claimed_moment_is_read_or_left_out_and_never_refused(said, read):
    assert claimed_moment(said) == read
