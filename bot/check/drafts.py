"""A reply as the case that would hold it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.check.cases import Case, Expected, Step
from bot.check.decisive import MOST, decisive
from bot.check.expectations import judge
from bot.check.shown import Said, shown
from bot.pairs import named, slug
from bot.questions import understand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def case_of(question: str, reply: Mapping[str, Any], taken: Iterable[str] = ()) -> Case:
    """A case that `reply`, as `ask --json` prints it, passes; its id is none of `taken`."""
    asked = " ".join(question.split())
    return Case(id_of(asked, taken), (Step(asked, expected_of(asked, reply)),))


def id_of(asked: str, taken: Iterable[str]) -> str:
    """The question's first words; with a mark of all of it where another case has these."""
    taken = set(taken)
    short = slug(asked)
    return named(short, asked, taken) if short in taken else short


def expected_of(question: str, reply: Mapping[str, Any]) -> Expected:
    """What holds `reply` as it is: the words that carry its answer, and where they stand."""
    came = shown(reply)
    if not came.answered:
        return Expected(abstains=came.reason)
    years = understand(question).years
    claims = came.claims[:3]
    for said in (decisive(question, each.text) for each in claims):
        claim = next(each for each in claims if said in each.text)
        expected = Expected(says=(said,), cites=_files(claim), dated=_dated(claim, years))
        if all(finding.met for finding in judge(expected, reply)):
            return expected
    return Expected(cites=tuple(came.files), quotes=_quotes(claims))


def _files(claim: Said) -> tuple[str, ...]:
    return tuple(dict.fromkeys(citation.file for citation in claim.citations))


def _dated(claim: Said, years: Iterable[int]) -> str:
    """The month of what the claim rests on, where the question names its year."""
    named = tuple(map(str, years))
    dates = (citation.date for citation in claim.citations)
    return next((date[:7] for date in dates if named and date.startswith(named)), "")


def _quotes(claims: Iterable[Said]) -> tuple[str, ...]:
    quotes = (citation.quote for claim in claims for citation in claim.citations)
    return tuple(dict.fromkeys(quote[:MOST].strip() for quote in quotes))[:1]
