"""Where the pages about people get their data."""

from django.db.models import QuerySet

from courses.models import Course, Enrolment, User
from courses.permissions import visible_enrolments


def people_of(user: User, course: Course) -> QuerySet[Enrolment]:
    """List a course's people for those who manage them: by role, then family name."""
    people = visible_enrolments(user, course).select_related("person", "arrangement")
    return people.order_by("role", "person__last_name", "person__first_name", "pk")
