"""What the evidence of a claim states: its words, figures, places, initials and addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from bot.claims.dates import month_of
from bot.claims.known import Known
from bot.claims.ordinary import FUNCTION
from bot.claims.places import eastern_places, named_together, place_forms
from bot.claims.writing import UNSPACED, compiled, core_of, plain, tokens
from index.terms import fold

PARTS = re.compile(r"[.'&/-]")
# Lower-case parts of compounds that any name may carry: China-led, U.S.-based.
_CARRIED = frozenset(
    "based led backed born style like wide made only era year day type free related owned funded "
    "controlled dominated occupied speaking language sponsored aligned friendly bound made trained "
    "inspired specific centric level in up off on of the and a to s t d ll re ve m".split()
)
_INITIALS_OVER = frozenset("of and the for de la du des on in".split())
_KOREA = re.compile(r"\bkorea")
_NORTH = re.compile(r"\bn(?:orth|\.) korea")


@lru_cache(maxsize=16)
def stated_by(evidence: tuple[str, ...]) -> Stated:
    """Kept, since a claim is checked against the same evidence more than once, whole and in
    its parts, and others after it."""
    return Stated([plain(each) for each in evidence])


class Stated:
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
                for match in tokens(text):
                    token = match[0]
                    case = 1 if token.islower() else 2
                    folded = fold(token)
                    if folded.isalnum():
                        words[folded] = words.get(folded, 0) | case | 4
                        whole = folded
                    else:
                        whole = PARTS.sub("", folded)
                        for part in {folded, whole, fold(core_of(token)), *PARTS.split(folded)}:
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
                for match in tokens(text):
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
                eastern = len(compiled(UNSPACED).findall(whole))
                cased = sum(len(m[0]) for m in tokens(whole))
                self._east = 3 * eastern > cased
        return self._east

    def addressed(self, address: str) -> bool:
        """Whether the evidence has this address of the net."""
        plain = re.sub(r"^(?:https?://|ftp://)?(?:www\.)?", "", fold(address))
        plain = plain.rstrip(".,;:!?'\"/)…") or fold(address)
        found = self.folded.find(plain)
        tries = 0
        while found >= 0 and tries < 64:
            end = found + len(plain)
            # A word goes on in letters; marks, such as those of markup, end by themselves.
            ends = not (plain[-1].isalnum() and self.folded[end : end + 1].isalnum())
            if ends and not (found and plain[0].isalnum() and self.folded[found - 1].isalnum()):
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
        whole = PARTS.sub("", folded)
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
        parts = PARTS.split(core)
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
