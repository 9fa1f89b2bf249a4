"""Vectors from a server: all of them, in their places, or an error that says what is wrong."""

from __future__ import annotations

import math
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.dense import endpoint, remote
from index.dense.embed import EmbedderOptions, EmbeddingError, embedder_id, text_of, unit
from index.dense.embedders import make
from index.errors import UsageError
from index.schema import Article, Kind, Passage
from tests.servers.chroma import free_port
from tests.servers.exchange import Exchange, Received
from tests.servers.openai_like import Server
from tests.servers.plays import limited, status, whole
from tests.servers.vectors import Embeddings, words_vector

Play = Callable[[Exchange], Awaitable[None]]
TEXTS = [f"pier {n} of the harbour number {n * 7}" for n in range(500)]


@pytest.fixture(autouse=True)
def _hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "_backoff", lambda _: 0.01)


def options(server: Server, **more: Any) -> EmbedderOptions:
    named = {"model": "scripted", "base_url": server.base_url, "concurrency": 4, **more}
    return EmbedderOptions("openai", **named)


def gathered(server: Server, texts: list[str], **more: Any) -> dict[int, Any]:
    """The vectors by place."""
    found: dict[int, Any] = {}
    embedder = make(options(server, **more))
    for places, vectors in embedder.embed(texts):
        assert vectors.dtype == np.float32
        found |= zip(places, vectors, strict=True)
    embedder.close()
    return found


def right(texts: list[str], found: dict[int, Any], dimension: int = 64) -> bool:
    """Whether each text has the vector that the server makes of it."""
    wanted = [words_vector(text, dimension) for text in texts]
    return sorted(found) == list(range(len(texts))) and all(
        np.allclose(found[place], vector, atol=1e-6) for place, vector in enumerate(wanted)
    )


def pairs(given: EmbedderOptions) -> Iterator[list[tuple[int, Any]]]:
    """Places and vectors of TEXTS as they come."""
    for places, vectors in make(given).embed(iter(TEXTS)):
        yield list(zip(places, vectors, strict=True))


def first(count: int, play: Play) -> Callable[[Received], Play | None]:
    """A failure of the first requests only."""
    return lambda received: play if received.n < count else None


def test_ids_name_what_decides_vectors_and_no_address() -> None:
    ids = {
        embedder_id(EmbedderOptions("openai", "a", base_url="http://one", api_key="k")),
        embedder_id(EmbedderOptions("openai", "a", base_url="http://two", concurrency=2)),
        embedder_id(EmbedderOptions("openai", "b")),
        embedder_id(EmbedderOptions("openai", "a", dimensions=8)),
        embedder_id(EmbedderOptions("minilm")),
        embedder_id(EmbedderOptions("hashed")),
        embedder_id(EmbedderOptions("hashed", dimensions=8)),
    }
    assert len(ids) == 6
    with pytest.raises(UsageError, match="no embedder 'bert'") as caught:
        embedder_id(EmbedderOptions("bert"))
    assert "minilm" in caught.value.hint


def test_what_is_embedded_of_a_passage() -> None:
    article = Article(0, 9, "A new pier")
    assert text_of(Passage("a", 0, 0, 9, "It opened.", article)) == "A new pier\nIt opened."
    assert text_of(Passage("a", 0, 0, 9, "Menu", article, Kind.NAVIGATION)) == "Menu"
    assert text_of(Passage("a", 0, 0, 9, "odd \ud800 é", Article(0, 9))) == "odd ? é"
    assert text_of(Passage("a", 0, 0, 9, "Bu\u200bs\U000e0041an", Article(0, 9))) == "Busan"
    hidden = Passage("a", 0, 0, 2, "\U000e0041\U000e0042", Article(0, 2))
    assert text_of(hidden) == "[2 hidden characters]"


def test_hashed_vectors_are_the_same_everywhere_and_near_for_like_texts() -> None:
    embedder = make(EmbedderOptions("hashed"))
    one, like, other = (
        embedder.query(text) for text in ("the old harbour", "an old harbour", "부산항의 장관")
    )
    assert np.array_equal(one, next(iter(embedder.embed(["the old harbour"])))[1][0])
    assert one[:3].tolist() == pytest.approx([0.0, 0.0, 0.0])
    assert float(one @ like) > 0.7 > float(one @ other)
    assert float(np.linalg.norm(embedder.query(""))) == pytest.approx(1.0)


def test_every_text_gets_its_vector_by_batches_so_many_at_once() -> None:
    with Server(embeddings=Embeddings(delay=0.2)) as server:
        assert right(TEXTS, gathered(server, TEXTS))
        assert len(server.requests) == math.ceil(len(TEXTS) / remote.BATCH_TEXTS)
        assert server.peak == 4
        assert {each["encoding_format"] for each in server.requests} == {"base64"}
        assert {each["model"] for each in server.requests} == {"scripted"}


def test_a_batch_holds_no_more_than_so_many_tokens() -> None:
    texts = ["harbour " * 2500] * 12  # about 6,700 tokens each, by estimate
    with Server() as server:
        assert len(gathered(server, texts)) == 12
        assert {len(each["input"]) for each in server.requests} == {4}


def test_a_server_that_knows_no_base64_gives_floats() -> None:
    refused = status(400, "encoding_format is not supported")

    def failure(received: Received) -> Play | None:
        return refused if received["encoding_format"] == "base64" else None

    with Server(embeddings=Embeddings(failure=failure)) as server:
        assert right(TEXTS, gathered(server, TEXTS, concurrency=1))
        assert len(server.requests) == 8 + 1
        assert right(TEXTS, gathered(server, TEXTS))


def test_a_server_that_takes_few_texts_gets_few() -> None:
    with Server(embeddings=Embeddings(most_inputs=10)) as server:
        assert right(TEXTS, gathered(server, TEXTS))
        sizes = [len(each["input"]) for each in server.requests]
        assert sum(size > 10 for size in sizes) < 60 < sum(size <= 10 for size in sizes)
        assert max(sizes[-20:]) <= 10


def test_a_text_too_long_is_cut_and_cut_again() -> None:
    text = " ".join(f"word{n}" for n in range(9000))
    refused = status(400, "This model's maximum context length is 512 tokens")

    def failure(received: Received) -> Play | None:
        return refused if len(received["input"][0]) > 7000 else None

    with Server(embeddings=Embeddings(failure=failure)) as server:
        found = gathered(server, [text])
        kept = text[: remote.INPUT_TOKENS * 3 // 4]
        assert np.allclose(found[0], words_vector(kept, 64), atol=1e-6)
    with (
        Server(embeddings=Embeddings(failure=lambda _: refused)) as server,
        pytest.raises(EmbeddingError, match=r"refused every text: .*maximum context length"),
    ):
        gathered(server, [text])


@pytest.mark.parametrize("at", [0, 3, 499])
def test_a_text_too_long_even_so_is_left_out_and_told(at: int) -> None:
    refused = status(400, "odd input")

    def failure(received: Received) -> Play | None:
        return refused if any("odd" in each for each in received["input"]) else None

    texts = [*TEXTS[:at], "odd", *TEXTS[at + 1 :]]
    with Server(embeddings=Embeddings(failure=failure)) as server:
        found: dict[int, Any] = {}
        embedder = make(options(server))
        for places, vectors in embedder.embed(texts):
            found |= zip(places, vectors, strict=True)
        assert sorted(found) == [n for n in range(500) if n != at]
        assert all(np.allclose(v, words_vector(texts[n], 64), atol=1e-6) for n, v in found.items())
        (note,) = embedder.notes
        assert "refused 1 of the texts: odd input" in note


def test_a_text_that_was_cut_is_told_and_the_rest_is_whole() -> None:
    long = "harbour " * 200
    refused = status(400, "This model's maximum context length is 512 tokens")

    def failure(received: Received) -> Play | None:
        return refused if any(len(each) > 1000 for each in received["input"]) else None

    with Server(embeddings=Embeddings(failure=failure)) as server:
        embedder = make(options(server))
        found: dict[int, Any] = {}
        for places, vectors in embedder.embed([*TEXTS[:70], long, *TEXTS[70:]]):
            found |= zip(places, vectors, strict=True)
        embedder.close()
        (note,) = embedder.notes
        assert "cut at their ends" in note
        assert np.allclose(found.pop(70), words_vector(long[:800], 64), atol=1e-6)
        assert right(TEXTS, dict(enumerate(vector for _, vector in sorted(found.items()))))


def test_a_server_that_refuses_all_is_told_soon() -> None:
    with Server(embeddings=Embeddings(failure=lambda _: status(400, "no such model"))) as server:
        with pytest.raises(EmbeddingError, match="refused a text: no such model"):
            gathered(server, TEXTS)
        assert len(server.requests) < 400


def test_dimensions_are_asked_for_and_checked() -> None:
    def refused(received: Received) -> Play | None:
        return status(400, "no dimensions") if received["dimensions"] else None

    with Server() as server:
        assert right(TEXTS[:9], gathered(server, TEXTS[:9], dimensions=16), 16)
        assert server.requests[0]["dimensions"] == 16
    with Server(embeddings=Embeddings(dimension=16, failure=refused)) as server:
        assert right(TEXTS, gathered(server, TEXTS, dimensions=16), 16)
    with (
        Server(embeddings=Embeddings(dimension=32, failure=refused)) as server,
        pytest.raises(EmbeddingError, match="32 dimensions in place of 16") as caught,
    ):
        gathered(server, TEXTS, dimensions=16)
    assert "--embedding-dimensions to 32" in caught.value.hint


def altered(change: Callable[[list[Any]], object]) -> Embeddings:
    """A server that changes the list of its vectors before it gives them, as floats."""

    def alter(reply: dict[str, Any]) -> dict[str, Any]:
        data = reply["data"]
        for each in data:
            if isinstance(each["embedding"], str):
                each["embedding"] = words_vector("any", 4).tolist()
        change(data)
        return reply

    return Embeddings(dimension=4, altered=alter)


WRONG = {
    "none": lambda data: data.clear(),
    "one too few": lambda data: data.pop(),
    "one too many": lambda data: data.append(dict(data[0], index=len(data))),
    "one twice": lambda data: data[1].update(index=0),
    "out of bounds": lambda data: data[1].update(index=700),
    "below": lambda data: data[1].update(index=-1),
    "no number": lambda data: data[1].update(index="x"),
    "no vector": lambda data: data[1].pop("embedding"),
    "null": lambda data: data[1].update(embedding=None),
    "odd base64": lambda data: data[1].update(embedding="AAA"),
    "text": lambda data: data[1].update(embedding=["a", "b", "c", "d"]),
    "shorter": lambda data: data[1].update(embedding=[1.0]),
    "all empty": lambda data: [each.update(embedding=[]) for each in data],
    "zero": lambda data: data[1].update(embedding=[0.0] * 4),
    "NaN": lambda data: data[1].update(embedding=[float("nan")] * 4),
    "infinite": lambda data: data[1].update(embedding=[float("inf")] * 4),
    "huge": lambda data: data[1].update(embedding=[1e300] * 4),
    "not an object": lambda data: data.__setitem__(1, "x"),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_cannot_be_right_is_told(wrong: str) -> None:
    with (
        Server(embeddings=altered(WRONG[wrong])) as server,
        pytest.raises(EmbeddingError) as caught,
    ):
        gathered(server, TEXTS[:5])
    assert caught.value.hint


@pytest.mark.parametrize("body", ["<html>", "[]", "null", '{"data": 5}', '{"data": null}'])
def test_an_answer_that_is_none_is_told(body: str) -> None:
    play = whole(200, body)
    with (
        Server(embeddings=Embeddings(failure=lambda _: play)) as server,
        pytest.raises(EmbeddingError, match="can be read"),
    ):
        gathered(server, TEXTS[:5])


def test_vectors_out_of_order_are_put_in_order() -> None:
    def reverse(reply: dict[str, Any]) -> dict[str, Any]:
        reply["data"].reverse()
        return reply

    with Server(embeddings=Embeddings(altered=reverse)) as server:
        assert right(TEXTS, gathered(server, TEXTS))


def test_long_vectors_become_unit_vectors() -> None:
    assert np.allclose(unit([[3.0, 4.0]], "It"), [[0.6, 0.8]])


def test_what_passes_is_waited_for() -> None:
    with Server(embeddings=Embeddings(failure=first(3, status(500, "oh")))) as server:
        assert right(TEXTS, gathered(server, TEXTS))
        assert len(server.requests) == 8 + 3


def test_a_server_that_is_busy_is_left_alone_as_long_as_it_asks() -> None:
    with Server(embeddings=Embeddings(failure=first(1, limited("1")))) as server:
        assert right(TEXTS[:5], gathered(server, TEXTS[:5]))
        once, again = (each.at for each in server.requests)
        assert again - once >= 1.0


def test_who_is_told_to_wait_again_and_again_waits_as_long_as_others_are_answered() -> None:
    def failure(received: Received) -> Play | None:
        return limited("0.01") if received.n % 4 else None

    with Server(embeddings=Embeddings(failure=failure)) as server:
        assert right(TEXTS, gathered(server, TEXTS, retries=4))
        assert len(server.requests) > 24
    with Server(embeddings=Embeddings(failure=lambda _: limited("0.01"))) as server:
        with pytest.raises(EmbeddingError, match="429"):
            gathered(server, TEXTS[:5], retries=2)
        assert len(server.requests) == 3


def test_what_is_waited_for_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_TICK", 0.1)
    told: list[str] = []
    with Server(embeddings=Embeddings(failure=first(1, limited("1")))) as server:
        found = [
            one for each in make(options(server), told.append).embed(TEXTS[:5]) for one in each[0]
        ]
    assert found == list(range(5))
    assert "waiting 1 s: server busy" in told


def test_tokens_that_the_server_read_are_counted() -> None:
    with Server() as server:
        embedder = make(options(server))
        assert embedder.tokens is None
        list(embedder.embed(TEXTS))
        assert embedder.tokens == sum(len(text.split()) for text in TEXTS)
        embedder.close()


@pytest.mark.parametrize("usage", [None, [], {"total_tokens": "many"}, {"total_tokens": -5}])
def test_a_count_of_tokens_that_is_none_is_no_reason_to_fail(usage: Any) -> None:
    with Server(embeddings=Embeddings(altered=lambda reply: reply | {"usage": usage})) as server:
        embedder = make(options(server))
        assert len(list(embedder.embed(TEXTS[:5]))) == 1
        assert not embedder.tokens
        embedder.close()


def test_a_wrong_key_is_told_with_where_it_is_set() -> None:
    with Server(embeddings=Embeddings(failure=lambda _: status(401, "Bad key: canary"))) as server:
        with pytest.raises(EmbeddingError, match="Bad key") as caught:
            gathered(server, TEXTS, concurrency=1, api_key="canary")
        assert "canary" not in caught.value.message
        assert "OPENAI_API_KEY" in caught.value.hint
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("play", "said"),
    [
        (limited("3600"), "in 3600 s"),
        (status(401, "Incorrect API key"), "401: Incorrect API key"),
        (status(404, "no such model"), "404: no such model"),
    ],
)
def test_what_does_not_pass_is_told_at_once(play: Play, said: str) -> None:
    with Server(embeddings=Embeddings(failure=lambda _: play)) as server:
        with pytest.raises(EmbeddingError, match=said) as caught:
            gathered(server, TEXTS[:5])
        assert len(server.requests) == 1
    assert caught.value.hint


def test_a_server_that_stays_broken_is_given_up() -> None:
    broken = status(503, "loading the model")
    with Server(embeddings=Embeddings(failure=lambda _: broken)) as server:
        with pytest.raises(EmbeddingError, match="503: loading the model"):
            gathered(server, TEXTS[:5], retries=2)
        assert len(server.requests) == 3


def test_no_server_at_all_is_told() -> None:
    address = f"http://127.0.0.1:{free_port()}/v1"
    embedder = make(EmbedderOptions("openai", "m", base_url=address, retries=50))
    with pytest.raises(EmbeddingError, match="cannot be reached") as caught:
        list(embedder.embed(["text"]))
    assert address in caught.value.message


def test_what_was_computed_before_a_failure_is_given() -> None:
    dead = status(401, "Your key has expired")

    def failure(received: Received) -> Play | None:
        return dead if received.n >= 5 else None

    with Server(embeddings=Embeddings(delay=0.05, failure=failure)) as server:
        found: dict[int, Any] = {}
        with pytest.raises(EmbeddingError, match="expired"):
            found.update(each for some in pairs(options(server)) for each in some)
        # The last batch is smaller, and may have been among the first five to arrive.
        assert len(found) in (5 * remote.BATCH_TEXTS, 4 * remote.BATCH_TEXTS + 500 % 64)
        assert len(server.requests) <= 5 + 4  # nothing was sent after it, but what was under way


def test_one_who_stops_listening_stops_the_requests() -> None:
    with Server(embeddings=Embeddings(delay=0.1)) as server:
        vectors = make(options(server, concurrency=1)).embed(TEXTS * 20)
        next(vectors)
        started = time.monotonic()
        vectors.close()  # type: ignore[attr-defined]
        assert time.monotonic() - started < 2.0
        assert len(server.requests) <= 4


def test_a_question_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    with Server() as server:
        vector = make(options(server)).query("harbour")
        assert np.allclose(vector, words_vector("harbour", 64), atol=1e-6)
    monkeypatch.setattr(remote, "_QUESTION", 0.5)
    with Server(embeddings=Embeddings(delay=30)) as server:
        started = time.monotonic()
        with pytest.raises(EmbeddingError):
            make(options(server)).query("harbour")
        assert time.monotonic() - started < 2.0
    with Server(embeddings=Embeddings(failure=lambda _: limited("5"))) as server:
        with pytest.raises(EmbeddingError, match="busy"):
            make(options(server)).query("harbour")
        assert len(server.requests) == 1


def test_without_a_key_or_an_address_nobody_is_asked() -> None:
    with pytest.raises(EmbeddingError, match="needs a key") as caught:
        make(EmbedderOptions("openai"))
    assert "OPENAI_API_KEY" in caught.value.hint


def test_a_download_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chromadb.utils.embedding_functions import ONNXMiniLM_L6_V2

    monkeypatch.setattr(ONNXMiniLM_L6_V2, "DOWNLOAD_PATH", tmp_path)
    with pytest.raises(EmbeddingError, match="MiniLM") as caught:
        list(make(EmbedderOptions("minilm")).embed(["text"]))
    assert "downloaded once" in caught.value.hint
