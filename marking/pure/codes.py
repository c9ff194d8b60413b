"""How a paper's code is made: random, easy to read aloud, and telling nothing."""

import re
import secrets
from collections.abc import Container
from hashlib import blake2b

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = "23456789"
FORM = (LETTERS, DIGITS, LETTERS, "-", DIGITS, LETTERS, LETTERS)
PATTERN = "[A-HJKMNP-Z][2-9][A-HJKMNP-Z]-[2-9][A-HJKMNP-Z]{2}"
MOST_SHUFFLE = 2**31 - 1


def new_code(taken: Container[str] = ()) -> str:
    """Draw a code such as K7M-2QD that is not taken: of 17 million, none with 0, O, 1, I or L, none that is a word."""
    while True:
        code = "".join(secrets.choice(place) for place in FORM)
        if code not in taken:
            return code


def is_code(text: str) -> bool:
    return re.fullmatch(PATTERN, text) is not None


def new_shuffle() -> int:
    """Draw a paper's place in every queue."""
    return secrets.randbelow(MOST_SHUFFLE)


def starting_point(salt: str, person: str, scope: str = "") -> int:
    """Give where one marker's queue begins: the same for as long as the assignment stands, another for each marker.

    In each `scope` ("strand:B", "criterion:E3") it begins elsewhere, so that no paper is always the first or the last
    to be judged, and one index serves every order.
    """
    told = f"{person}|{scope}" if scope else person
    digest = blake2b(told.encode(), key=salt.encode()[:64], digest_size=8).digest()
    return int.from_bytes(digest) % MOST_SHUFFLE


def codes_in(text: str) -> tuple[str, ...]:
    """Read the codes that somebody typed, in any case, with or without the stroke; what is none is given as typed."""
    found = []
    for word in re.split(r"[\s,;]+", text.strip()):
        bare = word.upper().replace("-", "")
        code = f"{bare[:3]}-{bare[3:]}"
        found.append(code if is_code(code) else word)
    return tuple(dict.fromkeys(word for word in found if word))
