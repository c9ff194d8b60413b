import pytest

from essays.pure.meter import Meter, word_meter


def test_the_line_reaches_a_sixth_beyond_the_range():
    assert word_meter(330, 800, 1200) == Meter(done=33.9, range_from=82.3, range_width=41.1)


@pytest.mark.parametrize("words", [1400, 9999])
def test_the_bar_ends_where_the_line_ends(words):
    assert word_meter(words, 800, 1200).done == 144


def test_without_a_most_the_range_is_open_to_the_right():
    meter = word_meter(0, 600, None)

    assert meter.range_from + meter.range_width == pytest.approx(144, abs=0.1)


def test_without_a_range_nothing_is_drawn():
    assert word_meter(5, None, None) is None
