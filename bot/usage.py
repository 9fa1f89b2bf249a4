"""The pages that `--help` shows, and a parser that knows each flag and what may be wrong with it.

Well-formed command lines are read without it: argparse costs every question 6 ms.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from bot.keys import KEYS
from index.errors import UsageError

MAIN = """\
usage: footnote COMMAND …

Answers questions from a folder of documents. Every sentence of an answer carries a
footnote: the file, the lines and the exact words it rests on. What the documents do
not say, it does not say.

commands:
  ask       answer a question, with footnotes; without one, in a terminal, a prompt
  search    the passages that fit a question best, without an answer
  index     build or refresh the index, and say what changed
  check     ask canned questions, and say which answers are not as they should be
  bot       answer in Discord

  footnote COMMAND --help tells more.

examples:
  footnote ask "In which port city did the three foreign ministers meet?"
  footnote ask --corpus ~/reports --since 2023-11 "누가 부산에서 만났나요?"
  footnote search -k 3 "spy satellite" --json
"""

SETTINGS = """\
settings, the first that says something:
  a flag             --base-url URL           from "documents" on each flag of a page
  a variable         FOOTNOTE_BASE_URL=URL    FOOTNOTE_CORPUS=DIR and so on; also
                                              OPENAI_API_KEY, OPENAI_BASE_URL and
                                              DISCORD_TOKEN
  footnote.toml      base_url = "URL"         in the working folder; numbers need no
                                              quotation marks: retries = 3
  otherwise          --corpus seeds --store .footnote --mode extractive

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

programs:
  With --json, one object, errors too: {"error": …, "hint": …}. Messages and hints
  always go to standard error.

examples:
  footnote ask "Who was South Korea's foreign minister?" --until 2021-12
  footnote ask --in reports/2023 --explain "When was the last summit?"
  footnote ask --batch questions.jsonl > answers.jsonl
  footnote ask --model llama3.1 --base-url http://localhost:11434/v1
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

_BOT_MORE = """\
what it needs:
  A token. In Discord's portal, https://discord.com/developers/applications: New
  Application; then Bot, Reset Token, and keep it as DISCORD_TOKEN. Who has the token
  is the bot, so it belongs into no file that others read.
  An invitation. `footnote bot --check` prints the address that invites the bot into a
  server, with the permissions that it needs and no more.
  No privileged intent. With --message-content yes, follow-ups in a thread need no
  mention; that one intent must then be turned on in the portal, too.
  A model only for answers in a model's words; without one the answers are the
  documents' own sentences.

  It runs until SIGTERM or Ctrl-C: then it takes no more questions and finishes those
  in hand, for at most 20 seconds. Its log goes to standard error, a JSON object a
  line; tokens and keys are struck out of it.

exit status:
  0  it was told to stop; with --check, all is well
  2  an error, such as a token that Discord does not take; to start it again changes
     nothing

examples:
  footnote bot --check
  DISCORD_TOKEN=… footnote bot --corpus ~/reports
  footnote bot --channels 1180000000000000001,1180000000000000002 --cooldown-user 10
  footnote bot --metrics-port 9464 --log-level debug
"""

_CHECK_MORE = """\
what is checked:
  Each file of cases, .yaml or .jsonl, holds questions and what their answers must hold;
  docs/checking.md tells how they are written. Whether each citation stands in its file,
  word for word, is always looked at.

exit status:
  0  all passed           1  some failed           2  nothing could be checked
  With --baseline only what passed before and fails now, what could not be asked, and
  citations that are not true count as failed.

examples:
  footnote check tests/qa
  footnote check tests/qa -k "busan and not 2021" --fail-fast
  footnote check tests/qa --jobs 4 --baseline qa-baseline.json
  footnote check tests/qa --junit report.xml --html report.html
  footnote check tests/qa --compare a.toml b.toml
  footnote check --record "Who met in Busan?" --into tests/qa/busan.yaml
  footnote check tests/qa --suggest 20 --into tests/qa/drafts.yaml
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
    "check": (
        "footnote check PATH… [-k EXPR] [--tag T] [flags]",
        "Asks canned questions, and says which answers are not as they should be.",
        _CHECK_MORE,
    ),
    "bot": (
        "footnote bot [--check] [flags]",
        "Answers in Discord: to /ask, to mentions, and of any message whether the documents\n"
        "bear it out.",
        _BOT_MORE,
    ),
}
# What can be set for a command, where that is not all; `ask` has no use for the bot's.
_GROUPS = {
    "ask": ("documents", "model", "spending", "dense retrieval"),
    "search": ("documents", "dense retrieval"),
    "index": ("documents", "dense retrieval"),
    "check": ("documents", "model", "spending", "dense retrieval"),
}


def arguments(command: str, words: Sequence[str]) -> dict[str, Any]:
    """What `words` after a command set, by name; raises UsageError, and Help with a page."""
    return vars(_parser(command).parse_args(words))


class Help(Exception):
    """A page is asked for."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Of one width everywhere, so that documentation can copy the pages.

    With the width given argparse does not import `shutil` to ask the terminal.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30, width=88)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}.", f"Look at: {self.prog} --help")

    def print_help(self, file: object = None) -> NoReturn:  # noqa: ARG002 - as it is called
        raise Help(self.format_help())


def _parser(command: str) -> _Parser:
    usage, what, more = _PAGES[command]
    parser = _Parser(
        prog=f"footnote {command}",
        usage=usage,
        description=what,
        epilog=f"{more}\n{SETTINGS}",
        formatter_class=_Formatter,
        add_help=False,
        allow_abbrev=False,
    )
    groups: dict[str, Callable[..., object]] = {}

    def add(group: str, *names: str, **how: Any) -> None:
        if group not in groups:
            groups[group] = parser.add_argument_group(group).add_argument
        groups[group](*names, **how)

    if command in ("ask", "search"):
        _add_question(add)
    if command == "search":
        add("the question", "-k", metavar="N", default="10", help="at most this many passages (10)")
    if command == "check":
        _add_cases(add)
    if command == "ask":
        add("output", "--explain", action="store_true", help="show how the answer came about")
    if command == "bot":
        add(
            "output",
            "--check",
            action="store_true",
            help="say whether all is there that it needs, and do not start it",
        )
    add("output", "--json", action="store_true", help="JSON, for programs")
    if command == "check":
        _add_reports(add)
    add("output", "-h", "--help", action="help", help="this page")
    for key in KEYS:
        if key.group in _GROUPS.get(command, (key.group,)):
            add(key.group, key.flag, metavar=key.placeholder, help=key.help)
    return parser


def _add_question(add: Callable[..., object]) -> None:
    group = "the question"
    add(group, "question", metavar="QUESTION", nargs="*", help="in any language")
    add(
        group,
        "--since",
        metavar="DATE",
        help="only articles of this day (2023-11-26), month (2023-11) or year, or of a later one",
    )
    add(
        group,
        "--until",
        metavar="DATE",
        help="only articles of this day, month or year, or of an earlier one",
    )
    add(
        group,
        "--in",
        metavar="FILE",
        dest="within",
        action="append",
        default=[],
        help="only this document, or all below this folder; may be repeated",
    )
    add(group, "--batch", metavar="FILE", help="many questions, a line each; - for standard input")
    add(
        group,
        "--no-update",
        dest="update",
        action="store_false",
        help="do not look whether documents changed",
    )


def _add_reports(add: Callable[..., object]) -> None:
    for flag, help in (
        ("--junit", "write JUnit XML, which CI servers read"),
        ("--html", "write a page that stands alone: answers beside their sources"),
        ("--history", "where a line is kept of each run, for the page (checks.jsonl in the store)"),
    ):
        add("output", flag, metavar="FILE", help=help)


def _add_cases(add: Callable[..., object]) -> None:
    group = "the cases"
    add(
        group, "paths", metavar="PATH", nargs="*", help="a file of cases, or a folder of such files"
    )
    add(
        group,
        "-k",
        metavar="EXPR",
        dest="expression",
        default="",
        help="only those whose file, id or tags hold these words: busan and not (2021 or korean)",
    )
    add(
        group,
        "--tag",
        metavar="T",
        dest="tags",
        action="append",
        default=[],
        help="only those with this tag; may be repeated: with any of them",
    )
    group = "the run"
    add(
        group,
        "--jobs",
        metavar="N",
        help="how many processes ask at once; of a model, how many questions it is asked at once "
        "(1; of a model, its concurrency)",
    )
    add(group, "--fail-fast", action="store_true", help="end at the first that fails")
    add(
        group,
        "--baseline",
        metavar="FILE",
        help="what came of an earlier run: only what passed then and fails now is a failure",
    )
    add(group, "--bless", action="store_true", help="write the baseline as it is now")
    add(
        group,
        "--compare",
        metavar=("A", "B"),
        nargs=2,
        help="ask under two files of settings, each written as footnote.toml is and before all "
        "other settings, and say which cases differ, and whether by more than chance",
    )
    group = "the model"
    add(
        group,
        "--recordings",
        metavar="FOLDER",
        help="take a model's answers from the recordings in this folder, with no key and no server",
    )
    add(
        group,
        "--refresh",
        action="store_true",
        help="ask the model for what is not recorded or has changed since, and record it",
    )
    add(
        group,
        "--judge",
        action="store_true",
        help="have the model judge what cases expect under `judge`; otherwise it is not looked at",
    )
    group = "new cases"
    add(
        group,
        "--record",
        metavar="QUESTION",
        dest="recorded",
        help="ask, show the answer, and write the case that holds it",
    )
    add(
        group,
        "--from",
        metavar="FILE",
        dest="feedback",
        help="draft cases of what readers said of answers in Discord (feedback.jsonl), but for "
        "questions that the cases of PATH ask",
    )
    add(
        group,
        "--suggest",
        metavar="N",
        nargs="?",
        const="10",
        help="draft N cases of the documents themselves (10); in a terminal each is looked at and "
        "taken or not",
    )
    add(
        group,
        "--into",
        metavar="FILE",
        help="put them behind the cases of this file; otherwise they go to standard output",
    )
