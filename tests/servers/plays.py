"""What the scripted server can play in answer to one request for a chat completion."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from tests.servers.exchange import Exchange, Received

Play = Callable[[Exchange], Awaitable[None]]
Script = Play | Sequence[Play]
Where = Literal["before headers", "after headers", "mid-stream"]
Style = Literal["openai", "fastapi", "plain", "nameless", "html"]

# What a request may hold that a server may not know, and what servers say of it.
_NAMES = {
    "json_schema": "response_format", "json_object": "response_format",
    "response_format": "response_format", "stream_options": "stream_options",
    "temperature": "temperature", "max_tokens": "max_tokens",
    "max_completion_tokens": "max_completion_tokens",
}  # fmt: skip
_ENDLESS_PIECE = '{"text": "It rained.", "passage": 1, "quote": "It rained."}, '


def by(choose: Callable[[Received], Play]) -> Play:
    """What `choose` names for each request, by its looks."""

    async def play(to: Exchange) -> None:
        await choose(to.received)(to)

    return play


def text(
    words: str,
    *,
    pieces: int | None = None,
    rate: float | None = None,
    delay: float = 0.0,
    finish: str | None = "stop",
    usage: bool | Mapping[str, Any] = True,
    done: bool = True,
    reasoning: str = "",
    refusal: str = "",
) -> Play:
    """`words`, streamed where the request asks for that, else whole.

    They come in `pieces` of about equal length (as many as there are words, when not said), at
    `rate` pieces a second (at once, when not said), `delay` seconds after the request. `usage`
    is what is said of the tokens, where the request asks: real counts, counts to claim, nothing.
    """

    async def play(to: Exchange) -> None:
        begun = time.monotonic() + delay
        await asyncio.sleep(delay)
        parts = cut(words, pieces)
        counted = _usage(to.received, len(parts)) if usage is True else usage
        if not to.received["stream"]:
            message = {"role": "assistant", "content": words, "refusal": refusal or None}
            choice = {"index": 0, "message": message, "finish_reason": finish}
            said = {"usage": counted} if counted else {}
            await to.whole(200, {**_shell(to.received, "chat.completion"), **said} | _only(choice))
            return
        shell = _shell(to.received, "chat.completion.chunk")
        await to.head()
        await to.event(shell | _delta({"role": "assistant", "content": ""}))
        if reasoning:
            await to.event(shell | _delta({"reasoning_content": reasoning}))
        if refusal:
            await to.event(shell | _delta({"refusal": refusal}))
        for number, part in enumerate(parts):
            if rate:
                late = begun + (number + 1) / rate - time.monotonic()
                if late > 0:
                    await asyncio.sleep(late)
            await to.event(shell | _delta({"content": part}))
        if finish is not None:
            await to.event(shell | _delta({}, finish))
        options = to.received["stream_options"]
        if counted and isinstance(options, dict) and options.get("include_usage"):
            await to.event({**shell, "choices": [], "usage": counted})
        await to.end(done=done)

    return play


def status(
    code: int,
    message: str = "It went wrong.",
    *,
    headers: Mapping[str, str] | None = None,
    error: Mapping[str, Any] | None = None,
) -> Play:
    """A reply that is an error, as OpenAI words it."""

    async def play(to: Exchange) -> None:
        said = {"message": message, "type": "error", "param": None, "code": None, **(error or {})}
        await to.whole(code, {"error": said}, headers)

    return play


def limited(after: str | None) -> Play:
    """Too many requests; `after` is what Retry-After says, seconds or a date."""
    headers = {} if after is None else {"retry-after": after}
    return status(429, "Rate limit reached.", headers=headers)


def whole(code: int, body: object, *, kind: str = "application/json") -> Play:
    """A whole reply of any kind: JSON, or a text as it is."""

    async def play(to: Exchange) -> None:
        await to.whole(code, body, kind=kind)

    return play


def refuses(what: str, then: Play, *, code: int = 400, style: Style = "openai") -> Play:
    """As `then`, but an error for a request that holds `what`.

    `what` is a parameter, or a type of response_format; `style` is how the server words it.
    """

    async def play(to: Exchange) -> None:
        wanted = to.received.form if what.startswith("json_") else what
        held = wanted == what and (what.startswith("json_") or to.received[what] is not None)
        if not held:
            await then(to)
            return
        name = _NAMES[what]
        said = f"Unsupported parameter: '{name}' is not supported with this model."
        if what == "max_tokens":
            said += " Use 'max_completion_tokens' instead."
        if style == "openai":
            error = {"message": said, "type": "invalid_request_error", "param": name}
            await to.whole(code, {"error": error})
        elif style == "fastapi":
            # The whole request is echoed, so that every other parameter is named too.
            fault = {"type": "extra_forbidden", "loc": ["body", name], "msg": "Extra inputs"}
            await to.whole(code, {"detail": [fault | {"input": to.received.body}]})
        elif style == "plain":
            await to.whole(code, f"{name}: unknown field", kind="text/plain")
        elif style == "html":
            await to.whole(code, "<html><h1>Bad Request</h1></html>", kind="text/html")
        else:
            await to.whole(code, {"error": {"message": "invalid request", "code": code}})

    return play


def cut_off(
    words: str, *, finish: str | None = None, done: bool = True, drop: bool = False
) -> Play:
    """`words`, and then no end: no finish_reason or an odd one, or the connection dropped."""

    async def play(to: Exchange) -> None:
        if not drop:
            await text(words, finish=finish, done=done)(to)
            return
        await to.head()
        for part in cut(words):
            await to.event(_shell(to.received, "chat.completion.chunk") | _delta({"content": part}))
        to.drop()

    return play


def dropped() -> Play:
    """The connection is dropped before a word of a reply."""

    async def play(to: Exchange) -> None:
        to.drop()

    return play


def hangs(where: Where = "before headers", words: str = "") -> Play:
    """Nothing more comes, from `where` on."""

    async def play(to: Exchange) -> None:
        if where != "before headers":
            await to.head()
        if where == "mid-stream":
            for part in cut(words):
                shell = _shell(to.received, "chat.completion.chunk")
                await to.event(shell | _delta({"content": part}))
        await to.hang()

    return play


def drips(words: str = "", *, every: float = 0.1, head: bool = False) -> Play:
    """A byte `every` so many seconds, for as long as the connection stands: of the reply's
    head, or comments of a stream, or `words` over and over."""

    async def play(to: Exchange) -> None:
        if head:
            await to.raw(b"HTTP/1.1 200 OK\r\nx-padding: ")
            while True:
                await to.raw(b"x")
                await asyncio.sleep(every)
        await to.head()
        while True:
            for byte in words or ":\n":
                if words:
                    shell = _shell(to.received, "chat.completion.chunk")
                    await to.event(shell | _delta({"content": byte}))
                else:
                    await to.send(byte.encode())
                await asyncio.sleep(every)

    return play


def endless(
    piece: str = _ENDLESS_PIECE, *, first: str = '{"claims": [', field: str = "content"
) -> Play:
    """A stream of claims, or of any text or other `field`, that does not end."""

    async def play(to: Exchange) -> None:
        shell = _shell(to.received, "chat.completion.chunk")
        await to.head()
        await to.event(shell | _delta({field: first}))
        while True:
            await to.event(shell | _delta({field: piece}))

    return play


def claims(count: int, **named: Any) -> Play:
    """`count` claims alike, in the JSON form, and a right end."""
    one = {"text": "It rained.", "passage": 1, "quote": "It rained."}
    return text(json.dumps({"claims": [one] * count}), **{"pieces": count, **named})


def garbage(*lines: bytes, kind: str = "text/event-stream") -> Play:
    """A stream of the bytes given, which no parser should choke on, and its end."""

    async def play(to: Exchange) -> None:
        await to.head(kind=kind)
        for line in lines or GARBAGE:
            await to.send(line)
        await to.end()

    return play


def huge_line(size: int = 50_000_000) -> Play:
    """One line of a stream, `size` bytes long, that never ends in a line break."""

    async def play(to: Exchange) -> None:
        await to.head()
        await to.send(b'data: {"choices": [{"delta": {"content": "')
        for _ in range(size // 65_536):
            await to.send(b"a" * 65_536)
        await to.hang()

    return play


def endless_error(code: int = 400) -> Play:
    """An error whose message does not end."""

    async def play(to: Exchange) -> None:
        await to.head(code, kind="application/json")
        while True:
            await to.send(b"a" * 65_536)

    return play


def redirects(to_address: str, code: int = 307) -> Play:
    """A redirect to elsewhere."""

    async def play(to: Exchange) -> None:
        await to.head(code, {"location": to_address}, length=0)

    return play


def in_stream(error: Mapping[str, Any], words: str = "") -> Play:
    """A stream that tells of an error in an event, as vLLM and routers do."""

    async def play(to: Exchange) -> None:
        await to.head()
        for part in cut(words):
            await to.event(_shell(to.received, "chat.completion.chunk") | _delta({"content": part}))
        await to.event({"error": dict(error)})
        await to.end(done=True)

    return play


GARBAGE = (
    b"\xff\xfe\x00 not utf-8\n\n", b"data\n\n", b"data:\n\n", b"data: {\n\n", b"data: null\n\n",
    b"data: []\n\n", b"data: 7\n\n", b'data: "x"\n\n', b'data: {"choices": null}\n\n',
    b'data: {"choices": [null, 7, {"delta": []}, {"delta": {"content": 7}}]}\n\n',
    b'data: {"choices": {"0": 1}, "usage": [1]}\n\n', b": a comment\n", b"event: ping\n\n",
    b'data: {"choices": [{"delta": {"content": ["a"]}, "finish_reason": {"a": 1}}]}\n\n',
    b"data: " + b"[" * 20_000 + b"\n\n", b"\x00\x00\x00", b"\r\r\r", b"[DONE]\n\n",
)  # fmt: skip


def cut(words: str, pieces: int | None = None) -> list[str]:
    """`words` in so many pieces of about equal length; at their spaces when it is not said."""
    if pieces is None:
        parts = words.split(" ")
        return [part + " " for part in parts[:-1]] + parts[-1:] if words else []
    ends = [len(words) * number // pieces for number in range(pieces + 1)]
    return [words[start:end] for start, end in pairwise(ends)]


def _shell(received: Received, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{received.n}", "object": kind, "created": 1_700_000_000,
        "model": received["model"], "system_fingerprint": "fp_scripted",
    }  # fmt: skip


def _delta(delta: Mapping[str, Any], finish: str | None = None) -> dict[str, Any]:
    return _only({"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish})


def _only(choice: Mapping[str, Any]) -> dict[str, Any]:
    return {"choices": [choice]}


def _usage(received: Received, tokens: int) -> dict[str, Any]:
    given = len(received.text.split())
    return {"prompt_tokens": given, "completion_tokens": tokens, "total_tokens": given + tokens}
