"""What the documents say of a message: quotes are true, and little is said wrongly."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from time import perf_counter

import pytest

from bot.checked import MOST_STATEMENTS, Verdict, check
from index.retrieve import Retriever
from index.schema import Kind, Retrieval
from index.sources import SourceText
from tests.corpora import Corpus, Piece

FILES: dict[str, list[Piece | str]] = {
    "talks.txt": [
        Piece("Ministers meet in Busan, sources say", Kind.HEADING),
        "The foreign ministers of South Korea, China and Japan met in the port city of Busan on "
        "November 26, 2023. They agreed to increase cooperation in six areas, including trade and "
        "health. The last summit of the three leaders took place in Chengdu in 2019.",
        "Deputy Minister Chung Byung-won chaired the working group on Tuesday. More than 200 "
        "people attended the opening ceremony in the city hall.",
    ],
    "factory.txt": [
        "Acme Motors sold 3.52 million cars last year, 12 percent more than the year before. Its "
        "chief executive, Maria Lopez, praised the workers of the Leipzig factory.",
    ],
    "chief_2019.txt": [
        Piece("Anna Lind is the chief executive of Borealis Shipping.", date=Date(2019, 3, 1)),
    ],
    "chief_2023.txt": [
        Piece("Peter Holm is the chief executive of Borealis Shipping.", date=Date(2023, 3, 1)),
    ],
    "ko.txt": [
        "세 나라 외교장관은 2023년 11월 26일 부산에서 만나 협력 방안을 논의했다. "
        "국토교통부는 신규 주택 35만 가구를 공급하기로 결정했다.",
        "박진 장관은 회담에서 공급망 협력의 중요성을 강조했다.",
    ],
    "zh.txt": [
        "三国领导人已有四年未举行峰会,但此次会谈为重启合作关系提供了契机。"
        "詹姆斯·赫顿通常被视为第一位现代地质学家。甘地经常会向广大听众引用雪莱的诗，他的业务主管也会。",
    ],
    "ja.txt": [
        "三カ国の外相は2023年11月26日に釜山で会談し、協力の再開で合意した。"
        "トヨタはマレーシアの工場で新型車を三万台生産した。",
    ],
}


class Checker:
    """What `check` asks, over a corpus in memory; `texts` are the documents as they are now."""

    def __init__(self, folder: Path) -> None:
        self.corpus = Corpus(folder, FILES)
        self.texts = dict(self.corpus.texts)
        self.changed: set[str] = set()
        self._retriever = Retriever(self.corpus)
        self.asked: list[str] = []

    def retrieve(self, question: str, k: int = 10) -> Retrieval:
        self.asked.append(question)
        return self._retriever.retrieve(question, k=k)

    def sources(self) -> Checker:
        return self

    def read(self, file: str) -> SourceText:
        state = "changed" if file in self.changed else "same"
        return SourceText(self.texts[file], state, None)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Checker:
    return Checker(tmp_path_factory.mktemp("checked"))


@pytest.fixture
def checker(indexed: Checker) -> Checker:
    indexed.texts = dict(indexed.corpus.texts)
    indexed.changed.clear()
    indexed.asked.clear()
    return indexed


def one(text: str, checker: Checker) -> Verdict:
    (verdict,) = check(text, checker)
    cited = verdict.citation
    assert (cited is None) == (verdict.kind == "not_found")
    if cited is not None:
        assert checker.texts[cited.file][cited.start : cited.end] == cited.quote
    return verdict


SUPPORTED = [
    "The foreign ministers of South Korea, China and Japan met in the port city of Busan on "
    "November 26, 2023.",
    "the last summit of the three leaders took place in Chengdu in 2019",
    "The foreign ministers of South Korea, China and Japan met in Busan in November 2023.",
    "More than 200 people attended the opening ceremony.",
    "Acme Motors sold 3.52 million cars last year.",
    "국토교통부는 신규 주택 35만 가구를 공급하기로 결정했다.",
    "国家领导人。三国领导人已有四年未举行峰会。",
    "詹姆斯·赫顿通常被视为第一位现代地质学家。",
    "トヨタはマレーシアの工場で新型車を三万台生産した。",
]


@pytest.mark.parametrize("text", SUPPORTED)
def test_what_the_documents_say_is_supported(checker: Checker, text: str) -> None:
    verdict = check(text, checker)[-1]
    assert verdict.kind == "supported"
    assert verdict.citation is not None
    assert verdict.detail == ""


CONTRADICTED = [
    # numbers
    ("They agreed to increase cooperation in five areas.", "five ≠ six"),
    ("More than 300 people attended the opening ceremony in the city hall.", "300 ≠ 200"),
    ("Acme Motors sold 4.1 million cars last year.", "4.1 million ≠ 3.52 million"),
    ("Acme Motors sold 3.52 million cars last year, 15 percent more than the year before.",
     "15 percent ≠ 12 percent"),
    ("국토교통부는 신규 주택 50만 가구를 공급하기로 결정했다.", "50만 ≠ 35만"),
    ("三国领导人已有五年未举行峰会。", "五年 ≠ 四年"),
    ("トヨタはマレーシアの工場で新型車を五万台生産した。", "五万台 ≠ 三万台"),
    # dates
    ("The last summit of the three leaders took place in Chengdu in 2017.", "2017 ≠ 2019"),
    ("The foreign ministers of South Korea, China and Japan met in Busan on October 26, 2023.",
     "October 26, 2023 ≠ November 26, 2023"),
    ("Chung Byung-won chaired the working group on Friday.", "Friday ≠ Tuesday"),
    ("세 나라 외교장관은 2022년 11월 26일 부산에서 만나 협력 방안을 논의했다.",
     "2022년 11월 26일 ≠ 2023년 11월 26일"),
    ("三カ国の外相は2023年12月26日に釜山で会談し、協力の再開で合意した。",
     "2023年12月26日 ≠ 2023年11月26日"),
    ("三国领导人已有三年未举行峰会。", "三年 ≠ 四年"),  # although a three stands there too
    # names
    ("The last summit of the three leaders took place in Osaka in 2019.", "Osaka ≠ Chengdu"),
    ("Its chief executive, Anna Weber, praised the workers of the Leipzig factory.",
     "Anna Weber ≠ Maria Lopez"),
    ("세 나라 외교장관은 2023년 11월 26일 서울에서 만나 협력 방안을 논의했다.", "서울 ≠ 부산"),
    ("查尔斯·达尔文通常被视为第一位现代地质学家。", "查尔斯 达尔文 ≠ 詹姆斯 赫顿"),
    ("トヨタはベトナムの工場で新型車を三万台生産した。", "ベトナム ≠ マレーシア"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), CONTRADICTED)
def test_another_number_date_or_name_in_the_same_place_contradicts(
    checker: Checker, text: str, told: str
) -> None:
    verdict = one(text, checker)
    assert (verdict.kind, verdict.detail) == ("contradicted", told)


NOT_FOUND = [
    "Penguins live in Antarctica and eat fish.",
    "The foreign ministers of France and Spain met in Madrid on March 3, 2021.",  # of others
    "The president of Peru opened the new railway station.",
    "The ministers will not increase cooperation in six areas.",
    "A summit took place in Osaka.",  # too little of it matches
    "Acme Motors sold 3.5 million cars last year.",  # the same, rounded: no contradiction
    "About 210 people attended the opening ceremony in the city hall.",  # may be both
    "Acme Motors fired 3.52 million workers and sold no cars.",
    "세종대왕은 한글을 만들었다고 전해진다.",
    "第一位现代物理学家出生在德国的乌尔姆。",
    "クジラは海に住む大きな哺乳類である。",
    "三国领导人已有四年未参加奥运会。",
    "业主经常会向广大听众引用雪莱的诗。",
    "200 people attended the opening ceremony.",  # it says more than that
    "The chief executive, Maria Lopez, scolded the workers of the Leipzig factory.",
    "Chief Minister Chung Byung-won chaired the working group on Tuesday.",
    "I doubt that Acme Motors sold 3.52 million cars last year.",
    "If Acme Motors sold 3.52 million cars last year, the workers of the factory were praised.",
    "국토교통부는 신규 주택 35만 가구를 공급하지 않기로 결정했다.",
    "교육부는 신규 주택 35만 가구를 공급하기로 결정했다.",
    "Peter Holm is not the chief executive of Borealis Shipping.",
    "Maria Berg is the former chief executive of Borealis Shipping.",
    'Peter said: "Anna Weber is the chief executive of Borealis Shipping."',
]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_all_else_is_not_found(checker: Checker, text: str) -> None:
    assert one(text, checker) == Verdict(text, "not_found")


def test_what_was_true_once_is_supported_and_what_never_was_meets_the_latest(
    checker: Checker,
) -> None:
    for name, date in (("Anna Lind", Date(2019, 3, 1)), ("Peter Holm", Date(2023, 3, 1))):
        verdict = one(f"{name} is the chief executive of Borealis Shipping.", checker)
        assert verdict.kind == "supported"
        assert verdict.citation is not None
        assert verdict.citation.date == date
    verdict = one("Maria Berg is the chief executive of Borealis Shipping.", checker)
    assert (verdict.kind, verdict.detail) == ("contradicted", "Maria Berg ≠ Peter Holm")


def test_a_headline_supports_nothing_and_is_not_cited(checker: Checker) -> None:
    verdict = one("Ministers meet in Busan, sources say.", checker)
    assert verdict.kind == "not_found"


def test_only_what_stands_in_the_document_now_is_cited(checker: Checker) -> None:
    text = "Its chief executive, Maria Lopez, praised the workers of the Leipzig factory."
    assert one(text, checker).kind == "supported"
    checker.changed.add("factory.txt")
    checker.texts["factory.txt"] = "Now first this. " + checker.texts["factory.txt"]
    assert one(text, checker).kind == "supported"  # found again, where it is now
    checker.texts["factory.txt"] = "Its chief executive praised nobody."
    assert one(text, checker).kind == "not_found"
    assert one(text.replace("Maria Lopez", "Anna Weber"), checker).kind == "not_found"


def test_each_sentence_has_its_verdict_and_citations_are_counted(checker: Checker) -> None:
    verdicts = check(
        "Hi! They agreed to increase cooperation in five areas. Really?\n> They agreed to it.\n"
        "**Deputy Minister Chung Byung-won** chaired the working group on Tuesday.[1]\nlol\n"
        "Penguins live in Antarctica.",
        checker,
    )
    assert [each.kind for each in verdicts] == ["contradicted", "supported", "not_found"]
    assert [each.citation.n for each in verdicts if each.citation] == [1, 2]


def test_at_most_ten_sentences_are_checked(checker: Checker) -> None:
    text = "\n".join(f"The harbour number {n} has ships." for n in range(50))
    assert len(check(text, checker)) == len(checker.asked) == MOST_STATEMENTS == 10


@pytest.mark.parametrize(
    "text",
    ["", " ", "Hi", "hello everyone!", "thanks!", "Thank you so much", "?", "Is it true?", "lol",
     "Where did they meet?", "what is the population of Busan", "ok.", "👍", "https://a.b/c",
     "> They met in Busan in 2019.", "```\nThey met in Busan in 2019.\n```", "<@123> <:a:1>",
     "안녕하세요!", "감사합니다.", "부산에서 만났나요?", "어디에서 만났습니까", "谢谢！", "你好",
     "是这样吗", "他们在哪里见面？", "ありがとうございます。", "どこで会談しましたか。",
     "~~They met in Busan in 2019.~~", "@everyone", "1.", "***", "\ud800", "\x00\x01"],
)  # fmt: skip
def test_what_states_nothing_is_not_checked(checker: Checker, text: str) -> None:
    assert check(text, checker) == ()
    assert checker.asked == []


@pytest.mark.parametrize(
    "text",
    ["*" * 100_000, "`" * 100_000, "[" * 100_000, "<" * 100_000, "a " * 50_000, "1" * 100_000,
     "~~a" * 40_000, "> " * 50_000, "\\*" * 50_000, "国" * 100_000, "Busan 2019 " * 10_000,
     "```" + "a" * 100_000, "_a" * 50_000, "-# " * 40_000, "[1]" * 40_000, "² " * 40_000],
)  # fmt: skip
def test_no_message_takes_long(checker: Checker, text: str) -> None:
    check(text, checker)
    begun = perf_counter()
    check(text, checker)
    assert perf_counter() - begun < 3.0
