import pytest

from essays.models import Reading, Submission
from essays.queries.receipts import check_receipt, receipted_submission, tidy_number
from tests.essays.writing import ESSAY, save, submit


@pytest.fixture
def number(draft, student):
    save(draft, student)
    draft.refresh_from_db()
    return submit(draft, student).number


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("R-7K2M-QD4X", "R-7K2M-QD4X"),
        ("r7k2mqd4x", "R-7K2M-QD4X"),
        (" R 7K2M QD4X ", "R-7K2M-QD4X"),
        ("R–7K2M–QD4X", "R-7K2M-QD4X"),
        ("K7M-2QD", "K7M-2QD"),
        ("", ""),
        ("x" * 500, "x" * 20),
    ],
)
def test_a_number_is_read_as_people_type_it(typed, read):
    assert tidy_number(typed) == read


def test_a_receipt_outlives_the_reading(number):
    Reading.objects.all().delete()

    assert check_receipt(number, ESSAY).same is True
    assert check_receipt(number, ESSAY + "!").same is False


def test_a_check_takes_one_statement(number, without_transactions):
    with without_transactions() as statements:
        check_receipt(number, ESSAY)

    assert len(statements) == 1


def test_only_its_author_finds_a_receipt(number, student, classmate):
    assert receipted_submission(student, number.lower()).receipt_number == number

    with pytest.raises(Submission.DoesNotExist):
        receipted_submission(classmate, number)
