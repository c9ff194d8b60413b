import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from courses.kernel.text import sha256_of
from essays.actions.drafts import reopen_draft
from tests.essays.writing import ESSAY, save, submit

CHECK = "/receipts/"


@pytest.fixture
def written(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return draft


@pytest.fixture
def receipt(written, student):
    return submit(written, student)


@pytest.fixture
def client(as_user, student):
    return as_user(student)


def test_the_receipt_says_number_words_hash_and_moment(client, receipt):
    page = client.get(reverse("essays:receipts-detail", args=[receipt.number])).content.decode()

    assert receipt.number in page
    assert "Tue 24 Nov 2026, 10:00:00 (Brussels)" in page
    assert "21 (asked for: 5–50 words)" in page
    assert sha256_of(ESSAY)[:4] in page
    assert receipt.spaced_hash.replace(" ", "") == sha256_of(ESSAY)


@pytest.mark.parametrize("who", ["classmate", "stranger", "teacher", "marker", "admin"])
def test_only_its_author_sees_the_receipt(receipt, as_user, who, request):
    client = as_user(request.getfixturevalue(who))

    assert client.get(reverse("essays:receipts-detail", args=[receipt.number])).status_code == 404
    assert client.get(reverse("essays:receipts-text", args=[receipt.number])).status_code == 404


def test_the_file_is_the_exact_text(client, receipt):
    response = client.get(reverse("essays:receipts-text", args=[receipt.number]))

    assert response.content.decode() == ESSAY
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert f'filename="{receipt.number}.txt"' in response["Content-Disposition"]


def test_a_replaced_receipt_says_what_counts_now(client, written, student, receipt):
    draft = reopen_draft(written, by=student)
    save(draft, student, ESSAY + " More.", base=1)
    draft.refresh_from_db()
    second = submit(draft, student)

    page = client.get(reverse("essays:receipts-detail", args=[receipt.number])).content.decode()

    assert "No longer the current one" in page
    assert second.number in page


# ---------------------------------------------------------------- the public check
def check(number, text="", **more):
    return Client().post(CHECK, {"number": number, "text": text} | more)


def test_anybody_may_check_without_signing_in(db):
    response = Client().get(CHECK)

    assert response.status_code == 200


@pytest.mark.parametrize(
    "text",
    [ESSAY, ESSAY.replace("\n", "\r\n"), ESSAY + "\n\n", ESSAY.replace("\n", "  \n"), "\ufeff" + ESSAY],
    ids=["exact", "other line ends", "line ends after it", "space at line ends", "with a byte order mark"],
)
def test_the_same_text_is_the_same(receipt, text):
    page = check(receipt.number, text).content.decode()

    assert "Same." in page
    assert "Differs." not in page


@pytest.mark.parametrize("text", [ESSAY + "!", ESSAY.lower(), "x", ESSAY.replace("\n\n", "\n")])
def test_another_text_differs_and_tells_nothing(receipt, text):
    page = check(receipt.number, text).content.decode()

    assert "Differs." in page
    assert "Tue 24 Nov" not in page
    assert "invalid" not in page.lower()


@pytest.mark.parametrize(
    "change", [str.lower, lambda n: n.replace("-", ""), lambda n: f"  {n} ", lambda n: n.replace("-", " ")]
)
def test_the_number_may_be_typed_as_people_type(receipt, change):
    page = check(change(receipt.number), ESSAY).content.decode()

    assert "Same." in page


def test_a_number_that_is_not_there_is_said_to_be(db):
    page = check("R-AAAA-AAAA", "x").content.decode()

    assert "No receipt has the number R-AAAA-AAAA." in page


def test_a_file_is_compared_too(receipt):
    file = SimpleUploadedFile("essay.txt", ESSAY.replace("\n", "\r\n").encode("utf-8-sig"))

    page = check(receipt.number, file=file).content.decode()

    assert "Same." in page


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\xff\xfe\x00A", "not plain text"), (b"x" * 1_048_577, "larger than any essay")],
)
def test_a_file_that_cannot_be_compared_is_said_to_be(receipt, content, said):
    response = check(receipt.number, file=SimpleUploadedFile("essay.txt", content))

    assert response.status_code == 422
    assert said in response.content.decode()


@pytest.mark.parametrize("given", [{"number": "", "text": "x"}, {"number": "R-AAAA-AAAA", "text": " "}, {}])
def test_what_is_missing_is_asked_for(db, given):
    response = Client().post(CHECK, given)

    assert response.status_code == 422


def test_a_text_with_a_null_character_simply_differs(receipt):
    page = check(receipt.number, "a\x00b").content.decode()

    assert "Differs." in page


def test_the_check_names_nobody(receipt, student, written):
    page = check(receipt.number, ESSAY).content.decode()

    assert student.last_name not in page
    assert str(written.public_id) not in page


def test_a_receipt_lists_what_each_paragraph_cites(draft, student, as_user):
    save(draft, student, "Radar [Source A, ¶1].\nNothing here.\nTwice [Source A, ¶2] and [Source B].")
    draft.refresh_from_db()
    receipt = submit(draft, student)

    page = as_user(student).get(reverse("essays:receipts-detail", args=[receipt.number]))

    brief = reverse("essays:assignments-brief", args=[draft.assignment.public_id])
    assert [line.number for line in page.context["cited"]] == [1, 3]
    assert f'<a href="{brief}#source-a-p2">Source A, ¶2</a>' in page.content.decode()
