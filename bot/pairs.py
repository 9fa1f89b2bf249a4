"""Readers' verdicts as drafts of canned pairs, for a person to accept one by one.

All that is told of them was written by readers, models and documents: no text of theirs can end
a comment or a value of the YAML that it stands in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Protocol

    class Judged(Protocol):
        """A verdict as bot/feedback.py keeps it."""

        @property
        def time(self) -> str: ...
        @property
        def question(self) -> str: ...
        @property
        def status(self) -> str: ...
        @property
        def citations(self) -> Sequence[Mapping[str, Any]]: ...
        @property
        def answer(self) -> str | None: ...
        @property
        def generation(self) -> str: ...
        @property
        def mode(self) -> str: ...
        @property
        def verdict(self) -> str: ...
        @property
        def correction(self) -> str | None: ...


MOST_SAID = 200  # characters of a quote or a correction that a case expects
_MOST_TOLD = 500  # ... of a comment
_MOST_QUOTES = 3
_SLUG_WORDS, _SLUG = 6, 40
_WORD = re.compile(r"\w+")
_HEAD = """\
# DRAFTS of canned pairs, made of what readers said of answers. None was looked at yet.
# To accept one: see that its answer is right, shorten `says` to the words that matter, give it
# an id of its own, and move it into a file of tests/qa.
"""


def export(judged: Iterable[Judged]) -> str:
    """YAML of one draft a question: what a correction says, else what was called good.

    A question that was called wrong, and never corrected, is told in a comment at the end. The
    later of two verdicts goes before the earlier.
    """
    questions: dict[str, list[Judged]] = {}
    for each in judged:
        asked = " ".join(_sound(each.question).split())
        if asked:
            questions.setdefault(asked, []).append(each)
    ids: set[str] = set()
    cases: list[str] = []
    open_: list[str] = []
    for asked, verdicts in questions.items():
        corrected = [each for each in verdicts if _corrects(each)]
        good = [each for each in verdicts if each.verdict == "good" and _holds(each)]
        if corrected or good:
            chosen = (corrected or good)[-1]
            cases.append(_case(_id(asked, ids), asked, chosen, verdicts))
        elif any(each.verdict == "wrong" for each in verdicts):
            open_.append(f"# - {_comment(asked)}\n")
    parts = [_HEAD, *cases]
    if not cases:
        parts.append("[]\n")
    if open_:
        parts.append("# Called wrong, and nobody said what is right:\n" + "".join(open_))
    return "\n".join(parts)


def _corrects(each: Judged) -> bool:
    return each.verdict == "wrong" and bool(_sound(each.correction or "").strip())


def _holds(each: Judged) -> bool:
    """Whether there is anything to expect: an abstention, or a quote with words in it."""
    return each.status != "answered" or any(_said(each))


def _case(id: str, asked: str, chosen: Judged, verdicts: Sequence[Judged]) -> str:
    good = sum(each.verdict == "good" for each in verdicts)
    wrong = len(verdicts) - good
    kind = "corrected" if chosen.verdict == "wrong" else "called good"
    lines = [
        f"# DRAFT: {kind} on {_comment(chosen.time[:10])}; {good} good, {wrong} wrong. "
        f"{_comment(chosen.mode)}, generation {_comment(chosen.generation) or '-'}."
    ]
    if chosen.verdict == "wrong":
        answer = chosen.answer if chosen.answer is not None else "(abstained)"
        lines.append(f"# It answered: {_comment(answer)}")
        lines.append(f"# The correction, in a reader's words: {_comment(chosen.correction or '')}")
    lines += [f"- id: {id}", f"  ask: {_quoted(asked)}", *_expected(chosen)]
    return "\n".join(lines) + "\n"


def _expected(chosen: Judged) -> list[str]:
    if chosen.verdict == "wrong":
        said = _start(" ".join(_sound(chosen.correction or "").split()))
        return ["  expect:", f"    says: [{_quoted(said)}]"]
    if chosen.status != "answered":
        return ["  expect: abstains"]
    files = dict.fromkeys(str(each["file"]) for each in chosen.citations)
    return [
        "  expect:",
        "    says:",
        *(f"      - {_quoted(said)}" for said in dict.fromkeys(_said(chosen))),
        "    cites:",
        *(f"      - {_quoted(file)}" for file in files),
    ]


def _said(each: Judged) -> list[str]:
    quotes = [_start(str(citation["quote"])) for citation in each.citations[:_MOST_QUOTES]]
    return [quote for quote in quotes if quote.strip()]


def _start(text: str) -> str:
    """As much of `text` as a case should expect, to the end of a word where there are words."""
    if len(text) <= MOST_SAID:
        return text
    cut = text[:MOST_SAID]
    return cut.rsplit(None, 1)[0] if len(cut.split()) > 1 else cut


def _id(asked: str, taken: set[str]) -> str:
    """A name of the question's first words that no other draft has."""
    words = _WORD.findall(unicodedata.normalize("NFKC", asked).casefold())
    slug = "-".join(words[:_SLUG_WORDS])[:_SLUG].rstrip("-") or "question"
    id = f"draft-{slug}"
    number = 2
    while id in taken:
        id = f"draft-{slug}-{number}"
        number += 1
    taken.add(id)
    return id


def _sound(text: str) -> str:
    """`text` without halves of surrogate pairs, which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _comment(text: str) -> str:
    """`text` on one line, with nothing in it that could end the line or hide in it."""
    plain = "".join(ch if ch.isprintable() else " " for ch in _sound(text[: 4 * _MOST_TOLD]))
    line = " ".join(plain.split())
    return line if len(line) <= _MOST_TOLD else line[: _MOST_TOLD - 1] + "…"


def _quoted(text: str) -> str:
    """`text` as YAML's double-quoted scalar, in which all that does not print is spelled out."""
    return '"' + "".join(map(_spelled, _sound(text))) + '"'


def _spelled(ch: str) -> str:
    if ch in '"\\':
        return "\\" + ch
    if ch.isprintable():
        return ch
    if ch in _SHORT:
        return _SHORT[ch]
    code = ord(ch)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
