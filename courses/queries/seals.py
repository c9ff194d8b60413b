"""Whether the journal is what was sealed."""

from collections.abc import Iterator
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Broken:
    """A seal that does not hold, the entries it covers, and in which way, as a clause."""

    number: int
    first: int
    last: int
    why: str


CHANGED = "its entries are not what was sealed: one was changed, added or taken away"
LOOSE = "it does not follow the seal before it: a seal was changed, added or taken away"


def broken_seals() -> list[int]:
    """Number the seals that do not fit their entries or the seal before them; none where the journal is whole."""
    return [one.number for one in faults_of_seals()]


def faults_of_seals() -> list[Broken]:
    """Read the whole journal, once, and say which seals are broken and how."""
    broken, previous_hash, covered = [], "", 0
    for number, seal in enumerate(Seal.objects.order_by("number").iterator(chunk_size=1_000), start=1):
        found = chain_hash(previous_hash, number, seal.first, seal.last, sealed_rows(seal.first, seal.last))
        if (seal.number, seal.first, seal.previous_hash) != (number, covered + 1, previous_hash):
            broken.append(Broken(seal.number, seal.first, seal.last, LOOSE))
        elif found != seal.hash:
            broken.append(Broken(seal.number, seal.first, seal.last, CHANGED))
        previous_hash, covered = seal.hash, seal.last
    return broken


def holds_seal(hash: str) -> bool:  # noqa: A002  # it is one
    """Tell whether a seal noted down elsewhere is still in the chain: a chain cut short has no fault but this."""
    return Seal.objects.filter(hash=hash.strip().lower()).exists()


def unsealed_count() -> int:
    """Count the entries that wait for the next seal."""
    newest = newest_seal()
    return Entry.objects.filter(pk__gt=newest.last if newest else 0).count()
