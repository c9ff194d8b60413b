"""Writing down who on the staff read what of whose work: once an hour, cheaply."""

from typing import Any

from django.core.cache import caches

from courses.kernel.clock import now
from courses.models import Look, LookKind, User

HOUR = 3600


def keep_look(
    kind: LookKind, *, by: User, person: User | None = None, assignment_id: int | None = None, thing: Any = ""
) -> None:
    """Keep that somebody reads something of a person's work, or, without a person, of a whole class's.

    One's own work is nobody's look. Within the hour a second look at the same thing costs no statement in this process
    and writes nothing anywhere. `thing` tells two of the same kind apart; ids only.
    """
    if person is not None and person.pk == by.pk:
        return
    hour = now().replace(minute=0, second=0, microsecond=0)
    about = f"{person.public_id if person else ''}:{assignment_id or ''}:{thing}"[:120]
    known = f"look:{by.pk}:{kind}:{about}:{hour:%Y%m%d%H}"
    if caches["memory"].get(known):
        return
    row = Look(viewer=by, person=person, assignment_id=assignment_id, kind=kind, about=about, hour=hour)
    Look.objects.bulk_create([row], ignore_conflicts=True)
    caches["memory"].set(known, kind, HOUR)
