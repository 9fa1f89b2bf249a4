"""A question in other words, by one call of a model: as it stands alone, in other languages."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from bot.chat.client import Ask
from bot.failures import ModelError
from bot.forms.thoughts import Closing, Thoughts
from bot.told import language_name, line, messages, sound

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

    from bot.budget import Meter
    from bot.chat.client import ChatModel
    from bot.conversation import Turn

_LONGEST_QUESTION = 1_000


def standalone(
    chat: ChatModel,
    question: str,
    turns: Sequence[Turn],
    deadline: float,
    meter: Meter,
    folder: Path | None = None,
) -> str:
    """`question` as it stands alone, by one call; as it is where no such comes back."""
    said = "\n".join(
        f"Reader: {line(turn.question)}\nService: {line(turn.answer)}" for turn in turns
    )
    asked = messages("condense", folder=folder, conversation=said, question=question)
    wanted = plain(chat.complete(Ask(lambda _: asked, None), deadline, meter))
    lines = [each.strip() for each in wanted.splitlines() if each.strip()]
    if len(lines) != 1 or len(lines[0]) > _LONGEST_QUESTION:
        return question
    return lines[0] if any(ch.isalnum() for ch in lines[0]) else question


def translated(
    chat: ChatModel,
    question: str,
    languages: Sequence[str],
    deadline: float,
    meter: Meter,
    folder: Path | None = None,
) -> dict[str, str]:
    """`question` in each of `languages`, by one call; of those that come back at least one."""
    asked = messages(
        "translate",
        folder=folder,
        languages="\n".join(f"{code}: {language_name(code)}" for code in languages),
        example="\n".join(f"{code}: …" for code in languages),
        question=question,
    )
    answer = plain(chat.complete(Ask(lambda _: asked, None), deadline, meter))
    found = _by_language(answer, languages)
    if not found:
        raise ModelError("nonsense", "The model did not translate the question.")
    return found


def plain(answer: str) -> str:
    """The text of an answer, without thoughts, fences, marks and labels around it."""
    thoughts = Thoughts()
    parts: list[str] = []
    for part in (*thoughts.feed(answer[:_LONGEST_ANSWER]), *thoughts.end()):
        if isinstance(part, Closing):
            parts.clear()
        else:
            parts.append(part)
    lines = "".join(parts).splitlines()
    text = "\n".join(each for each in lines if not each.startswith("```"))
    return _BEFORE.sub("", text.strip().strip(_MARKS)).strip(_MARKS)


_LONGEST_ANSWER = 40_000
_MARKS = '"“”*`「」 \t\r\n'
_BEFORE = re.compile(r"(?:the |next |standalone |rewritten )*question\W{0,3}[:：]", re.IGNORECASE)


def object_in(answer: str) -> dict[str, Any] | None:
    """The JSON object in `answer`, whatever stands around it; None where there is none."""
    start, end = answer.find("{"), answer.rfind("}")
    try:
        value = json.loads(answer[start : end + 1], strict=False) if 0 <= start < end else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _by_language(answer: str, languages: Sequence[str]) -> dict[str, str]:
    """What of `answer`, JSON or lines, is a translation into one of `languages`."""
    told: list[tuple[str, object]] = list((object_in(answer) or {}).items())
    told += _LABELLED.findall(answer)
    names = {name.casefold(): code for code in languages for name in (code, language_name(code))}
    found: dict[str, str] = {}
    for name, text in told:
        code = names.get(name.strip().casefold())
        text = line(text).strip(_MARKS) if isinstance(text, str) else ""
        if code and any(ch.isalnum() for ch in text) and len(text) <= _LONGEST_TRANSLATION:
            found.setdefault(code, sound(text))
    return {code: found[code] for code in languages if code in found}


_LONGEST_TRANSLATION = 10_000  # as much as can be asked
_LABELLED = re.compile(r"^[\s*`\"\-]{0,8}([^\W\d_]{2,20})[\s*`\"]{0,4}[:：](.+)$", re.MULTILINE)
