"""Cues are joined to the sentences that they cut up, and each keeps its time."""

from __future__ import annotations

import pytest

from index.formats import subtitles
from index.formats.extracted import Refused
from index.formats.subtitles import extract
from index.sentences import sentences
from tests.index.formats.placed import pieces, place

SRT = """1
00:00:01,000 --> 00:00:03,000
The ministers met
in <i>Busan</i> on Sunday

2
00:00:03,200 --> 00:00:05,500
{\\an8}to speak of trade.

3
00:00:20,000 --> 00:00:22,000
The answer is
42
"""
VTT = """WEBVTT - a talk

STYLE
::cue { color: red }

intro
00:01.000 --> 00:04.000 align:start
<v Roger Bingham>We are in New York City &amp; <00:00:02.500>elsewhere

00:04.000 --> 00:06.000
<v Roger Bingham>and it is late.

NOTE nobody says this
00:04.000 --> 00:06.000
or this

STYLE
nor --> this

chapter two
01:00:06.000 --> 01:00:08.000
<v Neil>So it is.
"""


def test_cues_of_one_sentence_are_one_and_a_pause_begins_a_paragraph() -> None:
    read = extract(SRT.encode(), None)
    assert read.text == (
        "The ministers met in Busan on Sunday to speak of trade.\n\nThe answer is 42"
    )
    assert place(read, "Busan") == (1000, 3000, "")
    assert place(read, "Sunday to speak") == (1000, 5500, "")
    assert place(read, "42") == (20000, 22000, "")
    assert pieces(read) == [read.text]
    assert read.places is not None
    assert read.places.kind == "time"


def test_notes_styles_and_names_of_cues_are_not_said() -> None:
    read = extract(VTT.encode(), None)
    assert read.text == (
        "Roger Bingham: We are in New York City & elsewhere and it is late.\n\nNeil: So it is."
    )
    assert place(read, "So it is") == (3_606_000, 3_608_000, "")


def test_lines_that_roll_up_are_said_once() -> None:
    cues = [("so we went", ""), ("so we went", "to the port"), ("to the port", "and home")]
    text = "WEBVTT\n\n" + "\n\n".join(
        f"00:{i:02}.000 --> 00:{i + 1:02}.000\n{one}\n{two}" for i, (one, two) in enumerate(cues)
    )
    assert extract(text.encode(), None).text == "so we went to the port and home"
    again = "1\n00:00:01,000 --> 00:00:02,000\nNo.\n\n2\n00:00:09,000 --> 00:00:10,000\nNo.\n"
    assert extract(again.encode(), None).text == "No.\n\nNo."


def test_korean_has_spaces_between_cues_and_chinese_none() -> None:
    cue = "1\n00:00:01,000 --> 00:00:02,000\n{}\n\n2\n00:00:02,000 --> 00:00:03,000\n{}\n"
    assert (
        extract(cue.format("장관들은", "부산에서 만났다.").encode("cp949"), None).text
        == "장관들은 부산에서 만났다."
    )
    chinese = cue.format("三国外长在\n釜山", "举行会议。")
    assert extract(chinese.encode(), None).text == "三国外长在釜山举行会议。"


def cues(*said: str, gap: int = 0) -> bytes:
    return "\n".join(
        f"{i}\n00:00:{i * 2:02},{gap:03} --> 00:00:{i * 2 + 2:02},000\n{words}\n"
        for i, words in enumerate(said)
    ).encode()


def sentences_of(data: bytes) -> list[str]:
    text = extract(data, None).text
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "said",
    [
        ("먼저 전원을 끄고 삼십 분 기다립니다", "배수 밸브는 왼쪽 아래에 있습니다", "자 됐지요?"),
        ("先拔掉電源再關上水龍頭", "過濾網在機器的右下角", "用牙刷蘸醋輕輕刷乾淨", "懂了嗎？"),
        (
            "先拔掉电源再关上水龙头然后等上足足半个小时左右",
            "过滤网在机器右下角的小门里面用手就可以打开它",
        ),
        ("まず電源を切って十分待ちます", "フィルターは右下にあります", "水で洗って干してください"),
        ("The valve is on the left", "Turn it slowly until the water comes", "Now wait"),
    ],
)
def test_where_no_cue_ends_in_a_stop_each_is_a_line(said: tuple[str, ...]) -> None:
    assert sentences_of(cues(*said)) == list(said)
    one = said[1]
    assert place(extract(cues(*said), None), one) == (2000, 4000, "")


def test_what_goes_on_in_small_letters_is_a_line_until_it_is_long_or_a_pause_ends_it() -> None:
    said = [f"and so number {i} of the words goes on" for i in range(5)]
    assert sentences_of(cues(*said)) == [" ".join(said[:3]), " ".join(said[3:])]
    assert sentences_of(cues(*said, gap=600)) == said


def test_a_talk_with_stops_is_joined_though_most_cues_end_in_none() -> None:
    said = ["장관들은", "일요일에", "부산에서", "만나서", "말했다."] * 3
    assert sentences_of(cues(*said)) == [" ".join(said[:5])] * 3


def test_sounds_are_left_out_and_said() -> None:
    said = ["[upbeat\nmusic]", "The ministers\n(음악)", "♪", "♪ met (in Busan) ♪", "（ドアの音）",
            "[Neil] on Sunday", "(from 9 to 12)", "- [door] [bell]", "and left."]  # fmt: skip
    read = extract(cues(*said), None)
    assert read.text == (
        "The ministers met (in Busan)\n\n[Neil] on Sunday\n\n(from 9 to 12)\n\nand left."
    ).replace("\n\n", " ")
    assert read.left_out == ("sounds that are not speech: [upbeat music], (음악), ♪ and 2 more",)
    assert place(read, "Busan") == (6000, 8000, "")
    voices = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Neil>[laughs]\n\n" + (
        "00:02.000 --> 00:04.000\n<v Neil>So it is."
    )
    read = extract(voices.encode(), None)
    assert read.text == "Neil: So it is."
    assert place(read, "Neil: So") == (2000, 4000, "")


def test_speakers_and_long_talk_begin_paragraphs() -> None:
    cue = "{0}\n00:00:{0:02},000 --> 00:00:{1:02},000\n{2}\n\n"
    said = [
        "- Who met?",
        "- The ministers.",
        *(f"{i} words of one talk " * 8 + "end." for i in range(6)),
    ]
    text = "".join(cue.format(i, i + 1, words) for i, words in enumerate(said))
    paragraphs = extract(text.encode(), None).text.split("\n\n")
    assert paragraphs[0] == "- Who met?"
    assert [paragraph[-4:] for paragraph in paragraphs] == ["met?", "end.", "end."]


def test_what_holds_no_cue_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for text in (
        "",
        "no cues at all",
        "WEBVTT\n\nNOTE only\n",
        "1\n00:00:01,000 --> 00:00:02,000\n",
    ):
        with pytest.raises(Refused) as refused:
            extract(text.encode(), None)
        assert refused.value.reason == "empty"
    monkeypatch.setattr(subtitles, "_MAX_BYTES", 100)
    with pytest.raises(Refused) as refused:
        extract(SRT.encode(), None)
    assert refused.value.reason == "too_costly"


def test_what_nobody_can_read_at_once_is_left_out_and_said() -> None:
    read = extract((SRT + "x" * 2000 + "\n" + "more\n" * 30).encode(), None)
    assert read.text.count("more") == 17
    assert "xx" not in read.text
    (said,) = read.left_out
    assert said.startswith("lines that are too long, too many for a cue or at no time: 14, 32, ")


def test_what_is_said_at_no_time_is_left_out_and_said() -> None:
    cue = "{0} --> {1}\nNever said.\n\n"
    for first, last in ((":00:01", "00:02.000"), ("999:00:01.000", "999:00:02.000"), ("", "x")):
        for head in ("", "WEBVTT\n\n"):
            text = head + "00:01.000 --> 00:03.5\nSaid.\n\n" + cue.format(first, last)
            read = extract(text.encode(), None)
            assert read.text == "Said."
            assert place(read, "Said.") == (1000, 3500, "")
            assert len(read.left_out) == 1
