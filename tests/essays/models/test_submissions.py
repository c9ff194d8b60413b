from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from essays.models import Origin, Reading, Submission
from tests.essays.writing import TUESDAY, save, submit


@pytest.fixture
def submission(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)
    return Submission.objects.get()


def another(draft, **fields):
    values = {"revision_n": 1, "sha256": "0" * 64, "words": 1, "key": uuid4(), "declared": True}
    values |= {"submitted_at": TUESDAY, "receipt_number": f"R-{uuid4().hex[:8]}"}
    return Submission.objects.create(draft=draft, **values | fields)


def test_one_hand_in_of_a_draft_counts(submission):
    with pytest.raises(IntegrityError), transaction.atomic():
        another(submission.draft)


def test_a_withdrawn_one_makes_room(submission):
    Submission.objects.update(withdrawn_at=TUESDAY)

    assert another(submission.draft).is_current


@pytest.mark.parametrize("field", ["key", "receipt_number"])
def test_keys_and_receipts_are_given_once(submission, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        another(submission.draft, withdrawn_at=TUESDAY, **{field: getattr(submission, field)})


def test_a_student_hands_in_with_a_declaration_only(submission):
    with pytest.raises(IntegrityError), transaction.atomic():
        another(submission.draft, withdrawn_at=TUESDAY, declared=False, origin=Origin.STUDENT)


@pytest.mark.parametrize("field", ["words", "sha256", "submitted_at", "receipt_number", "origin", "revision_n"])
def test_what_was_handed_in_is_never_rewritten(submission, field):
    value = {"words": 9, "revision_n": 9, "submitted_at": TUESDAY.replace(year=2020)}.get(field, "collected")

    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.update(**{field: value})


def test_what_was_handed_in_is_never_deleted(submission):
    Reading.objects.all().delete()

    with pytest.raises(DatabaseError), transaction.atomic():
        Submission.objects.all().delete()


def test_a_reading_is_never_rewritten(submission):
    with pytest.raises(DatabaseError), transaction.atomic():
        Reading.objects.update(text="Better.")
