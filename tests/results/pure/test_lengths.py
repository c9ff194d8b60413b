"""How long essays are, as bars on round numbers, and how many lie outside the range."""

import pytest

from results.pure.lengths import MOST_BARS, lengths_of


def test_without_essays_there_is_no_picture():
    assert lengths_of([], 800, 1200) is None


def test_essays_are_counted_in_bars_of_a_round_width():
    lengths = lengths_of([640, 810, 999, 1000, 1210], 800, 1200)

    assert [(one.least, one.most, one.count) for one in lengths.bins] == [
        (600, 699, 1),
        (700, 799, 0),
        (800, 899, 1),
        (900, 999, 1),
        (1000, 1099, 1),
        (1100, 1199, 0),
        (1200, 1299, 1),
    ]
    assert (lengths.shortest, lengths.median, lengths.longest) == (640, 999, 1210)
    assert (lengths.under, lengths.over) == (1, 1)


def test_bars_wholly_outside_the_range_say_so():
    lengths = lengths_of([640, 1310], 800, 1200)

    assert [one.outside for one in lengths.bins] == ["under", "under", "", "", "", "", "", "over"]


def test_the_range_is_on_the_picture_where_nobody_wrote_that_much():
    lengths = lengths_of([120, 130], 800, 1200)

    assert lengths.bins[-1].most >= 1200
    assert lengths.under == 2


def test_without_a_range_nothing_is_outside():
    lengths = lengths_of([10, 5000], None, None)

    assert (lengths.under, lengths.over) == (0, 0)
    assert {one.outside for one in lengths.bins} == {""}


@pytest.mark.parametrize("longest", [5, 60, 499, 1_200, 9_999, 250_000])
def test_there_are_never_more_bars_than_fit(longest):
    lengths = lengths_of([1, longest], None, None)

    assert len(lengths.bins) <= MOST_BARS
    assert sum(one.count for one in lengths.bins) == 2


def test_between_two_the_median_is_in_the_middle():
    assert lengths_of([800, 900], None, None).median == 850
