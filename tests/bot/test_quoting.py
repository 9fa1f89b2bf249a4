"""A text in YAML is read as that text, and as nothing beside it."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.quoting import plain, quoted

# What is a sign to YAML somewhere comes often; without it few texts would be near one.
SIGNS = st.text(
    st.sampled_from("aB yn.-?'\"\\:#,[]{}&*!|>%@`~<=0179\n\t\r \x85\u2028\ufeff\x00é中")
)
TEXTS = (
    SIGNS
    | SIGNS.map("a{}".format)
    | st.text()
    | st.sampled_from("yes No TRUE null ~ on y n 1e3 .inf 2021-04-03".split())
)


def sound(text: str) -> str:
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


@pytest.mark.parametrize("write", [plain, quoted])
@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@given(text=TEXTS)
def test_it_comes_back_as_it_was(write, loader, text) -> None:  # type: ignore[no-untyped-def]
    assert yaml.load(f"- id: {write(text)}\n  b: c\n", loader) == [{"id": sound(text), "b": "c"}]
    if write is quoted or "?" not in text:
        assert yaml.load(f"[{write(text)}, b]", loader) == [sound(text), "b"]
        assert yaml.load(f"{{a: {write(text)}, b: c}}", loader) == {"a": sound(text), "b": "c"}


@given(TEXTS)
def test_it_is_one_line_that_hides_nothing(text: str) -> None:
    assert plain(text).isprintable()
    assert quoted(text).isprintable()


def test_quotes_stand_only_where_they_are_needed() -> None:
    for text in ("Busan", "Who met Wang Yi?", "South Korea's minister", "부산", "001_d3.txt 33%"):
        assert plain(text) in (text, f'"{text}"')
        assert (plain(text) == text) == text[0].isalpha()
    for text in ("yes", "2019", "a: b", "a #b", "a, b", " a", "a ", "", "-", "n", "Null"):
        assert plain(text) == f'"{text}"'
