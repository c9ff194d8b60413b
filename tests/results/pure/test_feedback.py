"""What a feedback page says of counting, by every rule, and from when a mark shows that comes after its feedback."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from results.pure.feedback import left_out_sentence, mark_comes_at, missing_sentence, not_counted_sentence

TOLD = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("days", "is_shown", "comes_at"),
    [
        (None, False, None),
        (None, True, None),
        (3, True, None),
        (1, False, TOLD + timedelta(days=1)),
        (30, False, TOLD + timedelta(days=30)),
    ],
)
def test_a_mark_comes_with_its_feedback_or_so_many_days_after_it(days, is_shown, comes_at):
    assert mark_comes_at(TOLD, days, is_shown=is_shown) == comes_at


@pytest.mark.parametrize(
    ("rule", "n", "empty", "sentence"),
    [
        ("best", 1, 1, "Nothing found for your one place: 0 of 10."),
        ("best", 4, 2, "Nothing found for two of your four places: 0 of 20."),
        ("best", 4, 0, "What you did not choose takes nothing away: all your places are filled."),
        ("drop", 1, 0, "Nothing found. That takes nothing away: your lowest are left out."),
        ("drop", 1, 1, "Nothing found for one of those that count: 0 of 10."),
        ("all", None, 2, "Nothing found: 0 of 20."),
        ("off", None, 0, "This strand is not counted in this task, so nothing is lost."),
    ],
)
def test_every_rule_words_its_own_effect(rule, n, empty, sentence):
    maxima = [Decimal(10), Decimal(10)]

    assert missing_sentence({"rule": rule, "n": n, "empty": empty}, maxima) == sentence
    assert missing_sentence({"rule": rule, "n": n, "empty": empty}, []) == ""


@pytest.mark.parametrize(
    ("rule", "counted", "points", "sentence"),
    [
        ("best", ["E1", "E3", "E4"], 2, "Not counted: three others were better."),
        ("best", ["E1", "E3", "E4"], 5, "Not counted: three others were better or as good."),
        ("best", ["E1"], 2, "Not counted: another was better."),
        ("drop", ["E1"], 2, "Not counted: your lowest are left out."),
        ("off", [], 2, "Not counted: this strand is not counted in this task."),
    ],
)
def test_an_attempt_that_does_not_count_is_told_why(rule, counted, points, sentence):
    strand = {"rule": rule, "counted": counted}

    assert not_counted_sentence(strand, Decimal(points), Decimal(5)) == sentence


@pytest.mark.parametrize(
    ("rule", "dropped", "sentence"),
    [
        ("best", ["E5"], "E5 2 does not count; E2 and E6 not written about"),
        ("drop", ["E5", "E2"], "E5 2 does not count; E2 and E6 not written about"),
        ("all", [], ""),
        ("off", [], ""),
    ],
)
def test_the_arithmetic_says_what_it_leaves_out(rule, dropped, sentence):
    points = {"E1": Decimal(8), "E2": None, "E5": Decimal("2.00"), "E6": None}

    assert left_out_sentence({"rule": rule, "dropped": dropped}, points) == sentence
