"""What happens with other gradebooks' files: brought in, taken as changes of totals, removed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django_tasks import task

from courses.actions.jobs import begin_job, working
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.text import sha256_of
from courses.models import Job, User
from essays.models import Assignment
from marking.actions.shares import lock_places
from results.actions.outcomes import ReasonMissing, override_total
from results.models import BroughtWorksheet, Outcome
from results.models.worksheets import KEPT_FOR
from results.permissions.release import may_release
from results.permissions.worksheets import may_bring_worksheet
from results.pure.worksheets import SAID, WHY, Compared, NotAWorksheet, Verdict, read_worksheet
from results.queries.gradebook import is_released, seen_by_author
from results.queries.worksheets import compared_worksheet, version_of

NAME_MOST = 150
TAKEN_MOST = 500
TAKEN_AT_ONCE = 40
"""Totals changed while somebody waits, in about two seconds; more is a job."""
TOLD_MOST = 20
"""Refused rows that a job names one by one."""


class WorksheetUnreadable(Refusal):
    """The message says why, and what to do."""


class NothingReleased(Refusal):
    message = (
        "Nothing of this assignment is released yet, so no file with names can be compared with it: marking is blind "
        "until then."
    )


class NothingTicked(Refusal):
    message = "Tick at least one row, then take its mark. Nothing was changed."


class TooManyTaken(Refusal):
    message = f"At most {TAKEN_MOST} marks are taken at a time. Untick some, and take them afterwards."


@transaction.atomic
def bring_worksheet(assignment: Assignment, *, name: str, text: str, by: User) -> BroughtWorksheet:
    """Keep a gradebook's file for a week, to compare it; older ones of anybody go. Changes no mark.

    Raises NothingReleased or WorksheetUnreadable.
    """
    require(may_bring_worksheet(by, assignment))
    moment = now()
    if not is_released(assignment, moment):
        raise NothingReleased
    try:
        sheet = read_worksheet(text, assignment.title)
    except NotAWorksheet as error:
        raise WorksheetUnreadable(str(error)) from error
    BroughtWorksheet.objects.filter(brought_at__lt=moment - KEPT_FOR).delete()
    digest = sha256_of(text)
    brought = BroughtWorksheet.objects.create(
        assignment=assignment,
        brought_by=by,
        brought_at=moment,
        name=name[-NAME_MOST:],
        sha256=digest,
        body=BroughtWorksheet.packed(text),
    )
    write_entry("bring_worksheet", brought, by=by, after=f"{sheet.kind}:{digest[:16]}", assignment_id=assignment.pk)
    return brought


class WorksheetGone(Refusal):
    message = "The file was removed before its grades were taken over. Bring it in again."


class RowCannotBeTaken(Refusal):
    """The message is the row's verdict, in words."""


class RowChangedMeanwhile(RowCannotBeTaken):
    message = "Its mark changed since you looked. Look at the row once more, then tick it."


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was not taken: its line, whom the file names there, and the reason."""

    line: int
    said: str
    why: str


@dataclass(frozen=True, slots=True)
class TakenMarks:
    """How many totals were changed, and which rows were not."""

    taken: int
    refused: tuple[RefusedRow, ...]

    @property
    def words(self) -> str:
        if not self.taken:
            return "No total is changed."
        totals = "1 total is" if self.taken == 1 else f"{self.taken} totals are"
        return f"{totals} changed. Students see it once you release the changes."


def take_marks(
    brought: BroughtWorksheet,
    *,
    rows: Mapping[int, str],
    reason: str,
    by: User,
    told: Callable[[], None] | None = None,
) -> TakenMarks:
    """Make unreleased changes of the grades in these lines, each with this reason, which its student will read.

    `rows` say by line what was seen when it was ticked (`Compared.seen`). Every line is compared again first: one whose
    mark or student is another by now, or that no longer can be taken, is told, and its mark stays. A change is one
    more version of an outcome; nobody sees it before it is released. After each line `told` is called. Raises
    ReasonMissing, NothingTicked, TooManyTaken.
    """
    _refuse_what_is_missing(brought, rows, reason, by)
    assignment, moment = brought.assignment, now()
    compared = {one.line: one for one in compared_worksheet(brought, moment).rows}
    keys = [UUID(one.student.key) for line, one in compared.items() if line in rows and one.student]
    people = dict(User.objects.filter(public_id__in=keys).values_list("public_id", "pk"))
    seen = seen_by_author(assignment, moment, list(people.values()))
    by_pk = Outcome.objects.select_related("submission").in_bulk([row["outcome_id"] for row in seen.values()])
    outcomes = {key: by_pk[seen[pk]["outcome_id"]] for key, pk in people.items() if pk in seen}
    taken, refused = 0, []
    for line, ticked in rows.items():
        one = compared.get(line)
        try:
            _take(one, ticked, outcomes, reason, assignment, by)
        except Refusal as refusal:
            refused.append(RefusedRow(line, one.said if one else "", str(refusal)))
        else:
            taken += 1
        if told:
            told()
    return TakenMarks(taken, tuple(refused))


def begin_taking(brought: BroughtWorksheet, *, rows: Mapping[int, str], reason: str, by: User) -> Job:
    """Let the worker take many grades over; what `take_marks` raises, raises here, before it begins."""
    _refuse_what_is_missing(brought, rows, reason, by)
    title = f"Grades of “{brought.assignment.title}” from a file"
    told = {"worksheet": brought.pk, "rows": [[line, seen] for line, seen in rows.items()], "reason": reason}
    return begin_job(take_ticked, kind="take_marks", title=title, by=by, **told)


@task
def take_ticked(job_id: int, *, worksheet: int, rows: list[tuple[int, str]], reason: str) -> None:
    """Take the ticked grades of a file over, one after the other, and tell how far it is. Rows are named by line."""
    with working(job_id) as work:
        brought = BroughtWorksheet.objects.select_related("assignment__course").filter(pk=worksheet).first()
        if brought is None:
            raise WorksheetGone
        work.leads_to(reverse("results:worksheets-detail", args=[brought.public_id]), "The file, row by row")
        work.of(len(rows))
        done = take_marks(brought, rows=dict(rows), reason=reason, by=work.by, told=work.step)
        work.says(done.words, *(f"Line {one.line}: {one.why}" for one in done.refused[:TOLD_MOST]))
        if (more := len(done.refused) - TOLD_MOST) > 0:
            work.says(f"{more} more row{'s were' if more > 1 else ' was'} not taken over. The file’s page says why.")


def _refuse_what_is_missing(brought: BroughtWorksheet, rows: Mapping[int, str], reason: str, by: User) -> None:
    require(may_release(by, brought.assignment))
    if not rows:
        raise NothingTicked
    if len(rows) > TAKEN_MOST:
        raise TooManyTaken
    if not reason.strip():
        raise ReasonMissing


@transaction.atomic
def _take(
    one: Compared | None,
    ticked: str,
    outcomes: Mapping[UUID, Outcome],
    reason: str,
    assignment: Assignment,
    by: User,
) -> None:
    """Take one row, under the lock that versions of outcomes are numbered under."""
    if one is None or one.student is None or not one.can_be_taken or one.new is None:
        raise RowCannotBeTaken(_told(one.verdict, one.why) if one else RowChangedMeanwhile.message)
    outcome = outcomes.get(UUID(one.student.key))
    lock_places(assignment)
    if one.seen != ticked or outcome is None or version_of(outcome.version, outcome.sha256) != one.student.version:
        raise RowChangedMeanwhile
    if Outcome.objects.filter(submission=outcome.submission_id, version__gt=outcome.version).exists():
        raise RowCannotBeTaken(_told(Verdict.WAITS, WHY[Verdict.WAITS]))  # decided since the file was compared
    override_total(outcome, total=one.new, reason=reason, by=by)


def _told(verdict: Verdict, why: str) -> str:
    """Say in a sentence of its own why a row is not taken."""
    words = SAID[verdict].removeprefix("Refused: ")
    return f"{words[0].upper()}{words[1:]}. {why}".strip()


@transaction.atomic
def remove_worksheet(brought: BroughtWorksheet, *, by: User) -> None:
    """Remove a brought file before its week is over. What was taken from it stays."""
    require(may_bring_worksheet(by, brought.assignment))
    write_entry("remove_worksheet", brought, by=by, before=brought.sha256[:16], assignment_id=brought.assignment_id)
    brought.delete()
