"""What is to become of a list's rows, which rosters a course has, and what of one stays when it is taken back."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from courses.models import Course, Enrolment, Entry, Roster, RosterAddition, User
from courses.permissions import visible_rosters
from courses.pure.lists import ListedPerson
from courses.pure.rosters import Account, Fate, Judged, counted, judge

PAGE = 50
OWN_ENTRIES = ("enrol_person", "undo_enrolment")
"""What the journal says of everybody who was brought in: no sign that they were here since."""


def verdicts_on(course: Course, people: Sequence[ListedPerson]) -> list[Judged]:
    """Judge every row against the accounts and the course as they are now, in two statements; changes nothing."""
    accounts = [Account(*row) for row in User.objects.values_list("pk", "username", "email", "is_active")]
    rows = course.enrolments.values_list("person", "role", "external_id", "person__first_name", "person__last_name")
    there, called = dict[tuple[int, str], str](), set[str]()
    for pk, role, number, first, last in rows:
        there[pk, role] = number
        called.add(f"{first} {last}".strip().casefold())
    return judge(people, accounts=accounts, there=there, called=called)


@dataclass(frozen=True, slots=True)
class Preview:
    """What taking a list in would do: rows by their fate, and one page of them."""

    counts: dict[str, int]
    page: Page[Judged]

    @property
    def adds(self) -> int:
        return self.counts[Fate.NEW.value] + self.counts[Fate.KNOWN.value]


def preview_of(roster: Roster, *, fate: str = "", page: object = 1) -> Preview:
    """Judge a roster's rows as things are now, and give a page of those with this fate, or of all."""
    judged = verdicts_on(roster.course, listed_in(roster))
    shown = [one for one in judged if one.fate == fate] if fate in set(Fate) else judged
    return Preview(counted(judged), Paginator(shown, PAGE).get_page(page))  # type: ignore[arg-type]  # whatever was asked


def listed_in(roster: Roster) -> list[ListedPerson]:
    """Give a roster's rows as people."""
    return [ListedPerson(**row) for row in roster.rows]


def left_of(roster: Roster) -> list[Judged]:
    """Judge again, as things are now, the rows that were not taken."""
    return [one for one in verdicts_on(roster.course, listed_in(roster)) if not one.adds] if roster.rows else []


def rosters_of(user: User, course: Course) -> QuerySet[Roster]:
    """List the rosters that were taken in here, the newest first."""
    rosters = visible_rosters(user, course).exclude(state="read").select_related("read_by")
    return rosters.order_by("-read_at", "-pk")


@dataclass(frozen=True, slots=True)
class Stays:
    """Somebody whom taking a roster back leaves in the course, and why, in a sentence."""

    enrolment: Enrolment
    why: str


def with_use(roster: Roster) -> QuerySet[RosterAddition]:
    """List what a roster added, each with whether anything has come of it since."""
    after = Entry.objects.filter(at__gte=OuterRef("enrolment__enrolled_at"))
    about = after.filter(person_id=OuterRef("enrolment__person_id")).exclude(verb__in=OWN_ENTRIES)
    by_them = after.filter(actor_id=OuterRef("enrolment__person_id"))
    elsewhere = Enrolment.objects.filter(person=OuterRef("enrolment__person_id")).exclude(pk=OuterRef("enrolment_id"))
    return (
        roster.additions.annotate(
            touched=Exists(about) | Exists(by_them),
            signed_in=Q(enrolment__person__last_login__gte=F("enrolment__enrolled_at")),
            elsewhere=Exists(elsewhere),
        )
        .select_related("enrolment__person")
        .order_by("enrolment__person__last_name", "enrolment__person__first_name", "pk")
    )


def used(roster: Roster) -> QuerySet[RosterAddition]:
    """Those of whom something has come since: signed in, wrote, marked, or something was decided about them."""
    return with_use(roster).filter(Q(touched=True) | Q(signed_in=True))


def stays_of(roster: Roster) -> list[Stays]:
    """Say who would stay, or has stayed, when the roster is taken back."""
    return [Stays(row.enrolment, _why(vars(row))) for row in used(roster)]


def _why(row: dict[str, object]) -> str:
    if row["signed_in"]:
        return "Has signed in since."
    return "Something was done or decided about them since: the journal names it."
