"""The journal in plain sentences: all of it, about an assignment, about one essay, about a person."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from courses.models import Entry, Role, Seal, User
from courses.permissions import visible_entries
from courses.pure.journal import possessive, said_state, sentence_of
from courses.queries.seals import COLUMNS, newest_seal
from essays.models import Assignment, Submission
from marking.models import Marking, Paper
from results.models import Outcome
from results.permissions.journal import assignments_named_for, named_assignments, named_submissions
from results.pure.journal import APART, GROUPS, SHOWN, phrase_of

PAGE = 50
SYSTEM = "Assay"
GONE = "Somebody"


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a page of the journal is narrowed to. `before` is the number of the oldest entry of the page before it."""

    group: str = ""
    who: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as it is read. `kept` is what it holds besides, as the database has it; `about` the assignment.

    `essay` is the hand-in it is about, "" for none.
    """

    pk: int
    at: datetime
    sentence: str
    about: Assignment | None
    essay: str
    kept: str
    reason: str
    is_sealed: bool


@dataclass(frozen=True, slots=True)
class JournalPage:
    """At most 50 lines, newest first; `older` is where the next page begins, `sealed` the newest seal of all."""

    lines: tuple[Line, ...]
    older: int | None
    sealed: Seal | None


def whole_journal(user: User) -> QuerySet[Entry]:
    return visible_entries(user)


def entries_of_assignment(assignment: Assignment) -> QuerySet[Entry]:
    """What happened in an assignment; while blindness lasts without what joins a name or a code to a moment."""
    entries = Entry.objects.filter(assignment_id=assignment.pk)
    return entries if is_named(assignment) else entries.exclude(verb__in=APART)


def is_named(assignment: Assignment) -> bool:
    """Whether nothing in the assignment is blind any more."""
    return named_assignments().filter(pk=assignment.pk).exists()


def entries_of_submission(submission: Submission) -> QuerySet[Entry]:
    """What was done with one essay and for its author in that assignment; how it was marked once that may be known."""
    draft = submission.draft
    about = Q(assignment_id=draft.assignment_id, person_id=draft.author_id)
    if is_named_essay(submission):
        markings = Marking.objects.filter(allotment__paper__submission=submission).values_list("public_id", flat=True)
        outcomes = Outcome.objects.filter(submission=submission).values_list("public_id", flat=True)
        papers = Paper.objects.filter(submission=submission).values_list("pk", flat=True)
        for kind, ids in (("marking.marking", markings), ("results.outcome", outcomes), ("marking.paper", papers)):
            if subjects := [str(one) for one in ids]:
                about |= Q(subject_kind=kind, subject_id__in=subjects)
    return Entry.objects.filter(about)


def is_named_essay(submission: Submission) -> bool:
    """Whether whose essay it is and how it was marked may stand on one page."""
    return named_submissions().filter(pk=submission.pk).exists()


def entries_of_person(reader: User, person: User) -> QuerySet[Entry]:
    """What was done for, to and by a person: all of it for an admin; for a teacher what concerns their own courses.

    While marking is blind, what the person did in that assignment has no moment here, and so no line.
    """
    if reader.is_staff:
        return Entry.objects.filter(Q(person_id=person.pk) | Q(actor=person))
    taught = reader.enrolments.filter(role=Role.TEACHER).values_list("course", flat=True)
    ours = Assignment.objects.filter(course__in=taught)
    enrolments = person.enrolments.filter(course__in=taught).values_list("public_id", flat=True)
    within = Q(assignment_id__in=ours.values("pk")) | Q(
        subject_kind="courses.enrolment", subject_id__in=[str(one) for one in enrolments]
    )
    named = assignments_named_for(person).filter(pk__in=ours.values("pk"))
    entries = Entry.objects.filter(within, person_id=person.pk)
    return entries.filter(~Q(verb__in=APART) | Q(assignment_id__in=named.values("pk")))


def own_entries(person: User) -> QuerySet[Entry]:
    """What the journal tells a person about themselves."""
    return Entry.objects.filter(person_id=person.pk, verb__in=SHOWN)


def journal_page(
    entries: QuerySet[Entry], narrowed: Narrowed, *, reader: User | None = None, papers: bool = False
) -> JournalPage:
    """Load one page of `entries`: always the same number of statements.

    With `reader` it is that person's own page: “you”, staff by their part and no reasons. With `papers` it names codes.
    """
    found = list(_narrow(entries, narrowed).select_related("actor", "reason").order_by("-pk")[: PAGE + 1])
    rows, seal = found[:PAGE], newest_seal()
    return JournalPage(
        lines=tuple(_lines(rows, seal, reader=reader, papers=papers)),
        older=rows[-1].pk if len(found) > PAGE else None,
        sealed=seal,
    )


def told_lines(entries: QuerySet[Entry], *, reader: User | None = None, papers: bool = False) -> list[Line]:
    """Give all lines of `entries`, newest first: for a person's copy of what is kept about them."""
    rows = list(entries.select_related("actor", "reason").order_by("-pk"))
    return list(_lines(rows, newest_seal(), reader=reader, papers=papers))


def _narrow(entries: QuerySet[Entry], narrowed: Narrowed) -> QuerySet[Entry]:
    if narrowed.group in GROUPS:
        entries = entries.filter(verb__in=sorted(GROUPS[narrowed.group][1]))
    if narrowed.who:
        entries = entries.filter(actor__in=User.objects.filter(username__iexact=narrowed.who))
    if narrowed.since:
        entries = entries.filter(at__gte=narrowed.since)
    if narrowed.until:
        entries = entries.filter(at__lt=narrowed.until)
    return entries.filter(pk__lt=narrowed.before) if narrowed.before else entries


def _lines(rows: Sequence[Entry], seal: Seal | None, *, reader: User | None, papers: bool) -> Iterator[Line]:
    people = User.objects.in_bulk({row.person_id for row in rows if row.person_id})
    abouts = Assignment.objects.select_related("course").in_bulk({row.assignment_id for row in rows})
    codes = _codes(rows) if papers else {}
    for row in rows:
        person = people.get(row.person_id or 0)
        code = codes.get((row.subject_kind, row.subject_id), "")
        before, after = row.before, row.after
        yield Line(
            pk=row.pk,
            at=row.at,
            sentence=sentence_of(
                phrase_of(row.verb),
                actor=_actor(row.actor, reader),
                person="you" if person and person == reader else person.name if person else "somebody",
                whose=_whose(row.actor, person, reader),
                on=f" (paper {code})" if code else "",
                before=before,
                after=after,
            ),
            about=abouts.get(row.assignment_id or 0),
            essay=row.subject_id if row.subject_kind == "essays.submission" else "",
            kept=" → ".join(said_state(one) for one in (before, after) if one) if reader is None else "",
            reason=row.reason.text if reader is None and hasattr(row, "reason") else "",
            is_sealed=seal is not None and row.pk <= seal.last,
        )


def _codes(rows: Iterable[Entry]) -> dict[tuple[str, str], str]:
    """Name the papers that entries are about."""
    markings, papers = set(), set()
    for row in rows:
        if row.subject_kind == "marking.marking":
            markings.add(UUID(row.subject_id))
        elif row.subject_kind == "marking.paper":
            papers.add(int(row.subject_id))
    found: dict[tuple[str, str], Any] = {
        ("marking.marking", str(public_id)): code
        for public_id, code in Marking.objects.filter(public_id__in=markings).values_list(
            "public_id", "allotment__paper__code"
        )
    }
    coded = Paper.objects.filter(pk__in=papers).values_list("pk", "code")
    return found | {("marking.paper", str(pk)): code for pk, code in coded}


def _actor(actor: User | None, reader: User | None) -> str:
    """Name who did it; on a person's own page staff by their part, for their names are not that page's to give."""
    if actor is None:
        return SYSTEM
    if reader is None:
        return actor.name
    if actor == reader:
        return "You"
    return "An admin" if actor.is_staff else "A teacher"


def _whose(actor: User | None, person: User | None, reader: User | None) -> str:
    if person is None:
        return "somebody’s"
    if person == reader:
        return "your"
    return "their" if person == actor else possessive(person.name)


# ---------------------------------------------------------------- to take away
def exported_rows(entries: QuerySet[Entry], narrowed: Narrowed) -> Iterator[tuple[Any, ...]]:
    """Give every column of `entries` that seals cover, oldest first, with the seal's number; no names, no reasons."""
    seals = iter(list(Seal.objects.order_by("number").values_list("last", "number")))
    last, number = next(seals, (0, 0))
    rows = _narrow(entries, narrowed).order_by("pk").values_list(*COLUMNS)
    for row in rows.iterator(chunk_size=2_000):
        while last and row[0] > last:
            last, number = next(seals, (0, 0))
        yield (*row, number if last else None)


EXPORTED = (*("entry" if name == "pk" else name.removesuffix("_id") for name in COLUMNS), "seal")
"""The headings of `exported_rows`."""
