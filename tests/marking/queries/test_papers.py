"""How far papers are."""

import pytest

from marking.actions.identity import raise_flag
from marking.actions.papers import allot_second, claim_paper, make_papers
from marking.queries.papers import Progress, papers_progress, words_note
from tests.rows import set_for


def test_progress_counts_first_places_by_state(assignment, papers, finished, marker, second_marker, teacher):
    claim_paper(papers[1], by=second_marker)
    allot_second(papers[0], marker=second_marker, by=teacher)
    raise_flag(papers[2], kind="copying", by=marker)
    raise_flag(papers[2], kind="second_opinion", by=marker)
    raise_flag(papers[1], kind="worry", by=marker)

    progress = papers_progress([assignment])

    assert progress == {assignment.pk: Progress(total=3, waiting=1, open=1, finished=1, flagged=1)}
    assert not progress[assignment.pk].is_done


def test_progress_of_many_assignments_costs_two_statements(assignment, papers, course, teacher, statements):
    other = set_for(
        course,
        teacher,
        prompt_version=assignment.prompt_version,
        rubric_version=assignment.rubric_version,
        mode=assignment.mode,
    )

    with statements() as counting:
        progress = papers_progress([assignment, other])

    assert (counting.number, list(progress)) == (2, [assignment.pk])


def test_retired_papers_are_not_counted(assignment, papers):
    submission = papers[0].submission
    submission.withdrawn_at = submission.submitted_at
    submission.save(update_fields=["withdrawn_at"])
    make_papers(assignment)

    assert papers_progress([assignment])[assignment.pk].total == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [(799, "under 800 words"), (800, ""), (1_200, ""), (1_201, "over 1,200 words")],
)
def test_words_outside_the_range_are_said(words, said):
    assert words_note(words, 800, 1_200) == said


def test_without_a_range_nothing_is_outside_it():
    assert words_note(5, None, None) == ""
