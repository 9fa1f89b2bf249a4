"""The prompt: one question after the other in a terminal, with a history."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

_PROMPT = "? "
_MOST_REMEMBERED = 1000
_HELP = """\
Type a question and press Enter; every sentence of an answer carries a footnote.
  up, down      earlier questions      Ctrl-R   search in them
  help or ?     this text              Ctrl-C   drop the question
  quit          leave, as Ctrl-D does"""
_HELP_NEW = """
  A question may lean on those before it, as "And in 2021?" does.
  new           forget them"""


def converse(
    answer: Callable[[str], None],
    environment: Mapping[str, str],
    forget: Callable[[], None] | None = None,
) -> None:
    """Hand each question typed to `answer`, until the reader leaves.

    `forget` forgets what was said before, where that is remembered.
    """
    history = _history(environment)
    remember = _with_readline(history)
    print('Ask the documents. "help" helps, Ctrl-D leaves.')
    while True:
        try:
            question = input(_PROMPT).strip()
        except EOFError:
            print()
            return
        except KeyboardInterrupt:
            print()
            continue
        except UnicodeDecodeError:
            print("That was not text in the terminal's encoding.", file=sys.stderr)
            continue
        if question in ("quit", "exit"):
            return
        if question in ("help", "?"):
            print(_HELP + (_HELP_NEW if forget is not None else ""))
        elif question == "new" and forget is not None:
            forget()
            print("What was said before is forgotten.")
        elif question:
            remember()
            try:
                answer(question)
            except KeyboardInterrupt:
                print()
            print()


def _history(environment: Mapping[str, str]) -> Path | None:
    """Where questions are remembered: state of the user's, not of the documents' folder."""
    state = environment.get("XDG_STATE_HOME", "")
    if not os.path.isabs(state):
        home = environment.get("HOME", "")
        if not os.path.isabs(home):
            return None
        state = os.path.join(home, ".local", "state")
    return Path(state, "footnote", "history")


def _with_readline(history: Path | None) -> Callable[[], None]:
    """Switch line editing on; what is returned saves the history, for its owner's eyes only."""
    try:
        import readline
    except ImportError:  # a Python without it still has a prompt
        return lambda: None
    readline.set_history_length(_MOST_REMEMBERED)
    if history is None:
        return lambda: None
    with suppress(OSError):
        readline.read_history_file(history)

    def remember() -> None:
        with suppress(OSError):
            history.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(history, os.O_CREAT | os.O_WRONLY, 0o600))
            history.chmod(0o600)
            readline.write_history_file(history)

    return remember
