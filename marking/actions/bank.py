"""What happens when somebody says how they keep the comment bank at the desk."""

from django.db import transaction

from courses.models import User
from marking.pure.bank import DECLINED_MOST, bank_settings_from, words_hash


@transaction.atomic
def keep_bank_settings(*, mine_only: bool | None = None, declined: tuple[str, str] | None = None, by: User) -> None:
    """Offer only one's own comments, or all again; never ask again about words, given with their criterion.

    What is None stays as it was. Of words only a hash is kept, and of many the last few hundred.
    """
    person = User.objects.select_for_update().get(pk=by.pk)
    settings = bank_settings_from(person.marking_keys)
    hashes = [one for one in settings.declined if declined is None or one != words_hash(*declined)]
    hashes += [] if declined is None else [words_hash(*declined)]
    bank = {
        "mine_only": settings.mine_only if mine_only is None else mine_only,
        "declined": hashes[-DECLINED_MOST:],
    }
    kept = person.marking_keys if isinstance(person.marking_keys, dict) else {}
    person.marking_keys = by.marking_keys = {**kept, "bank": bank}
    person.save(update_fields=["marking_keys"])
