"""What happens when a student marks their own essay while they wait. Counts for nothing; knows nothing of marking."""

from typing import Any

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from essays.models import Submission
from results.models import SelfMarking
from results.permissions.self_markings import may_mark_own_essay
from results.pure.self_markings import NOT_ATTEMPTED
from results.queries.self_markings import asked_strands, was_shown
from rubrics.models import ScoreState
from rubrics.queries.versions import CriterionSheet, rubric_sheet

LONGEST_WHY = 1_000


class ResultShown(Refusal):
    message = "Your result has been shown, so your own marking stands as it is. You find it beside your result."


class NoLongerHandedIn(Refusal):
    message = "This essay is no longer handed in. Your own marking begins anew with the one that is."


class LevelNotOffered(Refusal):
    message = "Choose one of the levels shown, or say that you did not write about it."


class WhyTooLong(Refusal):
    message = f"Keep your reason to {LONGEST_WHY:,} characters: a sentence is enough."


class NothingGiven(Refusal):
    message = "Give at least one criterion a level first. You can also leave it: nobody has to mark their own essay."


@transaction.atomic
def give_own_level(submission: Submission, *, criterion: str, choice: str, why: str = "", by: User) -> SelfMarking:
    """Keep what a student gives one criterion: a level's key, or not_attempted; no `choice` takes it back.

    The first makes the own marking, by today's rubric version; it stays with that. Raises ResultShown,
    NoLongerHandedIn, LevelNotOffered, WhyTooLong.
    """
    require(may_mark_own_essay(by, submission))
    held = _held(submission)
    own = SelfMarking.objects.filter(submission=held).first()
    assignment = held.draft.assignment
    sheet = rubric_sheet(own.rubric_version_id if own else assignment.rubric_version_id)
    asked = {one.key: one for strand in asked_strands(sheet, assignment.mode.key) for one in strand.criteria}
    if criterion not in asked:
        raise LevelNotOffered
    values = _values(asked[criterion], choice, why.strip())
    if own is None:
        own = SelfMarking.objects.create(submission=held, rubric_version_id=sheet.version_pk, begun_at=now())
        write_entry("begin_own_marking", held, by=by, assignment_id=assignment.pk, person_id=by.pk)
    if choice:
        own.scores.update_or_create(criterion_id=asked[criterion].pk, defaults=values)
    else:
        own.scores.filter(criterion=asked[criterion].pk).delete()
    return own


@transaction.atomic
def finish_own_marking(submission: Submission, *, by: User) -> SelfMarking:
    """Note that a student is done; levels may still be changed until the result is shown. Done again: nothing more.

    Raises ResultShown, NoLongerHandedIn, NothingGiven.
    """
    require(may_mark_own_essay(by, submission))
    held = _held(submission)
    own = SelfMarking.objects.filter(submission=held, scores__isnull=False).distinct().first()
    if own is None:
        raise NothingGiven
    if own.finished_at is None:
        own.finished_at = now()
        own.save(update_fields=["finished_at"])
        assignment = held.draft.assignment_id
        write_entry("finish_own_marking", held, by=by, assignment_id=assignment, person_id=by.pk)
    return own


def _held(submission: Submission) -> Submission:
    """Lock the submission, and refuse where its result has been shown or it is no longer the one that counts."""
    locked = Submission.objects.select_for_update(of=("self",))
    held = locked.select_related("draft__assignment__mode").get(pk=submission.pk)
    if was_shown(held, now()):
        raise ResultShown
    if not held.is_current:
        raise NoLongerHandedIn
    return held


def _values(criterion: CriterionSheet, choice: str, why: str) -> dict[str, Any]:
    if len(why) > LONGEST_WHY:
        raise WhyTooLong
    if choice == NOT_ATTEMPTED:
        return {"state": ScoreState.NOT_ATTEMPTED, "level_id": None, "why": why}
    level = criterion.level(choice)
    if choice and level is None:
        raise LevelNotOffered
    state = ScoreState.SCORED if level and level.points > 0 else ScoreState.ZERO
    return {"state": state, "level_id": level.pk if level else None, "why": why}
