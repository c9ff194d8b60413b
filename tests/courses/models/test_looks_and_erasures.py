"""What the database refuses of looks, erasures and legal holds."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from courses.models import Erasure, LegalHold, Look
from tests.rows import MONDAY


def refused(make) -> str:
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        make()
    return str(refusal.value)


def test_a_look_is_kept_once_an_hour(teacher, student):
    row = {"viewer": teacher, "person": student, "kind": "answer", "about": "1:2:", "hour": MONDAY}
    Look.objects.create(**row)

    refused(lambda: Look.objects.create(**row))
    Look.objects.create(**row | {"hour": MONDAY + timedelta(hours=1)})
    Look.objects.create(**row | {"about": "1:3:"})
    assert Look.objects.count() == 3


def test_a_look_has_a_kind_that_is_known(teacher, student):
    said = refused(lambda: Look.objects.create(viewer=teacher, person=student, kind="peek", about="1", hour=MONDAY))

    assert "look_kind_known" in said


def test_an_erasure_ends_after_it_began(db):
    ends = MONDAY - timedelta(seconds=1)

    assert "erasure_ends_after_it_began" in refused(lambda: Erasure.objects.create(begun_at=MONDAY, ended_at=ends))


def test_a_person_is_held_once_at_a_time(student, admin):
    row = {"person": student, "placed_by": admin, "placed_at": MONDAY}
    LegalHold.objects.create(**row, lifted_at=MONDAY)
    LegalHold.objects.create(**row)

    refused(lambda: LegalHold.objects.create(**row))
    assert LegalHold.objects.count() == 2
