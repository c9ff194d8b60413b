"""What a student answered to a result that is shown: *Next time I will…*, and their own marking beside the outcome."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from courses.kernel.clock import now
from courses.models import User
from essays.models import Submission
from results.models import Outcome, Release
from results.permissions.answers import visible_answered_essays
from results.pure.self_markings import Beside
from results.queries.feedback import held_until
from results.queries.self_markings import own_beside


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as its teacher reads it. `mark_comes_at`: feedback comes first here, and the mark is not shown yet."""

    promise: str
    promised_at: datetime | None
    has_marked: bool
    beside: tuple[Beside, ...]
    mark_comes_at: datetime | None


def answered_essay(user: User, assignment_id: UUID, person_id: UUID) -> Submission:
    """Give the newest hand-in of a student whose result is shown, for a teacher. Raises Submission.DoesNotExist."""
    found = visible_answered_essays(user).filter(
        draft__assignment__public_id=assignment_id, draft__author__public_id=person_id
    )
    parts = ("draft__assignment__course", "draft__author", "self_marking", "reflection", "mark_shown")
    newest = found.select_related(*parts).order_by("-draft__number", "-submitted_at").first()
    if newest is None:
        raise Submission.DoesNotExist
    return newest


def answer_of(submission: Submission) -> Answer:
    """Load what the student of an `answered_essay` wrote and gave themselves, beside the outcome that is shown."""
    moment = now()
    live = Release.objects.live(moment).filter(items__outcome__submission=submission)
    outcome = Outcome.objects.filter(submission=submission, release_items__release__in=live).order_by("-version")[0]
    own, reflection = getattr(submission, "self_marking", None), getattr(submission, "reflection", None)
    hues = {strand["key"]: strand["hue"] for strand in outcome.arithmetic["strands"]}
    return Answer(
        promise=reflection.text if reflection else "",
        promised_at=reflection.written_at if reflection else None,
        has_marked=own is not None,
        beside=own_beside(own, list(outcome.lines.order_by("position")), hues),
        mark_comes_at=held_until(submission, min(release.live_at or moment for release in live), moment),
    )
