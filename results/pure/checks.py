"""The rehearsal's checklist: what keeps papers out of a release, what a person should look at, what is in order."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """STOP: these papers stay out; LOOK: yours to judge; OK: found to be in order."""

    STOP = "stop"
    LOOK = "look"
    OK = "ok"


class LeadsTo(StrEnum):
    """Where a line of the checklist leads: each paper's desk or comparison, the queue, the students."""

    DESK = "desk"
    CHOICE = "choice"
    QUEUE = "queue"
    STUDENTS = "students"


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the checklist. `codes` are the first papers it is about; `more` how many there are besides."""

    kind: Kind
    title: str
    text: str
    codes: tuple[str, ...] = ()
    more: int = 0
    leads_to: LeadsTo = LeadsTo.DESK


@dataclass(frozen=True, slots=True)
class Afoot:
    """What goes on beside the papers: collected essays to decide on, words kept apart, writers, open catch-ups."""

    undecided: int = 0
    apart: int = 0
    writing: int = 0
    catching_up: int = 0


STOPS = [
    ("unmarked", LeadsTo.DESK, "paper has unmarked criteria", "papers have unmarked criteria", ""),
    ("unfinished", LeadsTo.QUEUE, "paper is not finished", "papers are not finished",
     "They are left out and wait for another release."),
    ("unchosen", LeadsTo.CHOICE, "paper has two finished markings and none is named",
     "papers have two finished markings and none is named",
     "Compare them and name the one that becomes the mark, then rehearse again."),
    ("reopened", LeadsTo.CHOICE, "marking that you named is open again", "markings that you named are open again",
     "Wait until it is finished, or name another one."),
    ("copying", LeadsTo.DESK, "paper is flagged as possible copying", "papers are flagged as possible copying",
     "Look into it and clear the flag, then rehearse again."),
]  # fmt: skip
"""What keeps papers out: the finding, where it leads, its title for one and for several, and what to do."""

LOOKS = [
    ("names", "paper's comments may hold a name", "papers' comments may hold a name",
     "A word in a comment is the name of somebody in the course. Read it before its student does."),
    ("gaps", "paper has a comment with a gap", "papers have comments with a gap",
     "A comment from the bank still says “[which quote?]”, or a variable in braces. Fill it in, or take it out."),
    ("second_opinion", "paper is flagged for a second opinion", "papers are flagged for a second opinion",
     "Its marker asked somebody to look. It is released as it is unless you do."),
    ("lost_quotes", "paper quotes words its essay does not have", "papers quote words their essays do not have",
     "Those quotations are left out. Tie the passages again."),
    ("carried", "total you set rests on a mark that changed", "totals you set rest on marks that changed",
     "The marking under it is different now. The total you set still stands until you set another."),
]  # fmt: skip
"""What a person should look at, in the same way."""


def checklist(findings: Mapping[str, Any], afoot: Afoot) -> list[Check]:
    """Put the checklist together from what preparing found (`Prepared.findings`) and what goes on besides."""
    return [*_stops(findings), *_evidence(findings), *_looks(findings), *_others(afoot), *_in_order(findings)]


def counted(number: int, one: str, several: str) -> str:
    """Say a count: "1 paper is", "1,204 papers are"."""
    return f"1 {one}" if number == 1 else f"{number:,} {several}"


def _stops(findings: Mapping[str, Any]) -> Iterator[Check]:
    for name, leads_to, one, several, text in STOPS:
        if number := _number(findings, name):
            if name == "unmarked":
                listed = "; ".join(f"{', '.join(keys)} in {code}" for code, keys in findings["criteria"].items())
                text = f"{listed}. Mark them, then rehearse again."
            yield Check(Kind.STOP, counted(number, one, several), text, *_papers(findings, name), leads_to)


def _evidence(findings: Mapping[str, Any]) -> Iterator[Check]:
    """Levels without the passages they should have, said by criterion."""
    bare, lean = findings.get("bare", {}), findings.get("lean", {})
    if bare:
        title = counted(sum(bare.values()), "extreme has no evidence", "extremes have no evidence")
        text = f"A highest level or a zero without a passage: {_by_criterion(bare)}."
        yield Check(Kind.LOOK, title, text, *_papers(findings, "extremes"))
    if lean:
        title = counted(sum(lean.values()), "level rests on fewer passages than its criterion asks for",
                        "levels rest on fewer passages than their criteria ask for")  # fmt: skip
        text = f"{_by_criterion(lean)}. Tie more, or record that no single passage shows it."
        yield Check(Kind.LOOK, title, text, *_papers(findings, "short"))


def _looks(findings: Mapping[str, Any]) -> Iterator[Check]:
    for name, one, several, text in LOOKS:
        if number := _number(findings, name):
            yield Check(Kind.LOOK, counted(number, one, several), text, *_papers(findings, name))


def _others(afoot: Afoot) -> Iterator[Check]:
    told = [
        (afoot.catching_up, LeadsTo.QUEUE, "paper waits for marking of added criteria",
         "papers wait for marking of added criteria",
         "Mark them in the queue; until then those criteria are open in them."),
        (afoot.undecided, LeadsTo.STUDENTS, "collected essay waits for your decision",
         "collected essays wait for your decision",
         "Mark, reopen or excuse them on the students' page; until then they are not among the papers."),
        (afoot.apart, LeadsTo.STUDENTS, "student's words are kept apart", "students' words are kept apart",
         "They came too late, or from a rescue file. Decide on the students' page: after release they cannot count."),
        (afoot.writing, LeadsTo.STUDENTS, "student can still hand in", "students can still hand in",
         "They are writing. What they hand in later waits for another release."),
    ]  # fmt: skip
    for number, leads_to, one, several, text in told:
        if number:
            yield Check(Kind.LOOK, counted(number, one, several), text, leads_to=leads_to)


def _in_order(findings: Mapping[str, Any]) -> Iterator[Check]:
    if not findings["papers"]:
        return
    text = f"{findings['papers']:,} worked out from their scores when this was rehearsed."
    yield Check(Kind.OK, "Every total agrees with its arithmetic", text)
    if not _number(findings, "lost_quotes"):
        text = f"{findings['passages']:,} passages checked against the text that was handed in."
        yield Check(Kind.OK, "Every quotation is in its essay", text)


def _number(findings: Mapping[str, Any], name: str) -> int:
    return int(findings.get(name, {}).get("count", 0))


def _papers(findings: Mapping[str, Any], name: str) -> tuple[tuple[str, ...], int]:
    codes = tuple(findings[name]["codes"])
    return codes, _number(findings, name) - len(codes)


def _by_criterion(counts: Mapping[str, int]) -> str:
    parts: Sequence[str] = [f"{key} in {counted(number, 'paper', 'papers')}" for key, number in counts.items()]
    return ", ".join(parts[:8]) + (f" and {len(parts) - 8} criteria more" if len(parts) > 8 else "")
