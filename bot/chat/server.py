"""A model on a server: what it is asked, and the client that is built when it is first asked.

The openai client is asked for the stream's bytes and no more: to read a piece of text through
its own types takes 110 µs, ten times as long as what is done here, and hundreds of streams
share one process.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.chat.dialect import Dialect, Dialects, Form, Key
from bot.chat.mishaps import Mishaps
from bot.failures import ModelError
from index.errors import UsageError
from index.record import record

if TYPE_CHECKING:
    import httpx2

    from bot.chat.clock import Clock

Message = dict[str, str]

OPENAI = "https://api.openai.com/v1"
_NO_KEY = "none"  # the client wants one; a server that needs none does not look at it


@record
class Made:
    """What messages were made of: all but the delimiter, which is drawn anew for each request."""

    prompt: str  # its name
    template: str
    values: Mapping[str, str]
    passages: tuple[str, ...] = ()


class Messages(list[Message]):
    """Messages that know what they were made of."""

    def __init__(self, messages: Iterable[Message], made: Made) -> None:
        super().__init__(messages)
        self.made = made


@record
class Ask:
    """What to ask: messages for the form of answer that the server knows.

    `schema` is the JSON schema of the answer; None asks for plain text, in no form ("lines").
    """

    messages: Callable[[Form], list[Message]]
    schema: Mapping[str, Any] | None = None
    max_tokens: int | None = None


class Server:
    """A model on a server, for many threads at once.

    `memory` names a file that keeps what the server was found not to know; `forms` is the same
    in memory, for those that share it. Of the environment the client takes what concerns
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
        return f"{type(self).__name__}({self.model!r} at {self.place})"

    @property
    def known_as(self) -> Key:
        """The name under which is kept what the server knows."""
        return self.place + urlsplit(self._base_url).path.rstrip("/"), self.model

    def warm(self, also: Callable[[], None] | None = None) -> None:
        """Import and build the client in the background, which takes a second or two; `also` is
        done after it."""
        Thread(target=self._warm, args=(also,), name="warm", daemon=True).start()

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
