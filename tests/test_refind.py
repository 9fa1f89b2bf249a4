"""Quotes are found again in files of any encoding, and what is a character off is noticed."""

from __future__ import annotations

import ast
import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bot.verify
from bot.answers import Answer, Locator
from bot.cli import main
from index.record import replaced
from tests.refind import NotFoundAgain, refind

ROOT = Path(__file__).parents[1]
QUESTION = "Whom did Park Jin invite to visit Seoul?"


@pytest.fixture
def reply(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> dict[str, Any]:
    capsys.readouterr()
    main(["ask", "--json", "--corpus", str(ROOT / "seeds"), "--store", str(tmp_path), QUESTION])
    value: dict[str, Any] = json.loads(capsys.readouterr().out)
    return value


def _shift(by: int) -> Callable[[dict[str, Any]], None]:
    def shift(reply: dict[str, Any]) -> None:
        reply["citations"][0]["start"] += by
        reply["citations"][0]["end"] += by

    return shift


def _set(key: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(reply: dict[str, Any]) -> None:
        reply["citations"][0][key] = value

    return change


def _first_line(reply: dict[str, Any]) -> None:
    reply["citations"][0]["locator"]["first"] += 1


def _last_line(reply: dict[str, Any]) -> None:
    reply["citations"][0]["locator"]["last"] += 1


def _word(reply: dict[str, Any]) -> None:
    reply["citations"][0]["quote"] = reply["citations"][0]["quote"].replace("Park", "Mark")


def _claim(reply: dict[str, Any]) -> None:
    reply["claims"][0]["text"] += " So it was."


def _claim_on_nothing(reply: dict[str, Any]) -> None:
    reply["claims"][0]["citations"] = [9]


def _quotes_without_claims(reply: dict[str, Any]) -> None:
    reply["claims"] = []


def _answered_without_quotes(reply: dict[str, Any]) -> None:
    reply["claims"] = reply["citations"] = []


def _abstained_with_quotes(reply: dict[str, Any]) -> None:
    reply["status"] = "abstained"


def _numbered_twice(reply: dict[str, Any]) -> None:
    reply["citations"].append(reply["citations"][0])


def test_a_reply_as_it_is(reply: dict[str, Any]) -> None:
    assert "invited Wang" in " ".join(refind(reply, ROOT / "seeds", ["utf-8"]))


@pytest.mark.parametrize(
    "fault",
    [
        _shift(1),
        _shift(-1),
        _shift(-100_000),
        _set("file", "003_7dd759d3260042dc.txt"),
        _set("file", "../README.md"),
        _set("quote", ""),
        _set("end", 100_000),
        _first_line,
        _last_line,
        _word,
        _claim,
        _claim_on_nothing,
        _quotes_without_claims,
        _answered_without_quotes,
        _abstained_with_quotes,
        _numbered_twice,
    ],
)
def test_every_fault_is_noticed(
    reply: dict[str, Any], fault: Callable[[dict[str, Any]], None]
) -> None:
    faulty = copy.deepcopy(reply)
    fault(faulty)
    with pytest.raises(NotFoundAgain):
        refind(faulty, ROOT / "seeds")


def test_nothing_is_shared_with_the_program() -> None:
    tree = ast.parse((ROOT / "tests/refind.py").read_text(encoding="utf-8"))
    names = {
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names == {
        "__future__", "collections.abc", "index.load", "pathlib", "re", "typing",
    }  # fmt: skip


@pytest.mark.parametrize("off", [(1, 1, 0), (0, 0, 1)])
def test_every_answer_given_within_the_suite_is_looked_at(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, off: tuple[int, int, int]
) -> None:
    verify = bot.verify.verify

    def faulty(*given: Any) -> Any:
        reply = verify(*given)
        assert isinstance(reply, Answer)
        first = reply.citations[0]
        lines = Locator(first.locator.first + off[2], first.locator.last + off[2])
        wrong = replaced(first, start=first.start + off[0], end=first.end + off[1], locator=lines)
        return replaced(reply, citations=(wrong, *reply.citations[1:]))

    monkeypatch.setattr("bot.asker.verify", faulty)
    with pytest.raises(NotFoundAgain):
        main(["ask", "--corpus", str(ROOT / "seeds"), "--store", str(tmp_path), QUESTION])


# Reports in one language each, and what is asked of them. `@` is a name and `#` a year, which
# differ from report to report, so that a quote out of the wrong one is seen to be wrong.
REPORTS = {
    "ko": (
        "가온 나래 다솜 라온 마루 바다 사랑 아름 자람 하늘",
        {
            "@ 도서관은 언제 문을 열었나?": "@ 도서관은 #년 봄에 문을 열었다. 책이 많다.",
            "@ 다리는 누가 설계했나?": "강을 건너는 @ 다리는 김서준 기사가 #년에 설계했다. 길다.",
            "@ 시장에서는 무엇을 파나?": "#년부터 @ 시장에서는 생선과 과일을 판다. 늘 붐빈다.",
        },
    ),
    "zh": (
        "东湖 南山 西城 北海 长江 白云 青松 红梅 金桥 玉泉",
        {
            "@图书馆是哪一年开放的？": "@图书馆于#年春天开放。馆内的书超过十万册。",
            "@大桥是谁设计的？": "跨过河流的@大桥由王建国工程师在#年设计。桥长二百米。",
            "@市场卖什么？": "从#年开始，@市场卖鱼和水果。周末客人最多。",
        },
    ),
    "zh-Hant": (
        "東湖 南山 西城 北海 長江 白雲 青松 紅梅 金橋 玉泉",
        {
            "@圖書館是哪一年開放的？": "@圖書館於#年春天開放。館內的書超過十萬冊。",
            "@大橋是誰設計的？": "跨過河流的@大橋由王建國工程師在#年設計。橋長二百公尺。",
            "@市場賣什麼？": "從#年開始，@市場賣魚和水果。週末客人最多。",
        },
    ),
    "ja": (
        "あおば いずみ うみの えのき おおぞら かえで さくら たけのこ つばき ひのき",
        {
            "@図書館はいつ開館しましたか？": "@図書館は#年の春に開館した。本は十万冊を超える。",
            "@大橋は誰が設計しましたか？": "川を渡る@大橋は、田中健一技師が#年に設計した。",
            "@市場では何を売っていますか？": "#年から@市場では魚と果物を売っている。客が多い。",
        },
    ),
    "en": (
        "Alder Birch Cedar Dogwood Elm Fir Ginkgo Hazel Ivy Juniper",
        {
            "When did the @ library open?": "The @ library opened in #. It has “many” books.",
            "Who designed the @ bridge?": "The @ bridge was designed by José Núñez – in #.",
            "What does the @ market sell?": "Since # the @ market sells “fresh” fish, and fruit.",
        },
    ),
}
WRITTEN = [
    ("ko", "euc-kr"),
    ("ko", "cp949"),
    ("zh", "gb18030"),
    ("zh-Hant", "gb18030"),
    ("zh-Hant", "big5"),
    ("ja", "shift_jis"),
    ("ja", "euc_jp"),
    ("en", "cp1252"),
    *((language, encoding) for language in REPORTS for encoding in ("utf-8", "utf-16-le")),
    ("ko", "utf-16-be"),
]


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize(("language", "encoding"), WRITTEN)
def test_quotes_from_documents_in_any_encoding(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    language: str,
    encoding: str,
    newline: str,
) -> None:
    names, reports = REPORTS[language]
    chance = random.Random(f"{language} {encoding}")
    mark = "\ufeff" if encoding.startswith("utf-16") else chance.choice(["", "\ufeff"])
    corpus, batch = tmp_path / "corpus", tmp_path / "questions"
    corpus.mkdir()
    questions = []
    for name in names.split():
        lines = [""] * chance.randrange(4)
        for asked, said in reports.items():
            questions.append(asked.replace("@", name))
            year = str(chance.randrange(1800, 2020))
            lines += [said.replace("@", name).replace("#", year), ""]
        text = newline.join(lines)
        if encoding.startswith("utf"):
            text = mark + text
        (corpus / f"{chance.random()}.txt").write_bytes(text.encode(encoding))
    batch.write_text("\n".join(questions), encoding="utf-8")
    capsys.readouterr()
    place = ["--corpus", str(corpus), "--store", str(tmp_path / "store")]
    main(["ask", "--json", "--batch", str(batch), *place])
    replies = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [reply["question"] for reply in replies] == questions
    quotes = [quote for reply in replies for quote in refind(reply, corpus, [encoding])]
    # How many are answered is for the benchmarks; but it must not be for want of quotes that
    # all of them were found.
    assert len(quotes) >= 10
    assert not "".join(quotes).isascii()
