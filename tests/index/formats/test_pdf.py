"""PDFs made by hand: pages, paragraphs, what is left out, and bombs."""

from __future__ import annotations

from datetime import date as Date
from io import BytesIO

import pytest

from index.formats import process
from index.formats.extracted import Extracted, Refused
from index.formats.pdf import extract
from tests.index.formats.documents import (
    HELLO,
    PAGE,
    Shown,
    objects,
    one_page,
    pdf,
    stream,
)
from tests.index.formats.placed import place


def read(data: bytes) -> Extracted:
    return extract(data, None)


def column(texts: list[str], y: float = 700, x: float = 72) -> list[Shown]:
    """Lines of one paragraph, as a page sets them."""
    return [(x, y - 14 * at, 11, text) for at, text in enumerate(texts)]


PROSE = [
    "The harbour was widened in 1998 and again in",
    "2004. Ships of any size have called since.",
]


def test_each_page_is_told_in_every_script() -> None:
    texts = [
        "Cargo grew.",
        "부산항의 물동량은 늘었다.",
        "上海港的吞吐量增长了。",
        "横浜港の貨物は減った。",
    ]
    found = read(pdf([column([text]) for text in texts]))
    assert found.text == "\n\n".join(texts)
    assert [place(found, text)[0] for text in texts] == [1, 2, 3, 4]
    assert found.places is not None
    assert not found.places.names


def test_pages_are_named_where_their_labels_differ() -> None:
    labels = "/PageLabels<</Nums[0<</S/r>>1<</S/D>>]>>"
    found = read(pdf([column(["Preface."]), column(["Text."])], catalog=labels))
    assert found.places is not None
    assert found.places.names == ("i", "1")
    assert found.places.firsts == (1, 2)


def test_one_long_label_is_not_put_on_each_page() -> None:
    label = b"/PageLabels<</Nums[0<</P(%b)>>]>>" % (b"x" * 100_000)
    found = read(one_page(stream(HELLO), kids=b"3 0 R " * 50, catalog=label))
    assert found.places is not None
    assert not found.places.names


def test_the_lines_of_a_paragraph_are_running_text_and_a_gap_parts_them() -> None:
    found = read(pdf([column(PROSE) + column(["Another paragraph."], 700 - 14 - 24)]))
    assert found.text == " ".join(PROSE) + "\n\nAnother paragraph."


def test_an_indent_begins_a_paragraph() -> None:
    lines = column([*PROSE, "It goes on with an indent of its own, as books do", "it."])
    lines[2] = (84, *lines[2][1:])
    assert read(pdf([lines])).text.count("\n\n") == 1


def test_running_heads_and_page_numbers_are_left_out_and_said() -> None:
    pages = [
        [(200, 800, 9, "Annual Report"), *column(PROSE), (290, 40, 9, str(number))]
        for number in (7, 8, 9, 10)
    ]
    found = read(pdf(pages))
    assert found.text.count("Annual Report") == 1  # where it first stands
    assert not {"7", "8", "9", "10"} & set(found.text.split())
    assert found.text.count(PROSE[0]) == 4
    assert any("running heads" in each and "7 lines" in each for each in found.left_out)


@pytest.mark.parametrize(
    "number",
    ["1", "- 1 -", "– 1 –", "1 / 1", "[1]", "Page 1", "page 1 of 1", "Page 1/1", "Seite 1 von 1",
     "p. 1", "第 1 页 共 1 页", "第1页，共1页", "第 1 頁", "1 ページ", "1쪽", "1/1 페이지"],
)  # fmt: skip
@pytest.mark.parametrize("y", [40, 800])
def test_the_number_of_the_only_page_is_left_out(number: str, y: float) -> None:
    found = read(pdf([[*column(PROSE), (280, y, 9, number)]]))
    assert found.text == " ".join(PROSE)
    assert "running heads and page numbers: 1 line" in found.left_out


def test_the_numbers_of_two_pages_are_left_out() -> None:
    pages = [[*column(PROSE), (280, 40, 9, f"Page {number} of 2")] for number in (1, 2)]
    assert read(pdf(pages)).text == "\n\n".join([" ".join(PROSE)] * 2)


@pytest.mark.parametrize(
    "words", ["11 / 12", "7", "Page 1 of 3", "Plot 1", "1 of each", "- 1 - 1 -", "1.", "1 kg"]
)
def test_what_may_say_something_else_is_no_number_of_the_only_page(words: str) -> None:
    assert words in read(pdf([[*column(PROSE), (280, 40, 9, words)]])).text


def test_a_number_close_below_the_text_of_page_after_page_is_left_out() -> None:
    found = read(pdf([column([*PROSE, str(number)]) for number in (7, 8, 9)]))
    assert found.text == "\n\n".join([" ".join(PROSE)] * 3)


def test_a_number_that_ends_the_only_page_is_no_number_of_it() -> None:
    assert read(pdf([column([*PROSE, "1"])])).text.endswith("1")


def test_what_stands_close_to_the_text_is_no_running_head() -> None:
    pages = [column(["Year and tons of each harbour", f"{number} tons"]) for number in range(5)]
    assert read(pdf(pages)).text.count("Year and tons") == 5


def test_columns_of_one_line_are_told_from_left_to_right_whichever_is_drawn_first() -> None:
    drawn: list[Shown] = [
        (430, 740, 10, "Date: 12 November"), (72, 740, 10, "Ines Okafor"), (300, 740, 10, "Norwich")
    ]  # fmt: skip
    assert read(pdf([drawn])).text == "Ines Okafor Norwich Date: 12 November"
    assert read(pdf([[(430, 740, 10, "날짜"), (72, 740, 10, "박영수")]])).text == "박영수 날짜"


def test_a_line_whose_end_is_drawn_first_stands_where_it_begins() -> None:
    lines = column([*PROSE, "And there they lie until the tide"])
    lines[2:] = [(300, 672, 11, "turns."), lines[2]]
    assert read(pdf([lines])).text.endswith(
        "Ships of any size have called since. And there they lie until the tide turns."
    )


def test_what_runs_from_right_to_left_is_told_as_it_is_drawn() -> None:
    # Its glyphs stand from left to right.
    drawn: list[Shown] = [(200, 700, 11, "שלום"[::-1]), (150, 700, 11, "עולם"[::-1])]
    found = read(pdf([drawn])).text
    assert found.index("שלום") < found.index("עולם")


def test_a_fraction_is_told_as_it_is_drawn() -> None:
    drawn: list[Shown] = [(72, 700, 11, "f ="), (104, 706, 11, "ab"), (100, 694, 11, "a + b")]
    found = read(pdf([drawn])).text
    assert found.index("ab") < found.index("a + b")


def test_pages_without_text_are_said() -> None:
    pages = [column(PROSE), [], [], column(PROSE), []]
    found = read(pdf(pages))
    assert "pages 2 to 3 and 5: no text (scanned, or pictures)" in found.left_out
    assert found.places is not None
    assert found.places.firsts == (1, 4)


def test_a_scan_is_refused_with_what_to_do() -> None:
    with pytest.raises(Refused) as refused:
        read(pdf([[], []]))
    assert refused.value.reason == "empty"
    assert "OCR" in refused.value.hint


def test_ligatures_and_radicals_are_letters() -> None:
    assert read(pdf([column(["eﬃcient ⼤⽔"])])).text == "efficient 大水"


def test_a_title_is_believed_if_the_pages_bear_it_else_the_largest_lines_are() -> None:
    page = [(72, 760, 20, "The Harbour in 2024"), *column(PROSE)]
    assert read(pdf([page], info="/Title(Microsoft Word - x.doc)")).title == "The Harbour in 2024"
    assert read(pdf([page], info="/Title(Another)")).title == "The Harbour in 2024"
    assert read(pdf([column(PROSE)], info="/Title(A Told Title)")).title == "A Told Title"
    assert read(pdf([column(PROSE)], info="/Title(untitled)")).title is None


@pytest.mark.parametrize(
    ("first", "below"),
    [
        ("Harbour Guide", ["For those who come by sea or by land"]),
        ("A guide to all the quays of the harbour", ["Read it well", "and keep it"]),
        ("부산항 이용 안내", ["항만공사"]),
    ],
)
def test_a_first_line_larger_than_the_few_below_it_is_the_title(
    first: str, below: list[str]
) -> None:
    assert read(pdf([[(72, 760, 16, first), *column(below)]])).title == first
    assert read(pdf([[(72, 760, 11, first), *column(below)]])).title is None


def test_a_sentence_over_small_print_is_no_title() -> None:
    page: list[Shown] = [(72, 760, 11, "The quay is closed."), (72, 40, 8, "Printed at the port")]
    assert read(pdf([page])).title is None
    page[:1] = [(72, 760, 11, "The quay of the port"), (72, 745, 11, "is closed")]
    assert read(pdf([page])).title is None


def test_a_date_is_believed_unless_no_clock_was_set() -> None:
    page = [column(PROSE)]
    assert read(pdf(page, info="/CreationDate(D:20240305120000Z)")).date == Date(2024, 3, 5)
    assert read(pdf(page, info="/CreationDate(D:19700101000000Z)")).date is None
    assert read(pdf(page, info="/CreationDate(yesterday)")).date is None


def test_one_broken_page_takes_no_other_down() -> None:
    page = PAGE.replace(b"4 0 R", b"6 0 R")
    arrays = stream(HELLO + b"[" * 100_000)
    found = read(one_page(stream(HELLO), kids=b"3 0 R 7 0 R", more={6: arrays, 7: page}))
    assert found.text == "hello"
    assert "page 2: damaged, or too costly to read" in found.left_out


def encrypted(algorithm: str, password: str) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(BytesIO(one_page(stream(HELLO)))))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    data = BytesIO()
    writer.write(data)
    return data.getvalue()


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256-R5", "AES-256"])
def test_an_encrypted_file_is_read_if_it_opens_without_a_password(algorithm: str) -> None:
    assert read(encrypted(algorithm, "")).text == "hello"
    with pytest.raises(Refused) as refused:
        read(encrypted(algorithm, "secret"))
    assert refused.value.reason == "encrypted"


def test_an_encrypted_file_is_read_where_nothing_may_be_opened_any_more() -> None:
    process.close()  # the first file confines the process: what decrypts is imported after it
    try:
        for data in (one_page(stream(HELLO)), encrypted("AES-256", "")):
            assert process.extracted("pdf", "a.pdf", data, None).text == "hello"
    finally:
        process.close()


@pytest.mark.parametrize(
    "handler", [b"/Filter/Adobe.PubSec/V 4", b"/Filter/Standard/V 9/R 9/O()/U()/P -4"]
)
def test_what_opens_with_a_certificate_or_in_no_known_way_is_encrypted(handler: bytes) -> None:
    locked = one_page(stream(HELLO), more={6: b"<<%b>>" % handler}, trailer=b"/Encrypt 6 0 R")
    with pytest.raises(Refused) as refused:
        read(locked)
    assert refused.value.reason == "encrypted"


def doubling() -> bytes:
    tree = {at: b"<</Type/Pages/Kids[%d 0 R %d 0 R]>>" % (at + 1, at + 1) for at in range(10, 50)}
    return one_page(stream(HELLO), kids=b"10 0 R", more={**tree, 50: PAGE})


def looping() -> bytes:
    loop = {6: b"<</Type/Pages/Kids[2 0 R]>>"}
    return one_page(stream(HELLO), kids=b"6 0 R", more=loop)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (one_page(stream(HELLO + b" " * (50 << 20))), "damaged"),
        (one_page(stream(HELLO + b" " * (200 << 20), flate=2)), "damaged"),
        (one_page(stream(HELLO), kids=b"2 0 R"), "damaged"),
        (looping(), "damaged"),
        (doubling(), "too_costly"),
        (one_page(stream(HELLO), kids=b"3 0 R " * 30_000), "too_costly"),
        (one_page(stream(HELLO), page=b"<</A" * 50_000 + PAGE), "damaged"),
        (one_page(stream(HELLO), trailer=b"/Prev 99999999")[:200], "damaged"),
        (b"%PDF-", "damaged"),
        (b"", "damaged"),
    ],
    ids=["flate", "flate-twice", "own-kid", "tree-loop", "tree-doubling", "many-pages", "nested",
         "truncated", "head-only", "nothing"],
)  # fmt: skip
def test_a_bomb_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(data)
    assert refused.value.reason == reason


def test_forms_that_show_each_other_are_shown_so_often_only() -> None:
    forms = {
        at: stream(
            b"/X Do /X Do ",
            b"/Type/XObject/Subtype/Form/Resources<</XObject<</X %d 0 R>>>>" % (at + 1),
        )
        for at in range(20, 60)
    }
    forms[60] = stream(HELLO, b"/Type/XObject/Subtype/Form/Resources<</Font<</F 5 0 R>>>>")
    page = b"<</Type/Page/Parent 2 0 R/Resources<</XObject<</X 20 0 R>>>>/Contents 4 0 R>>"
    assert 1 <= read(one_page(stream(b"/X Do"), page=page, more=forms)).text.count("hello") < 1_000


def test_forms_fields_and_attached_files_are_said() -> None:
    catalog = b"/AcroForm<<>>/Names<</EmbeddedFiles<<>>>>"
    found = read(one_page(stream(HELLO), catalog=catalog))
    assert "the files attached to it" in found.left_out
    assert any("form" in each for each in found.left_out)


def test_metadata_that_leads_to_itself_is_no_title() -> None:
    info = {6: b"<</Title 6 0 R/CreationDate 6 0 R>>"}
    found = read(one_page(stream(HELLO), more=info, trailer=b"/Info 6 0 R"))
    assert (found.text, found.title, found.date) == ("hello", None, None)


def test_a_table_of_objects_that_leads_to_itself_ends() -> None:
    data = one_page(stream(HELLO))
    start = data.rindex(b"xref\n0")
    looped = data.replace(b"/Root 1 0 R/Size", b"/Prev %d/Root 1 0 R/Size" % start)
    assert read(looped).text == "hello"


def test_no_catalog() -> None:
    with pytest.raises(Refused):
        read(objects({1: b"<</Type/Nothing>>"}))
