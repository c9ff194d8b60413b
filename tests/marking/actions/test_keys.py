"""One's own keys are kept with the person."""

import pytest

from marking.actions.keys import KeyNotFree, keep_marking_keys


def test_changed_keys_are_kept_and_the_others_left_as_they_come(marker):
    keep_marking_keys(on=False, keys={"tie": "y", "undo": "u"}, by=marker)

    marker.refresh_from_db()
    assert marker.marking_keys == {"on": False, "keys": {"tie": "y"}}


@pytest.mark.parametrize("keys", [{"tie": "7"}, {"tie": "y", "undo": "y"}, {"fly": "y"}])
def test_keys_that_cannot_be_are_refused_and_nothing_changes(marker, keys):
    keep_marking_keys(on=True, keys={"tie": "y"}, by=marker)

    with pytest.raises(KeyNotFree):
        keep_marking_keys(on=True, keys=keys, by=marker)

    marker.refresh_from_db()
    assert marker.marking_keys == {"on": True, "keys": {"tie": "y"}}
