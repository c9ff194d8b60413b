"""What an answer says, whatever kind of file it is: the words of every part of a zip, and of a PDF."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.S)
ONE = re.compile(rb"^<(\w+)> *<(\w+)>$", re.M)
RANGE = re.compile(rb"^<(\w+)> *<(\w+)> *<(\w+)>$", re.M)
SHOWN = re.compile(rb"\[((?:[^\]\\]|\\.)*)\]\s*TJ|(<[0-9a-fA-F\s]*>)\s*Tj", re.S)
HEX = re.compile(rb"<([0-9a-fA-F\s]*)>")
UTF_16 = re.compile(rb"<feff([0-9a-fA-F]*)>", re.I)


def words_in(body: bytes) -> str:
    """Give the words of a text, of every part of a zip (XLSX, DOCX), or of a PDF."""
    if body.startswith(b"PK"):
        parts = zipfile.ZipFile(io.BytesIO(body))
        return "\n".join(f"{name}\n{words_in(parts.read(name))}" for name in parts.namelist())
    if body.startswith(b"%PDF"):
        return "\n".join(_pdf_words(body))
    return body.decode("utf-8", "backslashreplace")


def _pdf_words(body: bytes) -> Iterator[str]:
    """Give all that a PDF holds in plain sight, then what its pages show, read with each of its fonts in turn."""
    streams = [_inflated(found[1]) for found in STREAM.finditer(body)]
    fonts = [_glyphs(one) for one in streams if b"begincmap" in one]
    for plain in (body, *streams):
        yield plain.decode("latin-1")
        for found in UTF_16.finditer(plain):
            yield bytes.fromhex(found[1].decode()).decode("utf-16-be", "replace")
    for page in streams:
        shown = [b"".join(HEX.findall(array or single)) for array, single in SHOWN.findall(page)]
        for glyphs in fonts:
            yield "\n".join("".join(_read(one, glyphs)) for one in shown)


def _inflated(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _glyphs(cmap: bytes) -> dict[int, str]:
    """Read a font's table from glyphs to letters."""
    found = {}
    for glyph, letters in ONE.findall(cmap):
        found[int(glyph, 16)] = bytes.fromhex(letters.decode()).decode("utf-16-be", "replace")
    for first, last, letter in RANGE.findall(cmap):
        for n in range(int(first, 16), int(last, 16) + 1):
            found[n] = chr(int(letter, 16) + n - int(first, 16))
    return found


def _read(digits: bytes, glyphs: dict[int, str]) -> Iterator[str]:
    digits = re.sub(rb"\s", b"", digits)
    for at in range(0, len(digits) - 3, 4):
        yield glyphs.get(int(digits[at : at + 4], 16), "?")
