"""PDF, DOCX and EPUB files made by hand, as small as they can be."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO

# x, y, size, text
Shown = tuple[float, float, float, str]

HELVETICA = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 5 0 R>>>>"
    b"/Contents 4 0 R>>"
)
HELLO = b"BT /F 12 Tf (hello) Tj ET "
_CMAP = """/CIDInit /ProcSet findresource begin
begincmap
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{}endcmap
"""
_XHTML = (
    '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html>'
    '<html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{}</body></html>'
)
_CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/list.opf"/></rootfiles></container>'
)
_PACKAGE = (
    '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
    "<metadata><dc:title>{}</dc:title><dc:date>{}</dc:date></metadata>"
    "<manifest>{}</manifest><spine>{}</spine></package>"
)


def objects(parts: Mapping[int, bytes], trailer: bytes = b"") -> bytes:
    """A PDF of numbered objects, the first of which is its catalog."""
    data = b"%PDF-1.7\n"
    at = {}
    for number, part in parts.items():
        at[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    size = max(parts) + 1
    table = b"".join(b"%010d 00000 n \n" % at.get(number, 0) for number in range(1, size))
    end = b"xref\n0 %d\n0000000000 65535 f \n%btrailer<</Root 1 0 R/Size %d%b>>\n"
    start = b"startxref\n%d\n%%%%EOF\n" % len(data)
    return data + end % (size, table, size, trailer) + start


def stream(data: bytes, also: bytes = b"", flate: int = 1) -> bytes:
    """A stream that is packed `flate` times."""
    for _ in range(flate):
        data = zlib.compress(data, 9)
    filters = b"/Filter[%b]" % (b"/FlateDecode " * flate)
    return b"<<%b%b/Length %d>>stream\n%b\nendstream" % (filters, also, len(data), data)


def one_page(
    content: bytes,
    page: bytes = PAGE,
    kids: bytes = b"3 0 R",
    more: Mapping[int, bytes] | None = None,
    catalog: bytes = b"",
    trailer: bytes = b"",
) -> bytes:
    """A PDF whose page 3 shows the stream `content`, unless its tree says otherwise."""
    parts = {
        1: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalog,
        2: b"<</Type/Pages/Count 1/Kids[%b]>>" % kids,
        3: page,
        4: content,
        5: HELVETICA,
    }
    return objects({**parts, **(more or {})}, trailer)


def pdf(pages: Sequence[Sequence[Shown]], info: str = "", catalog: str = "") -> bytes:
    """A PDF that shows each text of each page where it is said to stand, in any script."""
    used = sorted({ch for page in pages for *_, text in page for ch in text})
    codes = {ch: code for code, ch in enumerate(used, 1)}
    named = "".join(
        f"1 beginbfchar\n<{code:04x}> <{ch.encode('utf-16-be').hex()}>\nendbfchar\n"
        for ch, code in codes.items()
    )
    kids = " ".join(f"{7 + 2 * number} 0 R" for number in range(len(pages)))
    parts = {
        1: f"<</Type/Catalog/Pages 2 0 R{catalog}>>".encode(),
        2: f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        3: b"<</Type/Font/Subtype/Type0/BaseFont/T/Encoding/Identity-H"
        b"/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        4: b"<</Type/Font/Subtype/CIDFontType2/BaseFont/T/DW 500"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        5: stream(_CMAP.format(named).encode()),
        6: f"<<{info}>>".encode(),
    }
    for number, page in enumerate(pages):
        shown = "".join(
            f"BT /F {size} Tf 1 0 0 1 {x} {y} Tm "
            f"<{''.join(f'{codes[ch]:04x}' for ch in text)}> Tj ET\n"
            for x, y, size, text in page
        )
        at = 7 + 2 * number
        parts[at] = PAGE.replace(b"5 0 R", b"3 0 R").replace(b"4 0 R", b"%d 0 R" % (at + 1))
        parts[at + 1] = stream(shown.encode())
    return objects(parts, b"/Info 6 0 R")


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return packed.getvalue()


def members(data: bytes) -> dict[str, bytes | str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def epub(
    chapters: Sequence[str],
    contents: Sequence[tuple[str, str]] = (),
    title: str = "The Harbour",
    date: str = "1999-05-04",
) -> bytes:
    """A book of `chapters`, the insides of bodies; `contents` are targets ("0.xhtml#x"), names."""
    items = "".join(
        f'<item id="c{at}" href="text/{at}.xhtml" media-type="application/xhtml+xml"/>'
        for at in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{at}"/>' for at in range(len(chapters)))
    files = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": _CONTAINER,
        **{f"book/text/{at}.xhtml": _XHTML.format(each) for at, each in enumerate(chapters)},
    }
    if contents:
        items += '<item id="n" href="n.xhtml" properties="nav" media-type="application/xhtml+xml"/>'
        links = "".join(f'<li><a href="text/{to}">{name}</a></li>' for to, name in contents)
        files["book/n.xhtml"] = _XHTML.format(f"<nav><ol>{links}</ol></nav>")
    files["book/list.opf"] = _PACKAGE.format(title, date, items, spine)
    return zipped(files)
