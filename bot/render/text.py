"""Replies, hits and what came of indexing as a person reads them, with footnotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date as Date

from bot.answers import Answer, Citation, Claim, Locator, Notice, Reply, Trace, Usage
from bot.locate import place, same
from bot.render.style import Style
from bot.render.visible import cut, visible, wrap
from index.errors import FootnoteError
from index.schema import Hit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.build import Report
    from index.reading import Skipped

_INDENT = 4
_NEAREST = 3
_PREVIEW = 160
_SKIPPED = 10


def of_reply(
    reply: Reply, style: Style, lines: Sequence[Locator | None] = (), shown: int = 0
) -> str:
    """The answer and its footnotes, or why there is none and what comes nearest.

    `lines` are those of `reply.nearest`, as far as they are known; of the claims the first
    `shown` have been shown before.
    """
    parts: list[str] = []
    if isinstance(reply, Answer):
        parts += [of_claim(claim, style) for claim in reply.claims[shown:]]
        parts += [of_footnotes(reply.citations, style)]
    else:
        parts += wrap(visible(reply.message), style.columns)
        if reply.nearest:
            parts += ["", style.paint("Nearest passages:", "faint")]
        for at, hit in enumerate(reply.nearest[:_NEAREST]):
            parts += _preview(hit, lines[at] if at < len(lines) else None, style)
    if reply.notices:
        parts.append("")
    for notice in reply.notices:
        parts.append(of_notice(notice, style))
    return "\n".join(parts)


def of_claim(claim: Claim, style: Style) -> str:
    """A claim with the numbers of its footnotes."""
    return "\n".join(_marked(claim.text, claim.citations, style))


def of_footnotes(citations: Sequence[Citation], style: Style) -> str:
    """The footnotes, each after an empty line."""
    parts: list[str] = []
    for citation in citations:
        parts += ["", *_footnote(citation, style)]
    return "\n".join(parts)


def of_hits(hits: Sequence[Hit], style: Style, lines: Sequence[Locator | None] = ()) -> str:
    """The passages that a search found, whole."""
    parts: list[str] = []
    for at, hit in enumerate(hits):
        if at:
            parts.append("")
        where = lines[at] if at < len(lines) else None
        passage = hit.passage
        head = f"{style.paint(str(hit.rank), 'mark')}  {_place(passage.file, where, style)}"
        parts.append(f"{head}  {style.paint(_score(hit), 'faint')}")
        article = passage.article
        about = _about(article.title, article.date, style)
        if passage.boilerplate:
            outside = _indented("(outside the articles themselves)", style)
            about += [style.paint(line, "faint") for line in outside]
        parts += [*about, *_indented(visible(passage.text), style)]
    return "\n".join(parts)


def of_trace(trace: Trace, style: Style, lines: Sequence[Locator | None] = ()) -> str:
    """How a reply came about: what was searched for and found, what was rejected, what it took."""
    reply, retrieval = trace.reply, trace.retrieval
    rows: list[tuple[str, str]] = [("question", visible(reply.question))]
    rows.append(("mode", f"{reply.mode}, {visible(reply.model)}" if reply.model else reply.mode))
    rows += [("searched", visible(text)) for text in trace.searched]
    terms = sorted(retrieval.weights.items(), key=lambda item: (-item[1], item[0]))
    rows.append(("terms", ", ".join(f"{visible(term)} {weight:.2f}" for term, weight in terms)))
    shares = sorted(retrieval.languages.items(), key=lambda item: (-item[1], item[0]))
    rows.append(("documents", ", ".join(f"{code} {share:.0%}" for code, share in shares)))
    if retrieval.arms:
        rows.append(("arms", ", ".join(f"{arm} {w:.2f}" for arm, w in retrieval.arms.items())))
    rows += [("trouble", visible(message)) for message in retrieval.troubles]
    for at, hit in enumerate(retrieval.hits):
        where = lines[at] if at < len(lines) else None
        name = _span(hit.passage.file, where)
        text = cut(visible(hit.passage.text[:_PREVIEW]), 60)
        kind = "" if not hit.passage.boilerplate else f" ({hit.passage.kind.name.lower()})"
        rows.append((f"hit {hit.rank}", f"{_score(hit)}  {name}{kind}  {text}"))
    for item in reply.rejected:
        detail = f" ({visible(item.detail)})" if item.detail else ""
        rows.append(("rejected", f"{item.reason}{detail}: {visible(item.text)}"))
    if reply.usage is not None:
        rows.append(("usage", _usage(reply.usage)))
    rows.append(("times", ", ".join(f"{stage} {ms:.1f} ms" for stage, ms in trace.times.items())))
    rows.append(("generation", visible(reply.generation)))
    label = max(len(name) for name, _ in rows) + 2
    columns = None if style.columns is None else max(20, style.columns - label)
    parts: list[str] = []
    for name, value in rows:
        first, *rest = wrap(value, columns)
        parts.append(style.paint(name.ljust(label), "faint") + first)
        parts += [" " * label + line for line in rest]
    return "\n".join(parts)


def of_report(report: Report, style: Style) -> str:
    """What came of indexing."""
    renewed = [
        (len(report.added), "added"),
        (len(report.changed), "changed"),
        (len(report.removed), "removed"),
        (len(report.renamed), "renamed"),
    ]
    what = ", ".join(f"{count} {word}" for count, word in renewed if count)
    files = len(report.added) + len(report.changed) + len(report.renamed) + report.unchanged
    head = (
        f"{_many(files, 'file')}, {_many(report.passages, 'passage')}: "
        f"{what or 'nothing changed'}{_vectors(report)} ({report.seconds:.2f} s)"
    )
    parts = wrap(head, style.columns)
    if report.skipped:
        parts.append(of_skipped(report.skipped, style, sum(report.skipped_counts.values())))
    if report.left_out:
        told = [f"{file}: {what}" for file, what in report.left_out]
        parts.append(_first("left out: ", told, len(told), style))
    if report.hidden:
        told = [f"{file}: {_many(count, 'hidden character')}" for file, count in report.hidden]
        parts.append(_first("unseen: ", told, len(told), style))
    if report.duplicates:
        told = [f"{', '.join(files)}: indexed once" for files in report.duplicates]
        parts.append(_first("the same: ", told, len(told), style))
    parts += [_labelled("note: ", "warning", message, style) for message in report.notices]
    return "\n".join(parts)


def _vectors(report: Report) -> str:
    found = report.vectors
    if found is None:
        return ""
    missing = f", {found.missing:,} missing" if found.missing else ""
    tokens = f" from {_many(found.tokens, 'token')}" if found.tokens else ""
    return f"; {_many(found.count, 'vector')}, {found.made:,} made{tokens}{missing}"


def of_skipped(skipped: Sequence[Skipped], style: Style, count: int = 0) -> str:
    """Which files were not read, and why; of many the first ones.

    `count` is how many there are, where `skipped` are not all.
    """
    told = [item.message for item in skipped]
    return _first("skipped: ", told, max(count, len(told)), style)


def _first(label: str, told: Sequence[str], count: int, style: Style) -> str:
    """What is told of files; of many the first ones."""
    parts = [_labelled(label, "warning", what, style) for what in told[:_SKIPPED]]
    if count > _SKIPPED:
        more = f"and {count - _SKIPPED:,} more; `footnote index --json` names them."
        parts.append(_labelled(label, "warning", more, style))
    return "\n".join(parts)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def of_notice(notice: Notice, style: Style) -> str:
    """One notice, apart from what it is about."""
    return _labelled("note: ", "warning", notice.message, style)


def of_error(error: FootnoteError, style: Style) -> str:
    """What is wrong, and what to do about it."""
    text = _labelled("footnote: ", "error", error.message, style)
    return f"{text}\n{_labelled('hint: ', 'faint', error.hint, style)}" if error.hint else text


def _usage(usage: Usage) -> str:
    cost = "no prices are set" if usage.cost_usd is None else f"${usage.cost_usd:.6f}"
    return (
        f"{_many(usage.calls, 'call')}, {usage.input_tokens:,} tokens read, "
        f"{usage.output_tokens:,} written, {cost}{' (estimated)' if usage.estimated else ''}"
    )


def _labelled(label: str, kind: str, text: str, style: Style) -> str:
    first, *rest = wrap(visible(text), _less(style.columns, len(label)))
    return "\n".join([style.paint(label, kind) + first, *(" " * len(label) + r for r in rest)])


def _marked(text: str, numbers: Sequence[int], style: Style) -> Iterator[str]:
    marks = " ".join(f"[{n}]" for n in numbers)
    *body, last = wrap(visible(text), style.columns, len(marks) + 1)
    yield from body
    yield f"{last} {style.paint(marks, 'mark')}" if last else style.paint(marks, "mark")


def _footnote(citation: Citation, style: Style) -> Iterator[str]:
    mark = style.paint(f"[{citation.n}]", "mark")
    also = f" ({visible(same(citation.also))})" if citation.also else ""
    yield f"{mark} {_place(citation.file, citation.locator, style)}{also}"
    yield from _about(citation.title, citation.date, style)
    if citation.source:
        yield from _indented(visible(citation.source), style)
    yield from _indented(style.quoted(visible(citation.quote)), style)


def _preview(hit: Hit, lines: Locator | None, style: Style) -> Iterator[str]:
    yield f"  {_place(hit.passage.file, lines, style)}"
    text = visible(hit.passage.text[: 2 * _PREVIEW])
    yield from _indented(cut(text, _PREVIEW), style)


def _about(title: str | None, date: Date | None, style: Style) -> list[str]:
    known = ", ".join(visible(item) for item in (title, date and date.isoformat()) if item)
    return [style.paint(line, "faint") for line in _indented(known, style)] if known else []


def _indented(text: str, style: Style) -> list[str]:
    return [" " * _INDENT + line for line in wrap(text, _less(style.columns, _INDENT))]


def _place(file: str, lines: Locator | None, style: Style) -> str:
    shown = style.paint(_span(file, lines), "file")
    return style.link(shown, file, lines.first if lines and lines.kind == "lines" else None)


def _span(file: str, lines: Locator | None) -> str:
    return visible(file if lines is None else place(file, lines))


def _score(hit: Hit) -> str:
    """What the hits are in the order of; where arms were fused, sums of small fractions."""
    return f"{hit.order:.2f}" if hit.fused is None else f"{hit.order:.3f}"


def _less(columns: int | None, taken: int) -> int | None:
    return None if columns is None else max(10, columns - taken)
