"""A conversation with any OpenAI-compatible server, as a stream of text.

The openai client is asked for the stream's bytes and no more: to read a piece of text through
its own types takes 110 µs, ten times as long as what is done here, and hundreds of streams
share one process. Retries, the deadline and what the server does not know are seen to here too.
"""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.chat.dialect import Dialect, Dialects, Form, Key, next_form, plainer
from bot.chat.events import Heard, tokens_of
from bot.chat.mishaps import Mishap, Mishaps, before
from bot.failures import ModelError
from index.errors import UsageError
from index.record import record
from index.turns import turns

if TYPE_CHECKING:
    import httpx2

    from bot.budget import Meter
    from bot.chat.wire import Clock

__all__ = ["Ask", "Chat", "Form", "Message", "Reading"]

Message = dict[str, str]

OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"  # the client wants one; a server that needs none does not look at it
_MOST_STEPS = 8
_GRACE_SECONDS = 1.0
_DRAIN_SECONDS = 0.02


@record
class Ask:
    """What to ask: messages for the form of answer that the server knows.

    `schema` is the JSON schema of the answer; None asks for plain text, in no form ("lines").
    """

    messages: Callable[[Form], list[Message]]
    schema: Mapping[str, Any] | None = None
    max_tokens: int | None = None


class Chat:
    """A model on a server. One serves hundreds of threads at once.

    `memory` names a file that keeps what the server was found not to know; `forms` is the same
    in memory, for Chats that share it. Of the environment the client takes what concerns
    proxies, certificates, and OpenAI's organisation and project; never a key or an address.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        api_key: str | None = None,
        temperature: float = 0.0,
        max_tokens: int = 1000,
        retries: int = 2,
        forms: dict[Key, Dialect] | None = None,
        memory: Path | None = None,
    ) -> None:
        self.model = model
        self.max_tokens = max_tokens
        self.retries = retries
        self.dialects = Dialects(memory, forms)
        self._base_url, self.place = _address(base_url or OPENAI)
        self._temperature = temperature
        self._key = _sendable(api_key)
        self.mishaps = Mishaps(model, self.place, self._key)
        self._lock = Lock()
        self._made: Any = None
        self._create: Any = None

    def __repr__(self) -> str:
        return f"Chat({self.model!r} at {self.place})"

    @property
    def known_as(self) -> Key:
        """The name under which is kept what the server knows."""
        return self.place + urlsplit(self._base_url).path.rstrip("/"), self.model

    def warm(self, also: Callable[[], None] | None = None) -> None:
        """Import and build the client in the background, which takes a second or two; `also` is
        done after it."""
        Thread(target=self._warm, args=(also,), name="warm", daemon=True).start()

    def stream(self, ask: Ask, deadline: float, meter: Meter) -> Reading:
        """The answer, piece by piece as it arrives; nothing is sent before it is iterated."""
        return Reading(self, ask, deadline, meter)

    def complete(self, ask: Ask, deadline: float, meter: Meter) -> str:
        """The whole text of the answer."""
        return "".join(self.stream(ask, deadline, meter))

    def close(self) -> None:
        """Let the connections go."""
        with self._lock:
            if self._made is not None:
                self._made.close()
            self._made = self._create = None

    def request(self, ask: Ask, dialect: Dialect, messages: list[Message]) -> dict[str, Any]:
        """The parameters that ask `ask` in `dialect`."""
        body: dict[str, Any] = {"model": self.model, "messages": messages, "stream": True}
        body[dialect.limit] = ask.max_tokens or self.max_tokens
        if dialect.temperature:
            body["temperature"] = self._temperature
        if dialect.stream_options:
            body["stream_options"] = {"include_usage": True}
        if ask.schema is not None and dialect.form == "schema":
            schema = {"name": "answer", "strict": True, "schema": dict(ask.schema)}
            body["response_format"] = {"type": "json_schema", "json_schema": schema}
        elif ask.schema is not None and dialect.form == "json":
            body["response_format"] = {"type": "json_object"}
        return body

    def send(self, body: Mapping[str, Any], clock: Clock) -> httpx2.Response:
        """The response to `body`, its stream not read yet."""
        create = self.opened()
        # What is packed can hold a thousand times its size.
        unpacked = {"Accept-Encoding": "identity"}
        # Past the client's look at each message: that takes it a millisecond.
        named = {"model": self.model, "messages": [], "stream": True, "extra_body": body}
        with clock:
            asked = create(**named, extra_headers=unpacked, timeout=max(0.001, clock.left()))
            response: httpx2.Response = asked.__enter__().http_response
            return response

    def _warm(self, also: Callable[[], None] | None) -> None:
        with suppress(Exception):  # who asks is told
            self.opened()
            if also is not None:
                also()
            # The modules are here to stay. To look through them for garbage takes 60 ms, in
            # which no thread runs.
            gc.freeze()

    def opened(self) -> Any:
        """The client's way to ask for a completion; imported and built the first time."""
        with self._lock:
            if self._made is None:
                if self._key is None and self._base_url == OPENAI:
                    raise ModelError(
                        "refused",
                        "OpenAI's models need a key.",
                        "Set OPENAI_API_KEY, or name another server with --base-url.",
                    )
                from openai import OpenAI

                from bot.chat import wire

                made = OpenAI(
                    api_key=self._key or _NO_KEY,
                    base_url=self._base_url,
                    max_retries=0,
                    http_client=wire.client(self._base_url),
                )
                self._create = made.chat.completions.with_streaming_response.create
                self._made = made
            return self._create


class Reading:
    """The answer to one request, as it arrives.

    It ends well only where the server said that the model had finished: ModelError otherwise,
    also after the last piece. `form` is the form of answer in use, once the first piece is
    there. `declined` says that the model refused, in the way that the interface has for it: its
    words of refusal are no part of the text. `waited` are the seconds spent on the network.
    """

    def __init__(self, chat: Chat, ask: Ask, deadline: float, meter: Meter) -> None:
        self.form: Form = "lines"
        self.declined = False
        self.waited = 0.0
        self._chat = chat
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
        chat = self._chat
        structured = self._ask.schema is not None
        dialect = chat.dialects.of(chat.known_as)
        asked = {dialect}
        tries = 0
        while True:
            form = dialect.form if structured else None
            mishap = yield from self._attempt(dialect, form)
            if mishap is None or self._closed.is_set():
                return
            if not self._handed and mishap.status and len(asked) < _MOST_STEPS:
                proven = chat.dialects.proven(chat.known_as, form)
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
            if self._handed or not mishap.again or tries >= chat.retries:
                raise mishap.error()
            if monotonic() + pause >= self._deadline:
                raise mishap.error(pause)
            tries += 1
            self._waiting(pause)
            if self._closed.is_set():
                return

    def _attempt(self, dialect: Dialect, form: Form | None) -> Generator[str, None, Mishap | None]:
        from bot.chat.wire import Clock, reading

        chat, ask = self._chat, self._ask
        chat.opened()
        self._clock = clock = Clock(self._deadline)
        if self._closed.is_set() or clock.left() <= 0:
            return chat.mishaps.slow()
        self.form = form or "lines"
        messages = _sound(ask.messages(self.form))
        body = chat.request(ask, dialect, messages)
        given = _given(body)
        with turns.aside():
            self._meter.reserve(given, ask.max_tokens or chat.max_tokens)
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
            with turns.aside():
                self._meter.count(*(heard.usage(given) if taken else (0, 0, False)))

    def _open(self, body: Mapping[str, Any], clock: Clock) -> httpx2.Response | Mishap:
        try:
            return self._chat.send(body, clock)
        except Exception as error:
            mishap = self._chat.mishaps.of(error)
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

        mishaps = self._chat.mishaps
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
            self._chat.dialects.learnt(self._chat.known_as, dialect, form)

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


def _address(base_url: str) -> tuple[str, str]:
    """A server's base address, and what may be shown of it: without a name and password."""
    base_url = base_url.strip()
    try:
        parts = urlsplit(base_url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not host or re.search(r"[^!-~]", base_url):
        raise UsageError(
            "The address of the model's server cannot be read.",
            "Write it as in http://localhost:11434/v1.",
        )
    shown = f"[{host}]" if ":" in host else host
    return base_url, f"{parts.scheme}://{shown}" + (f":{port}" if port else "")


def _sendable(key: str | None) -> str | None:
    key = (key or "").strip()
    if not re.fullmatch(r"[!-~]*", key):
        raise UsageError(
            "The key holds characters that cannot be sent.",
            "See whether it was copied whole, and nothing else with it.",
        )
    return key or None


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
