"""Rescue files: what one says, and whether its words are the ones this draft's own page sealed.

The writing desk makes such a file where nothing else works any more. It is sealed with a key that only the server and
the open page of the draft know, so that a file that was changed, or made for another draft or person, cannot be opened.
"""

import hmac
import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from courses.kernel.text import count_words

FORMAT = "assay-rescue-1"
IV_BYTES = 12

MOST_BYTES = 2 * 1024 * 1024
"""The largest file: a megabyte of text, sealed and written in base64, and room to spare."""

_HALF = re.compile("[\ud800-\udfff]")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class TamperedError(ValueError):
    """The words are not as they were sealed, or were sealed for something else."""


@dataclass(frozen=True, slots=True)
class RescueFile:
    """What stands in the file. Either `iv` and `ciphertext` are there (AES-256-GCM) or `text` and `mac`.

    `draft`, `person` and `made_at` stay as they were written: the seal covers these very letters. `words` is its own
    count of its words.
    """

    draft: str
    person: str
    base: int
    made_at: str
    words: int
    iv: str = ""
    ciphertext: str = ""
    text: str = ""
    mac: str = ""

    @property
    def sealed_for(self) -> str:
        """What the seal binds the words to."""
        return f"{FORMAT}|{self.draft}|{self.person}|{self.base}|{self.made_at}"


def rescued_text(file: RescueFile, key: bytes) -> str:
    """Open the seal with the draft's key and give the words. Raises TamperedError.

    The count of words is outside the seal, so it is counted again.
    """
    text = _checked(file, key) if file.mac else _opened(file, key)
    if count_words(text) != file.words:
        raise TamperedError("There are more words, or fewer, than the file says.")
    return text


def showable(text: str) -> str:
    """Give the text with a sign in the place of every character that cannot be shown, and so not be kept."""
    return _UNSHOWABLE.sub("\ufffd", text)


def _checked(file: RescueFile, key: bytes) -> str:
    text = _HALF.sub("\ufffd", file.text)  # as a browser writes half a character in UTF-8
    covered = _bytes(f"{file.sealed_for}|{text}")
    if not hmac.compare_digest(_bytes(hmac.new(key, covered, sha256).hexdigest()), _bytes(file.mac)):
        raise TamperedError("The seal is not this text's.")
    return text


def _opened(file: RescueFile, key: bytes) -> str:
    iv = _exact(file.iv)
    if len(iv) != IV_BYTES:
        raise TamperedError("The seal has no beginning.")
    try:
        return AESGCM(key).decrypt(iv, _exact(file.ciphertext), _bytes(file.sealed_for)).decode()
    except (InvalidTag, UnicodeDecodeError):
        raise TamperedError("The seal is not this text's.") from None


def _bytes(written: str) -> bytes:
    return written.encode(errors="surrogatepass")


def _exact(written: str) -> bytes:
    """Read base64 that is written in the one way a byte string is written: nothing in it may differ unnoticed."""
    try:
        found = b64decode(written, validate=True)
    except (NotBase64, ValueError):
        raise TamperedError("This is not base64.") from None
    if b64encode(found).decode() != written:
        raise TamperedError("This is not base64 as it is written.")
    return found


def claimed_moment(said: object) -> datetime | None:
    """Read the moment that a writer's computer gives, ISO 8601 with its zone; None where it is no moment of our time.

    It is shown as a claim and decides nothing, so one that cannot be read is left out and nothing is refused.
    """
    if not isinstance(said, str) or len(said) > 40:
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    if found.tzinfo is None or not 2000 <= found.year < 2100:
        return None
    return found.astimezone(UTC)
