"""What is to be seen of a page, read without a tree of it."""

from __future__ import annotations

import pytest

from index.formats.visible import visible


@pytest.mark.parametrize(
    ("source", "blocks"),
    [
        ("<p>One<p>Two", ["One", "Two"]),
        ("a<br>b<br><br>c", ["a\nb\nc"]),
        ("<b>서울</b>은 <i>수도</i>이다", ["서울은 수도이다"]),
        ("<pre>if a:\n    b\n</pre>c", ["if a:\n    b", "c"]),
        ("<ul><li>a<li>b</ul>", ["- a", "- b"]),
        ("<table><tr><td>a<td>b<tr><td><p>c</p><p>d</p></table>", ["| a | b |", "| c d |"]),
        ("<table><tr><td></td><td>a</td></tr></table>", ["|  | a |"]),
        ("1 < 2 &amp; 3 &gt; 2", ["1 < 2 & 3 > 2"]),
        ('<a title="a > b">c</a>', ["c"]),
        ("<a title='a > b' x=y>c</a>", ["c"]),
        ("<title>T</title>a<SCRIPT>b</SCRIPT>c", ["ac"]),
        ("<script>'</scripts>'</script>c", ["c"]),
        ("a<!-- <p>b</p> -->c<!-->d", ["acd"]),
        ("<!DOCTYPE html><?php x ?>a", ["a"]),
        ("<![CDATA[x]]>a", ["a"]),
        ("<ul><li hidden>a<li>b</ul>", ["- b"]),
        ("<ul><li hidden>a<ul><li>x</li></ul>y</li><li>b</li></ul>", ["- b"]),
        ("<ul><li hidden>a<ul><li>x</li></ul>y<li>b</ul>", ["- b"]),
        ("<ul><li hidden>a</ul>b", ["b"]),
        ("<div hidden>a<div>b</div>c</div>d", ["d"]),
        ("<div hidden='until-found'>a</div>", ["a"]),
        ("<p title='hidden'>a</p>", ["a"]),
        ("<p title='no' data-hidden>a</p>", ["a"]),
        ("<p style='font-size:0.9em'>a</p>", ["a"]),
        ("<p style='color:red;font-size:0px;'>a</p>b", ["b"]),
        ("<body style='visibility:hidden'>a", ["a"]),
        ("<dialog>a</dialog><dialog open>b</dialog>", ["b"]),
        ("<input hidden>a<br hidden>b", ["a\nb"]),
        ("<?xml version='1.0'?><html><script src='a'/><p hidden=''/><p>b</p></html>", ["b"]),
    ],
)
def test_blocks(source: str, blocks: list[str]) -> None:
    assert visible(source).blocks == blocks


def test_a_table_that_lays_out_a_page_is_no_row() -> None:
    words = "Many words stand in this cell. " * 20
    source = f"<table><tr><td>Menu</td><td><p>{words}</p><p>Then more.</p></td></tr></table>"
    assert visible(source).blocks == ["Menu", words.strip(), "Then more."]


def test_letters_know_their_lines() -> None:
    found = visible("<p>ab\n\ncd <b>e</b>\r\n<i>f &amp;\u200b g</i></p>\n")
    assert found.letters == "abcdef&g"
    assert (found.starts, found.lines, found.last) == ([0, 2, 5], [1, 3, 4], 5)


def test_what_is_hidden_is_counted() -> None:
    assert visible("<p hidden>a b &amp;</p>c").hidden == 3


def test_reading_ends_at_too_many_elements(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.formats.visible.MAX_TOKENS", 10)
    found = visible("<b>a</b>\n" * 100)
    assert found.cut == 3
    assert found.letters == "aaa"
