"""Strands and ladders of a draft, edit by edit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.counting import Rule
from rubrics.pure.draft_strands import (
    next_strand_key,
    with_moved_level,
    with_moved_strand,
    with_new_level,
    with_new_strand,
    without_level,
    without_strand,
)
from rubrics.pure.measures import gaps
from tests.rubrics.measures import changed, criterion, level, measure

BASE = measure()


def strands(of):
    return [strand.key for strand in of.rubric.strands]


def rules(of):
    return [rule.strand for rule in of.modes[0].rules]


def ladder(of, key="E1"):
    return [(each.key, each.points) for each in of.criterion(key).levels]


def test_a_new_strand_counts_whole_and_has_a_letter_of_its_own():
    found = with_new_strand(BASE, "Sources", taken=["B"])

    assert (strands(found), rules(found)) == (["A", "C", "D"], ["A", "C", "D"])
    assert found.modes[0].rules[-1].rule == Rule.ALL
    assert [gap.text for gap in gaps(found)] == ["Strand D has no criteria. Add one."]


def test_letters_run_out_into_two():
    assert next_strand_key("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "AA"
    assert next_strand_key(["a"]) == "B"


def test_a_strand_goes_with_its_criteria_and_rules():
    found = without_strand(BASE, "A")

    assert (strands(found), rules(found)) == (["C"], ["C"])
    assert [one.marking_position for one in found.rubric.criteria] == [1]


def test_strands_change_places_with_their_rules_and_stop_at_the_ends():
    found = with_moved_strand(BASE, "C", up=True)

    assert (strands(found), rules(found)) == (["C", "A"], ["C", "A"])
    assert with_moved_strand(found, "C", up=True) == found
    assert with_moved_strand(found, "C", up=False) == BASE


def test_a_new_level_has_one_key_in_every_criterion():
    found = with_new_level(BASE, "A", points=Decimal(7), label="Nearly", taken=["2b"])

    assert ladder(found, "E1") == ladder(found, "E3") == [("0", 0), ("1", 2), ("2", 5), ("2c", 7), ("3", 10)]
    assert ladder(found, "C1") == ladder(BASE, "C1")
    assert with_new_level(BASE, "A", points=Decimal(5), label="Twice") == BASE


def test_a_level_is_taken_out_of_the_whole_strand():
    found = without_level(BASE, "A", "2")

    assert ladder(found, "E2") == [("0", 0), ("1", 2), ("3", 10)]
    assert ladder(found, "C1") == ladder(BASE, "C1")


def test_levels_change_places_and_the_points_stay_where_they_are():
    found = with_moved_level(BASE, "A", "2", up=True)

    assert ladder(found) == [("0", 0), ("1", 2), ("3", 5), ("2", 10)]
    assert found.criterion("E1").levels[3].label == "Explained"
    assert with_moved_level(found, "A", "2", up=True) == found
    assert with_moved_level(found, "A", "2", up=False) == BASE


def test_a_criterion_without_the_level_stays_as_it_is():
    short = changed(BASE, "E2", levels=(level("0", 0), level("9", 4)))

    assert with_moved_level(short, "A", "2", up=True).criterion("E2") == short.criterion("E2")


@pytest.mark.parametrize(
    "edit",
    [
        lambda of: without_strand(of, "Z"),
        lambda of: with_moved_strand(of, "Z", up=True),
        lambda of: without_level(of, "A", "9"),
        lambda of: with_moved_level(of, "A", "9", up=True),
        lambda of: with_new_level(of, "Z", points=Decimal(1), label="x"),
    ],
)
def test_what_is_not_there_cannot_be_edited(edit):
    with pytest.raises(KeyError):
        edit(BASE)


MOVES = st.lists(
    st.tuples(st.sampled_from(["strand", "level", "add", "out"]), st.sampled_from("0123"), st.booleans()), max_size=10
)


@given(MOVES)
def test_after_any_edits_points_rise_and_every_strand_has_a_rule(moves):
    now = measure(criterion("E1", 1), criterion("E2", 2))
    for verb, key, up in moves:
        if verb == "strand":
            now = with_moved_strand(now, strands(now)[int(key) % len(strands(now))], up=up)
        elif verb == "add":
            now = with_new_strand(now, "More")
        elif verb == "out" and len(strands(now)) > 2:
            now = without_strand(now, strands(now)[-1])
        elif "A" in strands(now) and any(each.key == key for each in now.criterion("E1").levels):
            now = with_moved_level(now, "A", key, up=up)

        assert sorted(strands(now)) == sorted(rules(now))
        for one in now.rubric.criteria:
            points = [each.points for each in one.levels]
            assert points == sorted(set(points))
