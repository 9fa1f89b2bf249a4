"""Which language a text is in, as far as stemming and abstention need to know it.

Scripts tell most languages apart. Among those in Latin letters the commonest function
words tell, which is right for a sentence and silent ("und") where it cannot know; no
model, no table of n-grams, nothing to load.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache, lru_cache

UNKNOWN = "und"

# (first, last, script); ordered, and short: a linear walk is only made once per character.
_RANGES = (
    (0x0041, 0x024F, "latin"),
    (0x0370, 0x03FF, "el"),
    (0x0400, 0x052F, "cyrillic"),
    (0x0530, 0x058F, "hy"),
    (0x0590, 0x05FF, "he"),
    (0x0600, 0x077F, "arabic"),
    (0x0900, 0x097F, "hi"),
    (0x0980, 0x09FF, "bn"),
    (0x0B80, 0x0BFF, "ta"),
    (0x0C00, 0x0C7F, "te"),
    (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1100, 0x11FF, "ko"),
    (0x1780, 0x17FF, "km"),
    (0x1E00, 0x1EFF, "latin"),
    (0x3005, 0x3007, "han"),
    (0x3041, 0x30FF, "kana"),
    (0x3131, 0x318E, "ko"),
    (0x31F0, 0x31FF, "kana"),
    (0x3400, 0x9FFF, "han"),
    (0xAC00, 0xD7A3, "ko"),
    (0xF900, 0xFAFF, "han"),
    (0xFF21, 0xFF5A, "latin"),
    (0xFF66, 0xFF9F, "kana"),
    (0x20000, 0x3FFFF, "han"),
)

# The commonest words of each language, letters only; single letters tell little and are out,
# and so is the Turkish "kim", which more texts hold as a name.
FUNCTION_WORDS = {
    "en": "the of and to in is was for that on with as by at from it are be this which or an has "
    "have were not he his they their been had its who what when where how why did does do many "
    "will would can could after before into than said there about between",
    "fr": "le la les de des du et en un une est dans que qui pour par sur au aux avec plus son sa "
    "ses ce cette il elle ils ne pas se sont été quel quelle quels où quand comment pourquoi "
    "combien leur ont était",
    "de": "der die das und in den von zu mit ist im des auf für dem nicht ein eine einer eines als "
    "auch es sich an wird aus bei nach wurde war wer wann wo wie warum welche welcher welches "
    "hat sind werden durch über",
    "es": "el la los las de del y en que un una es por con para se su al lo como más fue son ha no "
    "sus entre sobre este esta qué quién cuándo dónde cómo cuántos cuál pero era también",
    "pt": "os as de do da dos das em que um uma para com por não no na nos nas se mais foi ao "
    "é são seu sua como quem quando onde qual quantos também pelo pela até entre",
    "it": "il lo la gli le di del della dei delle in che un una per con non si da al alla nel "
    "nella è sono più come suo sua ha chi quando dove quale quanti perché anche fu dal",
    "nl": "de het een van en in is op te dat voor met zijn aan door niet bij als uit ook werd er "
    "naar om hij ze was wie wanneer waar hoe waarom welke heeft worden deze",
    "sv": "och att det som en på är av för med den till inte ett om har de var från vid vem när "
    "hur varför vilken sig eller under efter kan",
    "da": "og at det som en på er af for med den til ikke et om har de var fra ved hvem hvornår "
    "hvor hvordan hvorfor hvilken sig eller blev efter kan",
    "no": "og at det som en på er av for med den til ikke et om har de var fra ved hvem når hvor "
    "hvordan hvorfor hvilken seg eller ble etter kan",
    "fi": "ja on ei että oli se hän ovat joka mutta myös kun tai kuin olla sen mitä kuka missä "
    "milloin miten miksi mikä ollut sekä",
    "hu": "az és hogy nem is egy volt meg de ez ki mikor hol hogyan miért melyik mint csak el "
    "még már vagy után",
    "ro": "și de în la cu pe din că este un o nu care pentru sunt mai fost prin cine când unde cum "
    "ce câți după sau lui",
    "tr": "ve bir bu da de için ile olarak olan en çok daha ne nerede nasıl neden hangi kaç "
    "gibi sonra kadar değil var",
    "pl": "na do się nie to że jest o jak po od za przez dla kto kiedy gdzie dlaczego który "
    "która ile był była są oraz",
    "cs": "se na je že do to ve pro za by jako kdo kdy kde jak proč který kolik byl byla jsou nebo",
    "id": "yang dan di dari untuk pada dengan ini itu dalam tidak adalah ke oleh akan juga siapa "
    "kapan mana bagaimana mengapa berapa apa telah sebagai",
    "vi": "và của là có trong được cho không một những các với người khi đã này ai đâu thế nào "
    "tại sao bao nhiêu gì để",
    "ca": "el la els les de del en que un una és per amb no es al com més va qui quan on quina "
    "són dels seva",
}
# What people who read English call each language that a text can be found to be in.
ENGLISH_NAMES = {
    "ar": "Arabic", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish",
    "de": "German", "el": "Greek", "en": "English", "es": "Spanish", "fa": "Persian",
    "fi": "Finnish", "fr": "French", "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian",
    "hy": "Armenian", "id": "Indonesian", "it": "Italian", "ja": "Japanese", "ka": "Georgian",
    "km": "Khmer", "ko": "Korean", "lo": "Lao", "my": "Burmese", "nl": "Dutch",
    "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sv": "Swedish", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 4000  # characters looked at; a language shows itself sooner
_SHORT = 1000  # characters up to which what a text was found to be is remembered


@cache
def _owners() -> dict[str, list[str]]:
    """Each function word with the languages that it speaks for."""
    owners: dict[str, list[str]] = {}
    for language, words in FUNCTION_WORDS.items():
        for word in words.split():
            owners.setdefault(word, []).append(language)
    return owners


_scripts: dict[str, str] = {}


def script_of(character: str) -> str:
    """The script of one character: "latin", "han", "kana", "cyrillic", "arabic", a language
    code where the script has one language of note ("ko", "th", "el" …), or "" for none."""
    script = _scripts.get(character)
    if script is None:
        code = ord(character)
        script = ""
        if character.isalpha() or code > 0x2FF:
            for first, last, name in _RANGES:
                if first <= code <= last:
                    script = name
                    break
        _scripts[character] = script
    return script


def scripts_of(text: str) -> Counter[str]:
    """How many characters of each script stand in the text's first few thousand characters."""
    counts: Counter[str] = Counter()
    for character, count in Counter(text[:_SAMPLE]).items():
        if script := script_of(character):
            counts[script] += count
    return counts


def language_of(text: str) -> str:
    """The ISO 639-1 code of the language that most of the text is in; "und" if it does not tell."""
    return _remembered(text) if len(text) < _SHORT else _language_of(text)


def _language_of(text: str) -> str:
    scripts = scripts_of(text)
    if not scripts:
        return UNKNOWN
    # A Han character or a syllable of Hangul says about as much as three Latin letters.
    east = {name: 3 * scripts[name] for name in ("han", "kana", "ko") if scripts[name]}
    weight = {**scripts, **east}
    if east.get("kana"):
        weight["kana"] += weight.pop("han", 0)
        if scripts["kana"] * 12 < scripts["han"]:  # Chinese that names a Japanese thing
            weight["han"] = weight.pop("kana")
    script = max(sorted(weight), key=lambda name: weight[name])
    if script == "latin":
        return _latin_language(text)
    if script == "cyrillic":
        return "uk" if re.search("[іїєґІЇЄҐ]", text[:_SAMPLE]) else "ru"
    if script == "arabic":
        return "fa" if re.search("[پچژگ]", text[:_SAMPLE]) else "ar"
    return {"han": "zh", "kana": "ja"}.get(script, script)


# A sentence that is judged is looked at from several sides, and each asks.
_remembered = lru_cache(512)(_language_of)


def _latin_language(text: str) -> str:
    owners = _owners()
    scores: dict[str, float] = {}
    for word in _WORD.findall(text[:_SAMPLE].lower()):
        if speaking := owners.get(word):
            weight = 1 / len(speaking)  # a word of few languages speaks louder
            for language in speaking:
                scores[language] = scores.get(language, 0.0) + weight
    if not scores:
        return UNKNOWN
    # A tie falls to the language that the table has first: "When did Otto von Bismarck die?"
    return max((each for each in FUNCTION_WORDS if each in scores), key=lambda each: scores[each])
