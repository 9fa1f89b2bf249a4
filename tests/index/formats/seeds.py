"""A small whole file of every format, from which the mutated ones are made."""

from __future__ import annotations

import gzip
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from email.message import EmailMessage
from io import BytesIO

ENGLISH = (
    "The three foreign ministers met in Busan on Sunday and spoke of trade. They agreed on it."
)
KOREAN = "세 나라 외교장관은 일요일 부산에서 만나 무역을 논의했다. 그들은 합의했다."
CHINESE = "三国外长星期日在釜山举行会议，讨论贸易问题。他们达成了协议。"

Members = list[tuple[str, bytes]]


def packed(members: Members) -> bytes:
    """A zip archive that is the same whenever it is made."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # two members of one name are meant
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def unpacked(data: bytes) -> Members:
    """The members of an archive in their order."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def gzipped(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def seeds() -> dict[str, list[bytes]]:
    """Whole files by the end of their names."""
    text = "\n\n".join((ENGLISH, KOREAN, CHINESE)) + "\n"
    plain = [text.encode(), KOREAN.encode("cp949"), text.encode("utf-16")]
    front = f"---\ntitle: A title\ndate: 2023-11-26\n---\n{text}".encode()
    table = f'id,title,date,text\n1,Busan,2023-11-26,"{ENGLISH}"\n2,부산,2023-11-27,{KOREAN}\n'
    lines = f'{{"id": 1, "title": "Busan", "text": "{ENGLISH}", "by": {{"name": ["Kim"]}}}}\n' * 3
    srt = (
        f"1\n00:00:01,000 --> 00:00:03,000\n<i>{ENGLISH}</i>\n\n"
        f"2\n00:00:03,500 --> 00:00:05,000\n{KOREAN}\n"
    )
    html = _html()
    found: dict[str, list[bytes]] = {
        ".html": [html.encode()],
        ".htm": [html.encode("utf-16")],
        ".xhtml": [f'<?xml version="1.0"?>{html}'.encode()],
        ".pdf": [_pdf(False), _pdf(True)],
        ".docx": [_docx()],
        ".epub": [_epub()],
        ".csv": [table.encode(), table.replace(",", ";").encode("cp949", "replace")],
        ".tsv": [table.replace(",", "\t").encode()],
        ".jsonl": [lines.encode()],
        ".ndjson": [lines.encode("utf-16")],
        ".eml": [_mail(), _mail("quoted-printable")],
        ".mbox": [
            b"From a Sun Nov 26 23:30:00 2023\n" + _mail() + b"\n\n" + b"From b x\n" + _mail()
        ],
        ".srt": [srt.encode()],
        ".vtt": [b"WEBVTT\n\n" + srt.replace(",", ".").encode()],
        ".gz": [gzipped(text.encode()), gzipped(table.encode())],
        ".zip": [
            packed([("a.txt", text.encode()), ("b/c.csv", table.encode()), ("d.eml", _mail())]),
            packed([("a.pdf", _pdf(True)), ("b.docx", _docx()), ("c.html", html.encode())]),
        ],
    }
    return found | {
        suffix: [*plain, front]
        for suffix in (".txt", ".md", ".markdown", ".rst", ".text", ".org", ".adoc", ".log")
    }


def _html() -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in (ENGLISH, KOREAN, CHINESE, ENGLISH))
    table = "<table><tr><th>a</th><td>1</td></tr></table><ul><li>one</li><li>two</li></ul>"
    return (
        '<html><head><meta charset="utf-8"><title>A title</title>'
        '<meta property="article:published_time" content="2023-11-26"></head><body>'
        f"<nav><a href='/'>Home</a></nav><article><h1>A title</h1>{paragraphs}{table}</article>"
        "<script>var x = 1;</script><footer>&copy; 2023 &#x1F600;</footer></body></html>"
    )


def _mail(transfer: str = "8bit") -> bytes:
    made = EmailMessage()
    made["From"] = "Kim <kim@example.org>"
    made["Subject"] = "부산 회의"
    made["Date"] = "Sun, 26 Nov 2023 23:30:00 +0900"
    made.set_content(f"{ENGLISH}\n{KOREAN}\n", cte=transfer)
    made.add_alternative(_html(), subtype="html")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    for part, boundary in zip(made.walk(), ("=" * 8, "-" * 8), strict=False):
        part.set_boundary(boundary)  # random otherwise
    return made.as_bytes()


def _pdf(deflated: bool) -> bytes:
    contents = [_stream(f"BT /F1 12 Tf 72 {y} Td ({ENGLISH}) Tj ET", deflated) for y in (700, 500)]
    return _objects([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R 5 0 R] /Count 2 >>",
        *_page(4), contents[0], *_page(6), contents[1],
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Title (A title) /CreationDate (D:20231126120000Z) >>",
    ])  # fmt: skip


def _page(contents: int) -> Iterable[bytes]:
    yield (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents %d 0 R"
        b" /Resources << /Font << /F1 7 0 R >> >> >>" % contents
    )


def _stream(operators: str, deflated: bool) -> bytes:
    data = operators.encode()
    filter = b""
    if deflated:
        data, filter = zlib.compress(data), b" /Filter /FlateDecode"
    return b"<< /Length %d%b >>\nstream\n%b\nendstream" % (len(data), filter, data)


def _objects(objects: list[bytes]) -> bytes:
    made = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, data in enumerate(objects, 1):
        offsets.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, data)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    made += b"trailer << /Size %d /Root 1 0 R /Info 8 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1, start,
    )  # fmt: skip
    return bytes(made)


def _docx() -> bytes:
    from docx import Document

    made = Document()
    made.add_heading("A title", 1)
    for text in (ENGLISH, KOREAN, CHINESE):
        made.add_paragraph(text)
    table = made.add_table(2, 2)
    table.cell(0, 0).text = "Capital"
    table.cell(1, 1).text = "Paris"
    saved = BytesIO()
    made.save(saved)
    return packed(unpacked(saved.getvalue()))


def _epub() -> bytes:
    chapter = _html().replace("&copy;", "(c)").replace('<meta charset="utf-8">', "")
    package = (
        '<?xml version="1.0"?><package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>A book</dc:title>'
        "<dc:date>2023-11-26</dc:date></metadata><manifest>"
        '<item id="a" href="a.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="b" href="b.xhtml" media-type="application/xhtml+xml"/>'
        '</manifest><spine><itemref idref="a"/><itemref idref="b"/></spine></package>'
    )
    container = (
        '<?xml version="1.0"?><container version="1.0"'
        ' xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="o/p.opf" media-type="application/oebps-package+xml"/></rootfiles>'
        "</container>"
    )
    return packed([
        ("mimetype", b"application/epub+zip"), ("META-INF/container.xml", container.encode()),
        ("o/p.opf", package.encode()), ("o/a.xhtml", chapter.encode()),
        ("o/b.xhtml", chapter.replace("A title", "둘째 장").encode()),
    ])  # fmt: skip
