"""CSV cells: no formula gets through, and numbers stay numbers."""

import csv
import io
from decimal import Decimal

import pytest

from results.pure.gradebook import csv_lines, safe_cell


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"])
def test_words_a_spreadsheet_would_run_stand_behind_an_apostrophe(start):
    assert safe_cell(f"{start}HYPERLINK(1)") == f"'{start}HYPERLINK(1)"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("-5.00"), "-5"),
        (Decimal("7.50"), "7.5"),
        (Decimal("100.00"), "100"),
        (0, "0"),
        (None, ""),
        ("Inès", "Inès"),
    ],
)
def test_numbers_stay_numbers_and_nothing_is_blank(value, written):
    assert safe_cell(value) == written


def test_lines_read_back_as_they_were():
    rows = [["Name", "Total"], ['Ana "Bo", C', Decimal(51)], ["two\nlines", None]]

    read = list(csv.reader(io.StringIO("".join(csv_lines(rows)), newline="")))

    assert read == [["Name", "Total"], ['Ana "Bo", C', "51"], ["two\nlines", ""]]
