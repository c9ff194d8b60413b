"""What an address says one goes through all papers for."""

import pytest

from marking.pure.scopes import WHOLE, read_scope

CRITERIA = [("E1", "A"), ("E2", "A"), ("R1", "B"), ("C1", "C")]


@pytest.mark.parametrize(
    ("asked", "criteria", "one"),
    [("strand:A", ("E1", "E2"), False), ("strand:B", ("R1",), False), ("criterion:E2", ("E2",), True)],
)
def test_a_strand_or_a_criterion_is_read_with_its_criteria(asked, criteria, one):
    scope = read_scope(asked, CRITERIA)

    assert (str(scope), scope.criteria, scope.is_one_criterion, scope.is_whole) == (asked, criteria, one, False)


@pytest.mark.parametrize(
    "asked", ["", "paper", "strand:", "strand:Z", "criterion:", "criterion:A", "E1", "level:4", ":"]
)
def test_what_names_nothing_means_whole_papers(asked):
    scope = read_scope(asked, CRITERIA)

    assert (scope, str(scope), scope.is_whole, scope.criteria) == (WHOLE, "", True, ())
