"""`python -m bot` is `footnote`."""

from __future__ import annotations

from bot.cli import console

if __name__ == "__main__":
    console()
