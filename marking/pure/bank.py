"""Comments of the bank at the desk: their variables filled in, the gaps that stay, and how somebody keeps the bank.

The browser fills in the same way, where a comment is put in without waiting (`static/js/marking/bank/filling.js`);
a test tries the two against each other.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from courses.kernel.text import CITATION
from rubrics.pure.bank import VARIABLE, normalised, plain, problem_with, tidy

QUOTE_MOST = 90
"""Characters of a passage that are quoted in a comment; a longer one ends with a word and an ellipsis."""
FEWEST_WORDS = 3
"""Words of a remark that may be worth keeping; “Good.” is not."""
DECLINED_MOST = 300
SUPPORTS = "supports"

_SPACES = re.compile("[ \t\n\r\f\v\u00a0\u2028\u2029]+")
_LOOSE = re.compile(r"\{(quote|source|level)\}|\[which (quote|source|level)\?\]")

Passage = tuple[int, int, str, str]
"""A passage of a criterion: code points from and to, its words, and whether it supports."""


@dataclass(frozen=True, slots=True)
class Values:
    """What there is to fill in; "" where there is nothing."""

    quote: str = ""
    source: str = ""
    level: str = ""


def gap(name: str) -> str:
    """Give what stands where there is nothing to fill in, for the marker to write over: "[which quote?]"."""
    return f"[which {name}?]"


def filled(text: str, values: Values) -> str:
    """Give a comment in plain words, with values in the place of its variables; a gap where there is none."""
    return VARIABLE.sub(lambda found: getattr(values, found[1]) or gap(found[1]), plain(text))


def has_variables(text: str) -> bool:
    """Tell whether a comment is filled in differently from paper to paper."""
    return bool(VARIABLE.search(text))


def print_of(text: str) -> str:
    """Name a wording in a few letters, to notice that it has changed."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()[:16]


def loose_ends(text: str) -> tuple[str, ...]:
    """List the variables and gaps that a remark still holds, each once, in the order they come."""
    return tuple(dict.fromkeys(found[0] for found in _LOOSE.finditer(text)))


def quotation(words: str) -> str:
    """Give a passage in quotation marks, shortened after a word."""
    plain = _SPACES.sub(" ", words).strip(" ")
    if len(plain) <= QUOTE_MOST:
        return f"“{plain}”" if plain else ""
    head, space, _ = plain[:QUOTE_MOST].rpartition(" ")
    return f"“{head if space else plain[:QUOTE_MOST]} …”"


def cited_in(text: str) -> list[tuple[int, str]]:
    """List where a reading's text cites a source, and its letter."""
    return [(found.start(), found[1]) for found in CITATION.finditer(text)]


def values_for(
    passages: Sequence[Passage],
    *,
    level: str,
    cited: Sequence[tuple[int, str]],
    paragraphs: Sequence[tuple[int, int, int]],
    titles: Mapping[str, str],
) -> Values:
    """Say what a criterion's comment is filled with.

    The quote is its first passage that supports it, else its first. The source is the one cited in that passage, else
    in the passage's paragraph, else first in the essay; only those with a title count.
    """
    first = next((one for one in passages if one[3] == SUPPORTS), passages[0] if passages else None)
    known = [(at, titles[letter]) for at, letter in cited if titles.get(letter)]
    spans: list[tuple[int, int]] = []
    if first is not None:
        start, end, *_ = first
        paragraph = next(((begin, over) for _, begin, over in reversed(paragraphs) if begin <= start), (start, end))
        spans = [(start, end), paragraph]
    found = [title for begin, over in spans for at, title in known if begin <= at < over]
    source = next(iter([*found, *(title for _, title in known)]), "")
    return Values(quotation(first[2]) if first else "", source, level)


# ---------------------------------------------------------------- how somebody keeps the bank
@dataclass(frozen=True, slots=True)
class BankSettings:
    """Whether only one's own comments are offered, and the words that somebody did not want to keep, by their hash."""

    mine_only: bool = False
    declined: tuple[str, ...] = ()


def bank_settings_from(kept: object) -> BankSettings:
    """Read what is kept with a person; what makes no sense is left out."""
    bank = kept.get("bank") if isinstance(kept, dict) else None
    if not isinstance(bank, dict):
        return BankSettings()
    declined = bank.get("declined")
    words = [one for one in declined if isinstance(one, str)] if isinstance(declined, list) else []
    return BankSettings(bank.get("mine_only") is True, tuple(words))


def words_hash(criterion: str, text: str) -> str:
    """Name what was said about a criterion, without its words."""
    return sha256(f"{criterion} {normalised(text)}".encode(errors="surrogatepass")).hexdigest()[:16]


def worth_keeping(text: str) -> bool:
    """Tell whether a remark is long enough to be a comment of the bank, and fit to be one."""
    return len(normalised(text).split()) >= FEWEST_WORDS and not problem_with(tidy(text))
