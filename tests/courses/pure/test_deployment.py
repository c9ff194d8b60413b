"""What can be told of a machine from plain facts."""

from datetime import UTC, datetime, timedelta

import pytest

from courses.pure.deployment import CLOCK_MOST, enough_free, file_system, gone_back, is_network, said_length

MOUNTS = """\
/dev/vda1 / ext4 rw,relatime 0 0
tmpfs /run/assay tmpfs rw 0 0
school:/export /srv/data nfs4 rw,vers=4.2 0 0
/dev/vdb1 /srv/data/local xfs rw 0 0
//files/assay /mnt/the\\040school cifs rw 0 0
files: /mnt/files fuse.sshfs rw 0 0
/dev/vdc1 /mnt/stick fuse.ntfs-3g rw 0 0
odd line
"""
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("path", "kind", "network"),
    [
        ("/var/lib/assay/assay.sqlite3", "ext4", False),
        ("/srv/data/assay.sqlite3", "nfs4", True),
        ("/srv/database/assay.sqlite3", "ext4", False),
        ("/srv/data/local/assay.sqlite3", "xfs", False),
        ("/mnt/the school/assay.sqlite3", "cifs", True),
        ("/mnt/files/assay.sqlite3", "fuse.sshfs", True),
        ("/mnt/stick/assay.sqlite3", "fuse.ntfs-3g", False),
        ("/run/assay/assay.sqlite3", "tmpfs", False),
    ],
)
def test_a_database_lies_on_the_disk_mounted_nearest_above_it(path, kind, network):
    assert file_system(path, MOUNTS) == kind
    assert is_network(kind) is network


def test_a_machine_that_lists_no_disks_says_nothing():
    assert file_system("/var/lib/assay", "") == ""
    assert not is_network("")


@pytest.mark.parametrize(
    ("free", "held", "enough"),
    [
        (999_999_999, 0, False),
        (1_000_000_000, 0, True),
        (2_999_999_999, 1_000_000_000, False),
        (3_000_000_000, 1_000_000_000, True),
    ],
)
def test_a_disk_has_room_for_a_gigabyte_and_for_three_databases(free, held, enough):
    assert enough_free(free, held) is enough


def test_a_clock_that_stands_before_the_newest_entry_has_gone_back():
    assert not gone_back(NOON, None)
    assert not gone_back(NOON, NOON + CLOCK_MOST)
    assert gone_back(NOON, NOON + CLOCK_MOST + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (timedelta(seconds=40), "40 seconds"),
        (timedelta(minutes=1, seconds=59), "1 minute"),
        (timedelta(hours=5), "5 hours"),
        (timedelta(days=3, hours=23), "3 days"),
    ],
)
def test_a_length_of_time_is_said_in_its_largest_unit(length, said):
    assert said_length(length) == said
