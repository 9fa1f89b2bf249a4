"""`footnote check --suggest`: questions made of the documents, for a person to take or leave."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

from bot.check.adding import CaseFile, Draft
from bot.check.cases import Case, Step
from bot.check.drafts import id_of
from bot.check.expectations import judge
from bot.check.inquiries import inquiries
from bot.check.suggesting import Suggestion, spread, suggestions
from bot.check.unanswered import Absent
from bot.check.words import folded
from bot.output import flush
from bot.render.json import of_reply
from bot.render.visible import visible, wrap
from bot.terminal import is_terminal
from bot.wiring import Desk, consultant_of
from index.record import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.asker import Asker
    from bot.output import Output
    from bot.settings import Settings
    from index.generation import Generation

DONE, NOTHING = 0, 1
_AROUND = 160  # characters shown before and behind a sentence
_HEAD = """\
# DRAFTS of cases, made of the documents. None was looked at yet.
# To accept one: see that its question is a good one and its answer right, and take the mark off.
"""
_HELP = "y keeps it, n passes it over, e changes the question, q ends."


def suggest(
    count: int, known: Sequence[Case], into: CaseFile | None, settings: Settings, output: Output
) -> int:
    """Draft `count` cases; in a terminal each is put to the person there."""
    asking = is_terminal(sys.stdin) and is_terminal(sys.stdout)
    with (
        ExitStack() as held,
        Desk(settings, progress=output.progress, refreshed=output.refreshed) as desk,
    ):
        with output.progress:
            asker = desk.asker()
            absent = _absent(desk.generation, output)
        wording = None
        if settings.model is not None:
            from bot.check.wording import Wording

            wording = held.enter_context(Wording(consultant_of(settings.model, settings.store)))
        found = spread(desk.generation.every_passage())
        asked = {folded(case.ask) for case in known}
        coming = suggestions(found, asked, absent, wording or inquiries)
        taken = [case.id for case in known]
        if asking:
            return _Asked(asker, desk.generation, taken, into, output).put(coming, count)
        drafts = []
        for each in islice(coming, count):
            made = drafted(each, asker, taken)
            taken.append(made.case.id)
            drafts.append(made)
    if wording is not None and wording.failed is not None:
        output.error(wording.failed)
    if into is not None and drafts:
        into.add(drafts, _HEAD + "\n")
        output.text(f"{len(drafts):,} drafts added to {visible(str(into.path))}.")
    elif drafts:
        output.text("\n".join([_HEAD, *(each.text for each in drafts)]).rstrip())
    if len(drafts) < count:
        output.aside(f"No more than {len(drafts):,} good questions were found.")
    return DONE if drafts else NOTHING


def _absent(generation: Generation, output: Output) -> Absent:
    """What stands in none of the documents; each is read for it."""
    files = generation.files()
    years: set[int] = set()

    def texts() -> Iterator[str]:
        for done, file in enumerate(files, 1):
            output.progress(done, len(files), "looked through")
            years.update(each.date.year for each in generation.articles(file) if each.date)
            yield generation.text(file)

    return Absent(texts(), years)


def drafted(each: Suggestion, asker: Asker, taken: Sequence[str]) -> Draft:
    """A suggestion as a case, with what is answered today in a comment."""
    case = Case(id_of(each.question, taken), (Step(each.question, each.expected),))
    passage = each.sentence.passage
    comments = [f"DRAFT of {_line(passage.file)}: {_line(each.sentence.text)}"]
    if each.put is not None:
        old, new = each.put
        comments = [f"DRAFT without an answer: {new}, in place of {_line(old)}, is in no document."]
    return Draft(case, (*comments, today(each, asker)))


def today(each: Suggestion, asker: Asker) -> str:
    """Whether the program replies as it should, and else what it does."""
    reply = of_reply(asker.ask(each.question))
    if all(finding.met for finding in judge(each.expected, reply)):
        return "it abstains today" if each.expected.abstains else "answers it today"
    if reply["status"] != "answered":
        return f"today it abstains: {reply['reason']}"
    cited = reply["citations"][0]
    return f"today it cites {_line(cited['file'])}: {_line(cited['quote'])}"


def _line(text: str) -> str:
    """On one line, with nothing in it that could end a comment or hide in it."""
    line = " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())
    return line if len(line) <= 300 else line[:299] + "…"


class _Asked:
    """Puts suggestions to a person in the terminal, one by one."""

    def __init__(
        self,
        asker: Asker,
        generation: Generation,
        taken: list[str],
        into: CaseFile | None,
        output: Output,
    ) -> None:
        self._asker, self._generation = asker, generation
        self._taken, self._into, self._output = taken, into, output
        self._kept: list[Draft] = []

    def put(self, coming: Iterator[Suggestion], count: int) -> int:
        """Put `count` of them; those that are kept are written one by one, or at the end."""
        number = 0
        for number, each in enumerate(islice(coming, count), 1):
            if not self._one(each, f"{number} of {count}"):
                break
        if not number:
            self._output.aside("No good question was found.")
        if self._kept and self._into is None:
            self._output.text("\n" + "\n".join(each.text for each in self._kept).rstrip())
        elif self._into is not None:
            name = visible(str(self._into.path))
            self._output.text(f"{len(self._kept):,} added to {name}.")
        return DONE if self._kept else NOTHING

    def _one(self, each: Suggestion, place: str) -> bool:
        """Put one; False ends it."""
        while True:
            draft = drafted(each, self._asker, self._taken)
            self._show(each, draft, place)
            answer = self._read("keep it? [y/n/e/q] ").strip().lower()[:1]
            if answer == "y":
                made = Draft(draft.case)
                if self._into is not None:
                    self._into.add([made])
                self._kept.append(made)
                self._taken.append(made.case.id)
                return True
            if answer == "n":
                return True
            if answer == "q":
                return False
            if answer == "e":
                question = " ".join(self._read("the question: ", each.question).split())
                if any(map(str.isalnum, question)):
                    each = replaced(each, question=question)
            else:
                self._output.text(_HELP)

    def _show(self, each: Suggestion, draft: Draft, place: str) -> None:
        style = self._output.style
        passage = each.sentence.passage
        text = self._generation.text(passage.file)
        start = text.find(each.sentence.text, passage.start)
        end = start + len(each.sentence.text)
        before = text[max(0, start - _AROUND) : start].partition(" ")[2]
        behind = text[end : end + _AROUND].rpartition(" ")[0]
        parts = [" ".join(visible(part).split()) for part in (before, each.sentence.text, behind)]
        columns = None if style.columns is None else max(20, style.columns - 4)
        told = [
            (line, "faint" if n != 1 else "")
            for n, part in enumerate(parts)
            if part
            for line in wrap(part, columns)
        ]
        date = f", {each.sentence.article.date}" if each.sentence.article.date else ""
        lines = [
            "",
            style.paint(f"{place}  {visible(passage.file)}{date}", "faint"),
            *(f"    {style.paint(line, how) if how else line}" for line, how in told),
            "",
            style.paint(visible(each.question), "mark"),
        ]
        expected = each.expected
        says = f"says {expected.says[0]!r}" if expected.says else "abstains: not in the documents"
        lines += [f"    expects   {visible(says)}", f"    {visible(draft.comments[-1])}"]
        self._output.text("\n".join(lines))
        flush()

    def _read(self, prompt: str, text: str = "") -> str:
        """A line from the person; `text` stands there to be changed. The end is q."""
        try:
            import readline
        except ImportError:
            return self._input(prompt)
        readline.set_startup_hook(lambda: readline.insert_text(text))
        try:
            return self._input(prompt)
        finally:
            readline.set_startup_hook(None)

    def _input(self, prompt: str) -> str:
        try:
            return input(prompt)
        except EOFError:
            print()
            return "q"
