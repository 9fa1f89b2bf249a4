"""Footnote as a retriever and a query engine of LlamaIndex, to drop into what is there.

    engine = FootnoteQueryEngine.over("reports")
    response = engine.query("Who met in Busan?")   # .source_nodes are the verified quotes

To import this takes as long as LlamaIndex does: seconds.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from llama_index.core.base.response.schema import Response
from llama_index.core.query_engine import CustomQueryEngine
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import (
    NodeRelationship,
    NodeWithScore,
    QueryBundle,
    RelatedNodeInfo,
    TextNode,
)

from bot.answers import Answer, Citation, Reply
from bot.asker import Asker
from bot.locate import within
from bot.render.json import of_reply
from bot.settings import load
from bot.wiring import Desk
from index.hidden import count, marked
from index.schema import Filters, Hit

Askers = Callable[[], Asker]
_ALL = Filters()


def askers(corpus: str | Path, **settings: str) -> Askers:
    """What gives an Asker of the documents in `corpus` as they are each time it is called.

    `settings` are Footnote's by name (`store`, `model`, …); others come from the environment
    and from `footnote.toml`. Raises FootnoteError where they cannot be taken.
    """
    desk = Desk(load({**settings, "corpus": str(corpus)}, os.environ, Path.cwd()), lasting=True)
    turn = threading.Lock()  # a Desk refreshes its index for one at a time

    def asker() -> Asker:
        with turn:
            return desk.asker()

    return asker


class FootnoteRetriever(BaseRetriever):
    """The best `k` passages for a query, each a TextNode with its exact place in its file."""

    def __init__(self, asker: Askers, k: int = 10, filters: Filters = _ALL) -> None:
        super().__init__()
        self._asker = asker
        self._k = k
        self._filters = filters

    @classmethod
    def over(cls, corpus: str | Path, k: int = 10, **settings: str) -> Self:
        """A retriever over the documents in a folder; `settings` as for `askers`."""
        return cls(askers(corpus, **settings), k)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        hits = self._asker().search(query_bundle.query_str, self._k, self._filters)
        return [NodeWithScore(node=_node_of(hit), score=hit.order) for hit in hits]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class FootnoteQueryEngine(CustomQueryEngine):
    """Answers with footnotes: the source nodes are the verified quotes, in the order of their
    numbers. An abstention says so in `response` and in `metadata["status"]`, without nodes.

    `metadata` is what `footnote ask --json` prints.
    """

    asker: Any  # Askers; pydantic would try to call it
    filters: Any = _ALL

    @classmethod
    def over(cls, corpus: str | Path, **settings: str) -> Self:
        """An engine over the documents in a folder; `settings` as for `askers`."""
        return cls(asker=askers(corpus, **settings))

    def custom_query(self, query_str: str) -> Response:
        """The answer to a question, or the abstention, as a Response."""
        return _response_of(self.asker().ask(query_str, self.filters))

    async def acustom_query(self, query_str: str) -> Response:
        """As `custom_query`, in a thread: searching would hold up the event loop."""
        return await asyncio.to_thread(self.custom_query, query_str)


def _response_of(reply: Reply) -> Response:
    value = of_reply(reply)
    if not isinstance(reply, Answer):
        return Response(reply.message, [], value)
    nodes = [NodeWithScore(node=_node_of_citation(each)) for each in reply.citations]
    return Response(value["answer"], nodes, value)


def _node_of(hit: Hit) -> TextNode:
    passage = hit.passage
    date = passage.article.date
    return _node(
        passage.file,
        passage.text,
        passage.start,
        passage.end,
        title=passage.article.title,
        date=date.isoformat() if date else None,
        boilerplate=passage.boilerplate,
    )


def _node_of_citation(citation: Citation) -> TextNode:
    return _node(
        citation.file,
        citation.quote,
        citation.start,
        citation.end,
        n=citation.n,
        title=citation.title,
        date=citation.date.isoformat() if citation.date else None,
        boilerplate=citation.boilerplate,
        **_place(citation),
    )


def _place(citation: Citation) -> dict[str, Any]:
    """Where in its file a quote stands: its lines, or in words what else its format counts."""
    place = citation.locator
    if place.kind == "lines" and place.name is None:
        return {"lines": f"{place.first}-{place.last}"}
    return {"place": within(place)}


def _node(file: str, text: str, start: int, end: int, **known: Any) -> TextNode:
    """A node of `text`, which stands at `[start, end)` of `file`, in code points.

    A model may read it: what is hidden in it is marked.
    """
    known["hidden_characters"] = count(text) or None
    metadata = {"file": file, **{key: value for key, value in known.items() if value is not None}}
    if "title" in metadata:
        metadata["title"] = marked(metadata["title"])
    aside = sorted(metadata.keys() - {"file", "title", "date"})
    return TextNode(
        id_=f"{file}#{start}-{end}",
        text=marked(text),
        start_char_idx=start,
        end_char_idx=end,
        metadata=metadata,
        excluded_embed_metadata_keys=sorted(metadata),
        excluded_llm_metadata_keys=aside,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=file)},
    )
