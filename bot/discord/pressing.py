"""What the buttons under an answer do, and the form behind one of them."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Literal

import discord

from bot.discord.buttons import filled, form, pressed
from bot.discord.kept import around_now
from bot.discord.sending import respond_first, say
from bot.render import discord as render
from bot.serving.logs import event
from index.errors import FootnoteError, StoreError, UsageError
from index.turns import turns

if TYPE_CHECKING:
    from bot.discord.buttons import Pressed
    from bot.discord.context import Context
    from bot.discord.delivery import Delivery
    from bot.discord.kept import Kept
    from bot.discord.reading import Reading
    from bot.render.discord_parts import Look, Message

_THREAD_NAME = 90  # characters
_IS_THERE = 160004  # Discord's code: the message has a thread already
# What a reader of an old button is told.
_FORGOTTEN = FootnoteError(
    "I no longer know this answer: it is too old, or I was restarted since.",
    "Ask again, and the buttons under the new answer work.",
    phrase="forgotten",
)
_NOT_KEPT = FootnoteError(
    "Your verdict could not be kept.",
    "Tell whoever runs me: the log says what is wrong.",
    phrase="not_kept",
)


class Pressing:
    """Does what a button says; the list's are `reading`'s."""

    def __init__(self, context: Context, reading: Reading) -> None:
        self._context = context
        self._reading = reading

    async def by_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Respond, if a button or form of ours was pressed or sent."""
        kind = interaction.type
        if kind not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        button = pressed(interaction.data)
        if button is not None:
            await self._context.take(interaction, lambda: self._do(interaction, button))

    async def _do(self, interaction: discord.Interaction[Any], button: Pressed) -> None:
        if button.what == "page":
            await self._reading.turned(interaction, _number(button.of))
            return
        kept = self._context.kept.get(button.of)
        if kept is None:
            raise _FORGOTTEN
        look = self._context.look(interaction.locale)
        if button.what == "wrong":
            modal = form(button.of, look.language)
            await respond_first(lambda: interaction.response.send_modal(modal))
        elif button.what == "thread":
            await self._thread(interaction, kept, look)
        elif button.what == "quotes":
            await self._quotes(interaction, kept, look)
        elif button.what == "good":
            await self._note(interaction, kept, look, "good", None)
        elif button.what == "form":
            await self._note(interaction, kept, look, "wrong", filled(interaction.data))

    async def _quotes(self, interaction: discord.Interaction[Any], kept: Kept, look: Look) -> None:
        def made() -> tuple[Message, ...]:
            with self._context.hall.sources() as sources, turns:
                return render.of_quotes(kept.reply, around_now(kept, sources), look)

        async def work(delivery: Delivery) -> None:
            await delivery.finish(await self._context.reception.aside(made))

        await self._context.show(interaction, work)

    async def _note(
        self,
        interaction: discord.Interaction[Any],
        kept: Kept,
        look: Look,
        verdict: Literal["good", "wrong"],
        correction: str | None,
    ) -> None:
        """Keep what a reader said of an answer."""
        context, reader = self._context, str(interaction.user.id)
        if correction:
            context.hide(correction)

        def note() -> None:
            try:
                context.hall.feedback.add(kept.reply, verdict, reader, correction)
            except StoreError as error:  # it names folders, which are no reader's matter
                event("feedback is lost", logging.ERROR, why=error.message)
                raise _NOT_KEPT from error
            event("feedback", verdict=verdict, corrected=bool(correction))

        async def work(delivery: Delivery) -> None:
            await context.reception.aside(note)
            await delivery.tell(render.of_told("noted", look.language))

        await context.show(interaction, work)

    async def _thread(self, interaction: discord.Interaction[Any], kept: Kept, look: Look) -> None:
        async def work(delivery: Delivery) -> None:
            await delivery.tell(await self._threaded(interaction, kept, look))

        await self._context.show(interaction, work)

    async def _threaded(
        self, interaction: discord.Interaction[Any], kept: Kept, look: Look
    ) -> Message:
        """Begin a thread at an answer, and say where it is."""
        context, message = self._context, interaction.message
        if message is None or not interaction.permissions.create_public_threads:
            raise UsageError(
                "You may not begin threads here.",
                "Somebody else may; ask them.",
                phrase="may_not_thread",
            )
        name = " ".join(kept.reply.question.split())[:_THREAD_NAME] or "Questions"
        try:
            thread = await message.create_thread(name=name)
        except discord.Forbidden:
            raise UsageError(
                "I may not begin threads here.",
                "A moderator can give me the permission Create Public Threads.",
                phrase="cannot_thread",
            ) from None
        except discord.HTTPException as error:
            if error.code != _IS_THERE:
                raise
            return render.of_told("thread_is_there", look.language, f"<#{message.id}>")
        context.hall.carry(kept.conversation, thread.id)
        here = "ask_on" if context.options.message_content else "mention"
        await say(thread, render.of_told(here, context.language(interaction.guild)))
        return render.of_told("ask_on_in", look.language, f"<#{thread.id}>")


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0
