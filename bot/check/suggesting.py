"""Draft cases of the documents: what their sentences tell, and what none of them can tell.

Sentences are taken in turn from every article, so that no document has all of them.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Container, Iterable, Iterator
from hashlib import blake2b

from bot.check.cases import ANY_REASON, Expected
from bot.check.inquiries import LONGEST, inquiries
from bot.check.inquiry import Inquiry
from bot.check.unanswered import Absent
from bot.check.words import folded
from index.record import record
from index.schema import Article, Kind, Passage
from index.sentences import sentences

_FACTS = re.compile(r"\d|\b[A-Z][a-z]|[가-힣]{2}|[\u4e00-\u9fff]{2}")
_MOST_PASSAGES = 20_000  # that are looked at
_EVERY = 4  # of so many suggestions the last has no answer

# Makes questions of a sentence in a language.
Maker = Callable[[str, str], list[Inquiry]]


@record
class Sentence:
    """A sentence of the body of an article, and the passage that it stands in."""

    text: str
    passage: Passage

    @property
    def article(self) -> Article:
        return self.passage.article


@record
class Suggestion:
    """A question with what a reply to it should hold; `sentence` is what it was made of.

    `put` is a word of the sentence and the one in its place that stands in no document, where
    the question has no answer.
    """

    question: str
    expected: Expected
    sentence: Sentence
    put: tuple[str, str] | None = None


def spread(passages: Iterable[Passage]) -> Iterator[Sentence]:
    """The sentences of `passages` that may tell facts: one of each article, then the next."""
    articles: dict[tuple[str, int], list[Sentence]] = {}
    seen: set[str] = set()
    for passage, _ in zip(passages, range(_MOST_PASSAGES), strict=False):
        if passage.kind is not Kind.BODY:
            continue
        for start, end in sentences(passage.text):
            text = passage.text[start:end]
            if len(text) > LONGEST or text in seen or not _FACTS.search(text):
                continue
            seen.add(text)
            place = articles.setdefault((passage.file, passage.article.start), [])
            place.append(Sentence(text, passage))
    for queue in articles.values():
        # The same each time, and not all from the top of a long article.
        queue.sort(key=lambda each: blake2b(each.text.encode("utf-8", "replace")).digest())
    waiting = deque(deque(each) for _, each in sorted(articles.items()))
    while waiting:
        own = waiting.popleft()
        yield own.popleft()
        if own:
            waiting.append(own)


def suggestions(
    found: Iterable[Sentence], known: Container[str], absent: Absent, make: Maker = inquiries
) -> Iterator[Suggestion]:
    """Suggestions from `found`, none of whose questions, folded, is `known`."""
    kinds: Counter[str] = Counter()
    asked: set[str] = set()
    unanswered: deque[Suggestion] = deque()

    def new(question: str) -> bool:
        return folded(question) not in known and folded(question) not in asked

    given = 0
    for sentence, made in _in_rounds(found, make, kinds):
        each = suggested(made, sentence)
        if not _tells_of(made.question, sentence.article) or not new(each.question):
            continue
        asked.add(folded(each.question))
        kinds[made.kind] += 1
        given += 1
        yield each
        without = absent.of(each.question, sentence.article.language)
        if without is not None and new(without.question):
            asked.add(folded(without.question))
            put = (without.old, without.new)
            none = Expected(abstains=ANY_REASON)
            unanswered.append(Suggestion(without.question, none, sentence, put))
        if given % (_EVERY - 1) == 0 and unanswered:
            yield unanswered.popleft()
    yield from unanswered


def _in_rounds(
    found: Iterable[Sentence], make: Maker, kinds: Counter[str]
) -> Iterator[tuple[Sentence, Inquiry]]:
    """One question of each sentence, of the kind that was asked for least; then the others."""
    others: list[tuple[Sentence, Inquiry]] = []
    for sentence in found:
        made = sorted(
            make(sentence.text, sentence.article.language), key=lambda each: kinds[each.kind]
        )
        if made:
            yield sentence, made[0]
            others += ((sentence, each) for each in made[1:])
    yield from others


def _tells_of(question: str, article: Article) -> bool:
    """Whether a question says of what it asks, in languages whose names have no capitals: it
    shares a word with the title, or has a place, a year or letters of abroad."""
    if article.language not in ("ko", "zh", "ja"):
        return True
    from bot.claims.places import place_forms

    if re.search(r"\d{4}|[A-Za-zァ-ヴ]{3}", question):
        return True
    if any(place in question for place in place_forms()[0] if not place.isascii()):
        return True
    title = re.sub(r"\s+", " ", article.title or "")
    return any(
        title[at : at + 2] in question
        for at in range(len(title) - 1)
        if title[at : at + 2].isalpha()
    )


def suggested(made: Inquiry, sentence: Sentence) -> Suggestion:
    """A question and what its answer says, from which file, and of which date."""
    dated, question = "", made.question
    date = sentence.article.date
    if made.kind == "who" and re.match(r"Who was (?:the )?[^?]{3,60}(?<! by)\?$", question):
        if date is not None:  # who has an office is told by when
            question, dated = f"{question[:-1]} in {date.year}?", date.isoformat()[:7]
        else:
            question = question.replace("Who was", "Who is", 1)
    expected = Expected(says=(made.says,), cites=(sentence.passage.file,), dated=dated)
    return Suggestion(question, expected, sentence)
