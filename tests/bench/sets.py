"""The development sets as questions over paragraphs, and an index of one passage a paragraph.

The sets are read from the folder given by `--data`; none is part of the project.
"""

from __future__ import annotations

import json
import math
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from index.languages import language_of
from index.lexical import LexicalWriter
from index.prepare import analyse, entries, rows_of
from index.retrieve import Retriever
from index.schema import Article, Passage


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a set: `gold` gives the relevance of each paragraph that answers it.

    `group` names what must not be parted between folds: a paragraph, or an article.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    gold: Mapping[str, int] | None = None
    answerable: bool = True
    group: str = ""
    among: tuple[str, ...] = ()  # the paragraphs to ask; empty for all

    @property
    def fold(self) -> int:
        """0 to 3, the same for all questions of a group in every run."""
        return zlib.crc32(self.group.encode()) % 4


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a set, before it becomes a passage."""

    id: str
    title: str
    text: str


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def paragraphs_of(folder: Path, prefix: str = "") -> list[Paragraph]:
    """The paragraphs of a set."""
    return [
        Paragraph(
            str(row.get("id") or row["_id"]),
            str(row.get("title") or "").replace("_", " "),
            str(row["text"]),
        )
        for row in _lines(folder / f"{prefix}corpus.jsonl")
    ]


def questions_of(folder: Path, prefix: str = "") -> list[Asked]:
    """The questions of a set, each with its gold paragraphs."""
    rows = list(_lines(folder / f"{prefix}queries.jsonl"))
    judged = _judgements(folder / "qrels" / "test.tsv")
    articles = {}
    if not prefix:
        articles = {
            str(row["id"]): str(row["article"])
            for row in _lines(folder / "corpus.jsonl")
            if "article" in row
        }
    found = []
    for row in rows:
        id = str(row.get("id") or row["_id"])
        if judged:
            if id in judged:
                found.append(Asked(id, row["text"], gold=judged[id], group=id))
            continue
        gold = {str(each): 1 for each in row.get("gold_ids", ())}
        first = next(iter(gold), id)
        found.append(
            Asked(
                id,
                row["question"],
                tuple(row.get("answers", ())),
                gold,
                bool(row.get("answerable", True)),
                articles.get(first, first),
                tuple(map(str, row.get("docids", ()))),
            )
        )
    return found


# What retrieval is measured on; the last three hold news pages with their noise, and questions
# that were made for other ends.
RETRIEVAL = (
    "xquad_en",
    "xquad_zh",
    "drcd_dev",
    "cmrc2018_dev",
    "autorag_ko",
    "beir_scifact",
    "squad2_half_dev",
    "clapnq_dev",
    "realtimeqa_2022",
)


def posed(data: Path, name: str) -> tuple[list[Paragraph], list[Asked]]:
    """The paragraphs of a set, and those of its questions that some paragraph answers."""
    folder = data / name
    if name == "clapnq_dev":
        return _clapnq(folder)
    paragraphs = paragraphs_of(folder)
    if name == "realtimeqa_2022":
        return paragraphs, _dated(folder, {each.id for each in paragraphs})
    return paragraphs, [each for each in questions_of(folder) if each.gold and each.answerable]


def _clapnq(folder: Path) -> tuple[list[Paragraph], list[Asked]]:
    """Each question's own passage is its gold one; all passages are searched."""
    ids: dict[tuple[str, str], str] = {}
    asked = []
    for part in ("answerable", "unanswerable"):
        for row in _lines(folder / f"clapnq_dev_{part}.jsonl"):
            (passage,) = row["passages"]
            key = (str(passage["title"]), str(passage["text"]))
            id = ids.setdefault(key, f"clapnq{len(ids):04}")
            if part == "answerable":
                asked.append(Asked(str(row["id"]), row["input"], gold={id: 1}, group=id))
    return [Paragraph(id, title, text) for (title, text), id in ids.items()], asked


def _dated(folder: Path, known: set[str]) -> list[Asked]:
    """The gold page is the one that the question's authors name as their evidence."""
    asked = []
    for row in _lines(folder / "queries.jsonl"):
        gold = {str(id): 1 for id in row["gold_url_ids"] if id in known}
        if gold:
            group = next(iter(gold))
            asked.append(Asked(str(row["id"]), row["question"], gold=gold, group=group))
    return asked


def _judgements(path: Path) -> dict[str, dict[str, int]]:
    judged: dict[str, dict[str, int]] = {}
    if path.exists():
        for line in path.read_text().splitlines()[1:]:
            question, paragraph, relevance = line.split("\t")
            if int(relevance) > 0:
                judged.setdefault(question, {})[paragraph] = int(relevance)
    return judged


class Paragraphs:
    """An index of paragraphs, one passage each, such as a Retriever searches."""

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="footnote-bench-")
        self.lexical_path = Path(self._folder.name)
        self.languages: dict[str, float] = {}
        self._passages: list[Passage] = []
        writer = LexicalWriter(self.lexical_path)
        for id, paragraph in enumerate(paragraphs):
            language = language_of(paragraph.text)
            end = len(paragraph.text)
            article = Article(0, end, paragraph.title or None, None, language)
            passage = Passage(paragraph.id, 0, 0, end, paragraph.text, article)
            self.languages[language] = self.languages.get(language, 0) + end
            self._passages.append(passage)
            articles, rows = rows_of([passage])
            writer.add(entries(id, articles, rows, analyse([passage], articles)))
        writer.commit()
        whole = sum(self.languages.values())
        self.languages = {name: size / whole for name, size in self.languages.items()}
        self.retriever = Retriever(self)

    def file_name(self, id: int) -> str:
        return self._passages[id].file

    def matching(self, files: Iterable[str]) -> frozenset[int]:
        wanted = set(files)
        return frozenset(i for i, each in enumerate(self._passages) if each.file in wanted)

    def passages(self, ids: Sequence[tuple[int, int]]) -> list[Passage]:
        return [self._passages[file] for file, _ in ids]

    def every(self) -> Sequence[Passage]:
        return self._passages

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.retriever.close()
        self._folder.cleanup()


def ndcg(ranked: Sequence[str], gold: Mapping[str, int], k: int = 10) -> float:
    """Normalised discounted cumulative gain of the first `k`, with linear gains."""
    gain = sum(gold.get(id, 0) / math.log2(i + 2) for i, id in enumerate(ranked[:k]))
    best = sorted(gold.values(), reverse=True)[:k]
    return gain / sum(each / math.log2(i + 2) for i, each in enumerate(best))
