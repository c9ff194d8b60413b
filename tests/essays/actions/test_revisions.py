from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from courses.kernel import clock
from essays.actions.revisions import restore_revision
from essays.models import Revision
from essays.pure.drafts import Branched, Quarantined, Saved
from tests.essays.writing import AFTER_CLOSE, save

LONG = "A sentence that will be missed when it is gone. " * 30


@pytest.fixture
def two(draft, student):
    """A draft with a long version, then a short one that its author cut by hand."""
    save(draft, student, LONG)
    save(draft, student, "Short.", base=1, intent="user")
    return draft


def test_an_earlier_version_becomes_the_newest_and_nothing_is_lost(two, student):
    kept = restore_revision(two, 1, base=2, key=uuid4(), by=student)

    assert isinstance(kept, Saved)
    assert kept.n == 3
    assert [one.text for one in two.revisions.order_by("n")] == [LONG, "Short.", LONG]


def test_a_short_version_comes_back_without_being_doubted(two, student):
    restore_revision(two, 1, base=2, key=uuid4(), by=student)

    kept = restore_revision(two, 2, base=3, key=uuid4(), by=student)

    assert isinstance(kept, Saved)


def test_a_stale_page_brings_nothing_back_over_newer_words(two, student):
    kept = restore_revision(two, 1, base=1, key=uuid4(), by=student)

    two.refresh_from_db()
    assert isinstance(kept, Branched)
    assert two.head == 2


def test_after_the_end_nothing_is_brought_back(two, student):
    with clock.at(AFTER_CLOSE):
        kept = restore_revision(two, 1, base=2, key=uuid4(), by=student)

    assert isinstance(kept, Quarantined)


def test_a_version_that_is_not_there_is_not_there(two, student):
    with pytest.raises(Revision.DoesNotExist):
        restore_revision(two, 99, base=2, key=uuid4(), by=student)


def test_nobody_else_brings_a_version_back(two, classmate):
    with pytest.raises(PermissionDenied):
        restore_revision(two, 1, base=2, key=uuid4(), by=classmate)
