"""Replies as messages for Discord: each sentence with its number, its footnote under it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers import Abstention, Answer, Citation, Claim, Locator, Reply
from bot.render.discord_pages import PER_PAGE as PER_PAGE
from bot.render.discord_pages import of_error as of_error
from bot.render.discord_pages import of_greeting as of_greeting
from bot.render.discord_pages import of_help as of_help
from bot.render.discord_pages import of_report as of_report
from bot.render.discord_pages import of_sources as of_sources
from bot.render.discord_pages import of_status as of_status
from bot.render.discord_pages import of_told as of_told
from bot.render.discord_parts import CONTENT as CONTENT
from bot.render.discord_parts import FILE as FILE
from bot.render.discord_parts import ROOM, Footnote, Part, one, packed, place, shown
from bot.render.discord_parts import Look as Look
from bot.render.discord_parts import Message as Message
from bot.render.discord_quotes import of_quotes as of_quotes
from bot.render.discord_told import of_notice
from bot.render.discord_words import voice as voice
from bot.render.markdown import addresses, cut, units, without_addresses
from bot.render.markdown import plain as plain
from index.record import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, Protocol

    class Verdict(Protocol):
        """What the documents say of a sentence."""

        @property
        def sentence(self) -> str: ...
        @property
        def kind(self) -> Literal["supported", "contradicted", "not_found"]: ...
        @property
        def citation(self) -> Citation | None: ...
        @property
        def detail(self) -> str: ...


_QUESTION, _MESSAGE = 300, 600
_NEAREST, _PREVIEW = 3, 160
_SIGNS = {"supported": "✅", "contradicted": "❌", "not_found": "➖"}


def of_reply(
    reply: Reply, look: Look, lines: Sequence[Locator | None] = (), question: str = ""
) -> tuple[Message, ...]:
    """The answer and its footnotes, or why there is none and what comes nearest.

    `lines` are those of `reply.nearest`, as far as they are known. `question` is shown above,
    for where readers would not see it otherwise.
    """
    look = replaced(look, language=voice(look.language, reply.question))
    head = f"**{cut(shown(question, look), _QUESTION)}**" if question.strip() else ""
    said = (of_notice(each, look.language) for each in reply.notices)
    notices = [each for each in dict.fromkeys(said) if each]
    if isinstance(reply, Answer):
        parts = _parts(reply.claims, reply.citations, look)
        return packed(parts, notices, look, head, "answer.md")
    why = _abstained(reply, look, lines, units(head))
    return packed((), notices, look, f"{head}\n{why}" if head else why)


def of_progress(claims: Sequence[Claim], citations: Sequence[Citation], look: Look) -> Message:
    """What is verified so far, in one message, while a model writes on."""
    words = look.words
    doing = words.writing if claims else words.looking
    return one(_parts(claims, citations, look), look, f"-# {doing}")


def of_checked(verdicts: Sequence[Verdict], look: Look) -> tuple[Message, ...]:
    """What the documents say of each sentence of somebody's message."""
    words = look.words
    if not verdicts:
        return (Message(words.nothing),)
    labels = {
        "supported": words.supported,
        "contradicted": words.contradicted,
        "not_found": words.not_found,
    }
    parts: list[Part] = []
    for n, verdict in enumerate(verdicts, 1):
        cited = verdict.citation
        # Nothing is said to be so, or not so, without the words that say it.
        kind = verdict.kind if cited is not None else "not_found"
        notes = (Footnote(n, cited, verdict.detail),) if cited is not None else ()
        parts.append(
            Part(
                _vouched(verdict.sentence, [cited] if cited is not None else [], look),
                notes,
                f"{_SIGNS[kind]} **{labels[kind]}:** ",
            )
        )
    return packed(parts, (), look, f"**{words.checked}**", "checked.md")


def _parts(claims: Sequence[Claim], citations: Sequence[Citation], look: Look) -> list[Part]:
    numbered = {citation.n: citation for citation in citations}
    parts = []
    for claim in claims:
        cited = [numbered[n] for n in dict.fromkeys(claim.citations) if n in numbered]
        notes = tuple(Footnote(each.n, each) for each in cited)
        parts.append(Part(_vouched(claim.text, cited, look), notes))
    return parts


def _vouched(text: str, cited: Sequence[Citation], look: Look) -> str:
    """`text` with no address but those that stand in the quotes under it."""
    known: set[str] = set().union(*(addresses(each.quote) for each in cited))
    return without_addresses(text, known, look.words.address)


def _abstained(reply: Abstention, look: Look, lines: Sequence[Locator | None], taken: int) -> str:
    said = cut(shown(reply.message, look), _MESSAGE)
    begun = False
    for at, hit in enumerate(reply.nearest[:_NEAREST]):
        passage = hit.passage
        article = passage.article
        where = place(
            passage.file, lines[at] if at < len(lines) else None, article.title, article.date, look
        )
        preview = cut(passage.text, _PREVIEW)
        heading = "" if begun else f"\n\n**{look.words.nearest}**"
        more = f"{heading}\n-# {where}\n> -# {preview}"
        if units(said) + units(more) + taken + 1 > ROOM:
            break
        said += more
        begun = True
    return said
