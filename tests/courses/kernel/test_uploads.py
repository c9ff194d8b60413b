"""Files that people bring: what is in them is given exactly, what was made to do harm is refused within limits."""

import io
import re
import socket
import threading
from datetime import date, datetime, time
from decimal import Decimal

import openpyxl
import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import example, given, settings
from hypothesis import strategies as st

from courses.kernel import confined, upload_readers
from courses.kernel.upload_fields import UploadField
from courses.kernel.uploads import (
    MOST_BYTES,
    AnotherUploadIsRead,
    Kind,
    Row,
    Upload,
    UploadRefused,
    UploadTakesTooLong,
    plain_name,
    read_archive,
    read_table,
    read_text,
    read_workbook,
    read_xml,
    read_yaml,
    upload_of,
)
from tests import hostile
from tests.hostile import CORPUS, zipped


def table(data, name="people.csv"):
    return read_table(Upload(name, data if isinstance(data, bytes) else data.encode()))


def cells(data):
    return [row.cells for row in table(data).rows]


def workbook(fill):
    made = openpyxl.Workbook()
    fill(made)
    out = io.BytesIO()
    made.save(out)
    return Upload("marks.xlsx", out.getvalue())


# ------------------------------------------------------------------------------------------------- hostile files
@pytest.mark.parametrize("file", CORPUS, ids=str)
def test_a_hostile_file_is_refused_in_words_within_three_seconds_and_300_mb(file):
    module = "essays.pure.files" if file.verb == "word" else "courses.kernel.upload_readers"
    said = {"verb": file.verb, "name": file.name, "kind": file.kind}

    answer, body = confined.ask(module, said, file.made())

    sentence = answer.get("refused") or answer.get("problem")
    assert sentence, f"taken: {str(answer)[:200]}"
    assert re.search(file.refused, sentence)
    assert file.verb == "word" or sentence.startswith(file.name)
    assert answer["cpu"] <= 3
    assert 0 < answer["memory"] <= 300 * 1024 * 1024
    assert body == b""


def test_the_corpus_has_files_of_every_kind():
    assert {file.kind for file in CORPUS} == set(Kind) - {Kind.TEXT}
    assert len({str(file) for file in CORPUS}) == len(CORPUS) >= 80


def test_a_template_from_elsewhere_is_not_fetched():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        data = hostile.template_from_elsewhere(server.getsockname()[1])

        answer, _ = confined.ask("essays.pure.files", {"name": "essay.docx"}, data)

        assert answer["text"] == "Words."
        with pytest.raises(TimeoutError):
            server.accept()


# ------------------------------------------------------------------------------------------------- the process apart
def test_a_process_apart_gives_back_what_it_is_given():
    answer, body = confined.ask("tests.greedy", {"verb": "answer"}, b"one\ntwo")

    assert (answer["said"], body) == ("answer", b"one\ntwo")


@pytest.mark.parametrize("verb", ["burn", "grow", "write", "die", "babble"])
def test_a_process_apart_is_stopped_where_it_takes_too_much_or_leaves_its_task(verb):
    with pytest.raises(confined.Stopped):
        confined.ask("tests.greedy", {"verb": verb}, b"", cpu_seconds=1)


def test_a_process_apart_has_the_systems_own_limits():
    """Each by itself: a process that only burns is stopped by the clock as well, seconds later."""
    limits = {
        "RLIMIT_AS": [confined.MEMORY, confined.MEMORY],
        "RLIMIT_CPU": [2, 3],
        "RLIMIT_FSIZE": [0, 0],
        "RLIMIT_NPROC": [0, 0],
        "RLIMIT_CORE": [0, 0],
    }

    answer, _ = confined.ask("tests.greedy", {"verb": "limits", "limits": list(limits)}, b"", cpu_seconds=2)

    assert {name: answer[name] for name in limits} == limits
    assert confined.MEMORY <= 300 * 1024 * 1024
    assert confined.CPU_SECONDS <= 3


def test_a_process_apart_that_waits_without_end_is_stopped_too(monkeypatch):
    monkeypatch.setattr(confined, "WALL_SECONDS", -0.5)

    with pytest.raises(confined.Stopped):
        confined.ask("tests.greedy", {"verb": "burn"}, b"", cpu_seconds=1)


def test_a_file_that_was_stopped_says_so_by_name(monkeypatch):
    monkeypatch.setattr(confined, "WALL_SECONDS", -2.999)

    with pytest.raises(UploadTakesTooLong, match=r"people\.csv: This file takes too much time or memory"):
        table("a,b")


def test_one_file_at_a_time_is_read(monkeypatch):
    monkeypatch.setattr(confined, "WAIT_SECONDS", 0.05)
    began, done = threading.Event(), threading.Event()

    def hold():
        with confined._turn:
            began.set()
            done.wait(5)

    holder = threading.Thread(target=hold)
    holder.start()
    began.wait(5)

    with pytest.raises(AnotherUploadIsRead, match="Try again"):
        table("a,b")

    done.set()
    holder.join()


# ------------------------------------------------------------------------------------------------- names and kinds
@pytest.mark.parametrize(
    ("name", "data", "kinds", "reason"),
    [
        ("people.xls", b"\xd0\xcf\x11\xe0", [Kind.TABLE], "people.xls: This is an older Excel file."),
        ("people.xlsm", b"PK\x03\x04", [Kind.WORKBOOK], "workbook with macros"),
        ("people.pdf", b"%PDF", [Kind.TABLE, Kind.WORKBOOK], r"Choose a \.csv, \.tsv or \.xlsx file\."),
        ("people", b"a,b", [Kind.TABLE], "not taken here"),
        ("people.csv", b"PK\x03\x04", [Kind.TABLE], r"Its name says \.csv, but it is a ZIP file\."),
        ("people.csv", b"%PDF-1.7", [Kind.TABLE], "but it is a PDF"),
        ("people.csv", b"\x7fELF", [Kind.TABLE], "but it is a program"),
        ("people.csv", b"\x89PNG", [Kind.TABLE], "but it is a picture"),
        ("marks.xlsx", b"a,b", [Kind.WORKBOOK], "something else, or damaged"),
        ("marks.xlsx", b"\xd0\xcf\x11\xe0", [Kind.WORKBOOK], "an older Office file, or one with a password"),
        ("pack.zip", b"PK\x05\x06" + bytes(18), [Kind.ARCHIVE], "an empty ZIP file"),
        ("people.csv", b" \n", [Kind.TABLE], "people.csv: This file is empty"),
        ("people.csv", b"x" * (MOST_BYTES + 1), [Kind.TABLE], "people.csv: This file is larger than 10 MB"),
        ("../../etc/x.exe", b"MZ", [Kind.TABLE], "^x.exe: "),
    ],
)
def test_a_file_is_taken_only_where_its_name_and_its_first_bytes_agree(name, data, kinds, reason):
    with pytest.raises(UploadRefused, match=reason):
        upload_of(name, data, *kinds)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\Users\\Ines\\people.csv", "people.csv"),
        ("/home/ines/people.csv", "people.csv"),
        ("a\nb\u202e.csv", "ab.csv"),
        ("", "file"),
        ("Ä" * 200 + ".csv", "Ä" * 85 + "….csv"),
    ],
)
def test_a_name_is_its_last_part_as_it_can_be_shown(name, shown):
    assert plain_name(name) == shown


# ------------------------------------------------------------------------------------------------- tables
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("name,age\nInes,17\n", [("name", "age"), ("Ines", "17")]),
        ("name;age\nInes;3,5\nBea;4,5\n", [("name", "age"), ("Ines", "3,5"), ("Bea", "4,5")]),
        ("name\tage\nDuarte, Ines\t17", [("name", "age"), ("Duarte, Ines", "17")]),
        ("sep=;\nname;a,b\n1;2,3", [("name", "a,b"), ("1", "2,3")]),
        ("name\nInes\n", [("name",), ("Ines",)]),
        ('a,b\r\n"x ""y""\r\nz",=1+1\r\n', [("a", "b"), ('x "y"\r\nz', "=1+1")]),
        ("a,b\r1,2\r", [("a", "b"), ("1", "2")]),
        ("\ufeffa,b\n1,2", [("a", "b"), ("1", "2")]),
        ("a,b\n,\n\n 1,😀\n", [("a", "b"), (" 1", "😀")]),
    ],
)
def test_cells_are_told_apart_as_the_file_does_it(data, said):
    assert cells(data) == said


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_table_is_read_in_the_letters_it_says(letters):
    read = table("name,place\nÉva Nagy,Győr\n".encode(letters))

    assert (read.rows[1].cells, read.told) == (("Éva Nagy", "Győr"), ())


def test_letters_that_do_not_say_what_they_are_are_taken_as_windows_wrote_them_and_told():
    read = table("name,place\nÉva,Genève – “là”\n".encode("cp1252"))

    assert read.rows[1].cells == ("Éva", "Genève – “là”")
    assert "Windows-1252" in read.told[0]


def test_a_row_is_named_by_the_line_where_it_begins():
    read = table('a,b\n"one\ntwo",3\n\n4,5\n')

    assert [row.number for row in read.rows] == [1, 2, 5]


@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])), min_size=2, max_size=4),
        min_size=1,
        max_size=5,
    )
)
@example([["", "", "", ""], ["", ""], ["", ";0"], ["", "", ";"]])
@example([["\t;", "|"], [";|", "\t"]])
@settings(max_examples=100, deadline=None)
def test_whatever_is_written_as_csv_is_read_again(rows):
    rows = [["a" * 3, "b", "c", "d"][: len(rows[0])], *[row[: len(rows[0])] for row in rows]]
    text = "\r\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)

    read, _ = upload_readers.read({"verb": "table", "name": "x.csv", "kind": "table"}, text.encode())

    assert [row for _, row in read["rows"]] == [row for row in rows if any(cell.strip() for cell in row)]


def test_a_row_gives_its_cells_as_texts_for_those_who_ask_past_its_end():
    row = Row(1, (" Ines ", Decimal("61.50"), True, None, datetime(2026, 11, 28, 9, 30), date(2026, 11, 28), time(9)))

    assert [row.text(place) for place in range(8)] == [
        "Ines",
        "61.50",
        "true",
        "",
        "2026-11-28 09:30",
        "2026-11-28",
        "09:00:00",
        "",
    ]


# ------------------------------------------------------------------------------------------------- workbooks
def test_a_workbook_gives_what_its_cells_hold_exactly():
    def fill(book):
        sheet = book.active
        sheet.title = "Marks"
        sheet.append(["Duarte, Inês", 61.37, 12, True, datetime(2026, 11, 28, 9, 30), None, None])
        sheet["C4"] = "’=1+1"
        book.create_sheet("Zweites")["B2"] = Decimal("0.1")

    read = read_workbook(workbook(fill))

    assert list(read.sheets) == ["Marks", "Zweites"]
    assert read.sheets["Marks"] == (
        Row(1, ("Duarte, Inês", Decimal("61.37"), Decimal(12), True, datetime(2026, 11, 28, 9, 30))),
        Row(4, (None, None, "’=1+1")),
    )
    assert read.sheets["Zweites"] == (Row(2, (None, Decimal("0.1"))),)
    assert read.told == ()


def test_a_formula_is_never_worked_out_but_taken_as_its_text_and_told():
    def fill(book):
        book.active["A1"] = "=cmd|'/c calc'!A0"
        book.active["B1"] = '=HYPERLINK("http://127.0.0.1:9/","x")'

    read = read_workbook(workbook(fill))

    assert read.sheets["Sheet"][0].cells == ("=cmd|'/c calc'!A0", '=HYPERLINK("http://127.0.0.1:9/","x")')
    assert read.told == ("Sheet “Sheet” has formulas in A1, B1. Nothing was worked out: the text was taken.",)


def test_the_first_sheet_of_a_workbook_can_be_a_table_of_texts():
    def fill(book):
        book.active.append(["Ines", 12, 61.5, True, None, "x"])
        book.create_sheet("More")

    read = read_table(workbook(fill))

    assert read.rows == (Row(1, ("Ines", "12", "61.5", "true", "", "x")),)
    assert read.told == ("Only the first sheet, “Sheet”, was read. The workbook has 1 more.",)


# ------------------------------------------------------------------------------------------------- the rest
def test_an_archive_gives_its_files_by_their_paths():
    data = zipped({"pack.yaml": "title: é", "sources/a.md": b"\0\xff", "empty.md": b""})

    assert read_archive(Upload("pack.zip", data)) == {
        "pack.yaml": "title: é".encode(),
        "sources/a.md": b"\0\xff",
        "empty.md": b"",
    }


def test_xml_gives_its_root():
    assert read_xml(Upload("rubric.xml", b"<rubric><prompt>x &amp; y</prompt></rubric>")).findtext("prompt") == "x & y"


def test_yaml_gives_plain_values():
    text = "a: 1\nb: [x, yes, 2026-01-02, 1_000, 0x1F, .5, null, ~]\nc: {d: ' é '}\n"

    assert read_yaml(Upload("x.yaml", text.encode())) == {
        "a": 1,
        "b": ["x", True, "2026-01-02", 1000, 31, 0.5, None, None],
        "c": {"d": " é "},
    }
    assert read_yaml(Upload("x.yaml", b"# nothing\n")) is None


def test_text_gives_its_letters_with_plain_line_ends():
    read = read_text(Upload("x.txt", "one\r\ntwo\rthré".encode("cp1252")))

    assert (read.text, len(read.told)) == ("one\ntwo\nthré", 1)


# ------------------------------------------------------------------------------------------------- the field
class Asking(forms.Form):
    file = UploadField(Kind.TABLE, Kind.WORKBOOK, label="The list")


def test_a_field_gives_an_upload():
    form = Asking({}, {"file": SimpleUploadedFile("people.csv", b"a,b")})

    assert form.is_valid()
    assert form.cleaned_data["file"] == Upload("people.csv", b"a,b")
    assert 'accept=".csv,.tsv,.xlsx"' in str(form["file"])


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (None, "Choose a file first. Choose a .csv, .tsv or .xlsx file."),
        (SimpleUploadedFile("people.csv", b""), "people.csv: This file is empty. Choose another."),
        (SimpleUploadedFile("a.pdf", b"%PDF"), "a.pdf: This kind of file is not taken here."),
    ],
)
def test_a_field_says_why_a_file_is_not_taken(file, reason):
    form = Asking({}, {"file": file} if file else {})

    assert not form.is_valid()
    assert form.errors["file"][0].startswith(reason)


def test_a_field_says_of_a_file_that_was_let_pass_by_that_it_is_too_large():
    passed_by = SimpleUploadedFile("people.csv", b"")
    passed_by.size = MOST_BYTES + 1

    assert Asking({}, {"file": passed_by}).errors["file"] == [
        "people.csv: This file is larger than 10 MB. Choose a smaller one."
    ]
