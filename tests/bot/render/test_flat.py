"""What was wrapped is shown on one line, with a space only where its script writes one."""

from __future__ import annotations

import pytest

from bot.render.flat import flat


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("  a \t b\nc  ", "a b c"),
        ("峰会，但提\n供了契机。\r\n  外长", "峰会，但提供了契机。外长"),
        ("会議が開\nかれた", "会議が開かれた"),
        ("중국과 일본\n한국", "중국과 일본 한국"),  # Korean writes spaces
        ("他们 说\nok", "他们 说 ok"),  # a space that somebody typed is meant
    ],
)
def test_lines_are_joined_as_their_script_does(text: str, shown: str) -> None:
    assert flat(text) == shown
