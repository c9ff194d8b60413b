"""Who takes a copy of what is kept about somebody, who erases, and who sees what is kept for how long: admins."""

from django.db.models import QuerySet

from courses.models import User


def may_keep_privacy(user: User) -> bool:
    """Whether this person answers requests about personal data for the whole site."""
    return user.is_staff


def visible_data_subjects(user: User) -> QuerySet[User]:
    """The people whose copy this person may make: everybody for an admin, oneself for everybody else."""
    return User.objects.all() if user.is_staff else User.objects.filter(pk=user.pk)


def may_erase_person(user: User, person: User) -> bool:
    """Whether this person may erase somebody: an admin, anybody but themselves."""
    return user.is_staff and user.pk != person.pk
