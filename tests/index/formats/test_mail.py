"""A message is an article; its places are lines of the file where its text stands there."""

from __future__ import annotations

from datetime import date as Date
from email.message import EmailMessage

import pytest

from index.formats.extracted import Extracted, Refused
from index.formats.mail import extract
from tests.index.formats.placed import pieces, place

PLAIN = b"""Return-Path: <x@example.org>
From: Kim <kim@example.org>
To: all@example.org
Subject: The meeting
  in Busan
Date: Sun, 26 Nov 2023 23:30:00 +0900

The ministers met.

> Where do they meet?
In Busan.
"""


def message(text: str, subject: str = "Subject", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "kim@example.org"
    made["Subject"] = subject
    for name, value in headers.items():
        made[name] = value
    made.set_content(text)
    return made


def read_of(made: EmailMessage) -> Extracted:
    return extract(made.as_bytes(), None)


def test_a_plain_message_is_headers_and_text_with_the_files_own_lines() -> None:
    read = extract(PLAIN, None)
    assert read.text == (
        "From: Kim <kim@example.org>\nTo: all@example.org\n"
        "Date: Sun, 26 Nov 2023 23:30:00 +0900\nSubject: The meeting in Busan\n\n"
        "The ministers met.\n\n> Where do they meet?\nIn Busan.\n"
    )
    assert (read.title, read.date) == ("The meeting in Busan", Date(2023, 11, 26))
    assert len(pieces(read)) == 1
    assert read.places is not None
    assert read.places.kind == "lines"
    source = PLAIN.decode().splitlines()
    for words in ("kim@example.org", "The ministers met.", "> Where", "In Busan.", "all@"):
        first, last, _ = place(read, words)
        assert first == last
        assert words in source[first - 1]
    assert place(read, "meeting in Busan") == (4, 5, "")


def test_an_encoded_text_is_placed_by_its_message() -> None:
    for transfer in ("base64", "quoted-printable"):
        made = message("x")
        made.set_content("장관들은 부산에서 만났다.\n", charset="euc-kr", cte=transfer)
        read = read_of(made)
        assert "장관들은 부산에서 만났다." in read.text
        assert place(read, "부산에서") == (1, 1, "Subject")
        assert read.places is not None
        assert read.places.kind == "message"


def test_encoded_headers_are_read() -> None:
    read = read_of(message("Text.", "부산 회의 =x", To="김 <kim@example.org>"))
    assert read.title == "부산 회의 =x"
    raw = "Subject: 釜山會議\n\nx\n".encode()
    assert extract(raw, None).title == "釜山會議"
    assert extract(b"Subject: =?nonsense?q?caf=E9?=\n\nx\n", None).title == "café"


def test_a_mailbox_holds_a_piece_a_message() -> None:
    box = b"".join(
        b"From kim Sun Nov 26 23:30:00 2023\nSubject: %d\nDate: Mon, %d Jan 2024 00:00:00 +0000\n\n"
        b"Number %d.\n\nFrom here on it is text.\n\n" % (i, i, i)
        for i in (1, 2, 3)
    )
    read = extract(box, None)
    assert [(piece.title, piece.date) for piece in read.pieces] == [
        (f"{i}", Date(2024, 1, i)) for i in (1, 2, 3)
    ]
    assert all("From here on" in text for text in pieces(read))
    assert read.title is None
    first, last, _ = place(read, "Number 3.")
    assert first == last
    assert box.splitlines()[first - 1] == b"Number 3."


def test_attachments_are_left_out_and_said() -> None:
    made = message("See the file.")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="보고서.pdf")
    made.add_attachment("secret,1\n", filename="a\u202eb.csv")
    read = read_of(made)
    assert "secret" not in read.text
    assert read.left_out == ("2 attachments: 보고서.pdf, a\\u202eb.csv",)


def test_of_two_forms_of_a_text_the_plain_one_is_read() -> None:
    made = message("The plain form.")
    made.add_alternative("<p>The other form.</p>", subtype="html")
    assert "other form" not in read_of(made).text
    assert "The plain form." in read_of(made).text


SHOP = "<p>Your order 88123 left our warehouse and will arrive on 10 December.</p>"
NEWSLETTER = (
    "안녕하세요. 이 메일은 HTML 형식이므로 사용하시는 프로그램에서 제대로 보이지 않습니다. "
    "인터넷에서 보시려면 다음 주소를 여십시오: https://news.example/r?u=1 감사합니다."
)


@pytest.mark.parametrize(
    ("plain", "page", "words"),
    [
        ("See the HTML version.", SHOP, "10 December"),
        ("Your order 88123", SHOP, "10 December"),
        ("https://shop.example/" + "x" * 300, SHOP, "10 December"),
        (NEWSLETTER, "<p>부산항의 물동량은 지난해보다 늘었다.</p>" * 4, "물동량"),
        (
            "请查看网页版。",
            "<p>您的订单已于十二月六日发货，预计十日送达，请注意查收。</p>",
            "十日送达",
        ),
    ],
)
@pytest.mark.parametrize("has_pictures", [True, False])
def test_the_form_in_html_is_read_where_the_plain_one_is_a_note(
    plain: str, page: str, words: str, has_pictures: bool
) -> None:
    made = message(plain)
    made.add_alternative(f"<html><body>{page}</body></html>", subtype="html")
    if has_pictures:
        part = list(made.iter_parts())[1]
        assert isinstance(part, EmailMessage)
        part.add_related(b"GIF", maintype="image", subtype="gif", disposition="inline")
    read = read_of(made)
    assert words in read.text
    assert len(pieces(read)) == 1
    assert (plain in read.text) == (plain in page)


def test_nothing_of_a_page_is_taken_for_its_frame() -> None:
    made = EmailMessage()
    sentence = "The ministers of the three countries met in the harbour and spoke of trade. "
    page = f"<nav>Order 88123</nav><article><p>{sentence * 5}</p></article><footer>Paid</footer>"
    made.set_content(page, subtype="html")
    read = read_of(made)
    assert "Order 88123" in read.text
    assert "Paid" in read.text
    assert read.left_out == ()


def test_a_form_that_is_not_read_is_said_only_where_it_holds_something_else() -> None:
    def left_out(plain: str, page: str) -> tuple[str, ...]:
        made = message(plain)
        made.add_alternative(page, subtype="html")
        return read_of(made).left_out

    said = "Your order 88123 left our warehouse and will arrive on 10 December."
    assert left_out(said, SHOP) == ()
    assert left_out(said, f"{SHOP}<p style='display:none'>{'hidden words ' * 99}</p>") == ()
    assert left_out("Your order 88123", SHOP) == ()
    assert left_out("See the picture.", "<img src=x>") == ()
    assert left_out("See the HTML version.", SHOP) == (
        "a plain form of a text, which says something else than the one in HTML",
    )
    assert left_out(said, "<p>Shoes, hats and coats at half their price, only today!</p>") == (
        "a form of a text in HTML, which says more or else than the plain one",
    )


def test_a_message_in_html_alone_is_read_as_html() -> None:
    pytest.importorskip("index.formats.html")
    made = EmailMessage()
    made["Subject"] = "News"
    made.set_content("<html><body><p>The ministers met in Busan.</p></body></html>", subtype="html")
    read = read_of(made)
    assert "The ministers met in Busan." in read.text
    assert "<p>" not in read.text
    assert place(read, "Busan") == (1, 1, "News")


def test_a_forwarded_message_is_read_with_the_one_around_it() -> None:
    made = message("See below.")
    made.add_attachment(message("The inner text.", "Inner"), disposition="inline")
    read = read_of(made)
    assert "See below." in read.text
    assert "The inner text." in read.text


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_parts_are_found_at_their_lines(newline: bytes) -> None:
    made = message("First part.\nSecond line.\n")
    made.add_attachment("Another part.\n", disposition="inline")
    data = made.as_bytes().replace(b"\n", newline)
    read = extract(data, None)
    for words in ("First part.", "Second line.", "Another part."):
        first, last, _ = place(read, words)
        assert first == last
        assert data.decode().splitlines()[first - 1] == words


def test_the_same_words_in_two_parts_stand_at_their_own_lines() -> None:
    made = message("Said twice.\n")
    made.add_attachment("Said twice.\n", disposition="inline")
    data = made.as_bytes()
    read = extract(data, None)
    assert read.places is not None
    source = data.decode().splitlines()
    assert [first for first in read.places.firsts if source[first - 1] == "Said twice."] == [
        i for i, line in enumerate(source, 1) if line == "Said twice."
    ]


def test_a_wrong_or_unknown_charset_is_not_believed() -> None:
    for charset in (b"us-ascii", b"no-such-thing", b"utf-8", b"base64", b"idna", b"\x00"):
        data = b"Content-Type: text/plain; charset=%b\n\n" % charset + (
            "부산에서 만났다. " * 9
        ).encode("cp949")
        assert "부산에서 만났다." in extract(data, None).text, charset


def test_deep_and_many_parts_are_bounded() -> None:
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (i, i) for i in range(1100)
    )
    with pytest.raises(Refused):
        extract(deep + b"\ntext\n", None)
    part = b"--x\n\ntext\n"
    many = b'Content-Type: multipart/mixed; boundary="x"\n\n' + part * 1500
    read = extract(many, None)
    assert read.text.count("text") == 999
    assert read.left_out == ("what lies beyond 1,000 parts or 10 in each other",)


def test_what_holds_no_message_is_refused() -> None:
    for data, reason in ((b"", "empty"), (b"From nobody\n", "damaged"), (b"\n\n", "empty")):
        with pytest.raises(Refused) as refused:
            extract(data, None)
        assert refused.value.reason == reason
