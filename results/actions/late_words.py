"""What happens when a teacher decides about late words: nothing is taken from under a marker, or after release."""

from datetime import datetime

from django.db import transaction

from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.kernel.readings import MadeReading, make_reading
from courses.models import User
from essays.actions.late_words import leave_late_words, take_late_words
from essays.models import Assignment, Draft, LateDecision, Revision, Submission
from essays.permissions import may_manage_assignment
from marking.actions.papers import make_papers
from marking.models import Allotment, Marking, Paper


class MarkingHasBegun(Refusal):
    message = (
        "What was handed in is being marked, so these words cannot take its place. "
        "Leave it as it is, or return the essay for another draft."
    )


class MarksAreReleased(Refusal):
    message = (
        "The marks of what was handed in are released, so these words cannot take its place. "
        "Leave it as it is, or return the essay for another draft."
    )


def decide_late_words(
    revision: Revision, *, taken: bool, reason: str, by: User, at: datetime | None = None
) -> LateDecision:
    """Take words that were kept apart as the essay, or leave it as it is; once, with a reason.

    Raises MarkingHasBegun or MarksAreReleased besides what `take_late_words` and `leave_late_words` raise.
    """
    if not taken:
        return leave_late_words(revision, reason=reason, by=by)
    # Rendering may take long for a hostile text: it is done before anything is locked.
    made = make_reading(revision.text) if revision.words else None
    return _take(revision, made, reason, by=by, at=at)


@transaction.atomic
def _take(revision: Revision, made: MadeReading | None, reason: str, *, by: User, at: datetime | None) -> LateDecision:
    assignment = Assignment.objects.select_for_update(of=("self",)).get(drafts=revision.draft_id)
    require(may_manage_assignment(by, assignment))
    student = Draft.objects.filter(pk=revision.draft_id).values("author")
    stands = Submission.objects.current().filter(draft__assignment=assignment, draft__author__in=student)
    for paper in Paper.objects.select_for_update().filter(submission__in=stands, retired_at=None):
        _refuse_marked(paper)
    take_late_words(revision, made=made, reason=reason, by=by, at=at)
    make_papers(assignment)  # what stood leaves the queue here and now, so that nobody begins to mark it meanwhile
    return LateDecision.objects.get(revision=revision)


def _refuse_marked(paper: Paper) -> None:
    """Hold the paper's places, so that whoever takes it up waits, and see that nobody has."""
    places = [one.pk for one in Allotment.objects.select_for_update().filter(paper=paper)]
    if paper.released_at is not None:
        raise MarksAreReleased
    if Marking.objects.current().filter(allotment__in=places).exists():
        raise MarkingHasBegun
