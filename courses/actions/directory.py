"""Opening an account again that was deactivated. Deactivating one is with what hangs on it, in results."""

from django.db import transaction

from courses.actions.journal import write_entry
from courses.kernel.access import require
from courses.kernel.errors import Refusal
from courses.models import User
from courses.permissions import may_manage_accounts


class ActiveAlready(Refusal):
    message = "This account is active: there is nothing to bring back."


class MergedAway(Refusal):
    message = "This account was merged into another one, which its person uses now. It stays closed."


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
