"""The commands themselves: ask, search and index, once, in a batch or at the prompt."""

from __future__ import annotations

import sys

from bot.answers import Answer
from bot.options import Options
from bot.output import Output
from bot.settings import Settings
from bot.terminal import is_terminal
from index.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.asker import Asker, Trace
    from bot.wiring import Desk
    from index.schema import Filters

DONE, NOTHING = 0, 1


def run(options: Options, settings: Settings, output: Output) -> int:
    """Do what `options` asks for; what is returned is the exit status."""
    if options.command == "index":
        return _index(options, settings, output)
    if options.question is None and options.batch is None:
        if not is_terminal(sys.stdin):
            raise UsageError(
                "There is no question.",
                f'Name one: footnote {options.command} "…". Many, from standard input: --batch -',
            )
        if options.command == "search":
            raise UsageError("There is no question.", 'Name one: footnote search "…"')
    from bot.wiring import Desk

    with Desk(
        settings, update=options.update, progress=output.progress, refreshed=output.refreshed
    ) as desk:
        if options.batch is not None:
            return _batch(options, desk, output)
        if options.question is not None:
            return _one(options, desk, options.question, output)
        return _converse(options, desk, output)


def _one(options: Options, desk: Desk, question: str, output: Output) -> int:
    with output.progress:
        asker = desk.asker()
    filters = desk.within(options.filters)
    if options.command == "search":
        return _search(options, asker, filters, question, output)
    return _ask(options, asker, filters, question, output)


def _ask(options: Options, asker: Asker, filters: Filters, question: str, output: Output) -> int:
    trace = asker.trace(question, filters)
    reply = trace.reply
    if options.json:
        output.json(_object(options, trace))
    else:
        from bot.render import text

        output.text(text.of_reply(reply, output.style, asker.lines(reply.nearest)))
        if options.explain:
            lines = asker.lines(trace.retrieval.hits)
            output.text("\n" + text.of_trace(trace, output.style, lines))
    return DONE if isinstance(reply, Answer) else NOTHING


def _object(options: Options, trace: Trace) -> dict[str, Any]:
    from bot.render import json

    value = json.of_reply(trace.reply)
    if options.explain:
        value["explain"] = json.of_trace(trace)
    return value


def _search(options: Options, asker: Asker, filters: Filters, question: str, output: Output) -> int:
    hits = asker.search(question, options.k, filters)
    for notice in asker.notices:
        output.notice(notice)
    if options.json:
        from bot.render import json

        for hit in hits:
            output.json(json.of_hit(hit))
    elif hits:
        from bot.render import text

        output.text(text.of_hits(hits, output.style, asker.lines(hits)))
    return DONE if hits else NOTHING


def _batch(options: Options, desk: Desk, output: Output) -> int:
    from bot.batch import opened, questions
    from bot.render import json

    assert options.batch is not None
    with opened(options.batch) as file:
        with output.progress:
            asker = desk.asker()
        filters = desk.within(options.filters)
        if options.command == "search":
            for notice in asker.notices:
                output.notice(notice)
        for line in questions(file):
            id = {"id": line.id}
            try:
                if line.error is not None:
                    raise line.error
                if options.command == "search":
                    for hit in asker.search(line.question, options.k, filters):
                        output.json(id | json.of_hit(hit))
                else:
                    output.json(id | _object(options, asker.trace(line.question, filters)))
            except UsageError as error:  # of this line alone; any other ends the batch
                output.json(id | json.of_error(error))
    return DONE


def _converse(options: Options, desk: Desk, output: Output) -> int:
    from bot.repl import converse
    from index.errors import FootnoteError

    def answer(question: str) -> None:
        try:
            _one(options, desk, question, output)
        except FootnoteError as error:
            output.error(error)

    with output.progress:
        desk.asker()  # what is wrong with the documents is said before the first question
    desk.within(options.filters)
    converse(answer, output.environment)
    return DONE


def _index(options: Options, settings: Settings, output: Output) -> int:
    from bot.wiring import reindex

    with output.progress:
        report = reindex(settings, output.progress)
    if options.json:
        from bot.render import json

        output.json(json.of_report(report))
    else:
        from bot.render import text

        output.text(text.of_report(report, output.style))
    return DONE
