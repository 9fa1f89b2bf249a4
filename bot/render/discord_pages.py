"""What is not an answer, as messages for Discord: documents, figures, help, what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from bot.redaction import struck
from bot.render.discord_parts import Look, Message, shown
from bot.render.discord_told import of_wrong, told
from bot.render.markdown import cut
from index.errors import FootnoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date as Date
    from typing import Protocol

    from index.build import Report

    class Listed(Protocol):
        """A document; `date` to `until` are those of its articles."""

        @property
        def file(self) -> str: ...
        @property
        def title(self) -> str | None: ...
        @property
        def date(self) -> Date | None: ...
        @property
        def until(self) -> Date | None: ...
        @property
        def passages(self) -> int: ...

    class Spent(Protocol):
        """What was spent on a model."""

        @property
        def tokens(self) -> int: ...
        @property
        def nano_usd(self) -> int: ...

    class Building(Protocol):
        """How far a build is."""

        @property
        def done(self) -> int: ...
        @property
        def total(self) -> int: ...

    class Figures(Protocol):
        """How the bot stands; bot/serving/figures.py says what each of them means."""

        @property
        def generation(self) -> str: ...
        @property
        def created(self) -> str: ...
        @property
        def documents(self) -> int: ...
        @property
        def passages(self) -> int: ...
        @property
        def mode(self) -> str: ...
        @property
        def model(self) -> str | None: ...
        @property
        def spent(self) -> Spent | None: ...
        @property
        def priced(self) -> bool: ...
        @property
        def answered(self) -> int: ...
        @property
        def abstained(self) -> int: ...
        @property
        def failed(self) -> int: ...
        @property
        def p50_ms(self) -> float: ...
        @property
        def p99_ms(self) -> float: ...
        @property
        def building(self) -> Building | None: ...
        @property
        def trouble(self) -> str | None: ...

    class Hands(Protocol):
        """How much there is to do."""

        @property
        def running(self) -> int: ...
        @property
        def waiting(self) -> int: ...


PER_PAGE = 10
_NAME, _TITLE, _FIGURE, _ERROR = 60, 70, 200, 900


def of_sources(
    listed: Sequence[Listed], page: int, look: Look, total: int | None = None
) -> Message:
    """A page of the documents, counted from 0; with `total`, `listed` are that page's alone."""
    words = look.words
    if total is None:
        total = len(listed)
        listed = listed[page * PER_PAGE : (page + 1) * PER_PAGE]
    if not listed:
        return Message(words.no_sources)
    first = page * PER_PAGE + 1
    of = words.of.format(first, first + min(len(listed), PER_PAGE) - 1, f"{total:,}")
    content = f"**{words.sources}** · {of}"
    for each in listed[:PER_PAGE]:
        one = each.passages == 1
        about = [cut(shown(each.title, look), _TITLE)] if each.title else []
        about += _dates(each.date, each.until)
        about.append(words.passage if one else words.passages.format(f"{each.passages:,}"))
        # A name and a title at their longest leave room for ten.
        content += f"\n**{cut(each.file, _NAME)}**\n-# {' · '.join(about)}"
    return Message(content)


def _dates(first: Date | None, last: Date | None) -> list[str]:
    if first is None:
        return []
    if last is None or last == first:
        return [first.isoformat()]
    return [f"{first.isoformat()} – {last.isoformat()}"]


def of_status(figures: Figures, look: Look, hands: Hands | None = None) -> Message:
    """How the bot stands, a figure a line."""
    words = look.words
    values: list[str | None] = [
        figures.generation,
        figures.created,
        f"{figures.documents:,}",
        f"{figures.passages:,}",
        figures.mode,
        figures.model,
        _spent(figures),
        f"{figures.answered:,}",
        f"{figures.abstained:,}",
        f"{figures.failed:,}",
        f"{hands.running:,}" if hands is not None else None,
        f"{hands.waiting:,}" if hands is not None else None,
        _seconds(figures.p50_ms),
        _seconds(figures.p99_ms),
        f"{figures.building.done:,} / {figures.building.total:,}" if figures.building else None,
        shown(struck(figures.trouble), look) if figures.trouble else None,
    ]
    rows = [
        f"{label}: {cut(value, _FIGURE)}"
        for label, value in zip(words.figures, values, strict=True)
        if value
    ]
    return Message("\n".join([f"**{words.status}**", *(f"- {row}" for row in rows)]))


def _spent(figures: Figures) -> str | None:
    spent = figures.spent
    if spent is None:
        return None
    return f"${spent.nano_usd / 1e9:.4f}" if figures.priced else f"{spent.tokens:,} tokens"


def _seconds(ms: float) -> str | None:
    return f"{ms / 1000:.2f} s" if ms else None


def of_error(error: FootnoteError, language: str | None = None) -> Message:
    """What is wrong, and what to do about it.

    `error.channels`, where it has them, are ids of channels that the hint ends with.
    """
    look = Look(language=language)
    message, hint = of_wrong(error, language)
    content = cut(shown(message, look), _ERROR)
    hint = cut(shown(hint, look), _ERROR // 2) if hint else ""
    channels = ", ".join(f"<#{id:d}>" for id in tuple(getattr(error, "channels", ()))[:5])
    if under := " ".join(part for part in (hint, channels) if part):
        content += f"\n-# {under}"
    return Message(content)


def of_report(report: Report | None, language: str | None) -> Message:
    """What came of reading the documents anew; None where they had not changed."""
    if report is None:
        return of_told("up_to_date", language)
    counts = {
        "added": len(report.added),
        "changed": len(report.changed),
        "removed": len(report.removed),
        "renamed": len(report.renamed),
        "unchanged": report.unchanged,
        "left_out": max(len(report.skipped), sum(report.skipped_counts.values())),
    }
    what = [told(name, language, count) for name, count in counts.items() if count]
    files = ", ".join(what) or told("none", language)
    return of_told("read", language, f"{report.seconds:.1f}", files, report.passages)


def of_help(language: str | None) -> Message:
    """What can be done with the bot, for people who read `language`."""
    first, *rest = Look(language=language).words.help
    return Message("\n".join([first, *(f"- {line}" for line in rest)]))


def of_told(phrase: str, language: str | None, *figures: object) -> Message:
    """What is told of `phrase`."""
    return Message(told(phrase, language, *figures))


def of_greeting(language: str | None) -> Message:
    """What the bot says when it comes to a server."""
    return Message(Look(language=language).words.greeting)
