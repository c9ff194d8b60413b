"""Sealing: every entry once, in a chain, and whatever changes behind the guard is found."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection

from courses.actions.seals import seal_journal, seal_journal_when_due
from courses.kernel import clock
from courses.kernel.guards import declared_guards
from courses.models import Entry, Seal
from courses.queries.seals import broken_seals
from tests.rows import MONDAY


@pytest.fixture
def entries(db, admin) -> list[Entry]:
    values = {"verb": "set_password", "subject_kind": "courses.enrolment", "subject_id": "1", "actor": admin}
    return [Entry.objects.create(at=MONDAY + timedelta(minutes=n), after=f"state-{n}", **values) for n in range(6)]


@pytest.fixture
def later() -> Iterator[None]:
    with clock.at(MONDAY + timedelta(hours=1)):
        yield


def without_guard(label: str) -> None:
    """Do what somebody with the database's password could: take the trigger away."""
    model, guard = next((m, g) for m, g in declared_guards(apps) if m._meta.label_lower == label)
    with connection.cursor() as cursor:
        for statement in guard.drop_statements(model, connection):
            cursor.execute(statement)


def test_sealing_covers_every_entry_once(entries, later):
    assert (seal_journal(), seal_journal()) == (1, 0)

    seal = Seal.objects.get()
    assert (seal.number, seal.first, seal.last, seal.previous_hash) == (1, 1, entries[-1].pk, "")
    assert broken_seals() == []


def test_the_next_seal_continues_the_chain(entries, later, admin):
    seal_journal()
    Entry.objects.create(at=MONDAY, verb="set_password", subject_kind="x", subject_id="1", actor=admin)

    seal_journal()

    first, second = Seal.objects.order_by("number")
    assert (second.number, second.first, second.previous_hash) == (2, first.last + 1, first.hash)
    assert broken_seals() == []


def test_entries_of_the_last_minutes_wait(entries):
    with clock.at(entries[3].at + timedelta(minutes=5)):
        seal_journal()

    assert Seal.objects.get().last == entries[3].pk


@pytest.mark.parametrize("change", [{"after": "state-3 "}, {"actor": None}, {"at": MONDAY}, {"subject_id": "2"}])
def test_a_small_change_behind_the_guard_is_found(entries, later, change):
    seal_journal()
    without_guard("courses.entry")

    Entry.objects.filter(pk=entries[3].pk).update(**change)

    assert broken_seals() == [1]


def test_an_entry_taken_away_or_put_between_is_found(entries, later, admin):
    seal_journal()
    without_guard("courses.entry")

    Entry.objects.filter(pk=entries[2].pk).delete()
    assert broken_seals() == [1]

    Entry.objects.filter(pk=entries[2].pk).delete()
    with pytest.raises(CommandError, match="Seal 1 is broken"):
        call_command("journal", "verify")


def test_a_seal_made_anew_breaks_the_one_after_it(entries, later, admin):
    seal_journal()
    Entry.objects.create(at=MONDAY, verb="set_password", subject_kind="x", subject_id="1", actor=admin)
    seal_journal()
    without_guard("courses.seal")

    Seal.objects.filter(number=1).update(hash="0" * 64)

    assert broken_seals() == [1, 2]


def test_the_sweep_seals_once_an_hour(entries, admin):
    def one_more(hours: float) -> int:
        moment = MONDAY + timedelta(hours=hours)
        Entry.objects.create(at=moment - timedelta(minutes=10), verb="x", subject_kind="x", subject_id="1", actor=admin)
        with clock.at(moment):
            return seal_journal_when_due()

    assert [one_more(1), one_more(1.5), one_more(2.1)] == [1, 0, 1]


def test_the_commands_seal_and_check(entries, later, capsys):
    call_command("journal", "seal")
    call_command("journal", "verify")

    newest = Seal.objects.get()
    assert capsys.readouterr().out.splitlines() == [
        "1 seal made.",
        f"The journal is what was sealed: 1 seal, 0 entries wait for the next. Newest seal: 1 {newest.hash}",
    ]


def test_a_chain_cut_short_is_found_by_a_seal_noted_elsewhere(entries, later, admin):
    seal_journal()
    Entry.objects.create(at=MONDAY, verb="set_password", subject_kind="x", subject_id="1", actor=admin)
    seal_journal()
    noted = Seal.objects.get(number=2).hash
    call_command("journal", "verify", "--noted", noted)
    without_guard("courses.seal")
    without_guard("courses.entry")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM courses_seal WHERE number = 2")
        cursor.execute("DELETE FROM courses_entry WHERE verb = 'set_password' AND subject_kind = 'x'")

    call_command("journal", "verify")
    with pytest.raises(CommandError, match="not in the chain"):
        call_command("journal", "verify", "--noted", noted)
