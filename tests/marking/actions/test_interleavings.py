"""Two markers with two tabs each, every order of what they do: nothing that was acknowledged is silently overwritten.

A tab is as a page is: it sends on top of the revision it has seen, and takes over what an answer shows it; what was
not answered for goes again in front of what was set since. At the end
of every order three things are looked at: an acknowledged action is in the marking, or was replaced by one that had
seen it; an action that lost is kept beside the marking, where the desk shows it; the other marking has only its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import permutations

import pytest
from django.db import transaction

from courses.models import User
from marking.actions.markings import (
    Applied,
    Conflict,
    MarkingChanged,
    MarkingFinished,
    apply_mutations,
    finish_marking,
    reopen_marking,
)
from marking.actions.papers import claim_paper
from marking.models import KeptBatch, Marking
from marking.pure.mutations import Sent, Sheet, carry_out, touched
from marking.queries.scores import ground_of, marking_now, markings_to_show, sheet_of
from tests.marking.sending import EVERY_KEY, SENTENCE, level, not_attempted, other, remark, tie

FINISH, REOPEN, AGAIN, REST = "finish", "reopen", "again", "rest"
"""What a program does beside sending mutations; again: the answer was lost, and the same batch goes once more; rest:
what waits goes."""


@dataclass(frozen=True)
class Unheard:
    """Mutations that are sent and whose answer is lost: they go on waiting."""

    batch: tuple[Sent, ...]


Program = Sequence[tuple[Sent, ...] | Unheard | str]


@dataclass
class Tab:
    """One tab of one marker: what it has seen, and what of its program is left."""

    marking: Marking
    person: User
    program: Program
    base: int
    step: int = 0
    last: tuple[tuple[Sent, ...], int] = ((), 0)
    waiting: tuple[Sent, ...] = ()
    insists: bool = False  # its person chooses what is here: what lost goes again on top of what won


@dataclass
class History:
    """What became of a marking: the batches that were done with the revision each had seen, and those that lost."""

    done: list[tuple[int, int, tuple[Sent, ...], Tab]] = field(default_factory=list)
    lost: list[tuple[Sent, ...]] = field(default_factory=list)
    refused: list[tuple[Sent, ...]] = field(default_factory=list)
    beaten: list[tuple[Sent, ...]] = field(default_factory=list)

    def take(self, batch: tuple[Sent, ...], base: int, answer: Applied | Conflict, tab: Tab) -> None:
        """Note what of a batch is new: done, or beaten and kept. What is done after all is off the desk."""
        known = {sent.key for *_, batch, _ in self.done for sent in batch}
        new = tuple(sent for sent in batch if sent.key not in known)
        if isinstance(answer, Applied) and new:
            self.done.append((base, answer.now.revision, new, tab))
            self.lost = [one for one in self.lost if one[0] not in new]
        elif isinstance(answer, Conflict):
            beaten = {sent.key for batch in self.beaten for sent in batch}
            self.beaten.append(tuple(sent for sent in new if sent.key not in beaten))
            self.lost += [one for one in self.beaten[-1:] if one]


MOST_ROUNDS = 20


def go_on(tab: Tab, history: History) -> None:
    """Let a tab do the next thing of its program, as its page would."""
    act, tab.step = tab.program[tab.step], tab.step + 1
    if act == FINISH:
        try:
            tab.base = finish_marking(tab.marking.public_id, base=tab.base, by=tab.person).marking.revision
        except MarkingChanged:
            tab.base = revision_of(tab.marking)  # the page is loaded again, and looked at
        return
    if act == REOPEN:
        tab.base = reopen_marking(tab.marking.public_id, by=tab.person).revision
        return
    said = act.batch if isinstance(act, Unheard) else () if act == REST else act
    batch, base = tab.last if act == AGAIN else ((*tab.waiting, *said), tab.base)
    if not batch:
        return
    paper = tab.marking.allotment.paper.code
    try:
        answer = apply_mutations(tab.marking.public_id, paper_code=paper, base=base, mutations=batch, by=tab.person)
    except MarkingFinished:
        history.refused.append(batch)
        return
    assert isinstance(answer, Applied | Conflict)
    history.take(batch, base, answer, tab)
    if isinstance(act, Unheard):
        tab.waiting = batch
        return
    tab.last, tab.base = (batch, base), answer.now.revision
    tab.waiting = batch if isinstance(answer, Conflict) and tab.insists else ()


def revision_of(marking: Marking) -> int:
    return Marking.objects.values_list("revision", flat=True).get(pk=marking.pk)


def orders_of(programs: Sequence[Program]) -> Iterator[tuple[int, ...]]:
    """Give every order in which the programs' steps can come, each program's own order kept."""
    steps = [number for number, program in enumerate(programs) for _ in program]
    yield from sorted(set(permutations(steps)))


def check(marking: Marking, history: History, start: Sheet) -> None:
    """Replay what was done and compare; find the losers beside it; look for an overwriting that nobody saw."""
    now = marking_now(shown(marking))
    ground = ground_of(now.rubric, None, now.reading.text, {})
    sheet, written = start.copy(), {}
    for seen, revision, batch, tab in history.done:
        before = sheet.copy()
        for sent in batch:
            carry_out(sheet, sent, ground)
        for key in touched(before, sheet):
            last, whose = written.get(key, (0, tab))
            assert whose is tab or last <= seen, f"{key} was overwritten by somebody who had not seen it"
            written[key] = revision, tab
    assert now.sheet == sheet
    kept = KeptBatch.objects.filter(marking=marking, settled_at=None)
    keys = [[one["key"] for one in batch.mutations] for batch in kept]
    assert sorted(keys) == sorted([str(sent.key) for sent in batch] for batch in history.lost)


def try_every_order(
    first: Marking, second: Marking, programs: Sequence[Program], *, insists: bool = False
) -> dict[str, int]:
    """Run every order of four programs, two tabs a marking; count what happened. Where they insist, all is done."""
    told = {"orders": 0, "done": 0, "lost": 0, "refused": 0}
    whose = [first, first, second, second]
    begun = {one.pk: (sheet_of(one.pk, marking_now(shown(one)).rubric), revision_of(one)) for one in (first, second)}
    for order in orders_of(programs):
        rounds = 0
        point = transaction.savepoint()
        tabs = [Tab(one, one.marker, program, begun[one.pk][1]) for one, program in zip(whose, programs, strict=True)]
        histories = {one.pk: History() for one in (first, second)}
        for tab in tabs:
            tab.insists = insists
        for number in order:
            go_on(tabs[number], histories[tabs[number].marking.pk])
        while insists and (left := [tab for tab in tabs if tab.waiting]):
            for tab in left:
                tab.program, rounds = [*tab.program, REST], rounds + 1
                go_on(tab, histories[tab.marking.pk])
            assert rounds < MOST_ROUNDS, "what waits is never taken"
        for one in (first, second):
            check(one, histories[one.pk], begun[one.pk][0])
        told["orders"] += 1
        for history in histories.values():
            told["done"] += len(history.done)
            told["lost"] += len(history.lost)
            told["refused"] += len(history.refused)
        transaction.savepoint_rollback(point)
    return told


def shown(marking: Marking) -> Marking:
    return markings_to_show(marking.marker).get(pk=marking.pk)


@pytest.fixture
def both(strong, marker, teacher) -> tuple[Marking, Marking]:
    return claim_paper(strong, by=marker), claim_paper(strong, by=teacher, second=True)


def test_levels_passages_and_comments_of_four_tabs_in_every_order(both, strong):
    text = strong.submission.reading.reading_text
    programs = [
        [(level("E1", "4"), tie("E1", text, SENTENCE)), AGAIN],
        [(level("E1", "2"),), (remark("E1", "Seen in the other tab."),)],
        [(level("E1", "1"),)],
        [(other("strand_not_attempted", strand="A"), remark(None, "Overall."))],
    ]

    told = try_every_order(*both, programs)

    assert told["orders"] == 180
    assert told["lost"] >= 180
    assert told["done"] >= 400
    print(f"\n{told}")


def test_finishing_and_reopening_among_four_tabs_in_every_order(both):
    for marking in both:
        decided = [level("E1", "3"), *[not_attempted(key) for key in EVERY_KEY[1:]]]
        apply_mutations(
            marking.public_id,
            paper_code=marking.allotment.paper.code,
            base=0,
            mutations=decided,
            by=marking.marker,
        )
    programs = [[(level("E1", "4"),), FINISH], [REOPEN], [FINISH], [(remark("E1", "Late."),)]]

    told = try_every_order(*both, programs)

    assert told["orders"] == 60
    assert told["refused"] >= 20
    print(f"\n{told}")


def test_what_waits_behind_lost_answers_is_done_in_the_end_in_every_order(both, strong):
    text = strong.submission.reading.reading_text
    programs = [
        [Unheard((level("E1", "4"), other("strand_not_attempted", strand="A"))), (level("E2", "2"),), REST],
        [(level("E2", "3"), tie("E1", text, SENTENCE)), Unheard((level("E1", "1"),))],
        [Unheard((level("E1", "1"),))],
        [],
    ]

    told = try_every_order(*both, programs, insists=True)

    assert told["orders"] == 60
    assert told["done"] >= 240
    assert told["lost"] == 0
    print(f"\n{told}")


def test_of_what_waits_behind_lost_answers_all_that_is_beaten_is_kept_in_every_order(both):
    programs = [
        [Unheard((level("E1", "4"),)), Unheard((other("strand_not_attempted", strand="A"),)), (level("E2", "2"),)],
        [(level("E1", "3"),), (remark("E2", "Seen in the other tab."),)],
        [],
        [],
    ]

    told = try_every_order(*both, programs)

    assert told["orders"] == 10
    assert told["lost"] >= 5
    print(f"\n{told}")
