"""The pages of files: chosen, shown, put in; one's own work taken out."""

import io
import zipfile
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from essays.pure import pdf
from essays.pure.files import read_file
from essays.queries.drafts import drafts_with_text, head_text
from tests.essays import word_files as made
from tests.essays.word_files import packed, paragraph
from tests.essays.writing import ESSAY, save, submit


@pytest.fixture
def client(as_user, student):
    return as_user(student)


def choose(client, draft, data, name="essay.docx", **more):
    return client.post(
        reverse("essays:files-read", args=[draft.public_id]), {"file": SimpleUploadedFile(name, data)}, **more
    )


def test_a_file_is_shown_before_anything_is_done_with_it(client, draft):
    answer = choose(client, draft, packed(paragraph("Convoys", style="Heading1") + paragraph("saved the alliance.")))
    page = answer.content.decode()

    assert answer.status_code == 200
    assert "essay.docx: 4 words" in page
    assert "<p>saved the alliance.</p>" in page
    assert draft.revisions.count() == 0


def test_what_was_left_out_is_said_beside_it(client, draft):
    body = paragraph("Words.") + '<w:p><w:r><w:drawing><a:blip r:embed="r"/></w:drawing></w:r></w:p>'

    page = choose(client, draft, packed(body)).content.decode()

    assert "1 image was left out." in page


def test_hostile_words_of_a_file_are_shown_as_words(client, draft):
    words = "&lt;script&gt;alert(1)&lt;/script&gt; [x](javascript:alert(1)) "
    words += "&lt;/textarea&gt;&lt;img src=x onerror=alert(1)&gt;"

    page = choose(client, draft, packed(paragraph(words))).content.decode()

    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert 'href="javascript' not in page


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (made.with_entities(), "essay.docx", "put together in a way"),
        (b"", "essay.txt", "There are no words in this file."),
        (b"x" * (10 * 1024 * 1024 + 1), "essay.txt", "larger than 10 MB"),
    ],
    ids=["entities", "empty", "large"],
)
def test_a_file_that_is_not_taken_says_why(data, name, reason, client, draft):
    answer = choose(client, draft, data, name)

    assert answer.status_code == 422
    assert reason in answer.content.decode()


def test_a_file_larger_than_any_is_not_even_kept_for_a_moment_and_said_to_be_too_large(client, draft):
    answer = choose(client, draft, b"x" * (12 * 1024 * 1024), "essay.docx")

    assert answer.status_code == 422
    assert "larger than 10 MB" in answer.content.decode()
    assert "Choose a file first." not in answer.content.decode()


def test_no_file_at_all_is_asked_for_again(client, draft):
    answer = client.post(reverse("essays:files-read", args=[draft.public_id]))

    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_the_desk_gets_the_part_alone_and_a_refusal_it_can_show(client, draft):
    answer = choose(client, draft, b"%PDF-1.7", "essay.pdf", headers={"HX-Request": "true"})
    part = answer.content.decode()

    assert answer.status_code == 200
    assert "A PDF cannot be brought in" in part
    assert "<html" not in part


def test_words_shown_are_put_in_and_the_desk_opens_with_them(client, draft, student):
    save(draft, student, "Before.")
    given = {"text": "From the file.\r\nTwo.", "where": "end", "key": uuid4()}

    answer = client.post(reverse("essays:files-put", args=[draft.public_id]), given)

    assert answer["Location"] == reverse("essays:drafts-write", args=[draft.public_id])
    assert head_text(drafts_with_text(student).get()) == "Before.\n\nFrom the file.\nTwo."


@pytest.mark.parametrize("given", [{}, {"text": "x"}, {"text": " ", "where": "end"}, {"text": "x", "where": "nowhere"}])
def test_nothing_is_put_in_without_words_and_a_place(given, client, draft):
    answer = client.post(reverse("essays:files-put", args=[draft.public_id]), given)

    assert answer["Location"] == reverse("essays:files-read", args=[draft.public_id])
    assert draft.revisions.count() == 0


def test_words_that_come_beside_another_save_are_said_to_be_kept(client, draft, student, monkeypatch):
    save(draft, student, "Before.")
    draft.refresh_from_db()
    submit(draft, student)

    answer = client.post(
        reverse("essays:files-put", args=[draft.public_id]), {"text": "More.", "where": "end"}, follow=True
    )

    assert "The time is over, so the file was not put in." in answer.content.decode()


def test_no_file_is_asked_for_once_the_essay_is_handed_in(client, draft, student):
    save(draft, student)
    draft.refresh_from_db()
    submit(draft, student)

    answer = client.get(reverse("essays:files-read", args=[draft.public_id]))

    assert answer["Location"] == reverse("essays:drafts-write", args=[draft.public_id])


def test_without_a_script_the_desk_saves_and_then_asks_for_the_file(client, draft, student):
    given = {"text": "Typed so far.", "base": 0, "key": uuid4(), "then": "file"}

    answer = client.post(reverse("essays:drafts-write", args=[draft.public_id]), given)

    assert answer["Location"] == reverse("essays:files-read", args=[draft.public_id])
    assert head_text(drafts_with_text(student).get()) == "Typed so far."


# ------------------------------------------------------------------------------------------------- one's own copy
@pytest.fixture
def handed_in(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return submit(draft, student)


def test_ones_own_copy_shows_the_essay_and_what_it_can_be_taken_as(client, draft, student):
    save(draft, student, "# Radar\n\nIt **saw** them.")

    page = client.get(reverse("essays:files-copy", args=[draft.public_id])).content.decode()

    assert "It <strong>saw</strong> them." in page
    assert student.name in page
    assert 'href="?as=docx"' in page


def test_citations_of_the_copy_lead_to_the_brief_where_the_sources_are(client, draft, student):
    save(draft, student, "So [Source A, ¶1].")

    page = client.get(reverse("essays:files-copy", args=[draft.public_id])).content.decode()

    brief = reverse("essays:assignments-brief", args=[draft.assignment.public_id])
    assert f'href="{brief}#source-a-p1"' in page


def test_the_text_taken_away_is_exact(client, draft, student):
    save(draft, student, "One.\n\n  two \n")

    answer = client.get(reverse("essays:files-copy", args=[draft.public_id]), {"as": "txt"})

    assert answer.content.decode() == "One.\n\n  two \n"
    assert answer["Content-Disposition"].endswith('.txt"')
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_the_word_file_says_the_same_and_carries_its_authors_name(client, draft, student):
    save(draft, student, ESSAY)

    answer = client.get(reverse("essays:files-copy", args=[draft.public_id]), {"as": "docx"})

    assert read_file("essay.docx", answer.content).text == ESSAY
    assert answer["Content-Type"].endswith("wordprocessingml.document")
    assert student.name.encode() in _unpacked(answer.content, "docProps/core.xml")


def _unpacked(data, name):
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(name)


def test_what_was_handed_in_is_taken_away_as_it_was(client, handed_in, draft, student):
    address = reverse("essays:files-handed-in", args=[handed_in.number])

    page = client.get(address).content.decode()
    text = client.get(address, {"as": "txt"}).content.decode()

    assert f"(Brussels), {handed_in.number}" in page
    assert text == ESSAY


@pytest.mark.parametrize("asked", ["odt", "", "../../etc/passwd", "PDF"])
def test_another_kind_of_file_is_not_there(asked, client, draft):
    answer = client.get(reverse("essays:files-copy", args=[draft.public_id]), {"as": asked})

    assert answer.status_code == 404


def test_only_its_author_takes_an_essay_away(as_user, classmate, teacher, draft, handed_in):
    for person in (classmate, teacher):
        client = as_user(person)
        assert client.get(reverse("essays:files-copy", args=[draft.public_id])).status_code == 404
        assert client.get(reverse("essays:files-handed-in", args=[handed_in.number])).status_code == 404


def test_where_no_pdf_can_be_made_the_page_says_how_to_print_one(client, draft, student, monkeypatch):
    save(draft, student)
    for place in ("essays.views.files.pdf_is_here", "essays.actions.files.pdf_is_here"):
        monkeypatch.setattr(place, lambda: False)
    address = reverse("essays:files-copy", args=[draft.public_id])

    page = client.get(address).content.decode()
    refused = client.get(address, {"as": "pdf"})

    assert "choose “Save as PDF”" in page
    assert 'href="?as=pdf"' not in page
    assert refused.status_code == 409


@pytest.mark.pdf
def test_a_pdf_is_made_of_the_essay(client, draft, student):
    if not pdf.pdf_is_here():
        pytest.fail(
            "WeasyPrint or Pango is missing on this machine: pip install assay[pdf]; apt install libpango-1.0-0"
        )
    save(draft, student, "# Radar\n\nIt **saw** them [Source A, ¶1].[^1]\n\n> So.\n\n[^1]: Chain Home.")

    answer = client.get(reverse("essays:files-copy", args=[draft.public_id]), {"as": "pdf"})

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.")
    assert len(answer.content) > 5_000
