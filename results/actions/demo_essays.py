"""How the demo's students write: plans, drafts that grow, hand-ins on time, late, twice or by the clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import uuid4

from courses.actions.people import set_arrangement
from courses.kernel import clock
from courses.kernel.text import sha256_of
from courses.models import Enrolment, User
from essays.actions.arrangements import extend, record_standing
from essays.actions.assignments import open_brief
from essays.actions.decisions import MARK, collect_due, decide_collected
from essays.actions.drafts import open_draft, reopen_draft, save_draft
from essays.actions.late_words import leave_late_words
from essays.actions.plans import Planned, keep_plan
from essays.actions.records import report_writing, write_record_note
from essays.actions.submissions import submit_essay
from essays.models import Assignment, Draft, RevisionKind, StandingState, Submission, WritingEventKind
from essays.pure.records import Reported
from results.pure.demo import Essay, put_together
from rubrics.pure.packs import ExemplarText, Pack

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@dataclass(frozen=True)
class Class:
    """One assignment of the demo: who writes, what the plan says of each, and the bank their paragraphs come from."""

    assignment: Assignment
    people: Mapping[str, User]
    plans: Mapping[str, Any]
    bank: Mapping[str, Mapping[str, Any]]
    pack: Pack

    @property
    def teacher(self) -> User:
        return self.people["teacher"]

    @cached_property
    def exemplars(self) -> dict[str, ExemplarText]:
        return {one.key: one for one in self.pack.exemplars}

    def essay(self, student: str, plan: Mapping[str, Any]) -> Essay:
        """Put together what this student writes."""
        if "exemplar" in plan:
            return Essay(self.exemplars[plan["exemplar"]].text)
        return put_together(self.bank, plan, turn=int(student.removeprefix("student")))


# ---------------------------------------------------------------- last year
def write_last_year(group: Class) -> dict[str, Submission]:
    """Let last year's class write and hand in; give the essays that count, by student."""
    due = group.assignment.due_at
    for place, (student, plan) in enumerate(group.plans.items()):
        author = group.people[student]
        if "excused" in plan:
            with clock.at(due - 30 * HOUR):
                record_standing(
                    group.assignment, author, state=StandingState.EXCUSED, reason=plan["excused"], by=group.teacher
                )
            continue
        ends = due - (4 + 5 * (place % 14)) * HOUR - 7 * place * MINUTE
        if "late_hours" in plan:
            ends = due + plan["late_hours"] * HOUR
        text = group.essay(student, plan).text
        draft = _write(group.assignment, author, text, ends=ends, sittings=3)
        for pasted in plan.get("pasted", []):
            _paste(draft, pasted["text"], note=pasted.get("note", ""), at=ends - 5 * MINUTE, by=author)
        if "collected" not in plan:
            _hand_in(draft, at=ends + 4 * MINUTE, by=author)
    _collect(group)
    current = Submission.objects.current().filter(draft__assignment=group.assignment)
    return {one.draft.author.username: one for one in current.select_related("draft__author", "reading")}


def _collect(group: Class) -> None:
    """Let the clock collect what nobody handed in, and the teacher decide that it is marked."""
    closes = group.assignment.closes_at
    with clock.at(closes + 5 * MINUTE):
        collect_due(assignment=group.assignment)
    for student, plan in group.plans.items():
        if "too_late" in plan:
            _write_too_late(group, group.people[student], plan["too_late"], at=closes + 31 * MINUTE)
    with clock.at(closes + 9 * HOUR):
        for submission in Submission.objects.current().filter(draft__assignment=group.assignment, decided_at=None):
            if submission.waits_for_decision:
                decide_collected(
                    submission, decision=MARK, reason="Finished, and forgot to hand in; we spoke.", by=group.teacher
                )


# ---------------------------------------------------------------- this year
def write_this_year(group: Class, moment: datetime) -> dict[str, Submission]:
    """Let this year's class come as far as it is at `moment`; give what is handed in, by student."""
    _arrange(group, moment)
    for student in group.plans["opened"]:
        with clock.at(moment - 30 * HOUR):
            open_brief(group.assignment, by=group.people[student])
    for student, plan in group.plans["drafts"].items():
        ends = moment - plan["hours_ago"] * HOUR
        text = group.essay(student, plan).first(plan["words"])
        draft = _write(group.assignment, group.people[student], text, ends=ends, sittings=3 + plan["words"] // 100)
        if "plan" in plan:
            with clock.at(ends):
                notes = {key: Planned(will_cover=True, note=note) for key, note in plan["plan"].items()}
                keep_plan(draft, notes, by=group.people[student])
    for student, plan in group.plans["handed_in"].items():
        _write_and_hand_in(group, student, plan, ends=moment - plan["hours_ago"] * HOUR)
    current = Submission.objects.current().filter(draft__assignment=group.assignment)
    return {one.draft.author.username: one for one in current.select_related("draft__author", "reading")}


def _arrange(group: Class, moment: datetime) -> None:
    """Record arrangements, absences and extensions, as their teacher did before or during the week."""
    assignment, teacher = group.assignment, group.teacher
    with clock.at(moment - 58 * 24 * HOUR):
        for student, terms in group.plans["arrangements"].items():
            enrolment = Enrolment.objects.students().get(course=assignment.course, person=group.people[student])
            set_arrangement(enrolment, **terms, by=teacher)
    with clock.at(moment - 27 * HOUR):
        for student, standing in group.plans["standings"].items():
            record_standing(assignment, group.people[student], **standing, by=teacher)
        for student, plan in group.plans["drafts"].items():
            if "extension" in plan:
                later = plan["extension"]["days"] * 24 * HOUR
                due_at, closes_at = assignment.due_at + later, assignment.closes_at + later
                reason = plan["extension"]["reason"]
                extend(assignment, group.people[student], due_at=due_at, closes_at=closes_at, reason=reason, by=teacher)


def _write_and_hand_in(group: Class, student: str, plan: Mapping[str, Any], *, ends: datetime) -> None:
    author, essay = group.people[student], group.essay(student, plan)
    if "replaced" not in plan:
        draft = _write(group.assignment, author, essay.text, ends=ends, sittings=6)
    else:
        shorter = essay.text.rsplit("\n\n", 1)[0] + "\n"
        draft = _write(group.assignment, author, shorter, ends=ends - 5 * HOUR, sittings=5)
        _hand_in(draft, at=ends - 5 * HOUR + 3 * MINUTE, by=author)
        with clock.at(ends - HOUR):
            draft = reopen_draft(draft, by=author)
        _save(draft, essay.text, at=ends, by=author)
    _hand_in(draft, at=ends + 4 * MINUTE, by=author)


# ---------------------------------------------------------------- one student at the desk
def _write(assignment: Assignment, author: User, text: str, *, ends: datetime, sittings: int) -> Draft:
    """Open the brief and a draft, and save it as it grows: the first half the evening before, the rest up to `ends`."""
    words = text.split(" ")
    steps = [words[: max(1, len(words) * part // sittings)] for part in range(1, sittings + 1)]
    with clock.at(max(ends - 22 * HOUR, assignment.opens_at)):
        open_brief(assignment, by=author)
        draft = open_draft(assignment, by=author)
    for part, step in enumerate(steps, start=1):
        left = (sittings - part) * 9 * MINUTE
        break_for_the_night = 20 * HOUR if part * 2 <= sittings else timedelta()
        at = max(ends - left - break_for_the_night, assignment.opens_at + part * MINUTE)
        _save(draft, text if part == sittings else " ".join(step).rstrip() + "\n", at=at, by=author)
    return draft


def _save(draft: Draft, text: str, *, at: datetime, by: User) -> None:
    base = Draft.objects.values_list("head", flat=True).get(pk=draft.pk)
    with clock.at(at):
        save_draft(draft.public_id, base=base, text=text, sha256=sha256_of(text), key=uuid4(), by=by)


def _paste(draft: Draft, text: str, *, note: str, at: datetime, by: User) -> None:
    """Let the page report a paste, and the student write a note on it a day after handing in."""
    with clock.at(at):
        reported = Reported(uuid4(), WritingEventKind.PASTE, text, ago=timedelta())
        event = report_writing(draft.public_id, reported, by=by)
    if event and note:
        with clock.at(at + 24 * HOUR):
            write_record_note(draft, about=f"event-{event.key}", text=note, by=by)


def _write_too_late(group: Class, student: User, plan: Mapping[str, str], *, at: datetime) -> None:
    """Let a page that was left open send another paragraph after the end, and the teacher decide about it."""
    draft = Draft.objects.get(assignment=group.assignment, author=student)
    head = draft.revisions.get(n=draft.head)
    _save(draft, f"{head.text.rstrip()}\n\n{plan['text']}\n", at=at, by=student)
    with clock.at(at + 9 * HOUR):
        for revision in draft.revisions.filter(kind=RevisionKind.QUARANTINE):
            leave_late_words(revision, reason=plan["left_because"], by=group.teacher)


def _hand_in(draft: Draft, *, at: datetime, by: User) -> None:
    draft.refresh_from_db()
    with clock.at(at):
        submit_essay(draft, base=draft.head, sha256=draft.head_sha256, key=uuid4(), declared=True, by=by)
