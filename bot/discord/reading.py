"""What people can read beside answers: the list of documents, and what they say of a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.discord.buttons import around_page
from bot.discord.sending import respond_first
from bot.render import discord as render
from index.errors import UsageError
from index.turns import turns

if TYPE_CHECKING:
    import discord

    from bot.discord.context import Context
    from bot.discord.delivery import Delivery
    from bot.render.discord_parts import Message

_MOST_CHECKED = 6_000  # characters of a message


class Reading:
    """The list, and the message menu; for one reader alone."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def sources(self, interaction: discord.Interaction[Any]) -> None:
        """The first page of the documents."""
        await self._context.show(interaction, lambda delivery: self._page(interaction, delivery, 0))

    async def turned(self, interaction: discord.Interaction[Any], page: int) -> None:
        """Another page, in place of the one whose button was pressed."""
        await respond_first(interaction.response.defer)
        await self._context.shown(
            interaction, lambda delivery: self._page(interaction, delivery, page)
        )

    async def check(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """What the documents say of each sentence of a message."""
        context = self._context
        text = "\n".join([message.content, *(each.description or "" for each in message.embeds)])
        text = text.strip()[:_MOST_CHECKED]
        if not text:
            raise UsageError(
                "There is no text in this message.", "Try it on one with words.", phrase="no_text"
            )
        context.hide(text)
        look = context.look(interaction.locale, text)
        place = context.reception.admit(interaction.user.id, interaction.guild_id)

        def made() -> tuple[Message, ...]:
            verdicts = context.hall.check(text)
            with turns:
                return render.of_checked(verdicts, look)

        async def work(delivery: Delivery) -> None:
            await delivery.finish(await place.do(made))

        await context.show(interaction, work, place=place)

    async def _page(
        self, interaction: discord.Interaction[Any], delivery: Delivery, page: int
    ) -> None:
        context, size = self._context, render.PER_PAGE
        look = context.look(interaction.locale)

        def made() -> tuple[Message, int]:
            documents, count = context.hall.documents(page * size, size)
            return render.of_sources(documents, page, look, count), -(-count // size)

        message, pages = await context.reception.aside(made)
        await delivery.finish((message,), around_page(page, pages))
