"""Who marks their own essay: its author, where the assignment offers it. Knows nothing of marking."""

from django.db.models import QuerySet

from courses.models import User
from essays.models import Submission


def visible_own_essays(user: User) -> QuerySet[Submission]:
    """One's own hand-ins in assignments where students may mark their own essay."""
    return Submission.objects.filter(draft__author=user, draft__assignment__self_marking=True)


def may_mark_own_essay(user: User, submission: Submission) -> bool:
    return submission.draft.author_id == user.pk and submission.draft.assignment.self_marking
