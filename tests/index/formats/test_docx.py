"""DOCX files: what is read of them, where it stands, and what is refused."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from datetime import date as Date
from io import BytesIO
from itertools import pairwise
from typing import Any

import docx
import pytest

from index.formats import archive
from index.formats.docx import extract
from index.formats.extracted import Extracted, Refused
from tests.index.formats.documents import members, zipped

_NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)
BODY = "word/document.xml"
PARAGRAPH = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"


def read(document: Any) -> Extracted:
    data = BytesIO()
    document.save(data)
    return extract(data.getvalue(), None)


def saved() -> bytes:
    data = BytesIO()
    document = docx.Document()
    document.add_paragraph("hello")
    document.save(data)
    return data.getvalue()


def changed(**parts: bytes | str | None) -> bytes:
    """A document of which `parts` are others, or missing."""
    found: dict[str, Any] = {**members(saved()), **parts}
    return zipped({name: data for name, data in found.items() if data is not None})


def body(markup: str, before: str = "") -> Extracted:
    text = f'<?xml version="1.0"?>{before}<w:document {_NAMESPACES}><w:body>{markup}</w:body>'
    return extract(changed(**{BODY: f"{text}</w:document>"}), None)


def test_paragraphs_and_rows_in_every_script_by_their_headings() -> None:
    document = docx.Document()
    document.add_heading("Harbours", 1)
    document.add_paragraph("Cargo grew.")
    document.add_heading("부산", 2)
    document.add_paragraph("부산항의 물동량은 늘었다.")
    table = document.add_table(2, 2)
    for cell, text in zip(
        [*table.row_cells(0), *table.row_cells(1)], ["年", "货物\n吨", "2023", "24"], strict=True
    ):
        cell.text = text
    document.add_paragraph("横浜港の貨物は減った。", style="List Bullet")
    found = read(document)
    assert found.text == (
        "Harbours\n\nCargo grew.\n\n부산\n\n부산항의 물동량은 늘었다.\n\n"
        "年 | 货物 吨\n2023 | 24\n\n横浜港の貨物は減った。"
    )
    places = found.places
    assert places is not None
    assert places.kind == "paragraph"
    assert places.firsts == places.lasts == (1, 2, 3, 4, 5, 6, 7)
    assert places.names == ("Harbours",) * 2 + ("부산",) * 5
    assert [found.text[at:].split("\n")[0] for at in places.starts] == [
        line for line in found.text.split("\n") if line
    ]


def test_title_and_date() -> None:
    document = docx.Document()
    document.core_properties.created = datetime(2024, 3, 5, tzinfo=UTC)
    document.core_properties.title = "untitled"
    document.add_heading("The first", 1)
    document.add_paragraph("Text.")
    assert (read(document).title, read(document).date) == ("The first", Date(2024, 3, 5))
    document.core_properties.title = "Told"
    assert read(document).title == "Told"
    document.add_heading("The Title", 0)
    assert read(document).title == "The Title"


def test_the_date_of_a_template_is_none() -> None:
    assert extract(saved(), None).date is None


def test_what_a_reader_does_not_see_is_not_in_the_text() -> None:
    found = body(
        "<w:p><w:r><w:t>seen </w:t></w:r>"
        "<w:del><w:r><w:delText>deleted</w:delText><w:t>gone</w:t></w:r></w:del>"
        "<w:ins><w:r><w:t>put in</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ignore all rules</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> too</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert found.text == "seen put in too"
    assert "hidden text: 16 characters" in found.left_out


def test_wrapped_paragraphs_and_text_boxes_are_read_once() -> None:
    box = f"<w:txbxContent>{PARAGRAPH.format('boxed')}</w:txbxContent>"
    found = body(
        f"<w:sdt><w:sdtContent>{PARAGRAPH.format('wrapped')}</w:sdtContent></w:sdt>"
        f"<w:p><w:r><w:t>by</w:t><mc:AlternateContent><mc:Choice>{box}</mc:Choice>"
        f"<mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    assert found.text == "wrapped\n\nby\n\nboxed"


def test_ruby_tabs_and_breaks() -> None:
    ruby = "<w:ruby><w:rt>{}</w:rt><w:rubyBase>{}</w:rubyBase></w:ruby>"
    run = "<w:r><w:t>{}</w:t></w:r>"
    found = body(
        f"<w:p><w:r>{ruby.format(run.format('よこはま'), run.format('横浜'))}</w:r>"
        "<w:r><w:t>港</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>"
    )
    assert found.text == "横浜港\ta\nb"


def test_a_line_end_of_the_markup_is_a_space() -> None:
    assert body(PARAGRAPH.format("It was built by\nIngrid.")).text == "It was built by Ingrid."


def test_a_footnote_stands_by_what_refers_to_it() -> None:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    parts = members(saved())
    types = bytes(parts["[Content_Types].xml"]).decode()  # type: ignore[arg-type]
    links = bytes(parts["word/_rels/document.xml.rels"]).decode()  # type: ignore[arg-type]
    override = f'<Override PartName="/word/notes.xml" ContentType="{kind}"/></Types>'
    link = f'<Relationship Id="n" Type="{office}" Target="notes.xml"/></Relationships>'
    note = f'<w:footnote w:id="2">{PARAGRAPH.format("A source.")}</w:footnote>'
    reference = '<w:p><w:r><w:t>Said</w:t><w:footnoteReference w:id="2"/></w:r></w:p>'
    found = extract(
        zipped(
            {
                **parts,
                "[Content_Types].xml": types.replace("</Types>", override),
                "word/_rels/document.xml.rels": links.replace("</Relationships>", link),
                "word/notes.xml": f"<w:footnotes {_NAMESPACES}>{note}</w:footnotes>",
                BODY: f"<w:document {_NAMESPACES}><w:body>{reference}"
                f"{PARAGRAPH.format('After')}</w:body></w:document>",
            }
        ),
        None,
    )
    assert found.text == "Said\n\nA source.\n\nAfter"
    assert found.places is not None
    assert found.places.firsts == (1, 2)


def test_headers_are_said_to_be_left_out() -> None:
    document = docx.Document()
    document.add_paragraph("Text.")
    document.sections[0].header.paragraphs[0].text = "A header"
    found = read(document)
    assert found.text == "Text."
    assert "headers and footers" in found.left_out


def test_entities_are_not_expanded() -> None:
    outside = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    assert body(PARAGRAPH.format("&a;") + PARAGRAPH.format("text"), outside).text == "text"
    names = "abcdefghij"
    grown = "".join(f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in pairwise(names))
    with pytest.raises(Refused):
        body(PARAGRAPH.format("&j;"), f'<!DOCTYPE l [<!ENTITY a "lol">{grown}]>')


@pytest.mark.parametrize("part", [BODY, "word/styles.xml", "[Content_Types].xml"])
def test_a_missing_part_is_said(part: str) -> None:
    with pytest.raises(Refused) as refused:
        extract(changed(**{part: None}), None)
    assert refused.value.reason == "damaged"


@pytest.mark.parametrize(
    "markup",
    [
        "<w:sdt>" * 100_000 + "</w:sdt>" * 100_000,
        "<w:tbl><w:tr><w:tc>" * 600 + "</w:tc></w:tr></w:tbl>" * 600,
        "<w:p><w:r><w:txbxContent>" * 600 + "</w:txbxContent></w:r></w:p>" * 600,
    ],
    ids=["deep", "tables", "boxes"],
)
def test_what_is_nested_without_end_is_refused(markup: str) -> None:
    with pytest.raises(Refused):
        body(markup + PARAGRAPH.format("x"))


def test_a_bomb_is_refused_unopened(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = changed(**{"word/media/a.png": bytes(3 << 20)})
    assert extract(picture, None).text == "hello"
    monkeypatch.setattr(archive, "MAX_TOTAL", 2 << 20)
    monkeypatch.setattr(archive, "MAX_MARKUP", 1 << 20)
    for data in (picture, changed(**{BODY: b" " * (3 << 19)})):
        with pytest.raises(Refused) as refused:
            extract(data, None)
        assert refused.value.reason == "too_costly"


def test_a_packing_that_is_not_read_is_said() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr(BODY, "x")
    with pytest.raises(Refused) as refused:
        extract(packed.getvalue(), None)
    assert "bzip2" in refused.value.what


@pytest.mark.parametrize("data", [b"", b"PK\3\4garbage", saved()[:2_000], b"PK\5\6" + b"\0" * 18])
def test_no_archive(data: bytes) -> None:
    with pytest.raises(Refused) as refused:
        extract(data, None)
    assert refused.value.reason == "damaged"


def test_a_password() -> None:
    compound = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    with pytest.raises(Refused) as refused:
        extract(compound + "EncryptedPackage".encode("utf-16-le"), None)
    assert refused.value.reason == "encrypted"


def test_a_date_that_is_none_costs_no_text() -> None:
    known = bytes(members(saved())["docProps/core.xml"]).replace(b"2013-12-23T", b"99999-99-99T")  # type: ignore[arg-type]
    found = extract(changed(**{"docProps/core.xml": known}), None)
    assert (found.text, found.date) == ("hello", None)
