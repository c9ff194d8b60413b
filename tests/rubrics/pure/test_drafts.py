"""How a draft is changed: each edit alone, keys that stay, places that stay whole."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rubrics.pure.counting import Rule
from rubrics.pure.drafts import (
    level_key,
    next_key,
    print_of,
    with_counting,
    with_criterion,
    with_moved_criterion,
    with_new_criterion,
    with_strand,
    without_criterion,
)
from rubrics.pure.measures import gaps
from rubrics.pure.pack_contents import RuleText, StrandText
from tests.rubrics.measures import LADDER, changed, criterion, level, measure

BASE = measure()


def keys(of):
    return [one.key for one in of.rubric.criteria]


def marked(of):
    return [one.key for one in sorted(of.rubric.criteria, key=lambda one: one.marking_position)]


def places(of):
    return sorted(one.marking_position for one in of.rubric.criteria)


def test_a_criterion_is_put_in_its_place_with_its_levels_by_points():
    edited = replace(BASE.criterion("E2"), name="Other", levels=(LADDER[3], LADDER[0], level("1b", 4), LADDER[1]))

    found = with_criterion(BASE, edited)

    assert keys(found) == keys(BASE)
    assert [one.key for one in found.criterion("E2").levels] == ["0", "1", "1b", "3"]
    assert found.criterion("E1") == BASE.criterion("E1")


def test_a_new_criterion_follows_the_last_of_its_strand_in_both_orders():
    found = with_new_criterion(BASE, "A", "Cyber")

    added = found.criterion("E4")
    assert keys(found) == ["E1", "E2", "E3", "E4", "C1"]
    assert marked(found) == ["E1", "E2", "E3", "E4", "C1"]
    assert [(one.key, one.points, one.label, one.student) for one in added.levels] == [
        (one.key, one.points, one.label, "") for one in LADDER
    ]
    assert {gap.criterion for gap in gaps(found)} == {"E4"}


def test_a_new_key_is_one_that_no_earlier_version_had():
    short = without_criterion(BASE, "E3")

    assert keys(with_new_criterion(short, "A", "Cyber", taken=["E3"])) == ["E1", "E2", "E4", "C1"]


@pytest.mark.parametrize(
    ("existing", "key"),
    [(["E1", "E2"], "E3"), ([], "A1"), (["war", "peace"], "A1"), (["E1", "X4"], "X5"), (["E9"], "E10")],
)
def test_keys_go_on_as_they_began(existing, key):
    strand = StrandText("A", "Eras", tuple(criterion(one, n) for n, one in enumerate(existing, start=1)))

    assert next_key(strand, set(existing)) == key


def test_a_strand_without_criteria_gets_one_with_two_steps():
    first, second = BASE.rubric.strands
    empty = replace(BASE, rubric=replace(BASE.rubric, strands=(replace(first, criteria=()), second)))
    assert [gap.text for gap in gaps(empty)] == ["Strand A has no criteria. Add one."]

    added = with_new_criterion(empty, "A", "Cyber").criterion("A1")

    assert [one.points for one in added.levels] == [0, 1]
    assert added.marking_position == 2


def test_a_criterion_taken_out_leaves_no_hole_in_the_marking_order():
    found = without_criterion(BASE, "E2")

    assert keys(found) == ["E1", "E3", "C1"]
    assert places(found) == [1, 2, 3]


def test_neighbours_change_places_in_both_orders():
    found = with_moved_criterion(BASE, "E3", up=True)

    assert keys(found) == ["E1", "E3", "E2", "C1"]
    assert marked(found) == ["E1", "E3", "E2", "C1"]


def test_a_marking_order_of_its_own_stays():
    odd = changed(changed(BASE, "E1", marking_position=2), "E2", marking_position=1)

    found = with_moved_criterion(odd, "E1", up=False)

    assert keys(found) == ["E2", "E1", "E3", "C1"]
    assert marked(found) == marked(odd)


@pytest.mark.parametrize(("key", "up"), [("E1", True), ("E3", False), ("C1", True), ("C1", False)])
def test_at_the_end_of_a_strand_nothing_moves(key, up):
    assert with_moved_criterion(BASE, key, up=up) == BASE


def test_a_strand_gets_another_name():
    found = with_strand(BASE, "A", name="Ages", guidance="Skim.")

    assert [(one.name, one.guidance) for one in found.rubric.strands] == [("Ages", "Skim."), ("Craft", "")]


def test_counting_is_set_mode_by_mode():
    rules = (RuleText("A", Rule.ALL, weight=Decimal(20)), RuleText("C", Rule.ALL))

    found = with_counting(
        BASE, total=Decimal(30), step=Decimal("0.5"), guidance="Climb.", rules={"timed": rules}, tasks={"timed": "All."}
    )

    assert (found.rubric.step, found.rubric.guidance) == (Decimal("0.5"), "Climb.")
    assert (found.modes[0].rules, found.modes[0].task) == (rules, "All.")
    assert gaps(found) == []


@pytest.mark.parametrize("edit", [without_criterion, lambda of, key: with_moved_criterion(of, key, up=True)])
def test_what_is_not_there_cannot_be_edited(edit):
    with pytest.raises(KeyError):
        edit(BASE, "E9")


@pytest.mark.parametrize(("points", "taken", "key"), [(3, [], "1b"), (7, [], "2b"), (12, [], "3b"), (3, ["1b"], "1c")])
def test_a_new_level_is_named_after_the_one_below(points, taken, key):
    assert level_key(LADDER, Decimal(points), taken) == key


def test_a_second_new_level_goes_on_from_the_first():
    assert level_key((*LADDER[:2], level("1b", 3), *LADDER[2:]), Decimal(4), []) == "1c"


def test_a_key_is_never_longer_than_is_kept_however_many_there_were():
    used = [f"2{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"]
    long = level("x" * 20, 2)

    assert level_key(LADDER, Decimal(7), used) == "2bb"
    assert level_key((*LADDER[:2], level("1bb", 3)), Decimal(4), ["1b"]) == "1c"
    assert level_key((LADDER[0], long), Decimal(4), []) == f"{'x' * 18}b"
    assert next_key(StrandText("A" * 20, "Eras", ()), {f"{'A' * 19}1"}) == f"{'A' * 19}2"


def test_a_print_tells_whether_a_criterion_is_as_it_was():
    one = BASE.criterion("E1")

    assert print_of(one) == print_of(replace(one))
    assert print_of(one) != print_of(replace(one, guidance="Look."))


EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from("AC")),
        st.tuples(st.just("up"), st.integers(0, 9)),
        st.tuples(st.just("down"), st.integers(0, 9)),
        st.tuples(st.just("remove"), st.integers(0, 9)),
    ),
    max_size=12,
)


@given(EDITS)
def test_after_any_edits_keys_and_places_are_each_there_once(edits):
    now = BASE
    for verb, which in edits:
        if verb == "add":
            now = with_new_criterion(now, which, "New")
        elif keys(now):
            key = keys(now)[which % len(keys(now))]
            now = without_criterion(now, key) if verb == "remove" else with_moved_criterion(now, key, up=verb == "up")

        assert len(set(keys(now))) == len(keys(now))
        assert places(now) == list(range(1, len(keys(now)) + 1))
