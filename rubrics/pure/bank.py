"""What a comment of the bank may say: its words and variables, where it is offered, and when two say the same."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from rubrics.pure.pack_contents import NOT_ATTEMPTED

VARIABLES = ("quote", "source", "level")
"""What is filled in when a comment is put into a remark: `{quote}`, `{source}` and `{level}`."""

TEXT_MOST = 1_000
VARIABLE = re.compile(r"\{(quote|source|level)\}")
_IN_BRACES = re.compile(r"\{([A-Za-z_ ]{3,20})\}")
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_STRESS = re.compile(r"\*([^*\n]+)\*")
_SAME_SIGNS = str.maketrans("‘’‚‛“”„‟‐‑‒–—", "''''\"\"\"\"-----")

Tie = tuple[str, str]
"""A criterion's key and a level's; the level "" where any will do, NOT_ATTEMPTED where nothing was attempted."""


def tidy(text: str) -> str:
    """Give a comment's words as they are kept: one paragraph after another, nothing around them."""
    lines = (line.strip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def plain(text: str) -> str:
    """Give a comment as its reader will see it: remarks are plain words, so the pack's *stress* is taken out."""
    return _STRESS.sub(r"\1", text)


def in_general(text: str) -> str:
    """Give a comment in plain words as it speaks of no paper: an ellipsis stands for what would be filled in."""
    return VARIABLE.sub("…", plain(text))


def problem_with(text: str) -> str:
    """Say why a comment cannot be kept with these words, and what to do; nothing where it can."""
    if not text:
        return "Write what you would say to a student."
    if len(text) > TEXT_MOST:
        return f"The comment has {len(text):,} characters; at most {TEXT_MOST:,} can be kept. Shorten it, or make two."
    if _UNSHOWABLE.search(text):
        return "The comment holds a character that cannot be shown. Take it out."
    unknown = next((name for name in _IN_BRACES.findall(text) if name not in VARIABLES), None)
    if unknown is not None:
        return (
            f"Nothing is filled in for {{{unknown}}}. Use {{quote}}, {{source}} or {{level}}, or take the braces out."
        )
    return ""


def normalised(text: str) -> str:
    """Give what two wordings share that a reader would call the same: no case, no odd spaces, no signs at the ends."""
    plain = unicodedata.normalize("NFKC", text).translate(_SAME_SIGNS).casefold()
    return " ".join(plain.split()).strip(" .,;:!?'\"-")


def ties_between(criteria: Iterable[str], levels: Iterable[str], known: Mapping[str, Sequence[str]]) -> list[Tie]:
    """Tie every criterion to every level that it has; without a level, to all of them.

    `known` gives the levels of every criterion of the rubric. A criterion that has none of the levels is left out.
    """
    wanted = list(dict.fromkeys(levels))
    return [
        (criterion, level)
        for criterion in dict.fromkeys(criteria)
        for level in wanted or [""]
        if not level or level == NOT_ATTEMPTED or level in known.get(criterion, ())
    ]


def stray_ties(ties: Iterable[Tie], known: Mapping[str, Sequence[str]]) -> list[Tie]:
    """List the ties to what the rubric does not have."""
    return [
        (criterion, level)
        for criterion, level in ties
        if criterion not in known or (level and level != NOT_ATTEMPTED and level not in known[criterion])
    ]
