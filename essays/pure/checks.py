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

    `paragraphs` gives the number of paragraphs by source letter. The desk says the same while one writes (cite.js).
    """
    found = dict.fromkeys(one[0] for one in LIKE_A_CITATION.finditer(text))
    return [one for one in found if why_nowhere(one, paragraphs)]


def why_nowhere(found: str, paragraphs: Mapping[str, int]) -> str:
    """Say in a sentence why a citation leads nowhere; nothing where it leads."""
    exact = CITATION.fullmatch(found)
    if exact is None:
        return f"{found} is not read as a citation: write it like [Source B, ¶2]."
    letter, there = exact[1], paragraphs.get(exact[1])
    if there is None:
        return f"{found} leads nowhere: there is no Source {letter}."
    if int(exact[2] or 1) <= there:
        return ""
    return f"{found} leads nowhere: Source {letter} has {there} {'paragraph' if there == 1 else 'paragraphs'}."
