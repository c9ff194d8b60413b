"""Which files a pack has: read from a folder or a zip, within limits, as text."""

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from courses.kernel import archives
from courses.kernel.archives import ArchiveRefused
from rubrics.pure.pack_contents import Problem

MOST_BYTES = 10 * 1024 * 1024
MOST_FILES = archives.MOST_ENTRIES

PROMPT_HEADINGS = ("# Stimulus", "# Prompt", "# Guidance")
REQUIRED_FILES = ("pack.yaml", "prompt.md", "rubric.yaml")
OPTIONAL_FILES = ("comments.yaml", "glossary.md")
TEXT_FOLDERS = ("sources", "exemplars")
IGNORED_FILES = ("README.md",)


def read_files(place: Path, problems: list[Problem]) -> dict[str, str]:
    """Give the text of each file of a folder or a zip by its path inside; what cannot be read becomes a problem."""
    if place.is_file():
        if place.stat().st_size > MOST_BYTES:
            problems.append(Problem(place.name, 1, _too_much()))
            return {}
        return zip_texts(place.read_bytes(), place.name, problems)
    return _texts(_read_folder(place, problems), problems)


def zip_texts(data: bytes, name: str, problems: list[Problem]) -> dict[str, str]:
    """Give the text of each file of a zip with the pack at its root or in its only folder.

    One entry that is not plain refuses it all.
    """
    try:
        unpacked = archives.unpack_all(data)
    except ArchiveRefused as refused:
        problems.append(Problem(refused.entry or name, 1, refused.reason))
        return {}
    raw = {path: content for path, content in unpacked.items() if not _is_hidden(path)}
    if sum(map(len, raw.values())) > MOST_BYTES:
        problems.append(Problem(name, 1, _too_much()))
        return {}
    tops = {path.partition("/")[0] for path in raw}
    if len(tops) == 1 and all("/" in path for path in raw):
        raw = {path.partition("/")[2]: content for path, content in raw.items()}
    return _texts(raw, problems)


def _texts(raw: dict[str, bytes], problems: list[Problem]) -> dict[str, str]:
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
