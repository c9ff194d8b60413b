"""Two tabs, one student, everything that goes wrong: no word is lost, none replaced unseen, one hand-in stands.

Hypothesis chooses what happens next; every step goes through the real addresses and actions to a real database, and
`tests.essays.model` looks after each whether every promise is kept. The last tests break the saving on purpose: a
machine that finds nothing then would prove nothing now. 1,000 steps here, 10,000 with ASSAY_SOAK=1.
"""

import json
import os
import random
from collections import Counter
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import NoReverseMatch, reverse
from hypothesis import HealthCheck, Phase, note, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

import essays.models.revisions
from courses.kernel import clock
from courses.kernel.errors import Refusal
from courses.models import Course, Role
from essays.actions.arrangements import extend
from essays.actions.decisions import (
    collect_due,
    decide_collected,
    reopen_essay,
    return_for_another_draft,
    submit_on_behalf,
)
from essays.actions.drafts import save_draft, start_draft
from essays.actions.submissions import submit_essay
from essays.models import Draft, Revision, Submission
from essays.pure.drafts import Branched, Quarantined, Saved
from tests.essays.model import Broken, Flight, Form, Record, Tab, Written
from tests.essays.writing import TUESDAY
from tests.rows import enrolled, published_prompt, published_rubric, set_for

SOAK = os.environ.get("ASSAY_SOAK") == "1"
STEPS = 10_000 if SOAK else 1_000 if connection.vendor == "sqlite" else 200
A_RUN = 50
"""Steps from one empty draft."""
ALWAYS_KEPT = 3
"""How many revisions thinning leaves alone here, so that fifty steps reach it; twenty in earnest."""

OUTCOMES = ["answered", "answered", "answered", "never sent", "rolled back", "answer lost"]
WEIGHTS = {
    "write": 6,
    "save": 4,
    "choose": 5,
    "reload": 4,
    "take_over": 3,
    "open_newest_draft": 2,
    "hear_of_more_time": 5,
    "sign_out": 2,
    "sign_in": 6,
    "bring_back": 2,
    "thin_out": 1,
    "read_back": 3,
    "hand_in": 5,
    "write_on": 4,
    "withdraw": 2,
    "let_time_pass": 4,
    "collect": 3,
    "give_more_time": 3,
    "decide": 3,
    "hand_in_for_the_student": 1,
}
"""What may happen next, and how often it is tried. What cannot happen just now makes room for a few words more."""
SEEDS = st.integers(0, 2**64)
WAITS = {"1 s": 1, "30 s": 30, "70 s": 70, "20 min": 1_200, "1 h": 3_600}


class Desk(RuleBasedStateMachine):
    """Two tabs in one browser, a teacher, a clock. `seen` counts over all runs what happened."""

    seen: Counter[str] = Counter()
    parts: dict[str, Any]

    @initialize(minutes=st.sampled_from([None, None, 90]), seed=SEEDS)
    def begin(self, minutes, seed):
        self.at, self.seed, self.step = TUESDAY, seed, 0
        course = Course.objects.create(slug=f"c-{uuid4().hex}", title="History 12")
        self.teacher, self.student, self.classmate = (
            enrolled(f"p-{uuid4().hex}", name, course, role)
            for name, role in (("Marta", Role.TEACHER), ("Ines", Role.STUDENT), ("Noor", Role.STUDENT))
        )
        self.assignment = set_for(course, self.teacher, minutes=minutes, **self.parts)
        with clock.at(self.at):
            draft = start_draft(self.assignment, by=self.student)
        self.record = Record(self.assignment, self.student, counts=self.seen)
        empty = Written("")
        self.tabs = [Tab(draft, empty, empty), Tab(draft, empty, empty)]
        self.browser, self.who, self.words = Client(), self.student, 0
        self.browser.force_login(self.student)

    @rule(seed=SEEDS)
    def go(self, seed):
        """Let one thing happen, in one of the tabs where it concerns a tab; then look whether all promises are kept.

        What a step is comes from the number and its place, so that all are tried: by itself Hypothesis likes to repeat.
        """
        chance = random.Random(f"{self.seed} {seed} {self.step}")  # noqa: S311
        self.step += 1
        [what] = chance.choices([*WEIGHTS], [*WEIGHTS.values()])
        at, pick = chance.randrange(2), chance.randrange(1_000)
        outcomes = chance.choices(OUTCOMES, k=chance.randint(1, 4))
        note(f"{self.at:%a %H:%M:%S} {what}, tab {at}, {pick}, {outcomes}")
        if not getattr(self, what)(self.tabs[at], pick, outcomes):
            self.write(self.tabs[at], pick, outcomes)
        self.look(gains=what in GAINS, loses=what in LOSES)
        Desk.seen["steps"] += 1

    def look(self, **changes: bool) -> None:
        self.record.look(self.tabs, **changes)

    @property
    def signed_in(self) -> bool:
        return self.who == self.student

    def newest_draft(self) -> Draft:
        return Draft.objects.filter(assignment=self.assignment, author=self.student).latest("number")

    # --------------------------------------------------------------------------------------------------- writing
    def write(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Type and save, some times; now and then much, or all anew, or all vanishes without a hand on the keys."""
        for turn, outcome in enumerate(outcomes):
            if tab.mode != "writing":
                break
            how = {1: "much", 2: "anew", 3: "vanish"}.get((pick + turn) % 12, "add")
            self.words += 1
            more = f"word{self.words} " * (120 if how == "much" else 1)
            text = {"anew": more, "vanish": ""}.get(how, tab.shown.text + more)
            tab.type(text, by_hand=how != "vanish")
            if pick % 2:
                self.write_journal(tab)
            if pick % 5:
                self.save(tab, pick, [outcome])
        return True

    def write_journal(self, tab: Tab) -> None:
        tab.write_journal()
        self.record.journaled += [(tab.draft.pk, one) for one in tab.journal[-1:]]

    def save(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        if tab.mode != "writing" or tab.is_safe:
            return False
        self.put(tab, outcomes[0])
        self.look()
        return True

    def put(self, tab: Tab, outcome: str = "answered") -> None:
        """Send the newest text, or once more the one whose outcome is unknown."""
        if tab.flight is None:
            tab.flight = Flight(uuid4(), tab.base, tab.shown, "user" if tab.by_hand else "")
            self.write_journal(tab)
        else:
            self.seen["asked again"] += 1
        flight = tab.flight
        self.record.sent[flight.key] = (flight.base, flight.words)
        body = {"base": flight.base, "key": str(flight.key), "text": flight.words.text, "intent": flight.intent}
        body |= {"sha256": flight.words.sha256, "tab": "a", "client_ts": self.at.isoformat()}
        address = reverse("essays:drafts-text", args=[tab.draft.public_id])
        self.seen["broken"] += outcome != "answered"
        answer = self.ask(outcome, "put", address, data=json.dumps(body), content_type="application/json")
        if answer is not None:
            self.answered(tab, flight, answer.status_code, answer.json())

    def ask(self, outcome: str, method: str, address: str, **sent: Any) -> Any:
        """Ask the server; None where nobody learns what became of it."""
        if outcome == "never sent":
            return None
        headers = {"X-Assay-User": str(self.student.public_id)}
        with clock.at(self.at), transaction.atomic():
            answer = getattr(self.browser, method)(address, headers=headers, **sent)
            transaction.set_rollback(outcome == "rolled back")
        return answer if outcome == "answered" else None

    def answered(self, tab: Tab, flight: Flight, status: int, answer: dict[str, Any]) -> None:
        """Do what the page does with each answer, and write down what it promises."""
        self.seen[f"{status} {answer.get('error', '')}".strip()] += 1
        place = (tab.draft.pk, flight.words)
        if status in (200, 201):
            if answer["sha256"] != flight.words.sha256:
                raise Broken("another text was acknowledged than the one sent")
            self.record.acknowledged.append(place)
            tab.base, tab.acked, tab.flight = answer["rev"], flight.words, None
            tab.was_kept(flight.words)
        elif status == 409 or answer.get("error") == "suspicious_shrink":
            self.record.beside.append(place)
            tab.flight, tab.beside = None, flight.words
            if status == 409 and tab.acked and answer["head_sha"] == tab.acked.sha256:
                tab.base = answer["head"]
            else:
                tab.mode = "asked"
        elif status in (202, 423):
            if answer["quarantined"]:
                self.record.beside.append(place)
            tab.mode, tab.flight = "ended", None
        elif answer.get("error") == "key_reuse":
            tab.flight = None
        elif answer.get("error") == "other_user":
            tab.mode = "locked"
        elif status != 401:
            raise Broken(f"a save was answered {status} {answer}")

    def choose(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Two texts stand against each other: go on with one's own, having seen the other; or with the other."""
        if tab.mode != "asked" or not self.signed_in:
            return False
        mine = tab.shown
        if not pick % 3 and mine is not tab.beside:
            tab.acked = None
            self.put(tab)  # typed since the answer: it is to be kept beside too, before it goes
            self.look()
            if tab.mode != "asked" or tab.flight:
                return True
        head, theirs = self.head_of(tab)
        tab.mode, tab.base, tab.acked, tab.by_hand = "writing", head, theirs, True
        if pick % 3:
            tab.shown = Written(mine.text, (mine, theirs))
            self.put(tab, outcomes[0])
        else:
            tab.shown = theirs
            tab.unsent[tab.draft.pk] = []
        self.seen["chosen"] += 1
        return True

    def head_of(self, tab: Tab) -> tuple[int, Written]:
        """Ask what the server has; it must be what the observer knows as the head."""
        found = self.ask("answered", "get", reverse("essays:drafts-text", args=[tab.draft.public_id])).json()
        words = self.record.heads.get(tab.draft.pk)
        if found["sha256"] != (words.sha256 if words else ""):
            raise Broken("the server shows another head than the last one kept")
        return found["head"], words or Written("")

    # ------------------------------------------------------------------------------------ pages, people, history
    def open(self, tab: Tab, draft: Draft) -> bool:
        if not self.signed_in:
            return False
        tab.draft = draft
        tab.open(*self.head_of(tab))
        if not Draft.objects.get(pk=draft.pk).is_open:
            tab.mode = "ended"
        return True

    def reload(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """The page goes and comes again: what the journal had not yet is gone, the rest is there."""
        self.seen["found in the journal"] += bool(tab.journal) and self.signed_in
        return self.open(tab, tab.draft)

    def open_newest_draft(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        newest = self.newest_draft()
        return tab.draft != newest and self.open(tab, newest)

    def take_over(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Write here instead: the other tab is read-only from now on, and this one begins with what the server has."""
        [other] = [one for one in self.tabs if one is not tab]
        if tab.mode not in ("writing", "read only") or not tab.is_safe or not self.open(tab, tab.draft):
            return False
        if other.mode == "writing":
            self.write_journal(other)
            other.mode = "read only"
        self.seen["taken over"] += 1
        return True

    def hear_of_more_time(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """A page that was told its time is over asks again, and goes on where there is more."""
        more = tab.mode == "ended" and self.signed_in and Draft.objects.get(pk=tab.draft.pk).is_open
        tab.mode = "writing" if more else tab.mode
        return more

    def sign_out(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """The session expires, or somebody else signs in to the same browser."""
        if pick % 2:
            self.browser.logout()
            self.who = None
        else:
            self.browser.force_login(self.classmate)
            self.who = self.classmate
        return True

    def sign_in(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        if self.signed_in:
            return False
        self.browser.force_login(self.student)
        self.who = self.student
        for one in self.tabs:
            if one.mode == "locked":
                self.open(one, one.draft)
        return True

    def bring_back(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Make an earlier state the newest, from a desk where all is saved; the page leads back to the desk."""
        kept = list(Revision.objects.filter(draft=tab.draft).order_by("n"))
        if not (kept and tab.is_safe and tab.mode == "writing" and self.signed_in):
            return False
        chosen, key = kept[pick % len(kept)], uuid4()
        self.record.sent[key] = (tab.base, Written(chosen.text, (tab.shown,)))
        address = reverse("essays:revisions-restore", args=[tab.draft.public_id, chosen.n])
        self.ask(outcomes[0], "post", address, data={"base": tab.base, "key": str(key)})
        self.look()
        self.seen["brought back"] += 1
        return self.open(tab, tab.draft)

    def thin_out(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        gone, _ = Revision.objects.superfluous(self.newest_draft(), self.at).delete()
        return bool(gone)

    # ------------------------------------------------------------------------------------------------ handing in
    def read_back(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Leave the desk for the read-back, which asks about exactly what the server has."""
        if tab.mode != "writing" or not self.signed_in:
            return False
        if not tab.is_safe:
            self.put(tab)
            self.look()
        if tab.is_safe and tab.mode == "writing":
            head, words = self.head_of(tab)
            tab.form = Form(head, words.sha256, uuid4())
        return not tab.form or not pick % 2 or self.hand_in(tab, pick, outcomes)

    def hand_in(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Press *Hand in*: once, or again and again, whatever becomes of each request."""
        if tab.form is None:
            self.read_back(tab, 0, outcomes)
        if tab.form is None:
            return False
        self.record.keys[tab.form.key] = tab.form
        for outcome in outcomes:
            self.post_form(tab, tab.form, outcome)
        self.seen["pressed again"] += len(outcomes) > 1
        return True

    def post_form(self, tab: Tab, form: Form, outcome: str) -> None:
        address = reverse("essays:submissions-submit", args=[tab.draft.public_id])
        fields = {"base": form.base, "sha256": form.sha256, "key": str(form.key), "declared": "on"}
        answer = self.ask(outcome, "post", address, data=fields)
        if answer is None or answer.status_code != 302 or "/receipts/" not in answer["Location"]:
            return
        number = answer["Location"].rstrip("/").rpartition("/")[2]
        if self.record.receipts.setdefault(form.key, number) != number:
            raise Broken("one key has two receipts")
        self.seen["receipts"] += 1
        tab.mode = "ended"

    def write_on(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Its author opens a hand-in again, until due."""
        return self.act_on_hand_in("essays:submissions-reopen", outcomes[0])

    def withdraw(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """Its author takes a hand-in back, where the assignment lets them."""
        try:
            return self.act_on_hand_in("essays:submissions-withdraw", outcomes[0])
        except NoReverseMatch:
            return False

    def act_on_hand_in(self, name: str, outcome: str) -> bool:
        if self.record.current is None or not self.signed_in:
            return False
        answer = self.ask(outcome, "post", reverse(name, args=[self.newest_draft().public_id]))
        self.seen[name] += answer is not None and answer.status_code == 302
        return True

    # ------------------------------------------------------------------------------------- the clock, the teacher
    def let_time_pass(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        draft = self.newest_draft()
        later = {
            "to grace": draft.grace_until - timedelta(seconds=30),
            "past grace": draft.grace_until + timedelta(seconds=1),
            "long past": draft.grace_until + timedelta(hours=1),
            "to due": self.assignment.due_at - timedelta(seconds=30),
        } | {name: self.at + timedelta(seconds=seconds) for name, seconds in WAITS.items()}
        self.at = max(self.at, [*later.values()][pick % len(later)])
        if pick % 4 == 0:
            self.collect(tab, pick, outcomes)
        return True

    def collect(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        with clock.at(self.at):
            collected = collect_due(assignment=self.assignment)
        self.seen["collected"] += collected
        return bool(collected)

    def give_more_time(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        if self.newest_draft().grace_until > self.at:
            return False
        until = max(self.at, self.assignment.closes_at) + timedelta(hours=1 + pick % 3)
        minutes = -(-(until - self.newest_draft().started_at).seconds // 60) if self.assignment.is_timed else 0
        with clock.at(self.at):
            extend(
                self.assignment, self.student, closes_at=until, extra_minutes=minutes, reason="Ill.", by=self.teacher
            )
        self.seen["extended"] += 1
        return True

    def decide(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        """A teacher reopens, gives back for another draft, lets a collected essay be marked, or excuses."""
        if self.record.current is None:
            return False
        submission, until = Submission.objects.get(pk=self.record.current), self.at + timedelta(hours=1)
        what = ["reopen", "another draft", "mark", "reopen", "excuse"][pick % 5]
        with clock.at(self.at), suppress(Refusal):
            if what == "another draft":
                return_for_another_draft(submission, reason="Once more.", until=until, by=self.teacher)
            elif submission.waits_for_decision:
                decide_collected(submission, decision=what, reason="Said so.", until=until, by=self.teacher)
            else:
                reopen_essay(submission, reason="A page was missing.", until=until, by=self.teacher)
            self.seen[f"decided: {what}"] += 1
        return True

    def hand_in_for_the_student(self, tab: Tab, pick: int, outcomes: list[str]) -> bool:
        if pick % 4:
            return False
        self.words += 1
        with clock.at(self.at):
            text = f"On paper {self.words}."
            submit_on_behalf(self.assignment, self.student, text=text, reason="On paper.", by=self.teacher)
        self.seen["on behalf"] += 1
        return True


FLOORS = {
    "broken": 100,
    "asked again": 100,
    "201": 100,
    "409 conflict": 10,
    "branch": 10,
    "chosen": 3,
    "202": 1,
    "quarantine": 1,
    "found in the journal": 5,
    "taken over": 1,
    "thinned": 10,
    "collected": 1,
    "extended": 2,
    "receipts": 3,
    "pressed again": 3,
}
"""How often a thousand steps meet each at least: a run without faults would prove nothing."""
GAINS = {"read_back", "let_time_pass", "hand_in", "collect", "hand_in_for_the_student", "decide", "give_more_time"}
LOSES = {"withdraw", "decide", "give_more_time"}


# ------------------------------------------------------------------------------------------------------- the tests
@pytest.fixture
def desk(db, monkeypatch, caplog):
    """The machine, with a prompt and a rubric to write to, and thinning early enough to be met."""
    caplog.set_level("ERROR", "django.request")  # every refusal is a line otherwise
    monkeypatch.setattr(essays.models.revisions, "ALWAYS_KEPT", ALWAYS_KEPT)
    rubric = published_rubric()
    parts = {"prompt_version": published_prompt(), "rubric_version": rubric, "mode": rubric.modes.get()}
    monkeypatch.setattr(Desk, "parts", parts, raising=False)
    monkeypatch.setattr(Desk, "seen", Counter())
    return Desk


def run(desk, steps: int) -> None:
    run_state_machine_as_test(
        desk,
        settings=settings(
            max_examples=steps * 5 // 4 // A_RUN,  # some runs are ended early
            stateful_step_count=A_RUN,
            deadline=None,
            database=None,
            derandomize=not SOAK,
            phases=[Phase.generate],
            report_multiple_bugs=False,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_no_word_is_lost_and_none_replaced_unseen_whatever_two_tabs_go_through(desk):
    run(desk, STEPS)

    print(f"\nmodel: {dict(desk.seen)}")
    met, most = desk.seen, STEPS / 1_000
    assert met["steps"] >= STEPS
    if most >= 1:
        for what, least in FLOORS.items():
            assert met[what] >= least * most, what
        assert met["401 signed_out"] + met["401 other_user"] >= 5 * most
    assert min(met["201"], met["broken"], met["asked again"], met["head"]) >= STEPS // 25


# ------------------------------------------------------------------------------- that the machine finds what it seeks
def without_the_base_check(draft_id, *, base, **sent):
    """Take whatever comes as the next head."""
    return save_draft(draft_id, base=Draft.objects.get(public_id=draft_id).head, **sent)


def saved_over(draft_id, *, base, **sent):
    """Let a text take the place of a head that its writer never saw."""
    drafts = Draft.objects.filter(public_id=draft_id, state="open")
    drafts.update(head=base) if base else drafts.update(head=0, head_sha256="")
    return save_draft(draft_id, base=base, **sent)


def without_the_branch(draft_id, **sent):
    """Answer that the losing text is kept beside, and do not keep it."""
    with transaction.atomic():
        kept = save_draft(draft_id, **sent)
        transaction.set_rollback(isinstance(kept, Branched))
    return kept


def acknowledged_before_kept(draft_id, **sent):
    """Say "saved", and lose every other one."""
    with transaction.atomic():
        kept = save_draft(draft_id, **sent)
        transaction.set_rollback(isinstance(kept, Saved) and int(sent["sha256"], 16) % 2 == 0)
    return kept


def late_words_dropped(draft_id, **sent):
    """Say that what came too late is kept apart, and drop it."""
    with transaction.atomic():
        kept = save_draft(draft_id, **sent)
        transaction.set_rollback(isinstance(kept, Quarantined))
    return kept


def handed_in_afresh(draft, *, key, **sent):
    """Do not know a key again: every press is a hand-in of its own."""
    Draft.objects.filter(pk=draft.pk).update(state="open")
    Submission.objects.current().filter(draft=draft).update(withdrawn_at=clock.now())
    return submit_essay(draft, key=uuid4(), **sent)


MISTAKES = {
    "the base is not checked": ("drafts.save_draft", without_the_base_check),
    "a text is saved over": ("drafts.save_draft", saved_over),
    "the losing text is not kept": ("drafts.save_draft", without_the_branch),
    "acknowledged before it is kept": ("drafts.save_draft", acknowledged_before_kept),
    "late words are dropped": ("drafts.save_draft", late_words_dropped),
    "a key is not known again": ("submissions.submit_essay", handed_in_afresh),
}


ON_BOTH = ["a text is saved over", "the losing text is not kept"]
"""The machine is one; that it finds what it seeks is shown with these on PostgreSQL too, and with all on SQLite."""


@pytest.mark.parametrize("name", MISTAKES if connection.vendor == "sqlite" else ON_BOTH)
def test_the_machine_finds_the_mistake(desk, monkeypatch, name):
    place, mistake = MISTAKES[name]
    monkeypatch.setattr(f"essays.views.{place}", mistake)

    with pytest.raises(Broken) as found:
        run(desk, 2_000)

    print(f"\n{name}: found after {desk.seen['steps']} steps: {found.value}")
    assert desk.seen["steps"] < 2_000


def test_the_machine_finds_words_a_tab_takes_for_kept(desk, monkeypatch):
    """The page's own mistake: it forgets its journal once a save is on its way."""
    put = Desk.put

    def careless(machine, tab, outcome="answered"):
        put(machine, tab, outcome)
        tab.unsent[tab.draft.pk] = []

    monkeypatch.setattr(Desk, "put", careless)

    with pytest.raises(Broken, match="in a journal, and is lost"):
        run(desk, 2_000)
