"""Setting an assignment once more, in this course or another: its terms and dates, and nothing of people."""

from datetime import datetime

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.models import Course, User
from essays.actions.assignments import DatesOutOfOrder, Terms, set_assignment
from essays.models import Assignment
from essays.permissions import may_manage_assignment, may_set_assignment
from essays.pure.deadlines import moved

COPIED = (
    "prompt_version",
    "rubric_version",
    "mode",
    "minutes",
    "shown_before_start",
    "blind",
    "notes_allowed",
    "web_allowed",
    "ai_allowed",
    "spell_check_allowed",
    "withdrawing_allowed",
    "writing_record",
    "arithmetic_while_marking",
    "evidence_rule",
    "self_marking",
    "mark_after_days",
    "late_rule",
    "late_percent",
    "late_floor",
    "late_cap",
)
"""What a copy takes over. Not its people: extensions, who is absent, shares of markers, and who is told of worries."""


@transaction.atomic
def duplicate_assignment(
    assignment: Assignment, course: Course, *, title: str, opens_at: datetime, by: User
) -> Assignment:
    """Set the assignment for `course` as well, its dates moved along with `opens_at`, on the course's own clock.

    Worries go to whoever does this. Raises whatever `set_assignment` refuses.
    """
    require(may_manage_assignment(by, assignment) and may_set_assignment(by, course))
    zones = {"opens_at": assignment.opens_at, "to": opens_at, "zone": assignment.course.zone, "new_zone": course.zone}
    terms: Terms = {name: getattr(assignment, name) for name in COPIED}  # type: ignore[assignment]  # the terms' names
    try:
        due_at = moved(assignment.due_at, **zones)  # type: ignore[arg-type]  # each is of its kind
        closes_at = moved(assignment.closes_at, **zones)  # type: ignore[arg-type]  # each is of its kind
    except (OverflowError, ValueError):
        raise DatesOutOfOrder("It would be due after the last day there is. Choose an earlier opening.") from None
    terms |= {"title": title, "opens_at": opens_at, "due_at": due_at, "closes_at": closes_at}
    made = set_assignment(course, **terms, by=by)
    write_entry(
        "duplicate_assignment",
        made,
        by=by,
        before=str(assignment.public_id),
        after=str(made.public_id),
        assignment_id=made.pk,
    )
    return made
