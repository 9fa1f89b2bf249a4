"""The arm embeds a question once, and leaves an embedder that fails alone."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.dense import arm as arms
from index.dense.arm import DenseArm
from index.dense.embed import EmbedderOptions, EmbeddingError
from index.dense.search import DenseReader
from tests.index.dense.test_search import HASHED, SIZE, Index
from tests.servers.openai_like import Server
from tests.servers.plays import status
from tests.servers.vectors import Embeddings


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Index(tmp_path_factory.mktemp("arm"))


def test_an_arm_embeds_a_question_once(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    arm = DenseArm(DenseReader(index.folder, index.part), HASHED, {"en": 0.5})
    first = arm.search("harbour", 3)
    assert first == arm.search("harbour", 3, kinds=range(5))
    monkeypatch.setattr(arm._embedder, "query", pytest.fail)
    with ThreadPoolExecutor(50) as pool:
        assert all(pool.map(lambda _: arm.search("harbour", 3) == first, range(400)))
    assert arm.trust == {"en": 0.5}
    arm.close()


def test_a_question_of_another_dimension_is_told(index: Index) -> None:
    arm = DenseArm(
        DenseReader(index.folder, index.part), EmbedderOptions("hashed", dimensions=8), {}
    )
    with pytest.raises(EmbeddingError, match="of 8 dimensions now, and the index has 24") as caught:
        arm.search("harbour", 3)
    assert "--embedding-dimensions to 8" in caught.value.hint


def test_an_embedder_that_fails_is_left_alone_for_a_while(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arms, "_RESPITE", 0.4)
    reader = DenseReader(index.folder, index.part)
    with Server(embeddings=Embeddings(SIZE, failure=lambda _: status(401, "no"))) as server:
        options = EmbedderOptions("openai", "m", base_url=server.base_url)
        arm = DenseArm(reader, options, {})
        for _ in range(3):
            with pytest.raises(EmbeddingError, match="401"):
                arm.search("harbour", 3)
        assert len(server.requests) == 1
        time.sleep(0.5)
        with pytest.raises(EmbeddingError, match="401"):
            arm.search("harbour", 3)
        assert len(server.requests) == 2
        arm.close()
