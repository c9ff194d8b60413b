"""Word files of the tests' own making: good ones with everything an essay may hold, and hostile ones."""

import io
import struct
import zipfile
import zlib

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/>'
    f'<Override PartName="/word/document.xml" ContentType="{MAIN}"/></Types>'
)
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELATIONS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>'
)


def document(body: str, *, before: str = "") -> str:
    spaces = (
        f'xmlns:w="{W}" xmlns:r="{OFFICE}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
    )
    head = '<?xml version="1.0" encoding="UTF-8"?>'
    return f"{head}{before}<w:document {spaces}><w:body>{body}</w:body></w:document>"


def paragraph(words: str, *, style: str = "", dress: str = "") -> str:
    styled = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    dressed = f"<w:rPr>{dress}</w:rPr>" if dress else ""
    return f'<w:p>{styled}<w:r>{dressed}<w:t xml:space="preserve">{words}</w:t></w:r></w:p>'


def packed(body: str = "", *, xml: str = "", more: dict[str, str | bytes] | None = None, types: str = TYPES) -> bytes:
    """Pack a document; `xml` in the place of the whole part, `more` beside it, a part of `more` replacing ours."""
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": types,
        "_rels/.rels": RELATIONS,
        "word/document.xml": xml or document(body or paragraph("Words.")),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, part in {**parts, **(more or {})}.items():
            file.writestr(name, part)
    return out.getvalue()


def with_entities() -> bytes:
    """Grow one line into millions, as a "billion laughs" does."""
    grow = '<!ENTITY a0 "ha">' + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    return packed(xml=document(paragraph("&a9;"), before=f"<!DOCTYPE w [{grow}]>"))


def with_external_entity() -> bytes:
    return packed(xml=document(paragraph("&e;"), before='<!DOCTYPE w [<!ENTITY e SYSTEM "file:///etc/passwd">]>'))


def with_doctype_in_utf16() -> bytes:
    text = document(paragraph("&e;"), before='<!DOCTYPE w [<!ENTITY e "x">]>').replace("UTF-8", "UTF-16")
    return packed(more={"word/document.xml": text.encode("utf-16")})


def bomb() -> bytes:
    """Grow 60 KB into 60 MB."""
    return packed(xml=document(paragraph("0" * 60_000_000)))


def bomb_beside() -> bytes:
    return packed(more={"word/media/image1.png": b"\0" * 60_000_000})


def lying_about_its_size() -> bytes:
    """Say 100 bytes in the list of contents and unpack to 20 million."""
    good = packed(xml=document(paragraph("0" * 20_000_000)))
    at = good.rindex(b"PK\x01\x02", 0, good.rindex(b"word/document.xml"))
    return good[: at + 24] + struct.pack("<I", 100) + good[at + 28 :]


def ten_thousand_members() -> bytes:
    return packed(more={f"word/media/{n}.png": b"" for n in range(10_000)})


def overlapping() -> bytes:
    """Let two entries of the list of contents share one place in the file."""
    good = packed(more={"word/styles.xml": document(""), "word/other.xml": document("")})
    first = good.index(b"PK\x01\x02")
    entries = good[first:].split(b"PK\x01\x02")[1:]
    offset = entries[0][38:42]
    changed = [entry[:38] + offset + entry[42:] for entry in entries]
    return good[:first] + b"".join(b"PK\x01\x02" + entry for entry in changed)


def deep() -> bytes:
    return packed("<w:sdt><w:sdtContent>" * 300 + paragraph("Deep.") + "</w:sdtContent></w:sdt>" * 300)


def with_path(name: str) -> bytes:
    return packed(more={name: "<x/>"})


def nested() -> bytes:
    return packed(more={"word/inner.zip": packed()})


def truncated() -> bytes:
    good = packed(paragraph("Words. " * 500))
    return good[: len(good) // 2]


def with_wrong_sum() -> bytes:
    """Change one byte of the packed words, so that the sum beside them no longer fits."""
    good = bytearray(packed(paragraph("The same words. " * 200)))
    at = good.index(b"word/document.xml") + 60
    good[at] ^= 0xFF
    return bytes(good)


def encrypted_flag() -> bytes:
    good = bytearray(packed())
    at = good.rindex(b"PK\x01\x02", 0, good.rindex(b"word/document.xml"))
    good[at + 8] |= 1
    return bytes(good)


def many_paragraphs(n: int) -> bytes:
    return packed(paragraph("x") * n)


def gzip_like() -> bytes:
    return b"PK" + zlib.compress(b"words")
