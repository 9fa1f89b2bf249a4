"""A question to hits: the arms' results in one order, body text before boilerplate."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from index import weights
from index.languages import language_of
from index.lexical import Found, LexicalReader
from index.query import query_terms
from index.schema import Filters, Hit, Kind, Passage, Retrieval, is_boilerplate
from index.terms import stemming_language

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Searchable(Protocol):
        """What a Retriever reads of a generation; a benchmark's paragraphs have it too."""

        @property
        def lexical_path(self) -> Path: ...
        @property
        def languages(self) -> Mapping[str, float]: ...
        def file_name(self, id: int) -> str: ...
        def matching(self, files: Iterable[str]) -> Collection[int]: ...
        def passages(self, ids: Sequence[tuple[int, int]]) -> list[Passage]: ...


_BODY = (Kind.BODY, Kind.HEADING)
_LEAST_SHARE = 0.005  # of a corpus' text, for a language to be one of its own
_ALL = Filters()


class Retriever:
    """Searches one generation; several threads may use it. Close it to let the index go."""

    def __init__(self, generation: Searchable) -> None:
        self._generation = generation
        self._lexical = LexicalReader(generation.lexical_path)
        self._languages = {
            language: share
            for language, share in generation.languages.items()
            if share >= _LEAST_SHARE
        }
        self._stems = tuple(sorted({stemming_language(each) for each in self._languages}))

    def retrieve(self, question: str, k: int = 10, filters: Filters = _ALL) -> Retrieval:
        """The best `k` passages for `question`, in an order that no rebuild changes.

        Body text comes first. Boilerplate takes a place from it only where all the text of the
        corpus has less to do with the question, and then the last places.
        """
        language = language_of(question)
        body = query_terms(question, language, self._stems)
        title = {term: weight * weights.TITLE for term, weight in body.items()}
        since = filters.since.toordinal() if filters.since else 0
        until = filters.until.toordinal() if filters.until else 0
        files = self._generation.matching(filters.files) if filters.files else None
        limits = (max(k, 1), since, until, files)
        found = self._lexical.search(body, title, *limits)
        text = [each for each in found if not is_boilerplate(each.kind)]
        if len(text) < min(k, len(found)):
            text = self._lexical.search(body, title, *limits, kinds=_BODY)
        beside = [each for each in found if is_boilerplate(each.kind)]
        hits = self._hits(self._placed(text, k), self._placed(beside, k), k)
        rarities = self._rarities(body)
        return Retrieval(question, hits, rarities, self._languages, self._lexical.num_docs)

    def close(self) -> None:
        """Let the index go; the generation stays open."""
        self._lexical.close()

    def _placed(self, found: list[Found], k: int) -> list[Found]:
        """The first `k` by score; equal scores by file name and place."""
        # Ids differ from build to build, names do not.
        names = {each.file: self._generation.file_name(each.file) for each in found}
        ordered = sorted(found, key=lambda each: (-each.score, names[each.file], each.number))
        return ordered[:k]

    def _hits(self, text: list[Found], beside: list[Found], k: int) -> tuple[Hit, ...]:
        # Places that no body text wants, and at most a third where boilerplate fits better.
        best = text[0].score if text else 0.0
        better = sum(each.score > best for each in beside)
        places = max(k - len(text), min(better, max(1, k // 3) if k > 1 else 0))
        chosen = [*text[: max(0, k - places)], *beside[:places]]
        passages = self._generation.passages([(each.file, each.number) for each in chosen])
        return tuple(
            Hit(passage, rank, each.score)
            for rank, (passage, each) in enumerate(zip(passages, chosen, strict=True), 1)
        )

    def _rarities(self, query: dict[str, float]) -> dict[str, float]:
        total = self._lexical.num_docs
        # Deleted passages still count in the frequencies until the index is built whole.
        counts = {term: min(self._lexical.frequency(term), total) for term in query}
        return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}
