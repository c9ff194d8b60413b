"""Where the pages about people get their data."""

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Q, QuerySet

from courses.models import Course, Enrolment, Role, User
from courses.permissions import visible_enrolments

PAGE = 100
CARDS = 40
"""Cards on one page: making a password takes a tenth of a second, by design."""


def people_of(user: User, course: Course, *, words: str = "", role: str = "") -> QuerySet[Enrolment]:
    """List a course's people for those who manage them: by role, then family name.

    `words` are looked for in names, usernames and e-mail addresses; a `role` that is none leaves nobody out.
    """
    people = visible_enrolments(user, course).select_related("person", "arrangement")
    for word in words.split()[:6]:
        people = people.filter(
            Q(person__first_name__icontains=word)
            | Q(person__last_name__icontains=word)
            | Q(person__username__icontains=word)
            | Q(person__email__icontains=word)
        )
    people = people.filter(role=role) if role in Role.values else people
    return people.order_by("role", "person__last_name", "person__first_name", "pk")


def students_for_cards(user: User, course: Course, *, without_password: bool = False) -> QuerySet[Enrolment]:
    """List a course's students by name, or only those who have no password yet."""
    students = people_of(user, course, role=Role.STUDENT)
    if without_password:
        students = students.filter(person__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return students
