"""The bytes of a stream of server-sent events, heard as text, an ending and a count.

A server may send anything: what cannot be read is skipped and counted, and nothing is kept
beyond a bound.
"""

from __future__ import annotations

import json
import re
from typing import Any

MOST_CHARACTERS = 200_000
_MOST_PENDING = 1_000_000
_MOST_WHOLE = 2_000_000
_MOST_TOKENS = 10_000_000

# Scripts of which a character is about a token: Chinese, Japanese, Korean.
_WIDE = re.compile(
    "[\u1100-\u11ff\u2e80-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_BYTES_A_TOKEN = 3.5
# Other lines than data that a stream may hold.
_KNOWN = (b":", b"event:", b"id:", b"retry:")


def tokens_of(text: str) -> int:
    """About how many tokens `text` is."""
    if text.isascii():
        return round(len(text) / _BYTES_A_TOKEN)
    narrow = _WIDE.sub("", text)
    wide = len(text) - len(narrow)
    return wide + round(len(narrow.encode("utf-8", "replace")) / _BYTES_A_TOKEN)


class Heard:
    """What was heard of an answer so far.

    `whole` is set where the server sends one JSON object in place of a stream. `finish` is why
    the model stopped, `error` what the server told of instead; `ended` says that the stream has
    said its last, `too_much` that it holds more than any answer may, `declined` that the model
    refused in the field for it. Reasoning is no part of the text.
    """

    def __init__(self) -> None:
        self.whole = False
        self.finish: str | None = None
        self.error: Any = None
        self.ended = False
        self.too_much = False
        self.declined = False
        self._rest = bytearray()
        self._held = b""
        self._read = 0
        self._odd = 0
        self._characters = 0
        self._tokens = 0
        self._usage: tuple[int, int] | None = None

    @property
    def is_odd(self) -> bool:
        """Whether what came was not a stream of completions at all."""
        return not self._read and self._odd > 0

    def take(self, data: bytes | None) -> str:
        """The text in the bytes that came next; None is their end."""
        if data is None:
            rest = bytes(self._rest)
            self._rest.clear()
            if self.whole:
                return self._event(rest)
            return self._line(rest) if rest else ""
        if self.whole and not self._rest and data.lstrip().startswith(b"data:"):
            self.whole = False  # a stream under another name
        if self.whole or b"\n" not in data:
            self._rest += data
            self.too_much |= len(self._rest) > (_MOST_WHOLE if self.whole else _MOST_PENDING)
            return ""
        lines = data.split(b"\n")
        lines[0] = bytes(self._rest) + lines[0]
        self._rest = bytearray(lines.pop())
        text = ""
        for line in lines:
            text += self._line(line)
            if self.ended or self.too_much:
                break
        return text

    def usage(self, given: int) -> tuple[int, int, bool]:
        """Tokens read and written, and whether that is an estimate; `given` were about sent."""
        if self._usage is not None and (self._usage[1] or not self._tokens):
            return *self._usage, False
        return given, self._tokens, True

    def _line(self, line: bytes) -> str:
        line = line.rstrip(b"\r")
        if not line:
            self._odd += bool(self._held)
            self._held = b""
            return ""
        if not line.startswith(b"data:"):
            self._odd += not line.startswith(_KNOWN)
            return ""
        data = line[5:].strip()
        if data.startswith(b"[DONE]"):
            self.ended = True
            return ""
        return self._event(data) if data else ""

    def _event(self, data: bytes) -> str:
        data = self._held + data
        try:
            # To tell the encoding of bytes takes json as long as to read them.
            known = data.startswith(b'{"')
            value = json.loads(data.decode("utf-8", "surrogatepass") if known else data)
        except (ValueError, RecursionError):
            # An event may be written on several lines; an empty one ends it.
            self._held = b"" if len(self._held) > 65_536 else data + b"\n"
            self._odd += self.whole
            return ""
        self._held = b""
        return self._value(value)

    def _value(self, value: Any) -> str:
        if not isinstance(value, dict):
            self._odd += 1
            return ""
        usage = value.get("usage")
        if usage:
            self._count(usage)
        error = value.get("error")
        if error:
            self.error = error
            self.ended = True
            return ""
        choices = value.get("choices")
        if not isinstance(choices, list):
            self._odd += 1
            return ""
        text = ""
        for choice in choices:
            # Of several answers, which nobody asked for, the first.
            if isinstance(choice, dict) and choice.get("index") in (0, None):
                text += self._choice(choice)
        self._characters += len(text)
        self.too_much |= self._characters > MOST_CHARACTERS
        return text

    def _choice(self, choice: dict[str, Any]) -> str:
        finish = choice.get("finish_reason")
        if isinstance(finish, str) and finish:
            self.finish = finish
            self._read += 1
        part = choice.get("delta") or choice.get("message")
        if not isinstance(part, dict):
            return ""
        text = part.get("content")
        if not isinstance(text, str):
            text = ""
        else:
            self._read += 1
        if not text.isascii():
            # Halves of surrogate pairs, which JSON can hold and no file can.
            text = text.encode("utf-8", "replace").decode()
        self._tokens += 1 if 0 < len(text) < 8 else tokens_of(text)
        for name in ("reasoning_content", "reasoning"):
            thought = part.get(name)
            if isinstance(thought, str) and thought:
                self._tokens += max(1, tokens_of(thought))
                break
        if part.get("refusal"):
            self.declined = True
        return text

    def _count(self, usage: Any) -> None:
        if isinstance(usage, dict):
            counts = usage.get("prompt_tokens"), usage.get("completion_tokens")
            if all(type(each) is int and 0 <= each <= _MOST_TOKENS for each in counts):
                self._usage = counts  # type: ignore[assignment]
