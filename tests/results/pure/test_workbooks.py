"""Marks as a workbook: typed cells, a heading that stays, and nothing a spreadsheet would run."""

import io
import re
import tracemalloc
import zipfile
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from courses.pure.sheets import RISKY
from results.pure.workbooks import write_workbook

WHEN = datetime(2026, 11, 28, 14, 5, tzinfo=UTC)


def written(*rows):
    into = io.BytesIO()
    write_workbook([["Name", "Total", "Released", "E1"], *rows], into, title="Marks")
    return into


def sheet_of(into):
    return load_workbook(into).active


def test_numbers_are_numbers_moments_are_moments_and_nothing_is_blank():
    sheet = sheet_of(written(["Noor Haddad", Decimal("53.50"), WHEN, 8], ["Jonas Weber", None, None, "NA"]))

    noor, jonas = list(sheet.iter_rows(min_row=2, values_only=True))
    assert noor == ("Noor Haddad", 53.5, WHEN.replace(tzinfo=None), 8)
    assert jonas == ("Jonas Weber", None, None, "NA")
    assert sheet["C2"].is_date
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "d", "n"]


def test_a_whole_number_has_no_idle_zeros():
    assert sheet_of(written(["", Decimal("51.00"), None, None]))["B2"].value == 51


def test_the_heading_stays_when_the_sheet_is_scrolled_and_is_bold():
    sheet = sheet_of(written())

    assert sheet.title == "Marks"
    assert sheet.freeze_panes == "B2"
    assert sheet["A1"].font.bold


@pytest.mark.parametrize("first", RISKY)
def test_words_a_spreadsheet_would_run_are_words(first):
    into = written([f"{first}HYPERLINK(1)", 1, None, None])

    cell = sheet_of(into)["A2"]
    parts = zipfile.ZipFile(into)
    sheet = next(parts.read(name).decode() for name in parts.namelist() if "sheet1" in name and "rels" not in name)
    assert cell.data_type == "s"
    assert "HYPERLINK(1)" in cell.value
    assert "<f>" not in sheet


def test_characters_a_workbook_cannot_hold_are_left_out():
    assert sheet_of(written(["a\x07b", 1, None, None]))["A2"].value == "ab"


def test_there_are_no_formulas_links_or_macros_in_any_part():
    parts = zipfile.ZipFile(written(["https://example.org =1+1", 1, WHEN, "NA"]))

    said = "".join(parts.read(name).decode() for name in parts.namelist())
    assert not re.search(r"<f[ >]|hyperlink|vbaProject|externalLink", said)


def test_memory_does_not_grow_with_the_rows():
    def most_of(rows):
        into = io.BytesIO()
        tracemalloc.start()
        heading = ["Name", *[f"E{n}" for n in range(20)]]
        write_workbook([heading, *[]] if not rows else _rows(heading, rows), into, title="Marks")
        return tracemalloc.get_traced_memory()[1] - len(into.getvalue()), tracemalloc.stop()

    few, many = most_of(300)[0], most_of(3_000)[0]

    assert many < few * 2


def _rows(heading, many):
    yield heading
    for n in range(many):
        yield [f"Student {n}", *[Decimal(n % 11)] * 20]


words = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=30) | st.sampled_from(
    ["=1+1", "a & b <c>", '"q"', "😀", " blanks ", "two\nlines", "a\rb", "]]>", "-7,5"]
)


@given(st.lists(st.tuples(words, st.decimals(-1000, 1000, places=2)), max_size=6))
def test_any_words_and_numbers_come_back_from_the_workbook_as_they_went(rows):
    sheet = sheet_of(written(*[[name, points, None, None] for name, points in rows]))

    found = [(row[0] or "", row[1]) for row in sheet.iter_rows(min_row=2, values_only=True, max_row=len(rows) + 1)]
    assert found[: len(rows)] == [(name, float(points)) for name, points in rows]
