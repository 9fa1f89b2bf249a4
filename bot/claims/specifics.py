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
from functools import cache, lru_cache

from bot.claims.dates import in_digits, month_of
from bot.claims.figures import figures
from bot.claims.known import Known
from bot.claims.ordinary import FUNCTION, OBJECTS, function_words, is_ordinary
from bot.claims.places import eastern_places, named_together, place_forms
from index.languages import language_of
from index.terms import fold

# The letters of scripts that have capitals.
_CASED = r"A-Za-zÀ-ɏͰ-ϿЀ-ԯԱ-ևḀ-ỿ"
_TOKEN = rf"[{_CASED}0-9]++(?:[.'&/-][{_CASED}0-9]++)*+"
_ASCII_TOKEN = r"[A-Za-z0-9]++(?:[.'&/-][A-Za-z0-9]++)*+"
_PARTS = re.compile(r"[.'&/-]")
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
_UNSPACED = r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]"

# Lower-case parts of compounds that any name may carry: China-led, U.S.-based.
_CARRIED = frozenset(
    "based led backed born style like wide made only era year day type free related owned funded "
    "controlled dominated occupied speaking language sponsored aligned friendly bound made trained "
    "inspired specific centric level in up off on of the and a to s t d ll re ve m".split()
)
_INITIALS_OVER = frozenset("of and the for de la du des on in".split())

_KOREA = re.compile(r"\bkorea")
_NORTH = re.compile(r"\bn(?:orth|\.) korea")
_MOST = 200  # addresses, or names in other scripts, that are looked for


def missing(claim: str, evidence: Sequence[str]) -> tuple[str, ...]:
    """The figures, names and addresses of `claim`, as it writes them, that no text of `evidence`
    has; in the order of the claim, each once.

    Linear in both. Empty where nothing of the claim is lacking.
    """
    text = _plain(claim)
    wanted = figures(text, claimed=True)
    lacking: list[tuple[int, int]] = []
    stated = _stated(tuple(evidence))
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
    return tuple(dict.fromkeys(_each(_plain(claim), lacking)))


def _inside(span: tuple[int, int], spans: list[tuple[int, int]]) -> bool:
    place = bisect_right(spans, (span[0], 1 << 62)) - 1
    return place >= 0 and span != spans[place] and span[1] <= spans[place][1]


def _plain(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MARKS)
        text = in_digits(text)
    return text


# Of the digits of Arabic, Persian, Hindi, Bengali and Thai.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
_MARKS: dict[int, str | None] = {
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys(map(ord, "’‘ʼ`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒−﹣"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")),
}


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


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _tokens(text: str) -> Iterator[re.Match[str]]:
    return _compiled(_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text)


@lru_cache(maxsize=16)
def _stated(evidence: tuple[str, ...]) -> _Stated:
    """Kept, since a claim is checked against the same evidence more than once, whole and in
    its parts, and others after it."""
    return _Stated([_plain(each) for each in evidence])


class _Stated:
    """What the evidence names, worked out as far as a claim asks for it.

    Threads may share it: what two work out at once is the same.
    """

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._known: Known | None = None
        self._folded: str | None = None
        self._words: dict[str, int] | None = None
        self._places: set[str] | None = None
        self._initials: set[str] | None = None
        self._east: bool | None = None

    @property
    def known(self) -> Known:
        """The figures of the evidence."""
        if self._known is None:
            self._known = Known(self._texts)
        return self._known

    @property
    def folded(self) -> str:
        """All evidence, folded."""
        if self._folded is None:
            self._folded = "\n".join(fold(text) for text in self._texts)
        return self._folded

    @property
    def words(self) -> dict[str, int]:
        """The words of the evidence and the parts and wholes of its compounds, each with how it
        stands: 1 in lower case, 2 with a capital, 3 both; and 4 where it stands alone."""
        if self._words is None:
            words: dict[str, int] = {}
            before = ""
            for text in self._texts:
                for match in _tokens(text):
                    token = match[0]
                    case = 1 if token.islower() else 2
                    folded = fold(token)
                    if folded.isalnum():
                        words[folded] = words.get(folded, 0) | case | 4
                        whole = folded
                    else:
                        whole = _PARTS.sub("", folded)
                        for part in {folded, whole, fold(_core(token)), *_PARTS.split(folded)}:
                            words[part] = words.get(part, 0) | case
                    # Two words of the evidence may be written as one by the claim.
                    words.setdefault(before + whole, 0)
                    before = whole
            words.pop("", None)
            self._words = words
        return self._words

    @property
    def places(self) -> set[str]:
        """The countries, cities and weekdays of the evidence, and its months as numbers."""
        if self._places is None:
            forms, _ = place_forms()
            words = self.words
            found = {forms[word] for word, case in words.items() if case & 2 and word in forms}
            if _NORTH.search(self.folded):
                found.add("dprk")
                if len(_KOREA.findall(self.folded)) == len(_NORTH.findall(self.folded)):
                    found.discard("korea")
            if "united states" in self.folded:
                found.add("america")
            if "united kingdom" in self.folded:
                found.add("britain")
            if "european union" in self.folded:
                found.add("europe")
            for text in self._texts:
                if not text.isascii():
                    found.update(name for name, _, _ in eastern_places(text))
                    found.update(named_together(text))
            self._places = found
        return self._places

    def month(self, number: int) -> bool:
        """Whether a date of the evidence lies in that month."""
        return number in self.known.months

    @property
    def initials(self) -> set[str]:
        """The initials of names of several words: WHO of the World Health Organization."""
        if self._initials is None:
            found: set[str] = set()
            run = ""
            end = -2
            for text in self._texts:
                for match in _tokens(text):
                    token = match[0]
                    if match.start() > end + 1:
                        run = ""
                    end = match.end()
                    if token[0].isupper():
                        run += token[0].lower()
                        for size in range(2, min(len(run), 6) + 1):
                            found.add(run[-size:])
                    elif token not in _INITIALS_OVER:
                        run = ""
                run, end = "", -2
            self._initials = found
        return self._initials

    @property
    def east(self) -> bool:
        """Whether the evidence is in a script without capitals."""
        if self._east is None:
            whole = "".join(self._texts)
            if whole.isascii():
                self._east = False
            else:
                eastern = len(_compiled(_UNSPACED).findall(whole))
                cased = sum(len(m[0]) for m in _tokens(whole))
                self._east = 3 * eastern > cased
        return self._east

    def addressed(self, address: str) -> bool:
        """Whether the evidence has this address of the net."""
        plain = re.sub(r"^(?:https?://|ftp://)?(?:www\.)?", "", fold(address))
        plain = plain.rstrip(".,;:!?'\"/)…")
        found = self.folded.find(plain)
        tries = 0
        while found >= 0 and tries < 64:
            end = found + len(plain)
            if not self.folded[end : end + 1].isalnum() and (
                not found or not self.folded[found - 1].isalnum() or plain[0] in "@#"
            ):
                return True
            found = self.folded.find(plain, found + 1)
            tries += 1
        return False

    def writes(self, ch: str) -> bool:
        """Whether the evidence has this very character."""
        return any(ch in text for text in self._texts)

    def holds(self, core: str) -> bool:
        """Whether the evidence has the name `core`, in any of its forms."""
        folded = fold(core)
        whole = _PARTS.sub("", folded)
        dotted = "." in core and len(whole) <= 6
        acronym = dotted or (core.isupper() and 2 <= len(core) <= 6)
        for form in (folded, whole):
            case = self.words.get(form)
            # US is not us, nor WHO who.
            if case is not None and not (acronym and case & 3 == 1 and form in FUNCTION):
                return True
        forms, _ = place_forms()
        place = forms.get(folded) or forms.get(whole if dotted else "")
        if place is not None and place in self.places:
            return True
        if acronym and whole in self.initials:
            return True
        if core[-1] == "s" and core[:-1].isupper() and folded[:-1] in self.words:
            return True  # NGOs
        if (number := month_of(folded)) is not None and self.month(number):
            return True
        if (
            place is None
            and not acronym
            and any(self.words.get(form, 0) & 1 for form in _of_another_number(folded))
        ):
            return True  # Charts and chart; but William is not Williams
        parts = _PARTS.split(core)
        if len(parts) > 1:
            return all(
                fold(part) in _CARRIED or self._alone(part)
                if part[0].islower()
                else self.holds(part)
                for part in parts[:8]
                if part
            )
        return False

    def _alone(self, part: str) -> bool:
        """Whether a part in small letters stands by itself: the sung of Il-sung makes no Jong-sung
        of a Jong-il."""
        return any(self.words.get(form, 0) & 4 for form in (fold(part), *_of_another_number(part)))


def _of_another_number(word: str) -> Iterator[str]:
    """An English noun in the plural or the singular."""
    yield word + "s"
    yield word + "es"
    if word.endswith("s"):
        yield word[:-1]
        yield word[:-2]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    elif word.endswith("y"):
        yield word[:-1] + "ies"


def _names(text: str, stated: _Stated) -> Iterator[tuple[int, int]]:
    """The names in letters with capitals that the evidence lacks."""
    tokens = list(_tokens(text))
    if not tokens:
        return
    amid_east = not text.isascii() and _compiled(_UNSPACED).search(text) is not None
    # In a headline, and in German, a capital says little.
    shouting = text.isupper() and len(tokens) > 1
    lower = {match[0] for match in tokens if match[0].islower()}
    german = not amid_east and _is_german(text)
    for place, match in enumerate(tokens):
        core = _core(match[0])
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
            following = tokens[place + 1] if place + 1 < len(tokens) else None
            named = (
                following is not None
                and following[0][0].isupper()
                and text[match.end() : following.start()] == " "
                and fold(following[0]) not in FUNCTION
            )
            initial = _begins(text, match.start())
            if (initial or german) and not named:
                before = tokens[place - 1] if german and place else None
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
            north = place > 0 and tokens[place - 1][0].lower() in ("north", "n")
            if ("dprk" if north else "korea") not in stated.places:
                yield match.start(), match.start() + len(core)
            continue
        if not stated.holds(core.lower() if shouting else core):
            yield match.start(), match.start() + len(core)


def _not_compared(folded: str, stated: _Stated) -> bool:
    """Whether a name in capitals has no likeness in evidence that is written in Han or Hangul."""
    forms, _ = place_forms()
    return folded not in forms and month_of(folded) is None and folded not in stated.words


def _core(token: str) -> str:
    """A token without the possessive."""
    if token.endswith(("'s", "'S")):
        return token[:-2]
    head, mark, tail = token.partition("'")
    if mark and tail.lower() in ("ll", "re", "ve", "d", "m", "t"):
        return "" if head.lower() in _CONTRACTED else head
    return token


_CONTRACTED = frozenset(
    "i you he she it we they that there who what don doesn didn isn aren wasn weren won wouldn "
    "couldn shouldn can haven hasn hadn mustn let here where how".split()
)


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


def _eastern_names(text: str, stated: _Stated) -> Iterator[tuple[int, int]]:
    """Katakana, titles in their marks, and places of the table, that the evidence lacks."""
    evidence = stated.folded
    packed = re.sub(r"\s+", "", evidence)
    kana = _compiled("[ァ-ヺ]").search(evidence) is not None
    told: dict[str, bool] = {}
    for match in _compiled(_KATAKANA).finditer(text) if kana else ():
        if match[0] not in told:
            told[match[0]] = len(told) < _MOST and fold(match[0]) in packed
        if not told[match[0]]:
            yield match.span()
    for match in _compiled(_TITLED).finditer(text):
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
        _compiled(script).search(words) and _compiled(script).search(evidence)
        for script in ("[a-z]", "[\u3041-\u30ff]", "[\u3400-\u9fff]", "[\uac00-\ud7a3]")
    )
