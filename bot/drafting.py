"""`footnote check --record, --from and --suggest`: new cases, for people to look at and keep."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from bot.check.adding import CaseFile, Draft, refuse_asked, same_question
from bot.check.drafts import case_of
from bot.check.reading import find, parsed, read
from bot.output import flush
from bot.render.visible import visible
from bot.terminal import is_terminal
from bot.wiring import Desk
from index.errors import UsageError
from index.record import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Reply
    from bot.asker import Asker
    from bot.check.cases import Case
    from bot.feedback import Feedback
    from bot.options import Checking
    from bot.output import Output
    from bot.settings import Settings

DONE, NOTHING = 0, 1


def draft(wanted: Checking, settings: Settings, output: Output) -> int:
    """Draft the cases that are wanted; what is returned is the exit status."""
    into = CaseFile(Path(wanted.into)) if wanted.into is not None else None
    known = _known(wanted.paths, into)
    if wanted.recorded is not None:
        return _record(wanted.recorded, known, into, settings, output)
    if wanted.feedback is not None:
        return _from(Path(wanted.feedback), known, into, output)
    from bot.suggested import suggest

    assert wanted.suggest is not None
    return suggest(wanted.suggest, known, into, _meant(settings, into), output)


def _known(paths: Sequence[str], into: CaseFile | None) -> list[Case]:
    """The cases that there are."""
    files = find(map(Path, paths))
    own = into.cases if into is not None else []
    there = {each.file for each in own}
    return [*own, *(case for path in files if str(path) not in there for case in read(path))]


def _meant(settings: Settings, into: CaseFile | None) -> Settings:
    """The settings under which the cases of a file are asked: it may name its own documents."""
    corpus = next((case.corpus for case in into.cases if case.corpus), None) if into else None
    return settings if corpus is None else replaced(settings, corpus=corpus.absolute())


def _record(
    question: str, known: Sequence[Case], into: CaseFile | None, settings: Settings, output: Output
) -> int:
    refuse_asked(question, known)
    # Where the case alone is taken from standard output, the answer is shown beside it.
    beside = into is None and not is_terminal(sys.stdout)
    with Desk(_meant(settings, into), progress=output.progress, refreshed=output.refreshed) as desk:
        with output.progress:
            asker = desk.asker()
        reply = _shown(asker, question, settings, output, beside=beside)
    from bot.render.json import of_reply

    made = Draft(case_of(question, of_reply(reply), [case.id for case in known]))
    if into is None:
        output.text(made.text.rstrip("\n") if beside else "\n" + made.text.rstrip("\n"))
        return DONE
    into.add([made])
    output.text(f"\n{made.text}\nAdded to {visible(str(into.path))}.")
    return DONE


def _shown(
    asker: Asker, question: str, settings: Settings, output: Output, *, beside: bool
) -> Reply:
    """The reply to `question`, as `ask` shows it."""
    from bot.render import text

    if beside or settings.mode != "generative":
        reply = asker.ask(question)
        shown = text.of_reply(reply, output.style, asker.lines(reply.nearest))
        (output.aside if beside else output.text)(shown)
    else:
        from bot.live import Live

        with Live(output) as live:
            reply = asker.trace(question, shown=live).reply
            live.finish(reply, asker.lines(reply.nearest))
    flush()
    return reply


def _from(file: Path, known: Sequence[Case], into: CaseFile | None, output: Output) -> int:
    from bot import pairs
    from bot.feedback import FeedbackFile

    if not file.exists():
        raise UsageError(
            f"There is no file {visible(str(file))}.",
            "The bot keeps feedback.jsonl in its store: .footnote/feedback.jsonl.",
        )
    verdicts = FeedbackFile(file).read()
    if not verdicts and file.stat().st_size:
        raise UsageError(
            f"{visible(str(file))} holds no verdict of a reader's.",
            "A line of feedback.jsonl is what the bot writes when somebody says Good or Wrong.",
        )
    new = [each for each in verdicts if not _is_asked(each, known)]
    made = pairs.drafts(new)
    left = len({each.question for each in verdicts}) - len({each.question for each in new})
    counts = [f"{len(made.cases):,} drafted"]
    if left:
        counts.append(f"{left:,} left out, which cases ask already")
    if made.open:
        counts.append(f"{len(made.open):,} called wrong and never corrected")
    if into is None:
        output.text(pairs.export(new).rstrip("\n"))
    elif made.cases:
        into.add(_apart(made.cases, [case.id for case in known]), pairs.HEAD + "\n")
    output.aside(f"Of {len(verdicts):,} verdicts: {'; '.join(counts)}.")
    return DONE if made.cases else NOTHING


def _is_asked(verdict: Feedback, known: Iterable[Case]) -> bool:
    return any(len(case.steps) == 1 and same_question(verdict.question, case.ask) for case in known)


def _apart(texts: Iterable[str], taken: Iterable[str]) -> list[Draft]:
    """The cases in `texts`, each with its comments, and with an id of its own."""
    ids = set(taken)
    drafts = []
    for text in texts:
        (case,) = parsed(text.encode(), "a draft")
        while case.id in ids:
            case = replaced(case, id=f"{case.id}-more")
        ids.add(case.id)
        comments = [line[2:] for line in text.splitlines() if line.startswith("# ")]
        drafts.append(Draft(case, tuple(comments)))
    return drafts
