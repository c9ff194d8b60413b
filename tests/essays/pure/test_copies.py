"""One's own copy: the Word file says what the essay says, mark by mark, and reads back as the same text."""

import io
import re
import socket
import threading
import zipfile
from datetime import UTC, datetime

import docx
import pytest

from courses.kernel.renderer import render
from essays.pure import pdf
from essays.pure.blocks import blocks_of
from essays.pure.copies import Copy, word_file
from essays.pure.files import read_file
from tests.essays.pure.test_files import MARKED
from tests.worlds import EXEMPLARS, collective_defence

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)


def copy_of(text, **changed):
    given = {"title": "Machines & allies", "course": "History 12", "author": "Ines Duarte", "when": "handed in"}
    return Copy(**{**given, "at": AT, "words": 1234, "text": text} | changed)


def taken(text):
    return word_file(copy_of(text), blocks_of(render(text, top_heading=1).html))


@pytest.mark.parametrize("name", EXEMPLARS)
def test_an_exemplar_taken_away_and_brought_in_again_is_the_same_text(name):
    text = next(one.text for one in collective_defence().exemplars if one.key == name)

    assert read_file("essay.docx", taken(text)).text == text.strip()


def test_every_mark_survives_the_way_through_word():
    assert read_file("essay.docx", taken(MARKED)).text == MARKED


def test_hostile_words_are_words_in_word():
    text = "<script>alert(1)</script> & “so” ]]> <w:p/> \U0001f4f1"

    assert read_file("essay.docx", taken(text)).text == text


def test_the_word_file_has_real_footnotes_headings_lists_and_quotations():
    data = taken(MARKED)
    file = docx.Document(io.BytesIO(data))
    by_words = {paragraph.text: paragraph for paragraph in file.paragraphs}

    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        notes = packed.read("word/footnotes.xml").decode()
    assert by_words["Machines and allies"].style.name == "Heading 1"
    assert by_words["So they said."].style.name == "Quote"
    assert by_words["Chain Home"]._p.pPr.numPr.ilvl.val == 1
    assert "War by Timetable" in notes
    assert [cell.text for cell in file.tables[0].rows[0].cells] == ["Era", "Direction"]


def test_title_author_and_words_stand_apart_from_the_text():
    file = docx.Document(io.BytesIO(taken("Only this.")))
    head = [paragraph.text for paragraph in file.sections[0].first_page_header.paragraphs]

    assert [paragraph.text for paragraph in file.paragraphs] == ["Only this."]
    assert head == ["Machines & allies", "Ines Duarte · History 12 · handed in · 1,234 words"]
    assert (file.core_properties.author, file.core_properties.title) == ("Ines Duarte", "Machines & allies")


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Machines & allies", "machines-allies-2026-11-24.docx"),
        ("Évaluer: l’alliance", "evaluer-lalliance-2026-11-24.docx"),
        ('../../x\r\n"', "x-2026-11-24.docx"),
        ("联盟", "essay-2026-11-24.docx"),
        ("a" * 200, "a" * 60 + "-2026-11-24.docx"),
    ],
)
def test_a_file_is_named_in_letters_every_computer_takes(title, name):
    assert copy_of("", title=title).file_name("docx") == name


@pytest.mark.pdf
def test_a_page_that_asks_for_pictures_gets_none_and_no_address_is_called():
    if not pdf.pdf_is_here():
        pytest.fail(
            "WeasyPrint or Pango is missing on this machine: pip install assay[pdf]; apt install libpango-1.0-0"
        )
    calls = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        listener = threading.Thread(target=_listen, args=(server, calls))
        listener.start()
        asked = (f"http://127.0.0.1:{port}/a.png", "file:///etc/passwd", "http://169.254.169.254/")
        pictures = "".join(f'<img src="{one}" alt="x"><link rel="stylesheet" href="{one}">' for one in asked)

        made = pdf.pdf_of(f'<!doctype html><html lang="en"><title>T</title><body><p>Words.</p>{pictures}</body></html>')

        listener.join()
    assert made.startswith(b"%PDF")
    assert re.search(rb"root:x:0", made) is None
    assert calls == []


def _listen(server, calls):
    for _ in range(20):
        try:
            calls.append(server.accept())
        except TimeoutError:
            continue
