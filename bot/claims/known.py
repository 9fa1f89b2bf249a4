"""The figures that stand in some evidence, each known however a claim writes it."""

from __future__ import annotations

from functools import lru_cache

from bot.claims.figures import Figure, figures


@lru_cache(maxsize=32)
def _stated(text: str) -> tuple[Figure, ...]:
    """The figures of evidence, which several claims may rest on."""
    return tuple(figures(text, claimed=False))


class Known:
    """The figures that stand in some evidence."""

    def __init__(self, texts: list[str]) -> None:
        self._keys: set[tuple[object, ...]] = set()
        self._dates: set[tuple[object, ...]] = set()
        for text in texts:
            for figure in _stated(text):
                for key in figure.keys:
                    self._add(key)

    def _add(self, key: tuple[object, ...]) -> None:
        if key[0] == "date":
            _, year, month, day = key
            for y in {year, None}:
                for d in {day, None}:
                    self._keys.add(("date", y, month, d))
            if year is None:
                self._dates.add(("date", month, day))
                self._dates.add(("date", month, None))
        elif key[0] == "time":
            self._keys.update((key, ("time", key[1], key[2], "any")))
        else:
            self._keys.add(key)

    @property
    def months(self) -> set[object]:
        """The months of all dates, as numbers."""
        return {key[2] for key in self._keys if key[0] == "date"}

    def has(self, figure: Figure) -> bool:
        """Whether the evidence has `figure`, however it writes it."""
        return any(map(self._has, figure.keys))

    def _has(self, key: tuple[object, ...]) -> bool:
        kind = key[0]
        if kind == "date":
            _, year, month, day = key
            # A day that is told without its year, and the year beside it.
            return key in self._keys or (
                ("date", month, day) in self._dates and self._number(str(year), "year")
            )
        if kind == "time":
            _, hour, minute, half = key
            if half is None:
                return ("time", hour, minute, "any") in self._keys
            return key in self._keys or ("time", hour, minute, None) in self._keys
        if kind == "number":
            return self._number(str(key[1]), str(key[2]))
        return key in self._keys

    def _number(self, value: str, style: str) -> bool:
        if style == "year":
            # "2,019 people" is not the year 2019.
            styles: tuple[str, ...] = ("", "year")
        elif style == "grouped":
            styles = ("", "grouped")
        else:
            styles = ("", "grouped", "year")
        return any(("number", value, each) in self._keys for each in styles) or (
            not style and ("percent", value) in self._keys
        )
