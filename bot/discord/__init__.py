"""The client, and what reaches it. `bot.discord_bot` starts it; `bot.discord_cog` listens."""
