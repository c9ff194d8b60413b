"""Reading a rescue file: JSON of one shape, no more and no less; what it means is `essays.pure.rescues`."""

import json
from typing import Any

from essays.pure.rescues import FORMAT, MOST_BYTES, RescueFile

SHARED = {"format": str, "draft": str, "person": str, "base": int, "made_at": str, "words": int}
SEALED = {**SHARED, "iv": str, "ciphertext": str}
PLAIN = {**SHARED, "text": str, "mac": str}
SHORT = {"draft": 36, "person": 36, "made_at": 40, "iv": 16, "mac": 64}
HIGHEST = 2_147_483_647
MAC = 64


class MisreadFileError(ValueError):
    """This is no rescue file, or not a whole one; the sentence is for the person who chose it."""


def read_rescue_file(data: bytes) -> RescueFile:
    """Read the bytes of a rescue file. Raises MisreadFileError; whether the words are genuine is asked later."""
    if len(data) > MOST_BYTES:
        raise MisreadFileError("This file is larger than any rescue file. Choose the one whose name ends in .assay.")
    found = _json(data)
    if not isinstance(found, dict) or "format" not in found:
        raise MisreadFileError("This is not a rescue file. Choose the one whose name ends in .assay.")
    if found["format"] != FORMAT:
        raise MisreadFileError("This file is of a kind that is not known here. Choose the one that the desk made.")
    kinds = PLAIN if "text" in found else SEALED
    if set(found) != set(kinds) or any(type(found[name]) is not kind for name, kind in kinds.items()):
        raise MisreadFileError("Something is missing from this file, or was added to it. Ask for it as it was made.")
    if any(len(found[name]) > most for name, most in SHORT.items() if name in found):
        raise MisreadFileError("This file was changed after it was made. Ask for it as it was made.")
    if not (0 <= found["base"] <= HIGHEST and 0 <= found["words"] <= HIGHEST):
        raise MisreadFileError("This file was changed after it was made. Ask for it as it was made.")
    if len(found.get("mac", "")) not in (0, MAC) or found.get("mac") == "":
        raise MisreadFileError("This file was changed after it was made. Ask for it as it was made.")
    return RescueFile(**{name: value for name, value in found.items() if name != "format"})


def _json(data: bytes) -> Any:
    try:
        return json.loads(data.decode(), object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise MisreadFileError(
            "This file cannot be read: it is not a rescue file, or only a part of one. "
            "Copy it again from where it was made."
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that is given twice: two readers could each take another of them."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("A name is given twice.")
    return found
