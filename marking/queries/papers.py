"""What is asked about papers in many places: which assignments one marks, words and flags."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from courses.models import Role, User
from essays.models import Assignment
from essays.permissions import visible_assignments
from marking.models import Flag, FlagKind, Paper
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


def is_shown(paper: Paper, moment: datetime) -> bool:
    """Whether its student sees a result: its moment has come, and no flag of possible copying was up then."""
    if paper.released_at is None or paper.released_at > moment:
        return False
    raised = paper.flags.filter(kind=FlagKind.COPYING, raised_at__lt=paper.released_at)
    return not raised.filter(Q(cleared_at=None) | Q(cleared_at__gt=paper.released_at)).exists()


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
