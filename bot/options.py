"""The command line to Options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date
from datetime import timedelta

from bot.keys import KEYS
from index.errors import UsageError
from index.record import record
from index.schema import Filters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

COMMANDS = ("ask", "search", "index", "check", "bot", "doctor")
_MOST_HITS = 1000
_MOST_JOBS = 256
_MOST_SUGGESTED = 1000

# Of each command, the flags that take a value and those that are set by their name.
_SETTINGS = {key.flag: key.name for key in KEYS if key.group in ("documents", "dense retrieval")}
_ANSWERS = {key.flag: key.name for key in KEYS if key.group in ("model", "spending")}
_DISCORD = {key.flag: key.name for key in KEYS if key.group == "discord"}
_WITHIN = {"--since": "since", "--until": "until", "--in": "within", "--batch": "batch"}
_JSON = {"--json": ("json", True)}
_AS_IS = {"--no-update": ("update", False)}
_FLAGS = {
    "ask": (
        {**_SETTINGS, **_ANSWERS, **_WITHIN},
        {**_JSON, **_AS_IS, "--explain": ("explain", True)},
    ),
    "search": ({**_SETTINGS, **_WITHIN, "-k": "k"}, {**_JSON, **_AS_IS}),
    "index": (_SETTINGS, {**_JSON, "--watch": ("watch", True)}),
    "bot": ({**_SETTINGS, **_ANSWERS, **_DISCORD}, {**_JSON, "--check": ("check", True)}),
    "doctor": ({**_SETTINGS, **_ANSWERS, **_DISCORD}, {**_JSON, "--fix": ("fix", True)}),
}  # not `check`: what it does takes far longer than to read how it is called
# Those that a question stands behind; the others take flags alone.
_QUESTIONS = ("ask", "search")


@record
class Checking:
    """Which canned pairs are asked, and what is told of them.

    With `only` no case is asked in another mode than the one set by a flag. `jobs` is None where
    what is usual for the mode is meant. Where one of `recorded` (a question), `feedback` (a file)
    and `suggest` (how many) is set, none is asked: cases are drafted, and written `into` a file.
    """

    paths: tuple[str, ...]
    expression: str = ""
    tags: tuple[str, ...] = ()
    only: bool = False
    jobs: int | None = None
    fail_fast: bool = False
    baseline: str | None = None
    bless: bool = False
    junit: str | None = None
    html: str | None = None
    history: str | None = None
    compare: tuple[str, str] | None = None
    recordings: str | None = None
    refresh: bool = False
    judge: bool = False
    recorded: str | None = None
    feedback: str | None = None
    suggest: int | None = None
    into: str | None = None

    @property
    def drafts(self) -> bool:
        """Whether cases are to be drafted."""
        return any(each is not None for each in (self.recorded, self.feedback, self.suggest))

    @property
    def replays(self) -> bool:
        """Whether no model is asked, but what was recorded of it."""
        return self.recordings is not None and not self.refresh


@record
class Options:
    """What was asked for. `settings` holds the flags that are settings, as far as they are set."""

    command: str
    settings: Mapping[str, str]
    json: bool = False
    question: str | None = None
    batch: str | None = None
    filters: Filters = Filters()
    update: bool = True
    explain: bool = False
    k: int = 10
    check: bool = False
    fix: bool = False
    watch: bool = False
    checking: Checking | None = None


def parse(words: Sequence[str]) -> Options | str:
    """The Options in `words`; where help or the version is asked for, the text of it."""
    if not words:
        raise UsageError("Which command?", 'Ask: footnote ask "…". Learn more: footnote --help')
    command, *rest = words
    if command in ("-h", "--help"):
        from bot.usage import MAIN, SETTINGS

        return f"{MAIN}\n{SETTINGS}"
    if command == "--version":
        return _version()
    if command not in COMMANDS:
        raise _unknown(command)
    found = _read(command, rest)
    if found is not None:
        return _options(command, found)
    from bot.arguments import Help, arguments

    try:
        return _options(command, arguments(command, rest))
    except Help as help:
        return help.text


def _read(command: str, words: Sequence[str]) -> dict[str, Any] | None:
    """What the flags and the question in `words` set, by name.

    None where it takes more than a look: help, mistakes, and what can be written otherwise.
    """
    if command not in _FLAGS:
        return None
    values, switches = _FLAGS[command]
    found: dict[str, Any] = {}
    question: list[str] = []
    ended = False  # a flag stood behind the question's words
    rest = iter(words)
    for word in rest:
        if word in switches:
            name, value = switches[word]
            found[name] = value
        elif word in values:
            text = next(rest, "--")
            if text.startswith("-") and text != "-":
                return None
            if word == "--in":
                found.setdefault("within", []).append(text)
            else:
                found[values[word]] = text
        elif (word.startswith("-") and word != "-") or ended or command not in _QUESTIONS:
            return None
        else:
            question.append(word)
            continue
        ended = bool(question)
    return {**found, "question": question}


def _options(command: str, found: Mapping[str, Any]) -> Options:
    settings = {key.name: found[key.name] for key in KEYS if found.get(key.name) is not None}
    if command in ("search", "index"):
        settings["mode"] = "extractive"  # nothing is answered, so no model need be set right
    json = found.get("json", False)
    if command == "check":
        return Options(command, settings, json, checking=_checking(found))
    if command not in _QUESTIONS:
        switches = {name: found.get(name, False) for name in ("check", "fix", "watch")}
        return Options(command, settings, json, **switches)
    question = " ".join(found["question"]) if found["question"] else None
    if question is not None and found.get("batch") is not None:
        raise UsageError("A question and a batch do not go together.", "Leave one of them out.")
    return Options(
        command=command,
        settings=settings,
        json=json,
        question=question,
        batch=found.get("batch"),
        filters=_filters(found.get("since"), found.get("until"), found.get("within", ())),
        update=found.get("update", True),
        explain=found.get("explain", False),
        k=_count(found.get("k", "10")),
    )


def _checking(found: Mapping[str, Any]) -> Checking:
    if any(found[name] is not None for name in (*_DRAFTING.values(), "into")):
        return _drafting(found)
    if not found["paths"]:
        raise UsageError("Which cases?", "Name files or folders: footnote check tests/qa")
    compare = found["compare"]
    baseline, bless = found["baseline"], found["bless"]
    if bless and baseline is None:
        raise UsageError("--bless writes a baseline.", "Name it: --baseline qa-baseline.json")
    if compare is not None and baseline is not None:
        raise UsageError("--compare and --baseline do not go together.", "Leave one of them out.")
    if found["refresh"] and found["recordings"] is None:
        raise UsageError("--refresh writes recordings.", "Name their folder: --recordings FOLDER")
    if compare is not None and found["mode"] is not None:
        raise UsageError(
            "--compare and --mode do not go together.",
            'Each of the two files says it: mode = "generative"',
        )
    for report in ("json", "junit", "html", "history"):
        if compare is not None and found[report]:
            raise UsageError(
                f"--compare and --{report} do not go together.", "Reports are of one run."
            )
    return Checking(
        paths=tuple(found["paths"]),
        expression=found["expression"],
        tags=tuple(found["tags"]),
        only=found["mode"] is not None,
        jobs=None if found["jobs"] is None else _count(found["jobs"], "--jobs", _MOST_JOBS),
        fail_fast=found["fail_fast"],
        baseline=baseline,
        bless=bless,
        junit=found["junit"],
        html=found["html"],
        history=found["history"],
        compare=None if compare is None else (compare[0], compare[1]),
        recordings=found["recordings"],
        refresh=found["refresh"],
        judge=found["judge"],
    )


_DRAFTING = {"--record": "recorded", "--from": "feedback", "--suggest": "suggest"}
_RUNNING = {
    "--baseline": "baseline", "--bless": "bless", "--compare": "compare", "--jobs": "jobs",
    "--fail-fast": "fail_fast", "-k": "expression", "--tag": "tags", "--junit": "junit",
    "--html": "html", "--history": "history", "--recordings": "recordings", "--refresh": "refresh",
    "--judge": "judge",
}  # fmt: skip


def _drafting(found: Mapping[str, Any]) -> Checking:
    """Cases are written, and none is asked."""
    ways = [flag for flag, name in _DRAFTING.items() if found[name] is not None]
    if not ways:
        raise UsageError(
            "--into takes drafts of cases.", 'Draft one: footnote check --record "…" --into FILE'
        )
    others = [flag for flag, name in _RUNNING.items() if found[name]]
    if len(ways) + len(others) > 1:
        one, other = [*ways, *others][:2]
        raise UsageError(f"{one} and {other} do not go together.", "Leave one of them out.")
    suggest = found["suggest"]
    return Checking(
        paths=tuple(found["paths"]),
        recorded=found["recorded"],
        feedback=found["feedback"],
        suggest=None if suggest is None else _count(suggest, "--suggest", _MOST_SUGGESTED),
        into=found["into"],
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


def _count(value: str, flag: str = "-k", most: int = _MOST_HITS) -> int:
    if value.isascii() and value.isdigit() and len(value) < 10 and 1 <= int(value) <= most:
        return int(value)
    raise UsageError(
        f"{flag} takes a number from 1 to {most}, and {value!r} is none.",
        f"For instance: {flag} 5",
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
