"""What a file says: its letters, its marks, what of it does not come along – and which files are not taken at all."""

import io

import docx
import pytest

from courses.kernel.renderer import render
from essays.pure.blocks import blocks_of
from essays.pure.files import MOST_BYTES, read_file, said_left_out
from essays.pure.markdown import markdown_of
from essays.pure.word_files import NotReadable
from tests.essays import word_files as made
from tests.essays.word_files import packed, paragraph

MARKED = """# Machines and allies

One **bold**, *leaning*, ***both*** and [a treaty](https://example.org/a_%28b%29) [Source B, ¶2].[^1]

- Radar
    - Chain Home
        - 1937
- Convoys

1. Mobilise
2. Entrain
    - by night

> An attack on one
> is an attack on all.
>
> So they said.

| Era | Direction |
| --- | --- |
| 1914–18 | weaker |
| 1939–45 |  |

---

1914. The year of 5 * 3 and snake_case, “quoted” – it’s so.

[^1]: Taylor, *War by Timetable*."""


# ------------------------------------------------------------------------------------------------- letters
@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("Naïve – “so”".encode(), "Naïve – “so”"),
        ("\ufeffNaïve".encode(), "Naïve"),
        ("Naïve".encode("utf-16"), "Naïve"),
        ("Naïve – 📱".encode("utf-16-be").join([b"\xfe\xff", b""]), "Naïve – 📱"),
        ("Naïve – “so”".encode("cp1252"), "Naïve – “so”"),
        (b"one\r\ntwo\rthree", "one\ntwo\nthree"),
        (b"page one\x0cpage two", "page one\npage two"),
        (b"\n\n**bold** stays\n\n\n", "**bold** stays"),
    ],
)
def test_plain_text_is_read_in_whatever_letters_it_was_written(data, said):
    assert read_file("essay.txt", data).text == said


def test_signs_that_cannot_be_shown_are_left_out_and_counted():
    found = read_file("essay.txt", b"one\x07 two\x01")

    assert found.text == "one two"
    assert found.left_out == "2 signs that cannot be shown were left out."


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("essay.txt", b"", "There are no words"),
        ("essay.txt", b"  \n ", "There are no words"),
        ("essay.txt", "words".encode("utf-16-le"), "letters of this file"),
        ("essay.txt", b"\x81\x8d\xff words", "letters of this file"),
        ("essay.txt", b"\xff\xfea", "letters of this file"),
        ("essay.txt", b"w" * (MOST_BYTES + 1), "larger than 10 MB"),
        ("essay.txt", b"w " * 150_000, "at most 200,000"),
        ("essay.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "older Word file"),
        ("essay.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "password"),
        ("essay.pdf", b"%PDF-1.7", "A PDF cannot"),
        ("essay.rtf", b"{\\rtf1 words}", "Rich Text"),
        ("essay.docx", b"only words", "damaged"),
        ("essay.txt", packed(), "not a file with text"),
        ("essay.docx", packed(more={"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument"),
        ("essay.docx", packed(more={"xl/workbook.xml": "<x/>"}), "spreadsheet"),
        ("essay.docx", packed(more={"ppt/presentation.xml": "<x/>"}), "slides"),
        ("essay.docx", packed(more={"Index/Document.iwa": b"x"}), "Pages file"),
        ("essay.docx", packed(types=made.TYPES.replace(made.MAIN, "application/xml")), "not a Word document"),
    ],
)
def test_what_is_no_essay_is_refused_with_what_to_do_instead(name, data, reason):
    with pytest.raises(NotReadable, match=reason):
        read_file(name, data)


# ------------------------------------------------------------------------------------------------- marks
def test_blocks_written_again_are_the_text_they_were_read_from():
    html = render(MARKED, top_heading=1).html

    assert markdown_of(blocks_of(html)) == MARKED


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<p><strong>Two </strong>words</p>", "**Two** words"),
        ("<p><strong>a</strong> <strong>b</strong></p>", "**a b**"),
        ("<p>in<em>tro</em>duction</p>", "in*tro*duction"),
        ("<p><strong> – </strong></p>", "–"),
        ("<p>a * b, *c* and `d` and \\* and [x](y)</p>", r"a * b, \*c\* and \`d\` and \\\* and [x]\(y)"),
        ("<p># one</p><p>&gt; two</p>", "\\# one\n\n\\> two"),
        ("<h2><strong>Bold</strong> by its style</h2>", "## Bold by its style"),
        ("<p>one<br>two</p>", "one\ntwo"),
        ("<ul><li><p>a</p><p>b</p></li></ul><ol><li>c</li></ol>", "- a b\n\n1. c"),
        ("<table><tr><td>a|b</td><td>c</td></tr><tr><td>d</td><td>e</td></tr></table>", "a|b\tc\nd\te"),
        ("<table><tr><td>only</td></tr><tr><td>one</td></tr></table>", "only\n\none"),
        ('<p><a href="https://e.org">https://e.org</a></p>', "https://e.org"),
        ('<p>x<sup><a href="#fn-footnote-3">[1]</a></sup></p>', "x1"),
        ("<p>* * *</p>", "---"),
        ("<p>&nbsp;</p><p></p>", ""),
    ],
)
def test_html_becomes_as_few_marks_as_say_the_same(html, said):
    assert markdown_of(blocks_of(html)) == said


def test_a_word_document_brings_its_marks_along():
    file = docx.Document()
    file.add_heading("Machines", 1)
    words = file.add_paragraph("One ")
    words.add_run("bold").bold = True
    words.add_run(" and ")
    words.add_run("leaning").italic = True
    file.add_paragraph("Radar", style="List Bullet")
    file.add_paragraph("First", style="List Number")
    file.add_paragraph("Second", style="List Number")
    file.add_paragraph("An attack on one.", style="Quote")
    table = file.add_table(2, 2)
    for cell, said in zip([c for row in table.rows for c in row.cells], "abcd", strict=True):
        cell.text = said
    out = io.BytesIO()
    file.save(out)

    found = read_file("Essay.DOCX", out.getvalue())

    assert found.text == (
        "# Machines\n\nOne **bold** and *leaning*\n\n- Radar\n\n1. First\n2. Second\n\n"
        "> An attack on one.\n\n| a | b |\n| --- | --- |\n| c | d |"
    )
    assert found.left_out == ""
    assert found.words == 16


def test_what_cannot_come_along_is_counted_and_said():
    body = (
        paragraph("Words.")
        + '<w:p><w:r><w:drawing><a:blip r:embed="rId9"/></w:drawing></w:r></w:p>' * 2
        + '<w:p><w:r><w:commentReference w:id="1"/></w:r><w:r><w:object/></w:r></w:p>'
        + "<w:p><m:oMath/></w:p>"
    )
    header = made.document(paragraph("Ines Duarte, 12b"))
    data = packed(body, more={"word/vbaProject.bin": b"macro", "word/header1.xml": header})

    found = read_file("essay.docx", data)

    assert found.text == "Words."
    assert found.left_out == (
        "1 comment, 1 embedded file, 1 formula, 1 header or footer, 2 images and 1 macro were left out."
    )


def test_one_thing_left_out_is_said_in_the_singular():
    assert said_left_out({"image": 1}) == "1 image was left out."
    assert said_left_out({"header or footer": 2}) == "2 headers or footers were left out."


def test_links_of_a_document_lead_to_pages_and_mail_only():
    links = "".join(
        f'<Relationship Id="r{n}" Type="{made.OFFICE}/hyperlink" Target="{target}" TargetMode="External"/>'
        for n, target in enumerate(["https://example.org/", "javascript:alert(1)", "file:///etc/passwd"])
    )
    relations = (
        made.RELATIONS.replace("</Relationships>", "").partition("<Relationship ")[0] + links + "</Relationships>"
    )
    body = "".join(
        f'<w:p><w:hyperlink r:id="r{n}"><w:r><w:t>link {n}</w:t></w:r></w:hyperlink></w:p>' for n in range(3)
    )

    found = read_file("essay.docx", packed(body, more={"word/_rels/document.xml.rels": relations}))

    assert found.text == "[link 0](https://example.org/)\n\nlink 1\n\nlink 2"


# ------------------------------------------------------------------------------------------------- hostile
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (made.with_entities(), "put together in a way"),
        (made.with_external_entity(), "put together in a way"),
        (made.with_doctype_in_utf16(), "put together in a way"),
        (made.bomb(), "unpacks to more"),
        (made.bomb_beside(), "unpacks to more"),
        (made.lying_about_its_size(), "damaged"),
        (made.ten_thousand_members(), "put together in a way"),
        (made.overlapping(), "put together in a way|damaged"),
        (made.deep(), "put together in a way"),
        (made.with_path("../../etc/cron.d/x.xml"), "put together in a way"),
        (made.with_path("/etc/passwd"), "put together in a way"),
        (made.with_path("word/../../x.xml"), "put together in a way"),
        (made.with_path("C:\\windows\\x.xml"), "put together in a way"),
        (made.with_path("WORD/DOCUMENT.XML"), "put together in a way"),
        (made.nested(), "put together in a way"),
        (made.truncated(), "damaged"),
        (made.with_wrong_sum(), "damaged"),
        (made.encrypted_flag(), "put together in a way"),
        (made.gzip_like(), "damaged"),
        (packed(xml="<w:document"), "damaged"),
        (packed(xml="<nothing/>"), "damaged|no words"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else value,
)
def test_a_hostile_file_is_refused_in_words(data, reason):
    with pytest.raises(NotReadable, match=reason):
        read_file("essay.docx", data)


def test_the_workbook_behind_a_chart_is_never_opened_and_does_no_harm():
    data = packed(more={"word/embeddings/Microsoft_Excel_Sheet.xlsx": made.bomb()[:1000]})

    assert read_file("essay.docx", data).text == "Words."


def test_a_table_within_a_table_loses_no_words():
    html = (
        "<table><tr><td>First</td><td>outer<table><tr><td>inner</td><td>two</td></tr></table></td></tr></table>"
        "<p>After.</p>"
    )

    text = markdown_of(blocks_of(html))

    assert all(word in text for word in ("First", "outer", "inner", "two", "After."))
