"""Who reads which outcome: a student one's own, once it is released. Knows nothing of marking."""

from django.db.models import QuerySet

from courses.kernel.clock import now
from courses.models import User
from essays.models import Submission
from results.models import Outcome, Release


def visible_outcomes(user: User) -> QuerySet[Outcome]:
    """One's own outcomes that stand in a live release."""
    live = Release.objects.live(now())
    return Outcome.objects.filter(submission__draft__author=user, release_items__release__in=live).distinct()


def may_reflect(user: User, submission: Submission) -> bool:
    """Whether this person writes *Next time I will…* on the submission: its author."""
    return submission.draft.author_id == user.pk
