"""How late words came, and how much they change, in sentences."""

from datetime import timedelta

import pytest

from essays.pure.late_words import about, arrival, how_long
from tests.rows import MONDAY

SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(0), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=3, seconds=59), "3 minutes"),
        (timedelta(minutes=119), "119 minutes"),
        (timedelta(hours=2), "2 hours"),
        (timedelta(hours=47), "47 hours"),
        (timedelta(days=2), "2 days"),
    ],
)
def test_a_span_is_said_in_its_largest_unit(span, said):
    assert how_long(span) == said


@pytest.mark.parametrize(
    ("minutes", "handed_in", "from_file", "said"),
    [
        (3, None, False, "arrived 3 minutes after the end"),
        (3, -10, False, "arrived 3 minutes after the end"),
        (-5, -10, False, "arrived 5 minutes after the essay was handed in"),
        (-5, None, True, "came from a rescue file before the end"),
        (180, None, True, "came from a rescue file 3 hours after the end"),
    ],
)
def test_it_is_said_how_words_came(minutes, handed_in, from_file, said):
    submitted_at = None if handed_in is None else MONDAY + timedelta(minutes=handed_in)

    came = arrival(MONDAY + timedelta(minutes=minutes), ended_at=MONDAY, handed_in_at=submitted_at, from_file=from_file)

    assert came == said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (0, "no word"),
        (1, "at most 10 words"),
        (10, "at most 10 words"),
        (11, "at most 50 words"),
        (200, "at most 200 words"),
        (201, "more than 200 words"),
    ],
)
def test_a_difference_is_told_roughly(words, said):
    assert about(words) == said
