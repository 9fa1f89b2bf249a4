"""What nobody should read, struck out of a text: tokens and keys by their shape, and questions.

A shape is known wherever it stands: in a message, in what is put into one, in a traceback, in what
a library says. Keys that are configured are known by heart as well.
"""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from bot.lately import Lately

STRUCK = "[struck out]"
_MOST_HIDDEN = 1_000  # questions of late, and what they look like in JSON and the like
_SHORTEST_HIDDEN = 4
_SHORTEST_PLAIN = 8  # a shorter key may stand in any word, so only a whole word is taken for it

# Each begins where no character of its own stands before, so that long words cost no more than
# their length. What is kept of a match are its groups.
_TEXT = r"[\w.~+/=%-]"
_SHAPES = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        # Passwords in addresses.
        r"(://)[^\s/?#'\"<>]{0,500}@",
        # What webhooks and interactions are answered with, in paths and in names of limits.
        r"(?i:(/webhooks/\d+/|/interactions/\d+/))[\w.:=%-]+",
        r"(?<![\w-])(\d{15,20}\+)[\w.:=-]{16,}",
        r"(?<![\w-])aW50ZXJhY3Rpb2[\w:.=-]{8,}",
        # Headers, written out or as Python shows them.
        r"(?i:((?:proxy-)?authorization|(?:x-)?api-key|x-auth-token|(?:set-)?cookie)"
        r"(b?\\*[\"']?\s*[:=,]\s*b?))"
        r"(?:\\*\"[^\"\n]*\"?|\\*'[^'\n]*'?|[^\s,;}\)\]]+(?:[ ]+[^\s,;}\)\]]+)?)",
        r"(?<![\w-])((?i:bearer)\s+)" + _TEXT + "{4,}",
        r"(?<![\w-])(Basic\s+)[\w+/=-]{6,}",
        r"(?<![\w-])(Bot\s+)" + _TEXT + "{16,}",
        # A name with its value, as in JSON, in addresses and in assignments.
        r"(?i:(?<![a-z_-])((?:[a-z]*[_-])*(?:token|secret|password|passwd|api[_-]?key|private_key))"
        r"(b?\\*[\"']?\s*(?:=|:(?!//))\s*b?))"
        r"(?:\\*\"[^\"\n]*\"?|\\*'[^'\n]*'?|[^\s,;&}\)\]'\"]+)",
        # Tokens and keys by themselves: of Discord's bots and users, of web services, of models.
        r"(?<![\w-])[\w-]{18,}\.[\w-]{5,8}\.[\w-]{20,}",
        r"(?<![\w-])mfa\.[\w-]{16,}",
        r"(?<![\w-])eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?",
        r"(?<![a-zA-Z0-9])(?:sk|pk|rk)[-_][\w-]{6,}",
        r"(?<![a-zA-Z0-9])(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|hf_|gsk_|nvapi-|AIza)[\w-]{10,}",
        r"(?<![a-zA-Z0-9])(?:AKIA|ASIA)[0-9A-Z]{12,}",
    )
]


def struck(text: str) -> str:
    """`text` without what has the shape of a token or key."""
    for shape in _SHAPES:
        text = shape.sub(_struck, text)
    return text


class Redactor:
    """Strikes out of a text what nobody should read: keys, and questions that are to be hidden."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._exact = _exactly(secrets)
        self._hidden: Lately[str, None] = Lately(_MOST_HIDDEN)
        self._lock = threading.Lock()

    def hide(self, text: str) -> None:
        """From now on strike out `text`, which someone wrote; only the latest are remembered."""
        text = text.strip()
        # A traceback may put something before each of its lines.
        parts = [text, *(line.strip() for line in text.splitlines()[1:])]
        parts += text.splitlines()[:1]
        forms: dict[str, None] = {}
        for part in parts:
            if len(part) >= _SHORTEST_HIDDEN:
                shown = (part, repr(part)[1:-1], repr(part.encode())[2:-1], json.dumps(part)[1:-1])
                forms.update(dict.fromkeys(shown))
        with self._lock:
            for form in forms:
                self._hidden.put(form, None)

    def keys(self, text: str) -> str:
        """`text` without the keys that are known by heart."""
        return text if self._exact is None else self._exact.sub(STRUCK, text)

    def __call__(self, text: str) -> str:
        text = struck(self.keys(text))
        if self._hidden:
            with self._lock:
                hidden = list(self._hidden)
            for each in hidden:
                if each in text:
                    text = text.replace(each, STRUCK)
        return text


def keys_in(environment: Mapping[str, str]) -> list[str]:
    """The values of variables that are named like keys: what a library reads there, too."""
    endings = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
    return [
        value
        for name, value in environment.items()
        if name.upper().endswith(endings) and len(value) >= _SHORTEST_PLAIN
    ]


def _struck(match: re.Match[str]) -> str:
    return "".join(group for group in match.groups() if group) + STRUCK


def _exactly(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """What `secrets` look like as they are, in addresses, in JSON and in Basic's base64."""
    whole: set[str] = set()
    words: set[str] = set()
    for secret in secrets:
        if not secret:
            continue
        (whole if len(secret) >= _SHORTEST_PLAIN else words).add(secret)
        if len(secret) >= _SHORTEST_PLAIN:
            whole |= {quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
            whole |= set(_in_base64(secret))
    patterns = [re.escape(each) for each in sorted(whole, key=len, reverse=True)]
    patterns += [
        rf"(?<![A-Za-z0-9]){re.escape(each)}(?![A-Za-z0-9])"
        for each in sorted(words, key=len, reverse=True)
    ]
    return re.compile("|".join(patterns)) if patterns else None


def _in_base64(secret: str) -> Iterator[str]:
    """What of the base64 of a text around `secret` depends on `secret` alone, at each offset."""
    data = secret.encode()
    for before in range(3):
        first = -(-before * 4 // 3)
        encoded = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        inner = encoded[first : (before + len(data)) * 4 // 3]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")
