"""How long wrong sign-ins wait, how a wait is said, and what a browser is called."""

import pytest

from courses.pure.accounts import FREE, LONGEST_WAIT, device_named, in_words, wait_after

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Mobile Safari/604.1"


def test_the_first_wrong_ones_are_free_then_the_wait_doubles_to_its_longest():
    assert [wait_after(n) for n in range(12)] == [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 300, 300]
    assert wait_after(10**6) == LONGEST_WAIT


def test_twenty_guesses_take_most_of_an_hour():
    assert sum(wait_after(n) for n in range(FREE, 20)) > 45 * 60


@pytest.mark.parametrize(
    ("seconds", "words"), [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (300, "5 minutes")]
)
def test_a_wait_is_said_in_words(seconds, words):
    assert in_words(seconds) == words


@pytest.mark.parametrize(
    ("told", "name"),
    [
        (CHROME, "Chrome on Windows"),
        (CHROME + " Edg/131.0", "Edge on Windows"),
        (SAFARI, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", "Firefox on Linux"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) Chrome/131.0 Safari/537.36", "Chrome on Chromebook"),
        ("curl/8.5", "curl"),
        ("", "An unnamed browser"),
        ("<script>alert(1)</script>", "scriptalert1"),
    ],
)
def test_a_device_is_named_as_people_name_it(told, name):
    assert device_named(told) == name
