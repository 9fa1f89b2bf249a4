"""Counts and sizes as people read them."""

from __future__ import annotations


def many(count: int, noun: str = "document") -> str:
    """So many of something."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def of_size(size: int) -> str:
    """Bytes in the unit that fits."""
    number, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if number < 1000:
            break
        number, unit = number / 1000, larger
    return many(size, "byte") if unit == "bytes" else f"{number:.1f} {unit}"
