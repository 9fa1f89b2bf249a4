"""What the answerer sees of each question of the development sets: the samples it is fitted on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.evidence import Candidate, Needs, candidates, needs_of
from bot.questions import understand
from index.schema import Hit, Retrieval
from tests.bench.sets import Asked, Paragraphs, paragraphs_of, questions_of

OWN = ("xquad_en", "xquad_zh", "drcd_dev", "cmrc2018_dev")
NEAR = "squad2_half_dev"
LANGUAGES = ("ko", "zh", "en", "ja")
FOREIGN = (("xquad_en", "beir_scifact"), ("xquad_zh", "cmrc2018_dev"))


@dataclass(frozen=True, slots=True)
class Sample:
    """A question, what was retrieved for it, and which candidates hold a gold answer."""

    asked: Asked
    needs: Needs
    retrieval: Retrieval
    hits: tuple[Hit, ...]
    candidates: list[Candidate]
    right: list[bool]


def sample(asked: Asked, index: Paragraphs) -> Sample:
    """The sample of one question over one index."""
    retrieval = index.retriever.retrieve(asked.question, k=10)
    needs = needs_of(understand(asked.question), retrieval)
    found = candidates(needs, retrieval.hits)
    gold = asked.gold or {}
    right = [
        each.hit.passage.file in gold and any(answer in each.text for answer in asked.answers)
        for each in found
    ]
    return Sample(asked, needs, retrieval, retrieval.hits, found, right)


def own(data: Path, name: str, step: int = 1) -> Iterator[Sample]:
    """Every `step`-th question of a set, asked of its own paragraphs."""
    return foreign(data, name, name, step)


def foreign(data: Path, questions: str, name: str, step: int = 1) -> Iterator[Sample]:
    """Every `step`-th question of one set, asked of another's paragraphs."""
    with Paragraphs(paragraphs_of(data / name)) as index:
        for asked in questions_of(data / questions)[::step]:
            yield sample(asked, index)


def nomiracl(data: Path, language: str) -> Iterator[Sample]:
    """The questions of a language, each asked of an index of its own few paragraphs."""
    folder = data / "nomiracl_dev"
    every = {each.id: each for each in paragraphs_of(folder, f"{language}.")}
    for asked in questions_of(folder, f"{language}."):
        with Paragraphs([every[id] for id in asked.among]) as index:
            yield sample(asked, index)
