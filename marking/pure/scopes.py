"""What one goes through all papers for: whole papers, one strand, or one criterion; as an address says it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

PAPER, STRAND, CRITERION = "paper", "strand", "criterion"


@dataclass(frozen=True, slots=True)
class Scope:
    """`key` names the strand or the criterion; `criteria` are the keys in it, in marking order; none: all of them."""

    kind: str = PAPER
    key: str = ""
    criteria: tuple[str, ...] = ()

    def __str__(self) -> str:
        """Say it as an address does: "strand:B", "criterion:E3", or "" for whole papers."""
        return "" if self.is_whole else f"{self.kind}:{self.key}"

    @property
    def is_whole(self) -> bool:
        return self.kind == PAPER

    @property
    def is_one_criterion(self) -> bool:
        return self.kind == CRITERION


WHOLE = Scope()


def read_scope(asked: str, criteria: Sequence[tuple[str, str]]) -> Scope:
    """Read an address's words against a rubric's (criterion, strand) keys in marking order.

    What names nothing there means whole papers: an address that was mistyped, or is older than the rubric, still shows
    something to mark.
    """
    kind, _, key = asked.partition(":")
    if kind == STRAND:
        found = tuple(criterion for criterion, strand in criteria if strand == key)
    elif kind == CRITERION:
        found = tuple(criterion for criterion, _ in criteria if criterion == key)
    else:
        found = ()
    return Scope(kind, key, found) if found else WHOLE


def query_of(scope: object, round: int = 1) -> str:  # noqa: A002  # as the address and the column say it
    """Give what keeps a scope, and the round of a marking, in an address: "?mode=strand:B", or nothing."""
    kept = {"mode": str(scope)} if str(scope) else {}
    kept |= {"round": str(round)} if round > 1 else {}
    return f"?{urlencode(kept, safe=':')}" if kept else ""
