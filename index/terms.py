"""Text to search terms, one analysis for every script.

Words of alphabets are folded and stemmed by the text's language; Han, Kana, Hangul and the
South-East Asian scripts, which part no words, give each character and each pair of
neighbours. Numbers stay whole, with their grouping marks taken out.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date as Date
from functools import lru_cache

import Stemmer

TERMS_VERSION = 2

_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "fi": "finnish", "fr": "french", "hi": "hindi",
    "hu": "hungarian", "hy": "armenian", "id": "indonesian", "it": "italian", "nl": "dutch",
    "no": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip

# Scripts that part no words, after folding. Hangul does, but its particles stick to them.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
)
# A letter or digit of a script that parts words, with the vowel signs of the Indic scripts.
_LETTER = rf"(?:(?![{UNSPACED}])[\w\u0900-\u0963\u0966-\u0dff])"
_TOKEN = re.compile(
    rf"(?P<run>[{UNSPACED}]+)"
    rf"|(?P<number>[0-9]+(?:[.,][0-9]+)*)(?!{_LETTER})"
    r"|(?P<acronym>(?<![^\W_])(?:[^\W\d_]\.){2,})"
    rf"|(?P<word>{_LETTER}+)(?:'s(?!\w))?"
)
_MONTHS = (
    "January February March April May June July August September October November December"
).split()
_GROUPING = re.compile(r"^[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])")
_LONGEST = 64  # characters of a word that count; longer ones are keys and blobs


class _Folding(dict[int, str]):
    """Character by character: width, case, accents and compatibility forms folded away."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = unicodedata.normalize("NFKC", character).casefold()
        if code < 0x0900 or 0x1E00 <= code < 0x2000:
            # Accents of Latin, Greek and Cyrillic, points of Hebrew and Arabic. In Indic
            # and other scripts the marks are vowels, and stay.
            parts = unicodedata.normalize("NFD", folded)
            folded = "".join(c for c in parts if not unicodedata.combining(c))
        folded = folded.replace("_", " ").replace("\u2019", "'")
        self[code] = folded
        return folded


_folding = _Folding()


def fold(text: str) -> str:
    """`text` with width, case, accents and compatibility forms folded away."""
    if text.isascii():
        return text.lower().replace("_", " ")
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    return text.translate(_folding)


@lru_cache(maxsize=32)
def _stemmer(language: str) -> Stemmer.Stemmer | None:
    name = _STEMMERS.get(language)
    return Stemmer.Stemmer(name) if name else None


def stemming_language(language: str) -> str:
    """The language whose stemmer serves the alphabetic words of a text in `language`.

    English serves texts in scripts without an alphabet, whose Latin words are mostly English,
    and texts too short to tell.
    """
    return language if language in _STEMMERS else "en"


def terms(text: str, language: str) -> list[str]:
    """The search terms of `text`, with repeats, in no useful order; `language` is an ISO 639-1 code."""
    found: list[str] = []
    words: list[str] = []  # alphabetic words waiting to be stemmed in one call
    for match in _TOKEN.finditer(fold(text)):
        kind = match.lastgroup or ""
        token = match.group(kind)
        if kind == "word":
            words.append(token[:_LONGEST])
        elif kind == "run":
            found.extend(token)
            if len(token) > 1:
                found.extend(map("".join, zip(token, token[1:], strict=False)))
        elif kind == "number":
            if "," in token and _GROUPING.match(token):
                token = token.replace(",", "")
            found.append(token[:_LONGEST])
        else:
            found.append(token.replace(".", "")[:_LONGEST])
    if words:
        stemmer = _stemmer(stemming_language(language))
        found.extend(stemmer.stemWords(words) if stemmer else words)
    return found


def index_terms(text: str, language: str) -> str:
    """The terms of `text` for the index: joined by spaces, which no term holds."""
    return " ".join(terms(text, language))


def date_terms(date: Date | None) -> list[str]:
    """The terms by which a date is asked for: its year, and its month in English."""
    return terms(f"{date.year} {_MONTHS[date.month - 1]}", "en") if date else []
