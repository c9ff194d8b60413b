"""What the first row of pasted cells says: which column is the key, the name, a level, and what its cells hold."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Holds(StrEnum):
    """What the cells of a column hold; those of a level are named as a level's parts are."""

    KEY = "key"
    NAME = "name"
    SHORT_NAME = "short_name"
    DETAIL = "detail"
    GUIDANCE = "guidance"
    PASSAGES = "evidence_min"
    STRAND = "strand"
    DESCRIPTOR = "descriptor"
    STUDENT = "student"
    INDICATION = "indication"
    EXAMPLE = "example"
    POINTS = "points"
    LABEL = "label"


OF_A_LEVEL = (Holds.DESCRIPTOR, Holds.STUDENT, Holds.INDICATION, Holds.EXAMPLE, Holds.POINTS, Holds.LABEL)
NAMED = {
    "key": Holds.KEY,
    "id": Holds.KEY,
    "code": Holds.KEY,
    "no": Holds.KEY,
    "criterion": Holds.NAME,
    "criteria": Holds.NAME,
    "name": Holds.NAME,
    "criterion name": Holds.NAME,
    "short name": Holds.SHORT_NAME,
    "short": Holds.SHORT_NAME,
    "detail": Holds.DETAIL,
    "years": Holds.DETAIL,
    "beside the name": Holds.DETAIL,
    "guidance": Holds.GUIDANCE,
    "what to look for": Holds.GUIDANCE,
    "passages": Holds.PASSAGES,
    "passages asked for": Holds.PASSAGES,
    "evidence": Holds.PASSAGES,
    "strand": Holds.STRAND,
    "group": Holds.STRAND,
    "section": Holds.STRAND,
}
PARTS = [
    (Holds.STUDENT, re.compile(r"\b(?:for students?|students?(?: wording| words)?|in student words)\b", re.IGNORECASE)),
    (
        Holds.INDICATION,
        re.compile(r"\b(?:what it looks like(?: here)?|looks like(?: here)?|indications?)\b", re.IGNORECASE),
    ),
    (Holds.EXAMPLE, re.compile(r"\bexamples?\b", re.IGNORECASE)),
    (
        Holds.DESCRIPTOR,
        re.compile(r"\b(?:for markers?|markers?(?: wording)?|descriptors?|descriptions?)\b", re.IGNORECASE),
    ),
]
POINTS = re.compile(
    r"[(\[]?\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*(?:points?|pts?\.?|marks?|p\.?)(?![\w])\s*[)\]]?", re.IGNORECASE
)
IN_BRACKETS = re.compile(r"[(\[]\s*(\d{1,4}(?:[.,]\d{1,2})?)\s*[)\]]")
ONLY_POINTS = re.compile(r"\b(?:points?|pts?|marks?)\b\.?", re.IGNORECASE)
ONLY_LABEL = re.compile(r"\b(?:level name|label|name)\b", re.IGNORECASE)
POINTS_OF_LEVEL = re.compile(r"level\s+(\w{1,4})\s*[,:–-]?\s*(?:points?|pts?|marks?)", re.IGNORECASE)
LEVEL_KEY = re.compile(r"(?:level\s+)?(\d{1,2}[a-z]{0,2})(?![\w.,]*\d)\b[\s.:)–-]*(.*)", re.IGNORECASE)
EDGES = " \t:;,.–—-·|/()[]"


@dataclass(frozen=True)
class LevelHeading:
    """A level as a heading names it: a key, a name and points, as far as it gives them."""

    key: str = ""
    label: str = ""
    points: Decimal | None = None

    def is_same(self, other: "LevelHeading") -> bool:
        """Whether two headings are of one level, the second naming it shorter or longer."""
        if self.key or other.key:
            return self.key.casefold() == other.key.casefold()
        if self.label and other.label:
            return self.label.casefold() == other.label.casefold()
        return self.points is not None and self.points == other.points


@dataclass(frozen=True)
class Column:
    """A column: its place, what its cells hold, and of which level where they belong to one."""

    place: int
    holds: Holds
    level: LevelHeading | None = None


def named_column(text: str) -> Holds | None:
    """Say what a heading such as "Criterion" or "Years" stands for; nothing for a level's."""
    return NAMED.get(" ".join(text.split()).strip(EDGES + "#*").casefold())


def level_heading(text: str, usual: Holds) -> tuple[LevelHeading, Holds]:
    """Read a level's heading, such as "4 Weighed (10 points)" or "Level 2, for students"; `usual` is what cells hold
    where the heading does not say."""
    rest = " ".join(text.split())
    if of_level := POINTS_OF_LEVEL.fullmatch(rest):
        return LevelHeading(of_level[1].lower()), Holds.POINTS
    holds = usual
    for part, words in PARTS:
        if words.search(rest):
            holds, rest = part, words.sub(" ", rest)
            break
    points = None
    if found := POINTS.search(rest) or IN_BRACKETS.search(rest):
        points = Decimal(found[1].replace(",", "."))
        rest = f"{rest[: found.start()]} {rest[found.end() :]}"
    elif holds == usual and ONLY_POINTS.search(rest) and (bare := ONLY_POINTS.sub(" ", rest).strip(EDGES)):
        holds, rest = Holds.POINTS, bare
    elif holds == usual and ONLY_LABEL.search(rest) and (bare := ONLY_LABEL.sub(" ", rest).strip(EDGES)):
        holds, rest = Holds.LABEL, bare
    rest = " ".join(rest.split()).strip(EDGES)
    if numbered := LEVEL_KEY.fullmatch(rest):
        return LevelHeading(numbered[1].lower(), numbered[2].strip(EDGES), points), holds
    return LevelHeading("", rest[:100], points), holds


def columns_of(headings: Sequence[str], usual: Holds) -> list[Column]:
    """Read a first row. Where no heading names the criterion, the first one that is no key does."""
    named = [named_column(text) for text in headings]
    if Holds.NAME not in named:
        first = next((place for place, holds in enumerate(named) if holds is None), None)
        if first is not None:
            named[first] = Holds.NAME
    columns = []
    for place, (text, holds) in enumerate(zip(headings, named, strict=True)):
        if holds is not None:
            columns.append(Column(place, holds))
        elif text.strip():
            level, part = level_heading(text, usual)
            if level != LevelHeading():  # a mere stroke names nothing
                columns.append(Column(place, part, level))
    return columns


def looks_like_headings(first: Sequence[str], keys: Sequence[str], labels: Sequence[str]) -> bool:
    """Guess whether a first row heads the others. `keys` and `labels` are those of the levels there are already."""
    if any(named_column(text) for text in first):
        return True
    told = [text for text in first[1:] if text.strip()]
    if not told or any(len(text) > 80 for text in told):
        return False
    known = {*map(str.casefold, keys), *map(str.casefold, labels)}
    headings = [level_heading(text, Holds.DESCRIPTOR)[0] for text in told]
    says = [bool(one.key or one.points is not None or one.label.casefold() in known) for one in headings]
    return all(says) or (not first[0].strip() and not any(len(text) > 40 for text in told))
