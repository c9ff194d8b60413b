"""Who else sees a writing record: a teacher of the course, once the essay's result is released. Never before."""

from django.db.models import Exists, OuterRef, QuerySet

from courses.kernel.clock import now
from courses.models import Role, User
from essays.models import Draft
from results.models import Release


def visible_recorded_drafts(user: User) -> QuerySet[Draft]:
    """The drafts of the courses one teaches whose hand-in has an outcome in a live release, blind or not."""
    told = Release.objects.live(now()).filter(items__outcome__submission__draft=OuterRef("pk"))
    taught = user.enrolments.filter(role=Role.TEACHER).values("course")
    return Draft.objects.filter(Exists(told), assignment__course__in=taught)
