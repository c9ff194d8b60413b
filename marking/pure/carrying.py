"""What of a marking goes on by another version of the rubric: its scope, its ties and its remarks."""

from collections.abc import Collection, Iterable, Mapping
from typing import TypeVar

SUPPORTS = "supports"
GONE = ""
OVERALL = ""
"""Names the remark about the whole essay, which always goes on."""

Passage = TypeVar("Passage")


def mapped_scope(scope: Iterable[str], criteria: Mapping[str, str]) -> list[str]:
    """Give the criteria that a scope is about in the new version, each once; none where all are gone."""
    return list(dict.fromkeys(goes for key in scope if (goes := criteria.get(key, GONE)) != GONE))


def carried_ties(
    ties: Iterable[tuple[Passage, str, str]], criteria: Mapping[str, str], kept: Collection[str]
) -> dict[tuple[Passage, str], str]:
    """Give the ties, (passage, criterion) to polarity, that go on. Where two meet, what shows it stands."""
    found: dict[tuple[Passage, str], str] = {}
    for passage, key, polarity in ties:
        goes = criteria.get(key, GONE)
        if goes in kept and found.get((passage, goes)) != SUPPORTS:
            found[passage, goes] = polarity
    return found


def carried_remarks(
    remarks: Iterable[tuple[str, str, str]], criteria: Mapping[str, str], kept: Collection[str]
) -> dict[str, tuple[str, str, list[str]]]:
    """Give the comment and the next step that go on for each criterion, and from which; those that meet are joined."""
    found: dict[str, tuple[str, str, list[str]]] = {}
    for key, text, next_step in remarks:
        goes = OVERALL if key == OVERALL else criteria.get(key, GONE) or None
        if goes is None or (goes != OVERALL and goes not in kept):
            continue
        before = found.get(goes, ("", "", []))
        found[goes] = (_joined(before[0], text), _joined(before[1], next_step), [*before[2], key])
    return found


def _joined(first: str, second: str) -> str:
    return "\n\n".join(part for part in (first, second) if part)
