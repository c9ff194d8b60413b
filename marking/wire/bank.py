"""The comment bank of the desk as JSON: what the page's script starts from."""

from typing import Any

from marking.pure.bank import BankSettings
from marking.queries.bank import DeskBank, DeskComment

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
