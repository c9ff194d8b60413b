"""How a ZIP is looked through before anything of it is unpacked, and unpacked without ever giving more than it may.

It holds for every file that is a ZIP inside: packs, Word files, workbooks.
"""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from posixpath import normpath

MOST_ENTRIES = 500
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
SMALL = 64 * 1024
"""An entry up to this size may shrink as it likes: a file of spaces is no trap while it is small."""

_LOCAL = struct.Struct("<4s5H3I2H")
_LOCKED = 0x1 | 0x40 | 0x2000
_PLAIN, _DEFLATED = 0, 8
_SIGNS_OF_ARCHIVES = (b"PK\x03\x04", b"\x1f\x8b\x08", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"BZh")
_ENDINGS_OF_ARCHIVES = tuple(
    ".zip .docx .docm .xlsx .xlsm .pptx .odt .ods .jar .epub .gz .tgz .bz2 .xz .7z .rar .tar".split()
)


class Fault(StrEnum):
    """What kind of thing is wrong with an archive."""

    STRANGE = "strange"
    MUCH = "much"
    BROKEN = "broken"


class ArchiveRefused(Exception):
    """An archive that is not opened; `entry` is what of it is wrong, "" for the whole, `reason` a sentence."""

    def __init__(self, entry: str, reason: str, fault: Fault = Fault.STRANGE) -> None:
        super().__init__(reason)
        self.entry, self.reason, self.fault = entry, reason, fault


@contextmanager
def opened(data: bytes, *, never_opened: Callable[[str], bool] = lambda _: False) -> Iterator[zipfile.ZipFile]:
    """Open an archive whose list of contents was looked through.

    `never_opened` names the entries that the reader leaves alone, which may be archives themselves.
    Raises ArchiveRefused, also for what goes wrong while it is open.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            look_through(packed, data, never_opened=never_opened)
            yield packed
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        NotImplementedError,
        EOFError,
        OSError,
    ) as error:
        reason = "It is damaged or not complete. Pack it once more and choose it again."
        raise ArchiveRefused("", reason, Fault.BROKEN) from error


def unpack_all(data: bytes) -> dict[str, bytes]:
    """Give every file of an archive by its path. Raises ArchiveRefused."""
    with opened(data) as packed:
        budget = MOST_UNPACKED
        files: dict[str, bytes] = {}
        for one in packed.infolist():
            if not one.is_dir():
                files[one.filename] = unpack(packed, one.filename, budget)
                budget -= len(files[one.filename])
        return files


def unpack(packed: zipfile.ZipFile, name: str, most: int = MOST_UNPACKED) -> bytes:
    """Unpack one entry of an opened archive, counting as it goes. Raises ArchiveRefused."""
    parts: list[bytes] = []
    left = most
    try:
        with packed.open(name) as entry:
            while part := entry.read(256 * 1024):
                left -= len(part)
                if left < 0:
                    raise ArchiveRefused(name, _too_much(), Fault.MUCH)
                parts.append(part)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        reason = "This entry is damaged: its words do not fit the sum beside them. Pack it once more."
        raise ArchiveRefused(name, reason, Fault.BROKEN) from error
    except RuntimeError as error:  # what the library raises for a locked entry
        raise ArchiveRefused(name, "This entry is locked with a password. Pack it without one.") from error
    data = b"".join(parts)
    if data.startswith(_SIGNS_OF_ARCHIVES):
        raise ArchiveRefused(name, "This entry is an archive itself. Unpack it first.")
    return data


def look_through(packed: zipfile.ZipFile, data: bytes, *, never_opened: Callable[[str], bool]) -> None:
    """Refuse by the list of contents alone: too many, too large, locked, overlapping, or pointing out of it."""
    entries = packed.infolist()
    if len(entries) > MOST_ENTRIES:
        raise ArchiveRefused("", f"It holds {len(entries):,} entries. It may hold {MOST_ENTRIES}.")
    names: set[str] = set()
    for one in entries:
        if reason := _wrong_with(one, never_opened):
            raise ArchiveRefused(one.orig_filename, reason)
        if one.filename.lower() in names:
            raise ArchiveRefused(one.filename, "This name stands in it twice. Keep one.")
        names.add(one.filename.lower())
    _refuse_overlaps(packed, data)
    unpacked = sum(one.file_size for one in entries)
    if unpacked > MOST_UNPACKED:
        raise ArchiveRefused("", _too_much(), Fault.MUCH)
    for one in entries:
        if one.file_size > SMALL and one.file_size > MOST_RATIO * max(one.compress_size, 1):
            raise ArchiveRefused(one.filename, f"This entry {_unpacks_to_far_more()}", Fault.MUCH)
    if unpacked > SMALL and unpacked > MOST_RATIO * max(len(data), 1):
        raise ArchiveRefused("", f"It {_unpacks_to_far_more()}", Fault.MUCH)


def _wrong_with(one: zipfile.ZipInfo, never_opened: Callable[[str], bool]) -> str:
    name, kind = one.orig_filename, stat.S_IFMT(one.external_attr >> 16)
    if not _is_plain_path(name):
        return "This path leads out of the archive, or is not a plain one. Pack files by their plain names."
    if kind and not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
        return "This is a link or a device. An archive holds plain files only."
    if one.flag_bits & _LOCKED:
        return "This entry is locked with a password. Pack it without one."
    if one.compress_type not in (_PLAIN, _DEFLATED):
        return "This entry is packed in a way that is not read here. Pack it as a plain ZIP."
    if name.lower().endswith(_ENDINGS_OF_ARCHIVES) and not never_opened(name):
        return "This entry is an archive itself. Unpack it first."
    return ""


def _is_plain_path(name: str) -> bool:
    if not name or len(name) > 300 or re.search(r"[\\:\x00-\x1f\x7f]", name) or name.startswith(("/", "..")):
        return False
    return normpath(name) == name.removesuffix("/")


def _refuse_overlaps(packed: zipfile.ZipFile, data: bytes) -> None:
    """Every entry has a place of its own, before the list of contents, under the name that the list gives it."""
    end = 0
    for one in sorted(packed.infolist(), key=lambda one: one.header_offset):
        at = one.header_offset
        if at < end:
            raise ArchiveRefused(one.filename, "This entry lies over another one. Pack the files once more.")
        sign, _, flags, _, _, _, _, _, _, name, extra = _LOCAL.unpack_from(data, at)
        start = at + _LOCAL.size
        same = sign == b"PK\x03\x04" and data[start : start + name] == _raw_name(one, flags)
        end = start + name + extra + one.compress_size
        if not same or end > packed.start_dir:
            raise ArchiveRefused(one.filename, "This entry is not what the list of contents says. Pack it once more.")


def _raw_name(one: zipfile.ZipInfo, flags: int) -> bytes:
    return one.orig_filename.encode("utf-8" if flags & 0x800 else "cp437", errors="replace")


def _too_much() -> str:
    return f"It unpacks to more than {MOST_UNPACKED // (1024 * 1024)} MB. Leave something out."


def _unpacks_to_far_more() -> str:
    return f"unpacks to more than {MOST_RATIO} times what it is. That is a trap, not a file."
