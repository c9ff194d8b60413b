"""Closing and opening an account: nothing of the person is lost, and nobody is signed in as them."""

from django.db import transaction
from django.db.models import Q

from courses.actions.accounts import end_sessions
from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import User
from courses.permissions import may_deactivate, may_manage_accounts
from courses.queries.directory import is_last_admin


class ReasonForAccountMissing(Refusal):
    message = "Say why: the reason is kept in the journal."


class LastAdmin(Refusal):
    message = "This is the only admin. Make somebody else an admin first, or nobody could manage this site."


class DeactivatedAlready(Refusal):
    message = "This account is deactivated already."


class ActiveAlready(Refusal):
    message = "This account is active: there is nothing to bring back."


class MergedAway(Refusal):
    message = "This account was merged into another one, which its person uses now. It stays closed."


@transaction.atomic
def deactivate_person(person: User, *, reason: str, by: User) -> None:
    """Let nobody sign in as this person any more, and end their sessions; everything of theirs stays as it is."""
    require(may_deactivate(by, person))
    admins = User.objects.select_for_update().filter(Q(is_staff=True) | Q(pk=person.pk)).order_by("pk")
    held = {one.pk: one for one in admins}[person.pk]  # of two admins who close each other's, one finds no other left
    if not reason.strip():
        raise ReasonForAccountMissing
    if not held.is_active:
        raise DeactivatedAlready
    if is_last_admin(held):
        raise LastAdmin
    held.is_active = False
    held.save(update_fields=["is_active"])
    end_sessions(held, by=by)
    write_entry(
        "deactivate_person",
        held,
        by=by,
        before="active",
        after="deactivated",
        person_id=held.pk,
        reason=reason.strip(),
    )


@transaction.atomic
def reactivate_person(person: User, *, by: User) -> None:
    """Let this person sign in again, with the password they had."""
    require(may_manage_accounts(by))
    held = User.objects.select_for_update().get(pk=person.pk)
    if held.merged_into_id is not None:
        raise MergedAway
    if held.is_active:
        raise ActiveAlready
    held.is_active = True
    held.save(update_fields=["is_active"])
    write_entry("reactivate_person", held, by=by, before="deactivated", after="active", person_id=held.pk)
