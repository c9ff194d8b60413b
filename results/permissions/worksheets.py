"""Who brings other gradebooks' files in: the course's teachers, once names may be read; and each sees their own."""

from django.db.models import QuerySet

from courses.models import Role, User
from courses.permissions import may_teach
from essays.models import Assignment
from results.models import BroughtWorksheet


def visible_worksheets(user: User) -> QuerySet[BroughtWorksheet]:
    """What one brought in oneself, in courses one still teaches."""
    teaches = user.enrolments.filter(role=Role.TEACHER).values("course")
    return BroughtWorksheet.objects.filter(brought_by=user, assignment__course__in=teaches)


def may_bring_worksheet(user: User, assignment: Assignment) -> bool:
    return may_teach(user, assignment.course)
