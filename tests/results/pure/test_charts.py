"""Where bars and names stand in the pictures."""

from itertools import pairwise

import pytest

from results.pure.charts import LEFT, RIGHT, ROW_LEFT, after_keys, bars_of, place_on_axis, shortened


@pytest.mark.parametrize("many", [1, 7, 10, 12])
def test_bars_fill_the_axis_side_by_side(many):
    bars = bars_of([1] * many)

    assert [bar.place for bar in bars] == list(range(many))
    assert bars[0].x >= LEFT
    assert bars[-1].x + bars[-1].width <= RIGHT
    assert all(one.x + one.width < other.x for one, other in pairwise(bars))


def test_a_bin_without_papers_has_no_bar_and_the_highest_reaches_the_top():
    bars = bars_of([0, 2, 4])

    assert [(bar.place, bar.count) for bar in bars] == [(1, 2), (2, 4)]
    assert bars[1].height == 2 * bars[0].height


def test_nothing_has_no_bars():
    assert bars_of([]) == bars_of([0, 0]) == []


def test_an_axis_may_begin_anywhere():
    assert place_on_axis(600, 1300, 600) == LEFT
    assert place_on_axis(1300, 1300, 600) == RIGHT
    assert place_on_axis(5, 5, 5) == LEFT


@pytest.mark.parametrize(("keys", "name"), [(["E1", "R7"], "Industrial"), (["CASE10"], "Counter-evidence and more")])
def test_a_name_ends_before_its_bar(keys, name):
    x = after_keys(keys)

    assert x + 6.6 * len(shortened(name, x)) <= ROW_LEFT


def test_a_name_that_fits_is_whole_and_one_that_is_cut_says_so():
    assert shortened("Industrial", after_keys(["E1"])) == "Industrial"
    assert shortened("Protection of rights and minorities", after_keys(["E1"])).endswith("…")
