"""What happens when a teacher decides about words that were kept apart, or looks at them while marking is blind."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.readings import MadeReading
from courses.models import User
from essays.actions.arrangements import NoReason
from essays.actions.decisions import NotHandedInThen
from essays.actions.submissions import HandIn, hand_in
from essays.models import Assignment, Draft, LateDecision, Origin, Revision, Submission
from essays.permissions import may_manage_assignment
from essays.queries.assignments import times_of_draft


class WordsSettled(Refusal):
    message = "These words do not wait for a decision any more. Reload the page to see what became of them."


class WritingGoesOn(Refusal):
    message = (
        "This student can write again and finds these words in History. "
        "Decide once the essay is handed in or collected, if they are still missing then."
    )


class NoWordsToTake(Refusal):
    message = "There are no words in this text. Leave the essay as it is."


@transaction.atomic
def take_late_words(
    revision: Revision, *, made: MadeReading | None, reason: str, by: User, at: datetime | None = None
) -> Submission:
    """Make words that were kept apart the essay: handed in on the student's behalf, what stood is withdrawn and kept.

    They count as handed in at `at`, or when they arrived where that is not said, and are late by it. `made` is
    `make_reading(revision.text)`, None where there are no words. For the action that has asked whether marking has
    begun: essays do not know. Raises NoReason, WordsSettled, WritingGoesOn, NoWordsToTake or NotHandedInThen.
    """
    held = _hold(revision, reason, by=by)
    moment = at or held.saved_at
    if moment > now():
        raise NotHandedInThen
    if made is None:
        raise NoWordsToTake
    draft = held.draft
    draft.head, draft.head_sha256 = held.n, held.sha256
    draft.words, draft.characters, draft.saved_at = held.words, len(held.text), held.saved_at
    draft.save(update_fields=["head", "head_sha256", "words", "characters", "saved_at"])
    late = times_of_draft(draft).days_late(moment)
    how = HandIn(origin=Origin.ON_BEHALF, key=uuid4(), at=moment, days_late=late)
    submission = hand_in(draft, held, made, how, by=by)
    _decide(held, taken=True, after=f"submission:{submission.public_id}", reason=reason, by=by)
    return submission


@transaction.atomic
def leave_late_words(revision: Revision, *, reason: str, by: User) -> LateDecision:
    """Leave the essay as it is; the words stay in the student's History. Refused as taking them is."""
    held = _hold(revision, reason, by=by)
    return _decide(held, taken=False, after="left", reason=reason, by=by)


@transaction.atomic
def open_late_words(revision: Revision, *, reason: str, by: User) -> None:
    """Write down that somebody read these words beside a name while marking is blind, and why. Raises NoReason."""
    draft = Draft.objects.select_related("assignment__course").get(pk=revision.draft_id)
    require(may_manage_assignment(by, draft.assignment))
    if not reason.strip():
        raise NoReason
    write_entry(
        "open_late_words",
        revision,
        by=by,
        after=f"version:{revision.n}",
        assignment_id=draft.assignment_id,
        person_id=draft.author_id,
        reason=reason.strip(),
    )


def _hold(revision: Revision, reason: str, *, by: User) -> Revision:
    """Lock the revision's draft for a teacher of its assignment, and see that a decision is due."""
    assignment = Assignment.objects.select_for_update(of=("self",)).get(drafts=revision.draft_id)
    require(may_manage_assignment(by, assignment))
    Draft.objects.select_for_update().get(pk=revision.draft_id)
    if not reason.strip():
        raise NoReason
    held = Revision.objects.select_related("draft__assignment__course", "draft__author").get(pk=revision.pk)
    if Draft.objects.open().filter(assignment=assignment, author=held.draft.author_id).exists():
        raise WritingGoesOn
    if not Revision.objects.waiting().filter(pk=held.pk).exists():
        raise WordsSettled
    return held


def _decide(revision: Revision, *, taken: bool, after: str, reason: str, by: User) -> LateDecision:
    decision = LateDecision.objects.create(
        revision=revision, taken=taken, reason=reason.strip(), decided_by=by, decided_at=now()
    )
    write_entry(
        "take_late_words" if taken else "leave_late_words",
        revision,
        by=by,
        before="waiting",
        after=after,
        assignment_id=revision.draft.assignment_id,
        person_id=revision.draft.author_id,
        reason=reason.strip(),
    )
    return decision
