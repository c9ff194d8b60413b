"""Rest breaks: the clock stands still as long as they last, and nothing else moves."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essays.pure.breaks import NO_REST, Rest, before_break, breaks_sentence, during_break, in_words, rest_of_breaks
from essays.pure.deadlines import GRACE, Allowance, Times, clock_sentence, times_of

OPENS = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
DUE = OPENS + timedelta(hours=8)
CLOSES = OPENS + timedelta(hours=10)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def times(minutes: int | None = 90, *, rest: Rest = NO_REST, arranged: bool = True) -> Times:
    """Somebody's times who started at opening."""
    allowance = Allowance(breaks_stop_clock=arranged)
    found = times_of(opens_at=OPENS, due_at=DUE, closes_at=CLOSES, minutes=minutes, allowance=allowance)
    found = found.started(OPENS)
    return Times(found.opens_at, DUE, CLOSES, found.minutes, found.breaks_stop_clock, found.started_at, rest)


def say(at: datetime) -> str:
    return f"{at:%H:%M}"


moments = st.integers(0, 700).map(lambda minutes: OPENS + minutes * MINUTE)


@st.composite
def breaks_in_order(draw):
    """Some breaks one after another within the opening hours, the last of which may still last."""
    bounds = sorted(draw(st.lists(moments, max_size=9)))
    pairs = list(zip(bounds[::2], bounds[1::2], strict=False))
    return [*pairs, (bounds[-1], None)] if len(bounds) % 2 else pairs


def test_a_break_moves_the_end_of_the_clock_on_by_its_length():
    assert times(rest=Rest(12 * MINUTE)).ends_at == OPENS + 102 * MINUTE


def test_while_a_break_lasts_only_closing_stops_the_writing():
    found = times(rest=Rest(since=OPENS + HOUR))

    assert (found.ends_at, found.stops_at, found.grace_until) == (CLOSES, CLOSES, CLOSES + GRACE)


def test_no_break_moves_the_clock_past_closing():
    assert times(rest=Rest(20 * HOUR)).ends_at == CLOSES


def test_work_without_a_clock_has_none_that_stands_still():
    found = times(None, rest=Rest(HOUR, OPENS + HOUR))

    assert (found.ends_at, found.stops_at, found.left(OPENS + HOUR)) == (None, CLOSES, timedelta(0))
    assert not found.may_rest(OPENS + HOUR)


@given(breaks=breaks_in_order(), minutes=st.integers(1, 700))
def test_the_end_is_start_and_minutes_and_every_break_but_never_past_closing(breaks, minutes):
    found = times(minutes, rest=rest_of_breaks(breaks))
    rested = sum((end - begin for begin, end in breaks if end), timedelta(0))

    if breaks and breaks[-1][1] is None:
        assert found.stops_at == CLOSES
    else:
        assert found.stops_at == min(OPENS + minutes * MINUTE + rested, CLOSES)


@given(breaks=breaks_in_order(), minutes=st.integers(1, 700), began=moments, later=st.integers(0, 700))
def test_what_is_left_on_the_clock_is_the_same_at_the_end_of_a_break_as_at_its_beginning(breaks, minutes, began, later):
    before = times(minutes, rest=rest_of_breaks([pair for pair in breaks if pair[1]]))
    end = began + later * MINUTE

    resting = times(minutes, rest=before.rest.begun(began))
    after = times(minutes, rest=resting.rest.ended(end))

    assert before.left(began) == resting.left(end) == after.left(end)
    assert after.stops_at >= before.stops_at
    assert before.stops_at <= after.stops_at <= CLOSES


@given(minutes=st.integers(1, 700), began=moments)
def test_a_break_that_ends_before_it_began_takes_nothing_from_anybody(minutes, began):
    found = times(minutes, rest=NO_REST.begun(began).ended(began - HOUR))

    assert found == times(minutes)


@given(minutes=st.integers(1, 700), first=moments, second=moments)
def test_a_second_beginning_changes_nothing(minutes, first, second):
    assert NO_REST.begun(first).begun(second) == NO_REST.begun(first)


@given(minutes=st.integers(1, 700), at=moments, arranged=st.booleans())
def test_a_break_may_begin_only_where_it_is_arranged_and_the_clock_runs(minutes, at, arranged):
    found = times(minutes, arranged=arranged)

    assert found.may_rest(at) == (arranged and at < min(OPENS + minutes * MINUTE, CLOSES))


def test_nobody_rests_twice_at_once_or_before_the_clock_has_started():
    waiting = times_of(
        opens_at=OPENS, due_at=DUE, closes_at=CLOSES, minutes=90, allowance=Allowance(breaks_stop_clock=True)
    )

    assert not times(rest=Rest(since=OPENS)).may_rest(OPENS + MINUTE)
    assert not waiting.may_rest(OPENS + MINUTE)


def test_the_page_says_first_what_a_break_does_not_move():
    said = " ".join(before_break(left=41 * MINUTE, due_at=DUE, closes_at=CLOSES, at=OPENS + HOUR, say=say))

    assert "with 41 min left" in said
    assert "closes at 18:00, break or no break" in said
    assert "go on by 17:19" in said
    assert "after 16:00 is late" in said


def test_a_clock_that_closing_cuts_short_is_said_to_be():
    said = during_break(left=3 * HOUR, due_at=DUE, closes_at=CLOSES, at=CLOSES - HOUR, say=say)

    assert len(said) == 1
    assert "before your clock would run out" in said[0]


def test_the_brief_says_that_the_clock_stands_still():
    said = clock_sentence(times(rest=Rest(since=OPENS)), at=OPENS + HOUR, say=say)

    assert said == "You are on a rest break. Your clock stands still; the assignment closes at 18:00."


@pytest.mark.parametrize(
    ("rest", "count", "said"),
    [
        (NO_REST, 0, "No rest break yet."),
        (Rest(14 * MINUTE), 2, "2 rest breaks, 14 min in all."),
        (Rest(61 * MINUTE), 1, "1 rest break, 1 h 1 min in all."),
        (Rest(since=OPENS), 1, "On a rest break now; the clock stands still."),
        (Rest(MINUTE, OPENS), 2, "1 rest break, 1 min in all. On a rest break now; the clock stands still."),
    ],
)
def test_a_teacher_reads_how_many_and_how_long_but_not_when(rest, count, said):
    assert breaks_sentence(rest, count) == said


@pytest.mark.parametrize(("length", "said"), [(timedelta(0), "0 min"), (30 * timedelta(seconds=1), "1 min")])
def test_a_length_is_said_as_the_clock_says_it(length, said):
    assert in_words(length) == said
