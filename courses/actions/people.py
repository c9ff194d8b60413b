"""Enrolling people, their arrangements, their passwords and their reading settings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction

from courses.actions.accounts import end_sessions, forget_attempts_at
from courses.actions.journal import write_entries, write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Arrangement, Course, Enrolment, User
from courses.permissions import may_manage_people, may_set_password
from courses.pure.lists import LONGEST_LIST, ListedPerson
from courses.pure.passwords import new_password
from courses.pure.rosters import Fate, Judged
from courses.queries.rosters import verdicts_on


class ListTooLong(Refusal):
    message = f"A list may hold {LONGEST_LIST:,} people at once. Paste it in parts; nobody was added."


class NotAStudentsEnrolment(Refusal):
    message = "Arrangements belong to students. This person teaches or marks here; nothing was changed."


LONGEST_WITH_PASSWORDS = 60
"""Hashing a password takes a tenth of a second, by design: longer lists get theirs with their sign-in cards."""

DONE = {
    Fate.NEW: "Has a new account and is in the course.",
    Fate.KNOWN: "Has an account and is now in the course.",
    Fate.ALREADY: "Is in the course already.",
}


@dataclass(frozen=True)
class Verdict:
    """One row's fate. `password` is only known where an account was made just now, with one."""

    person: ListedPerson
    fate: Fate
    sentence: str
    username: str
    password: str = ""


@dataclass(frozen=True)
class Added:
    """One enrolment a list added: with an account made for it, or taken up again after it had ended."""

    enrolment: Enrolment
    made_account: bool = False
    came_back: bool = False


@transaction.atomic
def enrol_people(course: Course, people: Sequence[ListedPerson], *, source: str = "list", by: User) -> list[Verdict]:
    """Enrol everybody whose line is good, making accounts where there are none; give a verdict for every line.

    An existing username is that person, unless the list names another e-mail; a name alone never is. Good lines are
    kept though others are refused. New people of a short list get a password that is told once. Raises ListTooLong,
    with nothing kept.
    """
    require(may_manage_people(by, course))
    if len(people) > LONGEST_LIST:
        raise ListTooLong
    Course.objects.select_for_update().get(pk=course.pk)
    judged = verdicts_on(course, people)
    new = [one.username for one in judged if one.fate == Fate.NEW]
    told = {username: new_password() for username in new} if len(new) <= LONGEST_WITH_PASSWORDS else {}
    add_judged(course, judged, source=source, passwords=told, by=by)
    return [
        Verdict(one.person, one.fate, DONE.get(one.fate, one.sentence), one.username, told.get(one.username, ""))
        for one in judged
    ]


def add_judged(
    course: Course,
    judged: Sequence[Judged],
    *,
    source: str,
    passwords: Mapping[str, str] | None = None,
    by: User,
) -> list[Added]:
    """Enrol those whose verdict adds them, in few statements; say how each came in.

    For other actions: runs in their transaction, and the course is locked. A new account has the password told by its
    username, else none that opens it. Whose role had ended gets it back, with its arrangements.
    """
    told, at = passwords or {}, now()
    adding = [one for one in judged if one.adds]
    new = [one for one in adding if one.fate == Fate.NEW]
    accounts = User.objects.bulk_create([_new_user(one, told.get(one.username, "")) for one in new], batch_size=200)
    keys = {one.username: user.pk for one, user in zip(new, accounts, strict=True)}
    known = [one.account for one in adding if one.account]
    ended = Enrolment.ever.filter(course=course, person__in=known, ended_at__isnull=False) if known else []
    earlier = {(row.person_id, row.role): row for row in ended}
    back = [earlier.pop((one.account, one.person.role), None) if one.account else None for one in adding]
    returning = [(row, one) for row, one in zip(back, adding, strict=True) if row]
    adding = [one for row, one in zip(back, adding, strict=True) if not row]
    for row, one in returning:
        row.enrolled_at, row.ended_at = at, None
        row.external_id = one.person.external_id or row.external_id
    Enrolment.ever.bulk_update(
        [row for row, _ in returning], ["enrolled_at", "ended_at", "external_id"], batch_size=200
    )
    rows = [
        Enrolment(
            course=course,
            person_id=one.account or keys[one.username],
            role=one.person.role,
            source=source,
            external_id=one.person.external_id,
            enrolled_at=at,
        )
        for one in adding
    ]
    enrolments = Enrolment.objects.bulk_create(rows, batch_size=200)
    here = [*enrolments, *(row for row, _ in returning)]
    roles, people = [row.role for row in here], [row.person_id for row in here]
    write_entries("enrol_person", here, by=by, after=roles, people=people)
    made = [Added(row, made_account=one.fate == Fate.NEW) for row, one in zip(enrolments, adding, strict=True)]
    return made + [Added(row, came_back=True) for row, _ in returning]


def _new_user(one: Judged, password: str) -> User:
    """Make an account, with a password that is told once or with none that opens it."""
    first, _, last = one.person.name.partition(" ")
    user = User(username=one.username, first_name=first[:150], last_name=last[:150], email=one.person.email)
    if password:
        user.set_password(password)
    else:
        user.set_unusable_password()
    return user


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
    forget_attempts_at(enrolment.person)
    end_sessions(enrolment.person, by=by)
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
