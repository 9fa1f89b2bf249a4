"""What moderators can do: see how the bot is, have the documents read, take the feedback."""

from __future__ import annotations

import asyncio
import gzip
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bot.render import discord as render
from index.errors import UsageError
from index.record import replaced

if TYPE_CHECKING:
    import discord

    from bot.discord.context import Context
    from bot.discord.delivery import Delivery
    from bot.render.discord_parts import Look, Message
    from bot.watching import Outcome

_MOST_BYTES = 8_000_000  # of a file


class Moderating:
    """The commands of moderators."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def status(self, interaction: discord.Interaction[Any]) -> None:
        """How the bot is."""
        context = self._context
        look = context.look(interaction.locale)

        def made() -> Message:
            return render.of_status(context.hall.figures(), look, context.reception.hands)

        async def work(delivery: Delivery) -> None:
            await delivery.tell(await context.reception.aside(made))

        await context.show(interaction, work)

    async def reindex(self, interaction: discord.Interaction[Any]) -> None:
        """Have the index brought up to date; the program does not wait for it when it ends."""
        look = self._context.look(interaction.locale)

        async def work(delivery: Delivery) -> None:
            outcome = await self._reindexed(delivery, look)
            if outcome.error is not None:
                raise outcome.error
            await delivery.tell(render.of_report(outcome.report, look.language))

        await self._context.show(interaction, work, wait=False)

    async def export(self, interaction: discord.Interaction[Any]) -> None:
        """What readers said, as a file."""
        look = self._context.look(interaction.locale)

        async def work(delivery: Delivery) -> None:
            await delivery.tell(await self._context.reception.aside(lambda: self._exported(look)))

        await self._context.show(interaction, work)

    async def _reindexed(self, delivery: Delivery, look: Look) -> Outcome:
        """Have the index brought up to date, and show how far that is."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome] = loop.create_future()

        def settle(outcome: Outcome) -> None:
            if not done.done():
                done.set_result(outcome)

        def tell(outcome: Outcome) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(settle, outcome)

        self._context.hall.reindex(tell)
        while True:
            await asyncio.wait([done], timeout=1.0)
            if done.done():
                return done.result()
            building = self._context.hall.building
            if building is not None:
                far = (building.done, building.total) if building.total else ()
                phrase = "being_read_on" if far else "being_read"
                delivery.show(render.of_told(phrase, look.language, *far))

    def _exported(self, look: Look) -> Message:
        feedback = self._context.hall.feedback
        if not feedback.read():
            return render.of_told("no_feedback", look.language)
        name, data = "feedback.yaml", feedback.export().encode()
        if len(data) > _MOST_BYTES:
            name, data = f"{name}.gz", gzip.compress(data)
        if len(data) > _MOST_BYTES:
            raise UsageError(
                "There is more than fits into a file of Discord's.",
                "Whoever runs me finds it in feedback.jsonl.",
                phrase="too_much_feedback",
            )
        return replaced(render.of_told("feedback", look.language), file=(name, data))
