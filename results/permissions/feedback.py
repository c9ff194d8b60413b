"""Who reads which outcome: a student one's own, once it is released. Knows nothing of marking."""

from django.db.models import Exists, OuterRef, QuerySet

from courses.kernel.clock import now
from courses.models import User
from essays.models import Submission
from results.models import Outcome, ReleaseItem


def visible_outcomes(user: User) -> QuerySet[Outcome]:
    """One's own outcomes that stand in a live release and were not held back from it."""
    live = ReleaseItem.objects.live(now()).filter(outcome=OuterRef("pk"))
    return Outcome.objects.filter(Exists(live), submission__draft__author=user)


def may_reflect(user: User, submission: Submission) -> bool:
    """Whether this person writes *Next time I will…* on the submission: its author."""
    return submission.draft.author_id == user.pk
