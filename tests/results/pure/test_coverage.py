"""The coverage map: which cells are filled, how, and when lists come first."""

import pytest

from results.pure.coverage import Fill, StrandAxis, Tie, axes, class_counts, coverage_map

ERAS, SERVICES = ("E1", "E2"), ("R1", "R2")


def cells(*ties):
    return [(cell.row, cell.column, cell.fill) for cell in coverage_map(ERAS, SERVICES, ties).cells]


def test_one_passage_tied_to_both_fills_a_cell_solid():
    assert cells(Tie("E1", 10, 40, 2), Tie("R2", 10, 40, 2)) == [("E1", "R2", Fill.SOLID)]


def test_two_passages_of_one_paragraph_outline_a_cell():
    assert cells(Tie("E1", 10, 40, 2), Tie("R2", 50, 90, 2)) == [("E1", "R2", Fill.OUTLINED)]


def test_passages_of_two_paragraphs_do_not_meet():
    assert cells(Tie("E1", 10, 40, 2), Tie("R2", 150, 190, 3)) == []


@pytest.mark.parametrize("turned", [False, True])
def test_solid_outweighs_outlined_in_whatever_order_the_passages_come(turned):
    ties = [Tie("E1", 10, 40, 2), Tie("R1", 50, 60, 2), Tie("E1", 70, 90, 2), Tie("R1", 70, 90, 2)]

    filled = coverage_map(ERAS, SERVICES, reversed(ties) if turned else ties).cells

    assert [(cell.fill, cell.start) for cell in filled] == [(Fill.SOLID, 70)]


def test_passages_of_other_strands_fill_nothing():
    assert cells(Tie("E1", 10, 40, 2), Tie("C1", 10, 40, 2)) == []


def test_cells_run_row_by_row_whatever_order_the_passages_come_in():
    ties = [Tie(key, place, place + 5, 1) for place, key in enumerate(["R2", "E2", "R1", "E1"])]

    assert [cell[:2] for cell in cells(*ties)] == [("E1", "R1"), ("E1", "R2"), ("E2", "R1"), ("E2", "R2")]


def test_fewer_than_five_filled_cells_are_few():
    keys = tuple("abcde")
    ties = [tie for n, key in enumerate(keys) for tie in (Tie(key, n, n + 1, n), Tie("R1", n, n + 1, n))]

    assert coverage_map(keys, ("R1",), ties[:8]).has_few_cells
    assert not coverage_map(keys, ("R1",), ties).has_few_cells


def test_the_map_takes_the_first_two_strands_with_several_criteria():
    strands = [
        StrandAxis("T", "all", ("T1",)),
        StrandAxis("A", "best", ERAS),
        StrandAxis("B", "all", SERVICES),
        StrandAxis("C", "all", ("C1", "C2")),
    ]

    assert axes(strands) == (ERAS, SERVICES)


def test_there_is_no_map_where_a_strand_is_not_counted_or_alone():
    assert axes([StrandAxis("A", "best", ERAS), StrandAxis("B", "off", SERVICES)]) is None
    assert axes([StrandAxis("A", "all", ERAS)]) is None


def test_a_class_counts_each_essay_once_a_cell():
    counts = class_counts([[("E1", "R1"), ("E1", "R1")], [("E1", "R1"), ("E2", "R2")], []])

    assert counts == {("E1", "R1"): 2, ("E2", "R2"): 1}
