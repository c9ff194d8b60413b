"""What the feedback page says: why and what next, each in its place."""

from datetime import timedelta

import pytest

from marking.actions.markings import Marked, mark_paper
from marking.actions.papers import make_papers
from marking.models import Paper
from results.actions.outcomes import prepare_outcomes
from results.models import Outcome
from results.queries.feedback import feedback_page
from tests.worlds import exemplar_marks, hand_in_for


@pytest.fixture
def pages(assignment, papers, marked, teacher):
    """The pages of the strong, the middling and the weak exemplar, as rehearsed."""
    prepare_outcomes(assignment, by=teacher)
    outcomes = [Outcome.objects.get(submission=paper.submission_id) for paper in papers]
    return [feedback_page(outcome.public_id, rehearsed=True) for outcome in outcomes]


def strand(page, key):
    return next(one for one in page.strands if one.key == key)


def test_counted_criteria_are_open_and_the_others_closed_in_one_line(pages):
    eras = strand(pages[1], "A")

    assert [one.key for one in eras.counted] == ["E1", "E3", "E4", "E7"]
    assert [(one.key, one.not_counted) for one in eras.uncounted] == [
        ("E5", "Not counted: four others were better."),
        ("E6", "Not counted: four others were better."),
    ]


def test_an_equal_one_that_does_not_count_is_not_called_worse(assignment, papers, marker, teacher):
    marks = exemplar_marks("middling", E5=Marked(level_key="2", no_passage=True))[1]
    mark_paper(papers[1], marks=marks, by=marker)
    prepare_outcomes(assignment, by=teacher)

    page = feedback_page(Outcome.objects.get().public_id, rehearsed=True)

    said = {one.key: one.not_counted for one in strand(page, "A").uncounted}
    assert said["E5"] == "Not counted: four others were better or as good."


def test_what_was_not_attempted_is_one_sentence_about_its_effect(pages):
    assert (
        strand(pages[1], "A").missing_sentence
        == "What you did not choose takes nothing away: all your places are filled."
    )
    assert strand(pages[1], "B").missing_sentence == "Nothing found for one of your three places: 0 of 8."
    assert [one.key for one in strand(pages[1], "B").missing] == ["R1", "R3", "R4", "R5", "R7"]


def test_a_quotation_leads_to_its_passage_and_the_passage_back(pages):
    criterion = next(one for one in strand(pages[1], "A").counted if one.key == "E7")
    quotation = criterion.quotations[0]

    assert f'id="{quotation.anchor}"' in pages[1].essay
    assert f'href="#{criterion.anchor}"' in pages[1].essay
    assert quotation.paragraph == 7


def test_next_steps_advise_no_more_unwritten_ones_than_places_are_empty(pages):
    keys = [step.key for step in pages[2].next_steps]

    assert len(keys) == 3
    assert all(step.text.startswith("To reach level ") for step in pages[2].next_steps)
    untouched = {one.key for of in pages[0].strands for one in of.missing}
    assert untouched.isdisjoint(step.key for step in pages[0].next_steps)


def test_the_arithmetic_is_told_strand_by_strand(pages):
    eras = pages[1].mark.sums[0]

    assert eras.sentence == "E7 8 + E1 5 + E3 5 + E4 5 = 23 of 40"
    assert eras.left_out == "E5 2 and E6 2 do not count; E2 not written about"
    assert (eras.share, eras.out_of, eras.short) == ("23", "40", "best 4 of 7")
    assert pages[1].mark.total == 51


def test_a_nearly_empty_map_comes_with_two_lists_first(pages):
    coverage = pages[1].coverage

    assert coverage.has_few_cells
    assert [margin.key for margin in coverage.written_about[1][1]] == ["R2", "R6"]
    assert coverage.row_strand["hue"] == "a"


def test_a_rehearsed_page_tells_nothing_of_lateness(assignment, third_student, marker, teacher):
    assignment.late_rule, assignment.late_cap = "cap", 40
    assignment.save()
    text, marks = exemplar_marks("middling")
    hand_in_for(assignment, third_student, teacher, text, at=assignment.due_at + timedelta(hours=20))
    make_papers(assignment)
    mark_paper(Paper.objects.get(), marks=marks, by=marker)
    prepare_outcomes(assignment, by=teacher)
    outcome = Outcome.objects.get()

    page = feedback_page(outcome.public_id, rehearsed=True)

    assert outcome.total == 40
    assert (page.mark.total, page.mark.adjustments) == (51, ())
    assert [line.points for line in feedback_page(outcome.public_id).mark.adjustments] == [-11]
