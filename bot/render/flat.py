"""A stretch of text on one line, as its reader would have written it there."""

from __future__ import annotations

import re

# Between two of these a wrapped line's end stands for nothing: Han and Kana write no spaces.
_UNSPACED = "\u2e80-\u312f\u3190-\u9fff\uf900-\ufaff\uff00-\uff65"
_WRAPPED = re.compile(rf"(?<=[{_UNSPACED}])[ \t]*(?:\r\n|[\r\n])[ \t]*(?=[{_UNSPACED}])")


def flat(text: str) -> str:
    """`text` with its white space made plain, and without line ends."""
    if "\n" in text or "\r" in text:
        text = _WRAPPED.sub("", text)
    return " ".join(text.split())
