"""The prompt: what is a question, and what leaves."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.repl import converse


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> list[str | BaseException]:
    lines: list[str | BaseException] = []

    def type_in(_prompt: str) -> str:
        line = lines.pop(0) if lines else EOFError()
        if isinstance(line, BaseException):
            raise line
        return line

    monkeypatch.setattr("builtins.input", type_in)
    return lines


def conversation(state: Path) -> list[str]:
    asked: list[str] = []
    converse(asked.append, {"XDG_STATE_HOME": str(state)})
    return asked


def test_questions_are_asked_until_the_end(
    typed: list[str | BaseException], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed += ["Who?", "", "  ", "?", "help", " Where? "]
    assert conversation(tmp_path) == ["Who?", "Where?"]
    assert capsys.readouterr().out.count("Ctrl-R") == 2


@pytest.mark.parametrize("word", ["quit", "exit"])
def test_a_word_leaves(typed: list[str | BaseException], tmp_path: Path, word: str) -> None:
    typed += [word, "Who?"]
    assert conversation(tmp_path) == []


def test_an_interrupt_drops_the_line_and_no_more(
    typed: list[str | BaseException], tmp_path: Path
) -> None:
    typed += [KeyboardInterrupt(), "Who?"]
    assert conversation(tmp_path) == ["Who?"]


def test_an_interrupt_drops_the_answer_and_no_more(
    typed: list[str | BaseException], tmp_path: Path
) -> None:
    asked = []

    def answer(question: str) -> None:
        asked.append(question)
        raise KeyboardInterrupt

    typed += ["Who?", "Where?"]
    converse(answer, {"XDG_STATE_HOME": str(tmp_path)})
    assert asked == ["Who?", "Where?"]


def test_bytes_that_are_no_text_are_told(
    typed: list[str | BaseException], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed += [UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), "Who?"]
    assert conversation(tmp_path) == ["Who?"]
    assert "encoding" in capsys.readouterr().err


def test_the_history_is_for_its_owner_alone(
    typed: list[str | BaseException], tmp_path: Path
) -> None:
    typed += ["Who?"]
    conversation(tmp_path / "state")
    history = tmp_path / "state" / "footnote" / "history"
    assert history.stat().st_mode & 0o777 == 0o600
    assert history.parent.stat().st_mode & 0o777 == 0o700


def test_a_history_that_cannot_be_kept_stops_nothing(
    typed: list[str | BaseException], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    typed += ["Who?"]
    assert conversation(tmp_path / "file") == ["Who?"]


@pytest.mark.parametrize("home", [{}, {"HOME": "relative"}, {"XDG_STATE_HOME": "relative"}])
def test_without_a_home_there_is_no_history(
    typed: list[str | BaseException], home: dict[str, str]
) -> None:
    typed += ["Who?"]
    asked: list[str] = []
    converse(asked.append, home)
    assert asked == ["Who?"]


def test_a_word_forgets_what_was_said(
    typed: list[str | BaseException], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed += ["Who?", "new", "help", "Where?"]
    asked: list[str] = []
    converse(asked.append, {"XDG_STATE_HOME": str(tmp_path)}, lambda: asked.append("forgotten"))
    assert asked == ["Who?", "forgotten", "Where?"]
    assert "forget them" in capsys.readouterr().out


def test_where_nothing_is_remembered_the_word_is_a_question(
    typed: list[str | BaseException], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    typed += ["new", "help"]
    assert conversation(tmp_path) == ["new"]
    assert "forget them" not in capsys.readouterr().out
