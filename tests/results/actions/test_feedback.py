"""*Next time I will…*: kept, changed, taken away; and where feedback comes first, what brings the mark for good."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from courses.kernel import clock
from courses.models import Entry
from essays.models import Assignment
from results.actions.feedback import LONGEST, ReflectionTooLong, write_reflection
from results.models import MarkShown, Reflection
from tests.rows import MONDAY

TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def submission(papers):
    return papers[0].submission


@pytest.fixture
def first(assignment):
    """Feedback comes before the mark."""
    assignment.mark_after_days = 3
    assignment.save()


def verbs():
    asked = ["write_reflection", "remove_reflection", "show_mark"]
    return list(Entry.objects.filter(verb__in=asked).order_by("pk").values_list("verb"))


def test_what_a_student_writes_is_kept_and_may_be_changed(submission, student):
    with clock.at(MONDAY):
        write_reflection(submission, text=" define it \n", by=student)
    with clock.at(TUESDAY):
        write_reflection(submission, text="define it twice", by=student)

    kept = Reflection.objects.get()
    assert (kept.text, kept.written_at) == ("define it twice", TUESDAY)
    assert verbs() == [("write_reflection",), ("write_reflection",)]


def test_empty_words_take_it_away(submission, student):
    write_reflection(submission, text="define it", by=student)

    assert write_reflection(submission, text=" \n", by=student) is None

    assert not Reflection.objects.exists()
    assert verbs() == [("write_reflection",), ("remove_reflection",)]


def test_too_long_a_promise_is_refused_and_nothing_kept(submission, student):
    with pytest.raises(ReflectionTooLong, match="2,000"):
        write_reflection(submission, text="x" * (LONGEST + 1), by=student)

    write_reflection(submission, text="x" * LONGEST, by=student)
    assert Reflection.objects.count() == 1


@pytest.mark.parametrize("who", ["classmate", "teacher", "marker", "admin"])
def test_nobody_else_writes_it(submission, who, request):
    with pytest.raises(PermissionDenied):
        write_reflection(submission, text="define it", by=request.getfixturevalue(who))


@pytest.mark.usefixtures("first")
def test_where_feedback_comes_first_the_first_words_bring_the_mark_once(submission, student):
    with clock.at(MONDAY):
        write_reflection(submission, text="define it", by=student)
    with clock.at(TUESDAY):
        write_reflection(submission, text="define it twice", by=student)

    assert MarkShown.objects.get().shown_at == MONDAY
    assert verbs() == [("write_reflection",), ("show_mark",), ("write_reflection",)]


@pytest.mark.usefixtures("first")
def test_the_mark_stays_shown_when_the_words_are_taken_away(submission, student):
    write_reflection(submission, text="define it", by=student)

    write_reflection(submission, text="", by=student)

    assert MarkShown.objects.filter(submission=submission).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        MarkShown.objects.update(shown_at=TUESDAY)


@pytest.mark.usefixtures("first")
def test_empty_words_bring_no_mark(submission, student):
    write_reflection(submission, text="", by=student)

    assert not MarkShown.objects.exists()


def test_where_both_come_together_nothing_is_noted(submission, student):
    write_reflection(submission, text="define it", by=student)

    assert Assignment.objects.get().mark_after_days is None
    assert not MarkShown.objects.exists()
