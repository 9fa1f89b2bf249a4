"""What a terminal is taken to show, and the bar that shows only when it must."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot import terminal
from bot.render.style import Style
from bot.terminal import Progress, Waiting, is_terminal, style_of

XTERM = {"TERM": "xterm-256color"}


class Tty(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [0.0]
    monkeypatch.setattr(terminal, "monotonic", lambda: now[0])
    return now


def test_a_terminal_gets_colour_links_and_a_width() -> None:
    style = style_of(Tty(), XTERM, Path("docs"))
    assert style.colour
    assert style.columns == 80
    assert style.root == Path.cwd() / "docs"


@pytest.mark.parametrize(
    ("environment", "colour", "links"),
    [
        (XTERM | {"NO_COLOR": "1"}, False, True),
        (XTERM | {"NO_COLOR": ""}, True, True),
        ({"TERM": "dumb"}, False, False),
        ({}, False, False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, True, False),
        (XTERM | {"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, False, True),
    ],
)
def test_what_the_environment_asks_for(
    environment: dict[str, str], colour: bool, links: bool
) -> None:
    style = style_of(Tty(), environment, Path("docs"))
    assert (style.colour, style.root is not None) == (colour, links)


def test_a_pipe_gets_plain_text() -> None:
    class Pipe(io.StringIO):
        encoding = "UTF-8"

    assert style_of(Pipe(), XTERM, Path("docs")) == Style()
    assert style_of(Pipe(), XTERM | {"CLICOLOR_FORCE": "1"}) == Style(colour=True)
    assert not style_of(io.TextIOWrapper(io.BytesIO(), "ascii"), XTERM).curly
    assert style_of(None, XTERM) == Style(curly=False)


@pytest.mark.parametrize(("told", "columns"), [("60", 60), ("5", 20), ("400", 100), ("x", 80)])
def test_the_width_is_bounded(told: str, columns: int) -> None:
    assert style_of(Tty(), XTERM | {"COLUMNS": told}).columns == columns


def test_a_closed_stream_is_no_terminal() -> None:
    stream = Tty()
    assert is_terminal(stream)
    assert not is_terminal(None)
    closed = io.StringIO()
    closed.close()
    assert not is_terminal(closed)


def test_a_bar_waits_a_second_and_leaves_nothing(clock: list[float]) -> None:
    stream = Tty()
    with Progress(stream, XTERM | {"COLUMNS": "60"}) as progress:
        clock[0] = 0.9
        progress(1, 10, "reading")
        assert stream.getvalue() == ""
        clock[0] = 1.1
        progress(5, 10, "reading \x1b[2J부산")
        shown = stream.getvalue()
        assert "50%" in shown
        assert "\x1b[2J" not in shown
        clock[0] = 1.11
        progress(6, 10, "reading")
        assert stream.getvalue() == shown
    assert stream.getvalue() == shown + "\r\x1b[K"


@pytest.mark.parametrize(("done", "total"), [(0, 0), (5, 0), (20, 10), (10, 10)])
def test_a_bar_bears_odd_numbers(clock: list[float], done: int, total: int) -> None:
    stream = Tty()
    progress = Progress(stream, XTERM | {"COLUMNS": "40"})
    clock[0] = 2
    progress(done, total, "x" * 500)
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) < 40


def test_quick_work_shows_no_bar(clock: list[float]) -> None:
    stream = Tty()
    with Progress(stream, XTERM) as progress:
        clock[0] = 0.5
        progress(1, 1, "reading")
    assert stream.getvalue() == ""


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {}])
def test_no_bar_where_a_line_cannot_be_redrawn(
    clock: list[float], environment: dict[str, str]
) -> None:
    stream = Tty()
    progress = Progress(stream, environment)
    clock[0] = 5
    progress(1, 2, "reading")
    assert stream.getvalue() == ""


def test_a_pipe_gets_no_bar(clock: list[float]) -> None:
    stream = io.StringIO()
    progress = Progress(stream, XTERM)
    clock[0] = 5
    progress(1, 2, "reading")
    assert stream.getvalue() == ""


def test_a_bar_that_cannot_be_written_stops_nothing(clock: list[float]) -> None:
    class Gone(Tty):
        def write(self, text: str) -> int:
            raise BrokenPipeError(text)

    progress = Progress(Gone(), XTERM)
    clock[0] = 2
    progress(1, 2, "reading")
    progress(2, 2, "reading")


def test_a_line_while_one_waits_leaves_nothing() -> None:
    stream = Tty()
    waiting = Waiting(stream, XTERM, "writing…")
    waiting.hide()
    assert stream.getvalue() == ""
    waiting.show()
    waiting.show()
    assert stream.getvalue() == "\x1b[2mwriting…\x1b[0m"
    waiting.hide()
    waiting.hide()
    assert stream.getvalue() == "\x1b[2mwriting…\x1b[0m\r\x1b[K"


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {}])
def test_no_line_where_it_cannot_be_taken_back(environment: dict[str, str]) -> None:
    for stream, named in ((Tty(), environment), (io.StringIO(), XTERM)):
        Waiting(stream, named, "writing").show()
        assert stream.getvalue() == ""
