"""LlamaIndex's side of the dense arm: passages as TextNodes through an IngestionPipeline.

It takes seconds to import, and is needed only where vectors are stored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.ingestion import IngestionPipeline
from llama_index.core.schema import BaseNode, MetadataMode, TextNode, TransformComponent
from llama_index.vector_stores.chroma import ChromaVectorStore

from index.dense.vectors import key_of

# Keys of texts to their vectors, all of them.
Lookup = Callable[[Sequence[bytes]], Mapping[bytes, Any]]


class Known(BaseEmbedding):
    """An embedding model that looks up what our embedder gave."""

    _lookup: Lookup = PrivateAttr()

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(model_name="footnote", embed_batch_size=2048)
        self._lookup = lookup

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        keys = [key_of(text) for text in texts]
        found = self._lookup(keys)
        return [found[key].tolist() for key in keys]

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)


class WithoutText(TransformComponent):
    """Takes the text out of nodes once they are embedded: the generation keeps it."""

    def __call__(self, nodes: Sequence[BaseNode], **_: Any) -> Sequence[BaseNode]:
        for node in nodes:
            node.set_content("")
        return nodes


def store(collection: Any, nodes: Sequence[TextNode], lookup: Lookup) -> None:
    """Embed nodes by `lookup` and store them in a collection of Chroma's."""
    IngestionPipeline(
        transformations=[Known(lookup), WithoutText()],
        vector_store=ChromaVectorStore(chroma_collection=collection),
        disable_cache=True,
    ).run(nodes=list(nodes))


def node(id: str, text: str, **metadata: int) -> TextNode:
    """A passage as LlamaIndex has it; only its text is embedded."""
    made = TextNode(
        id_=id, text=text, metadata=metadata, excluded_embed_metadata_keys=list(metadata)
    )
    assert made.get_content(MetadataMode.EMBED) == text
    return made
