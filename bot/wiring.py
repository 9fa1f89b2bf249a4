"""Settings to an Asker: the only place that chooses implementations."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.answers import Notice
from bot.asker import BY_WORDS, Asker
from bot.candidates import MOST_HITS
from bot.current import Current, Progress, current
from bot.extractive import answer
from bot.settings import Settings
from index.closing import Closing
from index.errors import StoreError, UsageError
from index.record import replaced
from index.retrieve import Retriever
from index.sources import Sources
from index.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.budget import Budget
    from bot.chat.client import Chat
    from bot.chat.recorded import Recorded
    from bot.chat.recordings import Recordings
    from bot.consulted import Consultant
    from bot.services import ModelSettings
    from bot.written import Model
    from index.build import Report
    from index.dense.arm import DenseArm
    from index.dense.embed import EmbedderOptions
    from index.generation import Generation
    from index.scan import Scan
    from index.schema import Filters


class Desk(Closing):
    """Where questions are asked: keeps an Asker of the current generation at hand.

    `refreshed` is told when the index had to be built or refreshed. With `recordings` a model says
    what it said before. Where several threads ask, an Asker is `lasting`: what it reads stays open
    until nobody has it any more.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        update: bool = True,
        progress: Progress | None = None,
        refreshed: Callable[[Report], None] | None = None,
        recordings: Recordings | None = None,
        lasting: bool = False,
    ) -> None:
        self._settings = settings
        self._lasting = lasting
        self._update = update
        self._progress = progress
        self._refreshed = refreshed
        self._store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
        self._model: Model | None = None
        if settings.model is not None:
            self._model = _model(settings.model, settings.store, recordings)
        self._embedder = embedder_of(settings)
        self._dense: DenseArm | None = None
        self._about_arms: tuple[Notice, ...] = ()
        self._current: Current | None = None
        self._asker: Asker | None = None
        self._retriever: Retriever | None = None

    def asker(self) -> Asker:
        """An Asker of the corpus as it is now; the same one as before where nothing changed."""
        now = current(
            self._settings.corpus,
            self._store,
            update=self._update,
            progress=self._progress,
            embedder=self._embedder,
            chroma=chroma_of(self._settings),
        )
        if now.report is not None and self._refreshed is not None:
            self._refreshed(now.report)
        before = self._current
        if before is not None and self._asker is not None:
            if before.generation.name == now.generation.name:
                now.generation.close()
                self._asker.notices = (*self._settings.notices, *self._about_arms, *now.notices)
                return self._asker
            self._let_go()
        if before is not None or now.report is not None:
            self._store.tidy()  # what was held until now
        self._current = now
        self._dense, self._about_arms = _arm(now.generation, self._embedder)
        self._retriever = Retriever(now.generation, self._dense)
        self._asker = Asker(
            self._retriever,
            answer,
            lambda: Sources(now.generation, self._settings.corpus),
            generation=now.generation.name,
            notices=(*self._settings.notices, *self._about_arms, *now.notices),
            hits=MOST_HITS,
            model=self._model,
        )
        return self._asker

    @property
    def generation(self) -> Generation:
        """The generation that the Asker reads; open until `close`, or until it asks for another."""
        assert self._current is not None, "ask for an Asker first"
        return self._current.generation

    def within(self, filters: Filters) -> Filters:
        """`filters` with its files as paths below the corpus; each must name some document.

        A path as the shell completes it, which leads into the corpus from the working folder,
        will do too.
        """
        if not filters.files:
            return filters
        return replaced(
            filters, files=tuple(self._below(name, self.generation) for name in filters.files)
        )

    def _below(self, name: str, generation: Generation) -> str:
        root = os.path.realpath(self._settings.corpus)
        names = [name.replace(os.sep, "/")]
        whole = os.path.realpath(name)
        if whole == root or whole.startswith(root + os.sep):
            names.append(os.path.relpath(whole, root).replace(os.sep, "/"))
        for each in names:
            if generation.matching((each,)):
                return each
        import difflib  # only an error needs it

        close = difflib.get_close_matches(name, list(generation.files()), 1)
        raise UsageError(
            f"No document is named {name!r}, and none lies below a folder of that name.",
            f"Did you mean {close[0]}?" if close else "Name it by its path below the corpus.",
        )

    def close(self) -> None:
        """Let the index go, and the model."""
        if self._model is not None:
            self._model.close()
        held = self._current.generation.name if self._current is not None else None
        self._let_go()
        if held is not None and self._update and self._store.standing() != held:
            self._store.tidy()

    def _let_go(self) -> None:
        generation = self._current.generation if self._current is not None else None
        parts = (self._retriever, self._dense, generation)
        held = [each for each in parts if each is not None]
        asker = self._asker
        self._current = self._asker = self._retriever = self._dense = None
        if asker is None or not self._lasting:
            _close(held)
        else:
            from weakref import finalize  # who asks in one thread does without

            finalize(asker, _close, held).atexit = False


def _close(held: Sequence[Retriever | DenseArm | Generation]) -> None:
    for each in held:
        each.close()


def reindex(
    settings: Settings,
    progress: Progress | None = None,
    *,
    scanned: Scan | None = None,
    wait: float = 0.0,
    anew: bool = False,
) -> Report:
    """Build or refresh the index; the earlier one stands where that fails.

    `scanned` is what was found in the corpus, where somebody has looked. For `wait` seconds it
    waits for another process that builds. Where it is made `anew`, nothing is taken from what
    stands.
    """
    from index.build import update

    store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
    report = update(
        settings.corpus,
        store,
        progress=progress,
        wait=wait,
        embedder=embedder_of(settings),
        chroma=chroma_of(settings),
        scanned=scanned,
        anew=anew,
    )
    store.tidy()  # the generation that it started from was held until now
    return report


def chroma_of(settings: Settings) -> str | None:
    """The address of the Chroma server that `settings` name, if any."""
    return settings.embedding.chroma if settings.embedding is not None else None


def embedder_of(settings: Settings) -> EmbedderOptions | None:
    """The embedder that `settings` name, if any."""
    given = settings.embedding
    if given is None:
        return None
    from index.dense.embed import EmbedderOptions

    return EmbedderOptions(
        kind=given.embedder,
        model=given.model,
        base_url=given.base_url,
        api_key=given.api_key,
        concurrency=given.concurrency,
        dimensions=given.dimensions,
    )


def _arm(
    generation: Generation, embedder: EmbedderOptions | None
) -> tuple[DenseArm | None, tuple[Notice, ...]]:
    """The dense arm of a generation, or why there is none; () where none is wanted."""
    if embedder is None:
        return None, ()
    from index.dense.arm import open_arm

    try:
        arm = open_arm(generation, embedder)
    except StoreError as error:
        return None, (_by_words(error.message),)
    if arm is None:
        why = "The index has no vectors of this embedder: `footnote index` says why."
        return None, (_by_words(why),)
    return arm, ()


def _by_words(why: str) -> Notice:
    return Notice("dense", f"{why} {BY_WORDS}")


def _warm_check() -> None:
    """Check a claim, so that the first of an answer does not wait for imports and patterns."""
    from bot.claims.grounds import Ground, objection

    sentence = "On May 2, 2023, at 5:30 pm, three million people met Wang Yi in Busan."
    objection(f"{sentence} It rained.", "", [Ground(sentence, sentence, "Rain", "2023-05-02")])


def _chat(settings: ModelSettings, store: Path, recordings: Recordings | None) -> Chat | Recorded:
    """The server of the model that `settings` name, or what was recorded of it."""
    if recordings is not None:
        from bot.chat.recorded import Recorded

        return Recorded(
            recordings,
            settings.name,
            temperature=settings.temperature,
            max_tokens=settings.max_tokens,
            chat=_server(settings, store) if recordings.refresh else None,
        )
    return _server(settings, store)


def _server(settings: ModelSettings, store: Path) -> Chat:
    from bot.chat.client import Chat

    chat = Chat(
        settings.name,
        base_url=settings.base_url,
        api_key=settings.api_key,
        temperature=settings.temperature,
        max_tokens=settings.max_tokens,
        retries=settings.retries,
        memory=store / "servers.json",
    )
    # To import the client takes seconds, in which the index can be opened.
    chat.warm(also=_warm_check)
    return chat


def _model(settings: ModelSettings, store: Path, recordings: Recordings | None) -> Model:
    """The model that `settings` name; what was spent on it is kept beside the indexes."""
    from datetime import date

    from bot.generative import Writer
    from bot.written import Model

    chat = _chat(settings, store, recordings)
    today = date.today if recordings is None else recordings.today
    writer = Writer(chat, passages=settings.passages, today=today, prompts=settings.prompts)
    budget = budget_of(settings, store)

    def close() -> None:
        chat.close()
        budget.close()

    return Model(writer, budget, settings.deadline, close)


def consultant_of(
    settings: ModelSettings, store: Path, recordings: Recordings | None = None
) -> Consultant:
    """The model that `settings` name, for small questions beside the answers."""
    from bot.consulted import Consultant

    chat = _chat(settings, store, recordings)
    budget = budget_of(settings, store)

    def close() -> None:
        chat.close()
        budget.close()

    return Consultant(
        chat, budget, deadline=settings.deadline, prompts=settings.prompts, close=close
    )


def budget_of(settings: ModelSettings, store: Path) -> Budget:
    """What may be spent on the model, and the file beside the indexes that remembers it."""
    from bot.budget import Budget

    return Budget(store / "spent.sqlite", prices=settings.prices, caps=settings.caps)
