"""Where two strands meet."""

from marking.pure.coverage import coverage_cells


def test_one_passage_for_both_is_solid_and_one_paragraph_is_outlined():
    places = [
        ("E1", (0, 10), 1),
        ("R1", (0, 10), 1),
        ("E2", (20, 30), 2),
        ("R2", (40, 50), 2),
        ("R1", (60, 70), 3),
    ]

    cells = coverage_cells(["E1", "E2", "E3"], ["R1", "R2"], places)

    assert cells == {("E1", "R1"): "solid", ("E2", "R2"): "outlined"}


def test_nothing_tied_fills_nothing():
    assert coverage_cells(["E1"], ["R1"], []) == {}
