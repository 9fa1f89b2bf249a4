"""Discord: what reaches the bot, and what goes out. `bot.discord_bot` starts it."""
