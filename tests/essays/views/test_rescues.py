"""Bringing in a rescue file over HTTP: the file is chosen, refused with a sentence, or kept once."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from courses.kernel import clock
from courses.kernel.text import sha256_of
from essays.models import Revision
from tests.essays.rescuing import RESCUED, rescue_file
from tests.essays.writing import AFTER_CLOSE, save, submit


@pytest.fixture
def written(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def upload(written, teacher, as_user):
    """Give a function that uploads some bytes as the teacher, and the answer as text."""
    address = reverse("essays:rescues-upload", args=[written.assignment.public_id, written.author.public_id])
    client = as_user(teacher)

    def sent(data, name="essay-5f0c1d52.assay"):
        return client.post(address, {"file": SimpleUploadedFile(name, data)}, follow=True)

    return sent


def test_the_teacher_is_told_where_the_words_are(upload, written):
    answer = upload(rescue_file(written))

    said = answer.content.decode()
    assert answer.redirect_chain[-1][0].endswith(f"/students/{written.author.public_id}/")
    assert "kept apart, as version 2" in said
    assert "from a rescue file" in said
    assert Revision.objects.get(n=2).text == RESCUED


def test_the_same_file_twice_is_one_version(upload, written):
    upload(rescue_file(written))

    answer = upload(rescue_file(written), name="copy (2).txt")

    assert "as version 2" in answer.content.decode()
    assert Revision.objects.count() == 2


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "This file is empty"),
        (b"Dear teacher", "cannot be read"),
        (b"PK\x03\x04" + b"\x00" * 100, "cannot be read"),
        (b"\xff\xfe{\x00", "cannot be read"),
        (b"[" * 500_000, "cannot be read"),
        (b"{}", "not a rescue file"),
        (b'{"format": "assay-rescue-9"}', "of a kind that is not known here"),
        (b'{"format": "assay-rescue-1"}', "Something is missing"),
        (b" " * (2 * 1024 * 1024 + 1), "larger than any rescue file"),
        (b"x" * 5_000_000, "larger than any rescue file"),
    ],
    ids=["empty", "words", "zip", "UTF-16", "deep", "object", "format", "half", "large", "huge"],
)
def test_what_is_no_rescue_file_is_refused_on_the_page_and_nothing_is_kept(upload, data, said):
    answer = upload(data)

    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert Revision.objects.count() == 1


def test_a_changed_file_is_refused_on_the_page(upload, written):
    answer = upload(rescue_file(written).replace(b'"base": 1', b'"base": 0'))

    assert "was changed after it was made" in answer.content.decode()
    assert Revision.objects.count() == 1


def test_no_file_asks_for_one(upload, written, as_user, teacher):
    address = reverse("essays:rescues-upload", args=[written.assignment.public_id, written.author.public_id])

    assert "Choose the file." in as_user(teacher).post(address).content.decode()


def test_a_student_brings_in_an_own_file_and_brings_it_back(written, student, as_user):
    client, data = as_user(student), rescue_file(written)

    answer = client.post(
        reverse("essays:rescues-bring", args=[written.public_id]),
        {"file": SimpleUploadedFile("essay-1.assay", data)},
        follow=True,
    )
    said = answer.content.decode()
    client.post(
        reverse("essays:revisions-restore", args=[written.public_id, 2]),
        {"base": "1", "key": "5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111"},
    )

    written.refresh_from_db()
    assert answer.redirect_chain[-1][0].endswith("/history/2/")
    assert "kept in History, as version 2" in said
    assert "It came from a rescue file that you brought in" in said
    assert written.revisions.get(n=written.head).text == RESCUED


def test_history_leads_to_the_page(written, student, as_user):
    said = as_user(student).get(reverse("essays:revisions-list", args=[written.public_id])).content.decode()

    assert reverse("essays:rescues-bring", args=[written.public_id]) in said


def test_after_the_end_a_student_hears_that_the_teacher_decides(written, student, as_user):
    submit(written, student)
    client = as_user(student)
    address = reverse("essays:rescues-bring", args=[written.public_id])
    before = client.get(address).content.decode()

    client.post(address, {"file": SimpleUploadedFile("essay-1.assay", rescue_file(written))})

    closed = client.get(reverse("essays:drafts-write", args=[written.public_id])).content.decode()
    assert "your teacher decides about them" in before
    assert "came from a rescue file" in closed
    assert "your teacher decides about them" in closed


@pytest.mark.parametrize(
    ("client_ts", "claimed"),
    [("2026-11-26T08:59:30.500Z", "2026-11-26T08:59:30.500000+00:00"), ("yesterday", None), (None, None), ([1], None)],
)
def test_a_save_that_comes_too_late_keeps_what_its_computer_claims(written, student, as_user, client_ts, claimed):
    body = {"base": 1, "key": "5f0c1d52-0a52-4f0e-9d57-b5d8e7f0c111", "text": RESCUED, "sha256": sha256_of(RESCUED)}

    with clock.at(AFTER_CLOSE):
        answer = as_user(student).put(
            reverse("essays:drafts-text", args=[written.public_id]),
            json.dumps(body | {"client_ts": client_ts}),
            content_type="application/json",
        )

    late = Revision.objects.get(n=2)
    assert answer.status_code == 202
    assert (late.claimed_at and late.claimed_at.isoformat()) == claimed
