"""The comment bank of the desk as JSON: what the page's script starts from, and the words it wants to keep."""

from dataclasses import dataclass
from typing import Any

from marking.pure.bank import BankSettings
from marking.queries.bank import DeskBank, DeskComment
from marking.wire.markings import MisreadBatchError, read_object
from rubrics.pure.bank import Tie

Json = dict[str, Any]


def bank_json(bank: DeskBank | None, settings: BankSettings) -> Json:
    """What the page's script starts from: the comments, what fills them in, and how this person keeps the bank."""
    if bank is None:
        return {}
    return {
        "bank": {
            "comments": [comment_json(one) for one in bank.comments],
            "titles": bank.titles,
            "tells_level": bank.tells_level,
            "course": bank.course_slug,
            "mine_only": settings.mine_only,
        }
    }


def comment_json(comment: DeskComment) -> Json:
    return {
        "key": comment.key,
        "text": comment.text,
        "ties": [list(tie) for tie in comment.ties],
        "whose": comment.whose.value,
        "uses": comment.uses,
        "used_at": comment.last_used_at.isoformat() if comment.last_used_at else None,
    }


@dataclass(frozen=True, slots=True)
class SentComment:
    """A comment as the desk's script sends it; `course` is where it is shared, "" for nobody else."""

    text: str
    ties: tuple[Tie, ...]
    course: str


def read_comment(body: bytes) -> SentComment:
    """Read the body of a POST. Raises MisreadBatchError."""
    found = read_object(body)
    text, ties, course = found.get("text"), found.get("ties", []), found.get("course", "")
    if not isinstance(text, str) or not isinstance(course, str):
        raise MisreadBatchError("`text` is what is kept, `course` where it is shared; both are texts.")
    if not isinstance(ties, list) or not all(_is_tie(tie) for tie in ties):
        raise MisreadBatchError("`ties` is a list of pairs: the key of a criterion, and of a level or nothing.")
    return SentComment(text, tuple((criterion, level) for criterion, level in ties), course)


def _is_tie(tie: object) -> bool:
    return isinstance(tie, list) and len(tie) == 2 and all(isinstance(key, str) and len(key) <= 20 for key in tie)


def read_bank_settings(body: bytes) -> dict[str, Any]:
    """Read the body of a POST: what the action takes. Raises MisreadBatchError."""
    found = read_object(body)
    mine_only, declined = found.get("mine_only"), found.get("declined")
    if not (mine_only is None or isinstance(mine_only, bool)):
        raise MisreadBatchError("`mine_only` is true or false.")
    if not (declined is None or _is_said(declined)):
        raise MisreadBatchError("`declined` is a criterion and what was said about it.")
    if mine_only is None and declined is None:
        raise MisreadBatchError("There is nothing to keep in this: send `mine_only` or `declined`.")
    words = None if declined is None else (declined["criterion"], declined["text"])
    return {"mine_only": mine_only, "declined": words}


def _is_said(found: object) -> bool:
    return isinstance(found, dict) and isinstance(found.get("criterion"), str) and isinstance(found.get("text"), str)
