"""Deactivating an account: nobody is signed in as its person, nothing is lost, and what waits for them goes on."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q

from courses.actions.accounts import end_sessions
from courses.actions.invitations import withdraw_invitations_of
from courses.actions.joining import close_join_codes_of
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import Course, User
from courses.permissions import may_deactivate
from courses.queries.directory import is_last_admin
from results.actions.roles import hand_over
from results.queries.leaving import Leaving, leaving_of, marked_courses
from results.queries.roles import successor_of


class ReasonForAccountMissing(Refusal):
    message = "Say why: the reason is kept in the journal."


class LastAdmin(Refusal):
    message = "This is the only admin. Make somebody else an admin first, or nobody could manage this site."


class DeactivatedAlready(Refusal):
    message = "This account is deactivated already."


class CourseWithoutTeacher(Refusal):
    """Raised with a sentence that names the courses nobody else teaches."""


@transaction.atomic
def deactivate_person(person: User, *, reason: str, without_teacher: bool = False, by: User) -> Leaving:
    """Let nobody sign in as this person any more, end their sessions, and let others go on with what waits for them.

    Papers that are not finished go back to the others, what was marked stays; worries go to another teacher, else to
    `by`; their invitations are withdrawn and their join codes closed. Roles stay, so that an account that is
    reactivated has them. Gives what hung on it. Raises CourseWithoutTeacher unless `without_teacher` says that it is
    known, ReasonForAccountMissing, DeactivatedAlready or LastAdmin.
    """
    require(may_deactivate(by, person))
    courses = lock_courses_of(person)
    admins = User.objects.select_for_update(no_key=True).filter(Q(is_staff=True) | Q(pk=person.pk)).order_by("pk")
    held = {one.pk: one for one in admins}[person.pk]  # of two admins who close each other's, one finds no other left
    if not reason.strip():
        raise ReasonForAccountMissing
    if not held.is_active:
        raise DeactivatedAlready
    if is_last_admin(held):
        raise LastAdmin
    found = leaving_of(held)
    if found.alone and not without_teacher:
        raise CourseWithoutTeacher(_alone_in_words(found))
    pass_on(held, courses, by=by)
    held.is_active = False
    held.save(update_fields=["is_active"])
    end_sessions(held, by=by)
    write_entry(
        "deactivate_person",
        held,
        by=by,
        before="active",
        after="deactivated",
        person_id=held.pk,
        reason=reason.strip(),
    )
    return found


def lock_courses_of(person: User) -> list[Course]:
    """Lock the courses where somebody marks, teaches or is told of worries; before any account. For other actions."""
    courses = marked_courses(person)
    list(Course.objects.select_for_update().filter(pk__in=[one.pk for one in courses]).order_by("pk"))
    return courses


def pass_on(person: User, courses: Sequence[Course], *, by: User | None) -> None:
    """Let others go on with what waits for somebody who leaves these locked courses, and everywhere else.

    Worries go to another teacher, else to `by`, else (None is whoever runs the server) to an admin who can sign in.
    For other actions: asks nothing. Raises NobodyForWorries where there is nobody of these.
    """
    others = User.objects.filter(is_staff=True, is_active=True).exclude(pk=person.pk).order_by("pk")
    for course in courses:
        hand_over(person, course, successor=successor_of(person, course, by) or by or others.first(), by=by)
    withdraw_invitations_of(person, by=by)
    close_join_codes_of(person, by=by)


def _alone_in_words(found: Leaving) -> str:
    names = ", ".join(f"“{course.title}”" for course in found.alone)
    return f"Nobody else teaches {names}. Add a teacher there first, or tick that it may be without one for now."
