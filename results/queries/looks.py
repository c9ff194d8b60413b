"""Who looked at what: about one person, about an assignment's class, and as its student reads it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from courses.models import Look, LookKind, Role, User
from courses.pure.journal import possessive
from essays.models import Assignment
from results.permissions.journal import named_assignments
from results.pure.looks import NOT_FOR_STUDENTS, WHY, look_sentence

PAGE = 50


@dataclass(frozen=True, slots=True)
class LookLine:
    """One look: the hour it began in, what was read in plain words, why, and in which assignment."""

    pk: int
    hour: datetime
    sentence: str
    why: str
    about: Assignment | None


@dataclass(frozen=True, slots=True)
class LooksPage:
    """At most 50 looks, newest first; `older` is where the next page begins."""

    lines: tuple[LookLine, ...]
    older: int | None


def looks_at_assignment(reader: User, assignment: Assignment) -> QuerySet[Look]:
    return _told(reader, Look.objects.filter(assignment_id=assignment.pk))


def looks_at_person(reader: User, person: User) -> QuerySet[Look]:
    """Looks at a person's work, and at their whole class; for a teacher within the courses taught."""
    looks = Look.objects.filter(_about(person))
    if reader.is_staff:
        return looks
    taught = reader.enrolments.filter(role=Role.TEACHER).values("course")
    return _told(reader, looks.filter(assignment_id__in=Assignment.objects.filter(course__in=taught).values("pk")))


def _told(reader: User, looks: QuerySet[Look]) -> QuerySet[Look]:
    """Leave out what would name, to a teacher who sees the worry at its code, whose paper it is while that is blind."""
    if reader.is_staff:
        return looks
    return looks.filter(~Q(kind=LookKind.WORRY) | Q(assignment_id__in=named_assignments().values("pk")))


def looks_at_me(person: User) -> QuerySet[Look]:
    """What a person is told of those who looked."""
    return Look.objects.filter(_about(person)).exclude(kind__in=NOT_FOR_STUDENTS)


def _about(person: User) -> Q:
    courses = person.enrolments.filter(role=Role.STUDENT).values("course")
    class_of = Assignment.objects.filter(course__in=courses).values("pk")
    return Q(person=person) | Q(person=None, assignment_id__in=class_of)


def looks_page(looks: QuerySet[Look], *, before: int | None = None, reader: User | None = None) -> LooksPage:
    """Load one page of `looks` in a fixed number of statements. For its `reader` it says “you”, staff by their part."""
    if before:
        looks = looks.filter(pk__lt=before)
    found = list(looks.select_related("viewer", "person").order_by("-pk")[: PAGE + 1])
    rows = found[:PAGE]
    return LooksPage(tuple(look_lines(rows, reader=reader)), rows[-1].pk if len(found) > PAGE else None)


def look_lines(rows: Sequence[Look], *, reader: User | None = None) -> Iterator[LookLine]:
    abouts = Assignment.objects.select_related("course").in_bulk({row.assignment_id for row in rows})
    for row in rows:
        viewer, person = row.viewer, row.person
        if reader is None:
            name = person.name if person else ""
            said = {"viewer": viewer.name, "person": name, "whose": possessive(name), "theirs": possessive(name)}
        else:
            part = "You" if viewer == reader else "An admin" if viewer.is_staff else "A teacher"
            said = {"viewer": part, "person": "you", "whose": "your", "theirs": "yours"}
        yield LookLine(
            row.pk, row.hour, look_sentence(row.kind, **said), WHY[row.kind], abouts.get(row.assignment_id or 0)
        )
