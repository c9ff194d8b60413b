"""A paper's markings side by side: what differs, on what grounds, and which one is the mark."""

from datetime import timedelta

import pytest

from courses.kernel import clock
from marking.actions.markings import Marked, mark_paper, reopen_marking
from marking.actions.papers import claim_paper
from marking.models import Marking
from results.actions.outcomes import choose_marking
from results.actions.release import prepare_release, publish_release
from results.queries.choices import compared_markings
from tests.rows import MONDAY
from tests.worlds import exemplar_marks

QUOTE = "it is hard to know who did it, so it is hard to use Article 5"


@pytest.fixture
def shared_class(one_marked_class):
    return one_marked_class


@pytest.fixture
def second(papers, marked, teacher):
    """The teacher's own marking of the middling paper: E7 lower, E1 left out, a comment on C2."""
    with clock.at(MONDAY + timedelta(hours=6)):
        changed = {
            "E7": Marked(level_key="1", quotes=(QUOTE,)),
            "E1": Marked(state="not_attempted"),
            "C2": Marked(level_key="3", remark="Both sources are tested."),
        }
        marks = exemplar_marks("middling", **changed)[1]
        return mark_paper(papers[1], marks=marks, overall="Half way, to me.", by=teacher, second=True)


@pytest.fixture
def compared(assignment, papers, teacher):
    return lambda: compared_markings(papers[1], assignment, teacher)


def test_one_marking_is_compared_with_nothing(marked, compared):
    page = compared()

    assert len(page.markings) == 1
    assert page.differing == ()
    assert page.apart == ""
    assert page.own is None


def test_what_differs_comes_first_most_points_apart_first(second, compared):
    page = compared()

    assert {row.key for row in page.differing} >= {"E1", "E7"}
    assert len(page.differing) + len(page.same) == 19
    apart = [row.difference for row in page.differing]
    assert apart == sorted(apart, key=lambda words: -float(words.split()[0]))


def test_a_cell_says_level_points_passages_and_whether_it_counts(second, compared):
    row = next(row for row in compared().differing if row.key == "E7")
    first, own = row.cells

    assert (first.points, first.of, first.counts) == ("8", "10", True)
    assert [(quote.text, quote.paragraph, quote.speaks_against) for quote in own.quotes] == [(QUOTE, 7, False)]
    assert (first.marker, own.marker) == ("Tomas Reyes", "Marta Okafor")


def test_not_attempted_and_nothing_creditable_differ_without_points(papers, marked, teacher, compared):
    zero = mark_paper(papers[1], marks=exemplar_marks("middling", R1=Marked(level_key="0"))[1], by=teacher, second=True)
    [row] = compared().differing

    assert zero.is_finished
    assert (row.key, row.difference) == ("R1", "0 points, but not for the same reason")
    assert row.cells[0].said == "not attempted"


def test_totals_stand_at_the_top_with_their_arithmetic(second, compared):
    page = compared()

    assert page.markings[0].total == "51"
    assert page.markings[1].overall == "Half way, to me."
    assert float(page.apart) == abs(51 - float(page.markings[1].total))
    assert "= 51 of 100" in page.markings[0].sentence


def test_the_named_one_is_told_and_a_reopened_one_is_missed(papers, second, teacher, compared):
    choose_marking(papers[1], second, by=teacher)
    named = compared()

    reopen_marking(second.public_id, by=teacher)
    reopened = compared()

    assert [one.is_chosen for one in named.markings] == [False, True]
    assert not named.is_reopened
    assert reopened.is_reopened
    assert len(reopened.markings) == 1
    assert reopened.own == second


def test_one_that_was_carried_to_another_version_says_so(papers, second, teacher, compared):
    choose_marking(papers[1], second, by=teacher)
    Marking.objects.filter(pk=second.pk).update(superseded_at=MONDAY)
    follower = Marking.objects.create(
        allotment=second.allotment,
        marker=second.marker,
        rubric_version=second.rubric_version,
        state="finished",
        started_at=second.started_at,
        finished_at=second.finished_at,
        supersedes=second,
    )

    [column] = [one for one in compared().markings if one.is_chosen]

    assert (column.marking, column.was_carried) == (follower, True)


def test_who_marks_it_just_now_is_named(papers, marked, second_marker, teacher, compared):
    claim_paper(papers[1], by=teacher, second=True)

    page = compared()

    assert page.open_by == ()
    assert page.own is not None
    assert not page.own.is_finished


def test_a_released_paper_says_so(assignment, papers, marked, teacher, compared):
    with clock.at(MONDAY + timedelta(days=2)):
        publish_release(prepare_release(assignment, by=teacher), by=teacher)
        papers[1].refresh_from_db()
        assert compared().is_released


def test_two_markings_cost_as_many_statements_as_one(marked, papers, teacher, compared, without_transactions):
    compared()
    with without_transactions() as one:
        compared()
    mark_paper(papers[1], marks=exemplar_marks("middling")[1], by=teacher, second=True)
    with without_transactions() as two:
        compared()

    assert len(one) == len(two) == 6
