"""How a paragraph of a source is drawn with the passages that a student marked in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Run:
    """A run of words under the same passages. `begins` names the passage whose first words these are, if one."""

    text: str
    is_marked: bool = False
    begins: str = ""


def runs_of(text: str, passages: Iterable[tuple[int, int, str]]) -> list[Run]:
    """Cut `text` where passages (start, end, name; code points) begin and end. The runs' words are the text's own."""
    inside = [(start, end, name) for start, end, name in passages if 0 <= start < end <= len(text)]
    cuts = sorted({0, len(text), *(at for start, end, _ in inside for at in (start, end))})
    return [
        Run(
            text=text[left:right],
            is_marked=any(start <= left and right <= end for start, end, _ in inside),
            begins=next((name for start, _, name in inside if start == left), ""),
        )
        for left, right in pairwise(cuts)
    ]
