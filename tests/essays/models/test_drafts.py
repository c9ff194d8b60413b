import pytest
from django.db import IntegrityError, transaction

from essays.models import Draft, DraftState
from tests.rows import MONDAY


def begin(assignment, author, **fields):
    return Draft.objects.create(
        assignment=assignment, author=author, started_at=MONDAY, grace_until=assignment.closes_at, **fields
    )


@pytest.mark.parametrize(
    "broken",
    [
        {"head": 1},
        {"head_sha256": "0" * 64},
        {"head": 2, "latest": 1, "head_sha256": "0" * 64},
        {"state": "lost"},
    ],
    ids=["a head without its hash", "a hash without a head", "a head beyond the latest", "an unknown state"],
)
def test_the_database_refuses_a_draft_with(assignment, student, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        begin(assignment, student, **broken)


def test_a_person_writes_one_draft_at_a_time(assignment, student):
    begin(assignment, student)

    with pytest.raises(IntegrityError), transaction.atomic():
        begin(assignment, student, number=2)


def test_a_next_draft_may_begin_once_the_first_is_closed(assignment, student):
    begin(assignment, student, state=DraftState.SUBMITTED)

    assert begin(assignment, student, number=2).is_open


def test_a_number_is_given_once(assignment, student):
    begin(assignment, student, state=DraftState.SUBMITTED)

    with pytest.raises(IntegrityError), transaction.atomic():
        begin(assignment, student, state=DraftState.SUBMITTED)


def test_every_draft_has_a_journal_key_of_its_own(assignment, student, classmate):
    one, other = begin(assignment, student), begin(assignment, classmate)

    assert len(bytes(one.journal_key)) == 32
    assert bytes(one.journal_key) != bytes(other.journal_key)
