import pytest
from hypothesis import given
from hypothesis import strategies as st

from essays.pure.pace import next_save_ms, retry_after


@pytest.mark.parametrize(
    ("waited", "ms"), [(0, 2_000), (0.1, 2_000), (0.5, 7_600), (1.1, 16_000), (2.1, 30_000), (60, 30_000)]
)
def test_a_page_waits_longer_the_longer_its_save_had_to_wait(waited, ms):
    assert next_save_ms(waited) == ms


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_a_slower_save_never_hurries_a_page(one, other):
    slower, faster = max(one, other), min(one, other)

    assert 2_000 <= next_save_ms(faster) <= next_save_ms(slower) <= 30_000


@given(st.floats(0, 1))
def test_who_is_sent_away_comes_again_within_five_seconds(chance):
    assert 1 <= retry_after(chance) <= 5


def test_not_all_come_again_in_the_same_second():
    assert {retry_after(n / 10) for n in range(10)} == {1, 2, 3, 4, 5}
