"""The form of what is fitted: how candidates are ordered, and when the best is believed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from index.record import record


@record
class Weights:
    """Linear weights by feature name (`candidates`, `evidence`); a "" key holds the constant.

    A sentence is quoted if its share of the candidates' probability is more than `price` for
    each hundred of its characters. An answer is given if `about` (is this what
    the question is about?) and `says` (does it say what is asked?) both reach their least;
    the tables of `characters` are for questions in scripts that part no words.
    """

    ranking: Mapping[str, float]
    price: float
    about: Mapping[str, float]
    about_characters: Mapping[str, float]
    about_least: float
    says: Mapping[str, float]
    says_characters: Mapping[str, float]
    says_least: float


def weighed(weights: Mapping[str, float], names: Sequence[str], values: Sequence[float]) -> float:
    """The sum of `values`, each times the weight of its name, and the constant."""
    pairs = zip(names, values, strict=True)
    return weights.get("", 0.0) + sum(weights.get(name, 0.0) * value for name, value in pairs)
