"""The command line to Options, and the pages that `--help` shows."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import timedelta
from typing import NoReturn

from index.errors import UsageError
from index.record import record
from index.schema import Filters

COMMANDS = ("ask", "search", "index")
_MOST_HITS = 1000

_MAIN = """\
usage: footnote COMMAND …

Answers questions from a folder of documents. Every sentence of an answer carries a
footnote: the file, the lines and the exact words it rests on. What the documents do
not say, it does not say.

commands:
  ask       answer a question, with footnotes; without one, in a terminal, a prompt
  search    the passages that fit a question best, without an answer
  index     build or refresh the index, and say what changed

  footnote COMMAND --help tells more.

examples:
  footnote ask "In which port city did the three foreign ministers meet?"
  footnote ask --corpus ~/reports --since 2023-11 "누가 부산에서 만났나요?"
  footnote search -k 3 "spy satellite" --json
"""

_SETTINGS = """\
settings, the first that says something:
  a flag             --corpus DIR       --store DIR
  a variable         FOOTNOTE_CORPUS, FOOTNOTE_STORE, FOOTNOTE_MODE, FOOTNOTE_MODEL
  footnote.toml      corpus = "docs"    in the working folder
  otherwise          seeds/             .footnote/

environment:
  NO_COLOR           no colour; CLICOLOR_FORCE=1 colours a pipe, too
  FOOTNOTE_DEBUG=1   show where in the program an unexpected error arose
"""

_ASK_MORE = """\
exit status:
  0  answered           1  abstained           2  an error
  A batch that ran to its end exits 0.

a batch:
  A line of FILE (UTF-8; - is standard input) is a question, or a JSON object with
  "id" and "question"; other keys and blank lines are passed over. For each a line of
  JSON comes out, in order, with its "id" or else the number of its line. A line that
  cannot be asked gives {"id": …, "error": …, "hint": …} in its place.

output:
  With --json, one object, errors too: {"error": …, "hint": …}. Messages and hints
  always go to standard error.

examples:
  footnote ask "Who was South Korea's foreign minister?" --until 2021-12
  footnote ask --in reports/2023 --explain "When was the last summit?"
  footnote ask --batch questions.jsonl > answers.jsonl
  footnote ask
"""

_SEARCH_MORE = """\
exit status:
  0  found           1  nothing found           2  an error
  A batch that ran to its end exits 0.

  With --json a line a hit. A batch, whose lines are as for `footnote ask`, gives JSON
  with the "id" in each line, and nothing for what is not found; a line that cannot be
  searched for gives {"id": …, "error": …, "hint": …}.

examples:
  footnote search "trilateral summit" -k 3
  footnote search --since 2023 --json "spy satellite"
"""

_INDEX_MORE = """\
  Only what changed is worked on. `ask` and `search` do this by themselves.

exit status:
  0  the index is up to date           2  an error; an earlier index stays usable

examples:
  footnote index --corpus ~/reports
  footnote index --json
"""

_PAGES = {
    "ask": (
        "footnote ask QUESTION [flags] | --batch FILE",
        "Answers a question from the documents, with footnotes. Without a question, in a\n"
        "terminal, opens a prompt.",
        _ASK_MORE,
    ),
    "search": (
        "footnote search QUESTION [-k N] [flags] | --batch FILE",
        "Shows the passages that fit a question best, without an answer.",
        _SEARCH_MORE,
    ),
    "index": (
        "footnote index [flags]",
        "Builds or refreshes the index of the documents, and says what changed.",
        _INDEX_MORE,
    ),
}


@record
class Options:
    """What was asked for. `settings` holds the flags that are settings, unset ones as None."""

    command: str
    settings: Mapping[str, str | None]
    json: bool = False
    question: str | None = None
    batch: str | None = None
    filters: Filters = Filters()
    update: bool = True
    explain: bool = False
    k: int = 10


def parse(words: Sequence[str]) -> Options | str:
    """The Options in `words`; where help or the version is asked for, the text of it."""
    if not words:
        raise UsageError("Which command?", 'Ask: footnote ask "…". Learn more: footnote --help')
    command, *rest = words
    if command in ("-h", "--help"):
        return f"{_MAIN}\n{_SETTINGS}"
    if command == "--version":
        return _version()
    if command not in COMMANDS:
        raise _unknown(command)
    try:
        return _options(command, _parser(command).parse_args(rest))
    except _Help as help:
        return help.text


class _Help(Exception):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Of one width everywhere, so that documentation can copy the pages.

    With the width given argparse does not import `shutil` to ask the terminal.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=18, width=88)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"Look at: {self.prog} --help")

    def print_help(self, file: object = None) -> NoReturn:  # noqa: ARG002 - as it is called
        raise _Help(self.format_help())


def _parser(command: str) -> _Parser:
    usage, what, more = _PAGES[command]
    parser = _Parser(
        prog=f"footnote {command}",
        usage=usage,
        description=what,
        epilog=f"{more}\n{_SETTINGS}",
        formatter_class=_Formatter,
        allow_abbrev=False,
    )
    add = parser.add_argument
    if command != "index":
        add("question", metavar="QUESTION", nargs="*", help="in any language")
        add(
            "--since",
            metavar="DATE",
            help="only articles of this day (2023-11-26), month "
            "(2023-11) or year, or of a later one",
        )
        add(
            "--until",
            metavar="DATE",
            help="only articles of this day, month or year, or of an earlier one",
        )
        add(
            "--in",
            metavar="FILE",
            dest="within",
            action="append",
            default=[],
            help="only this document, or all below this folder; may be repeated",
        )
        add("--batch", metavar="FILE", help="many questions, a line each; - for standard input")
        add(
            "--no-update",
            dest="update",
            action="store_false",
            help="do not look whether documents changed",
        )
    if command == "search":
        add("-k", metavar="N", default="10", help="at most this many passages (10)")
    if command == "ask":
        add(
            "--mode",
            metavar="MODE",
            help="extractive: in the documents' own sentences; "
            "generative: in a model's (the default where one is named)",
        )
        add("--model", metavar="NAME", help="the model of the generative mode")
        add("--explain", action="store_true", help="show how the answer came about")
    add("--corpus", metavar="DIR", help="the folder of documents")
    add("--store", metavar="DIR", help="the folder of indexes; each corpus has a place in it")
    add("--json", action="store_true", help="JSON, for programs")
    return parser  # fmt: skip


def _options(command: str, found: argparse.Namespace) -> Options:
    settings = {name: getattr(found, name, None) for name in ("corpus", "store", "mode", "model")}
    if command == "index":
        return Options(command, settings, found.json)
    question = " ".join(found.question) if found.question else None
    if question is not None and found.batch is not None:
        raise UsageError("A question and a batch do not go together.", "Leave one of them out.")
    return Options(
        command=command,
        settings=settings,
        json=found.json,
        question=question,
        batch=found.batch,
        filters=_filters(found.since, found.until, found.within),
        update=found.update,
        explain=getattr(found, "explain", False),
        k=_count(getattr(found, "k", "10")),
    )


def _filters(since: str | None, until: str | None, within: Sequence[str]) -> Filters:
    first = None if since is None else _date("--since", since, last=False)
    last = None if until is None else _date("--until", until, last=True)
    if first is not None and last is not None and first > last:
        raise UsageError(f"--since {since} is after --until {until}.", "Swap them.")
    return Filters(first, last, tuple(within))


def _date(flag: str, value: str, *, last: bool) -> Date:
    """The first or the last day of the year, month or day that `value` names."""
    parts = value.split("-")
    try:
        if not all(part.isascii() and part.isdigit() for part in parts) or len(parts) > 3:
            raise ValueError
        begin = Date(*([*map(int, parts), 1, 1][:3]))
        if not last or len(parts) == 3:
            return begin
        if len(parts) == 1 or begin.month == 12:
            return Date(begin.year, 12, 31)
        return Date(begin.year, begin.month + 1, 1) - timedelta(1)
    except (ValueError, OverflowError):
        raise UsageError(
            f"{flag} takes a date, and {value!r} is none.",
            f"For instance: {flag} 2023-11-26, or 2023-11, or 2023",
        ) from None


def _count(value: str) -> int:
    if value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= _MOST_HITS:
        return int(value)
    raise UsageError(
        f"-k takes a number from 1 to {_MOST_HITS}, and {value!r} is none.", "For instance: -k 5"
    )


def _unknown(command: str) -> UsageError:
    import difflib  # only an error needs it

    message = f"There is no command {command!r}."
    if command.startswith("-"):
        return UsageError(
            f"A command comes first, then {command}.", "For instance: footnote ask --json …"
        )
    if " " in command:
        return UsageError(message, 'To ask a question: footnote ask "…"')
    if close := difflib.get_close_matches(command, COMMANDS, 1):
        return UsageError(message, f"Did you mean: footnote {close[0]}")
    return UsageError(message, f"There are: {', '.join(COMMANDS)}.")


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"footnote {version('footnote')}\n"
    except PackageNotFoundError:
        return "footnote, from a folder it was not installed from\n"
