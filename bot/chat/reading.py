"""One answer of a model's, as it arrives: retries, the deadline, and what the server knows."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from threading import Event
from time import monotonic
from typing import TYPE_CHECKING, Any

from bot.chat.clock import Clock
from bot.chat.dialect import Dialect, Form, next_form, plainer
from bot.chat.events import Heard, tokens_of
from bot.chat.mishaps import Mishap, before
from index.turns import turns

if TYPE_CHECKING:
    import httpx2

    from bot.budget import Meter
    from bot.chat.server import Ask, Message, Server

_MOST_STEPS = 8
_GRACE_SECONDS = 1.0
_DRAIN_SECONDS = 0.02


class Reading:
    """The answer to one request, as it arrives.

    It ends well only where the server said that the model had finished: ModelError otherwise,
    also after the last piece. `form` is the form of answer in use, once the first piece is
    there. `declined` says that the model refused, in the way that the interface has for it: its
    words of refusal are no part of the text. `waited` are the seconds spent on the network,
    `usage` the tokens read and written, and whether that is an estimate.
    """

    def __init__(self, server: Server, ask: Ask, deadline: float, meter: Meter) -> None:
        self.form: Form = "lines"
        self.declined = False
        self.waited = 0.0
        self.usage = (0, 0, False)
        self._server = server
        self._ask = ask
        self._deadline = deadline
        self._meter = meter
        self._handed = False
        self._unsure = False
        self._closed = Event()
        self._running = False
        self._clock: Clock | None = None
        self._steps = self._run()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._closed.is_set():
            raise StopIteration
        self._running = True
        try:
            return next(self._steps)
        finally:
            self._running = False

    def close(self) -> None:
        """Drop the connection at once; another thread that waits for a piece gets none."""
        self._closed.set()
        clock = self._clock
        if clock is not None:
            clock.cancel()
        if not self._running:
            self._steps.close()

    def _run(self) -> Generator[str, None, None]:
        server = self._server
        structured = self._ask.schema is not None
        dialect = server.dialects.of(server.known_as)
        asked = {dialect}
        tries = 0
        while True:
            form = dialect.form if structured else None
            mishap = yield from self._attempt(dialect, form)
            if mishap is None or self._closed.is_set():
                return
            if not self._handed and mishap.status and len(asked) < _MOST_STEPS:
                proven = server.dialects.proven(server.known_as, form)
                instead = plainer(
                    dialect, mishap.status, mishap.said, structured=structured, proven=proven
                )
                if instead is not None and instead not in asked:
                    asked.add(dialect := instead)
                    continue
                if mishap.status == 500 and structured and not proven:
                    # It may be the form that the server fails at, or it may just fail.
                    dialect = next_form(dialect) or dialect
                    self._unsure = True
            pause = before(tries, mishap)
            if self._handed or not mishap.again or tries >= server.retries:
                raise mishap.error()
            if monotonic() + pause >= self._deadline:
                raise mishap.error(pause)
            tries += 1
            self._waiting(pause)
            if self._closed.is_set():
                return

    def _attempt(self, dialect: Dialect, form: Form | None) -> Generator[str, None, Mishap | None]:
        from bot.chat.connection import reading

        server, ask = self._server, self._ask
        server.opened()
        self._clock = clock = Clock(self._deadline)
        if self._closed.is_set() or clock.left() <= 0:
            return server.mishaps.slow()
        self.form = form or "lines"
        messages = _sound(ask.messages(self.form))
        body = server.request(ask, dialect, messages)
        given = _given(body)
        with turns.aside():
            self._meter.reserve(given, ask.max_tokens or server.max_tokens)
        heard = Heard()
        taken = True
        try:
            response = self._open(body, clock)
            if isinstance(response, Mishap):
                taken = response.taken
                return response
            try:
                with reading:
                    return (yield from self._read(response, clock, heard, dialect, form))
            finally:
                response.close()
        finally:
            self.usage = heard.usage(given) if taken else (0, 0, False)
            with turns.aside():
                self._meter.count(*self.usage)

    def _open(self, body: Mapping[str, Any], clock: Clock) -> httpx2.Response | Mishap:
        try:
            return self._server.send(body, clock)
        except Exception as error:
            mishap = self._server.mishaps.of(error)
            if mishap is None:
                raise
            return mishap
        finally:
            self._tell(clock)

    def _read(
        self,
        response: httpx2.Response,
        clock: Clock,
        heard: Heard,
        dialect: Dialect,
        form: Form | None,
    ) -> Generator[str, None, Mishap | None]:
        from bot.chat import wire

        mishaps = self._server.mishaps
        if response.headers.get("content-encoding", "identity") != "identity":
            return mishaps.nonsense()
        heard.whole = "json" in response.headers.get("content-type", "")
        parts = response.iter_raw()
        failure: Mishap | None = None
        data: bytes | None = b""
        while data is not None and failure is None and not heard.ended:
            try:
                with clock:
                    data = next(parts, None)
            except wire.TIMEOUTS:
                failure = mishaps.slow()
                break
            except wire.FAILURES:
                failure = mishaps.cut("The connection ended")
                break
            finally:
                self._tell(clock)
            text = heard.take(data)
            if heard.too_much:
                return mishaps.nonsense()
            if text:
                if not self._handed:
                    self._learn(dialect, form)
                self._handed = True
                yield text
            if heard.finish:
                # Only the count of the tokens is still to come.
                clock.deadline = min(clock.deadline, monotonic() + _GRACE_SECONDS)
        self.declined = heard.declined
        if heard.error is not None:
            return mishaps.told(heard.error)
        if heard.finish is None:
            if failure is None:
                failure = mishaps.nonsense() if heard.is_odd else mishaps.cut("The answer ended")
            return failure
        if heard.finish != "stop":
            return mishaps.stopped(heard.finish)
        self._learn(dialect, form)
        if failure is None and data is not None:
            self._drain(parts, clock)
        return None

    def _drain(self, parts: Iterator[bytes], clock: Clock) -> None:
        """Read to the end of the response, if it is there: the connection can then be kept."""
        from bot.chat import wire

        clock.deadline = min(clock.deadline, monotonic() + _DRAIN_SECONDS)
        try:
            with clock:
                for _ in parts:
                    if clock.left() <= 0:
                        break
        except wire.FAILURES:
            pass  # a new one is made next time
        finally:
            self._tell(clock)

    def _learn(self, dialect: Dialect, form: Form | None) -> None:
        if not self._unsure:
            self._server.dialects.learnt(self._server.known_as, dialect, form)

    def _tell(self, clock: Clock) -> None:
        """Hand on what the clock has counted."""
        waited, clock.waited = clock.waited, 0.0
        self.waited += waited
        self._meter.waited += waited

    def _waiting(self, seconds: float) -> None:
        begun = monotonic()
        with turns.aside():
            self._closed.wait(seconds)
        waited = monotonic() - begun
        self.waited += waited
        self._meter.waited += waited


def _sound(messages: list[Message]) -> list[Message]:
    """`messages` in characters that every encoding has."""
    return [
        {name: text.encode("utf-8", "replace").decode() for name, text in message.items()}
        for message in messages
    ]


def _given(body: Mapping[str, Any]) -> int:
    """About how many tokens a request is read as."""
    format_ = body.get("response_format")
    extra = tokens_of(json.dumps(format_)) if format_ else 0
    return sum(4 + tokens_of(message["content"]) for message in body["messages"]) + extra
