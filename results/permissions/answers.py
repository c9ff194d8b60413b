"""Who reads what a student answered to a result: a teacher of the course, once that result is shown. Never before."""

from django.db.models import Exists, OuterRef, QuerySet

from courses.kernel.clock import now
from courses.models import Role, User
from essays.models import Submission
from results.models import ReleaseItem


def visible_answered_essays(user: User) -> QuerySet[Submission]:
    """The hand-ins of the courses one teaches whose result stands in a live release."""
    told = ReleaseItem.objects.live(now()).filter(outcome__submission=OuterRef("pk"))
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    return Submission.objects.filter(Exists(told), draft__assignment__course__in=taught)
