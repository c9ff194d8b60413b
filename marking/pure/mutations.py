"""What one action of a marker does to a marking: levels, passages and remarks as plain values, changed one by one.

A `Sheet` is a marking without a database. `carry_out` does one mutation to it or says why not; nothing else decides
what a mutation means. Values are frozen, so a copy of a sheet's dictionaries can be compared with what became of them.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, TypeGuard
from uuid import UUID

UNMARKED, NOT_ATTEMPTED, ZERO, SCORED = "unmarked", "not_attempted", "zero", "scored"
SUPPORTS, COUNTER = "supports", "counter"
OVERALL = ""
"""The key under which a sheet keeps the remark about the whole essay."""

REMARK_MOST = 4_000
NEXT_STEP_MOST = 1_000
SLOT_LABEL_MOST = 100
PASSAGE_MOST = 3_000
PASSAGES_MOST = 400
BESIDE = 32
CRITERIA_ON_SAME_WORDS = 2
_UNSHOWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")

Json = dict[str, Any]
Finder = Callable[[str, str], tuple[int, int] | None]


class MutationError(Exception):
    """Why a mutation cannot be done, as a sentence; `kind` is for scripts, `found` where a quote really is."""

    def __init__(self, sentence: str, *, kind: str = "bad_mutation", found: tuple[int, int] | None = None) -> None:
        super().__init__(sentence)
        self.kind = kind
        self.found = found


@dataclass(frozen=True, slots=True)
class LevelChoice:
    """A level as far as a mutation knows it."""

    key: str
    points: Decimal
    label: str


@dataclass(frozen=True, slots=True)
class CriterionChoices:
    """A criterion in scope, with the levels it can get."""

    key: str
    strand: str
    levels: tuple[LevelChoice, ...]
    has_slot_label: bool = False

    def level(self, key: object) -> LevelChoice | None:
        return next((level for level in self.levels if level.key == key), None)

    @property
    def zero(self) -> LevelChoice | None:
        return next((level for level in self.levels if level.points == 0), None)


@dataclass(frozen=True, slots=True)
class Ground:
    """What a marking stands on: the text of the reading, the criteria in scope, and how a quote is found in a text."""

    text: str
    criteria: Mapping[str, CriterionChoices]
    find: Finder
    bank: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoreNow:
    """One criterion's score. `level_key`, `points` and `label` are empty unless it is zero or scored."""

    state: str = UNMARKED
    level_key: str = ""
    points: Decimal | None = None
    label: str = ""
    slot_label: str = ""
    no_passage: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """Code points `start` to `end`, the exact quote, and up to 32 characters either side."""

    id: UUID
    start: int
    end: int
    quote: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RemarkNow:
    """What is said about a criterion or the whole.

    `bank_comment` is the key of the comment that was put in, of several the last; `bank_text` the words it came with,
    its variables filled in.
    """

    text: str = ""
    next_step: str = ""
    bank_comment: str = ""
    bank_text: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.text and not self.next_step


@dataclass(slots=True)
class Sheet:
    """A marking in memory. `ties` gives the polarity by (passage, criterion); a passage without a tie is dropped."""

    scores: dict[str, ScoreNow] = field(default_factory=dict)
    passages: dict[UUID, Passage] = field(default_factory=dict)
    ties: dict[tuple[UUID, str], str] = field(default_factory=dict)
    remarks: dict[str, RemarkNow] = field(default_factory=dict)

    def copy(self) -> "Sheet":
        return Sheet(dict(self.scores), dict(self.passages), dict(self.ties), dict(self.remarks))

    def passages_of(self, criterion: str) -> list[tuple[Passage, str]]:
        """List a criterion's passages with their polarity, as they stand in the text."""
        found = [(self.passages[one], polarity) for (one, key), polarity in self.ties.items() if key == criterion]
        return sorted(found, key=lambda pair: (pair[0].start, pair[0].end))


@dataclass(frozen=True, slots=True)
class Sent:
    """One mutation as it was sent."""

    key: UUID
    operation: str
    value: Mapping[str, Any]

    @property
    def target(self) -> str:
        """Name what it is about, in 64 characters: a criterion's or a strand's key."""
        found = self.value.get("criterion") or self.value.get("strand") or ""
        return str(found)[:64]

    @property
    def sha256(self) -> str:
        """Hash what was asked, so that a key used twice for different things is noticed."""
        said = json.dumps([self.operation, self.value], sort_keys=True, ensure_ascii=True, default=str)
        return hashlib.sha256(said.encode()).hexdigest()


def carry_out(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    """Do one mutation to the sheet and give its result. Raises MutationError and then leaves the sheet as it was."""
    try:
        operation = _OPERATIONS[sent.operation]
    except (KeyError, TypeError):
        raise MutationError("This page asked for something that marking does not know. Reload it.") from None
    return operation(sheet, sent, ground)


def touched(before: Sheet, after: Sheet) -> set[str]:
    """List the criteria (and OVERALL) for which anything differs."""
    keys = {key for key, now in after.scores.items() if before.scores.get(key) != now}
    keys |= {criterion for (_, criterion), _ in before.ties.items() ^ after.ties.items()}
    return keys | {
        key for key in before.remarks.keys() | after.remarks.keys() if before.remarks.get(key) != after.remarks.get(key)
    }


def left_to_decide(scores: Mapping[str, ScoreNow], counted: Mapping[str, object]) -> list[str]:
    """List the criteria that block the total, in the order of `counted` (those of strands that count)."""
    return [key for key in counted if key in scores and scores[key].state == UNMARKED]


# ---------------------------------------------------------------- levels
def _set_level(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    criterion = _criterion(sent.value, ground)
    state, wanted = sent.value.get("state"), sent.value.get("level")
    slot_label = _words(sent.value.get("slot_label", ""), SLOT_LABEL_MOST, "The label of the place")
    now = sheet.scores[criterion.key]
    if slot_label and not criterion.has_slot_label:
        raise MutationError(f"{criterion.key} has no label of its own to fill in.")
    slot_label = slot_label if "slot_label" in sent.value else now.slot_label
    if state in (UNMARKED, NOT_ATTEMPTED):
        if wanted is not None:
            raise MutationError(f"{criterion.key} cannot be {str(state).replace('_', ' ')} and have a level.")
        sheet.scores[criterion.key] = ScoreNow(state=str(state), slot_label=slot_label)
        return {}
    level = _level(criterion, state, wanted)
    sheet.scores[criterion.key] = ScoreNow(
        state=str(state),
        level_key=level.key,
        points=level.points,
        label=level.label,
        slot_label=slot_label,
        no_passage=now.no_passage,
    )
    return {}


def _level(criterion: CriterionChoices, state: object, wanted: object) -> LevelChoice:
    if state not in (ZERO, SCORED):
        raise MutationError("A criterion is scored, zero, not attempted or unmarked.")
    level = criterion.zero if state == ZERO and wanted is None else criterion.level(wanted)
    if level is None:
        raise MutationError(f"{criterion.key} has no such level. Choose one of its own.", kind="level_of_another")
    if (level.points == 0) != (state == ZERO):
        raise MutationError(f"Level {level.key} of {criterion.key} is {'zero' if level.points == 0 else 'not zero'}.")
    return level


def _strand_not_attempted(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    strand = sent.value.get("strand")
    criteria = [one.key for one in ground.criteria.values() if one.strand == strand]
    if not criteria:
        raise MutationError("This rubric has no such strand.")
    changed = [key for key in criteria if sheet.scores[key].state == UNMARKED]
    for key in changed:
        sheet.scores[key] = replace(sheet.scores[key], state=NOT_ATTEMPTED)
    return {"criteria": changed}


def _no_passage(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    criterion = _criterion(sent.value, ground)
    on = sent.value.get("on")
    if not isinstance(on, bool):
        raise MutationError("Say whether a passage is there or not.")
    sheet.scores[criterion.key] = replace(sheet.scores[criterion.key], no_passage=on)
    return {}


# ---------------------------------------------------------------- passages
def _tie(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    criterion = _criterion(sent.value, ground)
    polarity = sent.value.get("polarity", SUPPORTS)
    if polarity not in (SUPPORTS, COUNTER):
        raise MutationError("A passage shows a criterion or speaks against it.")
    start, end = _place(sent.value, ground)
    passage = _same_place(sheet, start, end)
    if passage is None:
        if len(sheet.passages) >= PASSAGES_MOST:
            raise MutationError(f"At most {PASSAGES_MOST} passages can be tied in one essay. Take one away first.")
        passage = Passage(
            id=sent.key,
            start=start,
            end=end,
            quote=ground.text[start:end],
            before=ground.text[max(0, start - BESIDE) : start],
            after=ground.text[end : end + BESIDE],
        )
    question = _question(sheet, criterion.key, start, end)
    sheet.passages[passage.id] = passage
    sheet.ties[passage.id, criterion.key] = polarity
    sheet.scores[criterion.key] = replace(sheet.scores[criterion.key], no_passage=False)
    return {"evidence": str(passage.id), "start": start, "end": end, "question": question}


def _place(value: Mapping[str, Any], ground: Ground) -> tuple[int, int]:
    """Give where the passage is: the offsets where they hold the quote, or where a quote without offsets stands."""
    quote, start, end = value.get("quote"), value.get("start"), value.get("end")
    if not isinstance(quote, str) or not quote.strip():
        raise MutationError("Select the words of the passage first.")
    if len(quote) > PASSAGE_MOST:
        raise MutationError(f"A passage has at most {PASSAGE_MOST:,} characters. Choose the sentence that shows it.")
    if start is None and end is None:
        found = ground.find(ground.text, quote)
        if found is None:
            raise MutationError("These words are not in the essay. Copy them from it.", kind="quote_not_found")
        return found
    if not _whole(start) or not _whole(end):
        raise MutationError("The place of a passage is two whole numbers.")
    if 0 <= start < end <= len(ground.text) and ground.text[start:end] == quote:
        return start, end
    found = ground.find(ground.text, quote)
    if found is None:
        raise MutationError("These words are not in the essay. Select them again.", kind="quote_not_found")
    raise MutationError(
        "These words are in the essay, but at another place than the page said. Select them again.",
        kind="quote_elsewhere",
        found=found,
    )


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _same_place(sheet: Sheet, start: int, end: int) -> Passage | None:
    return next((one for one in sheet.passages.values() if (one.start, one.end) == (start, end)), None)


def _question(sheet: Sheet, criterion: str, start: int, end: int) -> str | None:
    """Ask back where the same words (most of the shorter passage) already earn two other criteria."""
    same = {
        one.id
        for one in sheet.passages.values()
        if 2 * (min(one.end, end) - max(one.start, start)) > min(one.end - one.start, end - start)
    }
    others = sorted({key for passage, key in sheet.ties if passage in same and key != criterion})
    if len(others) < CRITERIA_ON_SAME_WORDS:
        return None
    return f"These words are tied to {' and '.join(others)} already. Do they make a distinct point for {criterion}?"


def _untie(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    """Take a tie away, named by the passage or by its place. One that is gone already stays gone."""
    criterion = _criterion(sent.value, ground)
    named, start, end = sent.value.get("evidence"), sent.value.get("start"), sent.value.get("end")
    passage = next((one for one in sheet.passages.values() if str(one.id) == str(named)), None)
    if passage is None and _whole(start) and _whole(end):
        passage = _same_place(sheet, start, end)
    if passage is None or sheet.ties.pop((passage.id, criterion.key), None) is None:
        return {"evidence": None}
    if not any(one == passage.id for one, _ in sheet.ties):
        del sheet.passages[passage.id]
    return {"evidence": str(passage.id)}


# ---------------------------------------------------------------- remarks
def _remark(sheet: Sheet, sent: Sent, ground: Ground) -> Json:
    key = OVERALL if sent.value.get("criterion") is None else _criterion(sent.value, ground).key
    before = sheet.remarks.get(key, RemarkNow())
    text = _words(sent.value.get("text", before.text), REMARK_MOST, "The comment")
    next_step = _words(sent.value.get("next_step", before.next_step), NEXT_STEP_MOST, "The next step")
    now = RemarkNow(text, next_step, *_taken_from_bank(sent.value, before, ground))
    if now.is_empty:
        sheet.remarks.pop(key, None)
        return {}
    sheet.remarks[key] = now
    return {"bank": now.bank_comment} if now.bank_comment and now.bank_comment != before.bank_comment else {}


def _taken_from_bank(value: Mapping[str, Any], before: RemarkNow, ground: Ground) -> tuple[str, str]:
    """Say from which comment a remark was taken, and with which words.

    A comment that has left the bank meanwhile refuses nothing: the words stay, as the marker's own.
    """
    if "bank_comment" not in value:
        return before.bank_comment, before.bank_text
    chosen = value["bank_comment"] or ""
    if not isinstance(chosen, str):
        raise MutationError("A comment of the bank is named by its key.")
    if not chosen or (chosen not in ground.bank and chosen != before.bank_comment):
        return "", ""
    unchanged = before.bank_text if chosen == before.bank_comment else ""
    return chosen, _words(value.get("bank_text", unchanged), REMARK_MOST, "The comment from the bank")


def _words(value: object, most: int, what: str) -> str:
    if not isinstance(value, str):
        raise MutationError(f"{what} is text.")
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    if len(value) > most:
        raise MutationError(f"{what} has {len(value):,} characters; at most {most:,} can be kept. Shorten it.")
    if _UNSHOWABLE.search(value):
        raise MutationError(f"{what} holds a character that cannot be shown. Take it out.")
    return value if value.strip() else ""


def _criterion(value: Mapping[str, Any], ground: Ground) -> CriterionChoices:
    key = value.get("criterion")
    found = ground.criteria.get(key) if isinstance(key, str) else None
    if found is None:
        raise MutationError("This marking has no such criterion.", kind="criterion_of_another")
    return found


_OPERATIONS: dict[str, Callable[[Sheet, Sent, Ground], Json]] = {
    "set_level": _set_level,
    "strand_not_attempted": _strand_not_attempted,
    "no_passage": _no_passage,
    "tie": _tie,
    "untie": _untie,
    "remark": _remark,
}
OPERATIONS = tuple(_OPERATIONS)
