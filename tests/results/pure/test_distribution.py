"""Bins, the median, and names found in comments."""

from decimal import Decimal

import pytest

from results.pure.distribution import bins_of, median_of, name_finder


def test_the_full_mark_is_in_the_last_bin_and_a_border_in_the_upper_one():
    bins = bins_of([Decimal(0), Decimal(10), Decimal("9.5"), Decimal(100), Decimal(90)], Decimal(100))

    assert [one.count for one in bins] == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(("totals", "middle"), [([], None), ([3], 3), ([9, 1, 5], 5), ([1, 2], Decimal("1.5"))])
def test_the_median_is_the_middle_of_the_totals(totals, middle):
    assert median_of([Decimal(total) for total in totals]) == middle


def test_a_name_is_found_as_a_word_and_not_inside_another():
    finder = name_finder(["Ines Duarte", "Al May"])

    assert finder.search("Well argued, Ines!")
    assert not finder.search("Wines and lines may align. Al")
    assert not finder.search("It may work.")
    assert name_finder(["Al Bo"]) is None
