"""What an extraction says of a stretch of its text, as a reader of `Places` finds it."""

from __future__ import annotations

from bisect import bisect_right

from index.formats.extracted import Extracted


def place(extracted: Extracted, words: str) -> tuple[int, int, str]:
    """The first and last place of `words`, which stand once in the text, and its name."""
    assert extracted.text.count(words) == 1, words
    start = extracted.text.index(words)
    places = extracted.places
    assert places is not None
    check(extracted)
    at = bisect_right(places.starts, start) - 1
    until = bisect_right(places.starts, start + len(words) - 1) - 1
    return places.firsts[at], places.lasts[until], places.names[at] if places.names else ""


def pieces(extracted: Extracted) -> list[str]:
    """The texts of the pieces."""
    check(extracted)
    return [extracted.text[piece.start : piece.end] for piece in extracted.pieces]


def check(extracted: Extracted) -> None:
    """That places ascend from 0 and pieces stand in order, within the text."""
    end = 0
    for piece in extracted.pieces:
        assert end <= piece.start < piece.end
        end = piece.end
    assert end <= len(extracted.text)
    places = extracted.places
    if places is not None:
        assert places.starts[0] == 0
        assert list(places.starts) == sorted(set(places.starts))
        assert places.starts[-1] <= len(extracted.text)
        assert len(places.starts) == len(places.firsts) == len(places.lasts)
        assert len(places.names) in (0, len(places.starts))
        assert all(
            0 <= first <= last for first, last in zip(places.firsts, places.lasts, strict=True)
        )
    extracted.text.encode()  # no lone surrogate
