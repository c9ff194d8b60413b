"""How a Word file is read: looked through before anything of it is opened, then its words and nothing else.

Only the parts that hold words are unpacked. Pictures, macros, embedded files and addresses of templates are never
touched; what of them was there is counted, so that the person is told what did not come along.
"""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from typing import Any

import mammoth

from courses.kernel import archives, markup
from courses.kernel.archives import ArchiveRefused, Fault

MOST_XML = 12 * 1024 * 1024

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
_SAID_OF = {Fault.STRANGE: STRANGE, Fault.MUCH: TOO_MUCH, Fault.BROKEN: BROKEN}
NOT_WORD = "This is not a Word document, whatever its name says. Choose a .docx, .txt or .md file."


class NotReadable(Exception):
    """A file that is not taken; the sentence says why, and what to do instead."""


def read_word_file(data: bytes) -> tuple[str, Counter[str]]:
    """Give the HTML of a Word file, still to be sanitised, and what was left out of it, counted by name.

    Raises NotReadable.
    """
    try:
        with archives.opened(data, never_opened=_is_never_opened) as packed:
            _refuse_other_documents(packed)
            parts = {name: archives.unpack(packed, name, MOST_XML) for name in packed.namelist() if _holds_words(name)}
            left_out = _check_parts(parts)
            left_out["macro"] += any(name.endswith("vbaProject.bin") for name in packed.namelist())
    except ArchiveRefused as refused:
        raise NotReadable(_SAID_OF[refused.fault]) from refused
    _check_types(parts)
    return _html_of(parts), +left_out


def _refuse_other_documents(packed: zipfile.ZipFile) -> None:
    """Say of what is a document of another program which one to choose instead."""
    names = packed.namelist()
    kind = archives.unpack(packed, "mimetype")[:100].decode(errors="replace") if "mimetype" in names else ""
    for sign, sentence in _OTHER_DOCUMENTS.items():
        if kind.startswith(sign) or any(name.startswith(sign) for name in names):
            raise NotReadable(sentence)


def _is_never_opened(name: str) -> bool:
    """Tell the files that charts keep beside themselves in one folder, which may be packages of their own."""
    return name.lower().startswith("word/embeddings/")


def _holds_words(name: str) -> bool:
    outer = name in ("[Content_Types].xml", "_rels/.rels")
    return outer or bool(_WORDS_IN.fullmatch(name)) or bool(_ON_EVERY_PAGE.fullmatch(name))


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


def _check_xml(data: bytes) -> markup.Seen:
    """Count the elements we count and tell whether any words are there. Raises NotReadable."""
    try:
        return markup.look_through(data, counting=frozenset(_COUNTED))
    except markup.MarkupRefused as refused:
        raise NotReadable(BROKEN if refused.is_broken else STRANGE) from refused


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
