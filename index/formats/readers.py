"""The reader of a format, by its name.

A format is added by its module and its files' names alone, and imported when it is needed: so no
import names it, and the import contract cannot see who asks for one. Who does stands above all.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from index.formats.extracted import Extracted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Reader = Callable[[bytes, str | None, str], Extracted]


def reader(name: str, package: str = "index.formats") -> Reader:
    """What makes an Extracted of a file's bytes, its encoding if that is known, and its name."""
    extract: Any = import_module(f"{package}.{name}").extract
    named = extract.__code__.co_argcount > 2
    return lambda data, encoding, file: extract(data, encoding, *((file,) if named else ()))
