"""Full marks told in words, mode by mode."""

from dataclasses import replace

from rubrics.pure.counting import Rule
from rubrics.pure.full_marks import full_marks
from rubrics.pure.pack_contents import RuleText
from tests.rubrics.measures import changed, measure

BASE = measure()


def test_full_marks_are_told_strand_by_strand_and_added_up():
    [found] = full_marks(BASE)

    assert [(one.key, one.rule, one.sentence) for one in found.strands] == [
        ("A", "Your best two of the three count.", "E1 10 + E2 10 = 20 of 20."),
        ("C", "This one criterion counts.", "C1 10 = 10 of 10."),
    ]
    assert (found.sentence, found.problems) == ("20 + 10 = 30 of 30.", ())


def test_a_sum_that_misses_the_full_mark_is_told_with_what_is_wrong():
    [found] = full_marks(measure(total=25))

    assert found.sentence == "20 + 10 = 30 of 25."
    assert found.problems[0].startswith("Full marks come to 30, not 25.")


def test_a_strand_that_is_off_is_told_and_the_others_reach_the_total():
    mode = replace(BASE.modes[0], rules=(RuleText("A", Rule.OFF), RuleText("C", Rule.ALL)))

    [found] = full_marks(replace(BASE, modes=(mode,)))

    assert found.strands[0].rule == "This strand is not counted in this task."
    assert found.strands[0].sentence == ""
    assert found.sentence == "30 = 30 of 30."


def test_what_cannot_be_counted_yet_says_so():
    empty = changed(BASE, "E2", levels=())
    without_n = replace(
        BASE, modes=(replace(BASE.modes[0], rules=(RuleText("A", Rule.BEST), RuleText("C", Rule.ALL))),)
    )

    assert full_marks(empty)[0].problems == ("E2 has no levels yet. Give it some.",)
    assert full_marks(without_n)[0].problems[0].startswith("Strand A counts its best criteria. Say how many.")
