"""The scripted server plays what a script says, to the openai client itself."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from openai import APIStatusError, OpenAI

from tests.servers import plays
from tests.servers.exchange import Exchange, Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, text
from tests.servers.process import running
from tests.servers.vectors import Embeddings, Reply


@contextmanager
def client(base_url: str) -> Iterator[OpenAI]:
    with OpenAI(base_url=base_url, api_key="none", max_retries=0) as made:
        yield made


def said(base_url: str, stream: bool = True) -> str:
    with client(base_url) as asker:
        asked = asker.chat.completions
        if not stream:
            answer = asked.create(model="m", messages=[{"role": "user", "content": "Hi"}])
            return answer.choices[0].message.content or ""
        chunks = asked.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True)
        return "".join(choice.delta.content or "" for chunk in chunks for choice in chunk.choices)


@pytest.mark.parametrize("stream", [True, False])
def test_a_text_is_played_streamed_or_whole(stream: bool) -> None:
    with Server(text("Hello there.")) as server:
        assert said(server.base_url, stream) == "Hello there."
        (request,) = server.requests
        assert request.text == "Hi"
        assert request.form == "none"
        assert bool(request["stream"]) is stream


def test_a_list_is_played_in_turn_and_its_last_stays() -> None:
    with Server([text("a"), text("b")]) as server:
        assert [said(server.base_url) for _ in range(3)] == ["a", "b", "b"]


def test_a_play_may_be_chosen_by_the_request() -> None:
    def choose(request: Received) -> Play:
        return text("stream") if request["stream"] else text("whole")

    with Server(plays.by(choose)) as server:
        assert said(server.base_url, True) + said(server.base_url, False) == "streamwhole"


def test_pieces_come_at_the_rate_that_was_said() -> None:
    with Server(text("word " * 20, pieces=20, rate=40, delay=0.2)) as server:
        begun = time.monotonic()
        said(server.base_url)
        assert 0.65 < time.monotonic() - begun < 1.5


def test_models_are_listed_and_other_paths_are_not_found() -> None:
    with Server(models=["a", "b"]) as server, client(server.base_url) as asker:
        assert [model.id for model in asker.models.list()] == ["a", "b"]
        with pytest.raises(APIStatusError) as caught:
            asker.files.list()
        assert caught.value.status_code == 404


@pytest.mark.parametrize("cheap", [False, True])
@pytest.mark.parametrize("dimension", [64, 1000])
def test_embeddings_are_units_and_alike_in_both_encodings(dimension: int, cheap: bool) -> None:
    texts = ["the cat sat", "the cat sat", "a dog ran far away"]
    with (
        Server(embeddings=Embeddings(dimension, cheap=cheap)) as server,
        client(server.base_url) as asker,
    ):
        # The client itself asks for base64 where it is not told.
        packed = asker.embeddings.create(model="m", input=texts)
        one, same, other = (each.embedding for each in packed.data)
        assert len(one) == dimension
        assert one == same != other
        assert math.isclose(sum(value * value for value in one), 1, abs_tol=1e-5)
        if not cheap:
            plain = asker.embeddings.create(model="m", input=texts, encoding_format="float")
            assert [each.embedding for each in plain.data] == [one, same, other]
        assert server.requests[0]["encoding_format"] == "base64"
        short = asker.embeddings.create(model="m", input="x", dimensions=8, encoding_format="float")
        assert len(short.data[0].embedding) == 8


def test_embeddings_take_their_time_all_at_once() -> None:
    with Server(embeddings=Embeddings(delay=0.3)) as server, client(server.base_url) as asker:
        threads = [
            threading.Thread(target=lambda: asker.embeddings.create(model="m", input=["a"]))
            for _ in range(8)
        ]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 0.3 < time.monotonic() - begun < 1.2
        assert server.peak == 8


def test_embeddings_can_fail_and_be_altered() -> None:
    def failure(request: Received) -> Play | None:
        return plays.limited("1") if request.n == 0 else None

    def altered(reply: Reply) -> Reply:
        return reply | {"data": reply["data"][::-1]}

    embeddings = Embeddings(most_inputs=2, failure=failure, altered=altered)
    with Server(embeddings=embeddings) as server, client(server.base_url) as asker:
        with pytest.raises(APIStatusError) as caught:
            asker.embeddings.create(model="m", input=["a"])
        assert caught.value.status_code == 429
        reply = asker.embeddings.create(model="m", input=["a", "b"])
        assert [each.index for each in reply.data] == [1, 0]
        for refused in (["a", "b", "c"], [], [""]):
            with pytest.raises(APIStatusError) as caught:
                asker.embeddings.create(model="m", input=refused)
            assert caught.value.status_code == 400


def test_it_runs_as_a_process() -> None:
    with running("--text", "Hello there.", "--dimension", "8") as base_url:
        assert said(base_url) == "Hello there."
        with client(base_url) as asker:
            vector = asker.embeddings.create(model="m", input="a").data[0].embedding
            assert len(vector) == 8
    port = int(base_url.removesuffix("/v1").rpartition(":")[2])
    with Server(port=port) as server:  # the process is gone, or its port could not be taken
        assert server.base_url == base_url


def test_who_leaves_is_not_waited_for() -> None:
    async def hang(to: Exchange) -> None:
        await to.hang()

    begun = time.monotonic()
    with Server([hang]) as server:
        impatient = OpenAI(base_url=server.base_url, api_key="x", max_retries=0, timeout=0.2)
        with impatient, pytest.raises(Exception, match="timed out"):
            impatient.chat.completions.create(model="m", messages=[])
    assert time.monotonic() - begun < 2
