"""A model that says what it said before, and, where it may be asked, what it says now.

What was asked then and what is asked now are held together by what the messages were made of,
without the delimiter, which is drawn anew for each request. The day that the model is told is that
of the recording. A failure of the server is not kept: it is no answer, and the next time may go
better.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from bot.chat.client import Ask, Chat, Form, Messages, Reading, Stream
from bot.chat.recording import RecordingError, Request, Said, hash_of
from bot.chat.recordings import Recordings
from bot.chat.trying import of_thread

if TYPE_CHECKING:
    from bot.budget import Meter
    from bot.chat.server import Made

# As an error says what differs.
_NAMES = {
    "conversation": "what was said before",
    "failed": "the claims that failed",
    "languages": "the languages of the documents",
}


class Recorded:
    """A model's answers as they were recorded; `chat`, where it is given, for what was not."""

    def __init__(
        self,
        recordings: Recordings,
        model: str,
        *,
        temperature: float,
        max_tokens: int,
        chat: Chat | None,
    ) -> None:
        self.model = model
        self._recordings = recordings
        self._temperature = temperature
        self._max_tokens = max_tokens
        self._chat = chat

    def stream(self, ask: Ask, deadline: float, meter: Meter) -> Stream:
        """The answer as it was given before, or, where it may be asked for, as it is given now."""
        trying = of_thread()
        assert trying is not None, "what is recorded belongs to a case"
        case = self._recordings.case(trying.case)
        prompt = _made(ask, "lines").prompt
        place, said = case.find(trying, prompt)
        where = f"{trying.case} (try {trying.number + 1})"
        changed = "" if said is None else self._changed(said, ask)
        if said is not None and not changed:
            case.use(trying.number, place)
            return Replay(said, meter, self._partial(where, case.path))
        if self._chat is None:
            why = f"What {where} asks with {prompt}.md is not recorded."
            if said is not None:
                why = f"The recording of {where} is stale. Changed since: {changed}."
            anew = f"Record it anew: --recordings {self._recordings.folder} --refresh"
            raise RecordingError(why, anew)

        def keep(reading: Reading, text: str, whole: bool) -> None:
            read, wrote, estimated = reading.usage
            case.put(
                trying.number,
                place,
                Said(
                    self._request(ask, reading.form),
                    reading.form,
                    self._recordings.clean(text),
                    (read, wrote),
                    estimated=estimated,
                    declined=reading.declined,
                    whole=whole,
                ),
            )

        def fail() -> None:
            case.failed = True

        return Take(self._chat.stream(ask, deadline, meter), keep, fail)

    def complete(self, ask: Ask, deadline: float, meter: Meter) -> str:
        """The whole text of the answer."""
        return "".join(self.stream(ask, deadline, meter))

    def close(self) -> None:
        """Let the model go."""
        if self._chat is not None:
            self._chat.close()

    def _request(self, ask: Ask, form: Form) -> Request:
        """What is asked, as it is kept."""
        made = _made(ask, form)
        clean = self._recordings.clean
        schema = "" if ask.schema is None else json.dumps(ask.schema, sort_keys=True)
        return Request(
            prompt=made.prompt,
            prompt_hash=hash_of(made.template, made.values.get("form", ""), schema),
            model=self.model,
            max_tokens=ask.max_tokens or self._max_tokens,
            temperature=float(self._temperature),
            given={
                name: clean(text)
                for name, text in sorted(made.values.items())
                if name not in ("form", "today")  # in the prompt's hash; the recording's own
            },
            passages=tuple(clean(_passage(each)) for each in made.passages),
        )

    def _changed(self, said: Said, ask: Ask) -> str:
        """What is otherwise than it was when `said` was said; "" where nothing is."""
        was, now = said.request, self._request(ask, said.form)
        if was == now:
            return ""
        changed = []
        if was.model != now.model:
            changed.append(f"the model (it was {was.model}, and is {now.model})")
        for name in ("temperature", "max_tokens"):
            before, after = getattr(was, name), getattr(now, name)
            if before != after:
                changed.append(f"the model's {name} (it was {before:g}, and is {after:g})")
        if was.prompt_hash != now.prompt_hash:
            changed.append(f"the prompt {now.prompt}.md, or the form it asks for")
        for name in sorted(was.given.keys() | now.given.keys()):
            if was.given.get(name) != now.given.get(name):
                changed.append(_NAMES.get(name, f"the {name}"))
        if was.passages != now.passages:
            changed.append(_passages(was.passages, now.passages))
        return "; ".join(changed)

    def _partial(self, where: str, path: Path) -> RecordingError:
        return RecordingError(
            f"The recording of {where} ends where nobody read on, and more is read now.",
            f"Remove {path}, and record the case anew with --refresh.",
        )


class Replay:
    """A recorded answer, word by word; see Reading."""

    waited = 0.0

    def __init__(self, said: Said, meter: Meter, partial: RecordingError) -> None:
        self.form: Form = said.form
        self.declined = False
        self._steps = self._run(said, meter, partial)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._steps)

    def close(self) -> None:
        self._steps.close()

    def _run(self, said: Said, meter: Meter, partial: RecordingError) -> Generator[str, None, None]:
        try:
            yield from re.findall(r"\S+\s*|\s+", said.text)
            if not said.whole:
                raise partial
            self.declined = said.declined
        finally:
            meter.recall(*said.tokens, said.estimated)


class Take:
    """An answer that is kept while it is read; see Reading."""

    def __init__(
        self, reading: Reading, keep: Callable[[Reading, str, bool], None], fail: Callable[[], None]
    ) -> None:
        self._reading = reading
        self._keep = keep
        self._fail = fail
        self._pieces: list[str] = []
        self._done = False

    @property
    def form(self) -> Form:
        return self._reading.form

    @property
    def declined(self) -> bool:
        return self._reading.declined

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            piece = next(self._reading)
        except StopIteration:
            self._end(whole=True)
            raise
        except BaseException:
            self._done = True
            self._fail()
            raise
        self._pieces.append(piece)
        return piece

    def close(self) -> None:
        """Read no further; what was read is kept."""
        self._reading.close()
        if self._pieces:
            self._end(whole=False)

    def _end(self, *, whole: bool) -> None:
        if not self._done:
            self._done = True
            self._keep(self._reading, "".join(self._pieces), whole)


def _made(ask: Ask, form: Form) -> Made:
    messages = ask.messages(form)
    assert isinstance(messages, Messages), "what is recorded is made of a prompt"
    return messages.made


def _passage(told: str) -> str:
    """A passage as a recording names it: a hash, and its head without the number."""
    head = told.partition("\n")[0].partition("] ")[2]
    return f"{hash_of(told.partition('] ')[2])} {head}"


def _passages(was: tuple[str, ...], now: tuple[str, ...]) -> str:
    """In words how the passages differ."""
    others = [each for each in now if each not in was]
    if others:
        first = others[0].partition(" ")[2]
        return f"the passages ({len(others)} of {len(now)} are others; the first of them: {first})"
    return f"the passages (they were {len(was)}, and are {len(now)})"
