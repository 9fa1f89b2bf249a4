"""What the answerer sees of each question of the development sets: the samples it is fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.candidates import MOST_HITS, RANKING, Candidate, candidates
from bot.fitted import WEIGHTS
from bot.needs import Needs, needs_of
from bot.questions import understand
from bot.weights import weighed
from index.schema import Hit
from tests.bench.sets import Asked, Paragraph, Paragraphs, paragraphs_of, questions_of

OWN = ("xquad_en", "xquad_zh", "drcd_dev", "cmrc2018_dev")
NEAR = "squad2_half_dev"
_KEPT = 12
LANGUAGES = ("ko", "zh", "en", "ja")
SMALL = (NEAR, "cmrc2018_dev")
FOREIGN = (("xquad_en", "beir_scifact"), ("xquad_zh", "cmrc2018_dev"))


@dataclass(frozen=True, slots=True)
class Sample:
    """A question, what was retrieved for it, and which candidates hold a gold answer.

    `features` and `right` are of all candidates; only those that the shipped weights put first
    are kept whole, for there are millions.
    """

    asked: Asked
    needs: Needs
    hits: tuple[Hit, ...]
    candidates: list[Candidate]
    features: NDArray[np.float32]
    right: NDArray[np.bool_]


def sample(asked: Asked, index: Paragraphs) -> Sample:
    """The sample of one question over one index."""
    retrieval = index.retriever.retrieve(asked.question, k=MOST_HITS)
    needs = needs_of(understand(asked.question), retrieval)
    found = candidates(needs, retrieval.hits)
    gold = asked.gold or {}
    right = [
        each.hit.passage.file in gold and any(answer in each.text for answer in asked.answers)
        for each in found
    ]
    features = np.array([each.features for each in found], dtype=np.float32)
    best = sorted(found, key=lambda each: -weighed(WEIGHTS.ranking, RANKING, each.features))
    return Sample(asked, needs, retrieval.hits, best[:_KEPT], features, np.array(right, dtype=bool))


def own(data: Path, name: str, step: int = 1) -> Iterator[Sample]:
    """Every `step`-th question of a set, asked of its own paragraphs."""
    return foreign(data, name, name, step)


def foreign(data: Path, questions: str, name: str, step: int = 1) -> Iterator[Sample]:
    """Every `step`-th question of one set, asked of another's paragraphs."""
    with Paragraphs(paragraphs_of(data / name)) as index:
        for asked in questions_of(data / questions)[::step]:
            yield sample(asked, index)


def small(data: Path, name: str, shift: int = 0, step: int = 1) -> Iterator[Sample]:
    """A set parted into small corpora of one subject each; every `step`-th question of each.

    With a `shift` of n, the questions of each part are asked of the n-th part after it.
    """
    parts = _parts(paragraphs_of(data / name))
    home = {each.id: place for place, part in enumerate(parts) for each in part}
    asked: dict[int, list[Asked]] = {}
    for question in questions_of(data / name)[::step]:
        place = home[next(iter(question.gold or {}))]
        asked.setdefault((place + shift) % len(parts), []).append(question)
    for place, questions in sorted(asked.items()):
        with Paragraphs(parts[place]) as index:
            for question in questions:
                yield sample(question, index)


def _parts(paragraphs: list[Paragraph]) -> list[list[Paragraph]]:
    """By title where titles are shared, else by thirties."""
    titles: dict[str, list[Paragraph]] = {}
    for each in paragraphs:
        titles.setdefault(each.title, []).append(each)
    if len(titles) * 8 < len(paragraphs):
        return list(titles.values())
    return [paragraphs[i : i + 30] for i in range(0, len(paragraphs), 30)]


def nomiracl(data: Path, language: str) -> Iterator[Sample]:
    """The questions of a language, each asked of an index of its own few paragraphs."""
    folder = data / "nomiracl_dev"
    every = {each.id: each for each in paragraphs_of(folder, f"{language}.")}
    for asked in questions_of(folder, f"{language}."):
        with Paragraphs([every[id] for id in asked.among]) as index:
            yield sample(asked, index)
