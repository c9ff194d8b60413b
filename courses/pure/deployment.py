"""What a server lacks: how it is said, and what can be told from plain facts about the machine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

NETWORK_KINDS = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "9p",
    "afs",
    "ceph",
    "glusterfs",
    "lustre",
    "beegfs",
    "ocfs2",
    "gfs2",
}
"""File systems whose locks or writes SQLite cannot rely on."""

NETWORK_HELPERS = ("sshfs", "glusterfs", "rclone", "s3fs", "davfs", "gcsfuse")
"""What stands after `fuse.` where the disk is on another machine."""

LEAST_FREE = 1_000_000_000
"""Bytes below which a disk is nearly full, whatever lies on it."""

CLOCK_MOST = timedelta(seconds=5)
WAITS_MOST = timedelta(minutes=10)
BACKUP_MOST = timedelta(hours=26)
SEAL_MOST = timedelta(hours=3)
ASIDE_MOST = timedelta(days=14)


class Weight(StrEnum):
    """How much it matters: an error keeps Assay from starting, a warning wants to be seen to, a note informs."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True)
class Lack:
    """One thing that is missing: a name to look it up by, what is wrong, and what to do."""

    name: str
    weight: Weight
    words: str
    remedy: str


def file_system(path: str, mounts: str) -> str:
    """Give the kind of file system an absolute path lies on, by the text of /proc/self/mounts; '' where none fits."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        fields = line.split()
        if len(fields) < 3:
            continue
        at = fields[1].replace("\\040", " ").rstrip("/")
        if (path == at or path.startswith(at + "/")) and len(at) >= best:
            best, kind = len(at), fields[2]
    return kind


def is_network(kind: str) -> bool:
    """Tell whether such a file system is on another machine."""
    return kind in NETWORK_KINDS or (kind.startswith("fuse.") and kind[5:].startswith(NETWORK_HELPERS))


def enough_free(free: int, held: int) -> bool:
    """Tell whether `free` bytes are enough beside a database of `held` bytes: it is copied twice over in a backup."""
    return free >= max(LEAST_FREE, 3 * held)


def gone_back(now: datetime, newest: datetime | None) -> bool:
    """Tell whether the clock stands before something that has happened already."""
    return newest is not None and now < newest - CLOCK_MOST


def said_length(length: timedelta) -> str:
    """Say a length of time in its largest unit: 3 days, 5 hours, 12 minutes."""
    seconds = int(length.total_seconds())
    for unit, many in (("day", seconds // 86_400), ("hour", seconds // 3_600), ("minute", seconds // 60)):
        if many:
            return f"{many} {unit}{'' if many == 1 else 's'}"
    return f"{seconds} seconds"
