from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from essays.models import Draft, Revision, RevisionKind
from tests.essays.writing import TUESDAY, save, submit


def keep(draft, n, **fields):
    values = {"parent_n": n - 1, "key": uuid4(), "sha256": "0" * 64, "body": b"", "words": 1, "saved_at": TUESDAY}
    return Revision.objects.create(draft=draft, n=n, **values | fields)


def test_a_number_and_a_key_are_given_once(draft):
    first = keep(draft, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        keep(draft, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(draft, 2, key=first.key)


@pytest.mark.parametrize("broken", [{"n": 0}, {"n": 1, "kind": "lost"}])
def test_the_database_refuses_what_is_no_revision(draft, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        keep(draft, broken.pop("n"), parent_n=0, **broken)


def test_a_revision_is_never_rewritten(draft):
    keep(draft, 1)

    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.update(words=99)


def test_what_is_kept_for_good_is_never_deleted(draft):
    keep(draft, 1, kind=RevisionKind.BRANCH, keep=True)

    with pytest.raises(DatabaseError), transaction.atomic():
        Revision.objects.all().delete()


@pytest.mark.parametrize("text", ["", "Words.", "é👩🏽‍🚀\n" * 500])
def test_a_text_comes_out_as_it_went_in(draft, text):
    keep(draft, 1, body=Revision.packed(text))

    assert Revision.objects.get().text == text


# ---------------------------------------------------------------- what may be thinned out
def thinned(draft, at):
    left = Revision.objects.superfluous(draft, at).values_list("n", flat=True)
    return sorted(left)


def test_the_newest_twenty_are_never_superfluous(draft):
    for n in range(1, 21):
        keep(draft, n)
    Draft.objects.update(latest=20)
    draft.refresh_from_db()

    assert thinned(draft, TUESDAY) == []


def test_of_older_ones_the_newest_of_each_minute_stays(draft):
    for n in range(1, 25):
        keep(draft, n, saved_at=TUESDAY + timedelta(seconds=25 * n))
    Draft.objects.update(latest=24)
    draft.refresh_from_db()

    assert thinned(draft, TUESDAY + timedelta(minutes=10)) == [1, 3]


def test_after_an_hour_the_newest_of_five_minutes_stays(draft):
    for n in range(1, 27):
        keep(draft, n, saved_at=TUESDAY + timedelta(minutes=n))
    Draft.objects.update(latest=26)
    draft.refresh_from_db()

    assert thinned(draft, TUESDAY + timedelta(hours=5)) == [1, 2, 3, 5]


def test_what_was_handed_in_is_never_superfluous(draft, student):
    save(draft, student, "Handed in.")
    draft.refresh_from_db()
    submit(draft, student)
    for n in range(2, 30):
        keep(draft, n)
    Draft.objects.update(latest=29)
    draft.refresh_from_db()

    found = thinned(draft, TUESDAY)

    assert 1 not in found
    assert found == list(range(2, 9))
