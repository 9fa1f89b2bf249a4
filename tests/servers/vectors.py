"""What the scripted server answers to requests for embeddings: vectors made from the words."""

from __future__ import annotations

import asyncio
import base64
import math
from array import array
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from tests.servers.exchange import Exchange, Received

Reply = dict[str, Any]


@dataclass(frozen=True)
class Embeddings:
    """How requests for embeddings are answered.

    `delay` seconds a request, whatever its size; a request of more than `most_inputs` texts is
    refused. `failure` may play something else in place of an answer, and `altered` may change
    one before it is sent. `cheap` vectors tell texts apart and mean nothing: they take a
    thousandth of the time, for a benchmark of the client.
    """

    dimension: int = 64
    delay: float = 0.0
    most_inputs: int = 2048
    cheap: bool = False
    failure: Callable[[Received], Callable[[Exchange], Awaitable[None]] | None] | None = None
    altered: Callable[[Reply], Reply] | None = None
    _vectors: dict[int, str] = field(default_factory=dict, repr=False)

    async def play(self, to: Exchange) -> None:
        """Answer one request."""
        instead = self.failure(to.received) if self.failure else None
        await asyncio.sleep(self.delay)
        if instead is not None:
            await instead(to)
            return
        given = to.received["input"]
        texts = given if isinstance(given, list) and not _tokens(given) else [given]
        if not texts or len(texts) > self.most_inputs or "" in texts:
            error = {"message": f"'input' holds {len(texts)} texts or an empty one."}
            await to.whole(400, {"error": error | {"param": "input"}})
            return
        dimension = to.received["dimensions"] or self.dimension
        base = to.received["encoding_format"] == "base64"
        data = [
            {"object": "embedding", "index": n, "embedding": self._embedding(text, dimension, base)}
            for n, text in enumerate(texts)
        ]
        tokens = sum(len(str(text).split()) for text in texts)
        usage = {"prompt_tokens": tokens, "total_tokens": tokens}
        reply: Reply = {"object": "list", "model": to.received["model"]}
        reply |= {"data": data, "usage": usage}
        await to.whole(200, self.altered(reply) if self.altered else reply)

    def _embedding(self, text: object, dimension: int, base: bool) -> str | list[float]:
        if self.cheap and base:
            # Of a few hundred vectors made once, the one that the text's hash names.
            name = blake2b(str(text).encode(), digest_size=1).digest()[0] * 100_000 + dimension
            if name not in self._vectors:
                self._vectors[name] = _base64(_random(name, dimension))
            return self._vectors[name]
        vector = words_vector(str(text), dimension)
        return _base64(vector) if base else vector.tolist()


def words_vector(text: str, dimension: int) -> array[float]:
    """A unit vector in which texts with words in common are near each other."""
    made = [0.0] * dimension
    for word in text.lower().split():
        place, sign = _place(word, dimension)
        made[place] += sign
    norm = math.sqrt(sum(value * value for value in made))
    if not norm:
        made[0] = norm = 1.0
    return array("f", (value / norm for value in made))


@lru_cache(maxsize=100_000)
def _place(word: str, dimension: int) -> tuple[int, float]:
    number = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
    return number % dimension, 1.0 if number >> 63 else -1.0


def _random(seed: int, dimension: int) -> array[float]:
    blocks = (
        blake2b(b"%d %d" % (seed, n), digest_size=64).digest() for n in range(dimension // 64 + 1)
    )
    values = [byte - 127.5 for byte in b"".join(blocks)[:dimension]]
    norm = math.sqrt(sum(value * value for value in values))
    return array("f", (value / norm for value in values))


def _base64(vector: array[float]) -> str:
    return base64.b64encode(vector.tobytes()).decode()


def _tokens(given: Sequence[object]) -> bool:
    """Whether `given` is one text as token numbers, not a list of texts."""
    return bool(given) and all(isinstance(each, int) for each in given)
