"""A request for vectors to an OpenAI-compatible `/embeddings`: its forms, retries and answer."""

from __future__ import annotations

import base64
import json
import random
import threading
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import openai

from index.dense.embed import EmbedderOptions, EmbeddingError, unit

if TYPE_CHECKING:
    from index.dense.embed import Matrix

HINT = "Check the embedder's address, key and model; what was embedded so far is kept."
_KEY_HINT = (
    "Check the key: OPENAI_API_KEY, or --embedding-api-key where the embedder has one of its own."
)
_OPENAI = "https://api.openai.com/v1"
_PATIENCE = 60.0  # seconds: who is asked to wait longer gives up
_UNREACHED = 2  # times that a server is tried again that never was reached
_TOO_MUCH = (400, 413, 422)  # what servers say to batches or texts that are too large


class Refused(Exception):
    """The server takes no such request; another form or a smaller one it may."""

    def __init__(self, said: str) -> None:
        super().__init__(said)


class Stopped(Exception):
    """Another request failed for good; this one need not go on."""


class Endpoint:
    """A server's `/embeddings`, for several threads at once.

    `dimension` is that of its vectors, once one is known, and `tokens` what it read for them, if
    it says so. Until `not_before` it is too busy.
    """

    def __init__(self, model: str, options: EmbedderOptions) -> None:
        if not (options.base_url or options.api_key):
            raise EmbeddingError(
                "The embedder needs a key or the address of a server.",
                "Set OPENAI_API_KEY, or name a server with --embedding-base-url.",
            )
        self.dimension: int | None = None
        self.tokens: int | None = None
        self.not_before = 0.0  # a server that is busy is busy for all threads
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
        self._counting = threading.Lock()
        self._answers = 0

    @property
    def name(self) -> str:
        """What it is called where something went wrong."""
        return f"The embedder {self._model} at {self._address}"

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def answered(self, batch: list[str], stop: threading.Event, until: float) -> Matrix:
        """The vectors of `batch`, by a request in the form that the server is known to take.

        Some know no base64, and some no dimensions.
        """
        forms = [self._form]
        if not self._understood:
            forms += [(False, self._form[1]), (False, False)]
        refused = Refused("")
        for form in dict.fromkeys(forms):
            try:
                content = self._asked(batch, *form, stop, until)
            except Refused as error:
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
            self._wait(self.not_before - time.monotonic(), stop, until)
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
                    self.not_before = time.monotonic() + delay
                    continue
            except (openai.OpenAIError, RuntimeError) as error:  # RuntimeError: closed meanwhile
                if stop.is_set():
                    raise Stopped from error
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
            raise Refused(self._said(error)) from error
        if error.code == "insufficient_quota" or (status < 500 and status not in (408, 409, 429)):
            return None
        told = _seconds(error.response.headers.get("retry-after"))
        if told is not None and told > _PATIENCE:
            return None
        return _backoff(attempt) if told is None else told

    def _wait(self, seconds: float, stop: threading.Event, until: float) -> None:
        if until and seconds > until - time.monotonic():
            raise EmbeddingError(f"{self.name} is too busy.", HINT)
        if stop.wait(max(0.0, seconds)):
            raise Stopped

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
                f"{self.name} answered with no vectors that can be read: {error}.", HINT
            ) from error
        size = matrix.shape[1]
        wished = self._options.dimensions or self.dimension
        if wished is not None and size != wished:
            raise EmbeddingError(
                f"{self.name} gave a vector of {size} dimensions in place of {wished}.",
                f"Set --embedding-dimensions to {size}, or name another model.",
            )
        self.dimension = size
        usage = answer.get("usage")
        tokens = usage.get("total_tokens") if isinstance(usage, dict) else None
        if isinstance(tokens, int):
            with self._counting:
                self.tokens = (self.tokens or 0) + max(0, tokens)
        return unit(matrix, self.name)

    def _failed(self, error: Exception) -> EmbeddingError:
        hint = HINT
        if isinstance(error, openai.APITimeoutError):
            what = "did not answer in time"
        elif isinstance(error, openai.APIConnectionError):
            what = f"cannot be reached ({error.__cause__ or error})"
        elif isinstance(error, openai.APIStatusError):
            what = f"said {error.status_code}: {self._said(error)}"
            hint = _KEY_HINT if error.status_code in (401, 403) else HINT
            if (told := _seconds(error.response.headers.get("retry-after"))) is not None:
                what += f" (to be asked again in {told:.0f} s)"
        else:
            what = f"failed ({error})"
        return EmbeddingError(f"{self.name} {what}.", hint)

    def _said(self, error: openai.APIStatusError) -> str:
        """The server's own words, without the key: it may name what it was sent."""
        body = error.body
        said = str((body.get("message") if isinstance(body, dict) else "") or error.message)
        if self._options.api_key:
            said = said.replace(self._options.api_key, "[key]")
        return " ".join(said.split())[:200].rstrip(".")


def _backoff(attempt: int) -> float:
    return float(min(8.0, 0.5 * 2**attempt) * random.uniform(0.7, 1.0))


def _seconds(header: str | None) -> float | None:
    """A Retry-After in seconds; as a date it is not heeded."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return seconds if seconds >= 0 else None
