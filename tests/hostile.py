"""Files that somebody made to do harm, each made here: its name, what it says it is, and how it is refused."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import openpyxl

from courses.kernel.uploads import Kind
from tests.essays import word_files as word

SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


@dataclass(frozen=True)
class Hostile:
    """One file: `verb` is how it is read, `refused` what the sentence says of it, as a regular expression."""

    what: str
    name: str
    kind: Kind
    verb: str
    made: Callable[[], bytes]
    refused: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.what}"


# --------------------------------------------------------------------------------------------------- archives
def zipped(files: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_entry(name: str, *, mode: int = stat.S_IFREG | 0o644, content: bytes = b"x") -> bytes:
    """One entry more, under any name and of any kind."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("pack.yaml", "title: x")
        entry = zipfile.ZipInfo("placeholder")
        entry.filename, entry.create_system, entry.external_attr = name, 3, mode << 16
        archive.writestr(entry, content)
    return out.getvalue()


def with_nul_in_a_name() -> bytes:
    return with_entry("good.txt#evil.exe").replace(b"good.txt#evil", b"good.txt\0evil")


def forty_two(depth: int = 5, width: int = 4) -> bytes:
    """Archives in archives, with 4 GB of zeros at the bottom if it were opened to the end."""
    inner = zipped({f"{n}.dll": b"\0" * 4_000_000 for n in range(width)})
    for _ in range(depth):
        inner = zipped({f"lib {n}.zip": inner for n in range(width)})
    return inner


def repeating_itself() -> bytes:
    """An archive with an archive in it under its own name, and so on, as the one that unpacks to itself for ever."""
    inner = zipped({"r/r.zip": b""})
    for _ in range(20):
        inner = zipped({"r/r.zip": inner}, zipfile.ZIP_STORED)
    return inner


def zeros_behind_noise() -> bytes:
    """One entry that unpacks to a thousand times what it is; the whole file to less than thirty."""
    noise = b"".join(sha256(b"%d" % n).digest() for n in range(12_000))
    return zipped({"a.md": b"\0" * 10_000_000, "b.md": noise})


def archive_in_disguise() -> bytes:
    return zipped({"pack.yaml": "title: x", "sources/a-text.md": zipped({"x": "y"})})


def one_kernel_for_all(entries: int = 400) -> bytes:
    """Many entries over one and the same packed stretch: small as a file, without end when unpacked."""
    good = zipped({"0000": b"\0" * 100_000 + bytes(range(256)) * 20})
    at = good.index(b"PK\x01\x02")
    end = good.index(b"PK\x05\x06")
    central = b"".join(good[at:end].replace(b"0000", b"%04d" % n) for n in range(entries))
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, entries, entries, len(central), at, 0)
    return good[:at] + central + tail


def quoted_overlap(entries: int = 100) -> bytes:
    """Each entry's packed words begin with the header of the next one: overlapping by quotation."""
    good = zipped({f"{n:04d}": b"\0" * 1000 for n in range(entries)}, zipfile.ZIP_STORED)
    at = good.index(b"PK\x01\x02")
    changed = bytearray(good)
    place = at
    for _ in range(entries):
        size = struct.unpack_from("<I", changed, place + 20)[0]
        struct.pack_into("<II", changed, place + 20, size + 500, size + 500)
        place += 46 + 4
    return bytes(changed)


def another_name_inside() -> bytes:
    good = zipped({"aaaa.txt": "x", "bbbb.txt": "y"})
    return good.replace(b"aaaa.txt", b"evil.exe", 1)


def lying_about_its_size() -> bytes:
    good = zipped({"pack.yaml": "title: x " * 100_000})
    at = good.index(b"PK\x01\x02")
    return good[: at + 24] + struct.pack("<I", 5_000) + good[at + 28 :]


def with_wrong_sum() -> bytes:
    good = bytearray(zipped({"pack.yaml": "title: a word and another word"}, zipfile.ZIP_STORED))
    good[40] ^= 0xFF
    return bytes(good)


def locked() -> bytes:
    good = bytearray(zipped({"pack.yaml": "title: x"}))
    good[good.index(b"PK\x01\x02") + 8] |= 1
    return bytes(good)


def _archives() -> Iterator[Hostile]:
    def one(what: str, made: Callable[[], bytes], refused: str, name: str = "pack.zip") -> Hostile:
        return Hostile(what, name, Kind.ARCHIVE, "archive", made, refused)

    inside, path = "is an archive itself", "leads out of the archive, or is not a plain one"
    yield one("archives in archives, 4 GB deep", forty_two, inside)
    yield one("an archive that repeats itself", repeating_itself, inside)
    yield one("an archive that says it is a text", archive_in_disguise, inside)
    yield one("60 MB of zeros", lambda: zipped({"a.md": b"\0" * 60_000_000}), "unpacks to more than 50 MB")
    yield one("30 MB of zeros", lambda: zipped({"a.md": b"\0" * 30_000_000}), "more than 100 times what it is")
    yield one("zeros beside much that stays as it is", zeros_behind_noise, "more than 100 times what it is")
    yield one("501 entries", lambda: zipped({f"{n}.md": "x" for n in range(501)}), "501 entries. It may hold 500")
    yield one("many entries over one stretch", one_kernel_for_all, "lies over another|not what the list")
    yield one("entries that quote the next", quoted_overlap, "lies over another")
    yield one("another name inside than outside", another_name_inside, "not what the list of contents says")
    yield one("a size that is a lie", lying_about_its_size, "damaged")
    yield one("a wrong sum", with_wrong_sum, "entry “pack.yaml”: This entry is damaged")
    yield one("a password", locked, "locked with a password")
    yield one("a symbolic link", lambda: with_entry("x", mode=stat.S_IFLNK | 0o777, content=b"/etc/passwd"), "a link")
    yield one("a device", lambda: with_entry("x", mode=stat.S_IFCHR | 0o666), "a link or a device")
    yield one("a way of packing nobody needs", lambda: zipped({"a": "x"}, zipfile.ZIP_LZMA), "packed in a way")
    yield one("one name twice", lambda: with_entry("PACK.yaml"), "stands in it twice")
    yield one("half of it", lambda: zipped({"a.md": "words " * 9_000})[:100], "damaged or not complete")
    yield one("a NUL in a name", with_nul_in_a_name, path)
    for name in ("../x", "a/../../x", "/etc/passwd", "\\\\server\\x", "..\\x", "C:\\x", "C:x", "./x", "a//x", "a\nb"):
        yield one(f"the path {name!r}", lambda name=name: with_entry(name), path)


# --------------------------------------------------------------------------------------------------- XML and YAML
def laughs() -> bytes:
    grow = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return f"<!DOCTYPE x [{grow}]><x>&a9;</x>".encode()


def quadratic() -> bytes:
    return b'<!DOCTYPE x [<!ENTITY a "' + b"a" * 50_000 + b'">]><x>' + b"&a;" * 50_000 + b"</x>"


def _markup() -> Iterator[Hostile]:
    def one(what: str, made: Callable[[], bytes], refused: str, name: str = "rubric.xml") -> Hostile:
        return Hostile(what, name, Kind.XML, "xml", made, refused)

    typed = "line 1: There is a document type or an entity"
    yield one("a billion laughs", laughs, typed)
    yield one("a quadratic blow-up", quadratic, typed)
    yield one(
        "an entity from a file", lambda: b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>', typed
    )
    yield one("a document type from the network", lambda: b'<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd"><x/>', typed)
    yield one("a parameter entity", lambda: b'<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]><x/>', typed)
    yield one("a document type in UTF-16", lambda: '<!DOCTYPE x [<!ENTITY e "y">]><x>&e;</x>'.encode("utf-16"), typed)
    yield one("100,000 elements deep", lambda: b"<a>" * 100_000 + b"</a>" * 100_000, "more than 120 deep")
    yield one("a million elements", lambda: b"<a>" + b"<b/>" * 1_000_000 + b"</a>", "more than 100,000 elements")
    yield one("an element never closed", lambda: b"<a>\n<b>\n</a>", "line 3: This is not XML")
    yield one("letters nobody knows", lambda: b'<?xml version="1.0" encoding="klingon"?><a/>', "This is not XML")
    yield one("a NUL", lambda: b"<a>\0</a>", "This is not XML")
    yield one("an undefined entity", lambda: b"<a>&b;</a>", "This is not XML")


def alias_bomb() -> bytes:
    lines = ["a0: &a0 [ha, ha]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 10)]
    return "\n".join(lines).encode()


def _yaml() -> Iterator[Hostile]:
    def one(what: str, made: Callable[[], bytes], refused: str) -> Hostile:
        return Hostile(what, "rubric.yaml", Kind.YAML, "yaml", made, refused)

    yield one("references of references", alias_bomb, "line 2: References")
    yield one("a reference to itself", lambda: b"a: &a [*a]", "line 1: References")
    yield one("a merge of itself", lambda: b"a: &a\n  b: 1\nc:\n  <<: *a", "line 4: References")
    yield one("a program", lambda: b"a: !!python/object/apply:os.system ['true']", "line 1: Special values")
    yield one("100,000 deep", lambda: b"[" * 100_000, "more than 12 deep")
    yield one("deep by its margin", lambda: b"".join(b" " * n + b"a:\n" for n in range(1, 1000)), "more than 12 deep")
    yield one("2 MB", lambda: b"a: b\n" * 400_000, "more than 1 MB")
    yield one("one name twice", lambda: b"a: 1\nb: 2\na: 3", "line 3: The field “a” stands here twice")
    yield one("a NUL", lambda: b"a: 1\nb: \0", "line 2: There is a NUL character")
    yield one("a list as a name", lambda: b"? [a, b]\n: 1", "line 1: A field’s name is one word")
    yield one("a number without end", lambda: b"a: " + b"9" * 10_000, "line 1: .* is not a number")
    yield one("hours for a number", lambda: b"a: 1:2", "line 1: “1:2” is not a number")
    yield one("a bracket never closed", lambda: b"a: [1, 2", "This is not YAML")


# --------------------------------------------------------------------------------------------------- tables
def _tables() -> Iterator[Hostile]:
    def one(what: str, made: Callable[[], bytes], refused: str) -> Hostile:
        return Hostile(what, "people.csv", Kind.TABLE, "table", made, refused)

    yield one("a NUL", lambda: b"name,mail\nInes,\0", "line 2: There is a NUL")
    yield one("a bell", lambda: b"name,mail\nInes,\x07", r"line 2: .* \(U\+0007\)")
    yield one("UTF-16 that does not say so", lambda: "name,mail".encode("utf-16-le"), "line 1: There is a NUL")
    yield one("letters of no alphabet", lambda: b"name\n\xff\x81\x8d", "line 2: The letters here are neither")
    yield one("half a letter of UTF-16", lambda: b"\xff\xfea", "The letters here are neither")
    yield one("a quotation mark never closed", lambda: b'a,b\n"c,d\ne,f\n', "line 2: A quotation mark is opened")
    yield one("a quotation mark inside", lambda: b'a,b\n"c"d,e\n', "line 2: A quotation mark stands here inside")
    yield one("a cell of 5 MB", lambda: b"a,b\n" + b"x" * 5_000_000, "line 2: A cell here has more than 32,767")
    yield one("an open cell of 5 MB", lambda: b'a,"' + b"x\n" * 2_500_000, "line 1: A cell here has more than 32,767")
    yield one("a million rows", lambda: b"a,b\n" * 1_000_000, "line 20001: There are more than 20,000 rows")
    yield one("a million columns", lambda: b"a" + b"," * 1_000_000, "line 1: This row has 1,000,001 cells")
    yield one("too many cells", lambda: (b"a," * 150 + b"\n") * 10_000, "more than 300,000 cells")
    yield one("a million empty quotation marks", lambda: b'""' * 1_000_000, "line 1: .*32,767|inside a cell")


# --------------------------------------------------------------------------------------------------- workbooks
def book(*, cells: str = "", replace: dict[str, bytes] | None = None, add: dict[str, bytes] | None = None) -> bytes:
    """A workbook of one sheet with these cells, written as its own XML; some of its parts replaced or added."""
    made = openpyxl.Workbook()
    made.active.title = "Marks"
    made.active["A1"] = "Name"
    out = io.BytesIO()
    made.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    if cells:
        sheet = f'<worksheet xmlns="{SHEET}"><sheetData>{cells}</sheetData></worksheet>'
        parts["xl/worksheets/sheet1.xml"] = sheet.encode()
    return zipped({**parts, **(replace or {}), **(add or {})})


def sheet_with(before: str, cell: str) -> bytes:
    whole = f'{before}<worksheet xmlns="{SHEET}"><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    return book(replace={"xl/worksheets/sheet1.xml": whole.encode()})


def with_macros() -> bytes:
    return book(add={"xl/vbaProject.bin": b"macro"})


def inline(text: str, place: str = "A1") -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def many_rows(n: int) -> str:
    return "".join(f'<row r="{row}"><c r="A{row}"><v>{row * 7919 % 10007}</v></c></row>' for row in range(1, n + 1))


def far_cells(n: int) -> str:
    """Rows of one cell each in the last column that there is."""
    return "".join(f'<row r="{row}"><c r="XFD{row}"><v>{row}</v></c></row>' for row in range(1, n + 1))


def row_past_the_last() -> bytes:
    return book(cells='<row r="99999999"><c r="A99999999"><v>1</v></c></row>')


def shared_bomb() -> bytes:
    """Few letters that stand in a long list, and a sheet that uses the last."""
    strings = "".join(f"<si><t>{n * 2_654_435_761 % 2**32:x}</t></si>" for n in range(2_000_000))
    return book(add={"xl/sharedStrings.xml": f'<sst xmlns="{SHEET}">{strings}</sst>'.encode()})


def _workbooks() -> Iterator[Hostile]:
    def one(what: str, made: Callable[[], bytes], refused: str, name: str = "marks.xlsx") -> Hostile:
        return Hostile(what, name, Kind.WORKBOOK, "workbook", made, refused)

    laugh = '<!DOCTYPE x [<!ENTITY a "ha">]>'
    yield one("entities in a sheet", lambda: sheet_with(laugh, inline("&a;")), "sheet1.xml”, line 1: .* document type")
    yield one("macros", with_macros, "has macros")
    yield one("a Word document", word.packed, "not an Excel workbook")
    yield one("any archive", lambda: zipped({"a.txt": "x"}), "not an Excel workbook")
    yield one("60 MB of zeros beside it", lambda: book(add={"xl/media/a.png": b"\0" * 60_000_000}), "more than 50 MB")
    yield one("an archive inside", lambda: book(add={"xl/a.zip": zipped({"a": "b"})}), "is an archive itself")
    yield one("a path out of it", lambda: book(add={"../a.xml": b"<a/>"}), "leads out of the archive")
    yield one("100,000 rows", lambda: book(cells=many_rows(100_000)), "sheet “Marks”, row 20001: .* 20,000 rows")
    yield one("cells at the far right", lambda: book(cells=far_cells(5_000)), "sheet “Marks”, row 1: .* 16,384 cells")
    yield one("a row past the last", row_past_the_last, "sheet “Marks”: There is a row after row 1,048,576")
    yield one("two million texts", shared_bomb, "more than .* elements")
    yield one("a cell of 50,000 letters", lambda: book(cells=f'<row r="1">{inline("ab" * 25_000)}</row>'), "cell A1")
    yield one("no number", lambda: book(cells='<row r="1"><c r="A1"><v>nan</v></c></row>'), "damaged|too large")
    yield one("a number that is a word", lambda: book(cells='<row r="1"><c r="A1"><v>ten</v></c></row>'), "damaged")
    yield one("a place that is none", lambda: book(cells='<row r="1"><c r="?!"><v>1</v></c></row>'), "damaged")
    yield one(
        "a text that is not there", lambda: book(cells='<row r="1"><c r="A1" t="s"><v>9</v></c></row>'), "damaged"
    )
    yield one("deep elements", lambda: book(cells="<a>" * 5_000 + "</a>" * 5_000), "more than 120 deep")
    yield one("no sheet at all", lambda: book(replace={"xl/workbook.xml": b"<x/>"}), "no sheet with cells")


# --------------------------------------------------------------------------------------------------- Word
def template_from_elsewhere(port: int) -> bytes:
    """A relationship that would fetch a template from the network; it is never followed."""
    fetch = word.RELATIONS.replace(
        "</Relationships>",
        f'<Relationship Id="rId9" Type="{word.OFFICE}/attachedTemplate" Target="http://127.0.0.1:{port}/x.dotm" '
        'TargetMode="External"/></Relationships>',
    )
    return word.packed(more={"word/_rels/settings.xml.rels": fetch, "word/_rels/document.xml.rels": fetch})


def _word() -> Iterator[Hostile]:
    def one(what: str, made: Callable[[], bytes], refused: str) -> Hostile:
        return Hostile(what, "essay.docx", Kind.WORD, "word", made, refused)

    yield one("a billion laughs", word.with_entities, "put together in a way")
    yield one("an entity from a file", word.with_external_entity, "put together in a way")
    yield one("60 MB of zeros", word.bomb, "unpacks to more")
    yield one("a million paragraphs", lambda: word.many_paragraphs(1_000_000), "unpacks to more")
    yield one("archives in archives", lambda: word.packed(more={"word/a.zip": forty_two(2)}), "put together in a way")
    yield one("entries over each other", word.overlapping, "put together in a way|damaged")
    yield one("deep elements", word.deep, "put together in a way")


CORPUS = [*_archives(), *_markup(), *_yaml(), *_tables(), *_workbooks(), *_word()]
