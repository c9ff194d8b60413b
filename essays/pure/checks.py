"""What is worth a look before an essay is handed in: its length, its author's name, citations that lead nowhere."""

import re
from collections.abc import Iterable, Mapping

from courses.kernel.text import CITATION

LIKE_A_CITATION = re.compile(r"\[\s*source\b[^\]\[\n]{0,40}\](?!\()", re.IGNORECASE)
SHORTEST_NAME = 3


def outside_range(words: int, least: int | None, most: int | None) -> str:
    """Say how far `words` is from the range, or nothing within it. A warning only: nothing is taken off for it."""
    if least and words < least:
        return f"{_words(least - words)} fewer than the {least:,} asked for."
    if most and words > most:
        return f"{_words(words - most)} more than the {most:,} asked for."
    return ""


def _words(count: int) -> str:
    return "1 word" if count == 1 else f"{count:,} words"


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """List those of `names` that stand in the text as whole words, in any case; very short ones are passed over."""
    found = []
    for name in names:
        plain = name.strip()
        if len(plain) < SHORTEST_NAME or plain in found:
            continue
        if re.search(rf"(?<!\w){re.escape(plain)}(?!\w)", text, re.IGNORECASE):
            found.append(plain)
    return found


def citations_to_nowhere(text: str, paragraphs: Mapping[str, int]) -> list[str]:
    """List, once each, the citations whose source or paragraph is not there, and those not written as one.

    `paragraphs` gives the number of paragraphs by source letter.
    """
    lost: dict[str, None] = {}
    for found in LIKE_A_CITATION.finditer(text):
        exact = CITATION.fullmatch(found[0])
        if exact is None or exact[1] not in paragraphs or int(exact[2] or 1) > paragraphs[exact[1]]:
            lost[found[0]] = None
    return list(lost)
