"""Marking away from the desk: what a file says, and how it is merged with what happened meanwhile.

Everything is told in words of one kind: a score is "" (unmarked), the sign for not attempted, or a level's key; a
comment and a next step are their text. `base` is what the file was given, `here` what the marking says now, `given`
what the file says. Texts of the base are known by their hash alone.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid5

from marking.pure.mutations import (
    NEXT_STEP_MOST,
    NOT_ATTEMPTED,
    OVERALL,
    REMARK_MOST,
    SCORED,
    UNMARKED,
    ZERO,
    CriterionChoices,
    RemarkNow,
    ScoreNow,
    Sent,
    Sheet,
)


class What(StrEnum):
    """What of a criterion a cell says; also the name of the sheet it is in."""

    SCORE = "Scores"
    COMMENT = "Comments"
    NEXT_STEP = "Next steps"

    @property
    def words(self) -> str:
        return {"Scores": "level", "Comments": "comment", "Next steps": "next step"}[self]

    @property
    def most(self) -> int:
        return {"Scores": 20, "Comments": REMARK_MOST, "Next steps": NEXT_STEP_MOST}[self]


Place = tuple[str, What]
"""A criterion's key, or OVERALL, and what is said of it."""


class Verdict(StrEnum):
    UNTOUCHED = "untouched"
    SAME = "same"
    NEW = "new"
    CLEARED = "cleared"
    CONFLICT = "conflict"

    @property
    def asks(self) -> bool:
        """Whether a person has to choose."""
        return self in (Verdict.CLEARED, Verdict.CONFLICT)


@dataclass(frozen=True, slots=True)
class Item:
    """One cell that is not as it was given: what it says, what the marking says now, and the verdict."""

    code: str
    criterion: str
    what: What
    here: str
    given: str
    verdict: Verdict
    cell: str = ""

    @property
    def id(self) -> str:
        """Name it in a form: code, criterion and what, as in "K7M-2QD.E1.Scores"."""
        return f"{self.code}.{self.criterion}.{self.what.value.replace(' ', '-')}"

    @property
    def seen(self) -> str:
        """Say what a person looked at when they chose, so that a choice is not taken for something newer."""
        return hashlib.sha256(f"{self.here}\0{self.given}".encode()).hexdigest()[:16]


# ---------------------------------------------------------------- in words
def plain(text: str) -> str:
    """Give a text as a spreadsheet brings it back: LF line ends, no blanks around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def sign_of_not_attempted(criterion: CriterionChoices) -> str:
    """Give the word that says not attempted: x, or, where a level is called so, the whole words."""
    return "not attempted" if criterion.level("x") or criterion.level("X") else "x"


def said_of_score(now: ScoreNow, criterion: CriterionChoices) -> str:
    """Say a score as a cell does."""
    if now.state == NOT_ATTEMPTED:
        return sign_of_not_attempted(criterion)
    return now.level_key


def read_score(said: str, criterion: CriterionChoices) -> str | None:
    """Read a cell of scores: "" for unmarked, the sign for not attempted, a level's key; None for what is neither."""
    said = said.strip()
    if not said or criterion.level(said):
        return said
    if said.casefold() in ("x", "not attempted"):
        return sign_of_not_attempted(criterion)
    return next((one.key for one in criterion.levels if one.key.replace(".", ",") == said), None)


def said_now(sheet: Sheet, criteria: Mapping[str, CriterionChoices]) -> dict[Place, str]:
    """Say a whole marking as the file's cells would: every criterion in scope, and the essay as a whole."""
    found: dict[Place, str] = {}
    for key, criterion in criteria.items():
        found[key, What.SCORE] = said_of_score(sheet.scores.get(key, ScoreNow()), criterion)
    for key in (*criteria, OVERALL):
        remark = sheet.remarks.get(key, RemarkNow())
        found[key, What.COMMENT] = plain(remark.text)
        found[key, What.NEXT_STEP] = plain(remark.next_step)
    return found


def token(place: Place, said: str) -> str:
    """Say in short what something said, to compare it later: scores as they are, texts by their hash."""
    if not said or place[1] == What.SCORE:
        return said
    return hashlib.sha256(said.encode()).hexdigest()[:20]


# ---------------------------------------------------------------- merging
def verdict_of(place: Place, base: str, here: str, given: str) -> Verdict:
    """Say what becomes of a cell. `base` is a token, the others are said out."""
    if token(place, given) == base:
        return Verdict.UNTOUCHED
    if given == here:
        return Verdict.SAME
    if token(place, here) == base:
        return Verdict.NEW if given else Verdict.CLEARED
    return Verdict.CONFLICT


def merge_items(
    code: str,
    base: Mapping[Place, str],
    here: Mapping[Place, str],
    given: Mapping[Place, str],
    cells: Mapping[Place, str] | None = None,
) -> list[Item]:
    """List what of a paper's cells was changed in the file. A place that the file does not have is not touched."""
    found = []
    for place, said in given.items():
        verdict = verdict_of(place, base.get(place, ""), here.get(place, ""), said)
        if verdict != Verdict.UNTOUCHED:
            at = (cells or {}).get(place, "")
            found.append(Item(code, place[0], place[1], here.get(place, ""), said, verdict, at))
    return found


def sent_for(items: Sequence[Item], criteria: Mapping[str, CriterionChoices], root: UUID) -> list[Sent]:
    """Give the mutations that write these items of one paper, under keys that come of `root` and are always the same.

    A comment and a next step of one criterion are one mutation, as at the desk.
    """
    sent, remarks = [], dict[str, dict[str, Any]]()
    for item in items:
        if item.what == What.SCORE:
            value = score_value(item.criterion, item.given, criteria)
            sent.append(Sent(_key(root, item.code, item.criterion, "score"), "set_level", value))
        else:
            remark = remarks.setdefault(item.criterion, {"criterion": item.criterion or None})
            remark["text" if item.what == What.COMMENT else "next_step"] = item.given
    code = items[0].code if items else ""
    sent += [Sent(_key(root, code, key, "remark"), "remark", value) for key, value in remarks.items()]
    return sent


def score_value(key: str, said: str, criteria: Mapping[str, CriterionChoices]) -> dict[str, Any]:
    """Give what a mutation asks for to set a score as a cell says it."""
    criterion = criteria[key]
    level = criterion.level(said) if said else None
    if level is not None:
        return {"criterion": key, "state": ZERO if level.points == 0 else SCORED, "level": level.key}
    return {"criterion": key, "state": NOT_ATTEMPTED if said else UNMARKED, "level": None}


def _key(root: UUID, *words: str) -> UUID:
    return uuid5(root, "/".join(words))


# ---------------------------------------------------------------- taking it back
@dataclass(frozen=True, slots=True)
class Done:
    """One thing that a merge wrote: what was said before and what is said since. Texts are said out."""

    code: str
    criterion: str
    what: What
    before: str
    after: str
    no_passage: bool = False
    bank_comment: str = ""
    bank_text: str = ""

    @property
    def place(self) -> Place:
        return self.criterion, self.what

    def as_json(self) -> list[Any]:
        said = [self.code, self.criterion, self.what.value, self.before, self.after]
        return [*said, self.no_passage, self.bank_comment, self.bank_text]

    @classmethod
    def from_json(cls, told: Sequence[Any]) -> "Done":
        code, criterion, what, *rest = told
        return cls(code, criterion, What(what), *rest)


def done_with(items: Iterable[Item], before: Sheet) -> list[Done]:
    """Note what a merge is about to write, with all that is needed to take it back."""
    found = []
    for item in items:
        remark = before.remarks.get(item.criterion, RemarkNow())
        score = before.scores.get(item.criterion, ScoreNow())
        if item.what == What.SCORE:
            found.append(Done(item.code, item.criterion, item.what, item.here, item.given, score.no_passage))
        else:
            said = remark.text if item.what == What.COMMENT else remark.next_step
            words = (item.code, item.criterion, item.what, said, item.given)
            found.append(Done(*words, bank_comment=remark.bank_comment, bank_text=remark.bank_text))
    return found


def undone_by(
    done: Sequence[Done], here: Mapping[Place, str], criteria: Mapping[str, CriterionChoices], root: UUID
) -> tuple[list[Sent], list[Done]]:
    """Give the mutations that take back what still stands of one paper, and what was changed since and stays."""
    still = [one for one in done if here.get(one.place, "") == one.after]
    gone = [one for one in done if here.get(one.place, "") == plain(one.before)]  # taken back already, or by hand
    changed = [one for one in done if one not in still and one not in gone]
    sent, remarks = [], dict[str, dict[str, Any]]()
    for one in still:
        key = _key(root, "undo", one.code, one.criterion)
        if one.what == What.SCORE:
            sent.append(Sent(uuid5(key, "score"), "set_level", score_value(one.criterion, one.before, criteria)))
            if one.no_passage:
                sent.append(Sent(uuid5(key, "passage"), "no_passage", {"criterion": one.criterion, "on": True}))
        else:
            remark = remarks.setdefault(one.criterion, {"criterion": one.criterion or None})
            remark["text" if one.what == What.COMMENT else "next_step"] = one.before
            if one.bank_comment and one.what == What.COMMENT:
                remark |= {"bank_comment": one.bank_comment, "bank_text": one.bank_text}
    sent += [Sent(_key(root, "undo", done[0].code, key, "remark"), "remark", value) for key, value in remarks.items()]
    return sent, changed
