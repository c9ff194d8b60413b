"""What is said about the length of a paper."""

import pytest

from marking.queries.papers import words_note


@pytest.mark.parametrize(
    ("words", "said"),
    [(799, "under 800 words"), (800, ""), (1_200, ""), (1_201, "over 1,200 words")],
)
def test_words_outside_the_range_are_said(words, said):
    assert words_note(words, 800, 1_200) == said


def test_without_a_range_nothing_is_outside_it():
    assert words_note(5, None, None) == ""
