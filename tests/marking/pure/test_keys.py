"""Which keys of the desk may be given away, and what becomes of what was kept."""

import pytest

from marking.pure.keys import (
    BY_NAME,
    COMMANDS,
    DIGITS,
    NEEDED,
    KeySettings,
    changed_only,
    problem_among,
    problem_with,
    settings_from,
)

KEPT = KeySettings(keys={"tie": "y"})


def test_every_command_has_a_name_and_a_key_of_its_own():
    assert len(BY_NAME) == len({one.key for one in COMMANDS}) == len(COMMANDS)
    assert not any(problem_with(one.name, one.key, KeySettings()) for one in COMMANDS)


@pytest.mark.parametrize("key", sorted(DIGITS | NEEDED | {"", "a\x00", "x" * 21}))
def test_a_key_that_is_needed_elsewhere_cannot_be_given(key):
    assert "Choose another" in problem_with("comment", key, KeySettings())


@pytest.mark.parametrize(("key", "free"), [("x", False), ("y", False), ("h", True), ("w", True), ("ArrowDown", True)])
def test_a_key_is_given_to_one_command_only(key, free):
    assert (problem_with("comment", key, KEPT) == "") is free


def test_a_command_whose_key_somebody_gave_away_has_none():
    settings = KeySettings(keys={"comment": "h"})

    assert settings.key_of(BY_NAME["comment"]) == settings.written(BY_NAME["comment"]) == "h"
    assert settings.key_of(BY_NAME["tie"]) == settings.written(BY_NAME["tie"]) == ""


def test_two_keys_can_change_places():
    swapped = {"undo": "x", "notAttempted": "u"}

    assert problem_among(swapped) == ""
    assert settings_from({"on": True, "keys": swapped}).keys == swapped


def test_one_key_for_two_commands_is_said_with_both():
    problem = problem_among({"tie": "y", "undo": "y"})

    assert problem == "“y” cannot do two things: Tie the passage to the open criterion, and Undo. Choose another."


def test_several_keys_are_tried_one_by_one():
    assert problem_among({"tie": "7"}).startswith("Tie the passage to the open criterion: Digits set levels.")
    assert problem_among({"fly": "y"}).endswith("Reload the page, then change your keys again.")


@pytest.mark.parametrize(
    "kept",
    [{}, None, [], {"on": True}, {"keys": None}, {"keys": {"fly": "y", "tie": 4, "undo": "7", "comment": "Tab"}}],
)
def test_what_makes_no_sense_is_left_out(kept):
    assert settings_from(kept) == KeySettings()


def test_off_stays_off_and_a_key_kept_twice_goes_to_one():
    assert settings_from({"on": False, "keys": {"tie": "y", "undo": "y"}}) == KeySettings(on=False, keys={"tie": "y"})


def test_only_what_was_changed_is_kept():
    assert changed_only({"tie": "h", "undo": "z"}) == {"undo": "z"}
