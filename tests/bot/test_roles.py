"""Who holds a role: what asks for it, and what names its holder."""

from __future__ import annotations

import pytest

from bot.roles import Role, names_holder, role_asked

MINISTER = Role(("foreign", "minist"), ("south", "korea"))


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("Who is South Korea's foreign minister?", MINISTER),
        ("Who was South Korea’s foreign minister in 2021?", MINISTER),
        ("Who was the foreign minister of South Korea in April 2021?", MINISTER),
        ("who is the president", Role(("presid",), ())),
        ("Who met in Busan?", None),
        ("When was the foreign minister born?", None),
        ("Who is Park Jin?", None),
        ("Who was " + "a" * 100_000, None),
    ],
)
def test_a_role_is_asked_for(question: str, role: Role | None) -> None:
    assert role_asked(question) == role


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("South Korean Foreign Minister Park Jin invited Wang to visit Seoul.", True),
        ("South Korea's foreign minister, Park Jin, said so.", True),
        ("Russian Foreign Minister Sergey Lavrov met Chung in South Korea.", False),
        ("Chung Byung-won, South Korea's deputy foreign minister, is set to meet.", False),
        ("South Korea's deputy foreign minister Chung Byung-won is set to meet.", False),
        ("South Korea's foreign ministry said on Friday.", False),
        ("The foreign ministers of South Korea, China and Japan will meet.", False),
        ("", False),
    ],
)
def test_a_holder_is_named(text: str, named: bool) -> None:
    assert names_holder(text, MINISTER) is named
