"""Text to search terms, one analysis for every script.

Words of alphabets are folded and stemmed by the text's language; Han, Kana, Hangul and the
South-East Asian scripts, which part no words, give each character and each pair of
neighbours. Numbers stay whole, with their grouping marks taken out.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from datetime import date as Date
from functools import cache
from operator import add

import Stemmer

from index.hidden import is_unseen

TERMS_VERSION = 4

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip

# Scripts that part no words, after folding. Hangul does, but its particles stick to them.
# In order, and each with a first and a last.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)
# The letters and digits of scripts that part words, and the vowel signs of the Indic scripts.
_LETTERS = rf"[^\W{UNSPACED}]"
_SIGNS = r"[\u0900-\u0963\u0966-\u0dff]"
# A run of a script that parts no words, a number, an acronym or a word. No groups: they are
# told apart when they are first seen, since to ask each match for its group takes twice as long.
_TOKEN = (
    rf"[{UNSPACED}]+"
    rf"|[0-9]+(?:[.,][0-9]+)*(?!{_LETTERS}|{_SIGNS})"
    r"|(?<![^\W_])(?:[^\W\d_]\.){2,}"
    rf"|(?:{_LETTERS}++|{_SIGNS}++)++(?:'s(?!\w))?"
)
# The same for text of alphabets alone, which it takes milliseconds less to compile.
_ALPHABETS_TOKEN = (
    rf"[0-9]+(?:[.,][0-9]+)*(?!\w|{_SIGNS})"
    r"|(?<![^\W_])(?:[^\W\d_]\.){2,}"
    rf"|(?:\w++|{_SIGNS}++)++(?:'s(?!\w))?"
)
# What is neither of an alphabet, but for a few, nor punctuation or currency. A small class:
# re takes 60 ns to compile for each character in one.
_BEYOND_ALPHABETS = r"[^\0-\u0dff\u2000-\u20cf]"
# The same for text in ASCII, folded: much faster.
_ASCII_TOKEN = re.compile(
    r"[a-z][a-z0-9]++(?:'s(?![a-z0-9]))?"
    r"|[0-9]+(?:[.,][0-9]+)*(?![a-z0-9])"
    r"|(?<![a-z0-9])(?:[a-z]\.){2,}"
    r"|[a-z0-9]++(?:'s(?![a-z0-9]))?"
)
_FIRSTS, _LASTS = UNSPACED[::3], UNSPACED[2::3]
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_GROUPING = re.compile(r"^[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_LONGEST = 64  # characters of a word that count; longer ones are keys and blobs
_REMEMBERED = 1 << 16  # tokens
_REMEMBERED_LENGTH = 12  # a longer run is seldom seen again
# What folding leaves as it is, of the commonest scripts.
_FOLDS = r"[^\t-\r\x1c-@\[-^`-~\u3001-\u3029\u3041-\u3096\u30a1-\u30fe\u3400-\u9fff\uac00-\ud7a3]+"
# The same for text of alphabets, which it takes a millisecond less to compile.
_ALPHABETS_FOLDS = r"[^\t-\r\x1c-@\[-^`-~]+"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Late: the classes of characters take milliseconds, and text in ASCII needs none of them."""
    return re.compile(pattern)


def _beyond_alphabets(text: str) -> bool:
    return _compiled(_BEYOND_ALPHABETS).search(text) is not None


class _Folding(dict[int, str]):
    """Character by character: width, case, accents and compatibility forms folded away."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).casefold()
        if is_unseen(character):  # it would hide the word that it stands in
            folded = ""
        # Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic go. In Indic and
        # other scripts, which stand further up, the marks are vowels, and stay.
        parts = unicodedata.normalize("NFD", folded)
        plain = "".join(c for c in parts if c >= "\u0900" or not unicodedata.combining(c))
        folded = unicodedata.normalize("NFC", plain)
        folded = folded.replace("_", " ").replace("\u2019", "'")
        self[code] = folded
        return folded


_folding = _Folding()
# The same for text in ASCII: much faster.
_PLAIN = {ord("_"): " ", **{code: None for code in range(128) if is_unseen(chr(code))}}


def fold(text: str) -> str:
    """`text` with width, case, accents and compatibility forms folded away."""
    if text.isascii():
        return text.lower().translate(_PLAIN)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    pattern = _compiled(_FOLDS if _beyond_alphabets(text) else _ALPHABETS_FOLDS)
    folded = pattern.sub(_folded, text)
    if folded is not text and not unicodedata.is_normalized("NFC", folded):
        # The half-width Kana have their sound marks beside them.
        folded = unicodedata.normalize("NFC", folded)
    return folded


def _folded(match: re.Match[str]) -> str:
    return match[0].translate(_folding)


def stemming_language(language: str) -> str:
    """The language whose stemmer serves the alphabetic words of a text in `language`.

    English serves texts in scripts without an alphabet, whose Latin words are mostly English,
    and texts too short to tell.
    """
    return language if language in _STEMMERS else "en"


def terms(text: str, language: str) -> list[str]:
    """The search terms of `text`, with repeats, in no useful order.

    `language` is an ISO 639-1 code.
    """
    tokens, known = _tokens(text, language)
    others: list[str] = []
    words: list[str] = []
    for token in tokens:
        part = known[token]
        (words if token in known.words else others).append(part)
    found = others + words
    return " ".join(found).split(" ") if found else []


def stems(words: list[str], language: str) -> list[str]:
    """The terms of plain words, in their order."""
    stemmed: list[str] = Stemmer.Stemmer(_STEMMERS[stemming_language(language)]).stemWords(words)
    return stemmed


def index_terms(text: str, language: str) -> str:
    """The terms of `text` for the index: joined by spaces, which no term holds."""
    tokens, known = _tokens(text, language)
    return " ".join(map(known.__getitem__, tokens))


def _tokens(text: str, language: str) -> tuple[list[str], _Tokens]:
    """The tokens of `text`, and where to look up their terms."""
    folded = fold(text)
    stemming = stemming_language(language)
    known = _known.get(stemming)
    if known is None or len(known) > _REMEMBERED:
        known = _known[stemming] = _Tokens(stemming)
    if folded.isascii():
        pattern = _ASCII_TOKEN
    else:
        pattern = _compiled(_TOKEN if _beyond_alphabets(folded) else _ALPHABETS_TOKEN)
    return pattern.findall(folded), known


def _is_run(token: str) -> bool:
    place = bisect(_FIRSTS, token[0]) - 1
    return place >= 0 and token[0] <= _LASTS[place]


class _Tokens(dict[str, str]):
    """Tokens of texts in one language, each with its terms, joined; `words` are those to stem.

    Most tokens of a text were seen in another: only the others cost anything.
    """

    def __init__(self, language: str) -> None:
        self.words: set[str] = set()
        self._stem = Stemmer.Stemmer(_STEMMERS[language]).stemWord

    def __missing__(self, token: str) -> str:
        if _is_run(token):
            part = " ".join((*token, *map(add, token, token[1:])))
            if len(token) > _REMEMBERED_LENGTH:
                return part
        elif not token.strip("0123456789.,"):
            number = token.replace(",", "") if _GROUPING.match(token) else token
            part = number[:_LONGEST]
        elif "." in token:
            part = token.replace(".", "")[:_LONGEST]
        else:
            self.words.add(token)
            part = self._stem(token.partition("'")[0][:_LONGEST])
        self[token] = part
        return part


_known: dict[str, _Tokens] = {}


def date_terms(date: Date | None) -> list[str]:
    """The terms by which a date is asked for: its year, and its month in English."""
    return terms(f"{date.year} {_MONTHS[date.month - 1]}", "en") if date else []
