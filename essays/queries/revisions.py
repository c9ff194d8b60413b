"""What History shows: the kept states of a draft, newest first."""

from dataclasses import dataclass

from django.db.models import QuerySet

from essays.models import Draft, Revision

PAGE = 50


@dataclass(frozen=True, slots=True)
class History:
    """One page of kept states. `older` is the number to go on from, None at the end."""

    revisions: list[Revision]
    older: int | None


def kept_revisions(draft: Draft) -> QuerySet[Revision]:
    """The kept states of one's own draft, newest first, without their texts."""
    return Revision.objects.filter(draft=draft).defer("body").order_by("-n")


def history_of(draft: Draft, *, before: int | None = None) -> History:
    """Give the newest states, or those before number `before`, in one statement."""
    found = kept_revisions(draft)
    if before is not None:
        found = found.filter(n__lt=before)
    rows = list(found[: PAGE + 1])
    return History(rows[:PAGE], rows[PAGE - 1].n if len(rows) > PAGE else None)
