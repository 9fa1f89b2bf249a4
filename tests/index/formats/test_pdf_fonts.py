"""A font is read once for a document, and for that document only."""

from __future__ import annotations

import sys

import pytest
from pypdf.generic import DictionaryObject, IndirectObject
from pypdf.generic._font import Font

from index.formats import pdf_fonts
from index.formats.extracted import Refused
from index.formats.pdf import extract
from index.formats.pdf_fonts import kept_fonts
from tests.index.formats.documents import pdf

OWN = vars(Font)["from_font_resource"]
PAGES = 4
BOOK = pdf([[(72, 700, 11, f"Page {number} of it.")] for number in range(PAGES)])


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[DictionaryObject]:
    """The resources of which pypdf itself reads a font."""
    found: list[DictionaryObject] = []

    def counted(resource: DictionaryObject) -> Font:
        found.append(resource)
        font: Font = OWN.__get__(None, Font)(resource)
        return font

    monkeypatch.setattr(Font, "from_font_resource", staticmethod(counted))
    return found


def resource(number: int, generation: int = 0) -> DictionaryObject:
    made = DictionaryObject()
    made.indirect_reference = IndirectObject(number, generation, None)
    return made


def test_the_pinned_pypdf_reads_the_font_of_many_pages_once(read: list[DictionaryObject]) -> None:
    text = extract(BOOK, None).text
    assert len(read) == 1
    assert text.count("of it.") == PAGES


def test_another_document_has_fonts_of_its_own(read: list[DictionaryObject]) -> None:
    other = pdf([[(72, 700, 11, "Quite another alphabet")]])
    for data, words in ((BOOK, "Page 0 of it."), (other, "Quite another alphabet")):
        assert words in extract(data, None).text
    assert len(read) == 2


def test_fonts_are_told_apart_by_number_and_generation(read: list[DictionaryObject]) -> None:
    with kept_fonts():
        fonts = [Font.from_font_resource(resource(*each)) for each in ((3, 0), (3, 1), (4, 0))]
        assert Font.from_font_resource(resource(3, 1)) is fonts[1]
    assert len(read) == 3


def test_a_font_that_is_no_object_of_its_own_is_not_kept(read: list[DictionaryObject]) -> None:
    with kept_fonts():
        for _ in range(2):
            Font.from_font_resource(DictionaryObject())
    assert len(read) == 2


def test_what_is_kept_is_bounded(
    monkeypatch: pytest.MonkeyPatch, read: list[DictionaryObject]
) -> None:
    with kept_fonts():
        Font.from_font_resource(resource(1))
        monkeypatch.setattr(pdf_fonts, "_MAX_FONTS", 1)
        for number in (2, 2, 1):  # the first went for the second
            Font.from_font_resource(resource(number))
        assert len(read) == 3
        monkeypatch.setattr(pdf_fonts, "_MAX_CODES", 0)
        for _ in range(2):
            Font.from_font_resource(resource(5))
        assert len(read) == 5


def test_pypdf_is_left_as_it_was() -> None:
    with kept_fonts():
        assert vars(Font)["from_font_resource"] is not OWN
    assert vars(Font)["from_font_resource"] is OWN
    with pytest.raises(Refused):
        extract(b"%PDF-", None)
    assert vars(Font)["from_font_resource"] is OWN


def test_a_pypdf_without_such_fonts_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    told = extract(BOOK, None)
    monkeypatch.setattr(pdf_fonts, "_READ", "of_another_name")
    assert extract(BOOK, None) == told
    monkeypatch.setitem(sys.modules, "pypdf.generic._font", None)  # as if it were not there
    with kept_fonts():
        assert vars(Font)["from_font_resource"] is OWN
