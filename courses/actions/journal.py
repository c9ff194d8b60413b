"""Writing the journal: what changed, by whom, when; in the transaction that changed it."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from courses.kernel.clock import now
from courses.models import Entry, EntryReason, User


def write_entry(
    verb: str,
    subject: Any,
    *,
    by: User | None,
    before: str = "",
    after: str = "",
    assignment_id: int | None = None,
    person_id: int | None = None,
    reason: str = "",
) -> Entry:
    """Add one entry about `subject` (a saved row). `verb` is the action's name, or named like one: verb and noun.

    `before` and `after` are states, ids or hashes: never words. `by` is None for the system. `reason` is a person's
    words and goes to a row of its own that can be erased. Must be called inside the transaction of the change, so that
    neither stands without the other.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The journal is written in the transaction that changes the state.")
    entry = Entry.objects.create(
        at=now(),
        actor=by,
        verb=verb,
        subject_kind=subject._meta.label_lower,
        subject_id=str(getattr(subject, "public_id", subject.pk)),
        assignment_id=assignment_id,
        person_id=person_id,
        before=before[:200],
        after=after[:200],
    )
    if reason:
        EntryReason.objects.create(entry=entry, text=reason)
    return entry


def write_entries(
    verb: str, subjects: Sequence[Any], *, by: User | None, after: Sequence[str], people: Sequence[int]
) -> None:
    """Add one entry about each of `subjects`, with its `after` and its person, in few statements: for whole lists."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("The journal is written in the transaction that changes the state.")
    Entry.objects.bulk_create(
        [
            Entry(
                at=now(),
                actor=by,
                verb=verb,
                subject_kind=subject._meta.label_lower,
                subject_id=str(getattr(subject, "public_id", subject.pk)),
                person_id=person,
                after=state[:200],
            )
            for subject, state, person in zip(subjects, after, people, strict=True)
        ],
        batch_size=500,
    )
