"""The writing desk as a model: what two tabs hold, what was written in them, and where every word must be found.

`Tab` is the page as a pure thing: its editor, what it builds on, the save whose outcome it does not know, its journal.
`Record` is what an observer writes down who sees everything: every state of the text that was ever written, which
states its writer had before them, what was promised about it; and it looks after every step whether the database keeps
to that. DESIGN.md calls a text *reachable* that is kept, or older than a kept descendant; or, unsent, in a journal.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from courses.kernel.text import sha256_of
from courses.models import User
from essays.models import Assignment, Draft, DraftState, Revision, RevisionKind, Submission


@dataclass(eq=False)
class Written:
    """A state of the text. `seen` are the states its writer had before them when it was made."""

    text: str
    seen: tuple["Written", ...] = ()
    sha256: str = ""
    later: list["Written"] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.sha256 = sha256_of(self.text)
        for one in self.seen:
            one.later.append(self)

    def earlier(self) -> Iterator["Written"]:
        """Give this state and everything its writer had seen on the way to it."""
        yield from _walk(self, lambda one: one.seen)

    def onward(self) -> Iterator["Written"]:
        """Give this state and everything that was made from it."""
        yield from _walk(self, lambda one: one.later)


def _walk(start: Written, step: Any) -> Iterator[Written]:
    waiting, met = [start], set[int]()
    while waiting:
        one = waiting.pop()
        if id(one) not in met:
            met.add(id(one))
            waiting += step(one)
            yield one


@dataclass(frozen=True)
class Flight:
    """A save on its way: the same key, base and words at every try."""

    key: UUID
    base: int
    words: Written
    intent: str


@dataclass(frozen=True)
class Form:
    """The read-back's form: which text is handed in, under which key."""

    base: int
    sha256: str
    key: UUID


@dataclass(eq=False)
class Tab:
    """One page of one student. `unsent` of each draft outlives the page: that is the journal on this computer."""

    draft: Draft
    shown: Written
    acked: Written | None
    base: int = 0
    flight: Flight | None = None
    mode: str = "writing"
    by_hand: bool = True
    form: Form | None = None
    beside: Written | None = None
    unsent: dict[int, list[Written]] = field(default_factory=dict)
    bases: dict[int, int] = field(default_factory=dict)

    @property
    def journal(self) -> list[Written]:
        return self.unsent.setdefault(self.draft.pk, [])

    @property
    def is_safe(self) -> bool:
        """Whether the page says "Saved"."""
        return self.flight is None and self.acked is not None and self.shown.sha256 == self.acked.sha256

    def type(self, text: str, *, by_hand: bool) -> None:
        self.shown = Written(text, (self.shown,))
        self.by_hand = by_hand
        self.bases[self.draft.pk] = self.base

    def write_journal(self) -> None:
        if not self.is_safe and self.shown not in self.journal:
            self.journal.append(self.shown)

    def was_kept(self, words: Written) -> None:
        """Forget what the server has: these words, and what was written before them."""
        if words in self.journal:
            del self.journal[: self.journal.index(words) + 1]
        else:
            earlier = set(map(id, words.earlier()))
            self.unsent[self.draft.pk] = [one for one in self.journal if id(one) not in earlier]

    def open(self, head: int, words: Written) -> None:
        """Load the page anew: the server's head, or what the journal has unsent, on the base it was written on.

        Whoever wrote what is in the journal may not have seen this head: it does not count as their own.
        """
        self.flight, self.form, self.mode = None, None, "writing"
        self.acked, self.base, self.shown = words, head, words
        if self.journal:
            self.base = self.bases.get(self.draft.pk, head)
            self.shown, self.acked = self.journal[-1], None
            self.by_hand = True


class Broken(AssertionError):
    """A promise was not kept."""


@dataclass
class Record:
    """What the observer knows, and what follows from it."""

    assignment: Assignment
    student: User
    sent: dict[UUID, tuple[int, Written]] = field(default_factory=dict)
    made: dict[tuple[int, int], Written] = field(default_factory=dict)
    kinds: dict[tuple[int, int], str] = field(default_factory=dict)
    heads: dict[int, Written] = field(default_factory=dict)
    journaled: list[tuple[int, Written]] = field(default_factory=list)
    acknowledged: list[tuple[int, Written]] = field(default_factory=list)
    beside: list[tuple[int, Written]] = field(default_factory=list)
    handed_in: dict[int, tuple[Any, ...]] = field(default_factory=dict)
    keys: dict[UUID, Form] = field(default_factory=dict)
    receipts: dict[UUID, str] = field(default_factory=dict)
    current: int | None = None
    let_go: bool = False
    counts: Counter[str] = field(default_factory=Counter)

    def look(self, tabs: Iterable[Tab], *, gains: bool = False, loses: bool = False) -> None:
        """See whether everything promised is there. `gains`, `loses`: whether what stands as handed in may change."""
        drafts = list(Draft.objects.filter(assignment=self.assignment, author=self.student).order_by("number"))
        kept = self._look_at_revisions(drafts)
        self._look_for_words(kept, tabs)
        self._look_at_hand_ins(drafts, gains=gains, loses=loses)

    # ------------------------------------------------------------------------------------------------ revisions
    def _look_at_revisions(self, drafts: list[Draft]) -> dict[int, set[str]]:
        found = Revision.objects.filter(draft__in=drafts).order_by("draft_id", "n")
        kept: dict[int, set[str]] = {draft.pk: set() for draft in drafts}
        there = set()
        for revision in found:
            place = (revision.draft_id, revision.n)
            there.add(place)
            kept[revision.draft_id].add(revision.sha256)
            if place not in self.made:
                self._meet(revision)
            elif self.made[place].sha256 != revision.sha256 or self.kinds[place] != revision.kind:
                raise Broken(f"revision {place} is not what it was")
        submitted = set(Submission.objects.filter(draft__in=drafts).values_list("draft_id", "revision_n"))
        for place in self.kinds.keys() - there:
            if self.kinds[place] != RevisionKind.HEAD or place in submitted:
                raise Broken(f"revision {place}, {self.kinds[place]}, is gone")
            self.counts["thinned"] += 1
            del self.kinds[place]
        for draft in drafts:
            if draft.head and self.made[draft.pk, draft.head].sha256 != draft.head_sha256:
                raise Broken(f"the head of draft {draft.number} is called by another text's hash")
            if draft.head and (draft.pk, draft.head) not in there:
                raise Broken(f"the head of draft {draft.number} is not there")
        return kept

    def _meet(self, revision: Revision) -> None:
        """Take note of a new revision, and of the head it becomes: whoever wrote it must have seen the one before."""
        place, before = (revision.draft_id, revision.n), self.heads.get(revision.draft_id)
        if sha256_of(revision.text) != revision.sha256:
            raise Broken(f"revision {place} does not hold the text it names")
        if revision.key in self.sent:
            base, words = self.sent[revision.key]
            if (revision.parent_n, revision.sha256) != (base, words.sha256):
                raise Broken(f"revision {place} is not what was sent under its key")
        else:
            words = Written(revision.text, (before,) if before else ())
        self.made[place], self.kinds[place] = words, revision.kind
        self.counts[str(revision.kind)] += 1
        if revision.kind == RevisionKind.HEAD:
            if before and before.sha256 not in {one.sha256 for one in words.earlier()}:
                raise Broken(f"revision {place} took the place of a text its writer had not seen")
            self.heads[revision.draft_id] = words

    # ---------------------------------------------------------------------------------------------------- words
    def _look_for_words(self, kept: dict[int, set[str]], tabs: Iterable[Tab]) -> None:
        here: dict[int, set[str]] = {}
        for tab in tabs:
            for draft, unsent in tab.unsent.items():
                here.setdefault(draft, set()).update(one.sha256 for one in unsent)
        for draft, words in self.beside:
            if words.sha256 not in kept[draft]:
                raise Broken(f"“{words.text[:60]}” was to be kept beside, and is not")
        for draft, words in self.acknowledged:
            if not reachable(words, kept[draft]):
                raise Broken(f"“{words.text[:60]}” was acknowledged, and is lost")
        for draft, words in self.journaled:
            if not reachable(words, kept[draft] | here.get(draft, set())):
                raise Broken(f"“{words.text[:60]}” was in a journal, and is lost")

    # ------------------------------------------------------------------------------------------------- hand-ins
    def _look_at_hand_ins(self, drafts: list[Draft], *, gains: bool, loses: bool) -> None:
        rows = Submission.objects.filter(draft__in=drafts).order_by("pk")
        current = []
        for pk, key, withdrawn_at, *stays in rows.values_list(
            "pk", "key", "withdrawn_at", "sha256", "words", "reading__text", "receipt_number", "submitted_at"
        ):
            if self.handed_in.setdefault(pk, tuple(stays)) != tuple(stays):
                raise Broken(f"submission {pk} is not what was handed in")
            if sha256_of(stays[2]) != stays[0] or (key in self.keys and self.keys[key].sha256 != stays[0]):
                raise Broken(f"submission {pk} is not the text its author read back")
            current += [pk] if withdrawn_at is None else []
        if self.handed_in.keys() - set(rows.values_list("pk", flat=True)):
            raise Broken("a submission is gone")
        if len(current) > 1:
            raise Broken(f"{len(current)} submissions are current at once")
        stands = current[0] if current else None
        if self.current is not None and stands is None and not loses:
            raise Broken("what was handed in does not stand any more")
        if stands != self.current and not (gains or loses):
            raise Broken("what stands as handed in has changed, and nobody handed in")
        self.let_go = stands is None and (self.let_go or self.current is not None)
        ended = {DraftState.SUBMITTED, DraftState.COLLECTED}
        if drafts and drafts[-1].state in ended and stands is None and not self.let_go:
            raise Broken("the essay is closed as handed in, and no submission stands")
        self.current = stands


def reachable(words: Written, places: set[str]) -> bool:
    """Whether `words`, or something made from them, is in one of these places."""
    return any(one.sha256 in places for one in words.onward())
