"""The loader takes a prompt only when file and code agree on its placeholders."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import prompts
from index.errors import UsageError

NAMES = frozenset({"question", "today"})
GOOD = '{{today}}: {{question}} {"claims": []}'


def test_every_prompt_file_is_known_and_every_known_prompt_has_its_file() -> None:
    files = {path.stem for path in Path(prompts.__file__).parent.glob("*.md")}
    assert files == set(prompts.PLACEHOLDERS)
    for name in files:
        assert prompts.load(name).placeholders == prompts.PLACEHOLDERS[name]


def test_the_answer_prompt_holds_what_is_filled_in_and_no_placeholder_is_left() -> None:
    filled = prompts.load("answer").fill(
        question="Who?", today="2026-11-21", passages="[1] …", delimiter="~~ 7f3a ~~"
    )
    assert "Who?" in filled
    assert "Today is 2026-11-21." in filled
    assert "\n~~ 7f3a ~~\n[1] …\n~~ 7f3a ~~\n" in filled
    assert "{{" not in filled


def test_an_unknown_prompt_names_the_known_ones() -> None:
    for name in ("nonsense", "../README", ""):
        with pytest.raises(UsageError) as caught:
            prompts.load(name)
        assert "answer" in caught.value.hint


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{today}}", "missing placeholder question"),
        ("{{today}} {{question}} {{mood}}", "unknown placeholder mood"),
        ("{{today}} {{questoin}}", "unknown placeholder questoin; missing placeholder question"),
        ("{{today}} {{question}} {{ question }}", "not a placeholder: {{ question }}"),
        ("{{today}} {{question}} {{Question}}", "not a placeholder"),
        ("{{today}} {{question}} }}", "not a placeholder: … … }}"),
    ],
)
def test_a_template_is_refused_by_the_name_of_what_is_wrong(template: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        prompts.parse("answer", template, NAMES)
    assert said in caught.value.message
    assert "{{question}}, {{today}}" in caught.value.hint


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"today": "t"}, "missing value for question"),
        ({"today": "t", "question": "q", "mood": "m"}, "unknown value for mood"),
    ],
)
def test_filling_is_refused_by_the_name_of_what_is_wrong(values: dict[str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        prompts.parse("answer", GOOD, NAMES).fill(**values)


@given(st.text(), st.sampled_from(["{{today}}", "{today}", r"\1", r"\g<0>", "{", "}}", "%s"]))
def test_a_value_is_put_in_as_it_stands(text: str, trap: str) -> None:
    value = text + trap
    filled = prompts.parse("answer", GOOD, NAMES).fill(question=value, today="T")
    assert filled == f'T: {value} {{"claims": []}}'
