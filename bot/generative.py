"""Answers with a language model: claims in its words, each with a quote to be verified.

It chooses what the model is given and reads what comes back. Nothing in it believes the model.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from datetime import date as Date

import prompts
from bot.answers import DraftClaim, Quote, Rejected
from bot.chat.client import Ask
from bot.failures import ModelError
from bot.forms.fields import Proposal
from bot.forms.thoughts import Closing, Thoughts
from bot.proposals import Ending, Proposals, schema
from bot.questions import understand
from index.languages import UNKNOWN
from index.schema import Passage, Retrieval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Rejection
    from bot.budget import Meter
    from bot.chat.client import Chat, Form, Message
    from bot.conversation import Turn

MOST_CLAIMS = 12
MOST_GIVEN = 12_000  # characters of passages
_LONGEST_QUESTION = 1_000
_LONGEST_NAME = 200  # of a file or a title, as the model is told it


class Writer:
    """Puts questions to a model; several threads may use it."""

    def __init__(self, chat: Chat, *, passages: int = 8, today: Callable[[], Date]) -> None:
        self._chat = chat
        self._passages = passages
        self._today = today

    @property
    def model(self) -> str:
        """The model's name."""
        return self._chat.model

    def begin(self, question: str, retrieval: Retrieval, deadline: float, meter: Meter) -> Writing:
        """An answer to `question` from the best passages of `retrieval`; nothing is asked yet."""
        given = chosen(retrieval, self._passages)
        return Writing(self._chat, question, given, self._today(), deadline, meter)

    def standalone(
        self, question: str, turns: Sequence[Turn], deadline: float, meter: Meter
    ) -> str:
        """`question` as it stands alone, by one call; as it is where no such comes back."""
        said = "\n".join(
            f"Reader: {_line(turn.question)}\nService: {_line(turn.answer)}" for turn in turns
        )
        messages = _messages("condense", conversation=said, question=question)
        wanted = _plain(self._chat.complete(Ask(lambda _: messages, None), deadline, meter))
        lines = [line.strip() for line in wanted.splitlines() if line.strip()]
        if len(lines) != 1 or len(lines[0]) > _LONGEST_QUESTION:
            return question
        return lines[0] if any(ch.isalnum() for ch in lines[0]) else question

    def translated(
        self, question: str, languages: Sequence[str], deadline: float, meter: Meter
    ) -> dict[str, str]:
        """`question` in each of `languages`, by one call; of those that come back at least one."""
        messages = _messages(
            "translate",
            languages="\n".join(f"{code}: {_language(code)}" for code in languages),
            example="\n".join(f"{code}: …" for code in languages),
            question=question,
        )
        answer = _plain(self._chat.complete(Ask(lambda _: messages, None), deadline, meter))
        found = _by_language(answer, languages)
        if not found:
            raise ModelError("nonsense", "The model did not translate the question.")
        return found


class Writing:
    """One answer while a model writes it.

    `given` are the passages it may rest on. `declined` says, once `claims` ended, that the
    model found no answer in them; `truncated` that it was stopped at its `MOST_CLAIMS`-th claim.
    """

    def __init__(
        self,
        chat: Chat,
        question: str,
        given: tuple[Passage, ...],
        today: Date,
        deadline: float,
        meter: Meter,
    ) -> None:
        self.given = given
        self.declined = False
        self.truncated = False
        self._chat = chat
        self._question = question
        self._today = today
        self._deadline = deadline
        self._meter = meter
        self._lines = False  # as the form; else JSON
        language = understand(question).language
        self._restated = language != UNKNOWN and any(
            each.article.language not in (language, UNKNOWN) for each in given
        )

    def claims(self) -> Iterator[DraftClaim]:
        """The model's claims, each as soon as it is written.

        ModelError, after the claims that were complete, where the model fails.
        """
        if not self.given:
            return
        ending = yield from self._written("answer")
        if ending.nonsense and not self._lines:
            # What cannot write JSON may still be able to write lines.
            self._lines = True
            ending = yield from self._written("answer")
        if ending.nonsense:
            raise ModelError(
                "nonsense",
                "The model's answer could not be read.",
                "A larger model may keep better to the form that is asked for.",
            )
        self.declined = ending.declined

    def again(self, failed: Sequence[tuple[DraftClaim, Rejected]]) -> Iterator[DraftClaim]:
        """The claims that come in place of those that failed, by one call for them all."""
        if not failed:
            return
        said = (self._failure(n, claim, why) for n, (claim, why) in enumerate(failed, 1))
        yield from self._written("again", failed="\n\n".join(said))

    def _written(self, prompt: str, **values: str) -> Generator[DraftClaim, None, Ending]:
        """The claims of one call; returns how it ended."""
        values |= {"question": self._question, "today": self._today.isoformat()}
        suffix = "_restated" if self._restated else ""

        def messages(form: Form) -> list[Message]:
            written = "lines" if self._lines or form == "lines" else "json"
            text = prompts.load(f"form_{written}{suffix}").template.strip()
            return _messages(prompt, self._told(), form=text, **values)

        ask = Ask(messages=messages, schema=None if self._lines else schema(self._restated))
        proposals = Proposals()
        claims = 0
        reading = self._chat.stream(ask, self._deadline, self._meter)
        try:
            for piece in reading:
                for proposal in proposals.feed(piece):
                    yield self._claim(proposal)
                    claims += 1
                    if claims == MOST_CLAIMS:
                        self.truncated = True
                        return Ending((), declined=False, nonsense=False, leftover=True)
            # Only a stream that came to its own end may complete a claim by ending.
            ending = proposals.end()
            if reading.declined and ending.nonsense:
                ending = Ending((), declined=True, nonsense=False, leftover=False)
            self._lines = self._lines or reading.form == "lines"
        finally:
            reading.close()
        yield from map(self._claim, ending.proposals)
        return ending

    def _claim(self, proposal: Proposal) -> DraftClaim:
        quotes = tuple(self._quote(number, words) for number, words in proposal.quotes)
        return DraftClaim(proposal.text, quotes, proposal.restated if self._restated else "")

    def _quote(self, number: int | None, words: str) -> Quote:
        if number is None or not 1 <= number <= len(self.given):
            return Quote(None, words, 0)
        passage = self.given[number - 1]
        return Quote(passage, words, passage.start)

    def _told(self) -> list[str]:
        return [f"{_head(n, each)}\n{each.text}" for n, each in enumerate(self.given, 1)]

    def _failure(self, n: int, claim: DraftClaim, why: Rejected) -> str:
        lines = [f"{n}. {_line(claim.text)}"]
        for quote in claim.quotes:
            numbers = [n for n, given in enumerate(self.given, 1) if given == quote.passage]
            passage = f"passage {numbers[0]}" if numbers else "no passage that was given"
            lines.append(f"   quoted from {passage}: {_line(quote.text)}")
        reason = ": ".join(filter(None, (_WHY[why.reason], _line(why.detail))))
        lines.append(f"   It failed because {reason}.")
        return "\n".join(lines)


_WHY: Mapping[Rejection, str] = {
    "passage_not_given": "it names a passage that was not given",
    "quote_not_found": "its quote does not stand, word for word and unbroken, in the passage",
    "number_or_name_missing": "it holds a number, a date or a name that stands neither in its "
    "quote nor in the passage",
    "unsupported": "its quote does not say what it says",
}


def chosen(retrieval: Retrieval, most: int) -> tuple[Passage, ...]:
    """The passages a model is given: text before boilerplate, best first, each whole.

    At least one, and as many of the best `most` as `MOST_GIVEN` characters hold.
    """
    passages = sorted((hit.passage for hit in retrieval.hits), key=lambda each: each.boilerplate)
    given: list[Passage] = []
    room = MOST_GIVEN
    for passage in passages[:most]:
        if len(passage.text) <= room or not given:
            given.append(passage)
            room -= len(passage.text)
    return tuple(given)


def _head(number: int, passage: Passage) -> str:
    article = passage.article
    parts = [
        _name(passage.file),
        _name(article.title or "") or "untitled",
        article.date.isoformat() if article.date else "undated",
        _language(article.language),
    ]
    if passage.boilerplate:
        parts.append("outside the articles")
    return f"[{number}] " + " | ".join(parts)


def _name(text: str) -> str:
    """A file's name or a title in which nothing looks like a part of the head."""
    return _line(text.replace("|", "/"))[:_LONGEST_NAME]


def _line(text: str) -> str:
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())


def _messages(name: str, passages: Sequence[str] | None = None, **values: str) -> list[Message]:
    """The messages of a prompt, with a delimiter that nothing in them can have known."""
    values = {key: _sound(text) for key, text in values.items()}
    told = [_sound(each) for each in passages or ()]
    token = secrets.token_hex(8)
    while any(token in text for text in (*values.values(), *told)):
        token = secrets.token_hex(8)
    delimiter = f"~~ {token} ~~"
    if passages is not None:
        values["passages"] = f"\n{delimiter}\n".join(told)
    return prompts.load(name).messages(delimiter=delimiter, **values)


def _sound(text: str) -> str:
    """`text` without what cannot be sent: NULs, and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _plain(answer: str) -> str:
    """The text of an answer, without thoughts, fences, marks and labels around it."""
    thoughts = Thoughts()
    parts: list[str] = []
    for part in (*thoughts.feed(answer[:_LONGEST_ANSWER]), *thoughts.end()):
        if isinstance(part, Closing):
            parts.clear()
        else:
            parts.append(part)
    lines = "".join(parts).splitlines()
    text = "\n".join(line for line in lines if not line.startswith("```"))
    return _BEFORE.sub("", text.strip().strip(_MARKS)).strip(_MARKS)


_LONGEST_ANSWER = 40_000
_MARKS = '"“”*`「」 \t\r\n'
_BEFORE = re.compile(r"(?:the |next |standalone |rewritten )*question\W{0,3}[:：]", re.IGNORECASE)


def _by_language(answer: str, languages: Sequence[str]) -> dict[str, str]:
    """What of `answer`, JSON or lines, is a translation into one of `languages`."""
    told: list[tuple[str, object]] = []
    start, end = answer.find("{"), answer.rfind("}")
    if 0 <= start < end:
        try:
            value = json.loads(answer[start : end + 1], strict=False)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            told = list(value.items())
    told += _LABELLED.findall(answer)
    names = {name.casefold(): code for code in languages for name in (code, _language(code))}
    found: dict[str, str] = {}
    for name, text in told:
        code = names.get(name.strip().casefold())
        text = _line(text).strip(_MARKS) if isinstance(text, str) else ""
        if code and any(ch.isalnum() for ch in text) and len(text) <= _LONGEST_TRANSLATION:
            found.setdefault(code, _sound(text))
    return {code: found[code] for code in languages if code in found}


_LONGEST_TRANSLATION = 10_000  # as much as can be asked
_LABELLED = re.compile(r"^[\s*`\"\-]{0,8}([^\W\d_]{2,20})[\s*`\"]{0,4}[:：](.+)$", re.MULTILINE)


def _language(code: str) -> str:
    """The English name of a language; of an unknown code the code."""
    return _LANGUAGES.get(code, "unknown language" if code == UNKNOWN else code)


_LANGUAGES = {
    "ar": "Arabic", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian",
    "km": "Khmer", "ko": "Korean", "lo": "Lao", "my": "Burmese", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
