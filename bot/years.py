"""Which of what was found can speak of the years that a question names."""

from __future__ import annotations

from collections.abc import Sequence

from bot.questions import Question
from index.schema import Hit, Kind, Retrieval


def of_its_time(question: Question, hit: Hit) -> bool:
    """Whether a hit can speak of the years that the question names.

    It can if it mentions one, was written in one, or does not say when it was written.
    """
    return not question.years or hit.passage.article.date is None or _speaks_of(question, hit)


def unheard_of(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether the question names years, and none of what was found mentions one or is of one.

    What does not say when it was written may be of any year, and so tells nothing of that one.
    """
    return bool(question.years) and not any(_speaks_of(question, hit) for hit in hits)


def _speaks_of(question: Question, hit: Hit) -> bool:
    date = hit.passage.article.date
    if date is not None and date.year in question.years:
        return True
    return any(str(year) in hit.passage.text for year in question.years)


def told_by_dates(question: Question, retrieval: Retrieval) -> list[str]:
    """The question's years that some article's date tells and no text does: `of_its_time` heeds
    them, and what was written then need not say so."""
    dates = (hit.passage.article.date for hit in retrieval.hits)
    told = {str(date.year) for date in dates if date} & set(map(str, question.years))
    # A dateline or a caption names the day, and is no text about it.
    texts = [hit.passage.text for hit in retrieval.hits if hit.passage.kind is Kind.BODY]
    return sorted(year for year in told if not any(year in text for text in texts))
