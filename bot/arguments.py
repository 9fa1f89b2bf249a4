"""The command line as argparse reads it, which knows what may be wrong with each flag.

Well-formed command lines are read without it: argparse costs every question 6 ms.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from bot.keys import KEYS
from bot.usage import PAGES, SETTINGS
from index.errors import UsageError

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
    usage, what, more = PAGES[command]
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
    if command == "doctor":
        add("output", "--fix", action="store_true", help="mend what can be mended, and look again")
    if command == "index":
        add(
            "the run",
            "--watch",
            action="store_true",
            help="go on, and index what changes as soon as it rests, until Ctrl-C",
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
