"""An admin's support view: looking at pages as somebody else sees them, for half an hour, changing nothing."""

from datetime import datetime, timedelta

from django.db import transaction

from courses.actions.journal import write_entry
from courses.actions.looks import keep_look
from courses.kernel.access import require
from courses.kernel.clock import now
from courses.kernel.errors import Refusal
from courses.models import LookKind, User
from courses.permissions import may_see_as

LASTS = timedelta(minutes=30)


class ReasonForLookingMissing(Refusal):
    message = "Say why you look: the reason is kept in the journal, and the person can read that you looked."


@transaction.atomic
def begin_support_view(person: User, *, reason: str, by: User) -> datetime:
    """Note that an admin looks as this person, and why; give when it ends by itself."""
    require(may_see_as(by, person))
    if not reason.strip():
        raise ReasonForLookingMissing
    until = now() + LASTS
    write_entry("begin_support_view", person, by=by, person_id=person.pk, reason=reason.strip())
    keep_look(LookKind.SUPPORT, by=by, person=person)
    return until


@transaction.atomic
def end_support_view(person: User, *, by: User) -> None:
    """Note that an admin has stopped looking as this person."""
    require(by.is_staff)
    write_entry("end_support_view", person, by=by, person_id=person.pk)
