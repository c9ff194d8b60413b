"""What the desk offers from the bank: to whom, with what it is ranked by, and at what cost."""

import pytest
from django.urls import reverse

from marking.queries.bank import desk_bank
from rubrics.actions.bank import add_bank_comment, archive_bank_comment
from rubrics.models import BankComment
from rubrics.queries.versions import rubric_sheet
from tests.rows import MONDAY


@pytest.fixture
def sheet(assignment):
    return rubric_sheet(assignment.rubric_version_id)


@pytest.fixture
def rubric(assignment):
    return assignment.rubric_version.rubric


def offered(assignment, sheet, user) -> dict[str, str]:
    """Give who wrote what, but for the rubric's own twenty."""
    return {one.text: one.whose.value for one in desk_bank(assignment, sheet, user).comments if one.whose != "rubric"}


def test_the_rubrics_own_comments_come_in_their_order_with_where_they_suit(assignment, sheet, marker):
    bank = desk_bank(assignment, sheet, marker)

    assert [one.key for one in bank.comments] == [f"K{n:02}" for n in range(1, 21)]
    assert bank.comments[0].ties[:2] == (("E1", "1"), ("E2", "1"))
    assert (bank.rubric_slug, bank.course_slug) == ("collective-defence", "history-12")


def test_ones_own_and_the_teams_are_offered_and_nobody_elses(
    assignment, sheet, rubric, course, marker, second_marker, teacher
):
    add_bank_comment(rubric, text="Mine.", by=marker)
    add_bank_comment(rubric, text="Mine for all.", course=course, by=marker)
    add_bank_comment(rubric, text="Hers.", by=second_marker)
    archive_bank_comment(add_bank_comment(rubric, text="Gone.", by=marker), by=marker)

    assert offered(assignment, sheet, marker) == {"Mine.": "mine", "Mine for all.": "mine"}
    assert offered(assignment, sheet, second_marker) == {"Hers.": "mine", "Mine for all.": "team"}
    assert offered(assignment, sheet, teacher) == {"Mine for all.": "team"}


def test_what_a_team_shares_is_offered_in_its_own_course(
    assignment, sheet, rubric, marker, other_teacher, other_course
):
    other_course.enrolments.create(person=marker, role="marker", enrolled_at=MONDAY)
    add_bank_comment(rubric, text="Theirs.", course=other_course, by=other_teacher)
    add_bank_comment(rubric, text="Mine there.", course=other_course, by=marker)

    assert offered(assignment, sheet, marker) == {"Mine there.": "mine"}


def test_the_titles_of_sources_come_where_a_comment_names_one_at_one_statement_more(
    assignment, sheet, rubric, marker, django_assert_num_queries
):
    with django_assert_num_queries(1):
        without = desk_bank(assignment, sheet, marker).titles
    add_bank_comment(rubric, text="Weigh {source}.", by=marker)

    with django_assert_num_queries(2):
        titles = desk_bank(assignment, sheet, marker).titles

    assert without == {}
    assert set(titles) == {"A", "B", "C"}


def test_no_level_is_told_where_feedback_comes_before_the_mark(assignment, sheet, marker):
    told = desk_bank(assignment, sheet, marker).tells_level
    assignment.mark_after_days = 7

    assert (told, desk_bank(assignment, sheet, marker).tells_level) == (True, False)


def test_the_page_starts_with_what_ranks_and_fills_comments(assignment, strong, rubric, marker, as_user):
    add_bank_comment(rubric, text="Mine.", ties=[("E1", "1")], by=marker)
    BankComment.objects.filter(owner=marker).update(uses=3, last_used_at=MONDAY)
    address = reverse("marking:markings-desk", args=[assignment.public_id, strong.code])

    start = as_user(marker).get(address).context["desk_json"]

    mine = next(one for one in start["bank"]["comments"] if one["whose"] == "mine")
    assert (mine["text"], mine["ties"], mine["uses"], mine["used_at"]) == (
        "Mine.",
        [["E1", "1"]],
        3,
        MONDAY.isoformat(),
    )
    assert start["bank"]["mine_only"] is False
    text = start["paper"]["reading"]["text"]
    assert [text[at : at + 8] for at, _ in start["paper"]["reading"]["cited"]] == ["[Source "] * text.count("[Source ")
