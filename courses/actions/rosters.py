"""Bringing people in from a file: it is read and looked at first, then taken in as a job."""

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django_tasks import task

from courses.actions.jobs import Work, begin_job, working
from courses.actions.journal import write_entry
from courses.actions.people import add_judged
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.uploads import Upload, read_table
from courses.models import Course, Job, Roster, RosterAddition, RosterState, User
from courses.permissions import may_manage_people
from courses.pure.lists import PeopleList, read_list
from courses.pure.rosters import LONGEST_ROSTER, Fate, RosterProblem, counted, read_people
from courses.queries.rosters import listed_in, verdicts_on

BATCH = 500
"""Rows in one transaction: others write between two of them."""


class RosterUnreadable(Refusal):
    """Raised with the sentence that names the line and the reason."""


class RosterTaken(Refusal):
    message = "This list was taken in already, or is being taken in now. Look at what became of it."


class RosterEmpty(Refusal):
    message = "No row of this list adds anybody. Mend the list, or bring another."


def keep_roster(course: Course, *, upload: Upload, role: str, by: User) -> Roster:
    """Read a CSV or XLSX file of people and keep its rows, to be looked at; nobody is added yet.

    `role` is for rows that name none. Raises UploadRefused or RosterUnreadable, with nothing kept.
    """
    require(may_manage_people(by, course))
    table = read_table(upload)
    try:
        found = read_people(
            ((row.number, [row.text(n) for n in range(len(row.cells))]) for row in table.rows), role=role
        )
    except RosterProblem as problem:
        raise RosterUnreadable(str(problem)) from problem
    return _keep(course, table.name, role, found, list(table.told), by)


def keep_pasted_roster(course: Course, *, text: str, role: str, by: User) -> Roster:
    """Keep a pasted list the same way, to be looked at first. Raises RosterUnreadable."""
    require(may_manage_people(by, course))
    people = tuple(read_list(text, role=role))
    if not people:
        raise RosterUnreadable("There is nobody in this list. It needs one person a line, with a name at least.")
    if len(people) > LONGEST_ROSTER:
        raise RosterUnreadable(f"A list may hold {LONGEST_ROSTER:,} people at once. Bring it in parts.")
    return _keep(course, "Pasted list", role, PeopleList(people), [], by)


@transaction.atomic
def _keep(course: Course, name: str, role: str, found: PeopleList, told: list[str], by: User) -> Roster:
    if found.ignored:
        told.append(
            "Passed over, since nothing here is called so: " + ", ".join(f"“{one[:40]}”" for one in found.ignored)
        )
    rows = [vars(person) for person in found.people]
    roster = Roster.objects.create(
        course=course, file_name=name[:200], role=role, rows=rows, notes=told, read_by=by, read_at=now()
    )
    write_entry("keep_roster", roster, by=by, after=f"rows:{len(rows)}")
    return roster


@transaction.atomic
def discard_roster(roster: Roster, *, by: User) -> None:
    """Forget a list that was only looked at."""
    require(may_manage_people(by, roster.course))
    held = Roster.objects.select_for_update().get(pk=roster.pk)
    if held.state != RosterState.READ:
        raise RosterTaken
    write_entry("discard_roster", held, by=by, before=held.state)
    held.delete()


@transaction.atomic
def begin_import(roster: Roster, *, by: User) -> Job:
    """Queue taking a list in. Raises RosterTaken or RosterEmpty."""
    require(may_manage_people(by, roster.course))
    held = Roster.objects.select_for_update(of=("self",)).select_related("course", "job").get(pk=roster.pk)
    if held.state != RosterState.READ and not (held.state == RosterState.IMPORTING and held.has_stopped):
        raise RosterTaken
    if held.is_read and not any(one.adds for one in verdicts_on(held.course, listed_in(held))):
        raise RosterEmpty
    title = f"People from “{held.file_name}” into {held.course.title}"
    job = begin_job(import_roster, kind="roster", title=title, by=by, roster=str(held.public_id))
    before = give_to_job(held, RosterState.IMPORTING, job)
    write_entry("begin_import", held, by=by, before=before, after=RosterState.IMPORTING)
    return job


@task
def import_roster(job_id: int, *, roster: str) -> None:
    """Take a list in, a batch a transaction. Begun again after a stop, it goes on: who is in is in."""
    with working(job_id) as work:
        found = Roster.objects.select_related("course").get(public_id=UUID(roster))
        people = listed_in(found)
        work.of(len(people))
        work.leads_to(reverse("courses:rosters-detail", args=[found.course.slug, found.public_id]), "What became of it")
        for start in range(0, len(people), BATCH):
            _import_batch(found, start, by=work.by)
            work.step(min(BATCH, len(people) - start))
        _end_import(found, work)


@transaction.atomic
def _import_batch(roster: Roster, start: int, *, by: User) -> None:
    """Judge and add one batch as things are now: somebody else may have added a few of them meanwhile."""
    course = Course.objects.select_for_update().get(pk=roster.course_id)
    require(may_manage_people(by, course))
    judged = verdicts_on(course, listed_in(roster)[start : start + BATCH])
    added = add_judged(course, judged, source="roster", by=by)
    RosterAddition.objects.filter(enrolment__in=[one.enrolment for one in added if one.came_back]).delete()
    RosterAddition.objects.bulk_create([RosterAddition(roster=roster, **vars(one)) for one in added], batch_size=BATCH)


@transaction.atomic
def _end_import(roster: Roster, work: Work) -> None:
    """Note what became of the rows; names of those who were taken are with their accounts, and kept here no longer."""
    held = Roster.objects.select_for_update(of=("self",)).select_related("course", "job").get(pk=roster.pk)
    if held.state != RosterState.IMPORTING:
        return
    judged = verdicts_on(held.course, listed_in(held))
    made = held.additions.filter(made_account=True).count()
    added = held.additions.count()
    counts = counted(judged)
    counts |= {Fate.NEW.value: made, Fate.KNOWN.value: added - made, Fate.ALREADY.value: counts["already"] - added}
    left = [vars(one.person) for one in judged if one.fate in (Fate.CONFLICT, Fate.ERROR)]
    held.state, held.imported_at, held.counts, held.rows = RosterState.IMPORTED, now(), counts, left
    held.save(update_fields=["state", "imported_at", "counts", "rows"])
    facts = " ".join(f"{fate}:{n}" for fate, n in counts.items())
    write_entry("import_roster", held, by=work.by, before=RosterState.IMPORTING, after=facts)
    work.says(f"{made:,} people have a new account, {added - made:,} joined with the account they had.")
    if left:
        work.says(f"{len(left):,} rows were not taken; the list says why.")


def give_to_job(held: Roster, state: RosterState, job: Job) -> str:
    """Note that a job takes a locked list in or back, and give the state it had. For other actions: asks nothing."""
    before, held.state, held.job = held.state, state, job
    held.save(update_fields=["state", "job"])
    return before
