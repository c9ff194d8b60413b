"""What every way into a course ends in: one person gets one role, or gets it back."""

from courses.actions.journal import write_entry
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Enrolment, Role, User
from courses.pure.lists import username_from


class WritesOrMarks(Refusal):
    message = (
        "You have a role in this course that does not go with this one: nobody writes and marks in the same course. "
        "Ask whoever invited you to change your role."
    )


def refuse_writing_and_marking(course: Course, person: User, role: str) -> None:
    """Refuse a role that would let somebody mark where they write. For other actions, which lock the course."""
    roles = set(course.enrolments.filter(person=person).values_list("role", flat=True))
    if (roles - {Role.STUDENT}) if role == Role.STUDENT else Role.STUDENT in roles:
        raise WritesOrMarks


def put_in_course(course: Course, person: User, role: str, *, source: str, by: User) -> Enrolment:
    """Enrol somebody, or take up again the enrolment that had ended, with its arrangements.

    For other actions: runs in their transaction and asks nothing. Somebody who is in already stays as they are.
    """
    enrolment = Enrolment.ever.filter(course=course, person=person, role=role).select_for_update().first()
    if enrolment is not None and enrolment.ended_at is None:
        return enrolment
    if enrolment is None:
        enrolment = Enrolment(course=course, person=person, role=role, source=source)
    enrolment.enrolled_at, enrolment.ended_at = now(), None
    enrolment.save()
    write_entry("enrol_person", enrolment, by=by, after=role, person_id=person.pk)
    return enrolment


def free_username(wish: str) -> str:
    """Make a username of a name or an address that nobody has yet: ines.duarte, or ines.duarte2."""
    base = username_from(wish.partition("@")[0]) or "person"
    taken = {
        one.casefold() for one in User.objects.filter(username__istartswith=base).values_list("username", flat=True)
    }
    n = 2
    found = base
    while found.casefold() in taken:
        found, n = f"{base}{n}", n + 1
    return found


def make_account(*, name: str, username: str, email: str, password: str) -> User:
    """Make an account whose person chose its password. For other actions: runs in their transaction, asks nothing."""
    first, _, last = " ".join(name.split()).partition(" ")
    user = User(username=username, first_name=first[:150], last_name=last[:150], email=email)
    user.set_password(password)
    user.save()
    write_entry("make_account", user, by=user, person_id=user.pk)
    return user
