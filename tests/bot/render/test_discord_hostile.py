"""Whatever documents, models and people write, Discord shows it and obeys none of it."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.answers import Abstention, Answer, Citation, Claim, Locator, Notice, Reply
from bot.render.discord import of_checked, of_progress, of_quotes, of_reply
from bot.render.discord_parts import CONTENT, FILE, Look, Message
from bot.render.markdown import atoms, cut, plain, units
from index.hidden import spans
from index.schema import Hit
from tests.bot.render.replies import passage
from tests.bot.render.snapshots import VERDICTS
from tools.markup import parse, pings, previews, reading, walk

FORMS = (
    "@everyone", "@here", "@Everyone", "<@1234567890123456789>", "<@!1234567890123456789>",
    "<@&1234567890123456789>", "<#1234567890123456789>", "</ask:1234567890123456789>",
    "</ask private:1>", "<id:customize>", "<id:guide>", "<t:1700000000>", "<t:-1:R>",
    "<:smile:123456789012345678>", "<a:smile:123456789012345678>", ":smile:", ":100:",
    "<sound:0:123456789012345678>", "<me@evil.example>", "<+15551234567>", "@silent ",
    "https://evil.example/a_b*c", "http://evil.example", "<https://evil.example>",
    "steam://run/1", "discord://-/invite/x", "discord.gg/abc", "https://discord.gg/abc",
    "discord.com/invite/abc", "discordapp.com/invite/abc", "dsc.gg/abc", "DISCORD.GG/abc",
    "[text](https://evil.example)", "[text](<https://evil.example> 'x')", "[a]", "](", "![i](x)",
    "```", "```py\n", "``", "`", "`code`", "\n```\n", "\n# ", "# ", "\n## ", "\n-# ", "-# ", "\n- ",
    "- ", "\n* ", "\n1. ", "1. ", "2) ", "\n> ", "> ", ">>> ", "**", "*", "__", "_", "~~", "||",
    "|| spoiler ||", "\\", "\\\\", "\\*", "\\\n", "¯\\_(ツ)_/¯", "<", ">", "@", "#", ":", "/", "&",
    "&lt;", "<b>", "\u202e", "\u2066", "\u200f", "\u200b", "\u200d", "\u00ad", "\ufeff", "\u2060",
    "\U000e0041\U000e0042", "\U000e0080",
    "\x1b[2J", "\x00", "\ud800", "\u2028", "\r\n", "\u3000", "\ufe0f",
    "\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f1f0\U0001f1f7", "e\u0301", "\u0301",
    "한", "\u1112\u1161\u11ab", "क\u094dष", "¹", "[1]", " ", "word ", "。",
)  # fmt: skip
_HIDDEN = re.compile(
    r"[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200e\u200f\u202a-\u202e\u2060-\u2065"
    r"\u2066-\u206f\ufeff\ufff0-\ufff8\U000e0000-\U000e00ff\ud800-\udfff]"
)
_OURS = {"text", "subtext", "quote", "strong", "link"}
LOOK = Look("https://docs.example/seeds")

hostile = st.lists(st.sampled_from(FORMS) | st.text(max_size=5), max_size=30).map("".join)
repeated = st.tuples(hostile, st.integers(1, 400)).map(lambda each: (each[0] * each[1])[:4_000])
texts = hostile | repeated


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    notices = tuple(Notice("x", text) for text in draw(st.lists(hostile, max_size=7)))
    quotes = draw(st.lists(texts, min_size=1, max_size=6))
    hits = tuple(
        Hit(passage(draw(texts), file=draw(hostile) or "a", title=draw(hostile)), 1, 1.0)
        for _ in range(draw(st.integers(0, 3)))
    )
    if draw(st.integers(0, 3)) == 0:
        return Abstention(draw(hostile), "unverified", draw(texts), hits, notices)
    citations = tuple(
        Citation(
            n,
            draw(hostile) or "a",
            draw(st.none() | texts),
            None,
            quote,
            0,
            0,
            Locator(n, n + n % 2),
        )
        for n, quote in enumerate(quotes, 1)
    )
    claims = tuple(
        Claim(
            draw(texts),
            tuple(draw(st.lists(st.integers(1, len(quotes)), min_size=1, max_size=4, unique=True))),
        )
        for _ in range(draw(st.integers(1, 6)))
    )
    return Answer(draw(hostile), claims, citations, hits, notices)


def sound(message: Message) -> None:
    """`message` is within Discord's limits, and nothing of others in it is obeyed."""
    content = message.content
    assert 0 < len(content.encode("utf-16-le")) // 2 <= CONTENT
    assert not pings(content)
    assert not previews(content)
    assert not _HIDDEN.search(content)
    for node in walk(parse(content)):
        assert node.kind in _OURS, (node.kind, node.text, content)
        if node.kind == "link":
            assert node.target.startswith("https://docs.example/seeds/")
            assert re.fullmatch(
                r"(lines?\s)?[\d–]+(행|行目)?|第\s[\d–]+\s行", reading(node.children)
            )
    if message.file is not None:
        file = message.file[1].decode()
        assert len(message.file[1]) <= FILE
        assert not previews(file)


def said(text: str) -> str:
    """What of `text` a reader must be able to find again: its letters and figures."""
    return "".join(ch for ch in text if ch.isalnum() and ch.isprintable())


_NOTE = re.compile(r"^-# ([⁰¹²³⁴-⁹]+) .*\n> -# “(.*)”$", re.MULTILINE)


def together(messages: tuple[Message, ...], answer: Answer) -> None:
    """Each claim that is shown is shown with its footnotes; each claim is shown or in the file."""
    numbers = {str(n).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")): n for n in range(1, 99)}
    quotes = {citation.n: citation.quote for citation in answer.citations}
    file = messages[-1].file
    whole = reading(parse(file[1].decode())) if file is not None else ""
    shown = []
    for message in messages:
        body, _, under = message.content.partition("\n\n")
        noted = {numbers[n]: quote for n, quote in _NOTE.findall(under)}
        for n, quote in noted.items():
            seen = said(reading(parse(quote)))
            assert said(plain(quotes[n])).startswith(seen) or not quote.endswith("…")
            assert quote.endswith("…") or seen == said(reading(parse(plain(quotes[n]))))
        for line in body.split("\n"):
            if match := re.search(r"\u202f([⁰¹²³⁴-⁹·]+)$", line):
                assert {numbers[n] for n in match[1].split("·")} <= noted.keys()
                shown.append(said(reading(parse(line[: match.start()]))))
    for claim in answer.claims:
        if file is None:
            continue
        for n in claim.citations:
            assert said(reading(parse(plain(quotes[n])))) in said(whole)
    if file is None:
        assert len(shown) == len(answer.claims)


@given(texts)
@example("<@" * 3)
@example("@everyone" * 3)
@example("a\\")
@example("1234567890. x")
@settings(max_examples=300, deadline=None)
def test_text_reads_as_it_stands_and_does_nothing(text: str) -> None:
    reads(text)


@pytest.mark.parametrize("form", FORMS)
def test_each_form_reads_as_it_stands(form: str) -> None:
    for text in (form, form * 2, f"{form} b {form}", f"a{form}b{form}c", f"\n{form}\n"):
        reads(text)


def reads(text: str) -> None:
    shown = plain(text)
    for kind in (node.kind for node in walk(parse(shown))):
        assert kind == "text", (kind, shown)
    assert not pings(shown)
    assert not previews(shown)
    assert not _HIDDEN.search(shown)
    assert "\n" not in shown
    if not re.search(r"[\u200c\u200d\ufe0f\u0300-\u036f]", text) and not spans(text):
        flat = " ".join(text.replace("\u200b", "").split())
        read = reading(parse(shown)).replace("\u200b", "")
        if flat.isprintable():
            assert read == flat


@given(texts, st.integers(2, 200))
@settings(max_examples=200, deadline=None)
def test_a_cut_falls_between_characters(text: str, room: int) -> None:
    whole, short = plain(text), cut(text, room)
    assert units(short) <= room
    if short != whole:
        assert short.endswith("…")
        kept = short[:-1]
        assert whole.startswith(kept)
        assert len(kept) in accumulate(map(len, atoms(text)), initial=0)


@given(replies())
@settings(max_examples=60, deadline=None)
def test_replies_hold(reply: Reply) -> None:
    holds(reply)


@pytest.mark.slow
@given(replies())
@settings(max_examples=3_000, deadline=None)
@pytest.mark.timeout(1_200)
def test_very_many_replies_hold(reply: Reply) -> None:
    holds(reply)


def holds(reply: Reply) -> None:
    """All that is shown of `reply` is sound, and its claims have their footnotes."""
    messages = of_reply(reply, LOOK, (Locator(1, 1),) * 3, question=reply.question)
    assert messages
    for message in messages:
        sound(message)
    if isinstance(reply, Answer):
        together(of_reply(reply, LOOK), reply)
        for message in of_quotes(reply, [f"x {each.quote} y" for each in reply.citations], LOOK):
            sound(message)
        sound(of_progress(reply.claims, reply.citations, LOOK))


@given(texts, texts, hostile)
@settings(max_examples=40, deadline=None)
def test_what_is_checked_holds(sentence: str, quote: str, detail: str) -> None:
    citation = Citation(1, "a.txt", quote, None, quote, 0, 0, Locator(1, 1))
    made: list[Any] = [
        type(VERDICTS[0])(sentence=sentence, kind=kind, citation=citation, detail=detail)
        for kind in ("supported", "contradicted", "not_found")
    ]
    for message in of_checked(made, LOOK):
        sound(message)


@pytest.mark.parametrize("form", FORMS)
def test_a_form_without_end_holds(form: str) -> None:
    endless((form * 10_000)[:10_000])


def test_a_hundred_thousand_characters_of_all_forms_hold() -> None:
    endless(("".join(FORMS) * 1_000)[:100_000])


def endless(text: str) -> None:
    citation = Citation(1, "a.txt", text, None, text, 0, len(text), Locator(1, 1))
    answer = Answer(text, (Claim(text, (1,)), Claim("Short.", (1,))), (citation,))
    for message in of_reply(answer, LOOK, question=text):
        sound(message)


@pytest.mark.parametrize(
    "cluster",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466",
        "\U0001f1f0\U0001f1f7",
        "\U0001f44d\U0001f3fd",
        "\u2764\ufe0f\u200d\U0001f525",
        "e\u0301\u0323",
        "\u1112\u1161\u11ab",
        "क\u094dष\u093f",
        "กำ",
        "か\u3099",
        "ｶﾞ",
        "1\ufe0f\u20e3",
    ],
)
def test_a_character_of_many_is_kept_whole(cluster: str) -> None:
    for room in range(1, 60):
        kept = cut(cluster * 9, room).removesuffix("…")
        assert kept == cluster * (len(kept) // len(cluster))


def test_marks_are_not_piled_up() -> None:
    assert plain("a" + "\u0301" * 20).count("\u0301") == 8
