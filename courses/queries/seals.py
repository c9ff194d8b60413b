"""Whether the journal is what was sealed."""

from collections.abc import Iterator

from courses.models import Entry, Seal
from courses.pure.seals import chain_hash

COLUMNS = (
    "pk",
    "at",
    "actor_id",
    "verb",
    "subject_kind",
    "subject_id",
    "assignment_id",
    "person_id",
    "before",
    "after",
)


def sealed_rows(first: int, last: int) -> Iterator[tuple[object, ...]]:
    """Give every column of the entries `first` to `last`, in order; reasons are not among them and can be erased."""
    entries = Entry.objects.filter(pk__gte=first, pk__lte=last).order_by("pk")
    return entries.values_list(*COLUMNS).iterator(chunk_size=1_000)


def newest_seal() -> Seal | None:
    return Seal.objects.order_by("-number").first()


def broken_seals() -> list[int]:
    """Number the seals that do not fit their entries or the seal before them; none where the journal is whole."""
    broken, previous_hash, covered = [], "", 0
    for number, seal in enumerate(Seal.objects.order_by("number").iterator(chunk_size=1_000), start=1):
        found = chain_hash(previous_hash, number, seal.first, seal.last, sealed_rows(seal.first, seal.last))
        place = (seal.number, seal.first, seal.previous_hash)
        if place != (number, covered + 1, previous_hash) or found != seal.hash:
            broken.append(seal.number)
        previous_hash, covered = seal.hash, seal.last
    return broken
