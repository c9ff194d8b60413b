"""A button pressed twice at the same moment: the second press waits for the first, and is told what it did."""

from uuid import uuid4

import pytest

from marking.actions.offline import TakenAlready, take_offline
from marking.models import Allotment, OfflineFile
from tests.at_once import needs_two_writers, while_the_other_waits
from tests.worlds import class_with_papers


@needs_two_writers
@pytest.mark.django_db(transaction=True)
def test_a_workbook_that_is_taken_twice_at_once_is_taken_once():
    made = class_with_papers()
    assignment, marker, key = made["assignment"], made["marker"], uuid4()

    def take() -> None:
        take_offline(assignment, more=1, key=key, by=marker)

    failed = while_the_other_waits(take, take)

    assert [type(one) for one in failed] == [TakenAlready]
    assert OfflineFile.objects.get().public_id == key
    assert Allotment.objects.filter(marker=marker).count() == 1
