"""An answer shown in parts is the one shown whole, and no part goes without its footnote."""

from __future__ import annotations

import pytest

from bot.answers import Answer, Reply
from bot.live import Live
from bot.output import Output
from bot.render.text import of_reply
from index.errors import StoreError
from index.record import replaced
from tests.bot.render.replies import ABSTENTION, ANSWER

assert isinstance(ANSWER, Answer)
FIRST, SECOND = ANSWER.claims


@pytest.fixture
def output() -> Output:
    return Output({})


@pytest.mark.parametrize("claims", [(), (FIRST,), (FIRST, SECOND)])
def test_the_whole_is_as_if_it_had_been_shown_at_once(
    output: Output, capsys: pytest.CaptureFixture[str], claims: tuple[object, ...]
) -> None:
    with Live(output) as live:
        for claim in ANSWER.claims[: len(claims)]:
            live(claim, ANSWER.citations)
        live.finish(ANSWER, ())
    assert capsys.readouterr() == (of_reply(ANSWER, output.style) + "\n", "")


def test_a_claim_stands_as_soon_as_it_comes(
    output: Output, capsys: pytest.CaptureFixture[str]
) -> None:
    with Live(output) as live:
        live(FIRST, ANSWER.citations[:1])
        assert capsys.readouterr().out == "The ministers met in Busan. [1]\n"
        live(SECOND, ANSWER.citations)
        assert capsys.readouterr().out == "They ate. [2] [1]\n"
        live.finish(ANSWER, ())


@pytest.mark.parametrize("error", [KeyboardInterrupt(), StoreError("Gone.")])
def test_who_stops_it_gets_the_footnotes_of_what_was_shown(
    output: Output, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    def stopped() -> None:
        with Live(output) as live:
            live(FIRST, ANSWER.citations[:1])
            raise error

    with pytest.raises(type(error)):
        stopped()
    assert (
        capsys.readouterr().out
        == of_reply(
            replaced(ANSWER, claims=(FIRST,), citations=ANSWER.citations[:1], notices=()),
            output.style,
        )
        + "\n"
    )


@pytest.mark.parametrize("reply", [ABSTENTION, replaced(ANSWER, claims=(SECOND,))])
def test_what_was_shown_and_withdrawn_keeps_its_footnotes(
    output: Output, capsys: pytest.CaptureFixture[str], reply: Reply
) -> None:
    with Live(output) as live:
        live(FIRST, ANSWER.citations[:1])
        live.finish(reply, ())
    shown = capsys.readouterr().out
    assert shown.startswith("The ministers met in Busan. [1]\n\n[1] a.txt:3-4\n")
    assert shown.endswith("\n\n" + of_reply(reply, output.style) + "\n")
