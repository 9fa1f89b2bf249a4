"""What a server does not know is found out once, and it is asked as it understands."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, cast

import pytest

from bot.budget import Meter
from bot.chat.client import Chat
from bot.chat.dialect import Dialect
from tests.bot.chat.rooms import ASK, HELLO, KEY, Room, messages
from tests.servers import plays
from tests.servers.plays import Play, Style, text

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
