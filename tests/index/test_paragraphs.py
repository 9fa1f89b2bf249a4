"""Paragraphs are lines, or the lines of a hard-wrapped one."""

from __future__ import annotations

import pytest

from index.paragraphs import paragraphs

WRAPPED = """\
The harbour of the town was built in the year of the great storm, and
it has been widened three times since then. Its lighthouse stands on
the northern pier.

A second paragraph is here, and it goes on for long enough that it has
to be wrapped as well."""


def texts(text: str, start: int = 0) -> list[str]:
    found = paragraphs(text, start)
    assert all(text[p.start : p.end] == p.text for p in found)
    return [p.text for p in found]


def test_a_line_is_a_paragraph() -> None:
    assert texts("One.\n Two. \r\n\r\nThree.\rFour.\u2028Five.\x85Six.") == [
        "One.", "Two.", "Three.", "Four.", "Five.", "Six.",
    ]  # fmt: skip


def test_text_before_the_start_is_left_out() -> None:
    assert texts("---\na: b\n---\nBody.", 13) == ["Body."]


def test_wrapped_lines_are_one_paragraph() -> None:
    assert texts(WRAPPED) == WRAPPED.split("\n\n")
    assert all(p.wrapped and p.prose for p in paragraphs(WRAPPED))


def test_lines_of_one_width_are_wrapped_in_the_east() -> None:
    line = "항구는큰폭풍이있던해에지어졌고그뒤로세번넓어졌다고하며등대는"
    wrapped = f"{line}\n{line}\n{line}\n북쪽에 있다."
    assert texts(wrapped) == [wrapped]
    assert len(texts(f"{line}\n짧은 제목\n{line}\n")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "Roses are red in the light,\nViolets are blue at the end of night,\nSugar is sweet.",
        "- an item that is long enough to wrap, one would think\n- another item\n- a third",
        "| name of the mountain | height |\n| a mountain of the range | 2,000 |\n| b | 1 |",
        f"{'a line that is a paragraph ' * 6}\n{'and one that begins small ' * 6}\nand it ends",
        "Capital: a city\nPopulation of the whole country: many\nCurrency: none",
    ],
    ids=["verse", "list", "table", "long", "fields"],
)
def test_short_lines_stay_apart(text: str) -> None:
    assert texts(text) == [line.strip() for line in text.split("\n")]


def test_a_wrapped_item_is_one_paragraph() -> None:
    text = (
        "- the first item of this list is so long that it goes on\n  in the line below it\n"
        "- the second item of this list is no shorter than that,\n  and it goes on as well"
    )
    assert texts(text) == [text[: text.index("\n- ")], text[text.index("- the second") :]]


def test_what_a_paragraph_looks_like() -> None:
    han, title, bullet = paragraphs("真相集中营。”\nA title\n- ·An item?")
    assert (han.width, han.stop, han.eastern) == (14, "。", True)
    assert (title.width, title.stop, title.eastern, title.bullet) == (7, "", False, "")
    assert (bullet.bullet, bullet.stop) == ("- ·", "?")
