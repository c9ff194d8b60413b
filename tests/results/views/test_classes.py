"""The class page: counts before release, names after; what was tried, missed and said."""

import pytest
from django.urls import reverse

from results.actions.outcomes import prepare_outcomes
from results.actions.release import prepare_release, publish_release
from results.queries.classes import class_page

NAMES = ("Ines", "Noor", "Jonas", "Duarte", "Haddad", "Weber")


@pytest.fixture
def page(assignment):
    return reverse("results:classes-detail", args=[assignment.public_id])


def test_before_anything_is_marked_it_says_what_to_do(papers, page, teacher, as_user):
    assert "Nothing marked yet" in as_user(teacher).get(page).content.decode()


def test_before_release_there_are_counts_and_no_name_or_code(papers, marked, page, teacher, as_user):
    said = as_user(teacher).get(page).content.decode()

    assert "3 of 3 marked, 0 released." in said
    assert not any(name in said for name in NAMES)
    assert not any(paper.code in said for paper in papers)


def test_after_release_there_are_names_and_marks(assignment, marked, page, teacher, as_user):
    publish_release(prepare_release(assignment, by=teacher), by=teacher)

    said = as_user(teacher).get(page).content.decode()

    assert all(name in said for name in NAMES)
    assert "51 <span" in said


def test_not_attempted_is_apart_from_zero_and_left_out_of_the_mean(assignment, marked):
    spread = {one.criterion.key: one for strand in class_page(assignment, 3).strands for one in strand.criteria}

    assert (spread["E2"].not_attempted, spread["E2"].levels) == (2, (0, 0, 0, 1, 0))
    assert spread["E2"].mean == 8
    assert spread["E1"].tried + spread["E1"].not_attempted == 3


def test_a_missed_level_says_what_the_next_one_asks(assignment, marked):
    missed = class_page(assignment, 3).missed

    assert missed[0].papers >= missed[-1].papers
    assert all(one.next_level == one.level + 1 and one.asks for one in missed)


def test_the_class_map_counts_essays_once_outcomes_are_prepared(assignment, marked, teacher):
    assert class_page(assignment, 3).coverage.essays == 0

    prepare_outcomes(assignment, by=teacher)

    drawn = class_page(assignment, 3).coverage
    assert drawn.essays == 3
    assert max(cell.essays for _, _, cells in drawn.rows for cell in cells) >= 1


def test_what_was_added_up_is_kept_until_something_changes(assignment, marked, without_transactions):
    with without_transactions() as first:
        class_page(assignment, 3)

    with without_transactions() as second:
        class_page(assignment, 3)

    assert len(second) <= 2 < len(first)


def test_the_time_left_is_told_once_a_few_papers_are_marked(assignment, marked):
    assert class_page(assignment, 9).progress.time_left == "6 min"
    assert class_page(assignment, 3).progress.time_left == ""
