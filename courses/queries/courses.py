"""Where the pages about courses get their data."""

from django.db.models import Count, Q, QuerySet

from courses.models import Course, Role, User
from courses.permissions import visible_courses


def courses_with_counts(user: User) -> QuerySet[Course]:
    """List the courses one sees, with how many students, markers and teachers each has; by title."""
    return (
        visible_courses(user)
        .annotate(
            students=Count("enrolments", filter=Q(enrolments__role=Role.STUDENT, enrolments__ended_at=None)),
            markers=Count("enrolments", filter=Q(enrolments__role=Role.MARKER, enrolments__ended_at=None)),
            teachers=Count("enrolments", filter=Q(enrolments__role=Role.TEACHER, enrolments__ended_at=None)),
        )
        .order_by("title", "pk")
    )


def roles_in(user: User, course: Course) -> set[str]:
    """Name the roles one has in a course."""
    return set(user.enrolments.filter(course=course).values_list("role", flat=True))
