"""What so few tries can tell: the interval of a share, and whether two runs differ by chance."""

from __future__ import annotations

from math import comb, sqrt

Z = 1.959963984540054  # 95 in 100 of a normal distribution lie within so many deviations


def wilson(passes: int, tries: int, z: float = Z) -> tuple[float, float]:
    """Between which shares the true one lies, after `passes` of `tries` (Wilson's interval)."""
    if tries <= 0:
        return 0.0, 1.0
    share, square = passes / tries, z * z
    middle = share + square / (2 * tries)
    reach = z * sqrt(share * (1 - share) / tries + square / (4 * tries * tries))
    whole = 1 + square / tries
    # The ends are exact where all or none passed, which reckoning would miss by a hair.
    low = 0.0 if passes == 0 else (middle - reach) / whole
    high = 1.0 if passes == tries else (middle + reach) / whole
    return max(0.0, low), min(1.0, high)


def overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    """Whether two intervals have a share in common."""
    return one[0] <= other[1] and other[0] <= one[1]


def mcnemar(only_first: int, only_second: int) -> float:
    """How likely pairs part so unevenly, or more so, if neither side is better (exact, two-sided).

    Of pairs that one side alone passed, either side would then have each with a chance of one half.
    """
    pairs, fewer = only_first + only_second, min(only_first, only_second)
    if 2 * fewer == pairs:  # also of no pairs
        return 1.0
    tail = sum(comb(pairs, k) for k in range(fewer + 1))
    return min(1.0, 2 * tail / (1 << pairs))
