"""The embedders: one behind an address, Chroma's own MiniLM, and one for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any
from zlib import crc32

import numpy as np

from index.dense.embed import (
    HASHED,
    OPENAI_MODEL,
    EmbedderOptions,
    EmbeddingError,
    embedder_id,
    unit,
)

if TYPE_CHECKING:
    from index.dense.embed import Embedder, Matrix, Vector

_NGRAMS = (1, 2, 3)
_BATCH = 32  # texts that MiniLM gets at once


def make(options: EmbedderOptions, tell: Callable[[str], None] | None = None) -> Embedder:
    """The embedder that `options` name; `tell` hears what is waited for, where that takes long."""
    id = embedder_id(options)
    if options.kind == "openai":
        from index.dense.remote import Remote

        return Remote(id, options.model or OPENAI_MODEL, options, tell)
    if options.kind == "minilm":
        return MiniLM(id)
    return Hashed(id, options.dimensions or HASHED)


class Hashed:
    """Counts of hashed character n-grams. For tests: the same everywhere, and free."""

    tokens: int | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, id: str, dimensions: int) -> None:
        self.id = id
        self._dimensions = dimensions

    def embed(self, texts: Iterable[str]) -> Iterator[tuple[Sequence[int], Matrix]]:
        for place, text in enumerate(texts):
            yield (place,), self.query(text)[None, :]

    def query(self, text: str) -> Vector:
        folded = f" {' '.join(text.lower().split())} "
        grams = [
            folded[start : start + size].encode("utf-8", "surrogatepass")
            for size in _NGRAMS
            for start in range(len(folded) - size + 1)
        ]
        places = np.array([crc32(gram) % self._dimensions for gram in grams])
        counts = np.sqrt(np.bincount(places, minlength=self._dimensions))
        vector: Vector = unit(counts[None, :], "The hashed embedder")[0]
        return vector

    def close(self) -> None:
        pass


class MiniLM:
    """Chroma's own copy of all-MiniLM-L6-v2, which it downloads when it is first used.

    It reads English, and the first 256 tokens of a text.
    """

    tokens: int | None = None
    notes: tuple[str, ...] = ()

    def __init__(self, id: str) -> None:
        self.id = id
        self._lock = Lock()  # two threads would download it twice, into the same place
        self._model: Any = None

    def embed(self, texts: Iterable[str]) -> Iterator[tuple[Sequence[int], Matrix]]:
        batch: list[str] = []
        done = 0
        for text in texts:
            batch.append(text)
            if len(batch) == _BATCH:
                yield range(done, done + len(batch)), self._vectors(batch)
                done += len(batch)
                batch = []
        if batch:
            yield range(done, done + len(batch)), self._vectors(batch)

    def query(self, text: str) -> Vector:
        vector: Vector = self._vectors([text])[0]
        return vector

    def close(self) -> None:
        self._model = None

    def _vectors(self, texts: list[str]) -> Matrix:
        # Whatever can go wrong with a download, an archive or a runtime does so as itself.
        try:
            with self._lock:
                if self._model is None:
                    from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

                    model = ONNXMiniLM_L6_V2(preferred_providers=["CPUExecutionProvider"])
                    model(["."])  # downloads
                    self._model = model
            found = self._model(texts)
        except Exception as error:
            raise EmbeddingError(
                f"The MiniLM model cannot be had or run ({type(error).__name__}: {error}).",
                "It is downloaded once, into ~/.cache/chroma: check the network and the disk, or"
                " name another embedder with --embedder.",
            ) from error
        return unit(found, "MiniLM")
