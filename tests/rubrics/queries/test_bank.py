"""Which comments stand on whose shelf, in which order, and where they suit."""

import pytest

from rubrics.actions.bank import add_bank_comment, archive_bank_comment
from rubrics.models import BankComment, BankTie
from rubrics.queries.bank import (
    Wanted,
    Whose,
    bank_lines,
    comments_on_shelf,
    known_places,
    shelf_counts,
    where_it_suits,
)
from rubrics.queries.versions import rubric_sheet
from tests.rows import MONDAY
from tests.rubrics.conftest import published


@pytest.fixture
def bank(rubric, draft, course, marker, second_marker):
    """Two comments of the rubric, two of the marker (one of them shared) and two of a colleague (likewise)."""
    published(draft)
    second = BankComment.objects.create(rubric=rubric, code="K02", position=2, text="Name the line.")
    BankTie.objects.create(comment=second, criterion_key="E1", level_key="1")
    BankComment.objects.create(rubric=rubric, code="K01", position=1, text="First.")
    add_bank_comment(rubric, text="Mine.", ties=[("E1", "NA")], by=marker)
    add_bank_comment(rubric, text="Mine for all.", course=course, by=marker)
    add_bank_comment(rubric, text="Hers.", by=second_marker)
    add_bank_comment(rubric, text="Hers for all.", course=course, by=second_marker)
    return rubric


def texts(rubric, user, whose, **more) -> list[str]:
    return [one.text for one in comments_on_shelf(rubric, user, Wanted(whose, **more))]


def test_each_shelf_holds_its_own(bank, marker, teacher, admin):
    shelves = {who: [texts(bank, who, whose) for whose in Whose] for who in (marker, teacher, admin)}

    team = ["Hers for all.", "Mine for all."]
    assert shelves == {
        marker: [["Mine for all.", "Mine."], team, ["First.", "Name the line."]],
        teacher: [[], team, ["First.", "Name the line."]],
        admin: [[], [], ["First.", "Name the line."]],
    }
    assert shelf_counts(bank, marker) == {Whose.MINE: 2, Whose.TEAM: 2, Whose.RUBRIC: 2}


def test_students_and_people_of_other_courses_find_nothing_a_team_wrote(bank, student, other_teacher):
    assert [texts(bank, student, whose) for whose in Whose] == [[], [], []]
    assert [texts(bank, other_teacher, whose) for whose in Whose] == [[], [], ["First.", "Name the line."]]


def test_what_was_put_to_use_comes_first_and_then_what_was_used_last(bank, marker):
    mine = BankComment.objects.filter(owner=marker)
    mine.filter(text="Mine.").update(uses=1, last_used_at=MONDAY)
    last = add_bank_comment(bank, text="Newest.", by=marker)
    once = [texts(bank, marker, Whose.MINE)]
    BankComment.objects.filter(pk=last.pk).update(uses=1)
    once.append(texts(bank, marker, Whose.MINE))

    assert once == [["Mine.", "Newest.", "Mine for all."], ["Mine.", "Newest.", "Mine for all."]]


def test_words_and_a_criterion_narrow_a_shelf(bank, marker):
    assert texts(bank, marker, Whose.RUBRIC, words="LINE the") == ["Name the line."]
    assert texts(bank, marker, Whose.RUBRIC, words="line first") == []
    assert texts(bank, marker, Whose.MINE, criterion="E1") == ["Mine for all.", "Mine."]
    assert texts(bank, marker, Whose.MINE, criterion="E2") == ["Mine for all."]


def test_what_is_archived_is_apart_for_its_author_and_for_those_who_moderate(bank, marker, second_marker, teacher):
    for comment in BankComment.objects.filter(owner=second_marker):
        archive_bank_comment(comment, by=second_marker)

    assert texts(bank, second_marker, Whose.MINE) == []
    assert texts(bank, second_marker, Whose.MINE, archived=True) == ["Hers for all.", "Hers."]
    assert texts(bank, teacher, Whose.TEAM, archived=True) == ["Hers for all."]
    assert texts(bank, marker, Whose.TEAM, archived=True) == []
    assert shelf_counts(bank, marker)[Whose.TEAM] == 1


def test_authors_are_told_to_those_who_moderate_alone(bank, marker, teacher):
    def told(user) -> list[tuple[str, str, bool, bool]]:
        lines = bank_lines(comments_on_shelf(bank, user, Wanted(Whose.TEAM)), user)
        return [(line.shared_in, line.written_by, line.is_mine, line.may_archive) for line in lines]

    assert told(teacher) == [("History 12", "Aiko Brandt", False, True), ("History 12", "Tomas Reyes", False, True)]
    assert told(marker) == [("History 12", "", False, False), ("History 12", "", True, True)]


@pytest.mark.parametrize("how_many", [2, 30])
def test_a_page_costs_the_same_however_many_comments_it_has(bank, course, marker, how_many, django_assert_num_queries):
    for number in range(how_many):
        add_bank_comment(bank, text=f"Comment {number}.", ties=[("E1", "1")], course=course, by=marker)

    with django_assert_num_queries(3):
        lines = bank_lines(comments_on_shelf(bank, marker, Wanted(Whose.TEAM)), marker)

    assert len(lines) == how_many + 2
    assert lines[0].ties == (("E1", "1"),)


def test_a_rubrics_places_are_those_of_its_published_versions(rubric, draft):
    while_drafted = known_places(rubric)

    published(draft)

    assert (while_drafted, known_places(rubric)) == ({}, {"E1": ["0", "1"]})


@pytest.mark.parametrize(
    ("ties", "words"),
    [
        ([("E1", "1")], "E1 at level 1"),
        ([("E1", "1"), ("E1", "NA")], "E1 at level 1 or where not attempted"),
        ([("E1", "")], "E1"),
        ([("E1", ""), ("C1", "2")], "E1; C1 at level 2"),
        ([], ""),
    ],
)
def test_where_a_comment_suits_is_said_in_words(draft, ties, words):
    assert where_it_suits(ties, rubric_sheet(draft.pk)) == words
