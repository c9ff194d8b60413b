"""How one's own marking is said, and in which order it stands beside what it became."""

import pytest

from results.pure.self_markings import Beside, most_apart_first, said, summary


def beside(key, thought, found):
    return Beside(key, key, "a", thought, found)


@pytest.mark.parametrize(
    ("rung", "words"), [(None, "not written about"), (0, "nothing that counts"), (1, "level 1"), (4, "level 4")]
)
def test_the_four_states_are_said_apart(rung, words):
    assert said(rung) == words


def test_where_the_two_differ_most_stands_first_and_equals_keep_their_order():
    compared = [
        beside("E1", 3, 3),
        beside("E2", 2, 3),
        beside("E3", 4, 1),
        beside("E4", 1, 4),
        beside("E5", None, 2),
        beside("E6", 0, None),
        beside("E7", 2, 2),
    ]

    assert [one.key for one in most_apart_first(compared)] == ["E3", "E4", "E5", "E2", "E6", "E1", "E7"]


def test_not_attempted_is_not_the_same_as_nothing_creditable_though_neither_lies_higher():
    one = beside("E1", None, 0)

    assert (one.agrees, one.apart, one.is_higher, one.is_lower) == (False, 0, False, False)
    assert (one.you_thought, one.it_is) == ("not written about", "nothing that counts")


@pytest.mark.parametrize(
    ("pairs", "words"),
    [
        ([(3, 3), (None, None)], "The same in 2 of 2."),
        ([(3, 3), (4, 2)], "The same in 1 of 2, you thought higher in 1."),
        ([(3, 3), (1, 2), (None, 1)], "The same in 1 of 3, you thought lower in 2."),
        ([(4, 2), (1, 2), (0, 2)], "The same in 0 of 3, you thought higher in 1, lower in 2."),
        (
            [(3, 3), (0, None)],
            "The same in 1 of 2. In 1 only one of the two says that you wrote about it; "
            "it counts for nothing either way.",
        ),
        (
            [(None, 0), (0, None), (4, 2), (1, 2)],
            "The same in 0 of 4, you thought higher in 1, lower in 1. "
            "In 2 only one of the two says that you wrote about it; it counts for nothing either way.",
        ),
        ([], "The same in 0 of 0."),
    ],
)
def test_the_sum_of_it_is_said_in_one_sentence(pairs, words):
    assert summary(beside(f"E{n}", *pair) for n, pair in enumerate(pairs)) == words
