"""The text of a setting as what it means, or what is wrong with it."""

from __future__ import annotations

from math import isfinite

from bot.keys import FILE, Key
from index.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from urllib.parse import SplitResult


_LONGEST_ADDRESS = 2_000


class Secret(str):
    """Text that is sent and never shown."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'…'"


Value = str | Secret | int | float | bool | tuple[int, ...]

_SWITCH = {"yes": True, "true": True, "on": True, "1": True,
           "no": False, "false": False, "off": False, "0": False}  # fmt: skip
_MOST_IDS = 1_000
_MOST_ID = 2**64 - 1  # Discord's ids are 64 bits


def read(key: Key, text: str, name: str = "") -> Value:
    """What `text` means for `key`; `name` is what it was set by where that is not the key."""
    name = name or key.name
    text = text.strip()
    if key.form in ("whole", "number"):
        return _number(key, text)
    if key.form == "folder":
        return text
    if key.form == "choice":
        return _choice(key, text)
    if key.form == "switch":
        return _switch(key, text)
    if key.form == "ids":
        return _ids(key, text)
    if not text or not text.isprintable():
        raise UsageError(f"The setting {name} holds characters that nobody can see.", _for(key))
    if key.form == "secret":
        if not text.isascii() or " " in text:
            raise UsageError(
                f"The setting {name} is no key: keys have no spaces and no letters beyond ASCII.",
                "Copy it anew from where it was given out.",
            )
        return Secret(text)
    if key.form in ("address", "server"):
        return _address(key, text, name)
    return text


def is_loopback(address: str) -> bool:
    """Whether an address leads nowhere but to this machine."""
    from ipaddress import ip_address

    host = _split(address).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def closest(text: str, known: Sequence[str]) -> str | None:
    """What of `known` was likely meant by `text`."""
    import difflib  # only an error needs it

    close = difflib.get_close_matches(text, known, 1)
    return close[0] if close else None


def _number(key: Key, text: str) -> float:
    kind, example = "number", f"{key.default or max(key.least, 1):g}"
    try:
        if not text.isascii() or len(text) > 30 or "_" in text:
            raise ValueError
        value = int(text) if key.form == "whole" else float(text)
    except ValueError:
        value = -1
    if key.form == "whole":
        kind = "whole number"
    if isfinite(value) and key.least <= value <= key.most:
        return value
    raise UsageError(
        f"The setting {key.name} takes a {kind} from {_plain(key.least)} to {_plain(key.most)}, "
        f"and {text!r} is none.",
        _for(key, example),
    )


def _choice(key: Key, text: str) -> str:
    if text in key.choices:
        return text
    meant = closest(text, key.choices)
    raise UsageError(
        f"There is no {key.name} {text!r}.",
        f"Did you mean {meant!r}?" if meant else f"There are: {', '.join(key.choices)}.",
    )


def _switch(key: Key, text: str) -> bool:
    if (value := _SWITCH.get(text.lower())) is not None:
        return value
    raise UsageError(
        f"The setting {key.name} takes yes or no, and {text!r} is neither.", _for(key, "yes")
    )


def _ids(key: Key, text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",")]
    if parts[-1] == "":
        parts.pop()
    if not parts or len(parts) > _MOST_IDS or not all(map(_is_id, parts)):
        raise UsageError(
            f"The setting {key.name} takes Discord's ids, long numbers with commas between them.",
            "Turn on Developer Mode in Discord (Settings, Advanced); a right click on what is "
            "meant then offers Copy ID. " + _for(key, "1180000000000000001"),
        )
    return tuple(dict.fromkeys(map(int, parts)))


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20 and 0 < int(text) <= _MOST_ID


def _address(key: Key, text: str, name: str) -> str:
    """A server's address, without the slash at its end. It may hold a password: never shown."""
    wrong = UsageError(f"The setting {name} is no address of a server.", _for(key, _example(key)))
    if " " in text or len(text) > _LONGEST_ADDRESS:
        raise wrong
    try:
        parts = _split(text)
        port = parts.port
    except ValueError:
        raise wrong from None
    if parts.scheme not in ("http", "https") or not parts.hostname or port == 0:
        raise wrong
    if parts.username is not None or parts.password is not None:
        raise UsageError(
            f"The setting {name} holds a user's name or password.",
            "Take it out: an address is shown in messages. A key has a setting of its own.",
        )
    if parts.query or parts.fragment or (key.form == "server" and parts.path.strip("/")):
        raise wrong
    return text.rstrip("/")


def _split(address: str) -> SplitResult:
    from urllib.parse import urlsplit  # a question to no server does without

    return urlsplit(address)


def _example(key: Key) -> str:
    if key.group == "discord":
        return "https://example.org/documents"
    return "http://localhost:8000" + ("" if key.form == "server" else "/v1")


def _for(key: Key, example: str = "…") -> str:
    line = example if key.form in ("whole", "number") else f'"{example}"'
    if key.form == "switch":
        line = "true" if example == "yes" else "false"
    return (
        f"For instance: {key.flag} {example}, or {key.variable}={example}, or in {FILE}: "
        f"{key.name} = {line}"
    )


def _plain(number: float) -> str:
    return f"{number:,.10g}"
