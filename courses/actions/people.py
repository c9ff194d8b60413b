"""Enrolling people, their arrangements, their passwords and their reading settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Arrangement, Course, Enrolment, User
from courses.permissions import may_manage_people, may_set_password
from courses.pure.lists import LONGEST_LIST, ListedPerson
from courses.pure.passwords import new_password


class ListTooLong(Refusal):
    message = f"A list may hold {LONGEST_LIST:,} people at once. Paste it in parts; nobody was added."


class NotAStudentsEnrolment(Refusal):
    message = "Arrangements belong to students. This person teaches or marks here; nothing was changed."


class Done(StrEnum):
    """What became of one line of a list."""

    ADDED = "added"
    ENROLLED = "enrolled"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdict:
    """One line's fate. `password` is only known where an account was made just now."""

    person: ListedPerson
    done: Done
    sentence: str
    password: str = ""


@transaction.atomic
def enrol_people(course: Course, people: Sequence[ListedPerson], *, source: str = "list", by: User) -> list[Verdict]:
    """Enrol everybody whose line is good, making accounts where there are none; give a verdict for every line.

    An existing username is that person, unless the list names another e-mail. Good lines are kept though others are
    refused. Raises ListTooLong, with nothing kept.
    """
    require(may_manage_people(by, course))
    if len(people) > LONGEST_LIST:
        raise ListTooLong
    Course.objects.select_for_update().get(pk=course.pk)
    names = {person.username.casefold() for person in people}
    known = {user.username.casefold(): user for user in User.objects.filter(username__in=_spellings(people, names))}
    taken = {email.casefold() for email in User.objects.exclude(email="").values_list("email", flat=True)}
    there = set(course.enrolments.values_list("person", "role"))
    return [_enrol(course, person, known, taken, there, source=source, by=by) for person in people]


def _spellings(people: Sequence[ListedPerson], folded: set[str]) -> set[str]:
    """Give the usernames as written and in small letters, to look them up whatever their case."""
    return {person.username for person in people} | folded


def _enrol(
    course: Course,
    person: ListedPerson,
    known: dict[str, User],
    taken: set[str],
    there: set[tuple[int, str]],
    *,
    source: str,
    by: User,
) -> Verdict:
    """Enrol one person and say what happened."""
    if person.problem:
        return Verdict(person, Done.REFUSED, person.problem)
    user, password = known.get(person.username.casefold()), ""
    if user is None:
        if person.email and person.email.casefold() in taken:
            return Verdict(person, Done.REFUSED, "Somebody else has this e-mail address under another username.")
        user, password = _new_user(person)
        known[person.username.casefold()] = user
        taken.add(person.email.casefold())
    elif person.email and user.email.casefold() != person.email.casefold():
        return Verdict(person, Done.REFUSED, "This username belongs to somebody with another e-mail address.")
    if (user.pk, person.role) in there:
        return Verdict(person, Done.ALREADY, "Is in the course already.")
    there.add((user.pk, person.role))
    enrolment = Enrolment.objects.create(course=course, person=user, role=person.role, source=source, enrolled_at=now())
    write_entry("enrol_person", enrolment, by=by, after=person.role, person_id=user.pk)
    if password:
        return Verdict(person, Done.ADDED, "Has a new account and is in the course.", password)
    return Verdict(person, Done.ENROLLED, "Has an account and is now in the course.")


def _new_user(person: ListedPerson) -> tuple[User, str]:
    """Make an account with a password that is told once."""
    first, _, last = person.name.partition(" ")
    password = new_password()
    user = User(username=person.username, first_name=first[:150], last_name=last[:150], email=person.email)
    user.set_password(password)
    user.save()
    return user, password


@transaction.atomic
def set_arrangement(
    enrolment: Enrolment,
    *,
    extra_percent: int = 0,
    breaks_stop_clock: bool = False,
    later_close_hours: int = 0,
    spell_check: bool = False,
    wording: str = "",
    by: User,
) -> Arrangement:
    """Set a student's standing adjustments in the course, in place of what was set before."""
    require(may_manage_people(by, enrolment.course))
    if enrolment.role != "student":
        raise NotAStudentsEnrolment
    arrangement, _ = Arrangement.objects.update_or_create(
        enrolment=enrolment,
        defaults={
            "extra_percent": extra_percent,
            "breaks_stop_clock": breaks_stop_clock,
            "later_close_hours": later_close_hours,
            "spell_check": spell_check,
            "wording": wording,
        },
    )
    write_entry("set_arrangement", enrolment, by=by, after="set", person_id=enrolment.person_id)
    return arrangement


@transaction.atomic
def set_password(enrolment: Enrolment, *, by: User) -> str:
    """Give a student a new password, to be told once; whoever is signed in as them is signed out."""
    require(may_set_password(by, enrolment))
    password = new_password()
    enrolment.person.set_password(password)
    enrolment.person.save(update_fields=["password"])
    write_entry("set_password", enrolment, by=by, person_id=enrolment.person_id)
    return password


READING_CHOICES: Mapping[str, tuple[str, ...]] = {
    "face": ("serif", "sans"),
    "size": ("small", "large", "larger"),
    "line": ("open", "wide"),
    "letter": ("open", "wide"),
    "tint": ("cream", "blue", "green", "rose"),
    "marks": ("off",),
    "aloud": ("on",),
}


@transaction.atomic
def keep_reading_settings(*, settings: Mapping[str, str], by: User) -> None:
    """Keep how a person likes to read; what is not a choice of ours is left out."""
    by.reading_settings = {name: value for name, value in settings.items() if value in READING_CHOICES.get(name, ())}
    by.save(update_fields=["reading_settings"])
