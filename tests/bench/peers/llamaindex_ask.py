"""The peer: asks a LlamaIndex VectorStoreIndex over a persistent Chroma collection, once.

`build FOLDER CORPUS` stores the corpus' paragraphs; `ask FOLDER QUESTION` opens that and prints
what is nearest. The embedder is a mock, so that what is timed is the way to an answer and not a
model. Written as LlamaIndex's and Chroma's own documentation shows it.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import chromadb
import chromadb.config
from llama_index.core import StorageContext, VectorStoreIndex
from llama_index.core.embeddings import MockEmbedding
from llama_index.core.schema import TextNode
from llama_index.vector_stores.chroma import ChromaVectorStore

EMBEDDING = MockEmbedding(embed_dim=384)


def store(folder: str) -> ChromaVectorStore:
    client = chromadb.PersistentClient(
        folder, settings=chromadb.config.Settings(anonymized_telemetry=False)
    )
    return ChromaVectorStore(chroma_collection=client.get_or_create_collection("peer"))


def build(folder: str, corpus: str) -> None:
    nodes = [
        TextNode(text=paragraph, metadata={"file": path.name})
        for path in sorted(Path(corpus).glob("*.txt"))
        for paragraph in re.split(r"\s*\n\s*", path.read_text(encoding="utf-8").strip())
    ]
    VectorStoreIndex(
        nodes,
        storage_context=StorageContext.from_defaults(vector_store=store(folder)),
        embed_model=EMBEDDING,
    )
    print(f"{len(nodes)} passages")


def ask(folder: str, question: str) -> None:
    index = VectorStoreIndex.from_vector_store(store(folder), embed_model=EMBEDDING)
    for hit in index.as_retriever(similarity_top_k=3).retrieve(question):
        print(f"{hit.score:.3f} {hit.metadata['file']}: {hit.text[:200]}")


if __name__ == "__main__":
    {"build": build, "ask": ask}[sys.argv[1]](*sys.argv[2:])
