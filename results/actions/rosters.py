"""Taking a list of people back: whom it added leaves, and what a marker was allotted goes back to the others."""

from contextlib import suppress
from uuid import UUID

from django.db import transaction
from django.db.models import ProtectedError
from django.urls import reverse
from django_tasks import task

from courses.actions.jobs import Work, begin_job, working
from courses.actions.journal import write_entries, write_entry
from courses.actions.rosters import BATCH, give_to_job
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import Course, Enrolment, Job, Roster, RosterAddition, RosterState, User
from courses.permissions import may_manage_people
from courses.queries.rosters import stays_of, used
from results.actions.roles import hand_over
from results.queries.roles import MARKS, successor_of


class RosterNotTaken(Refusal):
    message = "This list was not taken in, or was taken back already: there is nothing to take back."


@transaction.atomic
def begin_undo(roster: Roster, *, by: User) -> Job:
    """Queue taking back what a list added, but for people of whom something has come since. Raises RosterNotTaken."""
    require(may_manage_people(by, roster.course))
    held = Roster.objects.select_for_update(of=("self",)).select_related("course", "job").get(pk=roster.pk)
    if not held.is_imported and not (held.state == RosterState.UNDOING and held.has_stopped):
        raise RosterNotTaken
    title = f"Taking back “{held.file_name}” from {held.course.title}"
    job = begin_job(undo_import, kind="roster", title=title, by=by, roster=str(held.public_id))
    before = give_to_job(held, RosterState.UNDOING, job)
    write_entry("begin_undo", held, by=by, before=before, after=RosterState.UNDOING)
    return job


@task
def undo_import(job_id: int, *, roster: str) -> None:
    """Take back, a batch a transaction, whom the list added and who has not been here since."""
    with working(job_id) as work:
        found = Roster.objects.select_related("course").get(public_id=UUID(roster))
        work.of(found.additions.count())
        work.leads_to(reverse("courses:rosters-detail", args=[found.course.slug, found.public_id]), "What stays")
        while taken := _undo_batch(found, by=work.by):
            work.step(taken)
        _end_undo(found, work)


@transaction.atomic
def _undo_batch(roster: Roster, *, by: User) -> int:
    """Take the enrolments of one batch away, with accounts that were made for nothing else; say how many.

    Who had been here before and came back by the list leaves once more, and keeps the enrolment with its arrangements.
    What a marker was allotted goes back to the others, as where a role ends.
    """
    course = Course.objects.select_for_update().get(pk=roster.course_id)
    require(may_manage_people(by, course))
    rows = list(roster.additions.exclude(pk__in=used(roster).values("pk")).order_by("pk")[:BATCH])
    enrolments = list(Enrolment.objects.filter(addition__in=rows).select_related("person").order_by("pk"))
    if not enrolments:
        return 0
    _hand_over_all(course, enrolments, by)
    people = [one.person_id for one in enrolments]
    write_entries("undo_enrolment", enrolments, by=by, after=["undone"] * len(enrolments), people=people)
    made = [row.enrolment_id for row in rows if row.made_account]
    accounts = [one.person_id for one in enrolments if one.pk in made]
    back = [row.enrolment_id for row in rows if row.came_back]
    Enrolment.objects.filter(pk__in=back).update(ended_at=now())
    RosterAddition.objects.filter(enrolment__in=back).delete()
    Enrolment.objects.filter(pk__in=[one.pk for one in enrolments if one.pk not in back]).delete()
    _take_accounts_away(accounts)
    return len(enrolments)


def _hand_over_all(course: Course, enrolments: list[Enrolment], by: User) -> None:
    """Let the others have what was allotted to those of a batch who mark here by no other role."""
    stay = course.enrolments.filter(role__in=MARKS).exclude(pk__in=[one.pk for one in enrolments])
    marking = {one.person for one in enrolments if one.role in MARKS}
    staying = set(stay.filter(person__in=marking).values_list("person", flat=True)) if marking else set()
    for person in sorted(marking, key=lambda one: one.pk):
        if person.pk not in staying:
            hand_over(person, course, successor=successor_of(person, course, by) or by, by=by)


def _take_accounts_away(accounts: list[int]) -> None:
    """Delete accounts that nothing speaks of; one that something does speak of stays, in no course."""
    unused = User.objects.filter(pk__in=accounts, enrolments=None)
    try:
        unused.delete()
    except ProtectedError:
        for user in unused:
            with suppress(ProtectedError):
                user.delete()


@transaction.atomic
def _end_undo(roster: Roster, work: Work) -> None:
    held = Roster.objects.select_for_update().get(pk=roster.pk)
    if held.state != RosterState.UNDOING:
        return
    stays = len(stays_of(held))
    held.state, held.undone_at = RosterState.UNDONE, now()
    held.save(update_fields=["state", "undone_at"])
    write_entry("undo_import", held, by=work.by, before=RosterState.UNDOING, after=f"stays:{stays}")
    work.says("What the list added is taken back.")
    if stays:
        work.says(f"{stays:,} of these people stay, since something has come of them; the list says what.")
