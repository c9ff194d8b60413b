"""CSV cells: no formula gets through, and numbers stay numbers."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.pure.sheets import RISKY
from results.pure.gradebook import COMMAS, POINTS, Dialect, csv_lines, plain_cell, read_figure, safe_cell


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


def test_a_local_spreadsheet_gets_semicolons_and_decimal_commas():
    lines = "".join(csv_lines([["Noor; H.", Decimal("-7.50"), 12, None]], COMMAS))

    assert lines == '"Noor; H.";-7,5;12;\r\n'


@pytest.mark.parametrize(
    ("written", "value"),
    [("7,5", "7.5"), (" 12 ", "12"), ("-3.25", "-3.25"), ("1.234,5", None), ("=1", None), ("", None)],
)
def test_figures_are_read_with_either_mark_and_never_guessed(written, value):
    assert read_figure(written) == (None if value is None else Decimal(value))


words = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.sampled_from(["=1+1", "'=x", "''+49", "'", "'plain", 'O’Neil, "Z"', "a\r\nb", "\n", "😀;7,5", "-"]),
)
numbers = st.decimals(-1000, 1000, places=2)


@given(st.lists(st.tuples(words, numbers), max_size=8), st.sampled_from([POINTS, COMMAS]))
def test_any_words_and_numbers_come_back_from_a_file_and_none_can_run(rows, dialect):
    text = "".join(csv_lines(rows, dialect))

    cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=dialect.delimiter))

    assert [(plain_cell(name), read_figure(points, dialect)) for name, points in cells] == rows
    assert not any(name.startswith(RISKY) for name, _ in cells)


@pytest.mark.parametrize(
    ("written", "value"), [("1,234", None), ("-12,500", None), ("0,125", "0.125"), ("1.234", "1.234"), ("7,50", "7.50")]
)
def test_a_comma_before_three_figures_may_be_thousands_and_is_not_read(written, value):
    assert read_figure(written) == (None if value is None else Decimal(value))


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize(
    ("written", "value"),
    [("1.234", None), ("-12.500", None), ("0.125", "0.125"), ("1.23", "1.23"), ("1234", "1234"), ("1,234", None)],
)
def test_a_point_before_three_figures_may_be_thousands_where_commas_part_no_cells(written, value, delimiter):
    read = read_figure(written, Dialect(delimiter))

    assert read == (None if value is None else Decimal(value))


@given(st.integers(0, 999_999), st.sampled_from([".", ","]), st.sampled_from([",", ";", "\t"]))
def test_a_figure_is_read_in_one_way_or_not_at_all(whole, mark, delimiter):
    """Written with a sign between thousands, no number is ever read as another one."""
    written = f"{whole:,}".replace(",", mark)
    read = read_figure(written, Dialect(delimiter))

    if (mark, delimiter) == (".", ","):
        assert read == Decimal(written)  # a file whose cells commas part has points for decimals
    else:
        assert read in (None, whole)


@given(st.decimals(0, 9999, places=3), st.booleans(), st.sampled_from([";", "\t"]))
def test_a_decimal_is_read_as_itself_or_not_at_all(value, comma, delimiter):
    written = f"{value:f}".replace(".", "," if comma else ".")

    assert read_figure(written, Dialect(delimiter)) in (None, value)
