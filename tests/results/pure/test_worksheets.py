"""Other gradebooks' files: recognised, matched, compared row by row, and given back with nothing else changed."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.pure.sheets import RISKY
from results.pure.gradebook import FIGURE, csv_rows
from results.pure.worksheets import BASE, Known, NotAWorksheet, Verdict, compare, filled, moment_of, read_worksheet

ZONE = ZoneInfo("Europe/Brussels")
SHOWN = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)
TITLE = "Collective defence"
MOODLE = (
    "Identifier,Full name,Email address,Status,Grade,Maximum grade,Grade can be changed,Last modified (grade),"
    "Feedback comments\n"
)
BEFORE, AFTER = '"Friday, 27 November 2026, 10:59 AM"', '"Friday, 27 November 2026, 11:00 AM"'
NOOR = Known(
    "noor",
    "Noor Haddad",
    "noor.haddad",
    "noor@school.example",
    "S-17",
    total=Decimal(51),
    version="2-abc",
    shown_at=SHOWN,
)
INES = Known("ines", "Inès Duarte", "ines", "", "S-18", total=Decimal("93.5"), version="1-def", shown_at=SHOWN)
JONAS = Known("jonas", "Jonas Weber", "jonas", "", "")


def verdicts(text, *known):
    return [(one.said, one.verdict) for one in compare(read_worksheet(text, TITLE), known or (NOOR, INES, JONAS), ZONE)]


def again(text, *known, feedback=None):
    sheet = read_worksheet(text, TITLE)
    rows = compare(sheet, known or (NOOR, INES, JONAS), ZONE)
    lines = csv_rows(filled(sheet, rows, feedback or {}, title=TITLE, out_of=Decimal(100)), sheet.dialect)
    return list(csv.reader(io.StringIO("".join(lines), newline=""), delimiter=sheet.dialect.delimiter))


def moodle_row(name="Noor Haddad", mail="noor@school.example", grade="", most="100.00", free="Yes", when="-", said=""):
    return f"Participant 9,{name},{mail},Submitted,{grade},{most},{free},{when},{said}\n"


@pytest.mark.parametrize(
    ("row", "verdict"),
    [
        (moodle_row(grade="51.00"), Verdict.SAME),
        (moodle_row(grade=""), Verdict.EMPTY),
        (moodle_row(grade="60", when=AFTER), Verdict.CHANGED),
        (moodle_row(grade="60", when=BEFORE), Verdict.CHANGED),
        (moodle_row(grade="60", when='"Friday, 27 November 2026, 10:58 AM"'), Verdict.NEWER_HERE),
        (moodle_row(grade="60"), Verdict.NO_DATE),
        (moodle_row(grade="60", when="gisteren"), Verdict.NO_DATE),
        (moodle_row(grade="101", when=AFTER), Verdict.RANGE),
        (moodle_row(grade="-1", when=AFTER), Verdict.RANGE),
        (moodle_row(grade="sixty", when=AFTER), Verdict.NO_NUMBER),
        (moodle_row("Jonas Weber", "", grade="60", when=AFTER), Verdict.NOT_RELEASED),
        (moodle_row("Nobody", "", grade="60", when=AFTER), Verdict.UNKNOWN),
        (moodle_row("  noor   HADDAD ", "", grade="51"), Verdict.SAME),
    ],
)
def test_each_row_of_a_moodle_worksheet_has_a_verdict(row, verdict):
    [(_, found)] = verdicts(MOODLE + row)

    assert found == verdict


@pytest.mark.parametrize(("version", "verdict"), [("2-abc", Verdict.CHANGED), ("1-old", Verdict.NEWER_HERE)])
def test_the_version_a_row_was_filled_from_counts_before_any_date(version, verdict):
    text = MOODLE.rstrip() + f",{BASE}\n" + moodle_row(grade="60").rstrip() + f",{version}\n"

    assert verdicts(text) == [("Noor Haddad", verdict)]


@pytest.mark.parametrize(
    ("changed", "verdict"),
    [({"is_late": True}, Verdict.LATE), ({"waits": True}, Verdict.WAITS), ({"settled": "absent"}, Verdict.SETTLED)],
)
def test_what_has_rules_of_its_own_here_is_not_taken_from_a_file(changed, verdict):
    known = Known(**{name: getattr(NOOR, name) for name in Known.__slots__} | changed)

    assert verdicts(MOODLE + moodle_row(grade="60", when=AFTER), known) == [("Noor Haddad", verdict)]


def test_two_students_of_one_name_and_two_rows_of_one_student_are_left_alone():
    twin = Known("twin", "Noor Haddad", "noor2", "", "")
    by_name = MOODLE + moodle_row("Noor Haddad", "", grade="60", when=AFTER)

    assert verdicts(by_name, NOOR, twin) == [("Noor Haddad", Verdict.TWICE)]
    assert {one for _, one in verdicts(MOODLE + moodle_row(grade="51") * 2)} == {Verdict.TWICE}


def test_a_filled_worksheet_has_grades_comments_and_what_they_started_from_and_nothing_else_changed():
    text = MOODLE + moodle_row(when=BEFORE) + moodle_row("Nobody", "x@y.example", grade="3")

    heading, noor, nobody = again(text, feedback={"noor": "=Good,\n“well” argued"})

    assert heading[-1] == BASE
    assert noor[4] == "51"
    assert noor[7] == "Friday, 27 November 2026, 10:59 AM"
    assert noor[8:] == ["'=Good,\n“well” argued", "2-abc"]
    assert nobody[4] == "3"


def test_a_locked_grade_stays_as_it_is():
    assert again(MOODLE + moodle_row(grade="40", free="No"))[1][4] == "40"


def test_another_maximum_scales_there_and_back():
    filled_in = again(MOODLE + moodle_row(most="10,00".replace(",", ".")))
    text = "".join(csv_rows(filled_in))
    [same] = compare(read_worksheet(text, TITLE), [NOOR], ZONE)
    [other] = compare(read_worksheet(text.replace(",5.1,", ",6.25,"), TITLE), [NOOR], ZONE)

    assert filled_in[1][4] == "5.1"
    assert (same.verdict, same.scaled) == (Verdict.SAME, True)
    assert (other.verdict, other.new) == (Verdict.CHANGED, Decimal("62.50"))


def test_a_worksheet_with_semicolons_and_decimal_commas_is_answered_in_kind():
    text = MOODLE.replace(",", ";") + "Participant 9;Inès Duarte;;Submitted;80,00;100,00;Yes;-;\n"

    assert again(text)[1][4] == "93,5"


# ---------------------------------------------------------------- Canvas
CANVAS = f"Student,ID,SIS User ID,SIS Login ID,Section,{TITLE} (412),Final Score\n"
POINTS = "    Points Possible,,,,,100,(read only)\n"


def test_a_canvas_gradebook_is_filled_in_its_own_column_by_number_and_login_and_never_by_name():
    text = CANVAS + ",,,,,Manual Posting,\n" + POINTS
    text += '"Haddad, Noor",71,S-17,,H,,12\n"Duarte, I.",72,,ines,H,90,\nNoor Haddad,73,,,H,10,\n'

    rows = again(text)

    assert [row[5] for row in rows] == [f"{TITLE} (412)", "Manual Posting", "100", "51", "93.5", "10"]
    assert [row[6] for row in rows] == ["Final Score", "", "(read only)", "12", "", ""]
    assert [one for _, one in verdicts(text)] == [Verdict.EMPTY, Verdict.CHANGED, Verdict.UNKNOWN]


def test_a_canvas_file_without_our_column_gains_one_with_its_points():
    text = "Student,ID,SIS User ID,SIS Login ID,Section,Essay one (3)\n    Points Possible,,,,,20\nNoor,71,S-17,,H,7\n"

    assert [row[5:] for row in again(text)] == [["Essay one (3)", TITLE], ["20", "100"], ["7", "51"]]


def test_excused_is_ex_in_canvas():
    excused = Known("noor", "Noor Haddad", "noor", "", "S-17", settled="excused")

    assert again(CANVAS + POINTS + "Noor,71,S-17,,H,,\n", excused)[2][5] == "EX"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "nothing in this file"),
        ("Name,Mark\nNoor,3\n", "Line 1 is neither"),
        ("Kennung,Bewertung\n1,2\n", "set it to English"),
        ("Identifier,Grade\nParticipant 1,3\n", "Last modified"),
        (MOODLE.replace("Status", "Grade") + moodle_row(), "twice"),
        (CANVAS.replace("Final Score", TITLE) + POINTS, "2 times"),
        ("Identifier,Grade\n" + "1,2\n" * 20_001, "Line 20,001 is more than the 20,000 lines"),
        ("Identifier," + "," * 600 + "\n", "Line 1 has more than the 500 columns"),
        ('Identifier,Grade\nx,1\n"' + "x" * 140_000, "begins on line 3 cannot be read: a quotation mark"),
    ],
)
def test_what_is_no_gradebook_is_refused_with_a_sentence(text, said):
    with pytest.raises(NotAWorksheet, match=said):
        read_worksheet(text, TITLE)


def test_dates_are_read_as_moodle_writes_them():
    assert moment_of("Friday, 27 November 2026, 11:00 AM", ZONE) == SHOWN
    assert moment_of("27/11/26, 11:00", ZONE) == SHOWN
    assert moment_of("Freitag, 27. November 2026", ZONE) is None
    assert moment_of("-", ZONE) is None


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
odd = st.one_of(
    cells, st.sampled_from(["=1+1", "+49", "-", "-3", "7,5", "'=x", "@SUM", "\ttab", "a\nb", '"q"', "😀;,", "＝"])
)


@given(st.lists(st.tuples(odd, odd), max_size=6))
def test_rows_that_fit_nobody_come_back_as_they_were_and_none_can_run(pairs):
    rows = [["Participant 1", name, "", "", "5", "100", "Yes", "-", said] for name, said in pairs]

    returned = again(MOODLE + "".join(csv_rows(rows)), JONAS)[1:]

    for came, went in zip(rows, returned, strict=True):
        for before, after in zip(came, went, strict=False):
            assert after in (before, f"'{before}")
            assert FIGURE.fullmatch(after) or after.strip() == "-" or not after.startswith(RISKY)


@given(st.decimals(0, 100, places=2), st.sampled_from([Decimal(10), Decimal(20), Decimal(100), Decimal("37.5")]))
def test_what_was_filled_in_reads_back_as_unchanged(total, most):
    known = Known("noor", "Noor Haddad", "noor", "noor@school.example", "", total=total, version="1-a", shown_at=SHOWN)
    text = "".join(csv_rows(again(MOODLE + moodle_row(most=str(most)), known)))

    [row] = compare(read_worksheet(text, TITLE), [known], ZONE)

    assert row.verdict == Verdict.SAME


@given(st.integers(-10_000, 10_000))
def test_a_grade_is_newer_here_from_a_minute_on(seconds):
    when = (SHOWN + timedelta(seconds=seconds)).astimezone(ZONE).replace(second=0)
    text = MOODLE + moodle_row(grade="60", when=f'"{when:%d %B %Y, %I:%M %p}"')

    [(_, verdict)] = verdicts(text)

    assert verdict == (Verdict.CHANGED if when + timedelta(seconds=60) >= SHOWN else Verdict.NEWER_HERE)


@pytest.mark.parametrize("most", ['"1,000.00"', '"1,000"', "a lot"])
def test_a_maximum_that_cannot_be_read_is_never_taken_for_the_one_here(most):
    text = MOODLE + moodle_row(grade="", most=most)

    assert verdicts(text) == [("Noor Haddad", Verdict.NO_MAXIMUM)]
    assert again(text)[1][4] == ""
    with pytest.raises(NotAWorksheet, match="Line 2 says"):
        read_worksheet(CANVAS + f"    Points Possible,,,,,{most},\n", TITLE)


def test_a_grade_with_a_thousands_sign_is_no_figure():
    assert verdicts(MOODLE + moodle_row(grade='"1,234"', most="2000", when=AFTER)) == [("Noor Haddad", Verdict.UNCLEAR)]


def test_a_name_counts_only_where_no_address_or_number_says_somebody_else():
    other = MOODLE + moodle_row("Noor Haddad", "noor.haddad.2@school.example", grade="60", when=AFTER)
    numbered = MOODLE.replace("Status", "ID number") + moodle_row("Inès Duarte", "", when=AFTER).replace(
        "Submitted", "S-99"
    )

    assert verdicts(other) == [("Noor Haddad", Verdict.UNKNOWN)]
    assert again(other)[1][4] == "60"
    assert verdicts(numbered) == [("Inès Duarte", Verdict.UNKNOWN)]


def test_a_date_at_the_end_of_time_is_only_a_date():
    row = moodle_row(grade="60", when='"Friday, 31 December 9999, 11:59 PM"')

    assert verdicts(MOODLE + row) == [("Noor Haddad", Verdict.CHANGED)]


def test_an_empty_canvas_file_of_decimal_commas_is_answered_in_kind():
    text = CANVAS.replace(",", ";") + "    Points Possible;;;;;100,00;\nInès;72;;ines;H;;\n"

    assert again(text)[2][5] == "93,5"


def test_a_grade_that_may_be_a_thousand_or_a_decimal_is_refused_and_why_is_said():
    rows = "Participant 9;Noor Haddad;;Submitted;1.234;2000;Yes;" + AFTER + "\n"
    text = MOODLE.replace(",", ";") + rows + "Participant 8;Inès Duarte;;Submitted;1,23;1.000;Yes;" + AFTER + "\n"
    sheet = read_worksheet(text, TITLE)

    unclear, maximum = compare(sheet, (NOOR, INES), ZONE)

    assert (unclear.verdict, unclear.new) == (Verdict.UNCLEAR, None)
    assert "thousands or a decimal" in unclear.why
    assert maximum.verdict == Verdict.NO_MAXIMUM
    assert "1.234" in sheet.numbers
    assert verdicts(MOODLE + moodle_row(grade="1.234", most="2000", when=AFTER)) == [("Noor Haddad", Verdict.CHANGED)]
    with pytest.raises(NotAWorksheet, match=r"1\.000"):
        read_worksheet(CANVAS.replace(",", ";") + "    Points Possible;;;;;1.000;\n", TITLE)


def test_what_is_seen_of_a_row_is_another_where_its_mark_or_its_student_is():
    text = CANVAS + POINTS + "Noor,71,S-17,,H,60,\n"

    def seen(**changed):
        known = replace(NOOR, **changed)
        [one] = compare(read_worksheet(text, TITLE), [known], ZONE)
        return one.seen

    told = [seen(), seen(version="3-abc"), seen(total=Decimal(52)), seen(key="somebody"), seen(out_of=Decimal(200))]
    assert len(set(told)) == 5
    assert seen() == seen(name="Noor H.")
