"""Making rescue files as the writing desk does: what the tests of the rescue share."""

import hmac
import json
from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from courses.kernel.text import count_words
from essays.models import Draft

RESCUED = "Technology has changed alliances since 1914.\n\nThe café’s radio – “news” – came first. 🛰️"
MADE_AT = "2026-11-24T09:12:30.123Z"


def sealed(text: str, *, key: bytes, draft: str, person: str, base: int = 0, plain: bool = False, **changed) -> bytes:
    """Seal a text: with AES-256-GCM, or, `plain`, in the open with an HMAC, as a page without WebCrypto does."""
    said = {"format": "assay-rescue-1", "draft": draft, "person": person, "base": base, "made_at": MADE_AT} | changed
    bound = f"{said['format']}|{said['draft']}|{said['person']}|{said['base']}|{said['made_at']}"
    said.setdefault("words", count_words(text))
    if plain:
        said["text"] = text
        said["mac"] = hmac.new(key, f"{bound}|{text}".encode(), sha256).hexdigest()
    else:
        iv = sha256(text.encode()).digest()[:12]
        said["iv"] = b64encode(iv).decode()
        said["ciphertext"] = b64encode(AESGCM(key).encrypt(iv, text.encode(), bound.encode())).decode()
    return json.dumps(said, ensure_ascii=False).encode()


def rescue_file(draft: Draft, text: str = RESCUED, *, base: int | None = None, plain: bool = False, **changed) -> bytes:
    """Make the file that the desk of this draft would make of `text`."""
    return sealed(
        text,
        key=bytes(draft.journal_key),
        draft=str(draft.public_id),
        person=str(draft.author.public_id),
        base=draft.head if base is None else base,
        plain=plain,
        **changed,
    )
