"""The numbers, dates, names and addresses of a claim, and whether its evidence has them.

Names are told by their form: capitals in alphabets, katakana, the quotation marks of titles,
Latin words in other scripts, and the names of some countries and cities. A Korean or Chinese
name has no form of its own; and of a claim in another script than its evidence only figures,
dates, those countries and what is written in the same script can be compared.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from bot.claims.dates import month_of
from bot.claims.figures import figures
from bot.claims.ordinary import FUNCTION, OBJECTS, function_words, is_ordinary
from bot.claims.places import eastern_places, place_forms
from bot.claims.stated import Stated, stated_by
from bot.claims.writing import UNSPACED, compiled, core_of, plain, tokens
from index.languages import language_of
from index.terms import fold

_ADDRESS = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    r"|\b(?:https?|ftp)://[^\s<>「」『』（）()]{1,2000}"
    r"|(?<![\w.@-])(?:[\w-]{1,63}\.){1,8}(?:com|org|net|edu|gov|mil|int|info|io|ai|app|dev|co|tv"
    r"|me|eu|uk|us|de|fr|es|it|nl|ch|at|be|se|no|dk|fi|pl|ru|in|au|ca|br|kr|jp|cn|tw|hk|sg)"
    r"(?![\w.-]*\w@)(?!\w)(?:/[^\s<>「」『』（）()]{0,2000})?"
    r"|(?<![\w@#&/])[@#]\w{2,64}"
    # What a program that shows the claim may take for an address, whatever it ends in: marked up,
    # after slashes or another scheme, or of small letters alone.
    r"|!?\[[^\[\]]{0,500}\]\([^\s()]{0,500}\)?|</?[a-z][^<>]{0,500}>?|(?<!\w)//[^\s<>]{2,500}"
    r"|\b(?:javascript|vbscript|data|file|mailto|tel|hxxps?):[^\s<>]{1,500}"
    r"|(?<![\w.@-])www\.[^\s<>]{2,500}"
    r"|(?-i:(?<![\w.@-])(?:[a-z0-9-]{2,63}\.){1,8}[a-z]{2,24}(?![\w.-]*\w@)(?!\w)"
    r"(?:/[^\s<>]{0,500})?)",
    re.IGNORECASE,
)
_KATAKANA = r"[ァ-ヺー]{2,}"
_TITLED = r"《([^《》]{1,80})》|〈([^〈〉]{1,80})〉|「([^「」]{1,80})」|『([^『』]{1,80})』"
_MOST = 200  # addresses, or names in other scripts, that are looked for


def missing(claim: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """The figures, names and addresses of `claim`, as it writes them, that no text of `evidence`
    has; in the order of the claim, each once.

    Linear in both. Empty where nothing of the claim is lacking.
    """
    text = plain(claim)
    wanted = figures(text, claimed=True)
    lacking: list[tuple[int, int]] = []
    stated = stated_by(tuple(evidence))
    if wanted:
        lacking += [(each.start, each.end) for each in wanted if not stated.known.has(each)]
    addresses = [match.span() for match in _ADDRESS.finditer(text)]
    told = {each: stated.addressed(each) for each in {text[a:b] for a, b in addresses[:_MOST]}}
    lacking += [span for span in addresses if not told.get(text[slice(*span)])]
    if addresses:
        # An address is compared whole; the numbers and names in it are not compared again.
        lacking = [span for span in lacking if not _inside(span, addresses)]
        text = _ADDRESS.sub(lambda match: " " * len(match[0]), text)
    named = list(_names(text, stated))
    if not text.isascii():
        lacking += _eastern_names(text, stated)
        # Of digits that no other writing is known for.
        lacking += [
            (at, at + 1)
            for at, ch in enumerate(text)
            if unicodedata.category(ch) in ("No", "Nl") and not stated.writes(ch)
        ]
    lacking += _joined(text, named)
    return tuple(dict.fromkeys(_each(plain(claim), lacking)))


def _inside(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (span[0], 1 << 62)) - 1
    return place >= 0 and span != spans[place] and span[1] <= spans[place][1]


def _joined(text: str, spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """`spans`, those that only a space parts as one: the words of a name."""
    found: list[tuple[int, int]] = []
    for start, end in spans:
        if found and start <= found[-1][1] + 1 and text[found[-1][1] : start] in ("", " "):
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def _each(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """The words at `spans` in their order, none that lie in others."""
    last = -1
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if end > last:
            yield text[start:end]
            last = end


def _names(text: str, stated: Stated) -> Iterator[tuple[int, int]]:
    """The names in letters with capitals that the evidence lacks."""
    words = list(tokens(text))
    if not words:
        return
    amid_east = not text.isascii() and compiled(UNSPACED).search(text) is not None
    # In a headline, and in German, a capital says little.
    shouting = text.isupper() and len(words) > 1
    lower = {match[0] for match in words if match[0].islower()}
    german = not amid_east and _is_german(text)
    for place, match in enumerate(words):
        core = core_of(match[0])
        if not core or core.isdigit() or not any(map(str.isalpha, core)):
            continue
        if core.islower() and not (amid_east and len(core) > 1):
            continue
        if core[0].isdigit() and core.lower() == core:
            continue
        folded = fold(core)
        if not amid_east and folded in FUNCTION and (shouting or not core.isupper()):
            continue
        if len(core) == 1 and (core == "I" or text[match.end() : match.end() + 1] == "."):
            continue
        shaped = any(map(str.isupper, core[1:])) or any(map(str.isdigit, core))
        if not shaped and not amid_east:
            following = words[place + 1] if place + 1 < len(words) else None
            named = (
                following is not None
                and following[0][0].isupper()
                and text[match.end() : following.start()] == " "
                and fold(following[0]) not in FUNCTION
            )
            initial = _begins(text, match.start())
            if (initial or german) and not named:
                before = words[place - 1] if german and place else None
                beside = (
                    before is not None
                    and not initial
                    and before[0][0].isupper()
                    and fold(before[0]) not in function_words()
                    and text[before.end() : match.start()] == " "
                )
                after = following[0].lower() if following is not None else ""
                if not beside and (
                    german
                    or core.lower() in lower
                    or after in OBJECTS
                    or (core == match[0] and is_ordinary(folded, after))
                ):
                    continue
            if initial and named and folded in function_words():
                continue
        if stated.east and not amid_east and not shaped and _not_compared(folded, stated):
            continue
        if stated.east and place_forms()[0].get(folded) == "korea":
            north = place > 0 and words[place - 1][0].lower() in ("north", "n")
            if ("dprk" if north else "korea") not in stated.places:
                yield match.start(), match.start() + len(core)
            continue
        if not stated.holds(core.lower() if shouting else core):
            yield match.start(), match.start() + len(core)


def _not_compared(folded: str, stated: Stated) -> bool:
    """Whether a name in capitals has no likeness in evidence that is written in Han or Hangul."""
    forms, _ = place_forms()
    return folded not in forms and month_of(folded) is None and folded not in stated.words


def _begins(text: str, start: int) -> bool:
    """Whether the word at `start` begins a sentence, a heading's text or a quotation."""
    head = text[max(0, start - 6) : start].rstrip(" \t\"'“”‘([*_#•>-–—")
    if start <= 6 and not head:
        return True
    gap = text[max(0, start - 6) : start]
    if "\n" in gap or not head:
        return True
    return head[-1] in ".!?:;。！？…" and gap[-1:] in " \t\"'“‘([*"


def _is_german(text: str) -> bool:
    return language_of(text) == "de"


def _eastern_names(text: str, stated: Stated) -> Iterator[tuple[int, int]]:
    """Katakana, titles in their marks, and places of the table, that the evidence lacks."""
    evidence = stated.folded
    packed = re.sub(r"\s+", "", evidence)
    kana = compiled("[ァ-ヺ]").search(evidence) is not None
    told: dict[str, bool] = {}
    for match in compiled(_KATAKANA).finditer(text) if kana else ():
        if match[0] not in told:
            told[match[0]] = len(told) < _MOST and fold(match[0]) in packed
        if not told[match[0]]:
            yield match.span()
    for match in compiled(_TITLED).finditer(text):
        title = re.sub(r"\s+", "", fold(match[match.lastindex or 0]))
        if _comparable(title, evidence) and title not in packed:
            yield match.start() + 1, match.end() - 1
    placed: dict[str, bool] = {}
    for name, start, end in eastern_places(text):
        form = text[start:end]
        if form not in placed:
            placed[form] = name in stated.places or fold(form) in evidence
        if not placed[form]:
            yield start, end


def _comparable(words: str, evidence: str) -> bool:
    """Whether the script that `words` are in occurs in the evidence at all."""
    return any(
        compiled(script).search(words) and compiled(script).search(evidence)
        for script in ("[a-z]", "[\u3041-\u30ff]", "[\u3400-\u9fff]", "[\uac00-\ud7a3]")
    )
