"""The dry run: what is counted as a change, what crosses a boundary, who has to look again, which rule stands."""

from decimal import Decimal
from fractions import Fraction

import pytest

from results.pure.outcomes import Judged
from results.pure.rubric_changes import PaperNow, effect_of
from rubrics.pure.maps import proposed_map
from tests.rubrics.measures import LADDER, changed, criterion, level, measure, sheet_of, with_levels

OLD = measure()


def judged(**levels):
    """Judge the four criteria: a level's key each, "" for not attempted."""
    found = {}
    for key, of_level in ({"E1": "3", "E2": "2", "E3": "", "C1": "2"} | levels).items():
        points = next((one.points for one in LADDER if one.key == of_level), None)
        state = "not_attempted" if points is None else "scored" if points else "zero"
        found[key] = Judged(state, of_level, points)
    return found


def effect(new, *papers, look_beside=False, unmarked=0, old=OLD):
    before, after = sheet_of(old, 1), sheet_of(new, 2)
    return effect_of(
        papers or [PaperNow("AAA-AAA", judged())],
        before,
        after,
        measure=new,
        mode_key="timed",
        score_map=proposed_map(old, new, look_beside=look_beside),
        unmarked=unmarked,
    )


def worth_nine():
    """Let E1's highest level bring 8 instead of 10, and E3's and E2's as well, so that the best two fit."""
    new = OLD
    for key in ("E1", "E2", "E3"):
        new = with_levels(new, key, *LADDER[:3], level("3", 8, "Weighed"))
    return new


def test_words_change_nothing():
    found = effect(changed(OLD, "E1", name="Other"))

    assert found.sentence == "0 of 1 totals change, 0 cross a boundary, 0 are released."
    assert (found.changed, found.sizes, found.looks) == ([], None, [])
    assert found.papers[0].before == found.papers[0].after == 20


def test_other_points_change_totals_and_may_cross_a_boundary():
    papers = [
        PaperNow("AAA-AAA", judged()),
        PaperNow("BBB-BBB", judged(E1="2"), is_released=True),
        PaperNow("CCC-CCC", judged(E2="3"), is_released=True),
    ]

    found = effect(worth_nine(), *papers)

    assert found.sentence == "2 of 3 totals change, 1 crosses a boundary, 1 is released."
    assert found.sizes == ("3", "4")
    assert [(one.code, *one.figures, one.crosses) for one in found.changed] == [
        ("CCC-CCC", "25", "21", "−4", False),
        ("AAA-AAA", "20", "18", "−2", True),
    ]
    assert (found.changed[1].word_before, found.changed[1].word_after) == ("good", "")


def test_a_single_paper_is_said_in_the_singular():
    found = effect(worth_nine(), PaperNow("AAA-AAA", judged(), is_released=True))

    assert found.sentence == "1 of 1 total changes, 1 crosses a boundary, 1 is released."


def test_without_grade_words_no_boundary_is_spoken_of():
    bare = measure(grade_words=())

    assert effect(bare, old=bare).sentence == "0 of 1 totals change, 0 are released."


def test_an_added_criterion_is_looked_at_before_the_total_is_known():
    new = measure(*(criterion(f"E{n}", n) for n in (1, 2, 3, 4)))

    found = effect(new, PaperNow("AAA-AAA", judged()), PaperNow("BBB-BBB", judged()))

    assert found.sentence.startswith("0 of 2 totals change")
    assert (found.papers_to_look_at, found.looks) == (2, [("E4", 2)])
    assert [one.looks for one in found.changed] == [("E4",), ("E4",)]
    assert found.papers[0].after == 20


def test_the_levels_beside_an_added_one_are_looked_at_where_that_is_asked():
    new = with_levels(OLD, "E1", *LADDER[:3], level("2b", 7), LADDER[3])
    papers = [PaperNow("AAA-AAA", judged()), PaperNow("BBB-BBB", judged(E1="1"))]

    assert effect(new, *papers).looks == []
    assert effect(new, *papers, look_beside=True).looks == [("E1", 1)]


def test_papers_that_wait_already_and_unfinished_ones_are_counted_apart():
    open_one = PaperNow("BBB-BBB", judged() | {"E1": Judged("unmarked")})

    found = effect(worth_nine(), PaperNow("AAA-AAA", judged()), open_one, unmarked=3)

    assert (len(found.papers), found.undecided, found.unmarked) == (1, 1, 3)


def test_a_total_that_a_teacher_set_stands():
    found = effect(worth_nine(), PaperNow("AAA-AAA", judged(), mark=Fraction(29)))

    assert found.papers[0].change == 0


def test_whoever_read_the_rule_keeps_the_higher_total():
    before = sheet_of(OLD, 1)

    found = effect(worth_nine(), PaperNow("AAA-AAA", judged(), frozen=(before, "timed")))

    assert found.sentence.startswith("0 of 1 totals change")
    assert (found.keeping_rule, found.papers[0].keeps_rule) == (1, True)


def test_whoever_read_an_older_rule_keeps_that_one():
    first = with_levels(OLD, "E1", *LADDER[:3], level("3", 12, "Weighed"))
    older = sheet_of(first, 0)
    earlier = judged() | {"E1": Judged("scored", "3", Decimal(12))}

    found = effect(worth_nine(), PaperNow("AAA-AAA", judged(), frozen=(older, "timed"), earlier=earlier))

    assert (found.papers[0].before, found.papers[0].after) == (22, 22)


@pytest.mark.parametrize("n", [0, 1, 1200])
def test_large_classes_are_said_with_commas(n):
    papers = [PaperNow(f"{one:03}-AAA", judged()) for one in range(n)]
    found = effect_of(
        papers,
        sheet_of(OLD, 1),
        sheet_of(worth_nine(), 2),
        measure=worth_nine(),
        mode_key="timed",
        score_map=proposed_map(OLD, worth_nine()),
    )

    assert found.sentence.startswith({0: "0 of 0", 1: "1 of 1", 1200: "1,200 of 1,200"}[n])
