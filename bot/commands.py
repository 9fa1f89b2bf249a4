"""The commands themselves: ask and search, once, in a batch or at the prompt; and the others."""

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

    from bot.answers import Notice, Trace
    from bot.asker import Asker
    from bot.conversation import Conversation
    from bot.wiring import Desk
    from index.schema import Filters

DONE, NOTHING = 0, 1


def run(options: Options, settings: Settings, output: Output) -> int:
    """Do what `options` asks for; what is returned is the exit status."""
    if options.command == "index":
        from bot.indexing import index

        return index(options, settings, output)
    if options.command == "bot":
        return _bot(options, settings, output)
    if options.checking is not None and options.checking.drafts:
        from bot.drafting import draft

        return draft(options.checking, settings, output)
    if options.command == "check":
        from bot.checking import check

        return check(options, settings, output)
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
            return _batch(options, settings, desk, output)
        if options.question is not None:
            if options.command == "search":
                return _search(options, desk, options.question, output)
            return _ask(options, settings, desk, options.question, output)
        return _converse(options, settings, desk, output)


def _asker(options: Options, desk: Desk, output: Output) -> tuple[Asker, Filters]:
    with output.progress:
        asker = desk.asker()
    return asker, desk.within(options.filters)


def _ask(
    options: Options,
    settings: Settings,
    desk: Desk,
    question: str,
    output: Output,
    conversation: Conversation | None = None,
) -> int:
    asker, filters = _asker(options, desk, output)
    turns = conversation.turns if conversation is not None else ()
    if options.json:
        trace = asker.trace(question, filters, turns)
        output.json(_object(options, trace))
    elif settings.mode == "generative":
        from bot.live import Live

        with Live(output) as live:
            trace = asker.trace(question, filters, turns, live)
            live.finish(trace.reply, asker.lines(trace.reply.nearest))
    else:
        from bot.render import text

        trace = asker.trace(question, filters)
        lines = asker.lines(trace.reply.nearest)
        output.text(text.of_reply(trace.reply, output.style, lines))
    reply = trace.reply
    if options.explain and not options.json:
        from bot.render import text

        lines = asker.lines(trace.retrieval.hits)
        output.text("\n" + text.of_trace(trace, output.style, lines))
    if conversation is not None:
        from bot.conversation import said

        conversation.add(question, said(reply))
    return DONE if isinstance(reply, Answer) else NOTHING


def _object(options: Options, trace: Trace) -> dict[str, Any]:
    from bot.render import json

    value = json.of_reply(trace.reply)
    if options.explain:
        value["explain"] = json.of_trace(trace)
    return value


def _search(options: Options, desk: Desk, question: str, output: Output) -> int:
    asker, filters = _asker(options, desk, output)
    hits, notices = asker.found(question, options.k, filters)
    for notice in (*asker.notices, *notices):
        output.notice(notice)
    if options.json:
        from bot.render import json

        for hit in hits:
            output.json(json.of_hit(hit))
    elif hits:
        from bot.render import text

        output.text(text.of_hits(hits, output.style, asker.lines(hits)))
    return DONE if hits else NOTHING


def _batch(options: Options, settings: Settings, desk: Desk, output: Output) -> int:
    from bot.batch import Line, in_order, opened, questions
    from bot.render import json

    assert options.batch is not None
    with opened(options.batch) as file:
        asker, filters = _asker(options, desk, output)
        told: set[Notice] = set()
        if options.command == "search":
            for notice in asker.notices:
                output.notice(notice)

        def objects(line: Line) -> list[dict[str, Any]]:
            if line.error is not None:
                raise line.error
            if options.command == "ask":
                return [_object(options, asker.trace(line.question, filters))]
            hits, notices = asker.found(line.question, options.k, filters)
            for notice in notices:
                if notice not in told:
                    told.add(notice)
                    output.notice(notice)
            return [json.of_hit(hit) for hit in hits]

        # A model is waited for, and can be for several at once; all else is work of our own.
        at_once = settings.model.concurrency if settings.model is not None else 1
        for line, result in in_order(questions(file), objects, at_once):
            id = {"id": line.id}
            try:
                for value in result():
                    output.json(id | value)
            except UsageError as error:  # of this line alone; any other ends the batch
                output.json(id | json.of_error(error))
    return DONE


def _converse(options: Options, settings: Settings, desk: Desk, output: Output) -> int:
    from bot.repl import converse
    from index.errors import FootnoteError

    conversation = None
    if settings.mode == "generative":
        from bot.conversation import Conversation

        conversation = Conversation()

    def answer(question: str) -> None:
        try:
            _ask(options, settings, desk, question, output, conversation)
        except FootnoteError as error:
            output.error(error)

    _asker(options, desk, output)  # what is wrong with the documents is said first
    converse(answer, output.environment, conversation.clear if conversation is not None else None)
    return DONE


def _bot(options: Options, settings: Settings, output: Output) -> int:
    if options.check:
        from bot.discord_check import check

        return check(settings, output, json=options.json)
    from bot.discord_bot import serve

    return serve(settings, output)
