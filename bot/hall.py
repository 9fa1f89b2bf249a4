"""The synchronous core behind a chat: one Asker for many threads, and the index kept fresh.

A question never waits for the index: it is answered from the generation that stands, while a
thread looks for changes and builds the next. A generation is closed after its last question.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from time import monotonic, perf_counter

from bot.answers import Answer, Lines, Notice, Reply, Trace
from bot.asker import Asker
from bot.conversation import Conversation, said
from bot.current import of_earlier
from bot.feedback import FeedbackFile
from bot.settings import Settings
from bot.wiring import Desk, budget_of, chroma_of, embedder_of, reindex
from index.build import Report, is_current
from index.errors import FootnoteError, LockedError, StoreError
from index.load import scan
from index.record import record, replaced
from index.schema import Filters, Retrieval
from index.sources import Sources
from index.store import Store
from index.turns import turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date as Date

    from bot.checked import Verdict
    from bot.ledger import Spent
    from bot.written import Shown
    from index.generation import Generation

EVERY = 2.0  # seconds between looks at the documents
# A look at very many files takes seconds itself: it may take this share of the time.
_SHARE = 0.1
_MOST_PATIENCE = 60.0  # seconds until a build that failed is tried again, at most
_MOST_CONVERSATIONS = 500
_LATENCIES = 1000
_ALL = Filters()


@record
class Document:
    """A document as lists show it; `date` to `until` are those of its articles."""

    file: str
    title: str | None
    date: Date | None
    until: Date | None
    passages: int


@record
class Building:
    """How far a build is: `done` of `total` steps of a stage."""

    done: int = 0
    total: int = 0
    stage: str = ""


@record
class Figures:
    """How the hall stands. Latencies are milliseconds of the last questions; 0 before the first.

    `spent` is today's, UTC, None without a model; `priced` says whether its dollars mean anything.
    """

    generation: str
    created: str
    documents: int
    passages: int
    mode: str
    model: str | None
    spent: Spent | None
    priced: bool
    answered: int
    abstained: int
    failed: int
    in_hand: int
    p50_ms: float
    p99_ms: float
    building: Building | None
    trouble: str | None


@record
class Outcome:
    """What came of a build that was asked for; the report's generation is closed."""

    report: Report | None
    error: FootnoteError | None = None


class Hall:
    """Answers questions from many threads; `open` it first, and `close` it."""

    def __init__(self, settings: Settings, *, every: float = EVERY) -> None:
        self.settings = settings
        self._every = every
        self._store = Store.for_corpus(settings.store, settings.corpus)
        self._budget = budget_of(settings.model, settings.store) if settings.model else None
        self.feedback = FeedbackFile(settings.store / "feedback.jsonl")
        self._lock = threading.Lock()
        self._standing: _Standing | None = None
        self._conversations: OrderedDict[Hashable, Conversation] = OrderedDict()
        self._latencies: deque[float] = deque(maxlen=_LATENCIES)
        self._counts = {"answered": 0, "abstained": 0, "failed": 0}
        self._in_hand = 0
        self._trouble: Notice | None = None
        self._building: Building | None = None
        self._wanted: list[Callable[[Outcome], None]] = []
        self._wake = threading.Event()
        self._closing = False
        self._watcher = threading.Thread(target=self._watch, name="index", daemon=True)

    def open(self) -> None:
        """Open the index that stands, if one does, and see to it from now on in the background.

        Where there is none, questions are told so until the first is built; `wait` waits for it.
        """
        try:
            self._swap(self._open())
        except StoreError as error:
            # None yet, or one that this version cannot read: the watcher builds it.
            self._trouble = of_earlier(error)
        self._watcher.start()

    def wait(self, seconds: float) -> bool:
        """Wait until there is an index to answer from; whether there is."""
        until = monotonic() + seconds
        while self._standing is None and monotonic() < until:
            threading.Event().wait(0.02)
        return self._standing is not None

    def ask(
        self, question: str, conversation: Hashable | None = None, shown: Shown | None = None
    ) -> Trace:
        """The reply to `question`, understood with what was said in `conversation` before."""
        begun = perf_counter()
        with self._lock:
            self._in_hand += 1
            known = self._conversations.get(conversation)
            before = known.turns if known is not None else ()
        outcome = "failed"
        try:
            with self._held() as standing:
                if self.settings.mode == "generative":
                    trace = standing.asker.trace(question, _ALL, before, shown)
                else:
                    with turns:  # an event loop beside hundreds of threads must come to its turn
                        trace = standing.asker.trace(question, _ALL)
            outcome = "answered" if isinstance(trace.reply, Answer) else "abstained"
        finally:
            with self._lock:
                self._in_hand -= 1
                self._counts[outcome] += 1
                if outcome != "failed":
                    self._latencies.append((perf_counter() - begun) * 1000)
        if conversation is not None:
            self._remember(conversation, question, said(trace.reply))
        trouble = self._trouble
        if trouble is None:
            return trace
        return replaced(trace, reply=replaced(trace.reply, notices=(trouble, *trace.reply.notices)))

    @contextmanager
    def asker(self) -> Iterator[Asker]:
        """The Asker of the generation that stands, which stays open meanwhile."""
        with self._held() as standing:
            yield standing.asker

    def lines(self, reply: Reply) -> tuple[Lines | None, ...]:
        """The lines of what comes nearest to an abstention, as far as they can still be told."""
        if isinstance(reply, Answer) or not reply.nearest:
            return ()
        with self._held() as standing:
            if standing.generation.name != reply.generation:
                return ()
            return standing.asker.lines(reply.nearest)

    def check(self, text: str) -> tuple[Verdict, ...]:
        """What the documents say of each sentence of `text`."""
        from bot.checked import check

        with self._held() as standing, turns:
            return check(text, _Checker(standing, self.settings))

    def carry(self, conversation: Hashable, to: Hashable) -> None:
        """Let `to` go on where `conversation` is now."""
        with self._lock:
            known = self._conversations.get(conversation)
        for turn in known.turns if known is not None else ():
            self._remember(to, turn.question, turn.answer)

    def documents(self, first: int, most: int) -> tuple[tuple[Document, ...], int]:
        """Up to `most` documents from the number `first` on, by name, and how many there are."""
        with self._held() as standing, turns:
            names = standing.names
            listed = names[max(0, first) : max(0, first) + most]
            return tuple(_document(standing.generation, name) for name in listed), len(names)

    def figures(self) -> Figures:
        """How the hall stands now."""
        with self._lock:
            times = sorted(self._latencies)
            counts, in_hand = dict(self._counts), self._in_hand
        model = self.settings.model
        spent = self._budget.today() if self._budget is not None else None
        generation, created, documents, passages = "", "", 0, 0
        if self._standing is not None:
            with self._held() as standing:
                generation, created = standing.generation.name, standing.generation.created
                documents, passages = len(standing.names), standing.generation.passage_count
        return Figures(
            generation=generation,
            created=created,
            documents=documents,
            passages=passages,
            mode=self.settings.mode,
            model=model.name if model is not None else None,
            spent=spent,
            priced=model is not None and model.prices is not None,
            answered=counts["answered"],
            abstained=counts["abstained"],
            failed=counts["failed"],
            in_hand=in_hand,
            p50_ms=_quantile(times, 0.50),
            p99_ms=_quantile(times, 0.99),
            building=self._building,
            trouble=self._trouble.message if self._trouble is not None else None,
        )

    @property
    def building(self) -> Building | None:
        """How far the build that is under way is; None if none is."""
        return self._building

    def reindex(self, done: Callable[[Outcome], None]) -> None:
        """Bring the index up to date now, in the background.

        `done` is called from a thread when it stands, or failed.
        """
        with self._lock:
            if not self._closing:
                self._wanted.append(done)
                self._wake.set()
                return
        done(Outcome(None, StoreError("I am about to be restarted.")))

    def close(self) -> None:
        """Stop a build that is under way, and let the index go after the last question."""
        self._closing = True
        self._wake.set()
        if self._watcher.is_alive():
            self._watcher.join(10.0)
        self._swap(None)
        if self._budget is not None:
            self._budget.close()

    # Generations

    def _open(self) -> _Standing:
        while True:
            standing = _Standing(self.settings, self._store)
            if standing.asker.generation == standing.generation.name:
                return standing
            standing.close()  # another was swapped in between the two looks

    @contextmanager
    def _held(self) -> Iterator[_Standing]:
        with self._lock:
            standing = self._standing
            if standing is None:
                raise self._none_yet()
            standing.users += 1
        try:
            yield standing
        finally:
            with self._lock:
                standing.users -= 1
                last = standing.retired and not standing.users
            if last:
                standing.close()

    def _swap(self, new: _Standing | None) -> None:
        with self._lock:
            old, self._standing = self._standing, new
            idle = old is not None and not old.users
            if old is not None:
                old.retired = True
        if old is not None and idle:
            old.close()

    def _none_yet(self) -> FootnoteError:
        if self._trouble is not None and self._building is None:
            return StoreError("The documents cannot be searched yet.", self._trouble.message)
        building = self._building
        far = f": {building.done:,} of {building.total:,}" if building and building.total else ""
        return StoreError(f"The documents are being read{far}.", "Ask again in a minute.")

    # The thread that sees to the index

    def _watch(self) -> None:
        pause = patience = 0.0
        while True:
            self._wake.wait(pause)
            if self._closing:
                break
            with self._lock:
                self._wake.clear()
                wanted, self._wanted = self._wanted, []
            begun = monotonic()
            outcome = self._refreshed(forced=bool(wanted))
            for done in wanted:
                done(outcome)
            if outcome.error is None or isinstance(outcome.error, LockedError):
                patience = 0.0
            else:
                patience = min(_MOST_PATIENCE, max(self._every, patience * 2))
            took = monotonic() - begun
            pause = max(self._every, patience, took / _SHARE if outcome.report is None else 0.0)
        for done in self._wanted:
            done(Outcome(None, StoreError("I am about to be restarted.")))

    def _refreshed(self, forced: bool) -> Outcome:
        """Look whether the documents changed; if so, build, and swap the new generation in."""
        try:
            report = self._update(forced)
        except _Stopped:
            return Outcome(None, StoreError("I am about to be restarted."))
        except (FootnoteError, OSError) as error:
            told = error if isinstance(error, FootnoteError) else StoreError(str(error))
            self._trouble = of_earlier(told)
            return Outcome(None, told)
        except Exception as error:  # a bug must not end the thread: the index would never change
            import logging

            logging.getLogger(__name__).exception("the index could not be refreshed")
            told = StoreError(f"The index could not be refreshed ({type(error).__name__}).")
            self._trouble = of_earlier(told)
            return Outcome(None, told)
        finally:
            self._building = None
        self._trouble = None
        return Outcome(report)

    def _update(self, forced: bool) -> Report | None:
        self._follow()
        standing = self._standing
        if (
            not forced
            and standing is not None
            and is_current(
                standing.generation,
                scan(self.settings.corpus),
                embedder=embedder_of(self.settings),
                chroma=chroma_of(self.settings),
            )
        ):
            return None
        self._building = Building()
        report = reindex(self.settings, self._progress)
        report.generation.close()
        self._follow()
        return report

    def _follow(self) -> None:
        """Swap in the generation that stands on the disk, be it ours or another process'."""
        standing = self._standing
        name = self._store.standing()
        if name is not None and (standing is None or standing.generation.name != name):
            self._swap(self._open())

    def _progress(self, done: int, total: int, stage: str) -> None:
        if self._closing:
            raise _Stopped
        self._building = Building(done, total, stage)

    # Conversations

    def _remember(self, key: Hashable, question: str, answer: str) -> None:
        with self._lock:
            conversation = self._conversations.setdefault(key, Conversation())
            self._conversations.move_to_end(key)
            conversation.add(question, answer)
            while len(self._conversations) > _MOST_CONVERSATIONS:
                self._conversations.popitem(last=False)


class _Stopped(Exception):
    """The build is no longer wanted: the program ends."""


class _Standing:
    """A generation in use. It is closed when it was retired and its last user has gone."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.users = 0
        self.retired = False
        self._desk = Desk(settings, update=False)
        try:
            self.asker = self._desk.asker()
            generation = store.current()
            assert generation is not None, "the desk has just opened one"
            self.generation: Generation = generation
            self.names = list(generation.files())  # now, for nobody waits for it yet
        except BaseException:
            self._desk.close()
            raise

    def close(self) -> None:
        self._desk.close()
        self.generation.close()


class _Checker:
    """What a check asks: passages, and the documents as they are while it lasts."""

    def __init__(self, standing: _Standing, settings: Settings) -> None:
        self._standing = standing
        self._corpus = settings.corpus

    def retrieve(self, question: str, k: int = 10) -> Retrieval:
        return self._standing.asker.retrieve(question, k)

    def sources(self) -> Sources:
        return Sources(self._standing.generation, self._corpus)


def _document(generation: Generation, file: str) -> Document:
    found = generation.record(file)
    assert found is not None, "it is one of the generation's own names"
    articles = generation.articles(file)
    dates = sorted(each.date for each in articles if each.date is not None)
    titles = [found.title, *(each.title for each in articles)]
    return Document(
        file,
        next((title for title in titles if title), None),
        dates[0] if dates else found.date,
        dates[-1] if dates else found.date,
        generation.count(found.id),
    )


def _quantile(ordered: list[float], share: float) -> float:
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
