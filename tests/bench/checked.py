"""How often a message's sentence is falsely called supported or contradicted.

    python -m tests.bench.checked --data FOLDER [--most N] [--show]

Sentences of the development sets' own paragraphs, as they are and with one number, date or name
exchanged for another of the corpus; questions turned into statements by their right answer and by
another's; sentences of other corpora; sentences whose own paragraph is kept from the index. What
is exchanged is told by the sets' gold answers and by patterns of this file, not by the checker's.
`attributionbench_dev`: claims against their references, as readers judged them.
"""

from __future__ import annotations

import re
import sys
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from time import perf_counter

import numpy as np

from bot.checked import check
from bot.factcheck.statements import statements
from index.languages import language_of
from index.schema import Article, Hit, Passage, Retrieval
from index.sentences import sentences
from index.sources import SourceText
from tests.bench.claims import examples_of
from tests.bench.report import Row, parser, report
from tests.bench.sets import Asked, Paragraph, Paragraphs, paragraphs_of, questions_of

OWN = (
    ("en", "xquad_en", ("beir_scifact", "")),
    ("zh", "xquad_zh", ("cmrc2018_dev", "")),
    ("zh-Hant", "drcd_dev", ("nomiracl_dev", "zh.")),
    ("ko", "autorag_ko", ("nomiracl_dev", "ko.")),
    ("ja", "nomiracl_dev/ja.", ("", "")),
)
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w]|[.,]\d)", re.ASCII)
_ITEM = re.compile(r"\W?\d{1,3}[.)\]]$")
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b")
_LATIN_NAME = re.compile(r"(?<![A-Za-z])[A-Z][A-Za-z]{1,14}(?![A-Za-z])")
_WHO = re.compile(r"^who\b|\bwhom\b|誰|谁|哪一?位|哪名|何人")
_WHERE = re.compile(
    r"^where\b|\b(?:what|which) (?:country|city|state|town|river|island)\b"
    r"|哪[里裡兒]|哪一?[个個]?(?:国家|國家|城市|地方|省|州|国|國|市)|何[处處地]",
    re.IGNORECASE,
)
# The words of a question that its answer can stand for.
_ASKED = re.compile(
    r"^(?:who|what|which (?:country|city|state|company|team|player|king))(?= (?:is|was|were|are|has"
    r"|had|did not|\w+ed|led|won|made|wrote|took|became|began|gave|said|built|ran|held) )"
    r"|(?:誰|谁|哪一?位\w{0,2}|何人|哪里|哪裡|哪一?[个個]?(?:国家|國家|城市)|哪一?年|何时|何時|多少)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sentence to be checked; `without` is the paragraph that is kept from the index."""

    kind: str
    text: str
    without: str = ""


class _Texts:
    """The paragraphs' texts by file, as `verify` reads them."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._texts = {each.file: each.text for each in passages}

    def read(self, file: str) -> SourceText:
        return SourceText(self._texts[file], "same", None)


class Shelf:
    """What `check` asks, over an index of paragraphs."""

    def __init__(self, index: Paragraphs, without: str = "") -> None:
        self._index = index
        self._without = without
        self._texts = _Texts(index.every())

    def but(self, without: str) -> Shelf:
        """The same without one paragraph."""
        other = object.__new__(Shelf)
        other._index, other._texts, other._without = self._index, self._texts, without
        return other

    def retrieve(self, question: str, k: int = 10) -> Retrieval:
        found = self._index.retriever.retrieve(question, k=k + bool(self._without))
        if not self._without:
            return found
        hits = tuple(hit for hit in found.hits if hit.passage.file != self._without)
        return Retrieval(found.question, hits[:k], found.weights, found.languages, found.passages)

    def sources(self) -> _Texts:
        return self._texts


class Given:
    """What `check` asks, of passages that are given: the references of a claim."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._passages = [
            Passage(
                str(n), 0, 0, len(text), text, Article(0, len(text), language=language_of(text))
            )
            for n, text in enumerate(texts)
        ]

    def retrieve(self, question: str, k: int = 10) -> Retrieval:
        hits = tuple(Hit(each, n, 1.0) for n, each in enumerate(self._passages, 1))
        return Retrieval(question, hits[:k])

    def sources(self) -> _Texts:
        return _Texts(self._passages)


def stated(paragraph: Paragraph) -> list[str]:
    """The sentences of a paragraph that are checked as they stand."""
    found = []
    for a, b in sentences(paragraph.text):
        text = " ".join(paragraph.text[a:b].split())
        least = 12 if language_of(text) in ("zh", "ja", "ko") else 30
        if least <= len(text) <= 400 and len(statements(text)) == 1:
            found.append(text)
    return found


def samples(
    data: Path, name: str, other: tuple[str, str], most: int
) -> tuple[list[Paragraph], list[Sample]]:
    """The paragraphs of a set and what is asked of them."""
    folder, _, prefix = name.partition("/")
    paragraphs = paragraphs_of(data / folder, prefix)
    asked = [] if prefix else questions_of(data / folder)
    if name == "xquad_zh":  # parallel, so that the English questions tell what is asked for
        english = {each.id: each.question for each in questions_of(data / "xquad_en")}
        kinds = {each.id: _asks(english[each.id]) or _asks(each.question) for each in asked}
    else:
        kinds = {each.id: _asks(each.question) for each in asked}
    rng = Random(zlib.crc32(name.encode()))
    own = [(each, text) for each in paragraphs for text in stated(each)]
    rng.shuffle(own)
    found = [Sample("as is", text) for _, text in own[:most]]
    found += [Sample("left out", text, each.id) for each, text in own[:most]]
    clauses = [(each, part) for each, text in own for part in _clauses(text)]
    found += [Sample("clause", text) for _, text in clauses[:most]]
    found += [Sample("clause, left out", text, each.id) for each, text in clauses[:most]]
    numbers = _by_shape(text for _, text in own)
    found += [
        Sample(f"clause, {made.kind}", made.text)
        for made in _first(most, (_number(text, numbers, rng) for _, text in clauses))
    ]
    found += _first(most, (_number(text, numbers, rng) for _, text in own))
    found += _first(most, (_month(text, rng) for _, text in own))
    if asked:
        found += _first(most, _named(own, asked, kinds, rng))
        found += _stated(asked, kinds, rng, most)
    else:
        names = sorted({name for _, text in own for name in _LATIN_NAME.findall(text)})
        found += _first(most, (_latin_name(text, names, rng) for _, text in own))
    if other[0]:
        away = [text for each in paragraphs_of(data / other[0], other[1]) for text in stated(each)]
        rng.shuffle(away)
        found += [Sample("unrelated", text) for text in away[:most]]
    return paragraphs, found


def _clauses(text: str) -> Iterator[str]:
    """The parts of a sentence that are long enough to state something, where it has several."""
    parts = re.split(r"(?<!\d)[,;:](?!\d)|[，；、：]|\s[(（]|[)）]\s", text)
    for part in parts if len(parts) > 1 else ():
        clause = part.strip(" .。")
        if len(clause.split()) >= 6 or (not clause.isascii() and len(clause) >= 12):
            clause += "." if clause.isascii() else "。"
            if len(statements(clause)) == 1:
                yield clause


def _first(most: int, made: Iterable[Sample | None]) -> list[Sample]:
    found: list[Sample] = []
    for each in made:
        if each is not None:
            found.append(each)
            if len(found) == most:
                break
    return found


def _shape(number: str) -> str:
    if re.fullmatch(r"1\d{3}|20\d\d", number):
        return "year"
    return "decimal" if "." in number else "grouped" if "," in number else f"{len(number)} digits"


def _by_shape(texts: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for number in _NUMBER.findall(text):
            found[_shape(number)].add(number)
    return {shape: sorted(numbers) for shape, numbers in found.items()}


def _number(text: str, numbers: dict[str, list[str]], rng: Random) -> Sample | None:
    # A number that only counts the items of a list states nothing.
    places = [each for each in _NUMBER.finditer(text) if not _ITEM.match(text[: each.end() + 1])]
    if not places:
        return None
    place = rng.choice(places)
    there = set(_NUMBER.findall(text))
    after = text[place.end() :].lstrip()[:1]
    most = 12 if after and after in "月월" else 31 if after and after in "日일号號" else 10**12
    others = [
        each
        for each in numbers[_shape(place[0])]
        if each not in there
        and (most > 31 or (each.isdigit() and 1 <= int(each) <= most))
        and each.lstrip("0") != place[0].lstrip("0")
    ]
    if not others:
        return None
    return Sample("number", text[: place.start()] + rng.choice(others) + text[place.end() :])


def _month(text: str, rng: Random) -> Sample | None:
    places = list(_MONTH.finditer(text))
    if not places:
        return None
    place = rng.choice(places)
    others = [each for each in _MONTHS if each not in text]
    return Sample("month", text[: place.start()] + rng.choice(others) + text[place.end() :])


def _latin_name(text: str, names: Sequence[str], rng: Random) -> Sample | None:
    places = list(_LATIN_NAME.finditer(text))
    if not places:
        return None
    place = rng.choice(places)
    other = rng.choice(names)
    if other.casefold() in text.casefold() or place[0].casefold() in other.casefold():
        return None
    return Sample("name", text[: place.start()] + other + text[place.end() :])


def _asks(question: str) -> str:
    return "who" if _WHO.search(question.lower()) else "where" if _WHERE.search(question) else ""


def _answers(asked: Sequence[Asked], kinds: dict[str, str]) -> dict[str, list[str]]:
    found: dict[str, set[str]] = {"who": set(), "where": set()}
    for each in asked:
        answer = min(each.answers, key=len) if each.answers else ""
        if (kind := kinds[each.id]) and _is_name(answer):
            found[kind].add(answer)
    return {kind: sorted(answers) for kind, answers in found.items()}


def _is_name(answer: str) -> bool:
    if answer.isascii():
        words = answer.split()
        return 0 < len(words) <= 4 and all(word[0].isupper() for word in words)
    return 2 <= len(answer) <= 8 and not re.search(r"\d|[的和与與及、，]", answer)


def _named(
    own: Sequence[tuple[Paragraph, str]], asked: Sequence[Asked], kinds: dict[str, str], rng: Random
) -> Iterator[Sample | None]:
    answers = _answers(asked, kinds)
    home: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in asked:
        answer = min(each.answers, key=len) if each.answers else ""
        if (kind := kinds[each.id]) and _is_name(answer):
            home[next(iter(each.gold or {}), "")].append((kind, answer))
    for paragraph, text in own:
        here = [(kind, answer) for kind, answer in home[paragraph.id] if answer in text]
        if not here:
            continue
        kind, answer = rng.choice(here)
        other = rng.choice(answers[kind])
        if _overlap(other, text) or _overlap(answer, other):
            continue
        yield Sample("name", text.replace(answer, other, 1))


def _overlap(one: str, other: str) -> bool:
    return one.casefold() in other.casefold() or other.casefold() in one.casefold()


def _stated(asked: Sequence[Asked], kinds: dict[str, str], rng: Random, most: int) -> list[Sample]:
    """Questions with their answers in the place of what asks, and with another's."""
    answers = _answers(asked, kinds)
    found = []
    rows = list(asked)
    rng.shuffle(rows)
    for each in rows:
        kind = kinds[each.id]
        answer = min(each.answers, key=len) if each.answers else ""
        match = _ASKED.search(each.question)
        if match is None or kind not in ("who", "where") or not _is_name(answer):
            continue
        body = each.question.rstrip("?？ ")
        end = "." if body.isascii() else "。"
        other = rng.choice(answers[kind])
        if _overlap(other, answer) or _overlap(other, body):
            continue
        for name, word in (("restated", answer), ("restated, name", other)):
            text = f"{body[: match.start()]}{word}{body[match.end() :]}{end}"
            if len(statements(text)) == 1:
                found.append(Sample(name, text))
        if len(found) >= 2 * most:
            break
    return found


TRUE = ("as is", "left out", "clause", "clause, left out", "restated", "unrelated")
ALTERED = ("number", "month", "name", "clause, number", "restated, name")


@dataclass(slots=True)
class Tally:
    """What was said of a kind of sample, and examples of it."""

    counts: Counter[str] = field(default_factory=Counter)
    shown: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def add(self, text: str, said: str, about: str) -> None:
        self.counts[said] += 1
        self.shown[said].append(f"{text}\n      {about}")

    def share(self, said: str) -> float:
        return self.counts[said] / max(1, self.counts.total())


def rows(data: Path, most: int, show: Callable[[str, str, Tally], None]) -> Iterable[Row]:
    """All rows."""
    took: list[float] = []
    of_all: dict[str, Tally] = defaultdict(Tally)
    for language, name, other in OWN:
        paragraphs, found = samples(data, name, other, most)
        tallies: dict[str, Tally] = defaultdict(Tally)
        with Paragraphs(paragraphs) as index:
            shelf = Shelf(index)
            for each in found:
                asker = shelf.but(each.without) if each.without else shelf
                begun = perf_counter()
                verdicts = check(each.text, asker)
                took.append(1000 * (perf_counter() - begun))
                (verdict,) = verdicts
                quote = verdict.citation.quote if verdict.citation else ""
                for tally in (tallies[each.kind], of_all[each.kind]):
                    tally.add(each.text, verdict.kind, f"[{verdict.detail}] {quote}")
        for kind, tally in tallies.items():
            show(language, kind, tally)
            yield from _table(f"{language}, {kind} ({tally.counts.total()})", kind, tally)
    true = [of_all[kind] for kind in TRUE]
    altered = [of_all[kind] for kind in ALTERED]
    yield Row("contradicted, of true or unrelated", _share(true, "contradicted"), "<= 0.01")
    yield Row("supported, of unrelated", _share([of_all["unrelated"]], "supported"), "<= 0.02")
    yield Row("supported, of altered", _share(altered, "supported"), "<= 0.02")
    yield Row("supported, of as is", _share([of_all["as is"]], "supported"), ">= 0.98")
    yield Row("contradicted, of altered", _share(altered[:4], "contradicted"))
    yield from _attribution(data, show)
    yield Row("time a sentence, median", round(float(np.median(took)), 2), "", "ms")
    yield Row("time a sentence, p99", round(float(np.quantile(took, 0.99)), 2), "<= 50", "ms")


def _attribution(data: Path, show: Callable[[str, str, Tally], None]) -> Iterator[Row]:
    tallies: dict[str, Tally] = defaultdict(Tally)
    for each in examples_of(data / "attributionbench_dev"):
        for verdict in check(each.claim, Given(each.evidence)):
            quote = verdict.citation.quote if verdict.citation else ""
            kind = "attributable" if each.supported else "not attributable"
            tallies[kind].add(verdict.sentence, verdict.kind, f"[{verdict.detail}] {quote}")
    for kind in sorted(tallies):
        show("attributionbench", kind, tallies[kind])
        yield from _table(f"{kind} ({tallies[kind].counts.total()})", kind, tallies[kind])


def _share(tallies: Sequence[Tally], said: str) -> float:
    whole = sum(tally.counts.total() for tally in tallies)
    return round(sum(tally.counts[said] for tally in tallies) / max(1, whole), 4)


def _table(what: str, kind: str, tally: Tally) -> Iterator[Row]:
    wrong = {"supported": "<= 0.02"} if kind in (*ALTERED, "unrelated") else {}
    if kind in TRUE:
        wrong["contradicted"] = "<= 0.01"
    for said in ("supported", "contradicted"):
        yield Row(f"{what}: {said}", round(tally.share(said), 4), wrong.get(said, ""))


def main() -> int:
    """Exit status 1 when a bar is missed."""
    options = parser(__doc__ or "")
    options.add_argument("--most", type=int, default=400, help="sentences of a kind (%(default)s)")
    options.add_argument("--show", action="store_true", help="show what was wrong")
    given = options.parse_args()

    def show(language: str, kind: str, tally: Tally) -> None:
        if given.show:
            for said in ("supported", "contradicted", "not_found"):
                for each in tally.shown[said][:12]:
                    print(f"## {language} | {kind} | {said}\n   {each}")

    return 0 if report("checked", list(rows(given.data, given.most, show)), given.out) else 1


if __name__ == "__main__":
    sys.exit(main())
