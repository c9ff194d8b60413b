"""Everybody on the site, for its admins: found by name, role and state, and one person's page."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from courses.models import Enrolment, Role, User
from courses.permissions import visible_accounts

PAGE = 50
ACTIVE, DEACTIVATED, NEVER, MERGED = "active", "deactivated", "never", "merged"
NOWHERE, ADMIN = "nowhere", "admin"


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for: words in names, username and e-mail; a role, or nowhere, or admin; a state."""

    words: str = ""
    role: str = ""
    state: str = ""


def people_found(user: User, filters: Filters) -> QuerySet[User]:
    """List the people who fit, by family name, with their courses in one more statement a page."""
    found = visible_accounts(user)
    for word in filters.words.split()[:6]:
        found = found.filter(
            Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(username__icontains=word)
            | Q(email__icontains=word)
        )
    here = Enrolment.objects.filter(person=OuterRef("pk"))
    if filters.role in Role.values:
        found = found.filter(Exists(here.filter(role=filters.role)))
    elif filters.role == NOWHERE:
        found = found.filter(~Exists(here), is_staff=False)
    elif filters.role == ADMIN:
        found = found.filter(is_staff=True)
    states = {
        ACTIVE: Q(is_active=True),
        DEACTIVATED: Q(is_active=False, merged_into=None),
        NEVER: Q(is_active=True, last_login=None),
        MERGED: Q(merged_into__isnull=False),
    }
    found = found.filter(states[filters.state]) if filters.state in states else found
    enrolments = Enrolment.objects.select_related("course").order_by("course__title", "role", "pk")
    return found.order_by("last_name", "first_name", "username", "pk").prefetch_related(
        Prefetch("enrolments", enrolments, to_attr="courses_now")
    )


def enrolments_ever(person: User) -> list[Enrolment]:
    """List where somebody is and was, what has not ended first."""
    rows = Enrolment.ever.filter(person=person).select_related("course").order_by("course__title", "role", "pk")
    return sorted(rows, key=lambda row: row.ended_at is not None)


def is_last_admin(person: User) -> bool:
    """Whether nobody else could administer the site."""
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk)
    return person.is_staff and not others.exists()
