"""EPUB files: chapters by their names, the order of reading, and what is refused."""

from __future__ import annotations

from datetime import date as Date

import pytest

from index.formats.epub import extract
from index.formats.extracted import Extracted, Refused
from tests.index.formats.documents import epub, members, zipped


def read(chapters: list[str], contents: list[tuple[str, str]] | None = None) -> Extracted:
    return extract(epub(chapters, contents or ()), None)


def chapters(found: Extracted) -> list[tuple[int, str, str]]:
    """Number, name and first words of each chapter."""
    places = found.places
    assert places is not None
    assert places.kind == "chapter"
    return [
        (number, name, found.text[at:].split("\n")[0])
        for at, number, name in zip(
            places.starts, places.firsts, places.names or ("",) * len(places.starts), strict=True
        )
    ]


def test_chapters_in_every_script_by_the_names_of_the_contents() -> None:
    texts = ["Cargo grew.", "물동량은 늘었다.", "吞吐量增长了。", "貨物は減った。"]
    names = ["One", "부산", "上海", "横浜"]
    found = read(
        [f"<p>{text}</p>" for text in texts],
        [(f"{at}.xhtml", name) for at, name in enumerate(names)],
    )
    assert found.text == "\n\n".join(texts)
    assert chapters(found) == [
        (at, name, text) for at, (name, text) in enumerate(zip(names, texts, strict=True), 1)
    ]
    assert (found.title, found.date) == ("The Harbour", Date(1999, 5, 4))
    assert "the table of contents" in found.left_out


def test_a_chapter_may_go_on_in_another_part_and_begin_inside_one() -> None:
    found = read(
        ["<p>cover</p>", "<p>a</p>", "<p>b</p><h2 id='x'>Two</h2><p>c</p>"],
        [("1.xhtml", "One"), ("2.xhtml#x", "Two")],
    )
    assert chapters(found) == [(1, "", "cover"), (1, "One", "a"), (2, "Two", "Two")]


def test_without_contents_each_part_is_a_chapter_by_its_heading() -> None:
    found = read(["<h1>One</h1><p>a</p>", "<p>b</p>"])
    assert chapters(found) == [(1, "One", "One"), (2, "", "b")]


def test_an_older_book_has_its_names_in_another_list() -> None:
    parts = members(epub(["<p>a</p>"]))
    package = bytes(parts["book/list.opf"]).decode()  # type: ignore[arg-type]
    parts["book/list.opf"] = package.replace(
        "</manifest><spine>",
        '<item id="t" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        '<spine toc="t">',
    )
    parts["book/toc.ncx"] = (
        "<ncx><navMap><navPoint><navLabel><text>Named</text></navLabel>"
        '<content src="text/0.xhtml"/></navPoint></navMap></ncx>'
    )
    assert chapters(extract(zipped(parts), None)) == [(1, "Named", "a")]


def test_markup_becomes_paragraphs_and_rows() -> None:
    found = read(
        [
            "<p>one&nbsp;<i>wo</i>rd<br/>a\nline<!--n--> more &unknown;</p><ul><li>item</li></ul>"
            "<table><tr><th>Year</th><th><p>Tons</p></th></tr><tr><td>2023</td><td>24</td></tr>"
            "</table><pre>a\n  b</pre><ruby>横浜<rt>よこはま</rt></ruby>港"
        ]
    )
    assert found.text == (
        "one word\na line more &unknown;\n\nitem\n\nYear | Tons\n2023 | 24\n\na\nb\n\n横浜港"
    )


def test_what_is_hidden_or_a_picture_is_left_out_and_said() -> None:
    found = read(
        ["<p>seen<img src='x'/></p><p style='display: none'>secret</p><p hidden=''>too</p>"]
    )
    assert found.text == "seen"
    assert {"pictures: 1", "hidden text: 9 characters"} <= set(found.left_out)


def test_a_part_that_is_no_xml_is_read_as_html() -> None:
    parts = members(epub(["<p>a</p>"]))
    parts["book/text/0.xhtml"] = "<html><head><title/></head><body><p>上海<p>b<br>c</body>"
    assert extract(zipped(parts), None).text == "上海\n\nb\nc"


def test_utf_16() -> None:
    parts = members(epub(["<p>a</p>"]))
    page = '<?xml version="1.0" encoding="utf-16"?><html><body><p>부산&nbsp;항</p></body></html>'
    parts["book/text/0.xhtml"] = page.encode("utf-16")
    assert extract(zipped(parts), None).text == "부산 항"


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE l [<!ENTITY b "lol"><!ENTITY a "' + "&b;" * 1_000 + '">]>',
    ],
)
def test_entities_are_not_expanded(declared: str) -> None:
    parts = members(epub(["<p>x</p>"]))
    parts["book/text/0.xhtml"] = f"{declared}<html><body><p>&a;text</p></body></html>"
    assert extract(zipped(parts), None).text == "&a;text"


def test_a_missing_part_takes_no_other_down() -> None:
    parts = members(epub(["<p>a</p>", "<p>b</p>"]))
    del parts["book/text/0.xhtml"]
    found = extract(zipped(parts), None)
    assert found.text == "b"
    assert "parts that are missing or damaged: 1" in found.left_out
    del parts["book/text/1.xhtml"]
    with pytest.raises(Refused) as refused:
        extract(zipped(parts), None)
    assert refused.value.reason == "damaged"


def test_without_its_list_of_parts_a_book_is_damaged() -> None:
    parts = members(epub(["<p>a</p>"]))
    del parts["book/list.opf"]
    with pytest.raises(Refused) as refused:
        extract(zipped(parts), None)
    assert refused.value.reason == "damaged"
    with pytest.raises(Refused):
        extract(b"nothing", None)


@pytest.mark.parametrize(
    ("method", "read"),
    [
        ("http://www.w3.org/2001/04/xmlenc#aes128-cbc", False),
        ("http://www.idpf.org/2008/embedding", True),
    ],
)
def test_a_protected_book_is_refused_unless_its_fonts_alone_are(method: str, read: bool) -> None:
    parts = members(epub(["<p>a</p>"]))
    parts["META-INF/encryption.xml"] = f'<e><EncryptionMethod Algorithm="{method}"/></e>'
    if read:
        assert extract(zipped(parts), None).text == "a"
        return
    with pytest.raises(Refused) as refused:
        extract(zipped(parts), None)
    assert refused.value.reason == "encrypted"


def test_paths_lead_nowhere_but_into_the_archive() -> None:
    parts = members(epub(["<p>a</p>", "<p>b</p>"]))
    package = bytes(parts["book/list.opf"]).decode()  # type: ignore[arg-type]
    parts["book/list.opf"] = package.replace("text/0.xhtml", "../../../../../etc/passwd")
    assert extract(zipped(parts), None).text == "b"


@pytest.mark.parametrize(
    ("bound", "said"),
    [
        ("archive.MAX_MARKUP", "a part of it is larger than 1 MB"),
        ("archive.MAX_TOTAL", "it unpacks to more than 1 MB"),
        ("epub._MAX_MARKUP", "its text is larger than 1 MB"),
    ],
)
def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch, bound: str, said: str) -> None:
    chapter = f"<p>a</p>{' ' * (2 << 20)}"
    assert read([chapter]).text == "a"
    monkeypatch.setattr(f"index.formats.{bound}", 1 << 20)
    with pytest.raises(Refused) as refused:
        read([chapter])
    assert (refused.value.reason, refused.value.what) == ("too_costly", said)


def test_deep_nesting_and_wide_rows_end() -> None:
    row = "<td>a</td>" * 20_000
    assert read([f"<table><tr>{row}</tr></table>"]).text.count("|") == 19_999
    with pytest.raises(Refused):
        read(["<div>" * 100_000 + "x" + "</div>" * 100_000])


@pytest.mark.parametrize("date", ["0101-01-01T00:00:00+00:00", "1999", "soon", "2024-13-40"])
def test_a_date_that_no_book_has_is_none(date: str) -> None:
    assert extract(epub(["<p>a</p>"], date=date), None).date is None
