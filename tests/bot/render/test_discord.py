"""Messages for Discord: as their snapshots have them, and within their limits."""

from __future__ import annotations

import re
from datetime import date as Date

import pytest

from bot.answers import Abstention, Answer, Citation, Claim, Locator, Notice
from bot.render.discord import (
    of_checked,
    of_error,
    of_progress,
    of_quotes,
    of_reply,
    of_sources,
    of_status,
)
from bot.render.discord_parts import CONTENT, MOST_MESSAGES, Look, Message, address
from bot.render.discord_places import within
from bot.render.discord_told import TOLD, of_notice
from bot.render.discord_words import WORDS, voice
from bot.render.markdown import units
from index.errors import FootnoteError, UsageError
from index.formats.replied import KINDS
from index.record import replaced
from tests.bot.render.replies import ABSTENTION, ANSWER
from tests.bot.render.snapshots import (
    BARE,
    CASES,
    FIGURES,
    FOLDER,
    LISTED,
    LOOK,
    VERDICTS,
    long,
    rendered,
)
from tools.markup import parse, reading, walk
from tools.pages import ROOT


@pytest.mark.parametrize("name", CASES)
def test_it_looks_as_before(name: str) -> None:
    kept = (FOLDER / f"{name}.txt").read_text(encoding="utf-8")
    assert rendered(name) == kept, "python -m tests.bot.render.snapshots refresh"


def test_every_snapshot_is_of_a_case() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.txt")) == sorted(CASES)


@pytest.mark.parametrize("name", CASES)
def test_every_message_can_be_sent(name: str) -> None:
    for message in CASES[name]():
        assert 0 < units(message.content) <= CONTENT


def test_every_language_says_everything() -> None:
    english = WORDS["en"]
    for words in WORDS.values():
        for field in type(english).__match_args__:
            said, meant = getattr(words, field), getattr(english, field)
            assert len(said) == len(meant) or isinstance(said, str)
            for one, other in zip(
                [said] if isinstance(said, str) else said,
                [meant] if isinstance(meant, str) else meant,
                strict=True,
            ):
                assert one, field
                assert one.count("{}") == other.count("{}"), field
                assert re.findall(r"/\w+", one) == re.findall(r"/\w+", other), field


@pytest.mark.parametrize(
    ("locale", "question", "spoken"),
    [
        (None, "", "en"),
        ("en-GB", "", "en"),
        ("ko", "", "ko"),
        ("zh-CN", "", "zh"),
        ("zh-TW", "", "zh-Hant"),
        ("zh-Hant", "", "zh-Hant"),
        ("ja", "", "ja"),
        ("fr", "", "en"),
        ("fr", "누가 부산에서 만났나요?", "ko"),
        ("zh-TW", "誰在釜山見面?", "zh-Hant"),
        ("en-US", "誰在釜山見面?", "zh-Hant"),
        ("zh-TW", "谁在釜山见面?", "zh"),
        ("zh-TW", "釜山在哪里?", "zh-Hant"),
        ("en-US", "釜山在哪里?", "zh"),
        ("ja", "Who met in Busan?", "en"),
        ("ja", "???", "ja"),
        ("ko", "Où est la gare ?", "ko"),
    ],
)
def test_the_language_is_that_of_the_question(
    locale: str | None, question: str, spoken: str
) -> None:
    assert voice(locale, question) == spoken


def test_a_reply_speaks_the_language_of_its_question() -> None:
    reply = replaced(ABSTENTION, question="누가 부산에서 만났나요?")
    assert "가장 가까운 구절" in of_reply(reply, BARE)[0].content


# Links


@pytest.mark.parametrize(
    ("base", "file", "expected"),
    [
        ("https://h/a", "b.txt", "https://h/a/b.txt#L3-L4"),
        ("https://h/a/", "b c(1)>.txt", "https://h/a/b%20c%281%29%3E.txt#L3-L4"),
        ("HTTPS://h:8/a?x=1", "한.txt", "https://h:8/a/%ED%95%9C.txt?x=1#L3-L4"),
        ("https://h/(a)", "#?.txt", "https://h/%28a%29/%23%3F.txt#L3-L4"),
        ("https://h/a", "\ud800.txt", "https://h/a/%3F.txt#L3-L4"),
        ("javascript://h/%0aalert(1)", "b.txt", None),
        ("https://user:secret@h/", "b.txt", None),
        ("https://[h/", "b.txt", None),
        ("docs", "b.txt", None),
        ("", "b.txt", None),
        (None, "b.txt", None),
        ("https://h/", "한" * 60, None),
    ],
)
def test_an_address_is_built_so_that_nothing_in_it_ends_it(
    base: str | None, file: str, expected: str | None
) -> None:
    assert address(file, Locator(3, 4), Look(base)) == expected


def test_the_words_of_a_link_are_ours() -> None:
    (message,) = of_reply(ANSWER, LOOK)
    links = [node for node in walk(parse(message.content)) if node.kind == "link"]
    assert [reading(link.children) for link in links] == ["lines 3–4", "line 9"]
    assert all(link.target.startswith("https://example.org/docs%20%28new%29/") for link in links)


# Addresses


def cited(quote: str, claim: str) -> Answer:
    citation = Citation(1, "a.txt", None, None, quote, 0, len(quote), Locator(1, 1))
    return Answer("?", (Claim(claim, (1,)),), (citation,))


@pytest.mark.parametrize(
    ("quote", "claim", "stays"),
    [
        ("See https://a.example/x.", "It is at https://a.example/x", True),
        ("See https://a.example/xy.", "It is at https://a.example/x", False),
        ("See discord.gg/abc", "Join discord.gg/abc!", True),
        ("See there", "Join discord.gg/abc!", False),
        ("Nothing", "Write to me@evil.example", False),
        ("Nothing", "Go to evil.com", False),
        ("Nothing", "Go to evil.example/path", False),
        ("Nothing", "Go to steam://run/1", False),
        ("Nothing", "Run javascript:alert", False),
    ],
)
def test_an_address_is_shown_only_where_it_stands_in_the_quote(
    quote: str, claim: str, stays: bool
) -> None:
    (message,) = of_reply(cited(quote, claim), BARE)
    first = message.content.split("\n")[0]
    assert ("\\[address\\]" not in first) == stays
    kinds = {node.kind for node in walk(parse(message.content))}
    assert kinds <= {"text", "subtext", "quote"}


def test_ordinary_words_are_no_addresses() -> None:
    claim = "It grew by 3.5/4 and/or U.S./Japan ties, i.e. at 10:30 p.m. in Co.Ltd."
    assert "address" not in of_reply(cited("x", claim), BARE)[0].content


# What stays together


def footnoted(message: Message) -> None:
    """Each claim's numbers have their footnotes, with a quote, in the same message."""
    body, _, under = message.content.partition("\n\n")
    claimed = set(re.findall(r"[⁰¹²³⁴-⁹]+", " ".join(re.findall(r"\u202f(\S+)", body))))
    noted = set(re.findall(r"^-# ([⁰¹²³⁴-⁹]+) .+\n> -# “.+”$", under, re.MULTILINE))
    assert claimed
    assert claimed == noted


@pytest.mark.parametrize(("claims", "words"), [(1, 5), (8, 40), (12, 90), (3, 300), (40, 3)])
def test_a_claim_is_never_parted_from_its_footnote(claims: int, words: int) -> None:
    answer = long(claims, words)
    messages = of_reply(answer, LOOK)
    for message in messages:
        footnoted(message)
    assert len(messages) <= MOST_MESSAGES
    told = "\n".join(message.content for message in messages)
    file = messages[-1].file
    for claim in answer.claims:
        assert claim.text in told if file is None else claim.text in file[1].decode()


def test_a_claim_of_very_many_footnotes_stands_in_the_file() -> None:
    answer = long(60, 30)
    answer = replaced(answer, claims=(Claim("All of it.", tuple(range(1, 61))),))
    (message,) = of_reply(answer, LOOK)
    assert message.content == "…\n-# The whole of it, with all its footnotes, is in answer.md."
    assert message.file is not None
    file = message.file[1].decode()
    assert all(citation.quote in file for citation in answer.citations)


def test_a_footnote_of_two_claims_stands_with_each() -> None:
    answer = long(9, 40)
    claims = tuple(Claim(each.text, (*each.citations, 1)) for each in answer.claims)
    messages = of_reply(replaced(answer, claims=claims), LOOK)
    assert len(messages) > 1
    for message in messages:
        footnoted(message)
        assert "-# ¹ Title 1" in message.content


def test_what_is_written_so_far_is_one_message() -> None:
    answer = long(12, 60)
    for upto in range(1, 13):
        message = of_progress(answer.claims[:upto], answer.citations[:upto], LOOK)
        assert units(message.content) <= CONTENT
        assert message.content.endswith("\n\n-# Writing…")
        footnoted(Message(message.content.removesuffix("\n\n-# Writing…")))


def test_a_sentence_without_its_words_is_not_said_to_be_supported() -> None:
    verdict = VERDICTS[0]
    lost = type(verdict)(**{**vars(verdict), "citation": None})
    assert "Supported" not in of_checked([lost], LOOK)[0].content


def test_every_checked_sentence_has_its_footnote() -> None:
    for message in of_checked(VERDICTS[:2] * 20, LOOK):
        assert message.content
    whole = of_checked(VERDICTS[:2], LOOK)[0].content
    assert "They met in Busan.\u202f¹" in whole
    assert "-# Busan there, Seoul here" in whole


# Pages


def test_every_page_of_the_longest_names_fits() -> None:
    longest = [
        type(each)(**{**vars(each), "file": "*" * 4000, "title": "_" * 9000, "passages": 10**9})
        for each in LISTED
    ]
    for page in range(3):
        assert units(of_sources(longest, page, replaced(LOOK, language="ja")).content) <= CONTENT


def test_the_quote_that_is_meant_is_the_one_in_the_middle() -> None:
    answer = cited("He did.", "He did.")
    (message,) = of_quotes(answer, ["He did. " * 5], BARE)
    assert message.content.endswith("> He did. He did. **He did.** He did. He did.")


def test_a_quote_that_stands_no_more_is_not_shown_again() -> None:
    answer = long(2, 20)
    first, second = (citation.quote for citation in answer.citations)
    (shown, note) = of_quotes(answer, [None, second], LOOK)
    assert first not in shown.content
    assert second in shown.content
    assert note.content.startswith("-# Note: A document changed after I read it")


def test_a_long_quote_names_its_place_in_every_message() -> None:
    messages = of_quotes(long(1, 300), [], LOOK)
    assert len(messages) > 1
    assert all(message.content.startswith("-# ¹ Title 1") for message in messages)


def test_quotes_without_end_go_into_a_file() -> None:
    answer = long(2, 3000)
    messages = of_quotes(answer, [], LOOK)
    assert len(messages) == MOST_MESSAGES
    assert messages[-1].file is not None
    words = re.sub(r"[*>…\s]|\*\*", "", messages[-1].file[1].decode())
    assert re.sub(r"\s", "", answer.citations[1].quote) in words
    assert all(units(message.content) <= CONTENT for message in messages)


def test_an_error_may_name_channels() -> None:
    class Elsewhere(FootnoteError):
        channels = (12, 34)

    content = of_error(Elsewhere("Not here.", "Ask me in")).content
    assert content == "Not here.\n-# Ask me in <#12>, <#34>"


@pytest.mark.parametrize("phrase", TOLD)
def test_what_is_told_is_told_in_every_language(phrase: str) -> None:
    english, *others = TOLD[phrase]
    assert len(set(others)) >= 3  # both ways of writing Chinese may be the same
    for said in others:
        assert all(line.strip() for line in said.split("\n"))
        assert said.count("{}") == others[0].count("{}")
        assert said.count("\n") == others[0].count("\n") <= 1
    if english:
        assert english.count("{}") == others[0].count("{}")
        assert english.count("\n") == others[0].count("\n")


def test_an_error_is_told_in_the_readers_language() -> None:
    error = UsageError("Too long.", "Be brief.", phrase="too_long", figures=(1_234, 1_000))
    assert of_error(error, "de").content == "Too long.\n-# Be brief."
    first, second = of_error(error, "ja").content.split("\n")
    assert "1,234" in first
    assert "1,000" in first
    assert second == "-# 一度に一つのことを、一、二文でお尋ねください。"
    unknown = UsageError("The disk is full.", phrase="disk")
    assert of_error(unknown, "ko").content == "The disk is full."


def test_no_key_is_told() -> None:
    key = "sk-canary-0123456789"
    assert key not in of_error(UsageError(f"It said: {key}", f"Set {key}")).content
    assert key not in of_notice(Notice("new", f"It said: {key}"), "en")
    figures = type(FIGURES)(**{**vars(FIGURES), "trouble": f"It said: Bearer {key}"})
    assert key not in of_status(figures, BARE).content


def test_every_phrase_of_an_error_is_told() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    phrases = {phrase for text in sources for phrase in re.findall(r"phrase=\"(\w+)\"", text)}
    assert phrases >= {"too_long", "bug", "reading"}
    assert phrases | {"busy", "cooldown", "closing"} <= set(TOLD)


def test_every_notice_is_told_in_every_language() -> None:
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "bot").rglob("*.py")]
    kinds = {kind for text in sources for kind in re.findall(r"Notice\(\s*\"(\w+)\"", text)}
    assert kinds >= {"fallback", "old_generation", "insecure"}
    for kind in kinds - {"abstained"}:  # in JSON alone
        notice = Notice(kind, "The key of /srv/secret is wrong: --flag.")
        for language in WORDS:
            assert "/srv" not in of_notice(notice, language), kind
        assert bool(of_notice(notice, "ko")) == (kind != "insecure")


def test_two_notices_that_say_the_same_are_one() -> None:
    notices = (Notice("file_changed", "a.txt changed."), Notice("file_changed", "b.txt changed."))
    (message,) = of_reply(replaced(ANSWER, notices=notices), BARE)
    assert message.content.count("-# Note: ") == 1


def test_an_error_without_end_fits() -> None:
    assert units(of_error(UsageError("`" * 9000, "@everyone " * 900)).content) <= CONTENT


def test_nearest_passages_without_end_fit() -> None:
    hit = ABSTENTION.nearest[0]
    wide = replaced(
        hit,
        passage=replaced(
            hit.passage,
            text="*" * 9000,
            file="_" * 900,
            article=replaced(hit.passage.article, title="\U0001f600" * 900, date=Date(1, 1, 1)),
        ),
    )
    reply: Abstention = replaced(ABSTENTION, nearest=(wide,) * 9, message="|" * 9000)
    (message,) = of_reply(reply, LOOK, (Locator(1, 2),) * 9, question="~" * 9000)
    assert units(message.content) <= CONTENT
    assert "**Nearest passages**" in message.content


@pytest.mark.parametrize("language", WORDS)
def test_every_place_is_told_in_every_language(language: str) -> None:
    said = set()
    for kind in KINDS:
        for last in (62_000, 65_000):
            said.add(within(Locator(62_000, last, kind), language))
    assert len(said) == 2 * len(KINDS)
    assert all(re.search(r"62000|1:02", each) for each in said)


def test_a_footnote_tells_its_place_and_its_other_names() -> None:
    cited = replaced(
        ANSWER.citations[0],
        file="a.pdf",
        locator=Locator(3, 3, "page", "*iv* http://evil.example"),
        also=("b*.pdf", "c.pdf", "d.pdf", "e.pdf"),
    )
    (message,) = of_reply(replaced(ANSWER, citations=(cited, *ANSWER.citations[1:])), LOOK)
    assert "a.pdf, [page 3](<https://" in message.content
    end = "a.pdf#page=3>) “\\*iv\\* \\[address\\]” (also b\\*.pdf, c.pdf, d.pdf, +1)\n"
    assert end in message.content


@pytest.mark.parametrize(
    ("locator", "end"),
    [
        (Locator(3, 3), "#L3"),
        (Locator(3, 4, "lines", "in.txt"), ""),
        (Locator(3, 4, "page"), "#page=3"),
        (Locator(3, 4, "row"), ""),
    ],
)
def test_an_address_leads_to_lines_and_pages(locator: Locator, end: str) -> None:
    assert address("a", locator, Look("https://h")) == f"https://h/a{end}"
