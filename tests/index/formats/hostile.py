"""A format whose files say what is to go wrong with them: `WHAT ARGUMENT`."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
import time

from index.formats.extracted import MAX_CHARACTERS, Extracted, Refused

_KEPT: list[bytes] = []


def extract(data: bytes, encoding: str | None, file: str) -> Extracted:
    what, _, argument = data.decode().partition(" ")
    return Extracted(_DOINGS[what](argument, file), encoding or "utf-8", extractor="hostile")


def _loop(argument: str, _: str) -> str:
    if argument == "in C":
        ctypes.CDLL(None).pause()
    while True:
        time.sleep(0.01)


def _fill(argument: str, _: str) -> str:
    _KEPT.append(b"x" * (int(argument) << 20))
    return "filled"


def _refuse(argument: str, _: str) -> str:
    raise Refused("encrypted", "it is encrypted", argument)


def _fail(argument: str, _: str) -> str:
    raise ValueError(argument)


def _crash(_: str, __: str) -> str:
    ctypes.string_at(0)
    return ""


def _write(argument: str, _: str) -> str:
    try:
        os.close(os.open(argument, os.O_WRONLY | os.O_CREAT))
    except PermissionError:
        return "refused"
    return "written"


def _read(argument: str, _: str) -> str:
    try:
        with open(argument, encoding="utf-8") as file:
            return file.read()
    except PermissionError:
        return "refused"


def _connect(argument: str, _: str) -> str:
    try:
        socket.create_connection(("127.0.0.1", int(argument)), 1).close()
    except PermissionError:
        return "refused"
    return "connected"


def _start(argument: str, _: str) -> str:
    try:
        return str(os.system(argument))
    except PermissionError:
        return "refused"


def _print(argument: str, _: str) -> str:
    print(argument, flush=True)
    os.write(1, argument.encode() * 1000)
    os.write(2, argument.encode() * 100_000)
    return "printed"


_DOINGS = {
    "say": lambda argument, _: argument,
    "name": lambda _, file: file,
    "surrogate": lambda _, __: "a\ud800b\udc00\ud800",
    "much": lambda _, __: "x" * (MAX_CHARACTERS + 1),
    "nothing": lambda _, __: "",
    "key": lambda argument, _: os.environ.get(argument, "none"),
    "pid": lambda _, __: str(os.getpid()),
    "exit": lambda argument, _: os._exit(int(argument)),
    "modules": lambda _, __: " ".join(name for name in sys.modules if "index.formats" in name),
    "loop": _loop,
    "fill": _fill,
    "refuse": _refuse,
    "fail": _fail,
    "crash": _crash,
    "write": _write,
    "read": _read,
    "connect": _connect,
    "start": _start,
    "print": _print,
}
