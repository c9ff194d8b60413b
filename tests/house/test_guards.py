"""Records stay as they are: raw SQL is tried on every guarded table of the database the tests run on."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, models, transaction

from courses.kernel import clock
from courses.kernel.guards import MESSAGE, Guard, declared_guards, missing_guards
from courses.models import Entry, Erasure, LegalHold, Look, Seal
from essays.models import Revision
from marking.actions.identity import open_identity
from marking.models import KeptBatch
from results.models import Adjustment, MarkShown
from rubrics.models import GradeWord, KeyMap, Rubric, RubricVersion, VersionMap
from tests.rows import MONDAY, prompt_with_sources
from tests.worlds import LivedIn, lived_in

GUARDS = {model._meta.label_lower: (model, guard) for model, guard in declared_guards(apps)}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker) -> Iterator[LivedIn]:
    """The lived-in school, and a row of every guarded table it has none of."""
    with django_db_blocker.unblock(), transaction.atomic():
        lived = lived_in()
        with clock.at(MONDAY + timedelta(days=1)):
            open_identity(lived.paper, reason="She asked for it.", by=lived.people["teacher"])
        prompt_with_sources()
        first = Entry.objects.order_by("pk").values_list("pk", flat=True)[0]
        teacher = lived.people["teacher"]
        Look.objects.create(viewer=teacher, person=lived.people["student"], kind="answer", about="1", hour=MONDAY)
        Erasure.objects.create(person_public_id=uuid4(), by=teacher, begun_at=MONDAY, ended_at=MONDAY)
        LegalHold.objects.create(person=lived.people["classmate"], placed_by=teacher, placed_at=MONDAY)
        Seal.objects.create(number=9_000, first=first, last=first, hash="0" * 64, sealed_at=MONDAY)
        KeptBatch.objects.create(marking=lived.marking, key=uuid4(), base=0, head=1, mutations=[], kept_at=MONDAY)
        Adjustment.objects.create(outcome=lived.outcome, position=9, kind="late", points=-1, reason="Late.")
        MarkShown.objects.create(submission=lived.outcome.submission, shown_at=MONDAY)
        version = RubricVersion.objects.create(
            rubric=Rubric.objects.create(slug="with-words", title="With words"), number=1, total=10, created_at=MONDAY
        )
        GradeWord.objects.create(version=version, at_least=5, word="Enough")
        RubricVersion.objects.filter(pk=version.pk).update(state="published", published_at=MONDAY)
        confirmed = VersionMap.objects.create(
            old=lived.outcome.rubric_version, new=version, confirmed_by=lived.people["teacher"], confirmed_at=MONDAY
        )
        KeyMap.objects.create(map=confirmed, criterion="E1", to_criterion="E1")
        head = Revision.objects.get(draft=lived.draft)
        Revision.objects.create(
            **{name: getattr(head, name) for name in ("draft", "sha256", "body", "words", "saved_at")},
            n=99,
            parent_n=1,
            key=uuid4(),
            kind="branch",
            keep=True,
        )
        yield lived
        transaction.set_rollback(True)


def run(sql: str, values: list[Any]) -> str:
    """Run one statement and take it back; give the database's objection, or nothing."""
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(sql, values)
                assert cursor.rowcount == 1, sql
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


def rows_where(model: type[models.Model], condition: str) -> list[int]:
    """Give the rows that a guard's condition, SQL about {row}, holds for."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{table}" WHERE {condition.format(row=table) or "1 = 1"}')  # noqa: S608
        return [pk for (pk,) in cursor.fetchall()]


def another(field: models.Field, old: Any) -> Any:
    """Give a value that this column could hold and does not."""
    if field.choices:
        return next(key for key, _ in field.choices if key not in (old, "draft"))
    if isinstance(field, models.ForeignKey | models.AutoField):
        return (old or 0) + 1
    if isinstance(field, models.DecimalField | models.IntegerField):
        return (old or 0) + 1
    kinds: list[tuple[Any, Any]] = [
        (models.BooleanField, not old),
        (models.DateTimeField, MONDAY + timedelta(days=77)),
        (models.UUIDField, uuid4()),
        (models.JSONField, {"changed": True}),
        (models.BinaryField, b"changed"),
    ]
    words = "#" if field.max_length == 1 else f"{str(old)[:5]}#"
    return next((value for kind, value in kinds if isinstance(field, kind)), words)


def update(model: type[models.Model], pk: int, field: models.Field) -> str:
    """Try to give one column of one row another value."""
    old = model.objects.filter(pk=pk).values_list(field.attname, flat=True)[0]
    value = field.get_db_prep_save(another(field, old), connection)
    return run(f'UPDATE "{model._meta.db_table}" SET "{field.column}" = %s WHERE id = %s', [value, pk])  # noqa: S608


def delete(model: type[models.Model], pk: int) -> str:
    return run(f'DELETE FROM "{model._meta.db_table}" WHERE id = %s', [pk])  # noqa: S608


def insert_copy(model: type[models.Model], pk: int) -> str:
    """Try to put a row like this one beside it."""
    table = model._meta.db_table
    columns = ", ".join(f'"{one.column}"' for one in model._meta.local_concrete_fields if not one.primary_key)
    return run(f'INSERT INTO "{table}" ({columns}) SELECT {columns} FROM "{table}" WHERE id = %s', [pk])  # noqa: S608


def fields_of(model: type[models.Model], guard: Guard) -> tuple[list[models.Field], list[models.Field]]:
    """Part a model's columns into the frozen and those that may change."""
    fields = model._meta.local_concrete_fields
    return [f for f in fields if f.name not in guard.may_change], [f for f in fields if f.name in guard.may_change]


@pytest.mark.django_db
def test_every_declared_guard_has_a_record_to_be_tried_on(world):
    tried = [model for model, guard in GUARDS.values() if rows_where(model, guard.frozen_when)]

    assert len(tried) == len(GUARDS) == len(declared_guards(apps))
    assert len(tried) >= 24


@pytest.mark.django_db
def test_no_trigger_is_missing(world):
    assert missing_guards(apps) == []


@pytest.mark.django_db
@pytest.mark.parametrize("label", GUARDS)
def test_no_frozen_column_of_a_record_changes(world, label):
    model, guard = GUARDS[label]
    frozen, _ = fields_of(model, guard)
    rows = rows_where(model, guard.frozen_when)

    changed = [field.name for field in frozen if MESSAGE not in update(model, rows[0], field)]

    assert changed == []
    assert frozen


@pytest.mark.django_db
@pytest.mark.parametrize("label", GUARDS)
def test_what_is_named_may_still_change(world, label):
    model, guard = GUARDS[label]
    _, free = fields_of(model, guard)
    row = rows_where(model, guard.frozen_when)[0]

    refused = {field.name: said for field in free if (said := update(model, row, field))}

    assert refused == {}
    assert len(free) == len(guard.may_change)


@pytest.mark.django_db
@pytest.mark.parametrize("label", GUARDS)
def test_no_record_is_deleted_but_where_that_is_allowed(world, label):
    model, guard = GUARDS[label]
    row = rows_where(model, guard.delete_when or guard.frozen_when)

    said = delete(model, row[0])

    assert (MESSAGE in said) is not guard.may_delete


ERASABLE = [label for label, (_, guard) in GUARDS.items() if guard.may_erase or guard.may_erase_rows]


@pytest.mark.django_db
@pytest.mark.parametrize("label", ERASABLE)
def test_what_is_named_goes_while_an_erasure_is_under_way_and_nothing_else(world, label):
    model, guard = GUARDS[label]
    frozen, _ = fields_of(model, guard)
    row = rows_where(model, guard.frozen_when)[0]
    kept = rows_where(model, guard.delete_when or guard.frozen_when)[0]

    with transaction.atomic():
        Erasure.objects.create(begun_at=MONDAY)
        stay = {field.name for field in frozen if MESSAGE in update(model, row, field)}
        deleted = MESSAGE not in delete(model, kept)
        transaction.set_rollback(True)

    assert stay == {field.name for field in frozen} - set(guard.may_erase)
    assert deleted is guard.may_erase_rows
    assert len(ERASABLE) >= 7


@pytest.mark.django_db
@pytest.mark.parametrize("label", [label for label, (_, guard) in GUARDS.items() if guard.sealed_insert])
def test_nothing_is_added_to_what_is_published(world, label):
    model, guard = GUARDS[label]
    row = rows_where(model, guard.frozen_when)[0]

    assert MESSAGE in insert_copy(model, row)


@pytest.mark.django_db
def test_a_draft_may_still_change(world):
    version = RubricVersion.objects.create(
        rubric=Rubric.objects.create(slug="a-draft", title="A draft"), number=1, total=10, created_at=MONDAY
    )
    word = GradeWord.objects.create(version=version, at_least=5, word="Enough")

    assert update(GradeWord, word.pk, GradeWord._meta.get_field("word")) == ""
    assert MESSAGE not in insert_copy(GradeWord, word.pk)
    assert delete(GradeWord, word.pk) == ""
