"""Cells as spreadsheets put them on the clipboard."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.cells import MOST_CELLS, TooManyCells, as_cells, cells_of


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("\n\n", []),
        ("a\tb\nc\td", [["a", "b"], ["c", "d"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\nb\tc", [["a", ""], ["b", "c"]]),
        ('"one\ntwo"\tb', [["one\ntwo", "b"]]),
        ('"one\r\ntwo"\tb', [["one\ntwo", "b"]]),
        ('"he said ""so"""\tb', [['he said "so"', "b"]]),
        ('"Tanks, gas and planes were used."\tb', [['"Tanks, gas and planes were used."', "b"]]),
        ('"because" it was\tb', [['"because" it was', "b"]]),
        ('a 5" gun\tb', [['a 5" gun', "b"]]),
        ('"open for ever\tb\nc', [['"open for ever', "b"], ["c", ""]]),
        ('"with\ta tab"\tb', [["with\ta tab", "b"]]),
        ('""\tb', [["", "b"]]),
        ("\ufeffa\tb", [["a", "b"]]),
        ("  a \xa0\tb", [["a", "b"]]),
        ("é😀\t=1+1", [["é😀", "=1+1"]]),
    ],
)
def test_cells_come_out_as_they_were_in_the_sheet(text, rows):
    assert cells_of(text) == rows


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\r\xa0\ufeff\x00"), max_size=12).map(
    lambda text: "\n".join(line.rstrip() for line in text.strip().split("\n"))
)
ROWS = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(CELL, min_size=width, max_size=width), max_size=5))


@given(ROWS)
def test_what_is_written_as_cells_is_read_again(rows):
    kept = [list(row) for row in rows]
    while kept and not any(kept[-1]):
        kept.pop()

    assert cells_of(as_cells(rows)) == kept


def test_more_cells_than_a_rubric_holds_are_refused_before_they_are_read():
    with pytest.raises(TooManyCells):
        cells_of("\t" * (MOST_CELLS + 1))
