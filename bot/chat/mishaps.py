"""What went wrong with a request to a model, told without its key, and whether to try again."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import TYPE_CHECKING, Any

from bot.chat.dialect import said_by
from bot.failures import ModelError
from bot.redaction import STRUCK, Redactor
from index.record import record

if TYPE_CHECKING:
    from bot.failures import Kind

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 8.0
_SHOWN = 200
_AGAIN = (408, 409, 425, 429)
# As servers shorten keys that they name, and as no other is known: nothing else looks like it here.
_SHORTENED = re.compile(r"\b(?:sk|pk|rk|key|token)[-_][\w*.\-]{6,}", re.IGNORECASE)
_RUN = "Is it running? `--base-url` names another."
_LATER = "Ask again later, or set another model or server."


@record
class Mishap:
    """A failed attempt. `again`: whether another may go better, `after` so many seconds.

    `status` and `said` are the server's own words, where it gave any; `taken` says whether it
    may have begun to work, which it may charge for.
    """

    kind: Kind
    message: str
    hint: str = ""
    again: bool = False
    after: float | None = None
    status: int = 0
    said: str = ""
    taken: bool = True

    def error(self, pause: float | None = None) -> ModelError:
        """What is told: that to try again would take `pause` seconds, too, if that is why not."""
        more = ""
        if pause is not None and self.after:
            more = f" It asks to wait {pause:,.0f} s, which is longer than the question has."
        return ModelError(self.kind, self.message + more, self.hint)


def before(tries: int, mishap: Mishap) -> float:
    """The seconds to wait before another attempt, after so many."""
    if mishap.after is not None:
        return mishap.after
    pause = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2.0**tries)
    return pause * random.uniform(0.75, 1.25)  # so that hundreds do not come back at once


class Mishaps:
    """What can go wrong with `model` on the server at `place`; `key` is never told."""

    def __init__(self, model: str, place: str, key: str | None) -> None:
        self._model = model
        self._place = place
        self._key = key
        self._redact = Redactor([key] if key else [])

    def slow(self) -> Mishap:
        return Mishap(
            "slow",
            f"The model did not answer in time ({self._place}).",
            "The deadline setting says how long a question may take.",
        )

    def cut(self, what: str) -> Mishap:
        return Mishap(
            "cut", f"{what} before the model had finished ({self._place}).", _LATER, again=True
        )

    def stopped(self, reason: str) -> Mishap:
        """The model stopped for another reason than that it had finished."""
        if reason == "length":
            return Mishap(
                "cut",
                "The model's answer is longer than it may be.",
                "The max_tokens setting says how long an answer may be.",
            )
        shown = self._clean(reason)[:40]
        return Mishap("cut", f"The model stopped before it had finished ({shown}).", _LATER)

    def nonsense(self) -> Mishap:
        return Mishap(
            "nonsense",
            f"What {self._place} answers is no chat completion.",
            "See whether its address is right: most end in /v1.",
        )

    def told(self, error: Any) -> Mishap:
        """An error that came in place of text, in an answer that began as a success."""
        code = error.get("code") if isinstance(error, dict) else None
        status = code if isinstance(code, int) and 400 <= code < 600 else 500
        return self._refused(status, {}, json.dumps({"error": error}), taken=True)

    def of(self, error: Exception) -> Mishap | None:
        """What an exception of the client's means; None for one that is no failure of a server."""
        import httpx2
        from openai import OpenAIError

        from bot.chat import wire

        if isinstance(error, wire.Refused):
            return self._refused(error.status, error.headers, error.text)
        if isinstance(error, wire.NOT_CONNECTED):
            # A wrong certificate will be no better the next time.
            lasting = "CERTIFICATE" in str(error)
            why = self._clean(str(error)) or "no answer"
            hint = "SSL_CERT_FILE names certificates of one's own." if lasting else _RUN
            message = f"There is no connection to {self._place}: {why[:_SHOWN]}."
            return Mishap("down", message, hint, again=not lasting, taken=False)
        if isinstance(error, wire.TIMEOUTS):
            return self.slow()
        if isinstance(error, wire.FAILURES):
            # Most often a connection that was kept, and that the server has just let go.
            message = f"{self._place} ended the connection without an answer."
            return Mishap("down", message, _LATER, again=True, after=0.05)
        if isinstance(error, (OpenAIError, httpx2.HTTPError, httpx2.InvalidURL, UnicodeError)):
            message = f"The request cannot be sent to {self._place} ({type(error).__name__})."
            return Mishap("refused", message, "See to the address and the key.", taken=False)
        return None

    def _refused(
        self, status: int, headers: Mapping[str, str], text: str, *, taken: bool = False
    ) -> Mishap:
        kind, message, hint = self._reading(status, headers, text)
        again = status in _AGAIN or status >= 500
        if status == 429 and "insufficient_quota" in text:
            again, hint = False, "The account's credit is used up."
        after = _asked_to_wait(headers)
        return Mishap(kind, message, hint, again, after, status, text, taken)

    def _reading(self, status: int, headers: Mapping[str, str], text: str) -> tuple[Kind, str, str]:
        words = self._clean(said_by(text))[:_SHOWN]
        said = f": {words}" if words else "."
        if status == 429:
            return "limited", f"The model is at its limit of requests ({self._place}).", _LATER
        if status in (401, 403):
            # What a server says of a key may hold it.
            refusal = f"{self._place} refuses the key (status {status})."
            if self._key is None:
                refusal = f"{self._place} wants a key, and none is set (status {status})."
            return "refused", refusal, "Set OPENAI_API_KEY to a key of that server's."
        if 300 <= status < 400:
            where = self._clean(headers.get("location", "elsewhere")).partition("?")[0][:_SHOWN]
            message = f"{self._place} sends requests on to {where}; a key is not sent after them."
            return "refused", message, "Name the right server with --base-url."
        if status == 404:
            message = f"{self._place} knows no {self._model}, or is no such server{said}"
            return "refused", message, "Check --model and --base-url; most addresses end in /v1."
        if status < 500 and status not in _AGAIN:
            message = f"{self._place} refuses the request (status {status}){said}"
            return "refused", message, "Check --model and its settings."
        return "down", f"{self._place} fails (status {status}){said}", _LATER

    def _clean(self, words: str) -> str:
        """A server's words as they can be shown: on a line, and without a key."""
        words = _SHORTENED.sub(STRUCK, self._redact(words))
        return " ".join("".join(ch if ch.isprintable() else " " for ch in words).split())


def _asked_to_wait(headers: Mapping[str, str]) -> float | None:
    """The seconds that Retry-After asks for; None where it says nothing that can be read."""
    in_ms, plain = headers.get("retry-after-ms"), headers.get("retry-after")
    for value, unit in ((in_ms, 0.001), (plain, 1.0)):
        try:
            seconds = float(value or "") * unit
        except ValueError:
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    try:
        return max(0.0, parsedate_to_datetime(plain or "").timestamp() - time())
    except (ValueError, TypeError, OverflowError, OSError):
        return None
