"""The vectors of a building's passages: asked for once each, and kept as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from typing import TYPE_CHECKING

from index.building import Building
from index.dense.embed import EmbedderOptions, EmbeddingError, text_of
from index.dense.embedders import make
from index.dense.vectors import VectorCache, key_of

if TYPE_CHECKING:
    from index.dense.embed import Embedder
    from index.dense.flat import Flat, Places

Progress = Callable[[int, int, str], None]
Row = tuple[int, int, int, int]  # file, number, kind and date of a passage

_AT_ONCE = 1000  # vectors that are copied at once
_LOOKED_UP = 100  # passages that are looked up at once: while that lasts, nothing is sent


class Otherwise(Exception):
    """The embedder gives vectors of another dimension than it did."""


class Embedding:
    """What embeds the passages of one building, by way of the cache.

    `made` texts were embedded. The embedder is made when it is needed first.
    """

    def __init__(
        self,
        building: Building,
        cache: VectorCache,
        options: EmbedderOptions,
        progress: Progress,
    ) -> None:
        self.made = 0
        self._building = building
        self._cache = cache
        self._options = options
        self._progress = progress
        self._embedder: Embedder | None = None
        self._done, self._total = 0, 0

    @property
    def notes(self) -> list[str]:
        """What the embedder has to tell."""
        return [] if self._embedder is None else list(self._embedder.notes)

    @property
    def tokens(self) -> int | None:
        """The tokens that the embedder read, if its server says how many."""
        return None if self._embedder is None else self._embedder.tokens

    def close(self) -> None:
        """Let the embedder go."""
        if self._embedder is not None:
            self._embedder.close()
            self._embedder = None

    def seed(self, old: Flat, places: Places) -> None:
        """Give the cache what it lacks of the vectors that a generation has."""
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            keys = [bytes(key) for key in old.rows["key"][some]]
            present = self._cache.present(keys)
            lacking = [place for place, key in enumerate(keys) if key not in present]
            if lacking:
                self._cache.put([keys[place] for place in lacking], old.vectors[some[lacking]])

    def texts(self, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
        """What is embedded of each of `rows`, which stand in order."""
        for file, some in groupby(rows, key=lambda row: row[0]):
            passages = self._building.passages_of(file)
            for row in some:
                yield row, text_of(passages[row[1]])

    def embed(self, wanted: Sequence[Row]) -> tuple[list[bytes], str]:
        """See that the cache has the vectors of `wanted`, and give the keys of their texts.

        What is wrong with the embedder, if anything, comes second; some have no vectors then.
        """
        keys: list[bytes] = []
        asked: dict[bytes, None] = {}

        def lacking() -> Iterator[str]:
            texts = self.texts(wanted)
            while some := [text for _, text in islice(texts, _LOOKED_UP)]:
                found = [key_of(text) for text in some]
                keys.extend(found)
                present = self._cache.present(found)
                for key, text in zip(found, some, strict=True):
                    if key not in present and key not in asked:
                        asked[key] = None
                        yield text
                self._done, self._total = len(keys), len(wanted)
                self._progress(self._done, self._total, "embedding")

        texts = lacking()
        failure = ""
        try:
            self.made += self.ask(texts, asked)
        except EmbeddingError as error:
            failure = f"{error.message} {error.hint}"
            for _ in texts:  # for their keys
                pass
        return keys, failure

    def ask(self, texts: Iterator[str], asked: dict[bytes, None]) -> int:
        """Embed `texts`, whose keys are in `asked` by then, and keep each batch as it comes.

        How many there were.
        """
        first = next(texts, None)
        if first is None:
            return 0
        if self._embedder is None:
            self._embedder = make(self._options, self._waiting)
        order: list[bytes] = []
        count = 0
        for places, vectors in self._embedder.embed(chain([first], texts)):
            if self._cache.dimension not in (None, vectors.shape[1]):
                raise Otherwise
            if len(order) < len(asked):
                order = list(asked)
            self._cache.put([order[place] for place in places], vectors)
            count += len(places)
        return count

    def _waiting(self, what: str) -> None:
        self._progress(self._done, self._total, what)
