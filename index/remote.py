"""Vectors from any server with an OpenAI-compatible `/embeddings`: batched, concurrent, patient.

A batch holds so many texts of so many estimated tokens. A text longer than a model takes is cut
at its end: first at INPUT_TOKENS by estimate, then, where the server refuses it even alone, to
half its length, at most HALVINGS times. One that is refused even so is left out, and the rest goes
on: what became of such texts is told in `notes`.
"""

from __future__ import annotations

import base64
import json
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import openai

from index.embed import EmbedderOptions, EmbeddingError, unit
from index.turns import turns

if TYPE_CHECKING:
    from index.embed import Matrix, Vector

BATCH_TEXTS = 64
BATCH_TOKENS = 32_000
INPUT_TOKENS = 8_000  # OpenAI's models take 8,192
HALVINGS = 4
_READY = 4
_BYTES = 3  # of UTF-8 a token, at the least, in most scripts
_PATIENCE = 60.0  # seconds: who is asked to wait longer gives up
_TICK = 1.0  # seconds between two words about a server that is waited for
_UNREACHED = 2  # times that a server is tried again that never was reached
_LEFT_OUT = 20  # texts that a server may refuse before it is taken for broken
_OPENAI = "https://api.openai.com/v1"
_TOO_MUCH = (400, 413, 422)  # what servers say to batches or texts that are too large
_QUESTION = 10.0  # seconds that a question waits for its vector
_HINT = "Check the embedder's address, key and model; what was embedded so far is kept."
_KEY_HINT = (
    "Check the key: OPENAI_API_KEY, or --embedding-api-key where the embedder has one of its own."
)


class _Refused(Exception):
    """The server takes no such request; another form or a smaller one it may."""

    def __init__(self, said: str) -> None:
        super().__init__(said)


class _Stopped(Exception):
    """Another request failed for good; this one need not go on."""


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
        if not (options.base_url or options.api_key):
            raise EmbeddingError(
                "The embedder needs a key or the address of a server.",
                "Set OPENAI_API_KEY, or name a server with --embedding-base-url.",
            )
        self.id = id
        self.dimension: int | None = None
        self.tokens: int | None = None
        self._model = model
        self._options = options
        self._address = options.base_url or _OPENAI
        self._client = openai.OpenAI(
            base_url=self._address,
            api_key=options.api_key or "none",  # a local server asks for none, the client does
            timeout=options.timeout,
            max_retries=0,
        )
        self._form = (True, options.dimensions is not None)  # base64, with dimensions
        self._understood = False
        self._most = BATCH_TEXTS
        self._not_before = 0.0  # a server that is busy is busy for all threads
        self._stop = threading.Event()
        self._tell = tell
        self._counting = threading.Lock()
        self._answers = self._cuts = self._left_out = 0
        self._why = ""

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
            found.append(f"{self._name} refused {self._left_out} of the texts: {self._why}.")
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
            raise EmbeddingError(f"{self._name} refused every text: {self._why}.", _HINT)

    @turns.left
    def query(self, text: str) -> Vector:
        """The vector of a question; it is asked for twice, and not patiently."""
        until = time.monotonic() + min(_QUESTION, self._options.timeout)
        vector: Vector = self._several([_cut(text)], threading.Event(), until)[0]
        return vector

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _arrived(
        self, pending: dict[Future[Matrix], list[int]]
    ) -> Iterator[tuple[Sequence[int], Matrix]] | Any:
        """Give what has arrived; the first failure among it is returned."""
        failure: Exception | None = None
        while not (done := wait(pending, _TICK, FIRST_COMPLETED).done):
            left = self._not_before - time.monotonic()
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
            elif not isinstance(error, _Stopped):
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
                return self._answered(batch, stop, until)
            except _Refused as error:
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

    def _shortened(self, text: str, error: _Refused, stop: threading.Event, until: float) -> Matrix:
        for _ in range(HALVINGS if len(text) > 64 else 0):
            text = text[: len(text) // 2]
            with suppress(_Refused):
                vectors = self._answered([text], stop, until)
                with self._counting:
                    self._cuts += 1
                return vectors
        with self._counting:
            self._left_out += 1
            self._why = str(error)
        if until or self._left_out > (_LEFT_OUT if self.dimension else 2):
            raise EmbeddingError(f"{self._name} refused a text: {error}.", _HINT) from error
        return np.zeros((1, self.dimension or 0), dtype=np.float32)

    def _answered(self, batch: list[str], stop: threading.Event, until: float) -> Matrix:
        """The vectors of `batch`, by a request in the form that the server is known to take.

        Some know no base64, and some no dimensions.
        """
        forms = [self._form]
        if not self._understood:
            forms += [(False, self._form[1]), (False, False)]
        refused = _Refused("")
        for form in dict.fromkeys(forms):
            try:
                content = self._asked(batch, *form, stop, until)
            except _Refused as error:
                refused = error
                continue
            self._form, self._understood = form, True
            return self._read(content, len(batch))
        raise refused

    def _asked(
        self,
        batch: list[str],
        in_base64: bool,
        sized: bool,
        stop: threading.Event,
        until: float,
    ) -> Any:
        """The server's answer as it came; what may pass is tried again after a while."""
        more = {"dimensions": self._options.dimensions} if sized else {}
        retries = 1 if until else self._options.retries
        attempt, answers = -1, self._answers
        while True:
            attempt += 1
            self._wait(self._not_before - time.monotonic(), stop, until)
            try:
                # Raw, and past the client's look at each text and vector: it takes longer for
                # that than we for all else.
                raw = self._client.embeddings.with_raw_response.create(
                    input="",
                    model=self._model,
                    timeout=max(0.1, until - time.monotonic()) if until else self._options.timeout,
                    extra_body={"input": batch, **more},
                    encoding_format="base64" if in_base64 else "float",
                )
                self._answers += 1
                return raw.content
            except openai.APIStatusError as error:
                delay = self._delay(error, attempt)
                if error.status_code == 429 and self._answers != answers and not until:
                    # It answers others: to make some wait is how it shares itself out.
                    attempt, answers = 0, self._answers
                if attempt >= retries or delay is None:
                    raise self._failed(error) from error
                if error.status_code == 429:
                    self._not_before = time.monotonic() + delay
                    continue
            except (openai.OpenAIError, RuntimeError) as error:  # RuntimeError: closed meanwhile
                if stop.is_set():
                    raise _Stopped from error
                unreached = isinstance(error, openai.APIConnectionError) and not self._answers
                most = min(retries, _UNREACHED) if unreached else retries
                if attempt >= most or isinstance(error, RuntimeError):
                    raise self._failed(error) from error
                delay = _backoff(attempt)
            self._wait(delay, stop, until)

    def _delay(self, error: openai.APIStatusError, attempt: int) -> float | None:
        """How long to wait before the next attempt; None where that is of no use."""
        status = error.status_code
        if status in _TOO_MUCH:
            raise _Refused(_said(error)) from error
        if error.code == "insufficient_quota" or (status < 500 and status not in (408, 409, 429)):
            return None
        told = _seconds(error.response.headers.get("retry-after"))
        if told is not None and told > _PATIENCE:
            return None
        return _backoff(attempt) if told is None else told

    def _wait(self, seconds: float, stop: threading.Event, until: float) -> None:
        if until and seconds > until - time.monotonic():
            raise EmbeddingError(f"{self._name} is too busy.", _HINT)
        if stop.wait(max(0.0, seconds)):
            raise _Stopped

    def _read(self, content: bytes, wanted: int) -> Matrix:
        """The vectors in an answer, in the order of the texts."""
        try:
            answer = json.loads(content)
            data = answer["data"]
            rows: list[Any] = [None] * len(data)
            for place, each in enumerate(data):
                index = each.get("index", place)
                vector = each["embedding"]
                if isinstance(vector, str):
                    vector = np.frombuffer(base64.b64decode(vector), dtype="<f4")
                rows[index] = vector
            # One that is given twice leaves a row of another without any.
            if len(rows) != wanted:
                raise ValueError(f"there are {len(rows)} vectors for {wanted} texts")
            with np.errstate(over="ignore"):
                matrix = np.array(rows, dtype=np.float32)
            if matrix.ndim != 2 or not matrix.shape[1]:
                raise ValueError("the vectors differ in length or are none")
        except (ValueError, TypeError, LookupError, AttributeError) as error:
            raise EmbeddingError(
                f"{self._name} answered with no vectors that can be read: {error}.", _HINT
            ) from error
        size = matrix.shape[1]
        wished = self._options.dimensions or self.dimension
        if wished is not None and size != wished:
            raise EmbeddingError(
                f"{self._name} gave a vector of {size} dimensions in place of {wished}.",
                f"Set --embedding-dimensions to {size}, or name another model.",
            )
        self.dimension = size
        usage = answer.get("usage")
        tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
        if isinstance(tokens, int):
            with self._counting:
                self.tokens = (self.tokens or 0) + max(0, tokens)
        return unit(matrix, self._name)

    def _failed(self, error: Exception) -> EmbeddingError:
        hint = _HINT
        if isinstance(error, openai.APITimeoutError):
            what = "did not answer in time"
        elif isinstance(error, openai.APIConnectionError):
            what = f"cannot be reached ({error.__cause__ or error})"
        elif isinstance(error, openai.APIStatusError):
            what = f"said {error.status_code}: {_said(error)}"
            hint = _KEY_HINT if error.status_code in (401, 403) else _HINT
            if (told := _seconds(error.response.headers.get("retry-after"))) is not None:
                what += f" (to be asked again in {told:.0f} s)"
        else:
            what = f"failed ({error})"
        return EmbeddingError(f"{self._name} {what}.", hint)

    @property
    def _name(self) -> str:
        return f"The embedder {self._model} at {self._address}"


def _joined(parts: Sequence[Matrix]) -> Matrix:
    """Rows of all `parts`; what was refused before any vector was seen has no width yet."""
    width = max(each.shape[1] for each in parts)
    return np.concatenate(
        [
            each if each.shape[1] == width else np.zeros((len(each), width), each.dtype)
            for each in parts
        ]
    )


def _backoff(attempt: int) -> float:
    return float(min(8.0, 0.5 * 2**attempt) * random.uniform(0.7, 1.0))


def _said(error: openai.APIStatusError) -> str:
    body = error.body
    said = body.get("message") if isinstance(body, dict) else None
    return " ".join(str(said or error.message).split())[:200].rstrip(".")


def _seconds(header: str | None) -> float | None:
    """A Retry-After in seconds; as a date it is not heeded."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if seconds >= 0 else None


def _tokens(text: str) -> int:
    """How many tokens a text has at the most, by a rough estimate."""
    return len(text.encode("utf-8", "replace")) // _BYTES + 1


def _cut(text: str) -> str:
    """`text`, up to as much as every model of OpenAI's takes."""
    most = INPUT_TOKENS * _BYTES
    if len(text) * 4 > most:
        return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")
    return text
