"""A question becomes an Answer or an Abstention: retrieve, draft, verify.

With a model the draft comes claim by claim (bot/written.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter

from bot.answers import Draft, Locator, Notice, Reply
from bot.answers import Trace as Trace
from bot.locate import located
from bot.verify import verify
from index.errors import UsageError
from index.record import replaced
from index.schema import Filters, Hit, Retrieval
from index.sources import SourceText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from bot.conversation import Turn
    from bot.verify import Sources
    from bot.written import Model, Shown

    class Retriever(Protocol):
        """Finds passages; also what a test puts in its place."""

        def retrieve(self, question: str, k: int = ..., filters: Filters = ...) -> Retrieval: ...


MOST_CHARACTERS = 10_000
BY_WORDS = "What is found is found by its words alone."

Answerer = Callable[[Retrieval], Draft]
_ALL = Filters()


class Asker:
    """Answers from one generation of one corpus.

    `notices` stand under every reply: what the reader must know of this generation. `sources`
    is called for each question, so that each sees the documents as they are then. With a
    `model` it answers in the model's words, else in the documents' own.
    """

    def __init__(
        self,
        retriever: Retriever,
        answerer: Answerer,
        sources: Callable[[], Sources],
        *,
        generation: str = "",
        notices: tuple[Notice, ...] = (),
        hits: int = 10,
        model: Model | None = None,
    ) -> None:
        self.generation = generation
        self.notices = notices
        self._retriever = retriever
        self._answerer = answerer
        self._sources = sources
        self._hits = hits
        self._model = model

    def ask(self, question: str, filters: Filters = _ALL) -> Reply:
        return self.trace(question, filters).reply

    def trace(
        self,
        question: str,
        filters: Filters = _ALL,
        conversation: Sequence[Turn] = (),
        shown: Shown | None = None,
    ) -> Trace:
        """The reply to `question`, and how it came about.

        `conversation` is what was said before, oldest first: a model that is there to
        understand it can tell what "it" means.
        """
        begun = perf_counter()
        asked = _sound(question)

        def retrieve(text: str) -> Retrieval:
            return self._retriever.retrieve(_searchable(text), k=self._hits, filters=filters)

        sources = self._sources()
        if self._model is not None:
            from bot.written import written

            done = written(
                asked, conversation, self._model, retrieve, self._answerer, sources, shown
            )
        else:
            done = self._extracted(asked, retrieve, sources)
        reply = replaced(
            done.reply,
            nearest=_present(done.reply.nearest, sources),
            notices=(*self.notices, *troubles(done.retrieval), *done.reply.notices),
            generation=self.generation,
            elapsed_ms=_ms(begun, perf_counter()),
        )
        return replaced(done, reply=reply)

    def _extracted(
        self, asked: str, retrieve: Callable[[str], Retrieval], sources: Sources
    ) -> Trace:
        begun = perf_counter()
        retrieval = retrieve(asked)
        retrieved = perf_counter()
        draft = replaced(self._answerer(retrieval), question=asked)
        drafted = perf_counter()
        reply = verify(draft, sources, retrieval.languages)
        times = {
            "retrieve": _ms(begun, retrieved),
            "answer": _ms(retrieved, drafted),
            "verify": _ms(drafted, perf_counter()),
        }
        return Trace(reply, retrieval, times)

    def search(self, question: str, k: int = 10, filters: Filters = _ALL) -> tuple[Hit, ...]:
        """The best `k` passages for `question` that still stand in some file, without an answer."""
        return self.found(question, k, filters)[0]

    def found(
        self, question: str, k: int = 10, filters: Filters = _ALL
    ) -> tuple[tuple[Hit, ...], tuple[Notice, ...]]:
        """As `search`, and what is to be said of it."""
        retrieval, sources = self.retrieve(question, k, filters), self._sources()
        hits = _present(retrieval.hits, sources)
        if len(hits) == len(retrieval.hits):
            return hits, troubles(retrieval)
        ranks = {hit.rank for hit in hits}
        gone = dict.fromkeys(h.passage.file for h in retrieval.hits if h.rank not in ranks)
        said = (_withheld(file, sources.read(file)) for file in gone)
        return hits, (*troubles(retrieval), *said)

    def retrieve(self, question: str, k: int = 10, filters: Filters = _ALL) -> Retrieval:
        """The passages for `question` as they were indexed, and how they were found."""
        return self._retriever.retrieve(_searchable(_sound(question)), k=k, filters=filters)

    def lines(self, hits: Sequence[Hit]) -> tuple[Locator | None, ...]:
        """The place of each of `hits`; None where its file is no longer as it was indexed."""
        sources = self._sources()
        return tuple(_lines(hit, sources) for hit in hits)


def troubles(retrieval: Retrieval) -> tuple[Notice, ...]:
    """What went wrong with one arm while another still found passages."""
    return tuple(Notice("dense", f"{each} {BY_WORDS}") for each in retrieval.troubles)


def _present(hits: Sequence[Hit], sources: Sources) -> tuple[Hit, ...]:
    """Those of `hits` whose text still stands in some file, by the name and place it has now.

    What was deleted since it was indexed is shown no more, be it only as what comes nearest.
    """
    found = []
    for hit in hits:
        passage = hit.passage
        source = sources.read(passage.file)
        if source.text is None:
            continue
        start = passage.start
        if source.state == "changed":
            start = source.text.find(passage.text)
            if start < 0:
                continue
        if start != passage.start or source.file is not None:
            passage = replaced(
                passage,
                file=source.file or passage.file,
                start=start,
                end=start + len(passage.text),
            )
            hit = replaced(hit, passage=passage)
        found.append(hit)
    return tuple(found)


def _withheld(file: str, source: SourceText) -> Notice:
    if source.text is None:
        return Notice(
            "file_missing", f"{file} can no longer be read; what was found in it is withheld."
        )
    return Notice(
        "file_changed",
        f"{file} changed after it was indexed; what is not in it any more is withheld.",
    )


def _lines(hit: Hit, sources: Sources) -> Locator | None:
    passage = hit.passage
    source = sources.read(passage.file)
    if source.text is None or source.state != "same" or source.file is not None:
        return None
    return located(source.text, passage.start, passage.end, source.places)


def _sound(question: str) -> str:
    """`question` if it can be asked at all, in characters that every encoding has."""
    if len(question) > MOST_CHARACTERS:
        raise UsageError(
            f"The question is {len(question):,} characters long; at most {MOST_CHARACTERS:,} "
            "can be asked.",
            "Ask one thing at a time. Texts to be searched belong in the documents' folder.",
            phrase="too_long",
            figures=(len(question), MOST_CHARACTERS),
        )
    # Halves of surrogate pairs: what bytes that are not UTF-8 turn into on the command line.
    sound = question.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    if not any(ch.isalnum() for ch in sound):
        raise UsageError(
            "The question is empty." if not sound.strip() else "The question has no words in it.",
            "Say what you would like to know, for instance: Who met in Busan?",
            phrase="no_words",
        )
    return sound


def _searchable(question: str) -> str:
    """`question` without what nobody can have meant to search for: control characters."""
    if question.isprintable():
        return question
    return "".join(" " if ch < " " or "\x7f" <= ch <= "\x9f" else ch for ch in question).strip()


def _ms(begun: float, ended: float) -> float:
    return round((ended - begun) * 1000, 3)
