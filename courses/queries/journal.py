"""Where the journal's page gets its entries."""

from django.db.models import QuerySet

from courses.models import Entry, User
from courses.permissions import visible_entries


def newest_entries(user: User, *, verb: str = "", kind: str = "") -> QuerySet[Entry]:
    """List the journal, newest first, perhaps of one verb or one kind of thing."""
    entries = visible_entries(user).select_related("actor", "reason")
    if verb:
        entries = entries.filter(verb=verb)
    if kind:
        entries = entries.filter(subject_kind=kind)
    return entries.order_by("-pk")
