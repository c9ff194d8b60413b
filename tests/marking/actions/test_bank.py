"""How somebody keeps the comment bank at the desk."""

from marking.actions.bank import keep_bank_settings
from marking.actions.keys import keep_marking_keys
from marking.pure.bank import DECLINED_MOST, BankSettings, bank_settings_from, words_hash
from marking.pure.keys import settings_from

SAID = "Say what it changed."


def settings_of(user) -> BankSettings:
    user.refresh_from_db()
    return bank_settings_from(user.marking_keys)


def test_what_is_not_said_stays_as_it_was(marker):
    keep_bank_settings(mine_only=True, by=marker)
    keep_bank_settings(declined=("E1", SAID), by=marker)
    both = settings_of(marker)

    keep_bank_settings(mine_only=False, by=marker)

    assert both == BankSettings(mine_only=True, declined=(words_hash("E1", SAID),))
    assert settings_of(marker) == BankSettings(declined=(words_hash("E1", SAID),))


def test_keys_and_bank_are_kept_beside_each_other(marker):
    keep_bank_settings(mine_only=True, by=marker)
    keep_marking_keys(on=False, keys={"tie": "y"}, by=marker)
    keep_bank_settings(declined=("E1", SAID), by=marker)

    assert settings_of(marker).mine_only
    assert (settings_from(marker.marking_keys).on, settings_from(marker.marking_keys).keys) == (False, {"tie": "y"})


def test_words_that_were_declined_are_kept_as_hashes_once_and_of_many_the_last(marker):
    for number in range(DECLINED_MOST + 5):
        keep_bank_settings(declined=("E1", f"{SAID} {number}"), by=marker)
    keep_bank_settings(declined=("E1", f"{SAID} 9"), by=marker)

    declined = settings_of(marker).declined
    assert len(declined) == len(set(declined)) == DECLINED_MOST
    assert declined[-1] == words_hash("E1", f"{SAID} 9")
    assert SAID not in str(marker.marking_keys)


def test_what_another_page_kept_meanwhile_is_not_lost(marker):
    stale = type(marker).objects.get(pk=marker.pk)
    keep_bank_settings(declined=("E1", SAID), by=marker)

    keep_bank_settings(mine_only=True, by=stale)

    assert settings_of(marker) == BankSettings(mine_only=True, declined=(words_hash("E1", SAID),))
