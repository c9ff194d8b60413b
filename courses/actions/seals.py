"""Sealing the journal: its entries are bound, batch after batch, into a chain of hashes."""

from datetime import timedelta

from django.db import transaction

from courses.kernel.clock import now
from courses.models import Entry, Seal
from courses.pure.seals import chain_hash
from courses.queries.seals import newest_seal, sealed_rows

MOST = 2_000
"""How many entries one seal covers, so that sealing never holds the database for long."""

SETTLED = timedelta(minutes=5)
"""How old an entry is before it is sealed: an entry of a transaction still running may have a lower number."""

EVERY = timedelta(hours=1)


def seal_journal() -> int:
    """Seal every settled entry that is not sealed yet; return how many seals were made. Safe at any time."""
    made = 0
    while _seal_next():
        made += 1
    return made


def seal_journal_when_due() -> int:
    """Seal the journal where the newest seal is an hour old; return how many seals were made."""
    newest = newest_seal()
    return 0 if newest and now() - newest.sealed_at < EVERY else seal_journal()


@transaction.atomic
def _seal_next() -> bool:
    """Make the next seal, if there is anything to seal. Two workers at once: one makes it, the other finds it made."""
    newest = Seal.objects.select_for_update().order_by("-number").first()
    first = newest.last + 1 if newest else 1
    waiting = Entry.objects.filter(pk__gte=first).order_by("pk")
    fresh = waiting.filter(at__gt=now() - SETTLED).values_list("pk", flat=True).first()
    settled = waiting.filter(pk__lt=fresh) if fresh else waiting
    covered = list(settled.values_list("pk", flat=True)[:MOST])
    if not covered:
        return False
    number, previous_hash, last = (newest.number + 1, newest.hash, covered[-1]) if newest else (1, "", covered[-1])
    Seal.objects.create(
        number=number,
        first=first,
        last=last,
        previous_hash=previous_hash,
        hash=chain_hash(previous_hash, number, first, last, sealed_rows(first, last)),
        sealed_at=now(),
    )
    return True
