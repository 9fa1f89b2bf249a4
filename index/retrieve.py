"""A question to hits: the arms' results in one order, body text before boilerplate.

What the hits score is what the lexical arm says of them, whichever arm found them: that is what
answers are judged by.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from index import weights
from index.errors import FootnoteError
from index.fusion import DEPTH, FLAT, dense_weight, reciprocal_rank, trust_in
from index.languages import language_of
from index.lexical import Found, LexicalReader
from index.query import query_terms
from index.record import record, replaced
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

    class DenseArm(Protocol):
        """Finds passages by meaning. `trust` is 0 to 1 by language, as measured at the build."""

        @property
        def trust(self) -> Mapping[str, float]: ...
        def search(
            self,
            question: str,
            k: int,
            since: int = ...,
            until: int = ...,
            files: Collection[int] | None = ...,
            kinds: Collection[Kind] | None = ...,
        ) -> list[Found]: ...


_BODY = (Kind.BODY, Kind.HEADING)
_LEAST_SHARE = 0.005  # of a corpus' text, for a language to be one of its own
_MOST = 1000  # passages of the files that the dense arm alone found something in
_ALL = Filters()


@record
class Query:
    """What both arms are asked: a question, its terms by field, and the filters by number."""

    question: str
    language: str
    body: Mapping[str, float]
    title: Mapping[str, float]
    since: int
    until: int
    files: Collection[int] | None


@record
class Fused:
    """Body text in the order of both arms, the `best` of its lexical scores, what was summed up
    for each by file and number, and the rest as Retrieval has it."""

    text: list[Found]
    best: float
    sums: Mapping[tuple[int, int], float] | None
    arms: Mapping[str, float]
    troubles: tuple[str, ...] = ()


class Retriever:
    """Searches one generation; several threads may use it. Close it to let the index go."""

    def __init__(self, generation: Searchable, dense: DenseArm | None = None) -> None:
        self._generation = generation
        self._dense = dense
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
        query = Query(question, language, body, title, since, until, files)
        found = self._search(query, max(k, 1))
        text = [each for each in found if not is_boilerplate(each.kind)]
        if self._dense is not None:
            fused = self._fused(query, k, self._dense)
        else:
            if len(text) < min(k, len(found)):
                text = self._search(query, max(k, 1), _BODY)
            fused = _alone(self._placed(text, k), {})
        beside = [each for each in found if is_boilerplate(each.kind)]
        return Retrieval(
            question,
            self._hits(fused, self._placed(beside, k), k),
            self._rarities(body),
            self._languages,
            self._lexical.num_docs,
            fused.arms,
            fused.troubles,
        )

    def close(self) -> None:
        """Let the index go; the generation stays open."""
        self._lexical.close()

    def _search(
        self,
        query: Query,
        k: int,
        kinds: Collection[Kind] | None = None,
        files: Collection[int] | None = None,
    ) -> list[Found]:
        files = query.files if files is None else files
        return self._lexical.search(
            query.body, query.title, k, query.since, query.until, files, kinds
        )

    def _fused(self, query: Query, k: int, dense: DenseArm) -> Fused:
        """Body text as both arms have it, at least `k` passages where there are as many."""
        depth = max(k, DEPTH)
        lexical = self._placed(self._search(query, depth, _BODY), depth)
        trust = trust_in(query.language, dense.trust)
        if trust is None:  # then it is heeded only where nothing else can be
            trust = 0.0 if lexical else 1.0
        alone = _alone(lexical, {"lexical": 1.0, "dense": 0.0})
        if trust <= 0:
            return alone
        try:
            near = dense.search(query.question, DEPTH, query.since, query.until, query.files, _BODY)
        except FootnoteError as error:
            return replaced(alone, troubles=(error.message,))
        near = self._placed(near, DEPTH)
        known = {(each.file, each.number): each for each in lexical}
        places = {(each.file, each.number): each for each in near} | known
        weight = dense_weight(
            trust, [each.score for each in lexical], [each.score for each in near]
        )
        rankings = [(1.0, list(known)[:DEPTH]), (weight, [(e.file, e.number) for e in near])]
        sums = dict(reciprocal_rank(rankings, FLAT))
        order = dict.fromkeys([*sums, *known])  # past DEPTH as the lexical arm has it
        text = [places[key] for key in order]
        return Fused(
            self._scored(query, text[: max(k, 0)], known),
            alone.best,
            sums,
            {"lexical": 1.0 if lexical else 0.0, "dense": weight},
        )

    def _scored(
        self, query: Query, text: list[Found], known: Mapping[tuple[int, int], Found]
    ) -> list[Found]:
        """`text` with the lexical arm's scores, also for what only the dense arm found."""
        files = {each.file for each in text if (each.file, each.number) not in known}
        if not files:
            return text
        more = self._search(query, _MOST, _BODY, files)
        scores = {(each.file, each.number): each.score for each in (*more, *known.values())}
        return [replaced(each, score=scores.get((each.file, each.number), 0.0)) for each in text]

    def _placed(self, found: list[Found], k: int) -> list[Found]:
        """The first `k` by score; equal scores by file name and place."""
        # Ids differ from build to build, names do not.
        names = {each.file: self._generation.file_name(each.file) for each in found}
        ordered = sorted(found, key=lambda each: (-each.score, names[each.file], each.number))
        return ordered[:k]

    def _hits(self, fused: Fused, beside: list[Found], k: int) -> tuple[Hit, ...]:
        # Places that no body text wants, and at most a third where boilerplate fits better.
        text = fused.text
        better = sum(each.score > fused.best for each in beside)
        places = max(k - len(text), min(better, max(1, k // 3) if k > 1 else 0))
        chosen = [*text[: max(0, k - places)], *beside[:places]]
        ids = [(each.file, each.number) for each in chosen]
        sums = fused.sums
        return tuple(
            Hit(passage, rank, each.score, None if sums is None else sums.get(id, 0.0))
            for rank, (passage, each, id) in enumerate(
                zip(self._generation.passages(ids), chosen, ids, strict=True), 1
            )
        )

    def _rarities(self, query: dict[str, float]) -> dict[str, float]:
        total = self._lexical.num_docs
        # Deleted passages still count in the frequencies until the index is built whole.
        counts = {term: min(self._lexical.frequency(term), total) for term in query}
        return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in counts.items()}


def _alone(lexical: list[Found], arms: Mapping[str, float]) -> Fused:
    return Fused(lexical, lexical[0].score if lexical else 0.0, None, arms)
