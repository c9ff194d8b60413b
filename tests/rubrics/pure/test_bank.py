"""Words of a comment, places it is tied to, and what counts as the same words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.bank import TEXT_MOST, in_general, normalised, plain, problem_with, stray_ties, tidy, ties_between

KNOWN = {"E1": ["0", "1", "2"], "C1": ["0", "1"]}


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Name the line. ", "Name the line."),
        ("One.\r\nTwo.", "One.\nTwo."),
        ("One.\n\n\n\nTwo.\n ", "One.\n\nTwo."),
        (" \n ", ""),
    ],
)
def test_words_are_kept_with_nothing_around_them(text, kept):
    assert tidy(text) == kept


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Write what"),
        ("x" * (TEXT_MOST + 1), "at most 1,000"),
        ("a\x00b", "cannot be shown"),
        ("half \ud83d", "cannot be shown"),
        ("You say {quotes}.", "{quotes}. Use {quote}, {source} or {level}"),
        ("You say {Quote}.", "{Quote}"),
    ],
)
def test_words_that_cannot_be_kept_are_told_why(text, says):
    assert says in problem_with(text)


@pytest.mark.parametrize(
    "text", ["You say {quote}: {source} says otherwise.", "The set {1, 2} and {a}.", "Good.", "At {level}, weigh it."]
)
def test_variables_and_braces_that_are_none_are_fine(text):
    assert problem_with(text) == ""


def test_a_comment_in_general_has_no_stress_and_fills_in_nothing():
    assert in_general("You write {quote}, and *why*?") == "You write …, and why?"
    assert plain("One *and* two * three") == "One and two * three"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Name the line.", "name  the\nLINE", True),
        ("Don’t list: weigh.", "Don't list: weigh!", True),
        ("“Name the line.”", "Name the line", True),
        ("ﬁrst – then", "first - then", True),
        ("Name the line.", "Name a line.", False),
        ("Name, the line", "Name the line", False),
    ],
)
def test_the_same_words_are_the_same_whatever_their_case_spaces_and_last_signs(one, other, same):
    assert (normalised(one) == normalised(other)) is same


@given(st.text(max_size=60))
def test_normalising_twice_is_normalising_once(text):
    assert normalised(normalised(text)) == normalised(text)


@pytest.mark.parametrize(
    ("criteria", "levels", "ties"),
    [
        (["E1"], [], [("E1", "")]),
        (["E1", "C1"], ["2"], [("E1", "2")]),
        (["E1", "C1"], ["1", "NA"], [("E1", "1"), ("E1", "NA"), ("C1", "1"), ("C1", "NA")]),
        (["E1", "E1"], ["1", "1"], [("E1", "1")]),
        ([], ["1"], []),
    ],
)
def test_every_criterion_is_tied_to_every_level_that_it_has(criteria, levels, ties):
    assert ties_between(criteria, levels, KNOWN) == ties


def test_ties_to_what_the_rubric_does_not_have_are_told_apart():
    ties = [("E1", ""), ("E1", "2"), ("E1", "NA"), ("C1", "2"), ("Z9", ""), ("Z9", "1")]

    assert stray_ties(ties, KNOWN) == [("C1", "2"), ("Z9", ""), ("Z9", "1")]
