"""Who else sees a writing record: a teacher of the course, once the essay's result is released. Never before.

A reopened essay grows on in the draft it had: its record closes again, for it would tell a new essay's length by name.
"""

from django.db.models import Exists, OuterRef, QuerySet

from courses.kernel.clock import now
from courses.models import Role, User
from essays.models import Draft, DraftState, Submission
from results.models import ReleaseItem


def visible_recorded_drafts(user: User) -> QuerySet[Draft]:
    """The drafts of the courses one teaches all of whose words stand in a live release, blind or not.

    One of its hand-ins does; and neither is it written on, nor is there a hand-in that counts and has not been told of.
    """
    live = ReleaseItem.objects.live(now())
    told = live.filter(outcome__submission__draft=OuterRef("pk"))
    told_of = live.filter(outcome__submission=OuterRef("pk"))
    untold = Submission.objects.current().filter(~Exists(told_of), draft=OuterRef("pk"))
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    closed = Draft.objects.exclude(state=DraftState.OPEN)
    return closed.filter(Exists(told), ~Exists(untold), assignment__course__in=taught)
