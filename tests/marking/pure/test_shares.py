"""Papers are spread by shares, exactly, again and again the same way, and what somebody has done counts."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marking.pure.shares import Spreadable, quotas, spread, still_due

SHARES = st.dictionaries(st.integers(1, 9), st.integers(0, 50), max_size=6)


def free(number, marker=None):
    return [Spreadable(key, marker) for key in range(number)]


@pytest.mark.parametrize(
    ("shares", "total", "wanted"),
    [
        ({1: 1, 2: 1}, 10, {1: 5, 2: 5}),
        ({1: 2, 2: 1}, 9, {1: 6, 2: 3}),
        ({1: 1, 2: 1, 3: 1}, 10, {1: 4, 2: 3, 3: 3}),
        ({1: 5, 2: 3, 3: 1}, 10, {1: 6, 2: 3, 3: 1}),
        ({1: 1, 2: 0}, 3, {1: 3, 2: 0}),
        ({1: 0}, 3, {1: 0}),
        ({}, 3, {}),
    ],
)
def test_papers_are_divided_by_largest_remainders(shares, total, wanted):
    assert quotas(shares, total) == wanted


@given(SHARES, st.integers(0, 500))
def test_every_paper_goes_to_somebody_and_nobody_is_a_paper_off(shares, total):
    weight, divided = sum(shares.values()), quotas(shares, total)

    assert sum(divided.values()) == (total if weight else 0)
    assert all(abs(divided[one] - total * share / weight) < 1 for one, share in shares.items() if weight)


@pytest.mark.parametrize(
    ("done", "wanted"),
    [({}, {1: 5, 2: 5}), ({1: 4}, {1: 3, 2: 7}), ({1: 20}, {1: 0, 2: 10}), ({1: 3, 2: 3, 9: 50}, {1: 5, 2: 5})],
)
def test_what_somebody_has_done_counts_towards_their_share(done, wanted):
    assert still_due({1: 1, 2: 1}, done, 10) == wanted


@given(SHARES, st.dictionaries(st.integers(1, 9), st.integers(0, 200), max_size=6), st.integers(0, 200))
def test_all_that_is_free_is_due_to_somebody(shares, done, total):
    due = still_due(shares, done, total)

    assert all(number >= 0 for number in due.values())
    assert sum(due.values()) == (total if any(shares.values()) else 0)
    assert all(not due[one] for one, share in shares.items() if not share)


def test_places_are_dealt_in_turn_and_not_in_blocks():
    order = [spread(free(8), {1: 1, 2: 1})[key] for key in range(8)]

    assert order == [1, 2, 1, 2, 1, 2, 1, 2]


def test_spreading_again_moves_as_few_as_can_be():
    first = spread(free(12), {1: 1, 2: 1, 3: 1})
    again = [Spreadable(key, marker) for key, marker in first.items()]

    then = spread(again, {1: 1, 2: 1})

    assert {key for key in first if first[key] != then[key]} == {key for key in first if first[key] == 3}
    assert Counter(then.values()) == {1: 6, 2: 6}


@given(SHARES, st.integers(0, 60))
def test_spreading_twice_moves_none(shares, total):
    first = spread(free(total), shares)

    assert spread([Spreadable(key, marker) for key, marker in first.items()], shares) == first


def test_without_anybody_to_share_everything_is_for_whoever_takes_it():
    assert set(spread(free(4, marker=7), {}).values()) == {None}


def test_whoever_must_not_have_a_paper_gets_another():
    places = [Spreadable(0, None, {1}), Spreadable(1, None, {1}), *free(6)[2:]]

    given_to = spread(places, {1: 1, 2: 1})

    assert (given_to[0], given_to[1]) == (2, 2)
    assert Counter(given_to.values()) == {1: 3, 2: 3}


def test_what_nobody_may_have_is_left():
    assert spread([Spreadable(0, 1, {1, 2})], {1: 1, 2: 1}) == {0: None}
