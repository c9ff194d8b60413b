"""Who prepares, rehearses and makes releases, and who sees the class and its marks: the course's teachers."""

from django.db.models import QuerySet

from courses.models import Role, User
from courses.permissions import may_teach
from essays.models import Assignment
from results.models import Release


def visible_releases(user: User) -> QuerySet[Release]:
    """The releases of the courses one teaches."""
    teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
    return Release.objects.filter(assignment__course__in=teaches)


def may_release(user: User, assignment: Assignment) -> bool:
    return may_teach(user, assignment.course)


def may_read_class(user: User, assignment: Assignment) -> bool:
    return may_teach(user, assignment.course)


def may_download_marks(user: User, assignment: Assignment) -> bool:
    return may_teach(user, assignment.course)
