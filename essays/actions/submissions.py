"""What happens when an essay is handed in: by its author, by the clock or on the author's behalf."""

from dataclasses import dataclass
from datetime import datetime
from secrets import choice
from uuid import UUID

from django.conf import settings
from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import MadeReading, make_reading
from courses.models import User
from essays.actions.arrangements import renew_times, reopen
from essays.actions.breaks import end_break_of
from essays.actions.receipts import mail_receipt
from essays.models import Draft, DraftState, Origin, Reading, Revision, Submission
from essays.permissions import may_submit_essay, visible_drafts
from essays.queries.assignments import times_of_draft
from essays.queries.receipts import Receipt, receipt_of
from essays.queries.submissions import is_being_marked, is_succeeded

PLAIN_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Letters and digits that nobody takes for one another, read aloud or written by hand."""


class StaleDraft(Refusal):
    message = "Your essay was saved again after this page was opened. Read it back once more, then hand it in."


class EmptyEssay(Refusal):
    message = "There are no words to hand in yet. Write your essay first."


class NotDeclared(Refusal):
    message = "Tick the declaration before you hand in."


class HandInClosed(Refusal):
    message = "The time to hand in is over. What was saved is collected for you, and your teacher decides about it."


class EssayAlreadyHandedIn(Refusal):
    message = "This essay is handed in already. Open it again if you want to change it and there is still time."


class ReplacementTooLate(Refusal):
    message = (
        "The time to replace what you handed in is over. What you handed in before stands; these words stay in History."
    )


class WithdrawingNotAllowed(Refusal):
    message = (
        "What is handed in cannot be withdrawn in this assignment. Until it is due you can write on and replace it."
    )


class WithdrawingIsOver(Refusal):
    message = "It is due, so what you handed in cannot be withdrawn any more. It stands as it is."


class NotYoursToWithdraw(Refusal):
    message = "Only what you handed in yourself, and what still counts, can be withdrawn. Ask your teacher."


class BeingMarked(Refusal):
    message = (
        "Somebody has begun to mark it, so it cannot be withdrawn any more. Ask your teacher if it must not count."
    )


def new_receipt_number() -> str:
    """Draw a receipt's number, R-XXXX-XXXX: some 850 thousand million of them, none near a code or a row's key."""
    letters = "".join(choice(PLAIN_LETTERS) for _ in range(8))
    return f"R-{letters[:4]}-{letters[4:]}"


def submit_essay(draft: Draft, *, base: int, sha256: str, key: UUID, declared: bool, by: User) -> Receipt:
    """Hand in revision `base`. The same key, or the same text again, gives the same receipt.

    What was handed in before is withdrawn by it. Raises StaleDraft, EmptyEssay, NotDeclared, HandInClosed,
    EssayAlreadyHandedIn or ReplacementTooLate; nothing is changed then.
    """
    require(may_submit_essay(by, draft))
    arrived = now()
    revision = draft.revisions.filter(n=base, sha256=sha256).first()
    # Rendering may take long for a hostile text: it is done before anything is locked. The hash binds it to the text.
    made = make_reading(revision.text) if revision and revision.words else None
    return _submit(draft, revision, made, sha256, key, declared=declared, by=by, arrived=arrived)


@transaction.atomic
def _submit(
    draft: Draft,
    revision: Revision | None,
    made: MadeReading | None,
    sha256: str,
    key: UUID,
    *,
    declared: bool,
    by: User,
    arrived: datetime,
) -> Receipt:
    draft = visible_drafts(by).select_for_update(of=("self",)).select_related("assignment", "author").get(pk=draft.pk)
    earlier = list(draft.submissions.all())
    for submission in earlier:
        if submission.key == key or (submission.is_current and submission.sha256 == sha256):
            if draft.is_open and submission.is_current:
                end_break_of(draft, at=arrived, by=by)
            _close_again(draft, submission)
            return receipt_of(submission)
    if not draft.is_open:
        raise EssayAlreadyHandedIn if draft.state == DraftState.SUBMITTED else HandInClosed
    times = times_of_draft(draft)
    if any(submission.is_current for submission in earlier) and not times.may_replace(arrived):
        raise ReplacementTooLate
    if arrived >= draft.grace_until and arrived >= renew_times(draft).grace_until:
        raise HandInClosed
    if revision is None or (draft.head, draft.head_sha256) != (revision.n, revision.sha256):
        raise EmptyEssay if draft.head == 0 else StaleDraft
    if made is None:
        raise EmptyEssay
    if not declared:
        raise NotDeclared
    if times.rest.lasts:
        end_break_of(draft, at=arrived, by=by)
    how = HandIn(origin=Origin.STUDENT, key=key, at=arrived, days_late=times.days_late(arrived), declared=True)
    submission = hand_in(draft, revision, made, how, by=by)
    if settings.MAIL_IS_SET_UP and by.email:
        mail_receipt.enqueue(submission.pk)
    return receipt_of(submission)


@transaction.atomic
def withdraw_submission(submission: Submission, *, by: User) -> Draft:
    """Take back what one handed in, where the assignment allows it, until due: the draft is open again until closing.

    The submission and its receipt are kept. What is saved at closing is collected. Raises WithdrawingNotAllowed,
    NotYoursToWithdraw, WithdrawingIsOver or BeingMarked; the second time nothing happens.
    """
    require(may_submit_essay(by, submission.draft))
    rows = visible_drafts(by).select_for_update(of=("self",)).select_related("assignment", "author")
    draft = rows.get(pk=submission.draft_id)
    held = draft.submissions.get(pk=submission.pk)
    if not held.is_current and draft.is_open:
        return draft
    if not draft.assignment.withdrawing_allowed:
        raise WithdrawingNotAllowed
    if not held.is_current or held.origin != Origin.STUDENT or is_succeeded(draft):
        raise NotYoursToWithdraw
    times = times_of_draft(draft)
    if not times.may_withdraw(now()):
        raise WithdrawingIsOver
    if is_being_marked(held):
        raise BeingMarked
    write_entry(
        "withdraw_submission",
        held,
        by=by,
        before=held.sha256,
        after="withdrawn",
        assignment_id=draft.assignment_id,
        person_id=by.pk,
    )
    reopen(draft, times, by=by)
    return draft


def _close_again(draft: Draft, submission: Submission) -> None:
    """Put a reopened draft back: its text was handed in as it is."""
    if draft.is_open and submission.is_current:
        draft.state = DraftState.SUBMITTED
        draft.save(update_fields=["state"])


@dataclass(frozen=True, slots=True)
class HandIn:
    """How a text is handed in: by whom or by the clock, when, and how late."""

    origin: Origin
    key: UUID
    at: datetime
    days_late: int = 0
    declared: bool = False
    reason: str = ""


def hand_in(draft: Draft, revision: Revision, made: MadeReading, how: HandIn, *, by: User | None) -> Submission:
    """Make the submission and its reading, withdraw what its author handed in before, and close the draft.

    For actions only: the caller has asked whether it is allowed, and holds the draft's lock in a transaction. `made`
    is `make_reading(revision.text)`. `by` is None for the clock. One journal entry covers it all.
    """
    replaced = (
        Submission.objects.current()
        .filter(draft__assignment=draft.assignment_id, draft__author=draft.author_id)
        .update(withdrawn_at=how.at)
    )
    submission = Submission.objects.create(
        draft=draft,
        revision_n=revision.n,
        sha256=revision.sha256,
        words=revision.words,
        key=how.key,
        origin=how.origin,
        declared=how.declared,
        days_late=how.days_late,
        submitted_at=how.at,
        submitted_by=by,
        receipt_number=new_receipt_number(),
    )
    Reading.objects.create(
        submission=submission,
        text=revision.text,
        reading_html=made.html,
        reading_text=made.text,
        reading_sha256=made.sha256,
        renderer=made.renderer,
    )
    draft.state = DraftState.COLLECTED if how.origin == Origin.COLLECTED else DraftState.SUBMITTED
    draft.save(update_fields=["state"])
    write_entry(
        {
            Origin.STUDENT: "submit_essay",
            Origin.COLLECTED: "collect_essay",
            Origin.ON_BEHALF: "submit_on_behalf",
        }[how.origin],
        submission,
        by=by,
        before="replaces an earlier one" if replaced else "",
        after=revision.sha256,
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
        reason=how.reason,
    )
    return submission


def restore_handed_in(draft: Draft, *, by: User | None = None) -> None:
    """Close a reopened draft whose time to replace is over: what was handed in stands, later words stay in History.

    For the sweep: instead of collecting a draft that has a current submission. The caller holds the draft's lock.
    """
    draft.state = DraftState.SUBMITTED
    draft.save(update_fields=["state"])
    write_entry(
        "close_reopened_draft",
        draft,
        by=by,
        before=DraftState.OPEN,
        after=draft.state,
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
    )
