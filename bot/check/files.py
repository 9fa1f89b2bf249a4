"""Which files of cases there are, and the bytes of one of them."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

from bot.check.errors import CaseError
from bot.render.visible import visible
from bot.values import closest

MOST_BYTES = 5_000_000
SUFFIXES = (".yaml", ".yml", ".jsonl")


def find(paths: Iterable[Path]) -> list[Path]:
    """The files of cases that `paths` name, folders with all below them; each once, in order."""
    found: dict[Path, None] = {}
    for path in paths:
        if os.path.isdir(path):  # unlike Path's it takes any name
            files = sorted(_below(path))
            if not files:
                raise CaseError(
                    f"The folder {visible(str(path))} holds no file of cases.",
                    f"Their names end in {', '.join(SUFFIXES)}.",
                )
            found |= dict.fromkeys(map(_from_here, files))
        else:
            if not os.path.exists(path):
                raise _missing(path)
            found[_from_here(path)] = None
    return list(found)


def _below(folder: Path) -> Iterable[Path]:
    """The files of cases anywhere below `folder`, but for what begins with a dot."""
    for parent, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        for each in files:
            if each.lower().endswith(SUFFIXES) and not each.startswith("."):
                yield Path(parent, each)


def _from_here(path: Path) -> Path:
    """`path` below the working folder where it is, else as it is: the same from run to run."""
    whole = os.path.abspath(path)
    here = os.path.join(os.getcwd(), "")
    return (
        Path(whole.removeprefix(here)) if whole.startswith(here) else Path(os.path.normpath(path))
    )


def _missing(path: Path) -> CaseError:
    try:
        near = closest(path.name, os.listdir(path.parent)[:1000])
    except (OSError, ValueError):
        near = None
    return CaseError(
        f"There is no file or folder {visible(str(path))}.",
        f"Did you mean {visible(str(path.parent / near))}?" if near else "Look at its name.",
    )


def is_json_lines(path: Path, name: str) -> bool:
    """Whether the file holds JSON lines, by its name."""
    if (suffix := path.suffix.lower()) not in SUFFIXES:
        raise CaseError(
            f"{visible(name)} is no file of cases by its name.",
            f"Their names end in {', '.join(SUFFIXES)}.",
        )
    return suffix == ".jsonl"


def content_of(path: Path, name: str) -> bytes:
    """The bytes of a regular file of a bearable size: a pipe would wait for ever."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise CaseError(f"{visible(name)} is not a regular file.", "Name a file.")
            content = stream.read(MOST_BYTES + 1)
    except FileNotFoundError:
        raise _missing(path) from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "no file can have this name"
        raise CaseError(
            f"{visible(name)} cannot be read: {why}.", "Check its name and permissions."
        ) from None
    if len(content) > MOST_BYTES:
        raise CaseError(
            f"{visible(name)} is larger than {MOST_BYTES // 1_000_000} MB.",
            "Part it into several files, one a topic.",
        )
    return content
