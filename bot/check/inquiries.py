"""The questions that a sentence answers, made by the rules of its language."""

from __future__ import annotations

from bot.check import inquiry_eastern as eastern
from bot.check import inquiry_english as english
from bot.check.inquiry import Inquiry, is_sound

LONGEST = 320  # characters of a sentence
_MAKERS = {
    "en": english.inquiries,
    "ko": eastern.korean,
    "zh": eastern.chinese,
    "ja": eastern.japanese,
}


def inquiries(sentence: str, language: str) -> list[Inquiry]:
    """The questions that `sentence` answers; none where no good one can be made."""
    make = _MAKERS.get(language)
    if make is None or len(sentence) > LONGEST or not sentence.isprintable():
        return []
    return [each for each in make(sentence) if is_sound(each, sentence)]
