"""Encodings are told right for short and long texts of each language, and wrong ones are said."""

from __future__ import annotations

import random
import zlib
from contextlib import suppress
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.encodings import BinaryData, UnknownEncoding, decode

SEEDS = Path(__file__).parents[2] / "seeds"

KOREAN = (
    "부산항의 오래된 등대",
    "시청은 월요일에 새 도서관을 열었다. 책은 약 12만 권이고, 밤 열 시까지 누구나 들어갈 수 있다.",
    '강물이 불어나자 마을 사람들은 언덕 위의 학교로 몸을 피했다. 촌장은 "지난 삼십 년 동안 '
    '이런 비는 처음"이라고 말했다. 구조대는 이튿날 새벽에야 다리를 건널 수 있었고, '
    "다친 사람은 없었다고 전했다. "
    "정부는 다음 주까지 피해를 조사해 집을 잃은 가구에 보조금을 주기로 했다.",
)
CHINESE = (
    "市图书馆星期一开放",
    "新桥长两公里，去年春天动工，预计明年六月通车。工程师说，桥面可以承受七级地震。",
    "河水上涨以后，村民都搬到山坡上的学校里。村长说：“三十年来没有下过这样大的雨。”救援队第二天早上才过了桥，"
    "据说没有人受伤。政府决定在下星期以前调查损失，并给失去房屋的家庭发放补助。孩子们在教室里上课，老人们则在"
    "操场上做饭。",
)
TRADITIONAL = (
    "市立圖書館開放了",
    "新橋長兩公里，去年春天動工，預計明年六月通車。工程師說，橋面可以承受七級地震。",
    "河水上漲以後，村民都搬到山坡上的學校裡。村長說：「三十年來沒有下過這樣大的雨。」救援隊第二天早上才過了橋，"
    "據說沒有人受傷。政府決定在下星期以前調查損失，並給失去房屋的家庭發放補助。",
)
JAPANESE = (
    "港の古い灯台",
    "市は月曜日に新しい図書館を開いた。本は約12万冊で、夜十時まで誰でも入ることができる。",
    "川の水かさが増すと、村の人々は丘の上の学校に逃れた。村長は「この三十年でこれほどの雨は初めてだ」と話した。"
    "救助隊が橋を渡れたのは翌朝になってからで、けが人はいなかったという。政府は来週までに被害を調べ、家を失った"
    "世帯に補助金を出すことにした。",
)
LATIN = (
    "Le café fermé",
    "Der Fluß trat über die Ufer, und die Schüler gingen früher nach Hause.",
    "À la fin de l’été, la rivière déborda et les élèves durent quitter l’école. « Nous n’avons "
    "jamais vu ça », dit le maire, âgé de 70 ans. El año pasado la señora Núñez vivió allí.",
)
CASES = [
    *((text, "cp949") for text in KOREAN),
    *((text, "gb18030") for text in CHINESE + TRADITIONAL),
    *((text, "big5") for text in TRADITIONAL),
    *((text, "cp932") for text in JAPANESE),
    *((text, "euc_jp") for text in JAPANESE),
    *((text, "cp1252") for text in LATIN),
]
EVERY = KOREAN + CHINESE + TRADITIONAL + JAPANESE + LATIN


@pytest.mark.parametrize(("text", "encoding"), CASES)
@pytest.mark.parametrize("copies", [1, 400], ids=["once", "long"])
def test_old_encodings_are_told_by_what_they_say(text: str, encoding: str, copies: int) -> None:
    decoded = decode((text + "\r\n").encode(encoding) * copies)
    assert (decoded.text, decoded.encoding) == ((text + "\r\n") * copies, encoding)
    assert decoded.replaced == 0


@pytest.mark.parametrize("text", EVERY)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "utf-16-be", "utf-32-le"])
def test_a_byte_order_mark_decides_and_is_a_character_of_the_text(text: str, encoding: str) -> None:
    decoded = decode(("\ufeff" + text).encode(encoding))
    assert (decoded.text, decoded.encoding) == ("\ufeff" + text, encoding)


@pytest.mark.parametrize("text", EVERY)
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_without_a_mark(text: str, encoding: str) -> None:
    decoded = decode((text + "\n").encode(encoding))
    assert (decoded.text, decoded.encoding) == (text + "\n", encoding)


@pytest.mark.parametrize("text", [KOREAN[2], CHINESE[2], JAPANESE[2]])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_told_without_nuls_or_controls(text: str, encoding: str) -> None:
    wide = "".join(ch for ch in text if min(ch.encode(encoding)) >= 0x20)
    assert len(wide) > 40
    assert decode(wide.encode(encoding)).text == wide


@pytest.mark.parametrize(
    ("name", "lines", "encoding"),
    [
        ("003_7dd759d3260042dc.txt", slice(6, 7), "gb18030"),
        ("000_8d866baa6915a99d.txt", slice(12, 13), "cp949"),
        ("000_8d866baa6915a99d.txt", slice(45, 46), "cp949"),
    ],
)
def test_lines_of_the_seeds_are_told(name: str, lines: slice, encoding: str) -> None:
    text = "".join((SEEDS / name).read_text("utf-8").splitlines(keepends=True)[lines])
    assert decode(text.encode(encoding)).text == text


@given(st.text())
def test_utf_8_is_never_taken_for_anything_else(text: str) -> None:
    controls = sum(ch < " " and ch not in "\t\n\v\f\r\x1b\x1c\x1d\x1e" for ch in text)
    data = text.encode("utf-8", "ignore")
    if data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")) or controls or "\x7f" in text:
        return
    decoded = decode(data)
    assert (decoded.encoding, decoded.replaced) == ("utf-8", 0)
    assert decoded.text.encode("utf-8") == data


@pytest.mark.parametrize("text", [KOREAN[2], CHINESE[2], JAPANESE[2], LATIN[2]])
def test_wrong_bytes_are_replaced_and_counted(text: str) -> None:
    data = text.encode()
    broken = data[:60] + b"\xff" + data[60:] + b"\xfe"
    decoded = decode(broken)
    assert decoded.encoding == "utf-8"
    assert decoded.replaced == decoded.text.count("\ufffd") >= 2
    assert decoded.text.endswith(text[-20:] + "\ufffd")


def test_replacement_characters_of_the_file_itself_are_not_counted() -> None:
    data = "a \ufffd stands here and é there".encode()
    assert decode(data).replaced == 0
    assert decode(data + b"\xff" + "é".encode() * 9).replaced == 1


def test_a_cut_utf_16_file_loses_only_its_last_character() -> None:
    decoded = decode("\ufeffplain".encode("utf-16-le") + b"x")
    assert (decoded.text, decoded.replaced) == ("\ufeffplain\ufffd", 1)


@given(st.binary(max_size=300))
def test_any_bytes_are_text_or_refused(data: bytes) -> None:
    try:
        decoded = decode(data)
    except (BinaryData, UnknownEncoding):
        return
    decoded.text.encode()  # no lone surrogate
    assert decode(data, decoded.encoding) == decoded


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "gb18030", "cp932", "utf-16-le", "latin-1"])
@given(data=st.binary(max_size=100))
def test_a_known_encoding_is_kept_to(encoding: str, data: bytes) -> None:
    assert decode(data, encoding).encoding == encoding


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01" + bytes(200),
        b"\0" * 64,
        b"\x89PNG\r\n\x1a\n" + random.Random(1).randbytes(5000),
        zlib.compress(" ".join(EVERY).encode()),
        random.Random(2).randbytes(200_000),
    ],
    ids=["program", "zeros", "picture", "compressed", "noise"],
)
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises((BinaryData, UnknownEncoding)):
        decode(data)


@pytest.mark.parametrize(
    "data",
    [b"a" * (4 << 20) + b"\xe9", (b"a" * 999 + b"\n") * 4000 + b"caf\xe9", b"\xe9" * (4 << 20)],
)
def test_large_files_take_no_longer_than_reading_them_twice(data: bytes) -> None:
    start = process_time()
    with suppress(UnknownEncoding):
        decode(data)
    assert process_time() - start < 5  # a search that goes back at each byte takes an hour


@pytest.mark.parametrize("encoding", ["koi8-r", "cp1253", "cp1255"])
def test_an_encoding_that_cannot_be_told_is_refused_not_guessed(encoding: str) -> None:
    text = {
        "koi8-r": "Река вышла из берегов, и жители деревни ушли в школу на холме до утра.",
        "cp1253": "Το ποτάμι ξεχείλισε και οι κάτοικοι του χωριού πήγαν στο σχολείο.",
        "cp1255": "הנהר עלה על גדותיו ותושבי הכפר הלכו לבית הספר שעל הגבעה עד הבוקר",
    }[encoding]
    with pytest.raises(UnknownEncoding):
        decode(text.encode(encoding))
