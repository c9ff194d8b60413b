"""Which comments a person is offered, and where they suit."""

import pytest

from rubrics.models import BankComment, BankTie
from rubrics.queries.bank import BankLine, comments_for, where_it_suits
from rubrics.queries.versions import rubric_sheet


@pytest.fixture
def shared(rubric) -> BankComment:
    comment = BankComment.objects.create(rubric=rubric, code="K02", position=2, text="Name the line.")
    BankTie.objects.create(comment=comment, criterion_key="E1", level_key="1")
    BankTie.objects.create(comment=comment, criterion_key="E1", level_key="NA")
    return comment


def line(*ties: tuple[str, str]) -> BankLine:
    return BankLine(1, "K01", "Say more.", is_own=False, uses=0, ties=ties)


def test_shared_comments_come_in_their_order_and_then_ones_own(
    rubric, shared, marker, second_marker, django_assert_num_queries
):
    BankComment.objects.create(rubric=rubric, text="Mine.", owner=marker, scope="own")
    BankComment.objects.create(rubric=rubric, text="Not mine.", owner=second_marker, scope="own")
    BankComment.objects.create(rubric=rubric, code="K01", position=1, text="First.")

    with django_assert_num_queries(3):
        found = comments_for(rubric, marker)

    assert [(one.text, one.is_own) for one in found] == [("First.", False), ("Name the line.", False), ("Mine.", True)]
    assert found[1].ties == (("E1", "1"), ("E1", "NA"))


def test_students_are_offered_nothing(rubric, shared, student):
    assert comments_for(rubric, student) == []


@pytest.mark.parametrize(
    ("ties", "criterion", "level", "suits"),
    [
        ([("E1", "1")], "E1", "1", True),
        ([("E1", "1")], "E1", "2", False),
        ([("E1", "1")], "E2", "1", False),
        ([("E1", "1")], "E1", "", True),
        ([("E1", "")], "E1", "3", True),
        ([("E1", "NA")], "E1", "NA", True),
        ([], "E1", "1", False),
    ],
)
def test_a_comment_suits_the_places_it_is_tied_to(ties, criterion, level, suits):
    assert line(*ties).suits(criterion, level) is suits


@pytest.mark.parametrize(
    ("ties", "words"),
    [
        ([("E1", "1")], "E1 at level 1"),
        ([("E1", "1"), ("E1", "NA")], "E1 at level 1 or where not attempted"),
        ([("E1", "")], "E1"),
        ([("E1", ""), ("C1", "2")], "E1; C1 at level 2"),
        ([], ""),
    ],
)
def test_where_a_comment_suits_is_said_in_words(draft, ties, words):
    assert where_it_suits(line(*ties), rubric_sheet(draft.pk)) == words
