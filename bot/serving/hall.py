"""The synchronous core behind a chat: one Asker for many threads, and what was said before.

A question never waits for the index: it is answered from the generation that stands
(bot/serving/standing.py), while a thread sees to the next (bot/serving/watcher.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from time import monotonic

from bot.answers import Answer, Locator, Reply, Trace
from bot.asker import Asker
from bot.conversation import Conversation, said
from bot.feedback import FeedbackFile
from bot.lately import Lately
from bot.serving.figures import Building, Counter, Document, Figures, document
from bot.serving.standing import Holder, Standing
from bot.serving.watcher import Watcher
from bot.settings import Settings
from bot.watching import EVERY, Outcome
from bot.wiring import budget_of
from index.errors import FootnoteError, StoreError
from index.record import replaced
from index.schema import Filters
from index.sources import Sources
from index.turns import turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.checked import Verdict
    from bot.conversation import Turn
    from bot.written import Shown

_MOST_CONVERSATIONS = 500
_ALL = Filters()


class Hall:
    """Answers questions from many threads; `open` it first, and `close` it."""

    def __init__(self, settings: Settings, *, every: float = EVERY) -> None:
        self.settings = settings
        self.feedback = FeedbackFile(settings.store / "feedback.jsonl")
        self._budget = budget_of(settings.model, settings.store) if settings.model else None
        self._holder = Holder()
        self._watcher = Watcher(settings, self._holder, every)
        self._counter = Counter()
        self._lock = threading.Lock()
        self._conversations: Lately[Hashable, Conversation] = Lately(_MOST_CONVERSATIONS)

    def open(self) -> None:
        """Open the index that stands, if one does, and see to it from now on in the background.

        Where there is none, questions are told so until the first is built; `wait` waits for it.
        """
        self._watcher.open()

    def wait(self, seconds: float) -> bool:
        """Wait until there is an index to answer from; whether there is."""
        until = monotonic() + seconds
        while self._holder.generation is None and monotonic() < until:
            threading.Event().wait(0.02)
        return self._holder.generation is not None

    def ask(
        self, question: str, conversation: Hashable | None = None, shown: Shown | None = None
    ) -> Trace:
        """The reply to `question`, understood with what was said in `conversation` before."""
        with self._counter.one() as ended, self._held() as standing:
            if self.settings.mode == "generative":
                before = self._said_before(conversation)
                trace = standing.asker.trace(question, _ALL, before, shown)
            else:
                with turns:  # an event loop beside hundreds of threads must come to its turn
                    trace = standing.asker.trace(question, _ALL)
            ended("answered" if isinstance(trace.reply, Answer) else "abstained")
        if conversation is not None:
            self._remember(conversation, question, said(trace.reply))
        trouble = self._watcher.trouble
        if trouble is None:
            return trace
        return replaced(trace, reply=replaced(trace.reply, notices=(trouble, *trace.reply.notices)))

    @contextmanager
    def asker(self) -> Iterator[Asker]:
        """The Asker of the generation that stands, which stays open meanwhile."""
        with self._held() as standing:
            yield standing.asker

    @contextmanager
    def sources(self) -> Iterator[Sources]:
        """The documents as they are now; what they were is open meanwhile."""
        with self._held() as standing:
            yield standing.sources()

    def lines(self, reply: Reply) -> tuple[Locator | None, ...]:
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
            return check(text, standing)

    def documents(self, first: int, most: int) -> tuple[tuple[Document, ...], int]:
        """Up to `most` documents from the number `first` on, by name, and how many there are."""
        with self._held() as standing, turns:
            names = standing.names
            listed = names[max(0, first) : max(0, first) + most]
            return tuple(document(standing.generation, name) for name in listed), len(names)

    def figures(self) -> Figures:
        """How the hall stands now. It waits for the file of what was spent: call it in a thread."""
        model, watcher = self.settings.model, self._watcher
        counts = self._counter.counts()
        spent = self._budget.today() if self._budget is not None else None
        generation, created, documents, passages = "", "", 0, 0
        with self._holder.held() as standing:
            if standing is not None:
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
            answered=counts.answered,
            abstained=counts.abstained,
            failed=counts.failed,
            in_hand=counts.in_hand,
            p50_ms=counts.p50_ms,
            p99_ms=counts.p99_ms,
            building=watcher.building,
            trouble=watcher.trouble.message if watcher.trouble is not None else None,
        )

    @property
    def building(self) -> Building | None:
        """How far the build that is under way is; None if none is."""
        return self._watcher.building

    def reindex(self, done: Callable[[Outcome], None]) -> None:
        """Bring the index up to date now, in the background.

        `done` is called from a thread when it stands, or failed.
        """
        self._watcher.want(done)

    def close(self) -> None:
        """Stop a build that is under way, and let the index go after the last question."""
        self._watcher.close()
        self._holder.put(None)
        if self._budget is not None:
            self._budget.close()

    @contextmanager
    def _held(self) -> Iterator[Standing]:
        with self._holder.held() as standing:
            if standing is None:
                raise self._none_yet()
            yield standing

    def _none_yet(self) -> FootnoteError:
        building, trouble = self._watcher.building, self._watcher.trouble
        if trouble is not None and building is None:
            return StoreError(
                "The documents cannot be searched yet.", trouble.message, phrase="unreadable"
            )
        if building is None or not building.total:
            return StoreError(
                "The documents are being read.", "Ask again in a minute.", phrase="reading"
            )
        return StoreError(
            f"The documents are being read: {building.done:,} of {building.total:,}.",
            "Ask again in a minute.",
            phrase="reading_on",
            figures=(building.done, building.total),
        )

    # Conversations

    def carry(self, conversation: Hashable, to: Hashable) -> None:
        """Let `to` go on where `conversation` is now."""
        for turn in self._said_before(conversation):
            self._remember(to, turn.question, turn.answer)

    def _said_before(self, conversation: Hashable) -> tuple[Turn, ...]:
        with self._lock:
            known = self._conversations.get(conversation)
            return known.turns if known is not None else ()

    def _remember(self, key: Hashable, question: str, answer: str) -> None:
        with self._lock:
            conversation = self._conversations.get(key) or Conversation()
            conversation.add(question, answer)
            self._conversations.put(key, conversation)
