"""Which files a pack has: read from a folder or a zip, within limits, as text."""

import stat
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from rubrics.pure.pack_contents import Problem

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = 500
MOST_TIMES_SMALLER = 100
"""A zip entry that unpacks to more than this times its stored size is a trap, not a text."""

PROMPT_HEADINGS = ("# Stimulus", "# Prompt", "# Guidance")
REQUIRED_FILES = ("pack.yaml", "prompt.md", "rubric.yaml")
OPTIONAL_FILES = ("comments.yaml", "glossary.md")
TEXT_FOLDERS = ("sources", "exemplars")
IGNORED_FILES = ("README.md",)


def read_files(place: Path, problems: list[Problem]) -> dict[str, str]:
    """Give the text of each file by its path inside the pack; what cannot be read becomes a problem."""
    raw = _read_zip(place, problems) if place.is_file() else _read_folder(place, problems)
    texts: dict[str, str] = {}
    for name, content in sorted(raw.items()):
        text = _as_text(name, content, problems)
        if text is not None:
            texts[name] = text
    _refuse_strangers(raw.keys(), problems)
    problems.extend(
        Problem(name, 1, "This file is missing. A pack needs it.") for name in REQUIRED_FILES if name not in raw
    )
    return texts


def _read_folder(folder: Path, problems: list[Problem]) -> dict[str, bytes]:
    if not folder.is_dir():
        problems.append(Problem(folder.name, 1, "There is no such folder or zip file."))
        return {}
    raw: dict[str, bytes] = {}
    size = 0
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if _is_hidden(name) or (path.is_dir() and not path.is_symlink()):
            continue
        if path.is_symlink() or not path.is_file():
            problems.append(Problem(name, 1, "This is a link or a device. A pack holds plain files only."))
            continue
        size += path.stat().st_size
        if len(raw) >= MOST_FILES or size > MOST_BYTES:
            problems.append(Problem(name, 1, _too_much()))
            return {}
        raw[name] = path.read_bytes()
    return raw


def _read_zip(place: Path, problems: list[Problem]) -> dict[str, bytes]:
    """Read a zip with the pack at its root or in its only folder. One bad entry refuses it all."""
    try:
        with zipfile.ZipFile(place) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir() and not _is_hidden(entry.filename)]
            found = _entry_problems(entries)
            problems.extend(found)
            raw = {} if found else {entry.filename: archive.read(entry) for entry in entries}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        problems.append(Problem(place.name, 1, f"This cannot be read as a zip file: {error}."))
        return {}
    tops = {name.partition("/")[0] for name in raw}
    if len(tops) == 1 and all("/" in name for name in raw):
        return {name.partition("/")[2]: content for name, content in raw.items()}
    return raw


def _entry_problems(entries: list[zipfile.ZipInfo]) -> list[Problem]:
    """Look at what the zip announces, before anything is unpacked."""
    if len(entries) > MOST_FILES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        return [Problem(entries[0].filename, 1, _too_much())]
    found: list[Problem] = []
    names: set[str] = set()
    for entry in entries:
        name, path = entry.filename, PurePosixPath(entry.filename)
        if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
            found.append(Problem(name, 1, "This path leads out of the pack."))
        elif stat.S_ISLNK(entry.external_attr >> 16):
            found.append(Problem(name, 1, "This is a link or a device. A pack holds plain files only."))
        elif entry.flag_bits & 1:
            found.append(Problem(name, 1, "This file is locked with a password. Save the zip without one."))
        elif name in names:
            found.append(Problem(name, 1, "The zip holds this file twice."))
        elif entry.file_size > 4096 and entry.file_size > MOST_TIMES_SMALLER * max(entry.compress_size, 1):
            found.append(Problem(name, 1, "This file unpacks to far more than a text would."))
        names.add(name)
    return found


def _refuse_strangers(names: Iterable[str], problems: list[Problem]) -> None:
    known = {*REQUIRED_FILES, *OPTIONAL_FILES, *IGNORED_FILES}
    for name in names:
        path = PurePosixPath(name)
        is_text = len(path.parts) == 2 and path.parts[0] in TEXT_FOLDERS and path.suffix == ".md"
        if name not in known and not is_text:
            problems.append(Problem(name, 1, "This file is not part of a pack. Take it out, or mend its name."))


def _as_text(name: str, content: bytes, problems: list[Problem]) -> str | None:
    """The file as text with LF line ends and no byte order mark; None, with a problem, where it is not text."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        problems.append(Problem(name, line, "This is not UTF-8 text. Save the file as UTF-8."))
        return None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        problems.append(Problem(name, line, "There is a NUL character here. Take it out."))
        return None
    return text


def _is_hidden(name: str) -> bool:
    """What systems leave in folders and zips by themselves; never content."""
    parts = PurePosixPath(name).parts
    return ".." not in parts and any(part.startswith(".") or part == "__MACOSX" for part in parts)


def _too_much() -> str:
    return f"A pack holds at most {MOST_FILES} files and {MOST_BYTES // (1024 * 1024)} MB. This one holds more."
