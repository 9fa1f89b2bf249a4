"""Vectors from any server with an OpenAI-compatible `/embeddings`: batched, concurrent, patient.

A batch holds so many texts of so many estimated tokens. A text longer than a model takes is cut
at its end: first at INPUT_TOKENS by estimate, then, where the server refuses it even alone, to
half its length, at most HALVINGS times. One that is refused even so is left out, and the rest goes
on: what became of such texts is told in `notes`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from index.dense.embed import EmbedderOptions, EmbeddingError
from index.dense.endpoint import HINT, Endpoint, Refused, Stopped
from index.turns import turns

if TYPE_CHECKING:
    from index.dense.embed import Matrix, Vector

BATCH_TEXTS = 64
BATCH_TOKENS = 32_000
INPUT_TOKENS = 8_000  # OpenAI's models take 8,192
HALVINGS = 4
_READY = 4
_BYTES = 3  # of UTF-8 a token, at the least, in most scripts
_TICK = 1.0  # seconds between two words about a server that is waited for
_LEFT_OUT = 20  # texts that a server may refuse before it is taken for broken
_QUESTION = 10.0  # seconds that a question waits for its vector


class Remote:
    """An embedder behind an address. Requests go out `options.concurrency` at once.

    `tell` hears what is waited for, where that takes long.
    """

    def __init__(
        self,
        id: str,
        model: str,
        options: EmbedderOptions,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self.id = id
        self._model = model
        self._options = options
        self._endpoint = Endpoint(model, options)
        self._most = BATCH_TEXTS
        self._stop = threading.Event()
        self._tell = tell
        self._counting = threading.Lock()
        self._cuts = self._left_out = 0
        self._why = ""

    @property
    def dimension(self) -> int | None:
        """That of the vectors, once one is known."""
        return self._endpoint.dimension

    @property
    def tokens(self) -> int | None:
        """What the server read, if it says so."""
        return self._endpoint.tokens

    @property
    def notes(self) -> tuple[str, ...]:
        """What became of texts that were not taken as they are."""
        found = []
        if self._cuts:
            found.append(
                f"The embedder {self._model} takes no texts so long as {self._cuts} of them: they"
                " were cut at their ends."
            )
        if self._left_out:
            found.append(
                f"{self._endpoint.name} refused {self._left_out} of the texts: {self._why}."
            )
        return tuple(found)

    def embed(self, texts: Iterable[str]) -> Iterator[tuple[Sequence[int], Matrix]]:
        """See Embedder. After a failure nothing more is sent, and what is under way is given."""
        limit = max(1, self._options.concurrency)
        pool = ThreadPoolExecutor(limit, "embedding")
        pending: dict[Future[Matrix], list[int]] = {}
        self._stop.clear()
        failure: Exception | None = None
        try:
            for places, batch in self._batches(texts):
                # Some more lie ready for each thread, so that none waits for this one.
                while len(pending) >= _READY * limit and failure is None:
                    failure = yield from self._arrived(pending)
                if failure is not None:
                    break
                pending[pool.submit(self._task, batch, self._stop)] = places
            while pending:
                failure = (yield from self._arrived(pending)) or failure
        except BaseException:
            self._stop.set()
            self.close()  # breaks off what is under way
            raise
        finally:
            pool.shutdown(cancel_futures=True)
        if failure is not None:
            raise failure
        if self._left_out and self.dimension is None:
            raise EmbeddingError(f"{self._endpoint.name} refused every text: {self._why}.", HINT)

    @turns.left
    def query(self, text: str) -> Vector:
        """The vector of a question; it is asked for twice, and not patiently."""
        until = time.monotonic() + min(_QUESTION, self._options.timeout)
        vector: Vector = self._several([_cut(text)], threading.Event(), until)[0]
        return vector

    def close(self) -> None:
        """Close the connections."""
        self._endpoint.close()

    def _arrived(
        self, pending: dict[Future[Matrix], list[int]]
    ) -> Iterator[tuple[Sequence[int], Matrix]] | Any:
        """Give what has arrived; the first failure among it is returned."""
        failure: Exception | None = None
        while not (done := wait(pending, _TICK, FIRST_COMPLETED).done):
            left = self._endpoint.not_before - time.monotonic()
            if left > 0 and self._tell is not None:
                self._tell(f"waiting {left:.0f} s: server busy")
        for each in done:
            places = pending.pop(each)
            error = each.exception()
            if error is None:
                vectors = each.result()
                taken: Any = vectors.any(axis=1)  # what was left out has zeros in its place
                if not taken.all():
                    places = [place for place, one in zip(places, taken, strict=True) if one]
                    vectors = vectors[taken]
                if places:
                    yield places, vectors
            elif not isinstance(error, Exception):
                raise error
            elif not isinstance(error, Stopped):
                self._stop.set()
                failure = failure or error
        return failure

    def _batches(self, texts: Iterable[str]) -> Iterator[tuple[list[int], list[str]]]:
        places: list[int] = []
        batch: list[str] = []
        tokens = 0
        for place, text in enumerate(texts):
            cut = _cut(text)
            if len(cut) < len(text):
                with self._counting:
                    self._cuts += 1
            more = _tokens(cut)
            if batch and (len(batch) >= self._most or tokens + more > BATCH_TOKENS):
                yield places, batch
                places, batch, tokens = [], [], 0
            places.append(place)
            batch.append(cut)
            tokens += more
        if batch:
            yield places, batch

    def _task(self, batch: list[str], stop: threading.Event) -> Matrix:
        try:
            return self._several(batch, stop)
        except Exception:
            stop.set()  # before this thread takes up the next
            raise

    def _several(self, batch: list[str], stop: threading.Event, until: float = 0.0) -> Matrix:
        """The vectors of `batch`, in smaller requests where the server takes none so large."""
        if len(batch) > self._most:
            half = self._most
        else:
            try:
                return self._endpoint.answered(batch, stop, until)
            except Refused as error:
                if len(batch) == 1:
                    return self._shortened(batch[0], error, stop, until)
                half = len(batch) // 2
                first = self._several(batch[:half], stop, until)
                # Not before it is known that smaller ones are taken.
                self._most = min(self._most, max(half, 1))
                return _joined([first, self._several(batch[half:], stop, until)])
        parts = [
            self._several(batch[start : start + half], stop, until)
            for start in range(0, len(batch), half)
        ]
        return _joined(parts)

    def _shortened(self, text: str, error: Refused, stop: threading.Event, until: float) -> Matrix:
        for _ in range(HALVINGS if len(text) > 64 else 0):
            text = text[: len(text) // 2]
            with suppress(Refused):
                vectors = self._endpoint.answered([text], stop, until)
                with self._counting:
                    self._cuts += 1
                return vectors
        with self._counting:
            self._left_out += 1
            self._why = str(error)
        if until or self._left_out > (_LEFT_OUT if self.dimension else 2):
            raise EmbeddingError(f"{self._endpoint.name} refused a text: {error}.", HINT) from error
        return np.zeros((1, self.dimension or 0), dtype=np.float32)


def _joined(parts: Sequence[Matrix]) -> Matrix:
    """Rows of all `parts`; what was refused before any vector was seen has no width yet."""
    width = max(each.shape[1] for each in parts)
    return np.concatenate(
        [
            each if each.shape[1] == width else np.zeros((len(each), width), each.dtype)
            for each in parts
        ]
    )


def _tokens(text: str) -> int:
    """How many tokens a text has at the most, by a rough estimate."""
    return len(text.encode("utf-8", "replace")) // _BYTES + 1


def _cut(text: str) -> str:
    """`text`, up to as much as every model of OpenAI's takes."""
    most = INPUT_TOKENS * _BYTES
    if len(text) * 4 > most:
        return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
    return text
