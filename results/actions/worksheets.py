"""What happens with other gradebooks' files: brought in, taken as changes of totals, removed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.kernel.text import sha256_of
from courses.models import User
from essays.models import Assignment
from marking.actions.shares import lock_places
from results.actions.outcomes import ReasonMissing, override_total
from results.models import BroughtWorksheet, Outcome
from results.models.worksheets import KEPT_FOR
from results.permissions.release import may_release
from results.permissions.worksheets import may_bring_worksheet
from results.pure.worksheets import SAID, WHY, Compared, NotAWorksheet, Verdict, read_worksheet
from results.queries.gradebook import is_released, seen_by_author
from results.queries.worksheets import compared_worksheet

NAME_MOST = 150
TAKEN_MOST = 500


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


@dataclass(frozen=True, slots=True)
class TakenMarks:
    """How many totals were changed, and which rows were not, by the name in the file, with the reason."""

    taken: int
    refused: tuple[tuple[str, str], ...]


def take_marks(brought: BroughtWorksheet, *, lines: Sequence[int], reason: str, by: User) -> TakenMarks:
    """Make unreleased changes of the grades in these lines, each with this reason, which its student will read.

    Every line is compared again first: one that no longer can be taken is told, and its mark stays. A change is one
    more version of an outcome; nobody sees it before it is released. Raises ReasonMissing, NothingTicked,
    TooManyTaken.
    """
    assignment = brought.assignment
    require(may_release(by, assignment))
    if not reason.strip():
        raise ReasonMissing
    moment = now()
    compared = {one.line: one for one in compared_worksheet(brought, moment).rows}
    wanted = [compared[line] for line in dict.fromkeys(lines) if line in compared]
    if not wanted:
        raise NothingTicked
    if len(wanted) > TAKEN_MOST:
        raise TooManyTaken
    keys = [UUID(one.student.key) for one in wanted if one.student and one.can_be_taken]
    people = dict(User.objects.filter(public_id__in=keys).values_list("public_id", "pk"))
    seen = seen_by_author(assignment, moment, list(people.values()))
    outcomes = Outcome.objects.in_bulk([row["outcome_id"] for row in seen.values()])
    taken, refused = 0, []
    for one in wanted:
        try:
            _take(one, people, {author: outcomes[row["outcome_id"]] for author, row in seen.items()}, reason, by)
        except Refusal as refusal:
            refused.append((one.said, str(refusal)))
        else:
            taken += 1
    return TakenMarks(taken, tuple(refused))


class RowCannotBeTaken(Refusal):
    """The message is the row's verdict, in words."""


@transaction.atomic
def _take(one: Compared, people: dict[UUID, int], outcomes: dict[int, Outcome], reason: str, by: User) -> None:
    new: Decimal | None = one.new
    if one.student is None or not one.can_be_taken or new is None:
        raise RowCannotBeTaken(f"{one.words}. {one.why}".strip())
    outcome = outcomes[people[UUID(one.student.key)]]
    lock_places(outcome.submission.draft.assignment)
    if Outcome.objects.filter(submission=outcome.submission_id, version__gt=outcome.version).exists():
        raise RowCannotBeTaken(f"{SAID[Verdict.WAITS]}. {WHY[Verdict.WAITS]}")  # decided since the file was compared
    override_total(outcome, total=new, reason=reason, by=by)


@transaction.atomic
def remove_worksheet(brought: BroughtWorksheet, *, by: User) -> None:
    """Remove a brought file before its week is over. What was taken from it stays."""
    require(may_bring_worksheet(by, brought.assignment))
    write_entry("remove_worksheet", brought, by=by, before=brought.sha256[:16], assignment_id=brought.assignment_id)
    brought.delete()
