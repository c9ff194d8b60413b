"""What is asked about papers in many places: which assignments one marks, words and flags, and how far papers are."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from courses.models import Role, User
from essays.models import Assignment
from essays.permissions import visible_assignments
from marking.models import Allotment, AllotmentState, Flag, FlagKind
from marking.queries.markings import DeskFlag


def assignments_to_mark(user: User) -> QuerySet[Assignment]:
    """The assignments this person marks; each comes with its course, mode and rubric, and with `teaches`."""
    roles = user.enrolments.filter(course=OuterRef("course"))
    return (
        visible_assignments(user)
        .select_related("course", "mode", "prompt_version", "rubric_version__rubric")
        .annotate(
            marks=Exists(roles.filter(role__in=[Role.MARKER, Role.TEACHER])),
            teaches=Exists(roles.filter(role=Role.TEACHER)),
        )
        .filter(marks=True)
    )


def words_note(words: int, least: int | None, most: int | None) -> str:
    """Say where a text is outside its range: "under 800 words", "over 1,200 words", or nothing."""
    if least and words < least:
        return f"under {least:,} words"
    if most and words > most:
        return f"over {most:,} words"
    return ""


def visible_flags(user: User, *, teaches: bool) -> Q:
    """Which flags somebody sees: all but a worry, which is for who raised it, for teachers and for the named person."""
    seen = ~Q(kind=FlagKind.WORRY) | Q(raised_by=user) | Q(paper__assignment__worry_contact=user)
    return Q(cleared_at=None) & (Q() if teaches else seen)


def worries_for(user: User) -> QuerySet[Flag]:
    """The worries that are up and for which this person is named, each with its paper and assignment."""
    up = Flag.objects.filter(kind=FlagKind.WORRY, cleared_at=None, paper__retired_at=None)
    named = up.filter(paper__assignment__worry_contact=user)
    return named.select_related("paper__assignment__course").order_by("-pk")


def desk_flag(flag: Flag, user: User) -> DeskFlag:
    return DeskFlag(flag.kind, FlagKind(flag.kind).label, flag.text, flag.raised_by_id == user.pk)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the papers of an assignment are. `flagged` counts papers with a flag that is up, worries apart."""

    total: int = 0
    waiting: int = 0
    open: int = 0
    finished: int = 0
    flagged: int = 0

    @property
    def is_done(self) -> bool:
        return self.total > 0 and self.finished == self.total


def papers_progress(assignments: Iterable[Assignment]) -> dict[int, Progress]:
    """Count first places by state for several assignments at once, in two statements, by the assignment's key."""
    keys = [assignment.pk for assignment in assignments]
    states = (
        Allotment.objects.in_use()
        .filter(assignment__in=keys, round=1, slot=1)
        .values("assignment")
        .annotate(
            total=Count("pk"),
            waiting=Count("pk", filter=Q(state=AllotmentState.WAITING)),
            open=Count("pk", filter=Q(state=AllotmentState.OPEN)),
            finished=Count("pk", filter=Q(state=AllotmentState.FINISHED)),
        )
    )
    flagged = dict(
        Flag.objects.filter(paper__assignment__in=keys, cleared_at=None, paper__retired_at=None)
        .exclude(kind=FlagKind.WORRY)
        .values_list("paper__assignment")
        .annotate(papers=Count("paper", distinct=True))
    )
    return {
        row["assignment"]: Progress(
            row["total"], row["waiting"], row["open"], row["finished"], flagged.get(row["assignment"], 0)
        )
        for row in states
    }
