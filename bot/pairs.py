"""Readers' verdicts as drafts of canned pairs, for a person to accept one by one.

All that is told of them was written by readers, models and documents: no text of theirs can end
a comment or a value of the YAML that it stands in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from bot.quoting import quoted, sound
from index.record import record

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
MOST_BYTES = 4_500_000  # of an export: no file of cases may have more than 5 MB
_MOST_TOLD = 500  # ... of a comment
_MOST_QUOTES = 3
_SLUG_WORDS, _SLUG = 6, 40
_WORD = re.compile(r"\w+")
HEAD = """\
# DRAFTS of canned pairs, made of what readers said of answers. None was looked at yet.
# To accept one: see that its answer is right, shorten `says` to the words that matter, give it
# an id of its own, and move it into a file of tests/qa.
"""


def export(judged: Iterable[Judged]) -> str:
    """YAML of one draft a question: what a correction says, else what was called good.

    A question that was called wrong, and never corrected, is told in a comment at the end. The
    later of two verdicts goes before the earlier, and of too many questions the last are taken.
    """
    made = drafts(judged)
    parts = [HEAD]
    if made.left:
        parts.append(f"# {made.left:,} earlier questions found no room here.\n")
    parts += made.cases or ["[]\n"]
    if made.open:
        parts.append("# Called wrong, and nobody said what is right:\n" + "".join(made.open))
    return "\n".join(parts)


@record
class Drafts:
    """What an export holds: a case for each of `cases`, and the questions left `open` in comments;
    `left` is for how many there was no room."""

    cases: tuple[str, ...]
    open: tuple[str, ...]
    left: int


def drafts(judged: Iterable[Judged]) -> Drafts:
    """The parts of `export`, in the order of the questions."""
    questions: dict[str, list[Judged]] = {}
    for each in judged:
        asked = " ".join(sound(each.question).split())
        if any(map(str.isalnum, asked)):
            questions.setdefault(asked, []).append(each)
    ids: set[str] = set()
    cases: list[str] = []
    open_: list[str] = []
    left, size = len(questions), 0
    for asked, verdicts in reversed(questions.items()):
        corrected = [each for each in verdicts if _corrects(each)]
        good = [each for each in verdicts if each.verdict == "good" and _holds(each)]
        made = ""
        if corrected or good:
            chosen = (corrected or good)[-1]
            made = _case(named(f"draft-{slug(asked)}", asked, ids), asked, chosen, verdicts)
            cases.append(made)
        elif any(each.verdict == "wrong" for each in verdicts):
            made = f"# - {_comment(asked)}\n"
            open_.append(made)
        left -= 1
        size += len(made.encode("utf-8")) + 1
        if size > MOST_BYTES:
            break
    return Drafts(tuple(cases[::-1]), tuple(open_[::-1]), left)


def _corrects(each: Judged) -> bool:
    return each.verdict == "wrong" and bool(sound(each.correction or "").strip())


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
    lines += [f"- id: {id}", f"  ask: {quoted(asked)}", *_expected(chosen)]
    return "\n".join(lines) + "\n"


def _expected(chosen: Judged) -> list[str]:
    if chosen.verdict == "wrong":
        said = _start(" ".join(sound(chosen.correction or "").split()))
        return ["  expect:", f"    says: [{quoted(said)}]"]
    if chosen.status != "answered":
        return ["  expect: abstains"]
    files = dict.fromkeys(str(each["file"]) for each in chosen.citations)
    return [
        "  expect:",
        "    says:",
        *(f"      - {quoted(said)}" for said in dict.fromkeys(_said(chosen))),
        "    cites:",
        *(f"      - {quoted(file)}" for file in files),
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


def slug(asked: str) -> str:
    """The question's first words as a name."""
    words = _WORD.findall(unicodedata.normalize("NFKC", asked).casefold())
    return "-".join(words[:_SLUG_WORDS])[:_SLUG].rstrip("-") or "question"


def named(name: str, asked: str, taken: set[str]) -> str:
    """`name` with a mark of the whole question: the same whatever else there is, and in no other
    case of `taken`, to which it is added."""
    whole = crc32(asked.encode("utf-8"))
    id = f"{name}-{whole:08x}"
    while id in taken:  # once in billions
        whole += 1
        id = f"{name}-{whole:08x}"
    taken.add(id)
    return id


def _comment(text: str) -> str:
    """`text` on one line, with nothing in it that could end the line or hide in it."""
    plain = "".join(ch if ch.isprintable() else " " for ch in sound(text[: 4 * _MOST_TOLD]))
    line = " ".join(plain.split())
    return line if len(line) <= _MOST_TOLD else line[: _MOST_TOLD - 1] + "…"
