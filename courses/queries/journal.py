"""Where the journal's page gets its entries; and a stamp by which pages know whether anything has changed."""

from django.db.models import Model, OuterRef, QuerySet, Subquery

from courses.models import Entry, User
from courses.permissions import visible_entries

STAMPED = 12
"""How many of the newest entries make up a stamp: more than transactions end at once."""


def newest_entries(user: User, *, verb: str = "", kind: str = "") -> QuerySet[Entry]:
    """List the journal, newest first, perhaps of one verb or one kind of thing."""
    entries = visible_entries(user).select_related("actor", "reason")
    if verb:
        entries = entries.filter(verb=verb)
    if kind:
        entries = entries.filter(subject_kind=kind)
    return entries.order_by("-pk")


def assignment_stamp(assignment_id: int) -> str:
    """Give a word that is another one as soon as the journal has something new about an assignment: one statement.

    It holds the newest entries one by one, because of two transactions at once the later may have the lower number.
    """
    newest = Entry.objects.filter(assignment_id=assignment_id).order_by("-id").values_list("id", flat=True)
    return "-".join(map(str, newest[:STAMPED]))


def stamp_columns(assignment: OuterRef) -> dict[str, Subquery]:
    """Give the columns that bring the stamps of several assignments along with their rows: no statement more."""
    newest = Entry.objects.filter(assignment_id=assignment).order_by("-id").values("id")
    return {f"stamp_{n}": Subquery(newest[n : n + 1]) for n in range(STAMPED)}


def stamp_in(row: Model) -> str:
    """Read the stamp out of a row that was loaded with `stamp_columns`."""
    found = (getattr(row, f"stamp_{n}") for n in range(STAMPED))
    return "-".join(str(one) for one in found if one is not None)
