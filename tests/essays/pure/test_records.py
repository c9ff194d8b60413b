"""The writing record worked out: where words are found, what a session is, and how the line is drawn."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from essays.pure.records import (
    BASE,
    LEFT,
    RIGHT,
    TOP,
    SharedRuns,
    State,
    chart_of,
    rungs_for,
    sessions_of,
    stands_in,
    step_of,
    steps_of,
    words_of,
)

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
SOURCE = "The Parties agree that an armed attack against one or more of them shall be considered an attack against all."


# ---------------------------------------------------------------- where words are found
@pytest.mark.parametrize(
    "pasted",
    [
        SOURCE,
        "  THE PARTIES agree,\nthat an armed attack against one or more of them  ",
        "“The Parties agree that an armed attack against one or more of them shall be”",
        "armed attack against",
    ],
)
def test_words_of_a_source_are_found_there_whatever_their_case_quotes_and_spaces(pasted):
    assert stands_in(pasted, ["Something else.", SOURCE])


def test_one_kind_of_quote_is_as_good_as_another():
    assert words_of("NATO’s long‑range “plan”") == ["nato's", "long-range", "plan"]


@pytest.mark.parametrize(
    "pasted",
    [
        "The Parties agree that nothing of the kind was ever meant by anybody who signed the treaty in April 1949.",
        "against attack armed an that agree Parties The",
        "attack armed against",
        "",
        "— … !",
    ],
)
def test_words_in_another_order_or_mostly_new_are_not_found(pasted):
    assert not stands_in(pasted, [SOURCE])


@pytest.mark.parametrize(("new", "found"), [(2, True), (3, False)])
def test_four_fifths_of_the_words_must_stand_in_runs_of_five(new, found):
    pasted = " ".join(SOURCE.split()[:10] + ["new"] * new)

    assert stands_in(pasted, [SOURCE]) is found


def test_runs_from_several_earlier_states_add_up():
    one, two = "alpha beta gamma delta epsilon", "zeta eta theta iota kappa"

    assert stands_in(f"{one} {two}", [one, two])


def test_a_run_that_was_found_is_not_looked_up_again():
    runs = SharedRuns("ha " * 20_000)

    assert runs.look_in(["ha " * 20_000])
    assert runs._places == {}


def test_looking_ends_when_enough_is_found():
    def texts():
        yield SOURCE
        raise AssertionError("looked too far")

    assert SharedRuns(SOURCE).look_in(texts())


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=30).map(" ".join))
def test_a_text_is_always_found_in_itself(text):
    assert stands_in(text, [text])


# ---------------------------------------------------------------- sessions
def states(*minutes):
    return [State(NOON + timedelta(minutes=at), 10 * (n + 1)) for n, at in enumerate(minutes)]


def test_three_steps_with_nothing_kept_begin_a_new_session():
    first, second = sessions_of(states(0, 4, 20, 24))

    assert [one.at.minute for one in first.states] == [0, 4]
    assert (second.words_before, second.words_after) == (20, 40)


def test_a_shorter_pause_does_not():
    assert len(sessions_of(states(0, 4, 15, 19, 30))) == 1


def test_without_states_there_is_no_session():
    assert sessions_of([]) == []


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=60, unique=True).map(sorted))
def test_thinning_to_the_newest_of_each_step_leaves_the_same_sessions(seconds):
    every = [State(NOON + timedelta(seconds=at), n) for n, at in enumerate(seconds)]
    thinned = list({step_of(state.at): state for state in every}.values())

    before, after = sessions_of(every), sessions_of(thinned)

    assert [one.step for one in before] == [one.step for one in after]
    assert [one.ended_at for one in before] == [one.ended_at for one in after]


# ---------------------------------------------------------------- the chart
@pytest.mark.parametrize(
    ("most", "rungs"),
    [
        (0, [0, 10, 20]),
        (7, [0, 10, 20]),
        (39, [0, 10, 20, 30, 40]),
        (612, [0, 200, 400, 600, 800]),
        (1200, [0, 500, 1000, 1500]),
    ],
)
def test_the_lines_across_are_round_numbers(most, rungs):
    assert rungs_for(most) == rungs


@given(st.lists(st.tuples(st.integers(0, 100_000), st.integers(0, 3_000)), min_size=1, max_size=40))
def test_everything_drawn_lies_inside_the_picture(rows):
    sessions = sessions_of([State(NOON + timedelta(seconds=at), words) for at, words in sorted(rows)])
    moments = [NOON + timedelta(seconds=at) for at, _ in rows] + [NOON - timedelta(days=1), NOON + timedelta(days=3)]

    chart = chart_of(sessions, moments, ["Tue 24 Nov"] * len(sessions))

    places = [tuple(map(float, pair.split(","))) for one in chart.stretches for pair in one.points.split()]
    assert all(LEFT <= x <= RIGHT + 0.2 and TOP - 0.1 <= y <= BASE for x, y in [*places, *chart.marks])
    assert len(chart.marks) == len(moments)


def test_nothing_kept_draws_nothing():
    assert chart_of([], [], []) is None


def test_the_table_gives_the_last_state_of_each_step_and_always_the_last():
    found = steps_of(sessions_of(states(0, 1, 2, 6, 7, 12)), most=2)

    assert [one.at.minute for one in found] == [2, 12]
