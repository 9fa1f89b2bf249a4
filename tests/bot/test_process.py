"""The command as a process: pipes, signals, encodings, and the terminal."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bot.conftest import NOT_THERE, PORT, ROOT, Command

FOOTNOTE = [sys.executable, "-m", "bot"]


def environment(**more: str) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT)} | more


@pytest.fixture(autouse=True)
def indexed(footnote: Command, folder: Path) -> Path:
    footnote("index")
    return folder


def run(*words: str | bytes, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*FOOTNOTE, *words],
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )


def test_exit_codes() -> None:
    assert run("ask", PORT).returncode == 0
    assert run("ask", NOT_THERE).returncode == 1
    assert run("ask").returncode == 2


def test_bytes_that_are_not_utf_8() -> None:
    done = run("ask", b"Busan \xff\xfe?", "--json")
    assert "\ufffd" in json.loads(done.stdout)["question"]
    assert b"\\xff" in run(b"as\xff").stderr or b"\\udcff" in run(b"as\xff").stderr


@pytest.mark.parametrize("words", [["ask", "외교장관 Busan port?"], ["search", "三国外长会谈"]])
def test_an_output_in_ascii(words: list[str]) -> None:
    for more in ([], ["--json"]):
        done = run(*words, *more, PYTHONIOENCODING="ascii")
        assert done.returncode in (0, 1)
        assert done.stdout.isascii()
        assert done.stderr == b""
        if more:
            for line in done.stdout.splitlines():
                json.loads(line)


@pytest.mark.parametrize("words", [["search", "Busan", "-k", "50"], ["ask", "--help"]])
def test_a_reader_that_left(words: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [*FOOTNOTE, *words], env=environment(), stdout=pipe, stderr=subprocess.PIPE, timeout=60
        )
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no full device here")
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_an_output_that_is_full(more: list[str]) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            [*FOOTNOTE, "ask", PORT, *more],
            env=environment(),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.startswith(b"footnote: The output cannot be written")
    assert b"Exception" not in done.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", ">&- 2>&- <&-"])
def test_streams_that_are_closed(closed: str) -> None:
    for question, code in ((PORT, 0), ("", 2)):
        done = subprocess.run(
            ["sh", "-c", f'"$@" {closed}', "sh", *FOOTNOTE, "ask", question],
            env=environment(),
            capture_output=True,
            timeout=60,
        )
        assert done.returncode == code, done.stderr
        assert b"Traceback" not in done.stderr


def test_a_batch_answers_line_by_line_until_it_is_interrupted() -> None:
    with subprocess.Popen(
        [*FOOTNOTE, "ask", "--batch", "-"],
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        for id in (1, 2):
            process.stdin.write(f"{PORT}\n".encode())
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == id
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == b""


class Terminal:
    """A process on a terminal of its own."""

    def __init__(self, *words: str, **more: str) -> None:
        self.text = ""
        self.process, self.master = pty.fork()
        if self.process == 0:
            os.execve(
                sys.executable,
                [*FOOTNOTE, *words],
                environment(**{"TERM": "xterm-256color", "COLUMNS": "80"} | more),
            )

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def at_prompt(self, text: str) -> None:
        """Type when the prompt stands: as it is set up, what was typed before it is lost."""
        self.until(r"\n\? \Z")
        self.type(text)

    def until(self, pattern: str) -> None:
        deadline = time.monotonic() + 60
        while not re.search(pattern, self.text):
            assert time.monotonic() < deadline, self.text
            if not self._more(deadline - time.monotonic()):
                raise AssertionError(self.text)

    def wait(self) -> int:
        while self._more(60):
            pass
        os.close(self.master)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def _more(self, seconds: float) -> bool:
        ready, _, _ = select.select([self.master], [], [], seconds)
        assert ready, self.text
        try:
            data = os.read(self.master, 65536)
        except OSError:  # Linux's way of saying that the other side is closed
            return False
        self.text += data.decode("utf-8", "replace")
        return bool(data)


def test_a_terminal_shows_colour_and_links(folder: Path) -> None:
    terminal = Terminal("ask", PORT)
    assert terminal.wait() == 0
    found = re.search(r"\x1b\]8;;file://[^/]*(/[^#\x1b]+)#(\d+)\x1b\\", terminal.text)
    assert found is not None
    assert Path(found[1]).parent == folder / "seeds"
    assert Path(found[1]).is_file()
    assert "\x1b[1;36m[1]\x1b[0m" in terminal.text
    bare = re.sub(r"\x1b\]8;;[^\x1b]*\x1b\\|\x1b\[[0-9;]*m", "", terminal.text)
    assert "\x1b" not in bare
    assert all(len(line) <= 80 for line in bare.split("\r\n"))
    assert f"{Path(found[1]).name}:{found[2]}" in bare


@pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour(more: dict[str, str]) -> None:
    terminal = Terminal("ask", PORT, **more)
    assert terminal.wait() == 0
    assert "\x1b[" not in terminal.text
    assert ("\x1b]8" in terminal.text) == ("TERM" not in more)


def test_the_prompt(folder: Path) -> None:
    state = folder / "state"
    terminal = Terminal("ask", XDG_STATE_HOME=str(state))
    terminal.at_prompt(f"{PORT}\n")
    terminal.until(r"\[1\][^\n]*00\d_")
    terminal.at_prompt("...\n")
    terminal.until("hint: ")
    terminal.at_prompt("half a quest")
    terminal.until("half a quest")
    # A signal that comes while Python's readline handles a key waits for the next one.
    time.sleep(0.5)
    terminal.type("\x03")
    terminal.at_prompt("help\n")
    terminal.until("Ctrl-R")
    (folder / "seeds" / "new.txt").write_text("The zyzzyva was found by Ann in Oslo in 1999.\n")
    terminal.at_prompt("Where was the zyzzyva found?\n")
    terminal.until(r"new\.txt")
    terminal.at_prompt("\x04")
    assert terminal.wait() == 0
    assert PORT in (state / "footnote" / "history").read_text()
    assert "Traceback" not in terminal.text
    again = Terminal("ask", XDG_STATE_HOME=str(state))
    again.at_prompt("\x1b[A" * 4 + "\n")  # over "help" and what had no words
    again.until(r"\[1\][^\n]*00\d_")
    again.at_prompt("quit\n")
    assert again.wait() == 0


def test_the_prompt_says_at_once_what_is_wrong() -> None:
    terminal = Terminal("ask", "--corpus", "missing")
    assert terminal.wait() == 2
    assert "hint: " in terminal.text
