"""What of a marking goes on: scopes, ties and remarks along a map."""

import pytest

from marking.pure.carrying import OVERALL, carried_remarks, carried_ties, mapped_scope

SAME = {"E1": "E1", "E2": "E2"}
MERGED = {"E1": "E1", "E2": "E1"}
GONE = {"E1": "E1", "E2": ""}


@pytest.mark.parametrize(
    ("scope", "criteria", "expected"),
    [
        (["E1", "E2"], SAME, ["E1", "E2"]),
        (["E2", "E1"], MERGED, ["E1"]),
        (["E1", "E2"], GONE, ["E1"]),
        (["E2"], GONE, []),
        (["E9"], SAME, []),
        ([], SAME, []),
    ],
)
def test_a_scope_names_each_criterion_it_goes_to_once(scope, criteria, expected):
    assert mapped_scope(scope, criteria) == expected


def test_ties_go_with_their_criteria_and_only_to_those_that_are_kept():
    ties = [(1, "E1", "supports"), (1, "E2", "counter"), (2, "E2", "supports")]

    assert carried_ties(ties, SAME, {"E1", "E2"}) == {
        (1, "E1"): "supports",
        (1, "E2"): "counter",
        (2, "E2"): "supports",
    }
    assert carried_ties(ties, SAME, {"E1"}) == {(1, "E1"): "supports"}
    assert carried_ties(ties, GONE, {"E1"}) == {(1, "E1"): "supports"}


@pytest.mark.parametrize("ties", [[("E1", "supports"), ("E2", "counter")], [("E1", "counter"), ("E2", "supports")]])
def test_of_two_ties_of_a_passage_that_meet_the_one_that_shows_it_stands(ties):
    assert carried_ties([(1, *tie) for tie in ties], MERGED, {"E1"}) == {(1, "E1"): "supports"}


def test_remarks_that_meet_are_joined_and_say_where_they_come_from():
    told = [("E1", "Early.", "Go deeper."), ("E2", "Late.", ""), (OVERALL, "Clear.", "")]

    assert carried_remarks(told, MERGED, {"E1"}) == {
        "E1": ("Early.\n\nLate.", "Go deeper.", ["E1", "E2"]),
        OVERALL: ("Clear.", "", [OVERALL]),
    }


def test_a_remark_about_what_is_gone_or_not_asked_for_stays_behind():
    told = [("E1", "Early.", ""), ("E2", "Late.", ""), (OVERALL, "Clear.", "")]

    assert carried_remarks(told, GONE, {"E1", "E2"}).keys() == {"E1", OVERALL}
    assert carried_remarks(told, SAME, {"E2"}).keys() == {"E2", OVERALL}
