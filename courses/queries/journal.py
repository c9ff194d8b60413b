"""A stamp by which pages know whether the journal has anything new."""

from django.db.models import Model, OuterRef, Subquery

from courses.models import Entry

STAMPED = 12
"""How many of the newest entries make up a stamp: more than transactions end at once."""


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
