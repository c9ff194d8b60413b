"""Join codes: how students come into a course by themselves, for as long and as many as its teacher lets them."""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Q

from courses.actions.accounts import attempts_key
from courses.actions.enrolments import make_account, put_in_course
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Attempts, Course, Enrolment, EnrolmentSource, JoinCode, Role, User
from courses.permissions import may_manage_people, may_mark_in, may_write_in
from courses.pure.invitations import new_code
from courses.queries.invitations import code_by, open_codes_by


class CodeNotOpen(Refusal):
    message = "This code is not known, or no longer open. Look at it once more, or ask your teacher for a new one."


class CodeOver(Refusal):
    message = "Give an end that is still to come, or none."


class NoCodeOpen(Refusal):
    message = "No code is open in this course."


class MarksHere(Refusal):
    message = "You teach or mark in this course, so you cannot join it as a student with this account."


class RegisteringClosed(Refusal):
    message = "This code is for people who have an account. Sign in first, then enter it."


class UsernameTaken(Refusal):
    message = "Somebody has this username already. Choose another."


class EmailTaken(Refusal):
    message = "There is an account with this e-mail address. Sign in with it, then enter the code."


class TooManyWrongCodes(Refusal):
    message = "Too many codes were tried from here that do not open anything. Wait ten minutes, then try again."


WRONG_OF_PERSON, WRONG_OF_ADDRESS = 10, 1_000
"""So many wrong codes in ten minutes, of somebody signed in and of an address. Of 31^8 codes a thousand find none, and
a school whose teacher wrote one letter wrong on the board is not shut out."""


def refuse_after_wrong_codes(*, person: User | None, address: str) -> None:
    """Look at no further code where too many were wrong of late; one statement, no lock. Raises TooManyWrongCodes."""
    allowed = _wrong_codes(person, address)
    counts = dict(Attempts.objects.filter(key__in=allowed).values_list("key", "count"))
    if any(counts.get(key, 0) >= most for key, most in allowed.items()):
        raise TooManyWrongCodes


@transaction.atomic
def count_wrong_code(*, person: User | None, address: str) -> None:
    """Count a code that opened nothing. A right one never counts, so that a whole class can join at once."""
    for key in _wrong_codes(person, address):
        Attempts.objects.get_or_create(key=key, defaults={"count": 0, "last_at": now()})
        Attempts.objects.filter(key=key).update(count=F("count") + 1, last_at=now())


def _wrong_codes(person: User | None, address: str) -> dict[str, int]:
    """Give the keys under which wrong codes are counted in these ten minutes, each with how many may be."""
    window = str(int(now().timestamp()) // 600)
    allowed = {attempts_key("join address", address, window): WRONG_OF_ADDRESS}
    return allowed | ({attempts_key("join person", str(person.pk), window): WRONG_OF_PERSON} if person else {})


@transaction.atomic
def make_join_code(
    course: Course, *, expires_at: datetime | None = None, most: int | None = None, may_register: bool = False, by: User
) -> JoinCode:
    """Open a new code for students; the one that was open is closed. Raises CodeOver."""
    require(may_manage_people(by, course))
    Course.objects.select_for_update().get(pk=course.pk)
    if expires_at is not None and expires_at <= now():
        raise CodeOver
    course.join_codes.filter(closed_at=None).update(closed_at=now())
    made = JoinCode.objects.create(
        course=course,
        code=new_code(),
        expires_at=expires_at,
        most=most,
        may_register=may_register,
        made_by=by,
        made_at=now(),
    )
    write_entry("make_join_code", made, by=by, after="may register" if may_register else "with an account")
    return made


@transaction.atomic
def close_join_code(course: Course, *, by: User) -> None:
    """Close the code that is open. Raises NoCodeOpen."""
    require(may_manage_people(by, course))
    Course.objects.select_for_update().get(pk=course.pk)
    held = course.join_codes.select_for_update().filter(closed_at=None).first()
    if held is None:
        raise NoCodeOpen
    _close(held, by)


def close_join_codes_of(person: User, *, course: Course | None = None, by: User | None) -> None:
    """Close what somebody who leaves has opened, here or everywhere. For other actions: asks nothing."""
    for held in open_codes_by(person).filter(**{"course": course} if course else {}).select_for_update():
        _close(held, by)


def _close(held: JoinCode, by: User | None) -> None:
    held.closed_at = now()
    held.save(update_fields=["closed_at"])
    write_entry("close_join_code", held, by=by, before=f"used:{held.used}")


@transaction.atomic
def join_by_code(typed: str, *, by: User) -> Enrolment:
    """Join the course as a student; whoever is in it already stays. Raises CodeNotOpen or MarksHere."""
    found = _hold(typed)
    if may_mark_in(by, found.course):
        raise MarksHere
    if not may_write_in(by, found.course):
        _use(found)
    return put_in_course(found.course, by, Role.STUDENT, source=EnrolmentSource.JOIN_CODE, by=by)


@transaction.atomic
def register_by_code(typed: str, *, name: str, username: str, email: str, password: str) -> User:
    """Make an account and join with it, where the code lets people do so. The password was looked at by the form.

    Raises CodeNotOpen, RegisteringClosed, UsernameTaken or EmailTaken.
    """
    found = _hold(typed)
    if not found.may_register:
        raise RegisteringClosed
    if User.objects.filter(username__iexact=username).exists():
        raise UsernameTaken
    if email and User.objects.filter(email__iexact=email).exists():
        raise EmailTaken
    _use(found)
    user = make_account(name=name, username=username, email=email, password=password)
    put_in_course(found.course, user, Role.STUDENT, source=EnrolmentSource.JOIN_CODE, by=user)
    return user


def _hold(typed: str) -> JoinCode:
    """Find the code and lock its course: whoever closes it, fills it or gives roles comes before or after."""
    found = code_by(typed)
    if found is None:
        raise CodeNotOpen
    Course.objects.select_for_update().get(pk=found.course_id)
    found = code_by(typed)
    if found is None:
        raise CodeNotOpen
    return found


def _use(code: JoinCode) -> None:
    """Count one more, where there is room: of two at once for the last place, one gets it."""
    room = JoinCode.objects.filter(pk=code.pk, closed_at=None).filter(Q(most=None) | Q(used__lt=F("most")))
    if not room.update(used=F("used") + 1):
        raise CodeNotOpen
