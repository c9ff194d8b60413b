"""What a page or a form sends when it takes a paper up or fetches papers ahead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MOST_NAMED = 50
MOST_ROUND = 1_000


@dataclass(frozen=True, slots=True)
class Claim:
    """`mode` is what is gone through, as an address says it; `after` the code of a paper; `round` which marking of one.

    `second`: one more marking, beside somebody else's. `finishing`: codes of papers that are being finished just now.
    `have`: the round by code of what the page holds already.
    """

    mode: str = ""
    after: str = ""
    round: int | None = None
    second: bool = False
    finishing: tuple[str, ...] = ()
    have: Mapping[str, int] = field(default_factory=dict)


def read_claim(sent: Mapping[str, Any]) -> Claim:
    """Read what was sent; what is misread is left out, and the paper is taken up as if it had not been said."""
    finishing, have = sent.get("finishing"), sent.get("have")
    rounds = {code: read_round(value) for code, value in have.items()} if isinstance(have, dict) else {}
    return Claim(
        mode=_text(sent.get("mode")),
        after=_text(sent.get("after")),
        round=read_round(sent.get("round")),
        second=sent.get("second") == "1",
        finishing=tuple(map(_text, finishing[:MOST_NAMED])) if isinstance(finishing, list) else (),
        have={code: value for code, value in rounds.items() if value},
    )


def read_round(sent: object) -> int | None:
    """Read the number of a round; None where it is none."""
    if isinstance(sent, str) and sent.isascii() and sent.isdigit() and len(sent) < 5:
        sent = int(sent)
    is_number = isinstance(sent, int) and not isinstance(sent, bool)
    return sent if is_number and 0 < sent <= MOST_ROUND else None  # type: ignore[operator,return-value]  # a number


def _text(sent: object) -> str:
    return sent if isinstance(sent, str) and len(sent) <= 40 and "\0" not in sent else ""
