"""Which rest breaks a draft has had, as annotations of rows that are loaded anyway."""

from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, Subquery, Sum

from essays.models import Assignment, Draft, RestBreak
from essays.pure.breaks import Rest, rest_of_breaks


def rest_columns(draft: OuterRef | int) -> dict[str, Subquery]:
    """Give the annotations `rest_taken` and `rest_since` for rows in which `draft` names the draft's key."""
    breaks = RestBreak.objects.filter(Q(draft=draft))
    over = breaks.exclude(ended_at=None).values("draft").annotate(taken=Sum(F("ended_at") - F("began_at")))
    return {
        "rest_taken": Subquery(over.values("taken")),
        "rest_since": Subquery(breaks.filter(ended_at=None).values("began_at")),
    }


def rest_of(draft: Draft) -> Rest:
    """Read the annotations of `rest_columns` from a draft."""
    found = vars(draft)
    return rest_from(found["rest_taken"], found["rest_since"])


def rest_from(taken: object, since: object) -> Rest:
    return Rest(taken if isinstance(taken, timedelta) else timedelta(0), since if isinstance(since, datetime) else None)


def rests_of(assignment: Assignment) -> dict[int, Rest]:
    """Give the breaks of every open draft that has any, by the draft's key, in one statement."""
    found: dict[int, list[tuple[datetime, datetime | None]]] = {}
    rows = RestBreak.objects.filter(draft__in=assignment.drafts.open())
    for draft, began_at, ended_at in rows.order_by("began_at", "pk").values_list("draft_id", "began_at", "ended_at"):
        found.setdefault(draft, []).append((began_at, ended_at))
    return {draft: rest_of_breaks(breaks) for draft, breaks in found.items()}
