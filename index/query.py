"""A question to weighted search terms: what is asked about, less how it is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable

from index import weights
from index.languages import FUNCTION_WORDS
from index.terms import fold, stemming_language, terms

LONGEST = 4000  # characters of a question that are searched for
MOST_TERMS = 128

# Interrogatives and polite endings: they stand in questions and not in their answers.
_ASKING = {
    "zh": "什[么麼]|哪[些里裡裏个個儿兒位一]*|[谁誰]|多少|[几幾]|何[时時地处處人种種]?|如何|"
    "怎[么麼样樣]*|[为為]何|是否|[吗嗎呢]|[请請][问問]",
    "ja": "何[時処人年月日]?|なに|なん(?=で|の|と)|いつ|どこ|どの|どれ|どう(?:して|やって)?|"
    "誰|だれ|なぜ|いくつ|いくら|(?:です|ます|でしょう|ました|でした)か|のか",
    "ko": "무엇|무슨|누구|누가|언제|어디|어느|어떤|어떻게|왜|몇|얼마|인가요?|인지|입니까|습니까|"
    "나요|은가요|하나요|되나요|있나요|설명",
}
_FUNCTION = {
    "zh": "的了在是和與与及或之于於以為为有被把將将對对從从到也都而且其這这那此個个位名",
    "ja": "のはがをにとでもへやか",
    "ko": "은는이가을를의에로와과도만서",
}
_asking: dict[str, re.Pattern[str]] = {}
# As stems; they tell no language, but nor do they tell what a question is about.
_MORE_ENGLISH = (
    "a i s t am me my we us our you your she him her them its if much may must should ani some"
)
_function_words: dict[str, frozenset[str]] = {}


def function_words(language: str) -> frozenset[str]:
    """The stems of a language's function words; empty for scripts that part no words."""
    known = _function_words.get(language)
    if known is None:
        words = FUNCTION_WORDS.get(language, "")
        known = frozenset(terms(words, language)) if words else frozenset()
        if language == "en":
            known |= frozenset(_MORE_ENGLISH.split())
        _function_words[language] = known
    return known


def without_asking(question: str, language: str) -> str:
    """The question with its interrogatives blanked out, where the language has no spaces
    that would keep them apart from their neighbours."""
    if language not in _ASKING:
        return question
    if language not in _asking:
        _asking[language] = re.compile(_ASKING[language])
    return _asking[language].sub(" ", question)


def is_character(term: str) -> bool:
    """Whether a term is a single character of a script that is taken in pairs."""
    return len(term) == 1 and ord(term) > 0x2E80


def is_pair(term: str) -> bool:
    """Whether a term is a pair of neighbouring characters."""
    return len(term) == 2 and ord(term[0]) > 0x2E80


def query_terms(question: str, language: str, stems: Iterable[str] = ()) -> dict[str, float]:
    """The terms to search for, each with its weight, at most 128.

    `language` is the question's; `stems` names languages whose stemmers the documents were
    indexed with, when they are others than the question's.
    """
    text = without_asking(fold(question[:LONGEST]), language)
    functions = function_words(language)
    marks = _FUNCTION.get(language, "")
    weighted: dict[str, float] = {}
    for stemmer in dict.fromkeys((stemming_language(language), *stems)):
        for term in terms(text, stemmer):
            if term in weighted:
                continue
            if is_character(term):
                weight = weights.CHARACTER * (weights.FUNCTION_PAIR if term in marks else 1.0)
            elif is_pair(term):
                # A Korean particle follows its noun; a Chinese one stands on either side.
                told = term[1] in marks or (language != "ko" and term[0] in marks)
                weight = weights.FUNCTION_PAIR if told else 1.0
            else:
                weight = weights.FUNCTION_WORD if term in functions else 1.0
            weighted[term] = weight
    if len(weighted) > MOST_TERMS:
        kept = sorted(weighted, key=lambda term: -weighted[term])[:MOST_TERMS]
        weighted = {term: weighted[term] for term in kept}
    return weighted
