"""What a model's server can do, and what a reading of its answer then does: never hang, never
show the key, never take half an answer for a whole one."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any, cast

import pytest

from bot.budget import Meter
from bot.chat.client import Ask, Chat, Form, Message, Reading
from bot.chat.dialect import Dialect
from bot.failures import ModelError
from index.errors import UsageError
from tests.servers import plays
from tests.servers.exchange import Exchange
from tests.servers.openai_like import Server
from tests.servers.plays import Play, Script, Style, Where, text

KEY = "sk-the-secret-key-0123456789"
SCHEMA = {"type": "object", "properties": {"claims": {"type": "array"}}}
HELLO = "Hello there, how are you?"


class Counter:
    """A meter that forbids nothing and keeps everything."""

    def __init__(self) -> None:
        self.waited = 0.0
        self.reserved: list[tuple[int, int]] = []
        self.counted: list[tuple[int, int, bool]] = []

    def reserve(self, input_tokens: int, output_tokens: int) -> None:
        self.reserved.append((input_tokens, output_tokens))

    def count(self, input_tokens: int, output_tokens: int, estimated: bool) -> None:
        self.counted.append((input_tokens, output_tokens, estimated))


def messages(form: Form) -> list[Message]:
    return [{"role": "system", "content": f"Answer as {form}."}, {"role": "user", "content": "Hi"}]


ASK = Ask(messages, SCHEMA)
PLAIN = Ask(messages)


class Room:
    """A server that plays a script, and a chat with it."""

    def __init__(self, script: Script, **named: Any) -> None:
        self.server = Server(script)
        self.chat = Chat("scripted", base_url=self.server.base_url, api_key=KEY, **named)
        self.meter = Counter()

    def __enter__(self) -> Room:
        self.server.__enter__()
        self.chat.opened()  # what is imported counts against no deadline here
        return self

    def __exit__(self, *error: Any) -> None:
        self.chat.close()
        self.server.__exit__(*error)

    def read(self, seconds: float = 5.0, ask: Ask = ASK) -> Reading:
        return self.chat.stream(ask, time.monotonic() + seconds, cast(Meter, self.meter))

    def fails(self, seconds: float = 5.0, ask: Ask = ASK) -> tuple[ModelError, list[str]]:
        """The error that the reading ends in, and the pieces before it; the key is in neither."""
        pieces: list[str] = []
        with pytest.raises(ModelError) as caught:
            pieces.extend(_kept(self.read(seconds, ask), pieces))
        error = caught.value
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(self.chat)
        for words in (shown, error.message, error.hint):
            assert KEY not in words
        assert error.message
        assert error.__cause__ is None
        assert error.__context__ is None
        return error, pieces


def _kept(reading: Reading, pieces: list[str]) -> Iterator[str]:
    for piece in reading:
        pieces.append(piece)
    yield from ()


def test_the_text_comes_piece_by_piece_while_the_model_writes() -> None:
    with Room(text(HELLO, pieces=5, rate=20)) as room:
        begun = time.monotonic()
        reading = room.read()
        arrived = [(piece, time.monotonic() - begun) for piece in reading]
        assert "".join(piece for piece, _ in arrived) == HELLO
        assert arrived[0][1] < 0.2 < arrived[-1][1] < 0.6
        assert reading.form == "schema"
        # All but our own time, which is milliseconds, was spent waiting.
        assert arrived[-1][1] - 0.1 < reading.waited == room.meter.waited


def test_the_request_is_what_was_asked_for() -> None:
    with Room(text(HELLO), temperature=0.5, max_tokens=77) as room:
        assert room.chat.complete(ASK, time.monotonic() + 5, cast(Meter, room.meter)) == HELLO
        assert "".join(room.read(ask=Ask(messages, max_tokens=5))) == HELLO
        first, second = room.server.chats
        assert first.body == {
            "model": "scripted",
            "messages": messages("schema"),
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.5,
            "max_tokens": 77,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
            },
        }
        assert first.headers["authorization"] == f"Bearer {KEY}"
        assert second.form == "none"
        assert second.body["messages"] == messages("lines")
        assert second.body["max_tokens"] == 5


def test_connections_are_kept_for_the_next_question() -> None:
    with Room(text(HELLO)) as room:
        for _ in range(5):
            "".join(room.read())
        assert room.server.connections == 1


# What a server does not know of a request.

STYLES: list[tuple[int, Style]] = [
    (400, "openai"), (422, "fastapi"), (500, "plain"), (501, "nameless"), (400, "html"),
    (415, "nameless"), (404, "openai"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "style"), STYLES)
def test_a_server_without_schemas_is_asked_for_json_once_and_for_all(
    code: int, style: Style
) -> None:
    with Room(plays.refuses("json_schema", text("{}"), code=code, style=style)) as room:
        for _ in range(2):
            reading = room.read()
            assert "".join(reading) == "{}"
            assert reading.form == "json"
        assert [each.form for each in room.server.chats] == [
            "json_schema", "json_object", "json_object",
        ]  # fmt: skip
        assert room.server.chats[1].body["messages"] == messages("json")
        assert room.meter.counted[0] == (0, 0, False)  # what is refused costs nothing


@pytest.mark.parametrize(("code", "style"), STYLES)
def test_a_server_without_any_form_is_asked_for_lines(code: int, style: Style) -> None:
    with Room(plays.refuses("response_format", text("a"), code=code, style=style)) as room:
        for _ in range(2):
            reading = room.read()
            assert "".join(reading) == "a"
            assert reading.form == "lines"
        asked = [each.form for each in room.server.chats]
        assert asked == ["json_schema", "json_object", "none", "none"]


@pytest.mark.parametrize("style", ["openai", "fastapi", "plain"])
@pytest.mark.parametrize("what", ["stream_options", "temperature", "max_tokens"])
def test_a_parameter_that_is_named_is_left_out_and_no_other(what: str, style: Style) -> None:
    with Room(plays.refuses(what, text(HELLO), style=style)) as room:
        for _ in range(2):
            assert "".join(room.read()) == HELLO
        first, second, third = room.server.chats
        assert first.body.keys() - second.body.keys() == {what}
        added = second.body.keys() - first.body.keys()
        assert added == ({"max_completion_tokens"} if what == "max_tokens" else set())
        assert third.form == second.form == "json_schema"
        assert third.body == second.body


def test_a_server_that_knows_next_to_nothing_is_understood() -> None:
    script: Play = text("[]")
    for what in ("response_format", "stream_options", "temperature", "max_tokens"):
        script = plays.refuses(what, script)
    with Room(script) as room:
        assert "".join(room.read()) == "[]"
        assert len(room.server.chats) == 6
        assert "".join(room.read()) == "[]"
        assert len(room.server.chats) == 7


def test_an_error_in_the_stream_that_names_the_form_is_understood() -> None:
    refusal = {"message": "response_format json_schema is not supported", "code": 400}
    script = plays.by(
        lambda request: plays.in_stream(refusal) if request.form == "json_schema" else text("{}")
    )
    with Room(script) as room:
        reading = room.read()
        assert "".join(reading) == "{}"
        assert reading.form == "json"


def test_what_an_error_points_at_counts_before_what_it_says() -> None:
    said = {"message": "With response_format set, temperature must be 1.", "param": "temperature"}
    script = plays.by(
        lambda request: text("{}") if request["temperature"] is None else plays.whole(400, said)
    )
    with Room(script) as room:
        "".join(room.read())
        assert [each.form for each in room.server.chats] == ["json_schema"] * 2


def test_a_prompt_that_is_too_long_is_not_asked_again() -> None:
    message = "This model's maximum context length is 10 tokens, but max_tokens is 1000."
    with Room(plays.status(400, message)) as room:
        error, _ = room.fails()
        assert error.kind == "refused"
        assert "maximum context length" in error.message
        assert len(room.server.chats) == 1


def test_a_nameless_error_of_a_server_that_knew_schemas_is_not_about_them() -> None:
    with Room([text("{}"), plays.whole(400, {"error": "no"}), text("{}")]) as room:
        "".join(room.read())
        assert room.fails()[0].kind == "refused"
        "".join(room.read())
        assert [each.form for each in room.server.chats] == ["json_schema"] * 3


def test_a_server_that_fails_once_is_asked_for_a_schema_again_the_next_time() -> None:
    with Room([plays.status(500, "Oops."), text("{}")]) as room:
        assert "".join(room.read()) == "{}"
        reading = room.read()
        "".join(reading)
        assert reading.form == "schema"


def test_what_was_learnt_outlives_the_process(tmp_path: Path) -> None:
    memory = tmp_path / "servers.json"
    script = plays.refuses("json_schema", plays.refuses("temperature", text("{}")))
    with Room(script, memory=memory) as room:
        "".join(room.read())
        assert len(room.server.chats) == 3
        base_url = room.server.base_url
        assert KEY not in memory.read_text(encoding="utf-8")
        again = Chat("scripted", base_url=base_url, memory=memory)
        assert again.complete(ASK, time.monotonic() + 5, cast(Meter, room.meter)) == "{}"
        assert len(room.server.chats) == 4
        other = Chat("another", base_url=base_url, memory=memory)
        assert other.complete(ASK, time.monotonic() + 5, cast(Meter, room.meter)) == "{}"
        assert len(room.server.chats) == 7
        for chat in (again, other):
            chat.close()
    assert len(json.loads(memory.read_text(encoding="utf-8"))["servers"]) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["servers.json"]


def _rows(**changes: Any) -> str:
    row = {
        "address": "http://127.0.0.1:1/v1", "model": "m", "at": time.time(), "form": "lines",
        "stream_options": False, "temperature": False, "limit": "max_completion_tokens",
    }  # fmt: skip
    return json.dumps({"servers": [{**row, **changes}]})


def test_a_memory_is_read(tmp_path: Path) -> None:
    memory = tmp_path / "servers.json"
    memory.write_text(_rows(), encoding="utf-8")
    chat = Chat("m", base_url="http://127.0.0.1:1/v1", memory=memory)
    known = Dialect("lines", False, False, "max_completion_tokens")
    assert chat.dialects.of(chat.known_as) == known


@pytest.mark.parametrize(
    "content",
    [
        "", "{", "[]", "null", '{"servers": 7}', '{"servers": [7]}', "[" * 60_000,
        _rows(at=time.time() - 8 * 86_400), _rows(at=time.time() + 86_400), _rows(at="x"),
        _rows(at=float("nan")), _rows(form="poem"), _rows(form=["lines"]), _rows(limit=None),
    ],
)  # fmt: skip
def test_an_odd_or_old_memory_is_as_none(tmp_path: Path, content: str) -> None:
    memory = tmp_path / "servers.json"
    memory.write_text(content, encoding="utf-8")
    chat = Chat("m", base_url="http://127.0.0.1:1/v1", memory=memory)
    assert chat.dialects.of(chat.known_as) == Dialect()


def test_a_memory_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    script = plays.refuses("json_schema", text("{}"))
    with Room(script, memory=tmp_path / "nowhere" / "servers.json") as room:
        assert "".join(room.read()) + "".join(room.read()) == "{}{}"
        assert len(room.server.chats) == 3


# What ends badly.


@pytest.mark.parametrize(
    ("play", "kind", "said"),
    [
        (plays.cut_off(HELLO), "cut", HELLO),
        (plays.cut_off(HELLO, done=False), "cut", HELLO),
        (plays.cut_off(HELLO, finish="length"), "cut", HELLO),
        (plays.cut_off(HELLO, finish="content_filter"), "cut", HELLO),
        (plays.cut_off(HELLO, finish="tool_calls"), "cut", HELLO),
        (plays.cut_off(HELLO, drop=True), "cut", HELLO),
        (plays.in_stream({"message": "Boom."}, HELLO), "down", HELLO),
        (plays.garbage(), "nonsense", ""),
        (plays.garbage(b"<html>Log in</html>\n", kind="text/html"), "nonsense", ""),
        (plays.whole(200, {"hello": "world"}), "nonsense", ""),
        (plays.whole(200, "not json"), "nonsense", ""),
        (plays.huge_line(), "nonsense", ""),
        (plays.status(401, f"Incorrect API key: {KEY}"), "refused", ""),
        (plays.status(403, f"Bearer {KEY}"), "refused", ""),
        (plays.status(400, f"Your key {KEY} \x1b[31m\n is odd"), "refused", ""),
        (plays.status(404, "The model `scripted` does not exist"), "refused", ""),
        (plays.redirects("https://example.com/v1/chat/completions"), "refused", ""),
        (plays.endless_error(), "refused", ""),
    ],
)
def test_what_cannot_be_an_answer_is_told_and_not_retried(play: Play, kind: str, said: str) -> None:
    with Room(play, retries=0) as room:
        begun = time.monotonic()
        error, pieces = room.fails(ask=PLAIN)
        assert (error.kind, "".join(pieces)) == (kind, said)
        assert "\x1b" not in error.message
        assert "\n" not in error.message
        assert time.monotonic() - begun < 3
        assert len(room.meter.counted) == len(room.meter.reserved)


@pytest.mark.parametrize("key", ["plainwordskey", "Zm9v+/YmFy=="])
def test_a_key_of_any_looks_is_not_told(key: str) -> None:
    with Server(
        plays.status(400, f"Header 'Bearer {key}' and {key} and sk-other-012345")
    ) as server:
        chat = Chat("m", base_url=server.base_url, api_key=key)
        with pytest.raises(ModelError) as caught:
            chat.complete(PLAIN, time.monotonic() + 5, cast(Meter, Counter()))
        assert key not in caught.value.message
        assert "sk-other" not in caught.value.message
        assert "Header" in caught.value.message
        chat.close()


def test_a_redirect_is_not_followed() -> None:
    with Server(text("secret")) as elsewhere:
        to = elsewhere.base_url + "/chat/completions"
        with Room(plays.redirects(to)) as room:
            error, _ = room.fails()
            assert error.kind == "refused"
            assert elsewhere.base_url in error.message
        assert elsewhere.requests == []


def test_what_comes_after_pieces_were_handed_on_is_not_retried() -> None:
    with Room([plays.cut_off(HELLO, drop=True), text("again")]) as room:
        error, pieces = room.fails()
        assert (error.kind, "".join(pieces)) == ("cut", HELLO)
        assert len(room.server.chats) == 1


@pytest.mark.parametrize(
    "play",
    [
        plays.status(500), plays.status(503), plays.status(408), plays.status(409),
        plays.dropped(), plays.cut_off(""), plays.limited("0"), plays.limited(None),
        plays.in_stream({"message": "Overloaded.", "code": 529}),
    ],
)  # fmt: skip
def test_what_may_go_better_is_tried_again(play: Play) -> None:
    with Room([play, text(HELLO)]) as room:
        assert "".join(room.read(ask=PLAIN)) == HELLO
        assert len(room.server.chats) == 2


def test_it_is_tried_so_often_and_no_more() -> None:
    with Room(plays.status(500), retries=1) as room:
        begun = time.monotonic()
        error, _ = room.fails(ask=PLAIN)
        assert error.kind == "down"
        assert len(room.server.chats) == 2
        assert 0.3 < time.monotonic() - begun < 1.5  # with a pause between
        assert room.meter.waited > 0.3


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("after", [lambda: "1", lambda: "1.0", lambda: _in(1.9)])
def test_a_limit_is_waited_for(after: Callable[[], str]) -> None:
    with Room([plays.limited(after()), text(HELLO)]) as room:
        begun = time.monotonic()
        assert "".join(room.read()) == HELLO
        assert 0.8 < time.monotonic() - begun < 2.5


@pytest.mark.parametrize("after", [lambda: "3600", lambda: _in(3600), lambda: "9" * 30])
def test_a_limit_beyond_the_deadline_is_told_at_once(after: Callable[[], str]) -> None:
    with Room(plays.limited(after())) as room:
        begun = time.monotonic()
        error, _ = room.fails()
        assert error.kind == "limited"
        assert time.monotonic() - begun < 1
        assert len(room.server.chats) == 1


@pytest.mark.parametrize("after", ["soon", "-1", "nan", "inf", "Thu, 99 Foo 2020 99:99:99 GMT", ""])
def test_an_odd_retry_after_is_as_none(after: str) -> None:
    with Room([plays.limited(after), text(HELLO)]) as room:
        assert "".join(room.read()) == HELLO


def test_an_account_without_credit_is_not_asked_again() -> None:
    play = plays.status(429, "You exceeded it.", error={"code": "insufficient_quota"})
    with Room(play) as room:
        assert room.fails()[0].kind == "limited"
        assert len(room.server.chats) == 1


# The deadline.


@pytest.mark.parametrize(
    "play",
    [
        plays.hangs("before headers"), plays.hangs("after headers"),
        plays.hangs("mid-stream", HELLO), plays.drips(head=True, every=0.05),
        plays.drips(every=0.05), plays.drips("slow ", every=0.05), text(HELLO, delay=30),
        plays.endless("", first="", field="reasoning_content"),
    ],
)  # fmt: skip
def test_the_deadline_holds(play: Play) -> None:
    with Room(play) as room:
        begun = time.monotonic()
        error, _ = room.fails(0.6)
        assert error.kind == "slow"
        assert 0.5 < time.monotonic() - begun < 1.1
        # The server may have worked for it, and charge for that.
        ((given, _, estimated),) = room.meter.counted
        assert given > 0
        assert estimated


def test_a_deadline_that_is_past_sends_nothing() -> None:
    with Room(text(HELLO)) as room:
        assert room.fails(-1)[0].kind == "slow"
        assert room.server.requests == []
        assert room.meter.reserved == []


def test_what_hangs_after_the_end_was_told_does_not_spoil_the_answer() -> None:
    async def play(to: Exchange) -> None:
        to.end = hang  # type: ignore[assignment]
        await text(HELLO)(to)

    async def hang(*, done: bool) -> None:
        assert done
        await asyncio.sleep(60)

    with Room(play) as room:
        begun = time.monotonic()
        assert "".join(room.read()) == HELLO
        assert time.monotonic() - begun < 2


def test_nobody_listening_is_down_within_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    chat = Chat("m", base_url=f"http://127.0.0.1:{port}/v1", api_key=KEY)
    chat.opened()
    meter = Counter()
    begun = time.monotonic()
    with pytest.raises(ModelError) as caught:
        chat.complete(ASK, begun + 2, cast(Meter, meter))
    assert caught.value.kind == "down"
    assert time.monotonic() - begun < 2.5
    assert len(meter.counted) == len(meter.reserved) >= 2
    assert set(meter.counted) == {(0, 0, False)}


def test_a_connection_that_is_not_taken_is_given_up_within_the_deadline() -> None:
    # Its backlog full, a port answers nobody, as a machine that is not there does.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
            fillers.append(filler)
        chat = Chat("m", base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1")
        chat.opened()
        begun = time.monotonic()
        with pytest.raises(ModelError) as caught:
            chat.complete(ASK, begun + 0.6, cast(Meter, Counter()))
        assert caught.value.kind in ("down", "slow")
        assert time.monotonic() - begun < 1.2
        for filler in fillers:
            filler.close()


# The stream.


def test_the_end_of_a_stream_is_bounded() -> None:
    with Room(plays.endless()) as room:
        error, pieces = room.fails(20)
        assert error.kind == "nonsense"
        assert 190_000 < len("".join(pieces)) <= 200_000


def test_closing_drops_the_connection_at_once() -> None:
    with Room(plays.endless()) as room:
        reading = room.read()
        next(reading)
        reading.close()
        assert list(reading) == []
        ((_, written, estimated),) = room.meter.counted
        assert written > 0
        assert estimated
        assert next(room.read())  # others go on


@pytest.mark.parametrize("where", ["before headers", "after headers", "mid-stream"])
def test_closing_wakes_another_thread_that_waits(where: Where) -> None:
    with Room(plays.hangs(where, HELLO)) as room:
        reading = room.read(20)
        pieces: list[str] = []
        thread = threading.Thread(target=lambda: pieces.extend(reading))
        thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        reading.close()
        thread.join(5)
        assert not thread.is_alive()
        assert time.monotonic() - begun < 1
        assert "".join(pieces) == (HELLO if where == "mid-stream" else "")
        assert len(room.server.chats) == 1


def test_reasoning_is_no_text_but_counts() -> None:
    with Room(text(HELLO, reasoning="Let me think. " * 50, usage=False)) as room:
        assert "".join(room.read()) == HELLO
        ((_, written, estimated),) = room.meter.counted
        assert written > 150
        assert estimated


def test_a_refusal_is_no_text_and_is_told() -> None:
    with Room(text("", refusal="I cannot help with that.")) as room:
        reading = room.read()
        assert "".join(reading) == ""
        assert reading.declined
        other = Room(text(HELLO))
        with other:
            reading = other.read()
            assert "".join(reading) == HELLO
            assert not reading.declined


def test_an_empty_answer_is_one() -> None:
    with Room(text("")) as room:
        assert list(room.read()) == []


def test_a_server_that_cannot_stream_is_understood() -> None:
    answer = {
        "choices": [{"message": {"content": HELLO}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }
    with Room(plays.whole(200, answer)) as room:
        assert "".join(room.read()) == HELLO
        assert room.meter.counted == [(3, 4, False)]


CHUNK = b'{"choices": [{"delta": {"content": "%s"}, "finish_reason": %s}]}'
A, B = CHUNK % (b"a", b"null"), CHUNK % ("é".encode(), b'"stop"')


@pytest.mark.parametrize(
    "lines",
    [
        (b"data: %s\n\n" % A, b"data: %s\n\ndata: [DONE]\n\n" % B),
        (b"data:%s\r\n\r\n" % A, b"data:%s\r\n\r\n" % B),
        (b"data: %s\ndata: %s\n" % (A, B),),
        (b"data: %s\n\ndata: %s" % (A, B),),
        (b": hello\nevent: x\nid: 7\nretry: 1\n", b"data: %s\n\n" % A, b"data: %s\n\n" % B),
        (b"data: " + A[:11] + b"\ndata: " + A[11:] + b"\n\n", b"data: %s\n\n" % B),
        tuple(bytes([byte]) for byte in b"data: %s\n\ndata: %s\n\n" % (A, B)),
        (*plays.GARBAGE, b"\n\n", b"data: %s\n\n" % A, b"data: %s\n\n" % B),
    ],
)
def test_a_stream_is_read_however_it_is_written(lines: tuple[bytes, ...]) -> None:
    with Room(plays.garbage(*lines)) as room:
        assert "".join(room.read()) == "aé"


def test_text_that_no_file_can_hold_is_made_sound() -> None:
    chunk = b'data: {"choices": [{"delta": {"content": "a\\ud800b"}, "finish_reason": "stop"}]}\n\n'
    with Room(plays.garbage(chunk)) as room:
        assert "".join(room.read()) == "a?b"


def test_a_packed_answer_is_refused() -> None:
    async def play(to: Exchange) -> None:
        await to.head(200, {"content-encoding": "gzip"})
        await to.send(b"\x1f\x8b\x08")
        await to.end()

    with Room(play) as room:
        assert room.fails()[0].kind == "nonsense"
        assert room.server.chats[0].headers["accept-encoding"] == "identity"


# Counting.


def test_tokens_are_the_servers_count_where_it_counts() -> None:
    usage = {"prompt_tokens": 123, "completion_tokens": 45}
    with Room(text(HELLO, usage=usage)) as room:
        "".join(room.read())
        assert room.meter.counted == [(123, 45, False)]
        ((given, most),) = room.meter.reserved
        assert given > 10
        assert most == 1000


@pytest.mark.parametrize(
    "usage",
    [
        False, {"prompt_tokens": -1, "completion_tokens": 5}, {"prompt_tokens": 7},
        {"prompt_tokens": "7", "completion_tokens": "5"},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 10**30, "completion_tokens": 5},
        {"prompt_tokens": True, "completion_tokens": True},
    ],
)  # fmt: skip
def test_tokens_are_estimated_where_it_does_not(usage: Any) -> None:
    with Room(text("word " * 100, usage=usage)) as room:
        "".join(room.read())
        ((given, written, estimated),) = room.meter.counted
        assert estimated
        assert given == room.meter.reserved[0][0]
        assert 80 <= written <= 160


def test_what_the_meter_forbids_is_not_sent() -> None:
    class Closed(Counter):
        def reserve(self, input_tokens: int, output_tokens: int) -> None:
            raise ModelError("over_budget", f"{input_tokens + output_tokens} are too many.")

    with Room(text(HELLO)) as room:
        room.meter = Closed()
        assert room.fails()[0].kind == "over_budget"
        assert room.server.requests == []
        assert room.meter.counted == []


# Addresses, keys, proxies.


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://x/v1",
        "http://",
        "http://a b/",
        "http://[::1",
        "/v1",
        "http://x:y/",
    ],
)
def test_an_address_that_cannot_be_one_is_told(address: str) -> None:
    with pytest.raises(UsageError):
        Chat("m", base_url=address)


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-ключ", "a b", "\x7f"])
def test_a_key_that_cannot_be_sent_is_told_without_it(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        Chat("m", api_key=key)
    assert key not in str(caught.value) + caught.value.hint


def test_openai_without_a_key_is_refused_unasked() -> None:
    with pytest.raises(ModelError) as caught:
        Chat("m").complete(ASK, time.monotonic() + 5, cast(Meter, Counter()))
    assert caught.value.kind == "refused"
    assert "OPENAI_API_KEY" in caught.value.hint


def test_no_key_of_the_environment_goes_to_a_server_that_was_given_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with Server(text(HELLO)) as server:
        chat = Chat("m", base_url=server.base_url)
        assert chat.complete(ASK, time.monotonic() + 5, cast(Meter, Counter())) == HELLO
        assert KEY not in str(server.chats[0].headers)
        chat.close()


def test_a_name_and_password_in_the_address_are_not_shown() -> None:
    chat = Chat("m", base_url="http://user:hunter2@127.0.0.1:9/v1", retries=0)
    with pytest.raises(ModelError) as caught:
        chat.complete(ASK, time.monotonic() + 5, cast(Meter, Counter()))
    assert "hunter2" not in caught.value.message + caught.value.hint + repr(chat)
    assert "127.0.0.1:9" in caught.value.message


def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    with Room(text(HELLO)) as room:
        assert "".join(room.read()) == HELLO


def test_other_machines_are_reached_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server(text(HELLO)) as server:
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
        chat = Chat("m", base_url="http://models.example/v1", retries=0)
        with pytest.raises(ModelError) as caught:
            chat.complete(ASK, time.monotonic() + 5, cast(Meter, Counter()))
        assert caught.value.kind == "refused"  # as a proxy, the server knows no such path
        assert server.requests[0].path == "http://models.example/v1/chat/completions"
        monkeypatch.setenv("no_proxy", "models.example")
        from bot.chat.wire import proxy_for

        assert proxy_for("http://models.example/v1") is None
        chat.close()


def test_a_proxy_of_another_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    with pytest.raises(UsageError):
        Chat("m", base_url="http://models.example/v1").opened()


def test_warming_up_tells_nobody_of_what_is_wrong() -> None:
    chat = Chat("m")
    chat.warm()
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(10)
    with Server(text(HELLO)) as server:
        good = Chat("m", base_url=server.base_url)
        good.warm()
        assert good.complete(ASK, time.monotonic() + 10, cast(Meter, Counter())) == HELLO
        good.close()


def test_two_hundred_at_once_through_one_chat() -> None:
    with Room(text("word " * 40, pieces=40, rate=20)) as room:
        answers: list[str] = []

        def one() -> None:
            reading = room.chat.stream(ASK, time.monotonic() + 30, cast(Meter, Counter()))
            answers.append("".join(reading))

        threads = [threading.Thread(target=one) for _ in range(200)]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == ["word " * 40] * 200
        assert room.server.peak == 200
        assert time.monotonic() - begun < 8
