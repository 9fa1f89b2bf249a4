"""What an answer may quote after the documents changed: what stands in them now, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.answers import Answer, Quote, Trace
from bot.asker import Asker
from bot.extractive import answer
from bot.render.json import of_reply
from index.generation import Generation
from index.retrieve import Retriever
from index.sources import Sources
from tests.index.histories.documents import COUNTS, THINGS, kind_of, reading
from tests.index.histories.model import Blob, Snapshot
from tests.refind import refind


@dataclass(frozen=True)
class Fate:
    """Where a quote may be cited from, if it may be at all, and whether it must be."""

    files: frozenset[str]
    must: bool = True


def answering(indexed: Snapshot) -> list[tuple[tuple[str, ...], str]]:
    """The names of documents, and a question that each answers; each question once."""
    found: dict[str, tuple[str, ...]] = {}
    for held in indexed.documents:
        for thing, place, _ in THINGS:
            if held.reading.document and f"{thing} of {place}" in held.reading.document.text:
                found.setdefault(f"Who mended the {thing} of {place}?", held.names)
    return [(names, question) for question, names in found.items()]


def wrong(
    generation: Generation,
    indexed: Snapshot,
    now: dict[str, Blob],
    corpus: Path,
    question: str,
) -> list[str]:
    """What is wrong with the answer to `question` by an index of `indexed`."""
    retriever = Retriever(generation)
    try:
        trace = Asker(retriever, answer, lambda: Sources(generation, corpus)).trace(question)
    finally:
        retriever.close()
    refind(of_reply(trace.reply), corpus)
    return _judged(trace, indexed, now)


def _judged(trace: Trace, indexed: Snapshot, now: dict[str, Blob]) -> list[str]:
    reply = trace.reply
    claims = {claim.text: claim for claim in reply.claims} if isinstance(reply, Answer) else {}
    cited = reply.citations if isinstance(reply, Answer) else ()
    said = [each.message for each in reply.notices if each.kind.startswith("file_")]
    found: list[str] = []
    allowed: dict[str, frozenset[str]] = {}
    for proposed in answer(trace.retrieval).claims:
        fates = [_fate(quote, indexed, now) for quote in proposed.quotes]
        text = " ".join(quote.text for quote in proposed.quotes)
        for quote, fate in zip(proposed.quotes, fates, strict=True):
            allowed[quote.text] = allowed.get(quote.text, frozenset()) | fate.files
        shown = claims.get(text) is not None
        COUNTS["shown" if shown else "withheld"] += 1
        if not shown and all(fate.must and fate.files for fate in fates):
            found.append(f"withheld, though it stands: {text!r}; {reply}")
        if shown and not all(fate.files for fate in fates):
            found.append(f"shown, though it stands no more: {text!r}; {reply}")
        if not shown:
            files = [quote.passage.file for quote in proposed.quotes if quote.passage is not None]
            if not any(file in message for file in files for message in said):
                found.append(f"withheld in silence: {text!r}; {reply}")
    for citation in cited:
        if citation.file not in allowed.get(citation.quote, ()):
            found.append(f"{citation.quote!r} is cited from {citation.file}; {reply}")
        COUNTS["under another name"] += citation.file not in indexed.loaded
        COUNTS["of copies"] += len(citation.also) > 0
        for other in citation.also:
            same = other in now and now[other].data == now[citation.file].data
            if not same or other == citation.file:
                found.append(f"{other} is no copy of {citation.file}; {reply}")
    return found


def _fate(quote: Quote, indexed: Snapshot, now: dict[str, Blob]) -> Fate:
    """What may become of a quote, by the bytes alone."""
    assert quote.passage is not None
    file = quote.passage.file
    seen, kind = indexed.seen[file], kind_of(file)
    standing = now.get(file)
    if standing is not None and standing.data == seen.data:
        return Fate(frozenset({file}))
    alike = {name for name, blob in now.items()
             if kind_of(name) == kind and blob.data == seen.data}  # fmt: skip
    copies = {name for name in alike if indexed.bytes.get(name) == seen.data}
    if copies:
        return Fate(frozenset(copies))
    if standing is None:
        moved = {name for name in alike
                 if now[name] is seen.blob and seen.blob.version == seen.version}  # fmt: skip
        return Fate(frozenset(moved or alike), must=bool(moved))
    document = reading(kind, standing.data).document
    if document is not None and quote.text in document.text:
        return Fate(frozenset({file}))
    # That another file took its name is no reason to look for it everywhere, nor against it.
    return Fate(frozenset(alike), must=False)
