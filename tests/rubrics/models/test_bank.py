"""What the tables of the comment bank can never hold."""

import pytest
from django.db import IntegrityError, transaction

from rubrics.models import BankComment, BankTie


def test_a_code_is_given_once_a_rubric(rubric):
    BankComment.objects.create(rubric=rubric, code="K01", text="One.")

    with pytest.raises(IntegrityError, match=r"bank_comment_code_once|rubric_id, rubrics_bankcomment.code"):
        BankComment.objects.create(rubric=rubric, code="K01", text="Two.")


def test_comments_without_a_code_may_be_many(rubric):
    BankComment.objects.create(rubric=rubric, text="One.")

    BankComment.objects.create(rubric=rubric, text="Two.")

    assert rubric.bank.count() == 2


def test_a_scope_is_known(rubric, marker):
    with pytest.raises(IntegrityError, match="bank_comment_scope_known"), transaction.atomic():
        BankComment.objects.create(rubric=rubric, text="One.", scope="secret", owner=marker)


def test_a_comment_of_ones_own_has_an_owner(rubric):
    with pytest.raises(IntegrityError, match="bank_comment_own_has_owner"), transaction.atomic():
        BankComment.objects.create(rubric=rubric, text="One.", scope="own")


def test_a_comment_is_tied_to_a_place_once(rubric):
    comment = BankComment.objects.create(rubric=rubric, code="K01", text="One.")
    BankTie.objects.create(comment=comment, criterion_key="E1", level_key="1")

    with pytest.raises(IntegrityError, match=r"bank_tie_once|comment_id"), transaction.atomic():
        BankTie.objects.create(comment=comment, criterion_key="E1", level_key="1")
