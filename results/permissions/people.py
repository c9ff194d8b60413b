"""Who changes roles, and who merges accounts."""

from courses.models import Course, Enrolment, User
from courses.permissions import may_manage_accounts, may_manage_people


def may_change_role(user: User, enrolment: Enrolment) -> bool:
    """Whether this person changes or ends somebody's role in a course: its teachers and admins."""
    return may_manage_people(user, enrolment.course)


def may_add_role(user: User, course: Course) -> bool:
    return may_manage_people(user, course)


def may_merge(user: User, person: User) -> bool:
    """Whether an admin may let an account go into another: never an admin's, nor their own."""
    return may_manage_accounts(user) and not person.is_staff and not person.is_superuser and user.pk != person.pk
