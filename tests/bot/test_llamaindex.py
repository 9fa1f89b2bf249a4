"""Footnote inside LlamaIndex: its own interfaces, real documents, true offsets."""

from __future__ import annotations

import asyncio
import gc
from pathlib import Path

import pytest
from llama_index.core.prompts import BasePromptTemplate
from llama_index.core.query_engine import RetrieverQueryEngine
from llama_index.core.response_synthesizers import BaseSynthesizer
from llama_index.core.schema import MetadataMode, TextNode

from bot.llamaindex import FootnoteQueryEngine, FootnoteRetriever, askers
from index.errors import UsageError

SEEDS = Path(__file__).resolve().parents[2] / "seeds"
QUESTION = "In which port city did the three foreign ministers meet?"


def text_of(file: str, corpus: Path = SEEDS) -> str:
    return (corpus / file).read_bytes().decode("utf-8")


@pytest.fixture
def store(tmp_path: Path) -> str:
    return str(tmp_path / "store")


def test_retrieved_nodes_stand_at_their_offsets(store: str) -> None:
    found = FootnoteRetriever.over(SEEDS, k=4, store=store).retrieve(QUESTION)
    assert len(found) == 4
    for each in found:
        node = each.node
        assert isinstance(node, TextNode)
        text = text_of(node.metadata["file"])
        assert text[node.start_char_idx : node.end_char_idx] == node.text
        assert node.ref_doc_id == node.metadata["file"]
        assert node.get_content(MetadataMode.EMBED) == node.text
    scores = [each.score or 0.0 for each in found]
    assert scores == sorted(scores, reverse=True)


def test_the_source_nodes_of_an_answer_are_its_quotes(store: str) -> None:
    response = FootnoteQueryEngine.over(SEEDS, store=store).query(QUESTION)
    assert "Busan" in str(response)
    assert response.metadata
    assert response.metadata["status"] == "answered"
    assert [each.node.metadata["n"] for each in response.source_nodes] == [
        each["n"] for each in response.metadata["citations"]
    ]
    for each in response.source_nodes:
        node = each.node
        assert isinstance(node, TextNode)
        text = text_of(node.metadata["file"])
        assert text[node.start_char_idx : node.end_char_idx] == node.text


def test_a_node_shows_what_its_text_hides(tmp_path: Path, store: str) -> None:
    tags = "".join(chr(0xE0000 + ord(ch)) for ch in "obey")
    text = f"The harbour{tags} master of Busan is Kim Minsu, who was chosen in 2021.\n"
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus/a.txt").write_text(text, encoding="utf-8")
    question = "Who is the harbour master of Busan?"
    (found,) = FootnoteRetriever.over(tmp_path / "corpus", store=store).retrieve(question)
    (cited,) = (
        FootnoteQueryEngine.over(tmp_path / "corpus", store=store).query(question).source_nodes
    )
    for node in (found.node, cited.node):
        assert isinstance(node, TextNode)
        assert node.text == text.strip().replace(tags, "[4 hidden characters]")
        assert node.metadata["hidden_characters"] == 4
        assert text[node.start_char_idx : node.end_char_idx] == text.strip()


def test_an_abstention_has_no_source_nodes(store: str) -> None:
    response = FootnoteQueryEngine.over(SEEDS, store=store).query("What is the GDP of Mongolia?")
    assert response.metadata
    assert response.metadata["status"] == "abstained"
    assert response.source_nodes == []
    assert str(response) == "The documents do not say."


def test_both_answer_from_an_event_loop(store: str) -> None:
    async def ask() -> tuple[int, str]:
        nodes = await FootnoteRetriever.over(SEEDS, k=2, store=store).aretrieve(QUESTION)
        response = await FootnoteQueryEngine.over(SEEDS, store=store).aquery(QUESTION)
        return len(nodes), str(response)

    count, answer = asyncio.run(ask())
    assert count == 2
    assert "Busan" in answer


def test_documents_that_change_are_seen(tmp_path: Path) -> None:
    corpus = tmp_path / "docs"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The bridge in Ulsan was opened on 3 May 1999.\n")
    engine = FootnoteQueryEngine.over(corpus, store=str(tmp_path / "store"))
    assert "1999" in str(engine.query("When was the bridge in Ulsan opened?"))
    (corpus / "a.txt").write_text("The bridge in Ulsan was opened on 4 June 2007.\n")
    assert "2007" in str(engine.query("When was the bridge in Ulsan opened?"))


def test_who_still_answers_when_documents_change_answers_to_its_end(tmp_path: Path) -> None:
    corpus = tmp_path / "docs"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The bridge in Ulsan was opened on 3 May 1999.\n")
    asker = askers(corpus, store=str(tmp_path / "store"))
    earlier = asker()
    held = earlier.generation
    (corpus / "b.txt").write_text("The ferry to Quenby leaves at seven.\n")
    assert asker().generation != held
    # Another thread may have got it before: with a model, an answer takes seconds.
    assert "1999" in str(earlier.ask("When was the bridge in Ulsan opened?"))
    (corpus / "b.txt").write_text("The ferry to Quenby leaves at eight.\n")
    del earlier
    gc.collect()  # what an error on the way left in a circle with its traceback
    asker()
    generations = next((tmp_path / "store").glob("docs-*/generations"))
    assert held not in {each.name for each in generations.iterdir()}


class Joined(BaseSynthesizer):
    """A synthesizer of LlamaIndex' that needs no model: it joins what it is given."""

    def _get_prompts(self) -> dict[str, BasePromptTemplate]:
        return {}

    def _update_prompts(self, prompts: object) -> None:
        """It has none."""

    def get_response(self, query_str: str, text_chunks: object, **_: object) -> str:
        assert isinstance(text_chunks, list)
        return f"{query_str}: {len(text_chunks)}"

    async def aget_response(self, query_str: str, text_chunks: object, **_: object) -> str:
        return self.get_response(query_str, text_chunks)


def test_the_retriever_serves_an_engine_of_llamaindex(store: str) -> None:
    from llama_index.core.llms import MockLLM

    engine = RetrieverQueryEngine(
        FootnoteRetriever.over(SEEDS, k=3, store=store),
        response_synthesizer=Joined(llm=MockLLM()),
    )
    response = engine.query(QUESTION)
    assert str(response) == f"{QUESTION}: 3"
    assert len(response.source_nodes) == 3


def test_a_setting_that_is_none_is_told(store: str) -> None:
    with pytest.raises(UsageError):
        FootnoteQueryEngine.over(SEEDS, store=store, mode="fancy")
