"""What happens to a place that is taken, fetched ahead, let go or freed: leases, and reservations that bind nobody."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, Q, Value, When

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import User
from courses.permissions import may_teach
from essays.models import Assignment
from marking.models import Allotment, AllotmentState, Marking, Paper
from marking.permissions import may_mark
from marking.pure.scopes import WHOLE, Scope
from marking.queries.leases import Turn

LEASE = timedelta(minutes=15)
RENEWED_BELOW = timedelta(minutes=10)
RESERVATION = timedelta(seconds=90)
AHEAD = 2
"""How many papers a desk fetches ahead."""


class NobodyHoldsIt(Refusal):
    message = "Nobody holds this paper now. Whoever may mark it can take it up."


# ---------------------------------------------------------------- leases
def take_lease(place: Allotment, by: User, moment: datetime) -> bool:
    """Take a place with one conditional UPDATE: of two who try at once, one gets it. A reservation ends with it."""
    got = (
        Allotment.objects.filter(pk=place.pk, state__in=[AllotmentState.WAITING, AllotmentState.OPEN])
        .free_for(by, moment)
        .update(
            leased_by=by,
            lease_until=moment + LEASE,
            state=AllotmentState.OPEN,
            reserved_by=None,
            reserved_until=None,
        )
    )
    return got == 1


def renew_lease(place: Allotment, *, by: User, moment: datetime) -> bool:
    """Keep a paper for another quarter of an hour; False where somebody else has it now. Inside a transaction."""
    held = place.leased_by_id == by.pk and place.lease_until is not None
    if held and place.lease_until and place.lease_until - moment > RENEWED_BELOW:
        return True
    return take_lease(place, by, moment)


@transaction.atomic
def release_lease(marking: Marking, *, by: User) -> None:
    """Let a paper go before its lease ends: others may take it, the marking stays."""
    require(marking.marker_id == by.pk)
    Allotment.objects.filter(pk=marking.allotment_id, leased_by=by).update(leased_by=None, lease_until=None)


@transaction.atomic
def free_lease(paper: Paper, *, reason: str, by: User) -> int:
    """End the leases that run on a paper, for its teacher; the markings stay whose they are. Raises NobodyHoldsIt."""
    require(may_teach(by, paper.assignment.course))
    held = Allotment.objects.filter(paper=paper, lease_until__gt=now())
    holders = sorted(held.values_list("leased_by__public_id", flat=True))
    if not holders:
        raise NobodyHoldsIt
    held.update(leased_by=None, lease_until=None)
    told = ", ".join(map(str, holders))
    write_entry("free_lease", paper, by=by, before=told, assignment_id=paper.assignment_id, reason=reason)
    return len(holders)


# ---------------------------------------------------------------- reservations
@transaction.atomic
def reserve_next(assignment: Assignment, *, after: Paper, scope: Scope = WHOLE, by: User) -> list[Allotment]:
    """Give the next places after a paper, of one's own order, and reserve those that wait; nothing is taken up.

    For a minute and a half others are given something else first, as long as there is anything. What one reserved
    before is free again. No row is waited for: one that somebody else is taking just now is passed over.
    """
    require(may_mark(by, assignment))
    moment = now()
    found = Turn(by, assignment, moment, scope, after).places(AHEAD)
    ahead = Q(pk__in=[one.pk for one in found], state=AllotmentState.WAITING)
    here = ahead & (Q(reserved_by=None) | Q(reserved_by=by) | Q(reserved_until__lte=moment))
    touched = Allotment.objects.filter(Q(reserved_by=by, assignment=assignment) | here)
    Allotment.objects.filter(pk__in=touched.select_for_update(skip_locked=True).values("pk")).update(
        reserved_by=Case(When(ahead, then=Value(by.pk)), default=None),
        reserved_until=Case(When(ahead, then=Value(moment + RESERVATION)), default=None),
    )
    return found
