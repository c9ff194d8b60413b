from hypothesis import given
from hypothesis import strategies as st

from essays.pure.highlights import Run, runs_of


def test_a_paragraph_without_passages_is_one_run():
    assert runs_of("Radar came.", []) == [Run("Radar came.")]


def test_passages_cut_a_paragraph_where_they_begin_and_end():
    assert runs_of("one two three", [(4, 7, "x"), (6, 13, "y")]) == [
        Run("one "),
        Run("tw", is_marked=True, begins="x"),
        Run("o", is_marked=True, begins="y"),
        Run(" three", is_marked=True),
    ]


def test_a_passage_that_lies_outside_draws_nothing():
    assert runs_of("short", [(3, 9, "x"), (2, 2, "y")]) == [Run("short")]


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(0, 45), st.integers(0, 45), st.just("x")), max_size=6))
def test_whatever_is_marked_the_words_are_the_sources_own(text, passages):
    runs = runs_of(text, passages)

    inside = {at for start, end, _ in passages if start < end <= len(text) for at in range(start, end)}
    drawn = [run.is_marked for run in runs for _ in run.text]
    assert "".join(run.text for run in runs) == text
    assert {at for at, marked in enumerate(drawn) if marked} == inside
