"""A recording is written the same each time and read strictly: whatever else stands there is
refused, and never a traceback."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

from bot.chat.recording import (
    Recording,
    RecordingError,
    Request,
    Said,
    files,
    place,
    read,
    write,
)
from bot.redaction import Redactor

REQUEST = Request("answer", "00ff", "m", 1000, 0.0, {"question": "Wo? “…” 부산"}, ("ab [1] a.txt",))
SAID = Said(REQUEST, "json", '{"claims":\n [\u2028"x"]}\r\n', (10, 2))
ODD = Said(REQUEST, "lines", "", (0, 0), estimated=True, declined=True, whole=False)
WHOLE = Recording("qa.yaml::a[generative]", Date(2024, 2, 29), ((SAID, ODD), (), (SAID,)))


def value(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


@pytest.fixture
def path(tmp_path: Path) -> Path:
    where = place(tmp_path / "tape", WHOLE.case)
    write(where, WHOLE)
    return where


def test_what_is_written_is_read(path: Path) -> None:
    assert read(path) == WHOLE
    before = path.read_bytes()
    write(path, WHOLE)
    assert path.read_bytes() == before
    assert files(path.parent) == [path]
    assert files(path.parent / "none") == []
    assert read(path.parent / "none") is None


def test_names_of_files_are_plain_and_apart() -> None:
    names = {
        place(Path("t"), case).name for case in ("q::A/../b[x]", "q::a-b[x]", "q::" + "é" * 99)
    }
    assert len(names) == 3
    assert all(set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.") for name in names)
    assert max(map(len, names)) < 70


def put(*keys: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def change(found: Any) -> None:
        for key in keys[:-1]:
            found = found[key]
        found[keys[-1]] = to

    return change


@pytest.mark.parametrize(
    "change",
    [
        put("version", to=True),
        put("case", to=None),
        put("case", to="\ud83d"),
        put("today", to="yesterday"),
        put("tries", to={}),
        put("tries", to=[{}]),
        put("tries", to=[[]] * 10_001),
        put("more", to=1),
        *(
            put("tries", 0, 0, name, to=bad)
            for name, bad in [
                ("form", "xml"), ("given", []), ("given", {"question": 1}), ("max_tokens", 1.5),
                ("max_tokens", True), ("model", 5), ("prompt", None), ("said", "text"),
                ("said", [1]), ("said", ["x" * 200_001]), ("said", ["\udc00"]), ("tokens", [1]),
                ("tokens", [1, -1]), ("tokens", [1, True]), ("tokens", [10**12, 1]),
                ("temperature", "0"), ("temperature", True), ("passages", "a"), ("whole", 0),
                ("api_key", "k"),
            ]
        ),
    ],
)  # fmt: skip
def test_what_no_recording_holds_is_refused(
    path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    found = value(path)
    change(found)
    path.write_text(json.dumps(found))
    with pytest.raises(RecordingError, match="is no recording: ") as caught:
        read(path)
    assert "--refresh" in caught.value.hint


@pytest.mark.parametrize("name", ["version", "case", "today", "tries"])
def test_what_is_missing_is_refused(path: Path, name: str) -> None:
    found = value(path)
    del found[name]
    path.write_text(json.dumps(found))
    with pytest.raises(RecordingError, match=name):
        read(path)


def test_what_is_no_file_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    for name, said in (("pipe", "no file"), (".", "cannot be read|no file"), ("loop", "be read")):
        with pytest.raises(RecordingError, match=said):
            read(tmp_path / name)


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "tape").write_text("in its place")
    with pytest.raises(RecordingError, match="cannot be written"):
        write(place(tmp_path / "tape", "c"), WHOLE)


def test_a_thousand_broken_files_are_read_or_refused(path: Path) -> None:
    whole = path.read_bytes()
    chance = random.Random(5)
    read_as_it_is = 0
    for _ in range(1000):
        broken = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(broken))
            kind = chance.randrange(3)
            if kind == 0:
                broken[at] = chance.randrange(256)
            elif kind == 1:
                del broken[at : at + chance.randint(1, 40)]
            else:
                broken[at:at] = chance.choice([b'"', b"{", b"[", b",", b"\\ud800", b"1e999", b"-"])
        path.write_bytes(broken)
        with suppress(RecordingError):
            assert isinstance(read(path), Recording)
            read_as_it_is += 1
    assert 0 < read_as_it_is < 500


def test_keys_alone_can_be_struck_out() -> None:
    redact = Redactor(["sk-canary-1234"])
    assert redact.keys("sk-canary-1234 token: x") == "[struck out] token: x"
    assert Redactor().keys("sk-canary-1234") == "sk-canary-1234"
