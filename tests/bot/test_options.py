"""The command line, and the help that teaches it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arguments import Help, arguments
from bot.keys import KEYS, Key
from bot.options import COMMANDS, Options, _read, parse
from index.errors import UsageError
from index.schema import Filters

ASKED = [key for key in KEYS if key.group != "discord"]
SET = [word for key in ASKED for word in (key.flag, f"v-{key.name}")]


def options(*words: str) -> Options:
    found = parse(words)
    assert isinstance(found, Options)
    return found


def refused(*words: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse(words)
    assert caught.value.hint
    return caught.value


def test_all_flags_of_ask() -> None:
    found = options(
        "ask", "Who?", "--since", "2023-01-02", "--until", "2023-11", "--in", "a.txt", "--in", "b",
        "--explain", "--no-update", "--json", *SET,
    )  # fmt: skip
    assert found == Options(
        command="ask",
        settings={key.name: f"v-{key.name}" for key in ASKED},
        json=True,
        question="Who?",
        filters=Filters(Date(2023, 1, 2), Date(2023, 11, 30), ("a.txt", "b")),
        update=False,
        explain=True,
    )


def test_all_flags_of_the_bot() -> None:
    words = [word for key in KEYS for word in (key.flag, f"v-{key.name}")]
    found = options("bot", "--check", "--json", *words)
    settings = {key.name: f"v-{key.name}" for key in KEYS}
    assert found == Options(command="bot", settings=settings, json=True, check=True)
    assert options("bot") == Options(command="bot", settings={})


@pytest.mark.parametrize("command", ["ask", "search", "index"])
@pytest.mark.parametrize("flag", ["--discord-token", "--check", "--channels"])
def test_what_is_for_the_bot_alone(command: str, flag: str) -> None:
    assert flag in refused(command, flag, "1").message


def test_flags_that_are_not_set_say_nothing() -> None:
    assert options("ask", "q", "--retries", "3").settings == {"retries": "3"}


@pytest.mark.parametrize("command", ["search", "index"])
def test_what_answers_nothing_needs_no_model(command: str) -> None:
    question = ["q"] if command == "search" else []
    found = options(command, *question, "--embedder", "minilm")
    assert found.settings == {"embedder": "minilm", "mode": "extractive"}
    assert "--model" in refused(command, *question, "--model", "m").message


def test_words_without_quotation_marks_are_one_question() -> None:
    assert options("ask", "Who", "met", "--json").question == "Who met"


def test_no_question_and_an_empty_one_differ() -> None:
    assert options("ask").question is None
    assert options("ask", "").question == ""


@pytest.mark.parametrize(
    ("value", "first", "last"),
    [
        ("2023", Date(2023, 1, 1), Date(2023, 12, 31)),
        ("2024-02", Date(2024, 2, 1), Date(2024, 2, 29)),
        ("2023-12", Date(2023, 12, 1), Date(2023, 12, 31)),
        ("2023-11-26", Date(2023, 11, 26), Date(2023, 11, 26)),
        ("9999", Date(9999, 1, 1), Date(9999, 12, 31)),
    ],
)
def test_dates(value: str, first: Date, last: Date) -> None:
    assert options("ask", "q", "--since", value, "--until", value).filters == Filters(first, last)


@pytest.mark.parametrize(
    "value",
    ["", "x", "2023-13", "2023-00", "2023-02-30", "2023-11-00", "0", "10000", "2023-1-1-1",
     "٢٠٢٣", "-1", "2023-11-26T00:00"],
)  # fmt: skip
@pytest.mark.parametrize("flag", ["--since", "--until"])
def test_what_is_no_date(flag: str, value: str) -> None:
    assert flag in refused("ask", "q", f"{flag}={value}").message


def test_a_span_that_ends_before_it_begins() -> None:
    refused("ask", "q", "--since", "2023", "--until", "2022")


@pytest.mark.parametrize("value", ["0", "-1", "x", "1001", "1.5", "٣", "9" * 5000])
def test_what_is_no_number_of_passages(value: str) -> None:
    assert "-k" in refused("search", "q", f"-k={value}").message


def test_k() -> None:
    assert options("search", "q").k == 10
    assert options("search", "q", "-k", "3").k == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Which command"),
        (("aks", "q"), "aks"),
        (("--json", "ask"), "command comes first"),
        (("Who met?",), "Who met"),
        (("ask", "--jsno"), "--jsno"),
        (("ask", "--js"), "--js"),
        (("ask", "q", "--batch", "f"), "batch"),
        (("ask", "-k", "3"), "-k"),
        (("index", "x"), "x"),
        (("index", "--explain"), "--explain"),
        (("bot", "x"), "x"),
        (("bot", "--since", "2023"), "--since"),
        (("ask", "--corpus"), "--corpus"),
    ],
)
def test_what_is_refused(words: tuple[str, ...], said: str) -> None:
    assert said in refused(*words).message


def test_a_command_nearly_right() -> None:
    assert refused("serach", "q").hint == "Did you mean: footnote search"


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_explains_itself(command: str) -> None:
    page = parse([command, "--help"])
    assert isinstance(page, str)
    for part in (f"usage: footnote {command}", "exit status:", "examples:", "FOOTNOTE_CORPUS"):
        assert part in page
    assert all(len(line) <= 88 for line in page.splitlines())


@pytest.mark.parametrize(("command", "keys"), [("ask", ASKED), ("bot", KEYS)])
def test_the_page_names_every_setting_in_its_group(command: str, keys: Sequence[Key]) -> None:
    page = parse([command, "--help"])
    assert isinstance(page, str)
    assert all((f" {key.flag} " in page) == (key in keys) for key in KEYS)
    at = -1
    for group in dict.fromkeys(key.group for key in keys):
        assert page.index(f"\n{group}:\n") > at
        at = page.index(f"\n{group}:\n")
        section = page[at + 1 :].partition("\n\n")[0]
        for key in keys:
            assert (f"\n  {key.flag} {key.placeholder}" in section) == (key.group == group)


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_the_main_page_names_every_command(flag: str) -> None:
    page = parse([flag])
    assert isinstance(page, str)
    for command in COMMANDS:
        assert f"\n  {command} " in page


def test_the_version() -> None:
    shown = parse(["--version"])
    assert isinstance(shown, str)
    assert shown.startswith("footnote")


_WORDS = ("Who", "", "-", "--", "-1", "-k", "-k3", "3", "a b", "--since", "--until", "2023", "--in",
          "--batch", "--mode", "--model", "--api-key", "--chroma", "--corpus", "--store", "--json",
          "--explain", "--check", "--fix", "--channels",
          "--no-update", "--help", "--json=1", "--mode=x", "--js", "-x y")  # fmt: skip


@given(st.sampled_from(COMMANDS), st.lists(st.sampled_from(_WORDS), max_size=6))
def test_what_is_read_at_a_look_is_what_the_parser_makes_of_it(
    command: str, words: list[str]
) -> None:
    found = _read(command, words)
    if found is None:
        return
    try:
        parsed = arguments(command, words)
    except (UsageError, Help) as error:
        raise AssertionError(f"{words} were read as {found}") from error
    unset = {
        "question": [],
        "json": False,
        "explain": False,
        "update": True,
        "check": False,
        "fix": False,
        "watch": False,
        "within": [],
        "k": "10",
    }
    for name, value in parsed.items():
        assert found.get(name, unset.get(name)) == value, name


def test_plain_words_are_read_at_a_look() -> None:
    assert _read("ask", ["--json", "Who", "met", "--corpus", "docs", "--in", "a", "--in", "b"]) == {
        "json": True,
        "question": ["Who", "met"],
        "corpus": "docs",
        "within": ["a", "b"],
    }
