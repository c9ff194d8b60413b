"""What the demo's essays say and what each passage of them earns: read from the folder results/demo, put together here.

`results/demo/README.md` tells how the files are written.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

PASSWORD = "assay-demo"  # noqa: S105  # everybody may know it: the demo runs on a machine of one's own
SIGN_INS = (
    ("teacher", "Teacher"),
    ("marker", "Marker"),
    ("marker2", "Another marker"),
    ("student01", "Student in the middle of an essay"),
    ("student02", "Student who has not begun"),
    ("student04", "Student waiting for feedback"),
    ("admin", "Admin"),
)
"""Whom the sign-in page of the demo offers, and as what."""

FOLDER = Path(__file__).resolve().parents[1] / "demo"

_CHOICE = re.compile(r"\(\(\s*(.*?)\s*\)\)")
_TIE = re.compile(r"\{\{([A-Z0-9 ,]+): (.*?)\}\}")


@dataclass(frozen=True, slots=True)
class Tie:
    """A passage and a criterion it speaks for; without a `level` it only supports what another passage earns."""

    criterion: str
    level: int | None
    quote: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of one essay, as typed, with what its marker says about it."""

    key: str
    text: str
    ties: tuple[Tie, ...]
    remarks: Mapping[str, str]
    next_steps: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one criterion of an essay deserves, with the passages that show it."""

    level: int
    quotes: tuple[str, ...] = ()
    remark: str = ""
    next_step: str = ""


@dataclass(frozen=True, slots=True)
class Essay:
    """A whole essay, a paragraph a line, and its judgements by criterion; the others were not attempted."""

    text: str
    judgements: Mapping[str, Judgement] = field(default_factory=dict)

    def first(self, words: int) -> str:
        """Give its beginning, broken off after so many words, as a draft is."""
        kept: list[str] = []
        for paragraph in self.text.split("\n\n"):
            there = paragraph.split()
            kept.append(" ".join(there[:words]))
            words -= len(there)
            if words <= 0:
                break
        return "\n\n".join(kept)


def read_demo(name: str) -> dict[str, Any]:
    """Read one of the demo's files: people, last-year or this-year."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return read


def read_paragraphs() -> dict[str, Mapping[str, Any]]:
    """Read the bank of paragraphs, by key."""
    bank: dict[str, Mapping[str, Any]] = {}
    for file in sorted((FOLDER / "paragraphs").glob("*.yaml")):
        bank.update(yaml.safe_load(file.read_text(encoding="utf-8")))
    return bank


def put_together(bank: Mapping[str, Mapping[str, Any]], plan: Mapping[str, Any], *, turn: int) -> Essay:
    """Put an essay together from the paragraphs its plan names; `turn` chooses between words for one thing."""
    paragraphs = [_paragraph(key, bank[key], turn + place) for place, key in enumerate(plan["essay"])]
    text = "\n\n".join(one.text for one in paragraphs) + "\n"
    return Essay(text, _judgements(paragraphs, plan.get("marks", {}), plan.get("remarks", {})))


def _paragraph(key: str, written: Mapping[str, Any], turn: int) -> Paragraph:
    text = _CHOICE.sub(lambda found: _chosen(found[1], turn), " ".join(written["text"].split()))
    ties = tuple(tie for found in _TIE.finditer(text) for tie in _ties(found[1], found[2]))
    return Paragraph(
        key, _TIE.sub(lambda found: found[2], text), ties, written.get("remarks", {}), written.get("next", {})
    )


def _chosen(choices: str, turn: int) -> str:
    ways = [way.strip() for way in choices.split(" | ")]
    return ways[turn % len(ways)]


def _ties(claims: str, quote: str) -> list[Tie]:
    made = []
    for claim in claims.split(","):
        criterion, _, level = claim.strip().partition(" ")
        made.append(Tie(criterion, int(level) if level else None, quote))
    return made


def _judgements(
    paragraphs: Sequence[Paragraph], marks: Mapping[str, object], remarks: Mapping[str, str]
) -> dict[str, Judgement]:
    """Judge every criterion that a passage or the plan claims: the highest level, its passages, what is said."""
    claimed: dict[str, list[tuple[Paragraph, Tie]]] = {}
    for paragraph in paragraphs:
        for tie in paragraph.ties:
            claimed.setdefault(tie.criterion, []).append((paragraph, tie))
    made = {}
    for criterion, claims in claimed.items():
        levels = [tie.level for _, tie in claims if tie.level is not None]
        if levels:
            made[criterion] = _judgement(criterion, max(levels), claims)
    by_key = {one.key: one for one in paragraphs}
    for criterion, mark in marks.items():
        level, _, source = str(mark).partition(" from ")
        quotes = tuple(tie.quote for tie in by_key[source].ties[:1])
        made[criterion] = Judgement(int(level), quotes, remarks.get(criterion, ""))
    return made


def _judgement(criterion: str, level: int, claims: Sequence[tuple[Paragraph, Tie]]) -> Judgement:
    """Give the level with its passages; remark and next step come from the paragraph that earned it."""
    best = next(paragraph for paragraph, tie in claims if tie.level == level)
    quotes = tuple(dict.fromkeys(tie.quote for _, tie in claims))
    return Judgement(level, quotes, best.remarks.get(criterion, ""), best.next_steps.get(criterion, ""))
