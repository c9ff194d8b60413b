"""How long a paper takes: the median of the last ones, breaks and bursts left out, nothing before there are three."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marking.pure.pace import LONGEST, SHORTEST, pace_of, pace_of_all, spent_on, time_words

NINE = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def minutes(spent):
    return [one / timedelta(minutes=1) for one in spent]


def test_a_paper_lasts_from_its_beginning_to_its_end():
    assert minutes(spent_on([(at(0), at(10)), (at(10), at(22)), (at(22), at(30))])) == [10, 12, 8]


def test_a_paper_that_was_begun_before_the_last_was_finished_lasts_from_then():
    assert minutes(spent_on([(at(0), at(10)), (at(1), at(22))])) == [10, 12]


def test_the_order_they_are_given_in_does_not_matter():
    spans = [(at(10), at(22)), (at(22), at(30)), (at(0), at(10))]

    assert spent_on(spans) == spent_on(sorted(spans))


def test_a_night_between_two_papers_is_left_out():
    assert pace_of([(at(0), at(10)), (at(10), at(20)), (at(1_000), at(1_010))]) == timedelta(minutes=10)


def test_a_break_within_a_paper_leaves_that_paper_out():
    assert minutes(spent_on([(at(0), at(10)), (at(10), at(75)), (at(75), at(85))])) == [10, 10]


def test_papers_finished_in_one_go_tell_nothing():
    began = [(at(n), at(100 + n / 10)) for n in range(12)]

    assert pace_of(began) is None


@pytest.mark.parametrize(("how_many", "said"), [(0, None), (2, None), (3, timedelta(minutes=10))])
def test_nothing_is_said_before_there_are_three(how_many, said):
    assert pace_of([(at(10 * n), at(10 * n + 10)) for n in range(how_many)]) == said


def test_one_slow_paper_does_not_change_the_pace():
    assert pace_of([(at(0), at(10)), (at(10), at(20)), (at(20), at(30)), (at(30), at(85))]) == timedelta(minutes=10)


def test_two_markers_at_work_at_once_are_told_apart():
    one = [(at(10 * n), at(10 * n + 10)) for n in range(3)]
    other = [(at(20 * n), at(20 * n + 20)) for n in range(3)]

    assert pace_of_all({1: one, 2: other}) == timedelta(minutes=15)
    assert pace_of_all({1: one[:1], 2: other[:1]}) is None


@given(st.lists(st.tuples(st.integers(0, 5_000), st.integers(0, 5_000)), max_size=20))
def test_whatever_happened_each_time_counted_lies_between_the_limits_and_no_two_overlap(pairs):
    spans = [(at(min(pair)), at(max(pair))) for pair in pairs]

    spent = spent_on(spans)

    assert all(SHORTEST <= one <= LONGEST for one in spent)
    if spans:
        whole = max(end for _, end in spans) - min(begin for begin, _ in spans)
        assert sum(spent, timedelta(0)) <= whole


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (1, "5 min"),
        (7, "5 min"),
        (8, "10 min"),
        (57, "55 min"),
        (58, "1 h"),
        (64, "1 h"),
        (70, "1 h 10 min"),
        (118, "2 h"),
        (490, "8 h 10 min"),
        (615, "10 h"),
        (635, "11 h"),
        (6_000, "100 h"),
    ],
)
def test_times_are_said_as_roughly_as_they_are_known(minutes, words):
    assert time_words(timedelta(minutes=minutes)) == words
