"""Which words of a student are kept apart: those that came too late, and those from rescue files."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from courses.models import User
from essays.models import Assignment, Draft, Origin, Revision, Submission
from essays.pure.late_words import arrival
from essays.queries.assignments import allowance_for, times_with

MOST = 20
"""How many a page lists; a desk left open after the end may have sent a text every few seconds."""


@dataclass(frozen=True, slots=True)
class LateWords:
    """One text that is kept apart, without its words. `arrived` says how it came; `waits`: nobody decided yet."""

    revision: Revision
    arrived: str
    waits: bool

    @property
    def was_taken(self) -> bool:
        return self.is_decided and self.revision.late_decision.taken

    @property
    def is_decided(self) -> bool:
        return hasattr(self.revision, "late_decision")


def revisions_kept_apart(assignment: Assignment, student: User) -> QuerySet[Revision]:
    """The texts of one student that are kept apart, newest first, each with its draft and what was decided."""
    waiting = Revision.objects.waiting().filter(pk=OuterRef("pk"))
    return (
        Revision.objects.kept_apart()
        .filter(draft__assignment=assignment, draft__author=student)
        .annotate(waits=Exists(waiting))
        .select_related("draft", "late_decision__decided_by")
        .order_by("-draft__number", "-n")
    )


def late_words_of(assignment: Assignment, student: User, *, only: Revision | None = None) -> list[LateWords]:
    """List what is kept apart of one student, newest first, or `only` one of it; in three statements, else in one."""
    found = revisions_kept_apart(assignment, student).defer("body", "draft__journal_key")
    rows = list((found.filter(pk=only.pk) if only else found)[:MOST])
    if not rows:
        return []
    closes_at = times_with(assignment, allowance_for(assignment, student)).closes_at
    handed_in = Submission.objects.filter(draft__in={row.draft_id for row in rows}).exclude(origin=Origin.COLLECTED)
    moments = list(handed_in.values_list("draft_id", "submitted_at"))
    return [
        LateWords(
            revision=row,
            arrived=arrival(
                row.saved_at,
                ended_at=row.draft.ends_at or closes_at,
                handed_in_at=max(
                    (at for one, at in moments if one == row.draft_id and at < row.saved_at), default=None
                ),
                from_file=row.came_from_rescue,
            ),
            waits=row.waits,  # type: ignore[attr-defined]  # annotated above
        )
        for row in rows
    ]


def fate_of_late_words(draft: Draft) -> LateWords | None:
    """Give the newest words of one's own draft that are kept apart or were decided about, where there are any."""
    found = late_words_of(draft.assignment, draft.author)
    return next((one for one in found if one.revision.draft_id == draft.pk and (one.waits or one.is_decided)), None)
