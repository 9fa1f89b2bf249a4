"""A run as a person reads it: a line a case, what failed and on what ground, and the sum."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.check.results import Exchange, Result, Run, Try
from bot.locate import locator_of, place
from bot.render.style import Style
from bot.render.visible import columns_of, cut, visible, wrap
from index.record import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from bot.check.results import Finding, Status

_KINDS: Mapping[Status, str] = {
    "passed": "good",
    "failed": "error",
    "mended": "error",
    "error": "error",
    "known": "warning",
    "skipped": "faint",
}
# As the sum says it, what matters most first.
_WORDS: Mapping[Status, str] = {
    "failed": "failed",
    "error": "could not be asked",
    "mended": "mended",
    "passed": "passed",
    "known": "known to fail",
    "skipped": "skipped",
}
_LABEL = 10  # columns, of what stands before the text of a failure
_MOST_TOLD = 400  # characters of an answer, or of what came
_MOST_SEEN = 5  # passages
_PREVIEW = 100


def line(result: Result, done: int, total: int, style: Style) -> str:
    """What came of one case; in a terminal also how long it took, and how many are done."""
    word = style.paint(result.status.ljust(8), _KINDS[result.status])
    more = f" {result.passes} of {len(result.tries)}" if len(result.tries) > 1 else ""
    if result.reason:
        more += f": {visible(result.reason)}"
    if unlooked := _unlooked(result):
        more += f" ({unlooked} not looked at)"
    if style.columns is None:
        return f"{word} {visible(result.key)}{more}"
    ms = sum(exchange.ms for each in result.tries for exchange in each.exchanges)
    took = _seconds(ms / 1000) if result.tries else ""
    tail = f"{took:>6}  {done:{len(str(total))}}/{total}"
    room = max(8, style.columns - 11 - len(tail))
    # That it is extractive goes without saying where room is scarce.
    name = _end(visible(result.key).removesuffix("[extractive]"), room)
    told = cut(name + more, room)
    gap = " " * (room - columns_of(told))
    return f"{word} {told}{gap}  {style.paint(tail, 'faint')}"


def _end(text: str, columns: int) -> str:
    """As much of the end of `text` as fits: a folder's name tells less than an id."""
    if columns_of(text) <= columns:
        return text
    return cut(text[::-1], columns)[::-1]


def failures(results: Sequence[Result], style: Style) -> str:
    """Each that makes a run fail: what was expected, what came, and the passages seen."""
    return "\n\n".join("\n".join(_failure(each, style)) for each in results)


def summary(run: Run, style: Style, unasked: int = 0) -> str:
    """How many passed, failed, and so on, and how long it took."""
    counts = [(status, run.count(status)) for status in _WORDS]
    parts = [style.paint(f"{n:,} {_WORDS[s]}", _KINDS[s]) for s, n in counts if n]
    if unlooked := sum(map(_unlooked, run.results)):
        word = "expectation" if unlooked == 1 else "expectations"
        parts.append(style.paint(f"{unlooked:,} {word} not looked at (see --judge)", "warning"))
    if unasked:
        parts.append(style.paint(f"{unasked:,} not asked", "warning"))
    return f"{', '.join(parts) or 'nothing was asked'} in {run.seconds:,.2f} s"


def _failure(result: Result, style: Style) -> Iterator[str]:
    case = result.case
    if case.corpus is not None and style.root is not None:
        style = replaced(style, root=case.corpus.absolute())
    head = style.paint(result.status, _KINDS[result.status])
    yield f"{head}  {visible(case.file)}:{case.line}  {style.paint(visible(case.id), 'strong')}"
    if result.status == "mended":
        why = f"It passes, and is said to fail: {result.reason}. Take `fails` out of its file."
        yield from _row("", why, style)
        return
    if len(result.tries) > 1:
        least = min(case.pass_at_least, case.repeat)
        why = f"{result.passes} of {len(result.tries)} tries passed; at least {least} must."
        yield from _row("", why, style)
    shown = _worst(result.tries)
    for exchange in shown.exchanges:
        yield from _exchange(exchange, style)
    if shown.error:
        yield from _row("error", shown.error, style, "error")


def _unlooked(result: Result) -> int:
    """How many of a case's expectations were not looked at, though there was an answer."""
    return max(
        (
            sum(not each.looked_at for exchange in tried.exchanges for each in exchange.findings)
            for tried in result.tries
        ),
        default=0,
    )


def _worst(tries: Sequence[Try]) -> Try:
    """The try that tells most of why a case failed: one that cites what is not there, or else
    could not be asked, or else just failed."""
    return min(tries, key=lambda each: (each.true, not each.error, each.passed))


def _exchange(exchange: Exchange, style: Style) -> Iterator[str]:
    yield from _row("asked", exchange.asked, style)
    unmet = [finding for finding in exchange.findings if not finding.met]
    for finding in unmet:
        yield from _finding(finding, exchange, style)
    reply = exchange.reply
    if reply["status"] == "answered":
        yield from _row("answer", _short(reply["answer"]), style)
        if unmet:
            for citation in reply["citations"]:
                yield from _citation(citation, reply, style)
    else:
        yield from _row("answer", f"none: {reply['reason']}", style)
    for at, hit in enumerate(exchange.seen[:_MOST_SEEN] if unmet else ()):
        text = f"{at + 1}  {visible(hit['file'])}  "
        room = _PREVIEW if style.columns is None else style.columns - _LABEL - 2 - columns_of(text)
        preview = cut(visible(hit["text"][: 2 * _PREVIEW]), max(20, room))
        yield from _row("" if at else "seen", text + preview, style, "faint")


def _finding(finding: Finding, exchange: Exchange, style: Style) -> Iterator[str]:
    wanted = f"{finding.name}: {_short(finding.wanted)}" if finding.wanted else finding.name
    judge = " (judged by a model)" if finding.by_model else ""
    yield from _row("expected", wanted + judge, style, "strong")
    # The answer stands below, whole; and some reasons say what came.
    if _in_answer(finding.found, exchange.reply) or finding.found in finding.reason:
        yield from _row("came", _short(finding.reason), style, "error")
        return
    yield from _row("came", _short(finding.found), style, "error")
    yield from _row("", _short(finding.reason), style, "faint")


def _in_answer(text: str, reply: Mapping[str, Any]) -> bool:
    whole = " ".join(claim["text"] for claim in reply["claims"])
    return " ".join(text.split()) in " ".join(whole.split())


def _citation(citation: Mapping[str, Any], reply: Mapping[str, Any], style: Style) -> Iterator[str]:
    where = locator_of(citation["locator"])
    shown = style.paint(visible(place(citation["file"], where)), "file")
    line = where.first if where.kind == "lines" else None
    mark = f"[{citation['n']}]".ljust(_LABEL)
    dated = f"  {citation['date']}" if citation["date"] else ""
    yield f"  {mark}{style.link(shown, citation['file'], line)}{dated}"
    if not _in_answer(citation["quote"], reply):
        yield from _row("", style.quoted(visible(_short(citation["quote"]))), style)


def _row(label: str, text: str, style: Style, kind: str = "") -> Iterator[str]:
    columns = None if style.columns is None else max(20, style.columns - _LABEL - 2)
    for at, each in enumerate(wrap(visible(text), columns)):
        head = style.paint(("" if at else label).ljust(_LABEL), "faint")
        yield f"  {head}{style.paint(each, kind) if kind else each}".rstrip()


def _short(text: str) -> str:
    return cut(text, _MOST_TOLD)


def _seconds(seconds: float) -> str:
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s" if seconds < 100 else f"{seconds:,.0f} s"
