"""What is promised about totals: the exemplars, two other rubrics, rounding, ties, words, and laws that always hold."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rubrics.pure.counting import (
    Counted,
    Criterion,
    CriterionMark,
    Gain,
    Late,
    Rule,
    State,
    StrandRule,
    arithmetic_sentence,
    count,
    gains,
    grade_word,
    in_figures,
    late_adjustment,
    problems,
    round_half_up,
    rule_sentence,
    short_rule,
    six_places,
)

NA, UNMARKED = "NA", "unmarked"
WHOLE = Fraction(1)
untimed = settings(deadline=None)

# The three rubrics as numbers: strand -> criterion -> points of its levels, lowest first

ALLIANCES = {
    "A": {f"E{era}": (0, 2, 5, 8, 10) for era in range(1, 8)},
    "B": {f"R{requirement}": (0, 3, 6, 8) for requirement in range(1, 8)},
    "C": {
        "C1": (0, 2, 4, 6, 8),
        "C2": (0, 2, 4, 6, 8),
        "C3": (0, 2, 4, 7, 10),
        "C4": (0, 2, 4, 5),
        "C5": (0, 1, 3, 5),
    },
}
ERAS = StrandRule("A", "Technological eras", 1, Rule.BEST, 4, Fraction(40))
REQUIREMENTS = StrandRule("B", "Resilience requirements", 2, Rule.BEST, 3, Fraction(24))
CRAFT = StrandRule("C", "Essay craft", 3, Rule.ALL, None, Fraction(36))
TIMED = [ERAS, REQUIREMENTS, CRAFT]
EXTENDED = [replace(ERAS, n=5), replace(REQUIREMENTS, n=4), CRAFT]
COVERAGE = [replace(ERAS, rule=Rule.ALL, n=None), replace(REQUIREMENTS, rule=Rule.ALL, n=None), CRAFT]
MODES = {"timed": TIMED, "extended": EXTENDED, "coverage": COVERAGE}
ALLIANCES_TOTAL = Fraction(100)

SOCIAL_MEDIA = {
    "A": {f"F{function}": (0, 2, 4, 6) for function in range(1, 6)},
    "B": {"Country case 1": (0, 3, 6, 9), "Country case 2": (0, 3, 6, 9)},
    "C": {"G1": (0, 2, 4, 6), "G2": (0, 3, 6), "G3": (0, 2, 4, 6)},
    "D": {f"D{check}": (0, 1) for check in range(1, 7)},
}
SOCIAL_MEDIA_RULES = [
    StrandRule("A", "Democratic functions", 1, Rule.BEST, 3),
    StrandRule("B", "Country cases", 2, Rule.ALL),
    StrandRule("C", "Reasoning", 3, Rule.ALL),
    StrandRule("D", "Communication", 4, Rule.ALL),
]
SOCIAL_MEDIA_TOTAL = Fraction(60)

AIR = {
    "A": {f"H{agreement}": (0, 2, 4, 6, 8) for agreement in range(1, 6)},
    "B": {f"T{test}": (0, 1, 2, 3, 4) for test in range(1, 6)},
    "C": {"Science": (0, 2, 4, 6, 8)},
    "D": {"Data": (0, 2, 4, 6)},
    "E": {"Writing": (0, 1, 2, 3, 4)},
}
AIR_RULES = [
    StrandRule("A", "Agreements", 1, Rule.BEST, 2),
    StrandRule("B", "Tests of effectiveness", 2, Rule.DROP, 1),
    StrandRule("C", "Scientific explanation", 3, Rule.ALL),
    StrandRule("D", "Use of data", 4, Rule.ALL),
    StrandRule("E", "Writing", 5, Rule.ALL),
]
AIR_TOTAL = Fraction(50)

# The exemplars' marks, in the order E1–E7, R1–R7, C1–C5

ORDER = [key for criteria in ALLIANCES.values() for key in criteria]
STRONG = dict(zip(ORDER, [10, 8, 10, 10, NA, 8, 8, NA, 8, NA, 6, NA, 8, 6, 8, 8, 10, 5, 3], strict=True))
MIDDLING = dict(zip(ORDER, [5, NA, 5, 5, 2, 2, 8, NA, 3, NA, NA, NA, 6, NA, 4, 4, 4, 4, 3], strict=True))
WEAK = dict(zip(ORDER, [0, NA, 2, 0, NA, NA, 2, NA, NA, NA, 0, NA, 3, NA, 2, 2, 2, 2, 1], strict=True))


def marked(rubric, points):
    """Marks for a whole rubric; what `points` leaves out was not attempted."""
    return [
        mark(key, points.get(key, NA), strand=strand, position=position, maximum=max(levels))
        for strand, criteria in rubric.items()
        for position, (key, levels) in enumerate(criteria.items(), 1)
    ]


def mark(key, points, *, strand="A", position=1, maximum=10):
    state = {NA: State.NOT_ATTEMPTED, UNMARKED: State.UNMARKED, 0: State.ZERO}.get(points, State.SCORED)
    worth = Fraction(points) if state == State.SCORED else None
    return CriterionMark(key, strand, position, Fraction(maximum), state, worth)


def counted_alliances(points, rules=TIMED):
    return count(marked(ALLIANCES, points), rules, total=ALLIANCES_TOTAL, step=WHOLE)


def counted_social_media(points):
    return count(marked(SOCIAL_MEDIA, points), SOCIAL_MEDIA_RULES, total=SOCIAL_MEDIA_TOTAL, step=WHOLE)


def counted_air(points):
    return count(marked(AIR, points), AIR_RULES, total=AIR_TOTAL, step=WHOLE)


def full_marks(rubric):
    return {key: max(levels) for criteria in rubric.values() for key, levels in criteria.items()}


def keys(strand):
    return [one.key for one in strand.counted]


# The exemplars


@pytest.mark.parametrize(
    ("points", "mode", "unrounded", "rounded"),
    [
        (STRONG, "timed", "94", 94),
        (MIDDLING, "timed", "51", 51),
        (WEAK, "timed", "16", 16),
        (STRONG, "extended", "91.8", 92),
        (MIDDLING, "extended", "45.75", 46),
        (WEAK, "extended", "14.45", 14),
        (STRONG, "coverage", "76.857143", 77),
        (MIDDLING, "coverage", "38.285714", 38),
        (WEAK, "coverage", "12.571429", 13),
    ],
)
def test_the_exemplars_get_their_agreed_totals_in_every_mode(points, mode, unrounded, rounded):
    result = counted_alliances(points, MODES[mode])

    assert six_places(result.unrounded) == Decimal(unrounded)
    assert result.rounded == rounded
    assert not result.provisional


@pytest.mark.parametrize(
    ("points", "eras", "requirements", "sums"),
    [
        (STRONG, ["E1", "E3", "E4", "E2"], ["R2", "R6", "R4"], [38, 22, 34]),
        (MIDDLING, ["E7", "E1", "E3", "E4"], ["R6", "R2"], [23, 9, 19]),
        (WEAK, ["E3", "E7", "E1", "E4"], ["R6", "R4"], [4, 3, 9]),
    ],
)
def test_the_exemplars_count_the_agreed_criteria_in_rank_order(points, eras, requirements, sums):
    result = counted_alliances(points)

    assert keys(result.strands[0]) == eras
    assert keys(result.strands[1]) == requirements
    assert [strand.sum for strand in result.strands] == sums
    assert [strand.share for strand in result.strands] == sums


def test_zero_in_place_of_not_attempted_leaves_the_total_but_takes_part_in_the_ranking():
    with_zero = counted_alliances(STRONG | {"E5": 0})

    assert with_zero.rounded == 94
    assert with_zero.strands[0].dropped == ("E6", "E7", "E5")
    assert counted_alliances(STRONG).strands[0].dropped == ("E6", "E7")


def test_an_unmarked_criterion_makes_the_total_provisional_and_is_named():
    result = counted_alliances(STRONG | {"E5": UNMARKED})

    assert result.provisional
    assert result.unmarked == ("E5",)
    assert result.rounded == 94


def test_an_unmarked_criterion_keeps_its_place_open_rather_than_empty():
    strand = counted_alliances(MIDDLING | {"R1": UNMARKED}).strands[1]

    assert (strand.empty_slots, strand.open_slots) == (0, 1)
    assert strand.sentence == "R6 6 + R2 3 + one place not marked yet = 9 of 24"


def test_unmarked_is_named_in_the_rubrics_order():
    result = counted_alliances(STRONG | {"C1": UNMARKED, "R7": UNMARKED, "E7": UNMARKED})

    assert result.unmarked == ("E7", "R7", "C1")


@pytest.mark.parametrize("mode", MODES)
def test_equal_marks_give_equal_totals_in_every_mode(mode):
    points = full_marks(ALLIANCES) | {f"E{n}": 8 for n in range(1, 8)} | {f"R{n}": 6 for n in range(1, 8)}

    result = counted_alliances(points, MODES[mode])

    assert [strand.share for strand in result.strands] == [32, 18, 36]
    assert result.unrounded == 86


@pytest.mark.parametrize("mode", ["timed", "coverage"])
def test_seven_name_drops_earn_eight(mode):
    result = counted_alliances({f"E{n}": 2 for n in range(1, 8)}, MODES[mode])

    assert result.unrounded == 8
    assert not result.nothing_attempted


def test_nothing_attempted_is_said_as_such():
    result = counted_alliances({})

    assert result.rounded == 0
    assert result.nothing_attempted
    assert not result.provisional
    assert result.strands[1].sentence == "three empty places 0 = 0 of 24"


@pytest.mark.parametrize("points", [{"E1": 0}, {"E1": UNMARKED}])
def test_an_attempt_worth_nothing_and_an_open_decision_are_not_nothing_attempted(points):
    result = counted_alliances(points)

    assert result.rounded == 0
    assert not result.nothing_attempted


# A strand that is off


def test_a_strand_that_is_off_rescales_the_others_to_the_total():
    result = counted_alliances(STRONG, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT])

    assert result.unrounded == Fraction(72 * 100, 76)
    assert result.rounded == 95
    assert sum(strand.out_of for strand in result.strands) == 100


def test_a_strand_that_is_off_counts_nothing_and_says_so():
    off = counted_alliances(STRONG, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT]).strands[1]

    assert (off.counted, off.empty_slots, off.dropped) == ((), 0, ())
    assert (off.sum, off.full, off.share, off.out_of) == (0, 0, 0, 0)
    assert off.sentence == "This strand is not counted in this task."


def test_what_is_unmarked_in_a_strand_that_is_off_does_not_block_the_total():
    result = counted_alliances(STRONG | {"R2": UNMARKED}, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT])

    assert not result.provisional
    assert result.unmarked == ()


def test_what_was_attempted_in_a_strand_that_is_off_is_still_an_attempt():
    result = counted_alliances({"R2": 8}, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT])

    assert result.rounded == 0
    assert not result.nothing_attempted


def test_with_every_strand_off_the_total_is_nothing():
    result = counted_alliances(STRONG, [replace(rule, rule=Rule.OFF) for rule in TIMED])

    assert result.unrounded == 0


# Two other rubrics


def test_a_strong_essay_on_social_media_adds_up_strand_by_strand():
    points = {"F1": 4, "F2": 2, "F4": 6, "F5": 6, "Country case 1": 9, "Country case 2": 6, "G1": 6, "G2": 3, "G3": 4}
    checks = {"D1": 1, "D2": 1, "D3": 0, "D4": 1, "D5": 1, "D6": 0}

    result = counted_social_media(points | checks)

    assert [strand.sum for strand in result.strands] == [16, 15, 13, 4]
    assert keys(result.strands[0]) == ["F4", "F5", "F1"]
    assert result.rounded == 48
    assert result.strands[3].sentence == "D1 1 + D2 1 + D3 0 + D4 1 + D5 1 + D6 0 = 4 of 6"


def test_a_second_case_from_the_same_country_is_not_attempted_and_brings_nothing():
    cases = counted_social_media({"Country case 1": 6, "Country case 2": NA}).strands[1]

    assert (cases.sum, cases.full, cases.empty_slots) == (6, 18, 1)
    assert cases.sentence == "Country case 1 6 + one empty place 0 = 6 of 18"


@pytest.mark.parametrize(
    ("tests", "share", "counted", "dropped", "empty"),
    [
        ([4, 3, 3, 2, NA], 12, ["T1", "T2", "T3", "T4"], ("T5",), 0),
        ([4, 3, NA, 2, NA], 9, ["T1", "T2", "T4"], ("T5",), 1),
        ([4, 3, 3, 2, 2], 12, ["T1", "T2", "T3", "T4"], ("T5",), 0),
        ([0, 4, 4, 4, 4], 16, ["T2", "T3", "T4", "T5"], ("T1",), 0),
        ([0, NA, 4, 4, 4], 12, ["T3", "T4", "T5", "T1"], ("T2",), 0),
        ([NA, NA, NA, NA, NA], 0, [], ("T5",), 4),
    ],
)
def test_the_lowest_test_is_dropped_and_not_attempted_is_the_lowest(tests, share, counted, dropped, empty):
    strand = counted_air({f"T{n}": points for n, points in enumerate(tests, 1)}).strands[1]

    assert (strand.share, strand.out_of) == (share, 16)
    assert keys(strand) == counted
    assert strand.dropped == dropped
    assert strand.empty_slots == empty


def test_an_unmarked_test_is_not_called_dropped_while_its_mark_is_open():
    strand = counted_air({"T1": 4, "T2": 3, "T3": NA, "T4": 2, "T5": UNMARKED}).strands[1]

    assert strand.dropped == ("T3",)
    assert (strand.empty_slots, strand.open_slots) == (0, 1)


def test_single_criterion_strands_of_unequal_weight_add_up():
    result = counted_air({"H2": 8, "H4": 6, "H1": 2, "T1": 4, "T2": 3, "T3": 3, "Science": 6, "Data": 4, "Writing": 3})

    assert [strand.share for strand in result.strands] == [14, 10, 6, 4, 3]
    assert result.rounded == 37
    assert result.sentence == "14 + 10 + 6 + 4 + 3 = 37 of 50"


@pytest.mark.parametrize(
    ("rubric", "rules", "total"),
    [
        *((ALLIANCES, rules, ALLIANCES_TOTAL) for rules in MODES.values()),
        (ALLIANCES, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT], ALLIANCES_TOTAL),
        (SOCIAL_MEDIA, SOCIAL_MEDIA_RULES, SOCIAL_MEDIA_TOTAL),
        (AIR, AIR_RULES, AIR_TOTAL),
    ],
)
def test_full_marks_are_the_total_and_the_rules_raise_no_problem(rubric, rules, total):
    marks = marked(rubric, full_marks(rubric))

    result = count(marks, rules, total=total, step=WHOLE)

    assert result.unrounded == result.rounded == total
    assert problems(rules, marks, total) == []


# Ties, weights, rounding


def test_at_a_tie_the_earlier_criterion_counts_whatever_order_the_marks_come_in():
    marks = [mark(f"E{n}", 5, position=n) for n in range(1, 8)]

    strand = count(reversed(marks), [ERAS], total=Fraction(40), step=WHOLE).strands[0]

    assert keys(strand) == ["E1", "E2", "E3", "E4"]
    assert strand.dropped == ("E5", "E6", "E7")


def test_without_a_weight_a_strand_is_its_plain_sum():
    rules = [replace(ERAS, weight=None)]

    strand = count([mark("E1", 7), mark("E2", 5, position=2)], rules, total=Fraction(40), step=WHOLE).strands[0]

    assert (strand.share, strand.out_of, strand.empty_slots) == (12, 40, 2)


def test_a_weighted_drop_divides_by_what_is_left():
    rules = [StrandRule("B", "Tests", 1, Rule.DROP, 1, Fraction(32))]

    strand = count(marked({"B": AIR["B"]}, {"T1": 4, "T2": 3}), rules, total=Fraction(32), step=WHOLE).strands[0]

    assert (strand.full, strand.share, strand.out_of) == (16, 14, 32)


@pytest.mark.parametrize(
    ("value", "step", "rounded"),
    [
        ("45.75", "1", "46"),
        ("14.45", "1", "14"),
        ("2.5", "1", "3"),
        ("3.5", "1", "4"),
        ("2.499999", "1", "2"),
        ("2.25", "0.5", "2.5"),
        ("2.24", "0.5", "2"),
        ("0.05", "0.1", "0.1"),
        ("12", "5", "10"),
        ("12.5", "5", "15"),
    ],
)
def test_halves_go_up_to_the_next_step(value, step, rounded):
    assert round_half_up(Fraction(value), Fraction(step)) == Fraction(rounded)


def test_a_step_of_nothing_is_refused():
    with pytest.raises(ValueError, match="more than 0"):
        round_half_up(Fraction(1), Fraction(0))


def test_a_total_is_rounded_once_and_only_at_the_end():
    rules = [StrandRule(key, key, n, Rule.ALL, None, Fraction(1)) for n, key in enumerate("ABC")]
    marks = [mark(f"{key}1", 4, strand=key, maximum=10) for key in "ABC"]

    result = count(marks, rules, total=Fraction(3), step=WHOLE)

    assert result.unrounded == Fraction("1.2")
    assert result.rounded == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [(Fraction(2, 3), "0.666667"), (Fraction(1, 3), "0.333333"), (Fraction(94), "94"), (Fraction("0.0000005"), "1E-6")],
)
def test_six_places_are_kept(value, shown):
    assert six_places(value) == Decimal(shown)
    assert six_places(value).as_tuple().exponent == -6


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("38", "38"),
        ("100", "100"),
        ("0", "0"),
        ("35.2", "35.2"),
        ("14.45", "14.45"),
        ("538/7", "76.86"),
        ("200/3", "66.67"),
    ],
)
def test_figures_are_written_as_people_write_them(value, text):
    assert in_figures(Fraction(value)) == text


# What cannot be a mark


@pytest.mark.parametrize("points", [None, Fraction(-1), Fraction(11)])
def test_a_scored_mark_needs_points_its_criterion_can_give(points):
    with pytest.raises(ValueError, match="E1 is scored and needs points from 0 to 10"):
        CriterionMark("E1", "A", 1, Fraction(10), State.SCORED, points)


def test_a_mark_outside_every_strand_is_refused():
    with pytest.raises(ValueError, match="Z1 belongs to strand Z"):
        count([mark("Z1", 5, strand="Z")], TIMED, total=ALLIANCES_TOTAL, step=WHOLE)


@pytest.mark.parametrize("rule", [Rule.BEST, Rule.DROP])
def test_best_and_drop_without_a_number_are_refused(rule):
    with pytest.raises(ValueError, match="Strand A needs to know how many"):
        count([mark("E1", 5)], [replace(ERAS, rule=rule, n=None)], total=Fraction(40), step=WHOLE)


# The linter


def test_best_and_drop_refuse_unequal_maxima():
    criteria = marked({"C": ALLIANCES["C"]}, {})

    found = problems([replace(CRAFT, rule=Rule.BEST, n=3)], criteria, Fraction(36))

    assert found == [
        (
            "Strand C counts its best criteria, so all need the same maximum; theirs are 5, 8 and 10. "
            "Make them equal, or let all count."
        )
    ]


@pytest.mark.parametrize(
    ("rule", "n", "sentence"),
    [
        (Rule.BEST, None, "Strand A counts its best criteria. Say how many."),
        (Rule.BEST, 0, "Strand A counts its best criteria. Say how many."),
        (Rule.BEST, 8, "Strand A counts its best eight, but has seven criteria. Choose at most seven."),
        (Rule.DROP, None, "Strand A leaves out its lowest criteria. Say how many."),
        (Rule.DROP, 7, "Strand A leaves out its lowest seven, but has seven criteria. Choose at most six."),
    ],
)
def test_how_many_must_be_said_and_fit_the_strand(rule, n, sentence):
    criteria = marked({"A": ALLIANCES["A"]}, {})

    assert problems([replace(ERAS, rule=rule, n=n)], criteria, Fraction(40)) == [sentence]


def test_full_marks_that_miss_the_total_are_told_exactly():
    rules = [replace(rule, weight=None) for rule in EXTENDED]

    found = problems(rules, marked(ALLIANCES, {}), ALLIANCES_TOTAL)

    assert found == ["Full marks come to 118, not 100. Change points, weights or how many criteria count."]


@pytest.mark.parametrize(
    ("rules", "criteria", "total", "sentence"),
    [
        ([CRAFT, CRAFT], [Criterion("C1", "C", 1, WHOLE)], 36, "Two strands have the key C. Give each its own."),
        ([CRAFT], [Criterion("C1", "C", 1, WHOLE)] * 2, 36, "Two criteria have the key C1. Give each its own."),
        ([CRAFT], [], 36, "Strand C has no criteria. Add one, or switch the strand off."),
        ([CRAFT], [Criterion("Z1", "Z", 1, WHOLE)], 36, "Z1 belongs to strand Z, which is not there."),
        (
            [CRAFT],
            [Criterion("C1", "C", 1, Fraction(0))],
            36,
            "C1 can earn no points. Give one of its levels more than 0.",
        ),
        (
            [replace(CRAFT, weight=Fraction(0))],
            [Criterion("C1", "C", 1, WHOLE)],
            36,
            "Strand C has the weight 0. Give it more, or switch it off.",
        ),
        ([replace(CRAFT, rule=Rule.OFF)], [], 36, "No strand counts. Let at least one count."),
        ([], [], 36, "No strand counts. Let at least one count."),
        ([CRAFT], [Criterion("C1", "C", 1, WHOLE)], 0, "The total is more than 0."),
        (
            [replace(CRAFT, rule=Rule.DROP, n=1)],
            [Criterion("C1", "C", 1, WHOLE)],
            36,
            "Strand C leaves out its lowest one, but has one criterion. Let it count instead.",
        ),
    ],
)
def test_a_rubric_that_cannot_be_counted_is_refused_in_a_sentence(rules, criteria, total, sentence):
    assert sentence in problems(rules, criteria, Fraction(total))


# Words


@pytest.mark.parametrize(
    ("rule", "n", "how_many", "sentence", "short"),
    [
        (Rule.BEST, 4, 7, "Your best four of the seven count.", "best 4 of 7"),
        (Rule.BEST, 1, 3, "Your best one of the three counts.", "best 1 of 3"),
        (Rule.BEST, 5, 5, "All five count.", "all 5"),
        (Rule.BEST, 12, 20, "Your best twelve of the 20 count.", "best 12 of 20"),
        (Rule.ALL, None, 5, "All five count.", "all 5"),
        (Rule.ALL, None, 2, "Both count.", "all 2"),
        (Rule.ALL, None, 1, "This one criterion counts.", "one criterion"),
        (Rule.DROP, 1, 5, "Your lowest one of five is left out.", "lowest 1 of 5 left out"),
        (Rule.DROP, 2, 5, "Your lowest two of five are left out.", "lowest 2 of 5 left out"),
        (Rule.OFF, None, 7, "This strand is not counted in this task.", "not counted"),
    ],
)
def test_a_rule_is_told_in_students_words(rule, n, how_many, sentence, short):
    assert rule_sentence(rule, n, how_many) == sentence
    assert short_rule(rule, n, how_many) == short


def test_the_arithmetic_of_a_plain_strand_is_a_sum():
    assert counted_alliances(STRONG).strands[0].sentence == "E1 10 + E3 10 + E4 10 + E2 8 = 38 of 40"


def test_an_empty_place_is_part_of_the_arithmetic():
    assert counted_alliances(MIDDLING).strands[1].sentence == "R6 6 + R2 3 + one empty place 0 = 9 of 24"


def test_a_weighted_strand_tells_its_weighting():
    counted = [Counted("E1", Fraction(44))]

    sentence = arithmetic_sentence(counted, empty_slots=0, full=Fraction(50), weight=Fraction(40))

    assert sentence == "E1 44 = 44 of 50; 40 × 44 ÷ 50 = 35.2"


def test_a_number_that_does_not_end_is_called_approximate():
    eras = counted_alliances(MIDDLING, COVERAGE).strands[0]

    assert eras.sentence == (
        "E1 5 + E3 5 + E4 5 + E5 2 + E6 2 + E7 8 + one empty place 0 = 27 of 70; 40 × 27 ÷ 70 ≈ 15.43"
    )


def test_a_rescaled_strand_tells_its_rescaling():
    eras, _, craft = counted_alliances(STRONG, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT]).strands

    assert eras.sentence == "E1 10 + E3 10 + E4 10 + E2 8 = 38 of 40; 38 × 25 ÷ 19 = 50"
    assert craft.sentence == "C1 8 + C2 8 + C3 10 + C4 5 + C5 3 = 34 of 36; 34 × 25 ÷ 19 ≈ 44.74"


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        (TIMED, "38 + 22 + 34 = 94 of 100"),
        (EXTENDED, "36.8 + 21 + 34 = 91.8, rounded to 92 of 100"),
        (COVERAGE, "30.86 + 12 + 34 ≈ 76.86, rounded to 77 of 100"),
        ([ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT], "50 + 44.74 ≈ 94.74, rounded to 95 of 100"),
    ],
)
def test_the_total_tells_its_shares_and_its_rounding(rules, sentence):
    assert counted_alliances(STRONG, rules).sentence == sentence


# Lateness and grade words


@pytest.mark.parametrize(
    ("rule", "mark_before", "days", "change"),
    [
        ({"kind": Late.NONE}, 70, 3, 0),
        ({"kind": Late.PERCENT, "percent": 5}, 70, 0, 0),
        ({"kind": Late.PERCENT, "percent": 5}, 70, 1, -5),
        ({"kind": Late.PERCENT, "percent": 5}, 70, 3, -15),
        ({"kind": Late.PERCENT, "percent": 5}, 12, 3, -12),
        ({"kind": Late.PERCENT, "percent": 5, "floor": 40}, 50, 3, -10),
        ({"kind": Late.PERCENT, "percent": 5, "floor": 40}, 30, 3, 0),
        ({"kind": Late.PERCENT, "percent": 5, "total": 50}, 40, 1, Fraction(-5, 2)),
        ({"kind": Late.CAP, "cap": 60}, 70, 1, -10),
        ({"kind": Late.CAP, "cap": 60}, 55, 1, 0),
        ({"kind": Late.CAP, "cap": 60}, 70, 0, 0),
        ({"kind": Late.CAP, "cap": None}, 70, 1, 0),
        ({"kind": Late.PERCENT, "percent": None}, 70, 1, 0),
        ({"kind": Late.PERCENT, "percent": 5, "floor": None}, 3, 1, -3),
    ],
)
def test_lateness_lowers_a_mark_by_the_rule_and_never_below_the_floor(rule, mark_before, days, change):
    settings = {"total": 100} | rule
    exact = {name: Fraction(value) if isinstance(value, int) else value for name, value in settings.items()}

    assert late_adjustment(Fraction(mark_before), days_late=days, **exact) == change


@untimed
@given(
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 100),
    st.integers(0, 30),
    st.sampled_from(Late),
)
def test_lateness_never_raises_a_mark_nor_takes_more_than_there_is(before, percent, floor, cap, days, kind):
    change = late_adjustment(
        Fraction(before),
        kind=kind,
        percent=Fraction(percent),
        floor=Fraction(floor),
        cap=Fraction(cap),
        days_late=days,
        total=Fraction(100),
    )

    assert -before <= change <= 0


@pytest.mark.parametrize(
    ("rounded", "word"),
    [
        (100, "excellent"),
        (85, "excellent"),
        (84, "strong"),
        (70, "strong"),
        (55, "sound"),
        (54, "developing"),
        (0, "beginning"),
    ],
)
def test_a_grade_word_begins_at_its_boundary(rounded, word):
    named = {0: "beginning", 40: "developing", 55: "sound", 70: "strong", 85: "excellent"}
    boundaries = [(Fraction(lowest), name) for lowest, name in named.items()]

    assert grade_word(Fraction(rounded), boundaries) == word
    assert grade_word(Fraction(rounded), reversed(boundaries)) == word


def test_below_every_boundary_there_is_no_grade_word():
    assert grade_word(Fraction(30), [(Fraction(40), "pass")]) == ""
    assert grade_word(Fraction(30), []) == ""


# What the next level would bring


def next_points(rubric, points):
    """The next level up of each criterion that has one; for one not attempted, the first that earns anything."""
    return {
        key: Fraction(min(level for level in levels if level > (0 if points.get(key, NA) == NA else points[key])))
        for criteria in rubric.values()
        for key, levels in criteria.items()
        if points.get(key, NA) == NA or points[key] < max(levels)
    }


def test_gains_look_at_counted_criteria_and_fillers_of_empty_places_only():
    found = gains(marked(ALLIANCES, MIDDLING), TIMED, next_points(ALLIANCES, MIDDLING), total=ALLIANCES_TOTAL)

    assert {gain.key for gain in found} == {"E1", "E3", "E4", "E7", "C1", "C2", "C3", "C4", "C5"} | {
        f"R{n}" for n in range(1, 8)
    }


def test_gains_come_most_first_then_in_the_rubrics_order():
    found = gains(marked(ALLIANCES, MIDDLING), TIMED, next_points(ALLIANCES, MIDDLING), total=ALLIANCES_TOTAL)

    assert [gain.gain for gain in found] == sorted((gain.gain for gain in found), reverse=True)
    assert [gain.key for gain in found if gain.gain == 3][:4] == ["E1", "E3", "E4", "R1"]
    assert found[-1] == Gain("C4", Fraction(1))


def test_where_a_zero_fills_the_last_place_what_was_not_attempted_is_no_next_step():
    found = gains(marked(ALLIANCES, WEAK), TIMED, next_points(ALLIANCES, WEAK), total=ALLIANCES_TOTAL)

    assert {gain.key for gain in found if gain.key.startswith("E")} == {"E1", "E3", "E4", "E7"}


def test_a_next_level_worth_no_more_is_no_gain():
    assert gains(marked(ALLIANCES, STRONG), TIMED, {"C5": Fraction(3)}, total=ALLIANCES_TOTAL) == []


def test_a_gain_is_worth_its_weight():
    found = gains(marked(ALLIANCES, STRONG), COVERAGE, {"E6": Fraction(10)}, total=ALLIANCES_TOTAL)

    assert found == [Gain("E6", Fraction(40 * 2, 70))]


def test_a_perfect_essay_has_nothing_to_gain():
    points = full_marks(ALLIANCES)

    assert gains(marked(ALLIANCES, points), TIMED, next_points(ALLIANCES, points), total=ALLIANCES_TOTAL) == []


# Laws that always hold

RUBRICS = {
    **{mode: (ALLIANCES, rules, ALLIANCES_TOTAL) for mode, rules in MODES.items()},
    "requirements off": (ALLIANCES, [ERAS, replace(REQUIREMENTS, rule=Rule.OFF), CRAFT], ALLIANCES_TOTAL),
    "social media": (SOCIAL_MEDIA, SOCIAL_MEDIA_RULES, SOCIAL_MEDIA_TOTAL),
    "air": (AIR, AIR_RULES, AIR_TOTAL),
}


@st.composite
def essays(draw, states=(NA,)):
    """A rubric of those above with marks for every criterion: its levels, or one of `states`."""
    rubric, rules, total = RUBRICS[draw(st.sampled_from(sorted(RUBRICS)))]
    points = {
        key: draw(st.sampled_from([*levels, *states]))
        for criteria in rubric.values()
        for key, levels in criteria.items()
    }
    return rubric, rules, total, points


def total_of(rubric, rules, total, points):
    return count(marked(rubric, points), rules, total=total, step=WHOLE)


@untimed
@given(essays(), st.data())
def test_leaving_out_an_answer_never_raises_the_mark(essay, data):
    rubric, rules, total, points = essay
    left_out = data.draw(st.sampled_from(sorted(points)))

    without = total_of(rubric, rules, total, points | {left_out: NA})

    assert without.unrounded <= total_of(*essay).unrounded


@untimed
@given(essays())
def test_zero_and_not_attempted_give_the_same_total(essay):
    rubric, rules, total, points = essay
    zeros = {key: 0 if worth == NA else worth for key, worth in points.items()}

    assert total_of(rubric, rules, total, zeros).unrounded == total_of(*essay).unrounded


@untimed
@given(essays(), st.randoms())
def test_the_order_of_marks_and_rules_changes_nothing(essay, random):
    rubric, rules, total, points = essay
    marks, mixed_rules = marked(rubric, points), list(rules)
    random.shuffle(marks)
    random.shuffle(mixed_rules)

    assert count(marks, mixed_rules, total=total, step=WHOLE) == total_of(*essay)


@untimed
@given(essays(), st.data())
def test_raising_one_criterion_never_lowers_the_total(essay, data):
    rubric, rules, total, points = essay
    levels = {key: each for criteria in rubric.values() for key, each in criteria.items()}
    raised = data.draw(st.sampled_from(sorted(points)))
    now = 0 if points[raised] == NA else points[raised]
    higher = data.draw(st.sampled_from([level for level in levels[raised] if level >= now]))

    then = total_of(rubric, rules, total, points | {raised: higher})

    assert then.unrounded >= total_of(*essay).unrounded
    assert then.rounded >= total_of(*essay).rounded


@untimed
@given(essays(states=(NA, UNMARKED)))
def test_a_provisional_total_can_only_rise(essay):
    rubric, rules, total, points = essay
    best = {key: full_marks(rubric)[key] if worth == UNMARKED else worth for key, worth in points.items()}
    worst = {key: NA if worth == UNMARKED else worth for key, worth in points.items()}

    provisional = total_of(*essay).unrounded

    assert provisional == total_of(rubric, rules, total, worst).unrounded
    assert provisional <= total_of(rubric, rules, total, best).unrounded


@untimed
@given(essays(states=(NA, UNMARKED)))
def test_shares_add_up_and_every_place_is_accounted_for(essay):
    rubric, _, total, _ = essay

    result = total_of(*essay)

    assert sum(strand.share for strand in result.strands) == result.unrounded
    assert sum(strand.out_of for strand in result.strands) == total
    for strand in result.strands:
        places = {Rule.BEST: strand.n, Rule.ALL: len(rubric[strand.key]), Rule.OFF: 0}
        places[Rule.DROP] = len(rubric[strand.key]) - (strand.n or 0)
        assert len(strand.counted) + strand.empty_slots + strand.open_slots == places[strand.rule]
        assert 0 <= strand.share <= strand.out_of
        assert not {one.key for one in strand.counted} & set(strand.dropped)


@untimed
@given(essays())
def test_a_gain_is_what_a_recount_would_add(essay):
    rubric, rules, total, points = essay
    upward = next_points(rubric, points)

    now = total_of(*essay).unrounded

    found = gains(marked(rubric, points), rules, upward, total=total)

    for gain in found:
        then = total_of(rubric, rules, total, points | {gain.key: upward[gain.key]})
        assert then.unrounded - now == gain.gain > 0
