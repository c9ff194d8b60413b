"""What the database itself refuses of rest breaks."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from essays.models import RestBreak
from tests.rows import MONDAY


def test_one_break_at_a_time(draft):
    RestBreak.objects.create(draft=draft, began_at=MONDAY, ended_at=MONDAY)
    RestBreak.objects.create(draft=draft, began_at=MONDAY)

    with pytest.raises(IntegrityError, match="draft"), transaction.atomic():
        RestBreak.objects.create(draft=draft, began_at=MONDAY)


def test_a_break_does_not_end_before_it_began(draft):
    with pytest.raises(IntegrityError, match="rest_break_ends_after_it_began"), transaction.atomic():
        RestBreak.objects.create(draft=draft, began_at=MONDAY, ended_at=MONDAY - timedelta(seconds=1))
