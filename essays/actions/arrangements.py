"""What happens when one student gets more time, or is absent or excused."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from courses.permissions import may_write_in
from essays.models import Assignment, Draft, DraftState, Extension, Origin, Standing, StandingState, Submission
from essays.permissions import may_manage_assignment, visible_drafts
from essays.pure.breaks import NO_REST
from essays.pure.deadlines import Allowance, Times
from essays.queries.assignments import (
    allowance_and_rest,
    allowances_for,
    times_of_draft,
    times_of_numbered,
    times_with,
)
from essays.queries.breaks import rests_of

MINUTE = timedelta(minutes=1)


class NotAStudentHere(Refusal):
    message = "This person is not a student of the course. Choose one of its students."


class ExtensionEmpty(Refusal):
    message = "Give a later moment or more minutes."


class ExtensionTakesAway(Refusal):
    message = "An extension only gives more: choose a moment after the assignment’s own."


class ExtensionWithoutClock(Refusal):
    message = "This assignment has no clock, so minutes would change nothing. Give a later moment."


class NoReason(Refusal):
    message = "Say why: the reason is kept with what you do."


class NothingToLift(Refusal):
    message = "This student is neither absent nor excused here."


@transaction.atomic
def extend(
    assignment: Assignment,
    student: User,
    *,
    due_at: datetime | None = None,
    closes_at: datetime | None = None,
    extra_minutes: int = 0,
    reason: str,
    by: User,
) -> Extension:
    """Give one student more time; it adds to their arrangements and takes the place of an earlier extension.

    Reaches a draft that is open, and opens again one that was collected and not yet decided, where there is time left.
    """
    require(may_manage_assignment(by, assignment))
    held = hold_for(assignment, student)
    if not reason.strip():
        raise NoReason
    _refuse_empty_gift(held, due_at, closes_at, extra_minutes)
    extension = _keep_extension(held, student, due_at, closes_at, extra_minutes, reason.strip())
    write_entry(
        "extend",
        held,
        by=by,
        after=_extension_facts(extension),
        assignment_id=held.pk,
        person_id=student.pk,
        reason=reason.strip(),
    )
    draft = held.drafts.filter(author=student).order_by("-number").select_for_update().first()
    if draft and not renew_times(draft).is_open:
        reopen_if_undecided(draft, by=by)
    return extension


@transaction.atomic
def record_standing(assignment: Assignment, student: User, *, state: str, reason: str, by: User) -> Standing:
    """Record a student as absent or excused: blank in exports, never 0. What they wrote is kept."""
    require(may_manage_assignment(by, assignment))
    held = hold_for(assignment, student)
    if not reason.strip():
        raise NoReason
    before = held.standings.filter(student=student).values_list("state", flat=True).first() or ""
    standing, _ = Standing.objects.update_or_create(
        assignment=held, student=student, defaults={"state": StandingState(state), "reason": reason.strip()}
    )
    write_entry(
        "record_standing",
        held,
        by=by,
        before=before,
        after=standing.state,
        assignment_id=held.pk,
        person_id=student.pk,
        reason=reason.strip(),
    )
    return standing


@transaction.atomic
def lift_standing(assignment: Assignment, student: User, *, reason: str, by: User) -> None:
    """Take back that a student is absent or excused; the journal keeps that it was so."""
    require(may_manage_assignment(by, assignment))
    held = hold_for(assignment, student)
    if not reason.strip():
        raise NoReason
    standing = held.standings.filter(student=student).first()
    if standing is None:
        raise NothingToLift
    standing.delete()
    write_entry(
        "lift_standing",
        held,
        by=by,
        before=standing.state,
        assignment_id=held.pk,
        person_id=student.pk,
        reason=reason.strip(),
    )


# What other actions of this app use; each runs in their transaction and has no permission of its own


def hold_for(assignment: Assignment, student: User) -> Assignment:
    """Lock the assignment for a change that concerns one of its students."""
    held = Assignment.objects.select_for_update().get(pk=assignment.pk)
    if not may_write_in(student, held.course):
        raise NotAStudentHere
    return held


def renew_times(draft: Draft) -> Draft:
    """Bring an open draft's end and grace up to what holds now: arrangements may have changed since.

    Costs one statement, and more only where something changed. Called before a draft is judged too late, collected, or
    told when it closes, so that a change of arrangements reaches it wherever it was made. A draft that replaces what
    was handed in stays open until due only.
    """
    if draft.is_open:
        _fit(draft, times_of_draft(draft))
    return draft


def renew_own_times(draft_id: UUID, *, by: User) -> Draft:
    """Bring one's own draft up to the times that hold now: what an open page asks for every half minute.

    One that was collected, and not decided about, opens again where time has been given since. Raises
    Draft.DoesNotExist for a draft that is not one's own.
    """
    draft = visible_drafts(by).select_related("assignment", "author").get(public_id=draft_id)
    reopen_where_time_was_given(draft)
    return renew_times(draft)


def reopen_where_time_was_given(draft: Draft) -> bool:
    """Open a draft that the clock has ended, where an arrangement or a later closing leaves room now; say if it was.

    An extension does so itself; arrangements are made for a whole course, and reach a draft when it is looked at. Not
    where a teacher has decided about it, has noted the student as absent or excused, or has let another draft begin.
    """
    ended = draft.state in (DraftState.COLLECTED, DraftState.CLOSED)
    return ended and times_of_draft(draft).accepts(now()) and _reopen_held(draft)


@transaction.atomic
def _reopen_held(draft: Draft) -> bool:
    held = Draft.objects.select_for_update(of=("self",)).select_related("assignment", "author").get(pk=draft.pk)
    waits = Submission.objects.current().filter(draft=held, origin=Origin.COLLECTED, decided_at=None)
    if held.state == DraftState.SUBMITTED or (held.state == DraftState.COLLECTED and not waits.exists()):
        return False
    later = Draft.objects.filter(assignment=held.assignment_id, author=held.author_id, number__gt=held.number)
    if later.exists() or Standing.objects.filter(assignment=held.assignment_id, student=held.author_id).exists():
        return False
    if not held.is_open:
        reopen_if_undecided(held, by=None)
    draft.state, draft.ends_at, draft.grace_until = held.state, held.ends_at, held.grace_until
    return held.is_open


def renew_drafts(assignment: Assignment) -> None:
    """Bring every open draft of an assignment up to its dates."""
    allowances, rests = allowances_for(assignment), rests_of(assignment) if assignment.is_timed else {}
    for draft in assignment.drafts.open().select_for_update():
        times = times_with(assignment, allowances.get(draft.author_id, Allowance()))
        _fit(draft, times_of_numbered(times, draft, rests.get(draft.pk, NO_REST)))


def _fit(draft: Draft, times: Times) -> None:
    grace_until = times.grace_until
    if draft.grace_until != grace_until and Submission.objects.current().filter(draft=draft).exists():
        grace_until = times.replaced_until
    if (draft.ends_at, draft.grace_until) == (times.ends_at, grace_until):
        return
    draft.ends_at, draft.grace_until = times.ends_at, grace_until
    Draft.objects.filter(pk=draft.pk, state=DraftState.OPEN).update(
        ends_at=draft.ends_at, grace_until=draft.grace_until
    )


def reopen_if_undecided(draft: Draft, *, by: User | None) -> bool:
    """Open a draft again that was collected or closed, where its times leave room; say whether it was."""
    submission = Submission.objects.current().filter(draft=draft).first()
    if draft.state == DraftState.SUBMITTED or (submission and not submission.waits_for_decision):
        return False
    times = times_of_draft(draft)
    if not times.accepts(now()):
        return False
    reopen(draft, times, by=by)
    return True


def reopen(draft: Draft, times: Times, *, by: User | None, reason: str = "") -> None:
    """Make a draft writable until `times` stop it; what came of it is withdrawn, not deleted. The clock is None."""
    Submission.objects.current().filter(draft=draft).update(withdrawn_at=now())
    before, draft.state = draft.state, DraftState.OPEN
    draft.ends_at, draft.grace_until = times.ends_at, times.grace_until
    draft.save(update_fields=["state", "ends_at", "grace_until"])
    write_entry(
        "reopen_draft",
        draft,
        by=by,
        before=before,
        after=draft.state,
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
        reason=reason,
    )


def give_until(draft: Draft, *, until: datetime, reason: str) -> Times:
    """Extend its author's closing, and the own clock where one runs, so that this draft is writable to `until`."""
    assignment, student = draft.assignment, draft.author
    allowance, rest = allowance_and_rest(draft)
    times = times_of_numbered(times_with(assignment, allowance), draft, rest)
    closes_at, minutes = allowance.closes_at, allowance.extra_minutes
    if until > times.closes_at:
        closes_at = until - timedelta(hours=allowance.later_hours)
    if times.minutes is not None:
        minutes += max(0, -(-(until - draft.started_at - times.minutes * MINUTE - rest.taken) // MINUTE))
    _keep_extension(assignment, student, allowance.due_at, closes_at, minutes, reason)
    return times_of_draft(draft)


def _keep_extension(
    assignment: Assignment,
    student: User,
    due_at: datetime | None,
    closes_at: datetime | None,
    extra_minutes: int,
    reason: str,
) -> Extension:
    extension, _ = Extension.objects.update_or_create(
        assignment=assignment,
        student=student,
        defaults={"due_at": due_at, "closes_at": closes_at, "extra_minutes": extra_minutes, "reason": reason},
    )
    return extension


def _refuse_empty_gift(
    assignment: Assignment, due_at: datetime | None, closes_at: datetime | None, extra_minutes: int
) -> None:
    if due_at is None and closes_at is None and not extra_minutes:
        raise ExtensionEmpty
    if extra_minutes and assignment.minutes is None:
        raise ExtensionWithoutClock
    if (due_at and due_at <= assignment.due_at) or (closes_at and closes_at <= assignment.closes_at):
        raise ExtensionTakesAway


def _extension_facts(extension: Extension) -> str:
    moments = {"due": extension.due_at, "closes": extension.closes_at}
    said = [f"{name}:{at:%Y-%m-%dT%H:%MZ}" for name, at in moments.items() if at]
    return " ".join([*said, f"minutes:{extension.extra_minutes}"])
