"""The scripted server as a process of its own, so that its time is not taken from ours."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]


@contextmanager
def running(*arguments: str) -> Iterator[str]:
    """The base address of a server started with `arguments`, as its command line takes them."""
    command = [sys.executable, "-m", "tests.servers.openai_like", *arguments]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            address = process.stdout.readline().strip()
            assert address.startswith("http://"), f"{command} did not start"
            yield address
        finally:
            process.communicate()  # its standard input ends, and with that the server
