"""What happens at the end of time, and what a teacher decides about an essay: collect, mark, reopen, return, excuse."""

import logging
from datetime import datetime
from uuid import uuid4

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import MadeReading, make_reading
from courses.kernel.text import count_words, sha256_of
from courses.models import User
from essays.actions.arrangements import NoReason, give_until, hold_for, record_standing, renew_times, reopen
from essays.actions.breaks import end_break_of
from essays.actions.drafts import fit_to_keep
from essays.actions.submissions import EmptyEssay, HandIn, hand_in, restore_handed_in
from essays.models import (
    Assignment,
    Draft,
    DraftState,
    Origin,
    Revision,
    RevisionKind,
    StandingState,
    Submission,
)
from essays.permissions import may_manage_assignment
from essays.pure.deadlines import Times
from essays.queries.assignments import times_for, times_of_draft

log = logging.getLogger(__name__)

MARK, REOPEN, EXCUSE = "mark", "reopen", "excuse"
DECISIONS = (MARK, REOPEN, EXCUSE)


class DecidedAlready(Refusal):
    message = "This essay is not waiting for a decision any more. Reload the page to see where it stands."


class NotADecision(Refusal):
    message = "Choose what shall happen: mark it, let the student go on, or excuse."


class DecideFirst(Refusal):
    message = "This essay was collected. Decide first whether it is marked, reopened or excused."


class NoTimeLeft(Refusal):
    message = "The time is over for this student. Say until when the essay may be written."


class UntilIsPast(Refusal):
    message = "That moment has passed. Choose a later one."


class StillWriting(Refusal):
    message = "This student is writing another draft. Wait until it is handed in or collected."


class NotHandedInThen(Refusal):
    message = "It cannot have been handed to you in the future. Choose a moment that has passed."


# The end of time


def collect_due(limit: int = 200, *, assignment: Assignment | None = None) -> int:
    """Collect what is due, at most `limit` drafts, oldest end first; return how many were collected or closed.

    Safe to run at any time, twice, and by two workers at once. One draft that fails holds up no other.
    """
    due = Draft.objects.open().filter(grace_until__lte=now())
    if assignment is not None:
        due = due.filter(assignment=assignment)
    done = 0
    for draft in due.select_related("assignment", "author").order_by("grace_until", "pk")[:limit]:
        try:
            done += collect_one(draft)
        except Exception:  # whatever it is, the next essay must not wait for it
            log.exception("draft %s was not collected; it is tried again", draft.public_id)
    return done


def collect_one(draft: Draft) -> bool:
    """Collect this draft if its time is over: with words as a submission, without as closed. Say whether it was.

    A collected essay is dated by its last kept change and waits for its teacher; nobody declared anything. A draft that
    was to replace a hand-in is closed, and the hand-in stands.
    """
    if not draft.is_open or now() < renew_times(draft).grace_until:
        return False
    revision = draft.revisions.filter(n=draft.head).first() if draft.words else None
    made = make_reading(revision.text) if revision else None
    return _collect(draft, revision, made)


@transaction.atomic
def _collect(draft: Draft, revision: Revision | None, made: MadeReading | None) -> bool:
    held = Draft.objects.select_for_update(of=("self",)).select_related("assignment", "author").get(pk=draft.pk)
    if not held.is_open or now() < held.grace_until or held.head != (revision.n if revision else draft.head):
        return False
    if held.ends_at is not None:
        end_break_of(held, at=held.ends_at, by=None)
    if Submission.objects.current().filter(draft=held).exists():
        restore_handed_in(held)
    elif revision and made:
        late = times_of_draft(held).days_late(revision.saved_at)
        how = HandIn(origin=Origin.COLLECTED, key=uuid4(), at=revision.saved_at, days_late=late)
        hand_in(held, revision, made, how, by=None)
    else:
        held.state = DraftState.CLOSED
        held.save(update_fields=["state"])
        write_entry(
            "close_empty_draft",
            held,
            by=None,
            before=DraftState.OPEN,
            after=held.state,
            assignment_id=held.assignment_id,
            person_id=held.author_id,
        )
    draft.state = held.state
    return True


# What the teacher decides


@transaction.atomic
def decide_collected(
    submission: Submission, *, decision: str, reason: str, by: User, until: datetime | None = None
) -> Submission:
    """Say what shall happen with a collected essay: "mark" it, "reopen" it (needs `until` once time is over), "excuse".

    Reopened or excused it is withdrawn, not deleted; excused also records the standing.
    """
    held = _hold(submission, by=by)
    if not held.is_current or not held.waits_for_decision:
        raise DecidedAlready
    if decision not in DECISIONS:
        raise NotADecision
    if not reason.strip():
        raise NoReason
    if decision == MARK:
        held.decided_at = now()
        held.save(update_fields=["decided_at"])
    elif decision == REOPEN:
        _reopen_until(held.draft, until, reason=reason.strip(), by=by)
    else:
        held.withdrawn_at = now()
        held.save(update_fields=["withdrawn_at"])
        record_standing(
            held.draft.assignment, held.draft.author, state=StandingState.EXCUSED, reason=reason.strip(), by=by
        )
    write_entry(
        "decide_collected",
        held,
        by=by,
        before="waiting",
        after=decision,
        assignment_id=held.draft.assignment_id,
        person_id=held.draft.author_id,
        reason=reason.strip(),
    )
    return Submission.objects.get(pk=held.pk)


@transaction.atomic
def reopen_essay(submission: Submission, *, reason: str, by: User, until: datetime | None = None) -> Draft:
    """Let a student go on writing what was handed in; the hand-in is withdrawn, and kept."""
    held = _hold(submission, by=by)
    _refuse_unsettled(held, reason)
    _reopen_until(held.draft, until, reason=reason.strip(), by=by)
    return held.draft


@transaction.atomic
def return_for_another_draft(submission: Submission, *, reason: str, by: User, until: datetime | None = None) -> Draft:
    """Give an essay back: the student writes a next draft from its words. The first stands until another is handed in.

    The next draft has no clock of its own. Needs `until` where the assignment is closed for this student.
    """
    held = _hold(submission, by=by)
    _refuse_unsettled(held, reason)
    moment = now()
    first = held.draft.revisions.get(n=held.revision_n)
    draft = _next_draft(held.draft.assignment, held.draft.author, moment)
    times = times_of_draft(draft)
    if until is not None:
        times = _given_until(draft, until, reason.strip())
    if not times.accepts(moment):
        raise NoTimeLeft
    draft.grace_until = times.grace_until
    _keep_head(draft, first.text, moment)
    draft.save()
    write_entry(
        "return_for_another_draft",
        held,
        by=by,
        before=f"draft:{held.draft.number}",
        after=f"draft:{draft.number}",
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
        reason=reason.strip(),
    )
    return draft


def submit_on_behalf(
    assignment: Assignment, student: User, *, text: str, reason: str, by: User, at: datetime | None = None
) -> Submission:
    """Hand in `text` for a student who wrote on paper or was ill. `at` is when it was handed over; now where not said.

    It becomes the head of the student's open draft, whose earlier words stay in its history, or of a new draft.
    Raises TextTooLong or TextNotPlain besides the refusals here.
    """
    require(may_manage_assignment(by, assignment))
    text = fit_to_keep(text)
    if not reason.strip():
        raise NoReason
    if not count_words(text):
        raise EmptyEssay("There are no words here yet. Paste or type the essay.")
    if at is not None and at > now():
        raise NotHandedInThen
    return _submit_for(assignment, student, text, make_reading(text), reason.strip(), by=by, at=at or now())


@transaction.atomic
def _submit_for(
    assignment: Assignment, student: User, text: str, made: MadeReading, reason: str, *, by: User, at: datetime
) -> Submission:
    held = hold_for(assignment, student)
    draft = held.drafts.open().filter(author=student).select_for_update(of=("self",)).first()
    if draft is None:
        draft = _next_draft(held, student, now())
    end_break_of(draft, at=now(), by=by)
    revision = _keep_head(draft, text, now())
    draft.save()
    late = times_for(held, student).days_late(at)
    how = HandIn(origin=Origin.ON_BEHALF, key=uuid4(), at=at, days_late=late, reason=reason)
    return hand_in(draft, revision, made, how, by=by)


def _hold(submission: Submission, *, by: User) -> Submission:
    """Lock a submission with its draft for a teacher of its assignment."""
    assignment = Assignment.objects.select_for_update(of=("self",)).get(drafts=submission.draft_id)
    require(may_manage_assignment(by, assignment))
    Draft.objects.select_for_update().get(pk=submission.draft_id)
    found = Submission.objects.select_related("draft__assignment__course", "draft__author")
    return found.get(pk=submission.pk)


def _refuse_unsettled(submission: Submission, reason: str) -> None:
    if not reason.strip():
        raise NoReason
    if not submission.is_current:
        raise DecidedAlready
    if submission.waits_for_decision:
        raise DecideFirst
    others = Draft.objects.open().filter(assignment=submission.draft.assignment_id, author=submission.draft.author_id)
    if others.exists():
        raise StillWriting


def _reopen_until(draft: Draft, until: datetime | None, *, reason: str, by: User) -> None:
    times = times_of_draft(draft) if until is None else _given_until(draft, until, reason)
    if not times.accepts(now()):
        raise NoTimeLeft
    reopen(draft, times, by=by, reason=reason)


def _given_until(draft: Draft, until: datetime, reason: str) -> Times:
    if until <= now():
        raise UntilIsPast
    return give_until(draft, until=until, reason=reason)


def _next_draft(assignment: Assignment, student: User, moment: datetime) -> Draft:
    """Make the student's next draft; its grace is set by the caller where it is to stay open."""
    last = Draft.objects.filter(assignment=assignment, author=student).order_by("-number").first()
    return Draft.objects.create(
        assignment=assignment,
        author=student,
        number=last.number + 1 if last else 1,
        started_at=moment,
        grace_until=times_for(assignment, student).grace_until,
    )


def _keep_head(draft: Draft, text: str, moment: datetime) -> Revision:
    """Keep `text` as the draft's next head; the caller saves the draft."""
    revision = Revision.objects.create(
        draft=draft,
        n=draft.latest + 1,
        parent_n=draft.head,
        key=uuid4(),
        sha256=sha256_of(text),
        body=Revision.packed(text),
        words=count_words(text),
        kind=RevisionKind.HEAD,
        keep=True,
        saved_at=moment,
    )
    draft.latest = draft.head = revision.n
    draft.head_sha256, draft.words, draft.characters = revision.sha256, revision.words, len(text)
    draft.saved_at = moment
    return revision
