"""Where scores go from version to version: proposed by keys, carried as the map says, and what a map leaves open."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.counting import State
from rubrics.pure.maps import CarriedScore, ScoreMap, carried_scores, levels_beside, map_gaps, proposed_map
from tests.rubrics.measures import LADDER, criterion, level, measure, with_levels

OLD = measure()


def without(key):
    return measure(*(one for one in OLD.rubric.strands[0].criteria if one.key != key), n=1)


def carried(scores, new, score_map=None):
    return carried_scores(scores, score_map or proposed_map(OLD, new), new.rubric.criteria)


def test_like_goes_to_like():
    found = proposed_map(OLD, measure())

    assert set(found.criteria.items()) == {(key, key) for key in ("E1", "E2", "E3", "C1")}
    assert all(found.levels[key, one.key] == one.key for key in found.criteria for one in LADDER)
    assert map_gaps(found, OLD, measure()) == []


def test_a_removed_level_goes_to_the_nearest_one_below():
    new = with_levels(OLD, "E1", LADDER[0], LADDER[1], LADDER[3])

    assert proposed_map(OLD, new).levels["E1", "2"] == "1"


def test_a_removed_level_with_none_below_it_is_looked_at_again():
    new = with_levels(OLD, "E1", LADDER[0], LADDER[2], LADDER[3])

    assert proposed_map(OLD, new).levels["E1", "1"] == ""


def test_nothing_creditable_goes_to_nothing_creditable_whatever_it_is_called():
    new = with_levels(OLD, "E1", level("none", 0), *LADDER[1:])

    assert proposed_map(OLD, new).levels["E1", "0"] == "none"


def test_a_level_that_is_now_worth_nothing_is_not_taken_for_the_same():
    new = with_levels(OLD, "E1", replace(LADDER[1], points=Decimal(0)), LADDER[2], LADDER[3])

    found = proposed_map(OLD, new).levels

    assert (found["E1", "0"], found["E1", "1"]) == ("1", "")


def test_a_removed_criterion_goes_nowhere():
    found = proposed_map(OLD, without("E2"))

    assert found.criteria["E2"] == ""
    assert {found.levels["E2", one.key] for one in LADDER} == {""}
    assert map_gaps(found, OLD, without("E2")) == []


def test_the_levels_beside_an_added_one_are_looked_at_again_where_that_is_asked():
    new = with_levels(OLD, "E1", *LADDER[:2], level("1b", 4), *LADDER[2:])

    asked, not_asked = proposed_map(OLD, new, look_beside=True), proposed_map(OLD, new)

    assert [asked.levels["E1", key] for key in "0123"] == ["0", "", "", "3"]
    assert [not_asked.levels["E1", key] for key in "0123"] == ["0", "1", "2", "3"]
    assert [asked.levels["E2", key] for key in "0123"] == ["0", "1", "2", "3"]


def test_beside_a_level_at_the_top_is_only_the_one_below():
    old = criterion("E1", 1)

    assert levels_beside(old, replace(old, levels=(*LADDER, level("4", 12)))) == {"3"}
    assert levels_beside(old, old) == frozenset()


def test_scores_are_carried_with_the_points_and_labels_of_the_new_version():
    new = with_levels(OLD, "E1", *LADDER[:3], replace(LADDER[3], points=Decimal(12), label="Judged"))

    found = carried(
        {"E1": ("scored", "3"), "E2": ("zero", "0"), "E3": ("not_attempted", ""), "C1": ("unmarked", "")}, new
    )

    assert found == {
        "E1": CarriedScore(State.SCORED, "3", Decimal(12), "Judged", ("E1",)),
        "E2": CarriedScore(State.ZERO, "0", Decimal(0), "Nothing", ("E2",)),
        "E3": CarriedScore(State.NOT_ATTEMPTED, sources=("E3",)),
        "C1": CarriedScore(State.UNMARKED, sources=("C1",)),
    }


def test_a_criterion_that_nothing_goes_to_is_unmarked():
    new = measure(*(criterion(f"E{n}", n) for n in (1, 2, 3, 4)))

    assert carried({"E1": ("scored", "3")}, new)["E4"] == CarriedScore(State.UNMARKED)


def test_where_the_map_says_look_again_the_score_is_unmarked_and_its_evidence_stays():
    score_map = proposed_map(OLD, OLD)
    score_map = ScoreMap(score_map.criteria, {**score_map.levels, ("E1", "2"): ""})

    found = carried({"E1": ("scored", "2"), "E2": ("scored", "2")}, OLD, score_map)

    assert found["E1"] == CarriedScore(State.UNMARKED, sources=("E1",), looked_again=True)
    assert found["E2"].level_key == "2"


@pytest.mark.parametrize(
    ("first", "second", "best"),
    [
        (("scored", "1"), ("scored", "3"), "3"),
        (("scored", "1"), ("zero", "0"), "1"),
        (("zero", "0"), ("not_attempted", ""), "0"),
        (("not_attempted", ""), ("unmarked", ""), ""),
    ],
)
def test_of_two_criteria_that_go_to_one_the_better_score_is_carried(first, second, best):
    score_map = proposed_map(OLD, OLD)
    merged = ScoreMap(
        {**score_map.criteria, "E2": "E1"}, {**score_map.levels, **{("E2", one.key): one.key for one in LADDER}}
    )

    for scores in ({"E1": first, "E2": second}, {"E1": second, "E2": first}):
        found = carried(scores, OLD, merged)

        assert found["E1"].level_key == best
        assert found["E1"].sources == ("E1", "E2")
        assert found["E2"] == CarriedScore(State.UNMARKED)


@pytest.mark.parametrize("other", [("scored", "3"), ("zero", "0"), ("not_attempted", ""), ("unmarked", "")])
def test_where_somebody_looks_again_at_one_of_several_that_meet_nothing_is_decided_until_then(other):
    score_map = proposed_map(OLD, OLD)
    levels = {("E2", one.key): "" if one.key == "2" else one.key for one in LADDER}
    merged = ScoreMap({**score_map.criteria, "E2": "E1"}, {**score_map.levels, **levels})

    found = carried({"E1": other, "E2": ("scored", "2")}, OLD, merged)

    assert found["E1"] == CarriedScore(State.UNMARKED, sources=("E1", "E2"), looked_again=True)


@pytest.mark.parametrize(
    ("criteria", "levels", "said"),
    [
        ({"E1": None}, {}, "Say where E1 goes, or that it is not carried."),
        ({"E1": "E9"}, {}, "E1 cannot go to E9: the new version has no such criterion."),
        ({}, {("E1", "2"): None}, "Say where level 2 of E1 goes, or that somebody looks again."),
        ({}, {("E1", "2"): "9"}, "Level 2 of E1 cannot go to 9: there is no such level."),
    ],
)
def test_what_a_map_leaves_open_is_said(criteria, levels, said):
    found = proposed_map(OLD, OLD)
    parts = [{**found.criteria, **criteria}, {**found.levels, **levels}]
    mended = ScoreMap(*({key: goes for key, goes in part.items() if goes is not None} for part in parts))

    assert map_gaps(mended, OLD, OLD) == [said]


LEVELS = st.lists(st.integers(1, 30), unique=True, min_size=1, max_size=5).map(
    lambda found: (level("0", 0), *(level(str(points), points) for points in sorted(found)))
)


@given(LEVELS, LEVELS, st.booleans())
def test_a_proposal_is_never_open_and_never_gives_more_than_was_given(before, after, look_beside):
    old, new = with_levels(OLD, "E1", *before), with_levels(OLD, "E1", *after)

    found = proposed_map(old, new, look_beside=look_beside)

    assert map_gaps(found, old, new) == []
    for one in before:
        got = carried_scores({"E1": ("scored" if one.points else "zero", one.key)}, found, new.rubric.criteria)["E1"]
        assert got.state == State.UNMARKED or got.points <= one.points
