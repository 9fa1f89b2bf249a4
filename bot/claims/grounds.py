"""Whether a model's claim says no more than the quotes that it rests on, and how it is shown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from unicodedata import category

from bot.claims import specifics, support
from bot.claims.contrary import denies_otherwise
from bot.claims.figures import figures
from bot.claims.places import eastern_places, place_forms
from index.languages import FUNCTION_WORDS, UNKNOWN, language_of, scripts_of
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Rejection

MOST_CHARACTERS = 1_000  # of a claim; no sentence has as many

# What a model adds to its sentence as it has seen others do: [1], [2, 3], 【4†source】.
_MARK = r" ?(?:[\[［]\^?\d{1,3}(?:\s*[,;–-]\s*\^?\d{1,3})*[\]］]|【\d{1,3}(?:[:†][^【】]{0,40})?】)"
_MARKER = re.compile(_MARK)
_MARKER_BETWEEN = re.compile(_MARK + r"(?=[A-Za-z0-9])")  # words that it alone parts
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
# More than any writing sets upon a letter; they run over the lines beside it.
_HEAP = re.compile(r"[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]{5}")
# Letters and marks that show nothing, beside the characters that format.
_HIDDEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_MIXED = 0.25  # of a text's letters, from which on a script is one of its own
_SCRIPTS = {"uk": "cyrillic", "ru": "cyrillic", "fa": "arabic", "ar": "arabic"}
_WEIGHTS = {"han": 3, "kana": 3, "ko": 3}  # what one character says, in letters


@record
class Ground:
    """A quote as it stands in its document, and what stands about it.

    `whole` are the sentences that the quote is a part of. `title`, `date` and `language` are its
    article's; `instructs` tells that it speaks to a language model.
    """

    quote: str
    passage: str
    whole: str = ""
    title: str = ""
    date: str = ""
    language: str = UNKNOWN
    instructs: bool = False


def shown(text: str, most: int = MOST_CHARACTERS) -> str:
    """A model's text as a reader may see it: on one line, with nothing hidden, without footnote
    marks of the model's own, and no longer than `most`."""
    cut = " ".join(text[: 2 * most].split())
    if not cut.isprintable():
        cut = "".join(filter(_visible, cut))
    plain = " ".join(_MARKER.sub("", _MARKER_BETWEEN.sub(" ", cut)).split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def objection(text: str, restated: str, grounds: Sequence[Ground]) -> tuple[Rejection, str] | None:
    """Why a claim may not be shown on these grounds, and what is wrong in it; None if it may.

    `restated` is the claim in the quotes' language, where that is another one.
    """
    if fault := _fault(text):
        return "unsupported", f"the claim {fault}"
    said = shown(text)
    foreign = _is_foreign(said, grounds) or (bool(restated) and _is_other(said, grounds))
    if lacking := _missing(said, grounds):
        return _lacking(lacking, "the quote or its passage")
    measured = said
    if foreign and restated:
        if fault := _fault(restated):
            return "unsupported", f"the claim restated {fault}"
        measured = shown(restated)
        if lacking := _missing(measured, grounds):
            return _lacking(lacking, "the quote or its passage")
        if lacking := _comparable(specifics.missing(said, [measured])):
            return _lacking(lacking, "the claim restated")
        unsaid = specifics.missing(measured, [said])
        if not (lacking := _figures(unsaid)) and not _is_foreign(measured, grounds):
            lacking = _places(unsaid)
        if lacking:
            return _lacking(lacking, "the claim, but in what it was restated as")
        if denies_otherwise(said, measured):
            return "unsupported", "the claim or what it is restated as denies what the other says"
    if any(each.instructs for each in grounds):
        return "unsupported", "the quote tells a language model what to do, which is no evidence"
    if foreign and (not restated or _is_foreign(measured, grounds)):
        return "unsupported", "the claim is not restated in the language of its quote"
    beside = [part for each in grounds for part in (each.passage, each.title, each.date)]
    context = "\n".join(dict.fromkeys(beside))
    quotes = [each.quote for each in grounds]
    if not support.supported(measured, quotes, context, named=True):
        return "unsupported", "the quote does not say so"
    whole = [each.whole or each.quote for each in grounds]
    if whole != quotes:
        judged = support.measure(measured, whole, context)
        if judged is not None and judged.contrary:
            return "unsupported", "the sentence that the quote is taken from does not say so"
    return None


def _missing(claim: str, grounds: Sequence[Ground]) -> tuple[str, ...]:
    """The figures and names of `claim` that stand neither in the quotes nor in their passages and
    titles; of the articles' dates only a date may be."""
    evidence = [part for each in grounds for part in (each.quote, each.passage, each.title)]
    lacking = specifics.missing(claim, evidence)
    if not lacking:
        return ()
    still = specifics.missing(claim, [*evidence, *(each.date for each in grounds)])
    return still or tuple(each for each in lacking if not _is_date(each))


def _is_date(words: str) -> bool:
    """Whether `words` name a day, a month or a year; not what is a number and may count things."""
    found = figures(words, claimed=True)
    keys = [key for each in found for key in each.keys]
    return all(key[0] == "date" or _YEAR.search(words) for key in keys)


def _lacking(lacking: Sequence[str], where: str) -> tuple[Rejection, str]:
    named = ", ".join(shown(each, 60) for each in lacking[:4])
    stand = "does" if len(lacking) == 1 else "do"
    return "number_or_name_missing", f"{named} {stand} not stand in {where}"


def _fault(text: str) -> str:
    """What makes `text` no sentence at all, or ""."""
    if len(text) > MOST_CHARACTERS:
        return f"is longer than {MOST_CHARACTERS:,} characters"
    if any(category(ch) in ("Cc", "Cs") and not ch.isspace() for ch in text):
        return "holds control characters"
    told = "".join(filter(str.isalnum, shown(text)))
    if not told or (len(told) == 1 and told.isascii() and told.isalpha()):
        return "is empty"
    if _HEAP.search(text):
        return "heaps marks upon a letter"
    return ""


def _visible(ch: str) -> bool:
    return ch not in _HIDDEN and category(ch) not in ("Cc", "Cf", "Cs")


def _figures(words: Sequence[str]) -> tuple[str, ...]:
    """Those with figures: names are written otherwise in other languages."""
    return tuple(each for each in words if any(map(str.isdigit, each)))


def _places(words: Sequence[str]) -> tuple[str, ...]:
    """Those that the table of places has, in whatever script."""
    forms = place_forms()[0]
    return tuple(
        each
        for each in words
        if any(word.lower() in forms for word in each.split())
        or any(True for _ in eastern_places(each))
    )


def _comparable(words: Sequence[str]) -> tuple[str, ...]:
    """Those that stand in the quotes' language as they do in the claim's: figures, what is in
    Latin letters, and the places of the table."""
    return tuple(
        each
        for each in words
        if any(ch.isdigit() or (ch.isascii() and ch.isalpha()) for ch in each)
        or any(True for _ in eastern_places(each))
    )


def _is_foreign(text: str, grounds: Sequence[Ground]) -> bool:
    """Whether `text` is in another script than its quotes and their articles, so that their words
    cannot be compared. Two languages of one script are left to the measure."""
    own = _writing(language_of(text), text)
    quotes = " ".join(each.quote for each in grounds)
    there = {_writing(language_of(quotes), quotes)}
    there |= {_writing(each.language, each.passage) for each in grounds}
    if not own or "" in there or own in there:
        return False
    # Japanese has Han characters, which Chinese words are not told by.
    return (own == "zh" and "ja" in there) or not _has(quotes, own)


def _is_other(text: str, grounds: Sequence[Ground]) -> bool:
    """Whether `text` is in another language than its quotes, as far as both tell theirs."""
    own, there = language_of(text), language_of(" ".join(each.quote for each in grounds))
    return UNKNOWN not in (own, there) and own != there


def _writing(language: str, text: str) -> str:
    """The script that a language is written in, which is its own code where it has one for
    itself; "" if nothing tells."""
    if language == UNKNOWN:
        return "latin" if scripts_of(text)["latin"] else ""
    if language in FUNCTION_WORDS:
        return "latin"
    return _SCRIPTS.get(language, language)


def _has(text: str, writing: str) -> bool:
    """Whether a fair share of `text` is in that script."""
    counts = {name: n * _WEIGHTS.get(name, 1) for name, n in scripts_of(text).items()}
    script = {"zh": "han", "ja": "kana"}.get(writing, writing)
    return counts.get(script, 0) >= _MIXED * sum(counts.values())
