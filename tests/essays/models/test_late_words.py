"""A decision about late words: one a text, with a reason, never changed and never taken back."""

from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from essays.models import LateDecision, Revision, RevisionKind
from tests.essays.writing import TUESDAY


@pytest.fixture
def late(draft):
    values = {"key": uuid4(), "sha256": "0" * 64, "body": b"", "words": 1, "saved_at": TUESDAY, "keep": True}
    return Revision.objects.create(draft=draft, n=1, parent_n=0, kind=RevisionKind.QUARANTINE, **values)


def decide(late, teacher, **changed):
    values = {"revision": late, "taken": True, "reason": "Why.", "decided_by": teacher, "decided_at": TUESDAY}
    return LateDecision.objects.create(**values | changed)


def test_a_text_is_decided_about_once(late, teacher):
    decide(late, teacher)

    with pytest.raises(IntegrityError), transaction.atomic():
        decide(late, teacher, taken=False)


def test_a_decision_has_a_reason(late, teacher):
    with pytest.raises(IntegrityError), transaction.atomic():
        decide(late, teacher, reason="")


def test_a_decision_is_never_changed_or_taken_back(late, teacher):
    decision = decide(late, teacher)

    with pytest.raises(DatabaseError), transaction.atomic():
        LateDecision.objects.filter(pk=decision.pk).update(taken=False)
    with pytest.raises(DatabaseError), transaction.atomic():
        decision.delete()


def test_it_tells_nothing_private(late, teacher):
    assert str(decide(late, teacher)) == f"decision on revision {late.pk}"
