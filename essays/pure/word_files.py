"""How a Word file is read: looked through before anything of it is opened, then its words and nothing else.

Only the parts that hold words are unpacked. Pictures, macros, embedded files and addresses of templates are never
touched; what of them was there is counted, so that the person is told what did not come along.
"""

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable
from posixpath import normpath
from typing import Any
from xml.parsers import expat

import mammoth

MOST_MEMBERS = 500
MOST_UNPACKED = 50 * 1024 * 1024
MOST_RATIO = 100
MOST_XML = 12 * 1024 * 1024
DEEPEST = 120

_MAIN_TYPES = tuple(
    f"application/vnd.{kind}.main+xml"
    for kind in ("openxmlformats-officedocument.wordprocessingml.document", "ms-word.document.macroEnabled")
)
_OTHER_DOCUMENTS = {
    "application/vnd.oasis.opendocument.text": "This is an OpenDocument file. Save it as .docx and choose that.",
    "xl/": "This is a spreadsheet. Choose the document that holds your essay.",
    "ppt/": "These are slides. Choose the document that holds your essay.",
    "Index/": "This is a Pages file. Export it as Word (.docx) and choose that.",
}
_WORDS_IN = re.compile(
    r"word/(?:(?:document|styles|numbering|footnotes|endnotes|comments)\d*\.xml|_rels/\w+\.xml\.rels)"
)
_DOCUMENT = re.compile(r"word/document\d*\.xml")
_ON_EVERY_PAGE = re.compile(r"word/(?:header|footer)\d*\.xml")
_STYLES = """
p[style-name='Title'] => h1:fresh
p[style-name='Subtitle'] => h2:fresh
p[style-name='Quote'] => blockquote > p:fresh
p[style-name='Intense Quote'] => blockquote > p:fresh
p[style-name='Quotations'] => blockquote > p:fresh
p[style-name='Block Text'] => blockquote > p:fresh
"""
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_COUNTED = {
    f"{_W} commentReference": "comment",
    f"{_W} object": "embedded file",
    "http://schemas.openxmlformats.org/drawingml/2006/chart chart": "chart",
    "http://schemas.openxmlformats.org/drawingml/2006/diagram relIds": "diagram",
    "http://schemas.openxmlformats.org/officeDocument/2006/math oMath": "formula",
    "http://schemas.openxmlformats.org/drawingml/2006/main blip": "image",
    "urn:schemas-microsoft-com:vml imagedata": "image",
}

STRANGE = (
    "This file is put together in a way no word processor does it, so it was not opened. "
    "Copy your text in the program it comes from and paste it instead."
)
BROKEN = "This file is damaged or not complete. Save it once more in your word processor and choose it again."
TOO_MUCH = "This file unpacks to more than an essay can be. Leave out what is not text, or copy the text and paste it."
NOT_WORD = "This is not a Word document, whatever its name says. Choose a .docx, .txt or .md file."


class NotReadable(Exception):
    """A file that is not taken; the sentence says why, and what to do instead."""


def read_word_file(data: bytes) -> tuple[str, Counter[str]]:
    """Give the HTML of a Word file, still to be sanitised, and what was left out of it, counted by name.

    Raises NotReadable.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            look_through(packed, len(data))
            parts = {name: _unpacked(packed, name) for name in packed.namelist() if _holds_words(name)}
            left_out = _check_parts(parts)
            left_out["macro"] += any(name.endswith("vbaProject.bin") for name in packed.namelist())
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        NotImplementedError,
        EOFError,
        ValueError,
        OSError,
    ) as error:
        raise NotReadable(BROKEN) from error
    _check_types(parts)
    return _html_of(parts), +left_out


def look_through(packed: zipfile.ZipFile, size: int) -> None:
    """Refuse by the list of contents alone: too many, too large, hidden, overlapping, or pointing out of the file."""
    members = packed.infolist()
    for sign, sentence in _OTHER_DOCUMENTS.items():
        if any(one.filename.startswith(sign) for one in members) or _says(packed, members, sign):
            raise NotReadable(sentence)
    if len(members) > MOST_MEMBERS or len({one.filename.lower() for one in members}) != len(members):
        raise NotReadable(STRANGE)
    unpacked = sum(one.file_size for one in members)
    if unpacked > MOST_UNPACKED or unpacked > MOST_RATIO * max(size, 1):
        raise NotReadable(TOO_MUCH)
    end = 0
    for one in sorted(members, key=lambda one: one.header_offset):
        if one.header_offset < end or one.flag_bits & 0x1 or one.compress_type not in (0, 8):
            raise NotReadable(STRANGE)
        end = one.header_offset + one.compress_size
        if not _is_plain_path(one.filename) or _is_archive(one.filename):
            raise NotReadable(STRANGE)


def _says(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo], sign: str) -> bool:
    first = next((one for one in members if one.filename == "mimetype" and one.file_size < 100), None)
    return first is not None and packed.read(first).decode(errors="replace").startswith(sign)


def _is_plain_path(name: str) -> bool:
    if not name or re.search(r"[\\:\x00-\x1f]", name) or name.startswith(("/", "..")):
        return False
    return normpath(name) == name.rstrip("/")


def _is_archive(name: str) -> bool:
    """Tell a file within the file that is itself a package. Charts have theirs in one folder, which is never opened."""
    inner = name.lower().endswith((".zip", ".docx", ".docm", ".xlsx", ".pptx", ".jar", ".gz", ".7z", ".rar"))
    return inner and not name.lower().startswith("word/embeddings/")


def _holds_words(name: str) -> bool:
    outer = name in ("[Content_Types].xml", "_rels/.rels")
    return outer or bool(_WORDS_IN.fullmatch(name)) or bool(_ON_EVERY_PAGE.fullmatch(name))


def _unpacked(packed: zipfile.ZipFile, name: str) -> bytes:
    """Unpack one part; never more than it said it would be."""
    with packed.open(name) as part:
        data = part.read(MOST_XML + 1)
    if len(data) > MOST_XML:
        raise NotReadable(TOO_MUCH)
    return data


def _check_parts(parts: dict[str, bytes]) -> Counter[str]:
    """Read every part once, for its shape only, and count what will not come along."""
    left_out: Counter[str] = Counter()
    if sum(map(len, parts.values())) > MOST_XML:
        raise NotReadable(TOO_MUCH)
    for name, data in parts.items():
        counted, says = _check_xml(data)
        if _DOCUMENT.fullmatch(name):
            left_out += Counter({_COUNTED[tag]: n for tag, n in counted.items() if _COUNTED[tag] != "image"})
            images = [n for tag, n in counted.items() if _COUNTED[tag] == "image"]
            left_out["image"] = max(images, default=0)  # Word writes a picture twice, for itself and for older ones
        if _ON_EVERY_PAGE.fullmatch(name) and says:
            left_out["header or footer"] += 1
    return left_out


def _check_xml(data: bytes) -> tuple[Counter[str], bool]:
    """Count the elements we count and tell whether any words are there. Raises NotReadable.

    A document type is refused as such: with it come entities, and no word processor writes one.
    """
    counted: Counter[str] = Counter()
    state = {"depth": 0, "words": False}
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(tag: str, _attributes: dict[str, str]) -> None:
        state["depth"] += 1
        if state["depth"] > DEEPEST:
            raise NotReadable(STRANGE)
        if tag in _COUNTED:
            counted[tag] += 1

    def end(_tag: str) -> None:
        state["depth"] -= 1

    def said(words: str) -> None:
        state["words"] = state["words"] or bool(words.strip())

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    parser.ExternalEntityRefHandler = _refuse
    try:
        parser.Parse(data, True)  # noqa: FBT003  # it takes no names
    except expat.ExpatError as error:
        raise NotReadable(BROKEN) from error
    return counted, bool(state["words"])


def _refuse(*_: Any) -> int:
    raise NotReadable(STRANGE)


def _check_types(parts: dict[str, bytes]) -> None:
    """The file itself must say that its document is Word's."""
    if not {"[Content_Types].xml", "_rels/.rels"} <= parts.keys() or not any(map(_DOCUMENT.fullmatch, parts)):
        raise NotReadable(NOT_WORD)
    if not any(kind.encode() in parts["[Content_Types].xml"] for kind in _MAIN_TYPES):
        raise NotReadable(NOT_WORD)


def _html_of(parts: dict[str, bytes]) -> str:
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    again.seek(0)
    no_picture: Callable[[Any], list[Any]] = lambda _image: []  # noqa: E731
    try:
        made = mammoth.convert_to_html(
            again,
            style_map=_STYLES,
            id_prefix="fn-",
            convert_image=no_picture,
            include_embedded_style_map=False,
            external_file_access=False,
        )
    except (RecursionError, KeyError, IndexError, AttributeError, TypeError, ValueError) as error:
        raise NotReadable(BROKEN) from error
    return str(made.value)
