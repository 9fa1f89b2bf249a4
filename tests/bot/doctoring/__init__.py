"""The bot in Discord, simulated and over the wire."""
