from datetime import timedelta

import pytest

from essays.pure.time_left import time_left
from tests.rows import MONDAY


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(0), ""),
        (timedelta(seconds=-1), ""),
        (timedelta(seconds=1), "1 min"),
        (timedelta(minutes=41), "41 min"),
        (timedelta(minutes=59, seconds=30), "1 h"),
        (timedelta(hours=2, minutes=5), "2 h 5 min"),
        (timedelta(hours=30), "30 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=9, hours=23), "9 days"),
    ],
)
def test_the_time_left_is_said_shortly_and_never_as_none(left, said):
    assert time_left(MONDAY + left, MONDAY) == said
