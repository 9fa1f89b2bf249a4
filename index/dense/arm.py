"""The dense arm of a Retriever: a question becomes a vector, and that the passages near it."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from index.dense.embed import EmbeddingError, embedder_id
from index.dense.embedders import make
from index.dense.search import DenseReader

if TYPE_CHECKING:
    from index.dense.embed import EmbedderOptions, Vector
    from index.generation import Generation
    from index.lexical import Found

_QUESTIONS = 1024  # whose vectors are remembered
_RESPITE = 15.0  # seconds for which an embedder that failed is asked no questions


class DenseArm:
    """Questions to passages near in meaning: what a Retriever takes as its dense arm.

    `trust` says for each language how far to heed it, 0 to 1, as measured when it was built.
    """

    def __init__(self, reader: DenseReader, options: EmbedderOptions, trust: Mapping[str, float]):
        self.trust = trust
        self._reader = reader
        self._options = options
        self._lock = Lock()
        self._embedder: Any = None
        self._failure: tuple[float, EmbeddingError] | None = None
        self._vector = lru_cache(_QUESTIONS)(self._embedded)

    def search(
        self,
        question: str,
        k: int,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[int] | None = None,
    ) -> list[Found]:
        """The passages nearest to `question`, as DenseReader.search has it.

        Raises EmbeddingError where the question gets no vector and StoreError where Chroma cannot
        be asked: the other arm can still answer.
        """
        if k < 1:
            return []
        return self._reader.search(self._vector(question), k, since, until, files, kinds)

    def close(self) -> None:
        """Let the vectors and the embedder go."""
        self._reader.close()
        with self._lock:
            if self._embedder is not None:
                self._embedder.close()
                self._embedder = None

    def _embedded(self, question: str) -> Vector:
        with self._lock:
            if self._failure is not None and time.monotonic() < self._failure[0]:
                raise self._failure[1]
            if self._embedder is None:
                self._embedder = make(self._options)
            embedder = self._embedder
        try:
            vector: Vector = embedder.query(question)
        except EmbeddingError as error:
            # Not every question is to wait for an embedder that hangs.
            self._failure = (time.monotonic() + _RESPITE, error)
            raise
        if len(vector) != self._reader.dimension:
            raise EmbeddingError(
                f"The embedder gives vectors of {len(vector)} dimensions now, and the index has"
                f" {self._reader.dimension}.",
                f"Set --embedding-dimensions to {len(vector)}: the index is then built anew.",
            )
        return vector


def open_arm(generation: Generation, options: EmbedderOptions) -> DenseArm | None:
    """The dense arm of a generation; None where it has none of this embedder.

    StoreError where its files cannot be read: the lexical arm can still answer.
    """
    part = generation.dense
    if part is None or part.embedder != embedder_id(options) or not part.dimension:
        return None
    return DenseArm(DenseReader(generation.dense_path, part), options, part.trust)
