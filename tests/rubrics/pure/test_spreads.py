"""How totals would spread: exactly as counting every case one by one would have it."""

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.pure import spreads
from rubrics.pure.counting import CriterionMark, Rule, State, StrandRule, count
from rubrics.pure.pack_contents import RubricText, StrandText
from rubrics.pure.pack_modes import counted_criteria, strand_rules
from rubrics.pure.packs import read_pack
from rubrics.pure.spreads import (
    Drawn,
    Profile,
    can_count_best,
    deviation_of,
    mean_of,
    mixed,
    odds_counted,
    odds_of,
    quantile_of,
    share_from,
    spread_of_totals,
    with_best,
)
from tests.rubrics.conftest import PACKS
from tests.rubrics.measures import criterion, level, measure

F = Fraction


def rubric(*strands, total=20, step="1"):
    """Make a rubric of strands A, B …, each a list of ladders, which are lists of points."""
    made = []
    for letter, ladders in zip("ABC", strands, strict=False):
        criteria = tuple(
            criterion(f"{letter}{n}", 1, tuple(level(str(k), points) for k, points in enumerate(ladder)))
            for n, ladder in enumerate(ladders, start=1)
        )
        made.append(StrandText(letter, letter, criteria))
    return RubricText(Decimal(total), Decimal(step), tuple(made))


def rule(key, which, n=None, weight=None):
    return StrandRule(key, key, "ABC".index(key), which, n, None if weight is None else F(weight))


def one_by_one(rules, of, odds, answered=None):
    """Count every case by the arithmetic that marks are counted with, each as heavy as it is likely."""
    answered = answered or {}
    choices = [
        list(combinations([one.key for one in strand.criteria], answered.get(strand.key, len(strand.criteria))))
        for strand in of.strands
    ]
    criteria, found = counted_criteria(of), defaultdict(Fraction)
    for chosen in product(*choices):
        written = {key for part in chosen for key in part}
        ladders = [odds[one.key] if one.key in written else [(None, 1)] for one in criteria]
        whole = 1
        for ladder in ladders:
            whole *= sum(weight for _, weight in ladder)
        for case in product(*ladders):
            marks, weight = [], 1
            for one, (points, heavy) in zip(criteria, case, strict=True):
                state = State.NOT_ATTEMPTED if points is None else State.SCORED
                marks.append(CriterionMark(one.key, one.strand, one.position, one.maximum, state, points))
                weight *= heavy
            rounded = count(marks, rules, total=F(of.total), step=F(of.step)).rounded
            found[rounded] += F(weight, whole)
    cases = 1
    for each in choices:
        cases *= len(each)
    return {total: chance / cases for total, chance in sorted(found.items())}


SMALL = rubric([[0, 1, 3], [0, 2, 3], [0, 1, 3]], [[0, 5], [0, 2, 4]], total=15)


@pytest.mark.parametrize(
    "rules",
    [
        [rule("A", Rule.ALL), rule("B", Rule.ALL)],
        [rule("A", Rule.BEST, 2), rule("B", Rule.ALL)],
        [rule("A", Rule.BEST, 1, 7), rule("B", Rule.ALL, None, "8.5")],
        [rule("A", Rule.DROP, 1, 10), rule("B", Rule.ALL)],
        [rule("A", Rule.BEST, 2), rule("B", Rule.OFF)],
        [rule("A", Rule.OFF), rule("B", Rule.ALL)],
        [rule("A", Rule.BEST, 3), rule("B", Rule.ALL)],
    ],
)
@pytest.mark.parametrize("profile", [*Profile])
@pytest.mark.parametrize("answered", [None, {"A": 2}, {"A": 1, "B": 1}])
def test_the_spread_is_what_counting_case_by_case_gives(rules, profile, answered):
    odds = {one.key: odds_of(one, profile) for one in SMALL.criteria}

    found = spread_of_totals(rules, SMALL, odds, answered=answered)

    assert found.is_exact
    assert found.spread == one_by_one(rules, SMALL, odds, answered)


LADDER = st.lists(st.integers(1, 6), min_size=1, max_size=2, unique=True).map(lambda points: [0, *sorted(points)])


@settings(max_examples=40, deadline=None)
@given(st.lists(LADDER, min_size=2, max_size=3), st.data())
def test_any_small_strand_with_any_weights_is_exact(ladders, data):
    of = rubric(ladders, total=10, step="0.5")
    odds = {one.key: [(F(each.points), data.draw(st.integers(1, 4))) for each in one.levels] for one in of.criteria}
    n = data.draw(st.integers(1, len(ladders)))
    answered = {"A": data.draw(st.integers(0, len(ladders)))}
    rules = [rule("A", Rule.BEST, n, 10)]

    found = spread_of_totals(rules, of, odds, answered=answered)

    assert found.spread == one_by_one(rules, of, odds, answered)
    assert sum(found.spread.values()) == 1


def test_drawing_by_lot_comes_near_what_is_exact_and_is_the_same_each_time(monkeypatch):
    rules = [rule("A", Rule.BEST, 2), rule("B", Rule.ALL)]
    odds = {one.key: odds_of(one, Profile.MIDDLING) for one in SMALL.criteria}
    exact = spread_of_totals(rules, SMALL, odds, answered={"A": 2})
    monkeypatch.setattr(spreads, "MOST_STEPS", 0)

    drawn, again = (spread_of_totals(rules, SMALL, odds, answered={"A": 2}) for _ in range(2))

    assert (drawn.is_exact, drawn.draws) == (False, spreads.DRAWS)
    assert drawn == again
    assert set(drawn.spread) <= set(exact.spread)
    assert all(abs(drawn.spread.get(total, 0) - chance) < F(1, 60) for total, chance in exact.spread.items())
    assert abs(mean_of(drawn.spread) - mean_of(exact.spread)) < F(1, 10)


@pytest.mark.parametrize("answered", [2, 5, 30])
def test_following_a_strand_takes_no_more_steps_than_were_reckoned(answered, monkeypatch):
    of, taken = rubric([[0, 2, 5, 7]] * 30, total=100), []
    odds = {one.key: odds_of(one, Profile.EVEN) for one in of.criteria}
    reckoned, with_one = spreads._Strand.steps, spreads._with_one
    monkeypatch.setattr(spreads, "_with_one", lambda held, points: taken.append(1) or with_one(held, points))
    monkeypatch.setattr(spreads._Strand, "steps", lambda self: taken.append(-reckoned(self)) or reckoned(self))
    spreads._ways.cache_clear()

    found = spread_of_totals([rule("A", Rule.BEST, 2, 100)], of, odds, answered={"A": answered})

    assert found.is_exact
    assert len(taken) > 500
    assert sum(taken) <= 0


def test_essays_drawn_have_totals_that_can_be_with_points_and_shares_in_parts(monkeypatch):
    of = rubric([["0", "0.25", "3.5"]] * 4, [["0", "1.1"]] * 2, total=100, step="0.01")
    rules = [rule("A", Rule.BEST, 3, F("33.33")), rule("B", Rule.ALL, None, F("66.67"))]
    odds = {one.key: odds_of(one, Profile.MIDDLING) for one in of.criteria}
    exact = spread_of_totals(rules, of, odds)
    monkeypatch.setattr(spreads, "MOST_STEPS", 0)

    drawn = spread_of_totals(rules, of, odds)

    assert not drawn.is_exact
    assert set(drawn.spread) <= set(exact.spread)
    assert abs(mean_of(drawn.spread) - mean_of(exact.spread)) < 1


def test_what_would_take_too_long_is_drawn():
    ladder = [F(n, 100) for n in (0, 101, 307, 511, 733, 1009, 1301, 1511, 1777, 2003, 2311, 2503)]
    of = rubric([[Decimal(point.numerator) / point.denominator for point in ladder]] * 40, total=100)
    odds = {one.key: odds_of(one, Profile.EVEN) for one in of.criteria}

    found = spread_of_totals([rule("A", Rule.BEST, 20, 100)], of, odds)

    assert not found.is_exact
    assert sum(found.spread.values()) == 1


def test_profiles_are_throws_of_a_coin():
    one = criterion("A1", 1, tuple(level(str(n), n) for n in range(4)))

    assert [weight for _, weight in odds_of(one, Profile.EVEN)] == [1, 1, 1, 1]
    assert [weight for _, weight in odds_of(one, Profile.MIDDLING)] == [1, 3, 3, 1]
    assert [weight for _, weight in odds_of(one, Profile.STRONG)] == [1, 9, 27, 27]
    assert [weight for _, weight in odds_of(one, Profile.WEAK)] == [27, 27, 9, 1]


def test_what_was_counted_in_a_class_weighs_as_often_as_it_was_given():
    one = criterion("A1", 1, (level("0", 0), level("1", 2), level("2", 5)))

    assert odds_counted(one, {"1": 3, "2": 1, "9": 7}, 2) == [(F(2), 3), (F(5), 1), (F(0), 2)]


def test_a_mixed_class_is_the_mean_of_its_parts():
    found = mixed([Drawn({F(0): F(1)}), Drawn({F(0): F(1, 2), F(10): F(1, 2)})])

    assert found.spread == {F(0): F(3, 4), F(10): F(1, 4)}


def test_a_spread_tells_mean_deviation_quantiles_and_shares():
    spread = {F(0): F(1, 4), F(10): F(1, 2), F(20): F(1, 4)}

    assert mean_of(spread) == 10
    assert round(deviation_of(spread), 4) == 7.0711
    assert [quantile_of(spread, F(n, 4)) for n in (1, 2, 3, 4)] == [0, 10, 10, 20]
    assert share_from(spread, F(10)) == F(3, 4)


def test_a_strand_tried_with_another_number_stays_worth_what_it_is():
    of = measure().rubric
    rules = strand_rules(measure().modes[0], of)

    found = with_best(rules, of, "A", 1)

    assert (found[0].rule, found[0].n, found[0].weight) == (Rule.BEST, 1, 20)
    assert found[1] == rules[1]
    assert can_count_best(rules[0], of)
    assert not can_count_best(rules[1], of)
    assert not can_count_best(replace(rules[0], rule=Rule.OFF), of)


def test_where_no_strand_counts_there_is_no_spread():
    with pytest.raises(ValueError, match="No strand counts"):
        spread_of_totals([rule("A", Rule.OFF)], rubric([[0, 1]]), {"A1": [(F(0), 1)]})


def test_the_first_assignment_is_worked_out_exactly_in_every_mode():
    pack = read_pack(PACKS / "collective-defence")

    for mode in pack.modes:
        odds = {one.key: odds_of(one, Profile.STRONG) for one in pack.rubric.criteria}
        found = spread_of_totals(strand_rules(mode, pack.rubric), pack.rubric, odds)

        assert found.is_exact
        assert sum(found.spread.values()) == 1
        assert max(found.spread) == 100


def test_points_that_hardly_ever_meet_take_no_more_sums_and_draws_than_they_may(monkeypatch):
    monkeypatch.setattr(spreads, "MOST_DRAWN", 1_000)
    monkeypatch.setattr(spreads, "MOST_SUMS", 100)
    ladders = [[0, "1.37", "2.11", "7.77"]] * 6
    of = rubric(ladders, ladders, total=60)
    rules = [rule("A", Rule.BEST, 3, 30), rule("B", Rule.BEST, 2, 30)]

    found = spread_of_totals(rules, of, {one.key: odds_of(one, Profile.EVEN) for one in of.criteria})

    assert (found.draws, found.sums) == (1_000 // 12, 0)
