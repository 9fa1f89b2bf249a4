"""What a person reads, on a pipe and in a terminal."""

from __future__ import annotations

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.answers import Answer, Claim, Locator, Rejected, Reply, Usage
from bot.render.style import Style
from bot.render.text import of_claim, of_error, of_hits, of_reply, of_report, of_trace
from bot.render.visible import columns_of
from index.build import Report, Vectors
from index.errors import StoreError
from index.reading import Skipped
from index.record import replaced
from tests.bot.render.replies import ABSTENTION, ANSWER, EVIL_ANSWER, HITS, TRACE

PLAIN = Style()
TERMINAL = Style(columns=40, colour=True, root=Path("/docs/a b"), host="here")
_LINK = re.compile(r"\x1b\]8;;([^\x1b\x07]*)\x1b\\")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def bare(text: str) -> str:
    return _COLOUR.sub("", _LINK.sub("", text))


def test_an_answer_on_a_pipe() -> None:
    assert of_reply(ANSWER, PLAIN).split("\n") == [
        "The ministers met in Busan. [1]",
        "They ate. [2] [1]",
        "",
        "[1] a.txt:3-4",
        "    Talks open, 2023-11-26",
        "    “The ministers met in Busan.”",
        "",
        "[2] b c.txt:9",
        "    https://b",
        "    “They ate.”",
        "",
        "note: [2] stands outside.",
    ]


def test_an_abstention_on_a_pipe() -> None:
    assert of_reply(ABSTENTION, PLAIN, (Locator(3, 3), None)).split("\n")[:5] == [
        "The documents do not say.",
        "",
        "Nearest passages:",
        "  a.txt:3",
        "    The ministers met in Busan. They ate.",
    ]


def test_a_pipe_gets_no_escape_sequences() -> None:
    for text in (of_reply(ANSWER, PLAIN), of_hits(HITS, PLAIN), of_trace(TRACE, PLAIN)):
        assert "\x1b" not in text


def test_a_place_is_a_link_to_the_line() -> None:
    links = [link for link in _LINK.findall(of_reply(ANSWER, TERMINAL)) if link]
    assert links == ["file://here/docs/a%20b/a.txt#3", "file://here/docs/a%20b/b%20c.txt#9"]


def test_colour_and_links_change_no_word() -> None:
    assert bare(of_reply(ANSWER, TERMINAL)) == of_reply(ANSWER, Style(columns=40))


@pytest.mark.parametrize("reply", [ANSWER, ABSTENTION, EVIL_ANSWER])
@pytest.mark.parametrize("columns", [20, 40, 80])
def test_lines_fit(reply: Reply, columns: int) -> None:
    style = replaced(TERMINAL, columns=columns)
    texts = [of_reply(reply, style), of_hits(reply.nearest, style)]
    if columns > 20:  # labels and values side by side need more
        texts.append(of_trace(TRACE, style))
    for text in texts:
        for line in bare(text).split("\n"):
            if ".txt" not in line and "http" not in line and "headlines" not in line:
                assert columns_of(line) <= columns, line


def test_marks_never_leave_their_claim() -> None:
    answer = replaced(ANSWER, claims=(Claim("x" * 39, (1, 2)),))
    lines = bare(of_reply(answer, TERMINAL)).split("\n")
    assert lines[:2] == ["x" * 39, "[1] [2]"]


@pytest.mark.parametrize("style", [PLAIN, TERMINAL])
def test_documents_cannot_steer_the_terminal(style: Style) -> None:
    assert isinstance(EVIL_ANSWER, Answer)
    trace = replaced(TRACE, reply=EVIL_ANSWER)
    for text in (
        of_reply(EVIL_ANSWER, style),
        of_hits(EVIL_ANSWER.nearest, style),
        of_trace(trace, style),
        of_error(StoreError(EVIL_ANSWER.question, EVIL_ANSWER.question), style),
    ):
        assert all(ch == "\n" or ch.isprintable() for ch in bare(text)), text
        assert all(
            link == "" or link.startswith("file://here/docs") for link in _LINK.findall(text)
        )


def test_explain_shows_terms_hits_rejections_and_times() -> None:
    text = of_trace(TRACE, PLAIN, (Locator(3, 3), None))
    for shown in (
        "busan 4.20, where 0.10",
        "en 90%, zh 10%",
        "4.25  a.txt:3",
        "b c.txt (headlines)",
        "quote_not_found: They drank.",
        "retrieve 1.0 ms, answer 0.5 ms, verify 0.2 ms",
        "00000001-abcd",
    ):
        assert shown in text
    assert "arms" not in text


def test_explain_shows_what_the_arms_weigh_and_what_troubles_them() -> None:
    arms = {"lexical": 1.0, "dense": 0.254}
    retrieval = replaced(TRACE.retrieval, arms=arms, troubles=("It is gone\x1b[2J.",))
    text = of_trace(replaced(TRACE, retrieval=retrieval), PLAIN)
    assert re.findall(r"^(?:arms|trouble) .*", text, re.MULTILINE) == [
        "arms        lexical 1.00, dense 0.25",
        "trouble     It is gone\\x1b[2J.",
    ]


@pytest.mark.parametrize(
    ("vectors", "shown"),
    [
        (None, "5 passages: nothing changed (1.50 s)"),
        (Vectors(5), "5 passages: nothing changed; 5 vectors, 0 made (1.50 s)"),
        (Vectors(1, 4, 1, 1234), "; 1 vector, 1 made from 1,234 tokens, 4 missing (1.50 s)"),
    ],
)
def test_a_report_tells_of_vectors_where_there_is_an_embedder(
    vectors: Vectors | None, shown: str
) -> None:
    generation: Any = SimpleNamespace(name="00000001-abcd")
    report = Report(generation, passages=5, seconds=1.5, vectors=vectors)
    assert shown in of_report(report, PLAIN)


def test_a_report_tells_the_first_of_what_was_passed_over_left_out_and_the_same() -> None:
    generation: Any = SimpleNamespace(name="00000001-abcd")
    report = Report(
        generation,
        duplicates=(("a.txt", "b\x1b.txt"),),
        skipped=tuple(Skipped(f"{n}.png", "unsupported", f"{n}.png: no") for n in range(12)),
        skipped_counts={"unsupported": 2000},
        left_out=tuple((f"{n}.pdf", "page 3") for n in range(11)),
    )
    _, *lines = of_report(report, PLAIN).splitlines()
    assert lines == [
        *(f"skipped: {n}.png: no" for n in range(10)),
        "skipped: and 1,990 more; `footnote index --json` names them.",
        *(f"left out: {n}.pdf: page 3" for n in range(10)),
        "left out: and 1 more; `footnote index --json` names them.",
        "the same: a.txt, b\\x1b.txt: indexed once",
    ]


def test_explain_tells_what_a_model_took_and_was_searched_for_in_other_words() -> None:
    used = Usage(2, 1234, 56, 0.0012, estimated=True)
    reply = replaced(
        ANSWER, mode="generative", model="m\x1b[2J", usage=used,
        rejected=(Rejected("In 2019.", "number_or_name_missing", "2019 stands nowhere"),),
    )  # fmt: skip
    text = of_trace(replaced(TRACE, reply=reply, searched=("Where was it?", "어디?")), PLAIN)
    assert re.findall(r"^(?:mode|searched|rejected|usage) .*", text, re.MULTILINE) == [
        "mode        generative, m\\x1b[2J",
        "searched    Where was it?",
        "searched    어디?",
        "rejected    number_or_name_missing (2019 stands nowhere): In 2019.",
        "usage       2 calls, 1,234 tokens read, 56 written, $0.001200 (estimated)",
    ]
    free = replaced(reply, usage=Usage(1, 1, 1, None))
    assert "1 call, 1 tokens read, 1 written, no prices are set\n" in of_trace(
        replaced(TRACE, reply=free), PLAIN
    )
    assert "mode        extractive\n" in of_trace(TRACE, PLAIN)
    assert "searched" not in of_trace(TRACE, PLAIN)


@pytest.mark.parametrize("style", [PLAIN, TERMINAL])
@pytest.mark.parametrize("shown", [0, 1, 2])
def test_an_answer_shown_in_parts_is_the_whole(style: Style, shown: int) -> None:
    assert isinstance(ANSWER, Answer)
    parts = [of_claim(claim, style) for claim in ANSWER.claims[:shown]]
    parts.append(of_reply(ANSWER, style, shown=shown))
    assert "\n".join(parts) == of_reply(ANSWER, style)


def test_an_error_is_a_message_and_a_hint() -> None:
    error = StoreError("The disk is full.", "Make room.")
    assert of_error(error, PLAIN) == "footnote: The disk is full.\nhint: Make room."


def test_quotation_marks_keep_to_the_encoding() -> None:
    assert '"They ate."' in of_reply(ANSWER, Style(curly=False))


def test_a_footnote_tells_its_place_and_its_other_names(tmp_path: Path) -> None:
    place = Locator(2, 2, "chapter", "Na\x1b[2Jme")
    cited = replaced(ANSWER.citations[0], file="b.epub", locator=place, also=("c\x1b.epub", "d"))
    reply = replaced(ANSWER, citations=(cited, *ANSWER.citations[1:]))
    shown = of_reply(reply, PLAIN)
    assert "[1] b.epub, chapter 2 “Na\\x1b[2Jme” (also c\\x1b.epub, d)\n" in shown
    linked = of_reply(reply, Style(root=tmp_path))
    assert "b.epub\x1b\\" in linked  # a chapter has no line to open the file at
    assert "b%20c.txt#9\x1b\\" in linked
