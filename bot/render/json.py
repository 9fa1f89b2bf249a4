"""Replies, hits and reports as JSON: one object a line, with the keys of the public face."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from bot.answers import Answer, Citation, Notice, Rejected, Reply, Trace, Usage
from bot.locate import object_of
from index.errors import FootnoteError
from index.schema import Hit

if TYPE_CHECKING:
    from index.build import Report

Object = dict[str, Any]


def dumps(value: Object, ascii_only: bool = False) -> str:
    """`value` on one line, exact when parsed; what could steer a terminal stands escaped."""
    line = json.dumps(value, ensure_ascii=ascii_only)
    if line.isprintable():
        return line
    return re.sub(r"[^ -~]", _escape, line)


def _escape(match: re.Match[str]) -> str:
    ch = match[0]
    return ch if ch.isprintable() else json.dumps(ch)[1:-1]


def of_reply(reply: Reply) -> Object:
    """The object that `ask --json` prints; its keys and their order are the public face."""
    if isinstance(reply, Answer):
        status, reason, answer = "answered", None, _prose(reply)
        claims, citations, notices = reply.claims, reply.citations, reply.notices
    else:
        status, reason, answer = "abstained", reply.reason, None
        claims, citations = (), ()
        # The message has no key of its own, and a program that talks to people needs it.
        notices = (Notice("abstained", reply.message), *reply.notices)
    return {
        "question": reply.question,
        "status": status,
        "reason": reason,
        "answer": answer,
        "claims": [{"text": claim.text, "citations": list(claim.citations)} for claim in claims],
        "citations": [_citation(citation) for citation in citations],
        "nearest": [_nearest(hit) for hit in reply.nearest],
        "notices": [{"kind": notice.kind, "message": notice.message} for notice in notices],
        "rejected": [_rejected(item) for item in reply.rejected],
        "usage": None if reply.usage is None else _usage(reply.usage),
        "mode": reply.mode,
        "model": reply.model,
        "generation": reply.generation,
        "elapsed_ms": reply.elapsed_ms,
    }


def of_trace(trace: Trace) -> Object:
    """What `--explain` adds to a reply, under the key `explain`."""
    retrieval = trace.retrieval
    return {
        "searched": list(trace.searched),
        "terms": dict(retrieval.weights),
        "languages": dict(retrieval.languages),
        "arms": dict(retrieval.arms),
        "troubles": list(retrieval.troubles),
        "hits": [of_hit(hit) for hit in retrieval.hits],
        "times_ms": dict(trace.times),
    }


def of_hit(hit: Hit) -> Object:
    """The object that `search --json` prints for each hit."""
    passage = hit.passage
    date = passage.article.date
    return {
        "rank": hit.rank,
        "score": hit.order,
        "file": passage.file,
        "title": passage.article.title,
        "date": date.isoformat() if date else None,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "boilerplate": passage.boilerplate,
    }


def of_report(report: Report) -> Object:
    """The object that `index --json` prints."""
    vectors = report.vectors
    return {
        "generation": report.generation.name,
        "files": len(report.added) + len(report.changed) + len(report.renamed) + report.unchanged,
        "passages": report.passages,
        "vectors": None
        if vectors is None
        else {
            "count": vectors.count,
            "missing": vectors.missing,
            "made": vectors.made,
            "tokens": vectors.tokens,
        },
        "added": list(report.added),
        "changed": list(report.changed),
        "removed": list(report.removed),
        "renamed": [{"from": before, "to": after} for before, after in report.renamed],
        "unchanged": report.unchanged,
        "skipped": [
            {"file": item.file, "reason": item.reason, "message": item.message}
            for item in report.skipped
        ],
        "skipped_counts": dict(sorted(report.skipped_counts.items())),
        "left_out": [{"file": file, "what": what} for file, what in report.left_out],
        "hidden_characters": [{"file": file, "count": count} for file, count in report.hidden],
        "duplicates": [list(files) for files in report.duplicates],
        "notices": [{"kind": "documents", "message": message} for message in report.notices],
        "elapsed_ms": round(report.seconds * 1000, 3),
    }


def of_error(error: FootnoteError) -> Object:
    """What stands in the place of a result that could not be had."""
    return {"error": error.message, "hint": error.hint}


def _prose(answer: Answer) -> str:
    return " ".join(
        claim.text + "".join(f" [{n}]" for n in claim.citations) for claim in answer.claims
    )


def _citation(citation: Citation) -> Object:
    value = {
        "n": citation.n,
        "file": citation.file,
        "title": citation.title,
        "date": citation.date.isoformat() if citation.date else None,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "locator": object_of(citation.locator),
        "boilerplate": citation.boilerplate,
        "also": list(citation.also),
    }
    if citation.source is not None:
        value["source"] = citation.source
    return value


def _nearest(hit: Hit) -> Object:
    passage = hit.passage
    return {
        "file": passage.file,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": hit.order,
    }


def _rejected(item: Rejected) -> Object:
    value = {"text": item.text, "reason": item.reason}
    if item.detail:
        value["detail"] = item.detail
    return value


def _usage(usage: Usage) -> Object:
    value: Object = {
        "calls": usage.calls,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cost_usd": usage.cost_usd,
    }
    if usage.estimated:
        value["estimated"] = True
    return value
