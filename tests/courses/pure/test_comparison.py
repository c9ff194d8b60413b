"""Two texts compared: nothing of either is lost, and what a person changed is what the page marks."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from courses.pure.comparison import CELLS, Piece, compare, comparison

WORDS = st.sampled_from(
    ["the", "fleet", "Fleet", "alliance", "of", "1914", ",", ".", " ", "  ", "\n", "\n\n", "é", "🙂"]
)
TEXTS = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=60).map("".join))


def joined(pieces, *kinds):
    return "".join(piece.text for piece in pieces if piece.kind in kinds)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_from_the_pieces(before, after):
    pieces = compare(before, after)

    assert joined(pieces, "same", "removed") == before
    assert joined(pieces, "same", "added") == after


@given(TEXTS, TEXTS)
def test_no_piece_is_empty_and_no_two_neighbours_are_of_one_kind(before, after):
    pieces = compare(before, after)

    assert all(piece.text for piece in pieces)
    assert all(one.kind != next_.kind for one, next_ in pairwise(pieces))


@given(TEXTS)
def test_a_text_compared_with_itself_is_one_same_piece(text):
    pieces = compare(text, text)

    assert pieces == ([Piece("same", text)] if text else [])


@pytest.mark.parametrize(
    ("before", "after", "pieces"),
    [
        (
            "Radar helped the fleet.",
            "Radar helped the whole fleet.",
            [("same", "Radar helped the"), ("added", " whole"), ("same", " fleet.")],
        ),
        (
            "Radar helped the fleet.",
            "Radar hurt the fleet.",
            [("same", "Radar "), ("removed", "helped"), ("added", "hurt"), ("same", " the fleet.")],
        ),
        (
            "One.\nTwo.\nThree.",
            "One.\nThree.",
            [("same", "One.\n"), ("removed", "Two.\n"), ("same", "Three.")],
        ),
        ("", "All new.", [("added", "All new.")]),
        ("All gone.", "", [("removed", "All gone.")]),
    ],
)
def test_a_change_is_marked_where_it_is(before, after, pieces):
    found = compare(before, after)

    assert [(piece.kind, piece.text) for piece in found] == pieces


def test_a_rewritten_sentence_is_one_change_not_confetti():
    before = "Cheap drones forced the alliance to spend more on the defence of its airfields."
    after = "Cheap drones changed what every member of it had to pay for guarding an airfield."

    pieces = compare(before, after)

    assert [piece.kind for piece in pieces] == ["same", "removed", "added", "same"]


def test_a_word_that_only_changed_its_ending_is_marked_alone():
    pieces = compare("It weakens trust between allies, slowly.", "It weakened trust between allies, slowly.")

    assert [piece.text for piece in pieces if piece.kind != "same"] == ["weakens", "weakened"]


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 99))
def test_a_stretch_too_long_for_words_stands_as_a_whole_and_says_so(seed):
    chance = random.Random(seed)  # noqa: S311  # no secret: a shuffled text
    before, after = (" ".join(chance.choice("ab") for _ in range(100_000)) for _ in range(2))

    pieces = compare(before, after)

    assert len(before) ** 2 > CELLS
    assert joined(pieces, "same", "removed") == before
    assert [piece.kind for piece in pieces if piece.whole] == ["removed", "added"]
    assert not comparison(before, after).by_word


def test_an_unchanged_stretch_is_folded_but_for_the_words_next_to_a_change():
    middle = " ".join(f"word{number}" for number in range(200))

    shown = comparison(f"Old {middle} end.", f"New {middle} close.")

    folded = [part for part in shown.parts if part.is_folded]
    assert [part.words for part in folded] == [160]
    assert "".join(part.text for part in shown.parts if part.kind == "same").split() == [*middle.split(), "."]


def test_the_words_that_came_and_went_are_counted():
    shown = comparison("One two three.", "One three four five.")

    assert (shown.words_added, shown.words_removed, shown.is_same) == (2, 1, False)


def test_a_changed_line_end_is_shown_by_a_sign():
    shown = comparison("One two", "One\ntwo")

    assert "¶" in "".join(part.text for part in shown.parts if part.kind == "added")
