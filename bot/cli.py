"""The command line: the one place where errors become messages and exit codes."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from bot.output import Output, Unwritable, abandon, flush
from index.errors import FootnoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

ERROR = 2
# As shells report a program that SIGINT or SIGPIPE ended.
INTERRUPTED, PIPE_CLOSED = 130, 141


def console() -> NoReturn:
    """The program `footnote`: runs one command, and ends its process."""
    # An answer makes too little garbage for it to be worth looking for, as Python would dozens
    # of times; what runs for long makes enough to reach this threshold.
    gc.set_threshold(100_000, 20, 100)
    code = main()
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.flush()
    # All is written and closed. To tear down every module would take as long as the search.
    os._exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what is returned is the exit status: as grep's, 0, 1 or 2."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        try:
            code = _run(words)
            flush()
            return code
        except FootnoteError as error:
            return _failed(error, words)
        except (BrokenPipeError, KeyboardInterrupt):
            raise
        except Exception as error:
            if os.environ.get("FOOTNOTE_DEBUG"):
                raise
            return _failed(_bug(error), words)
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        abandon()
        return PIPE_CLOSED
    except KeyboardInterrupt:
        with suppress(OSError, ValueError):
            print(file=sys.stderr)
        return INTERRUPTED


def _run(words: list[str]) -> int:
    from bot.options import parse

    options = parse(words)
    if isinstance(options, str):  # help, or the version
        Output(os.environ).text(options.rstrip("\n"))
        return 0
    if options.command == "doctor":  # which looks at settings that cannot be read, too
        from bot.doctor import doctor

        return doctor(options, Output(os.environ))
    from bot.commands import run
    from bot.settings import here, load

    checking = options.checking
    compare = checking.compare if checking is not None else None
    settings = load(
        options.settings,
        os.environ,
        here(),
        discord=options.command == "bot",
        over=Path(compare[0]) if compare else None,  # nothing is asked under any but the two
        recorded=checking is not None and checking.replays,
    )
    return run(options, settings, Output(os.environ, settings.corpus))


def _failed(error: FootnoteError, words: Sequence[str]) -> int:
    output = Output(os.environ)
    output.error(error)
    if isinstance(error, Unwritable):
        abandon()
    elif "--json" in words or "--batch" in words:
        from bot.render.json import of_error

        output.json(of_error(error))  # a program that reads JSON gets JSON
    return ERROR


def _bug(error: Exception) -> FootnoteError:
    return FootnoteError(
        f"This is a bug in Footnote: {type(error).__name__}: {error}",
        "Set FOOTNOTE_DEBUG=1, run it again, and report what it shows.",
    )
