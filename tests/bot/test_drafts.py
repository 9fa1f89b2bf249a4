"""Ten thousand drafts, most of them false: what survives stands in the files' bytes.

Nothing here asks the program what stands where: files are read as bytes, what may differ is
told by Unicode's own categories, and figures are compared by themselves.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

import pytest

from bot.answers import Abstention, Answer, Claim, Draft, DraftClaim, Quote, Rejected
from bot.render.json import of_reply
from bot.verify import Verification, verify
from index.load import load
from index.scan import scan
from index.schema import Passage
from index.sentences import sentences
from index.sources import SourceText
from index.split import passages
from tests.refind import refind

SEEDS = Path(__file__).parents[2] / "seeds"
DRAFTS = 10_000
COUNTED = "two three four five six seven eight nine ten eleven twelve".split()
HOMOGLYPHS = dict(zip("aceopxyiABCEHKMOPT", "асеорхуіАВСЕНКМОРТ", strict=True))
WHITE = [" ", "  ", "\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2009", " \n\u2028"]
MARKS = ['"', "'", "“", "”", "’", "«", "」", "″", "''"]
DASHES = ["-", "\u2013", "\u2014", "\u2212", "\u2012", "--", "\u2015"]
SEPARATE = ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u0301", "\x00", "\u202e", "|"]


class Seeds:
    """The seeds as the program reads them, for `verify`, and as bytes, for the test."""

    def __init__(self) -> None:
        documents = [load(SEEDS, status.file) for status in scan(SEEDS).files]
        self._texts = {each.file: each.text for each in documents}
        self.bytes = {each.file: (SEEDS / each.file).read_bytes().decode() for each in documents}
        self.passages = [
            each for document in documents for each in passages(document) if told(each)
        ]

    def read(self, file: str) -> SourceText:
        return SourceText(self._texts[file], "same", None)


def told(passage: Passage) -> list[str]:
    """The sentences of a passage, but for those of a word."""
    spans = sentences(passage.text)
    return [passage.text[slice(*span)] for span in spans if span[1] - span[0] > 12]


def like(text: str) -> str:
    """`text` with all that may differ made alike."""
    kinds = []
    for ch in text:
        if ch.isspace():
            kinds.append(" ")
        elif category(ch) in ("Pi", "Pf") or ch in "\"'`´′″„‚「」『』〝〞＂＇":
            kinds.append('"')
        else:
            kinds.append("-" if category(ch) == "Pd" or ch == "−" else ch)
    alike = re.sub(r'([ "-])\1+', r"\1", "".join(kinds))
    return re.sub(r"(?<=[一-鿿，。]) (?=[一-鿿，。])", "", alike)


def stands(words: str, text: str) -> bool:
    """Whether `words` stand in `text`, beginning and ending where words do."""
    wanted, there = like(words).strip(), like(text)
    for each in (wanted, wanted.strip(' "')):
        if not any(map(str.isalnum, each)):
            continue
        at = there.find(each)
        while at >= 0:
            if not (inside(there, at) or inside(there, at + len(each))):
                return True
            at = there.find(each, at + 1)
    return False


def inside(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return False
    return re.fullmatch(r"[A-Za-z0-9]{2}", text[at - 1 : at + 1]) is not None


def figures(text: str) -> set[str]:
    plain = normalize("NFKC", text).lower()
    return set(re.findall(r"\d+", plain)) | set(COUNTED).intersection(re.findall("[a-z]+", plain))


Chance = random.Random
Change = Callable[[Chance, str], str]


def between(chance: Chance, words: str, put: str) -> str:
    at = chance.randrange(1, len(words))
    return words[:at] + put + words[at:]


def respaced(chance: Chance, words: str) -> str:
    return re.sub(r"\s+", lambda _: chance.choice(WHITE), words) + chance.choice(["", " ", "\n"])


def remarked(chance: Chance, words: str) -> str:
    changed = re.sub("[\"'“”‘’]", lambda _: chance.choice(MARKS), words)
    return chance.choice(MARKS) + changed + chance.choice(MARKS) if "“" in words else changed


def redashed(chance: Chance, words: str) -> str:
    return re.sub("[-–—]+", lambda _: chance.choice(DASHES), words)


def all_three(chance: Chance, words: str) -> str:
    return redashed(chance, remarked(chance, respaced(chance, words)))


def one_changed(chance: Chance, words: str) -> str:
    at = chance.randrange(len(words))
    return words[:at] + chance.choice("aeimnrstz 17.,") + words[at + 1 :]


def case_changed(chance: Chance, words: str) -> str:
    at = chance.choice([i for i, ch in enumerate(words) if ch.isalpha()] or [0])
    return chance.choice([words[:at] + words[at].swapcase() + words[at + 1 :], words.upper()])


def digits_changed(chance: Chance, words: str) -> str:
    return re.sub(r"\d", lambda _: str(chance.randrange(10)), words)


def shortened(chance: Chance, words: str) -> str:
    parts = words.split(" ")
    at = chance.randrange(len(parts))
    put = chance.choice([["…"], ["..."], ["[…]"], ["(...)"], []])
    return " ".join(parts[:at] + put + parts[at + chance.randrange(1, 4) :])


def homoglyphs(chance: Chance, words: str) -> str:
    share = chance.choice([0.05, 0.5, 1.0])
    return "".join(HOMOGLYPHS.get(ch, ch) if chance.random() < share else ch for ch in words)


def renormalized(chance: Chance, words: str) -> str:
    form = chance.choice(["NFC", "NFD", "NFKC", "NFKD", "wide", "accent"])
    if form == "wide":
        return "".join(chr(ord(ch) + 0xFEE0) if "!" <= ch <= "~" else ch for ch in words)
    if form == "accent":
        return normalize("NFC", words.replace("e", "e\u0301", 1))
    return normalize(form, words)  # type: ignore[arg-type]


def separated(chance: Chance, words: str) -> str:
    return between(chance, words, chance.choice(SEPARATE))


def unspaced(chance: Chance, words: str) -> str:
    gaps = [match.start() for match in re.finditer(" ", words)] or [0]
    at = chance.choice(gaps)
    return chance.choice([words[:at] + words[at + 1 :], between(chance, words, " ")])


def turned(chance: Chance, words: str) -> str:
    parts = words.split(" ")
    chance.shuffle(parts)
    return " ".join(parts)


def nonsense(chance: Chance, words: str) -> str:
    return chance.choice(
        [
            "", " ", "…", '"', "—", "\u200b", "\ud800", words + "\udfff", "\x00" + words,
            words * 500, "a" * 100_000, words[:1] * 50, '", "quote": "', "null", "[1]",
            words.encode().decode("latin-1") + "é",
            "".join(chr(chance.randrange(1, 0xD7FF)) for _ in range(30)),
        ]
    )  # fmt: skip


FAIR: tuple[Change, ...] = (respaced, remarked, redashed, all_three)
FOUL: tuple[Change, ...] = (
    one_changed, case_changed, digits_changed, shortened, homoglyphs, renormalized, separated,
    unspaced, turned, nonsense,
)  # fmt: skip


def claim_of(chance: Chance, words: str, others: str) -> str:
    """What a model may say of `words`, seldom more than they do."""
    plain = " ".join(words.split())
    kind = chance.randrange(12)
    if kind < 6:
        return plain
    if kind == 6:
        return digits_changed(chance, plain)
    if kind == 7:
        return (
            f"{plain} {chance.choice(['In 1987', 'All 31', 'By 4.5 %,', 'On 2023-11-27'])} it was."
        )
    if kind == 8:
        return re.sub("|".join(COUNTED), lambda _: chance.choice(COUNTED), plain)
    if kind == 9:
        return f"{plain[:-1]}, Emmanuel Macron said."
    if kind == 10:
        return " ".join(others.split())
    return chance.choice(
        [
            "", " [1] ", "\x1b[2J" + plain, plain * 9, "\u202e" + plain, f"{plain} [1][2]",
            turned(chance, plain),
        ]
    )  # fmt: skip


def proposed(chance: Chance, seeds: Seeds) -> tuple[str, DraftClaim]:
    """A claim, and by what its quote came about."""
    passage = chance.choice(seeds.passages)
    words = chance.choice(told(passage))
    others = chance.choice(told(chance.choice(seeds.passages)))
    where: Passage | None = passage
    kind = chance.randrange(20)
    if kind < 7:
        change = chance.choice(FAIR)
        name, quote = "fair", change(chance, words)
    elif kind < 14:
        change = chance.choice(FOUL)
        name, quote = change.__name__, change(chance, words)
    elif kind < 16:
        cut = sorted(chance.sample(range(len(passage.text) + 1), 2))
        name, quote = "cut", passage.text[slice(*cut)]
    elif kind == 16:
        middle = words.find(" ", len(words) // 2)
        name, quote = "joined", words[:middle] + " " + others[others.find(" ") + 1 :]
    elif kind == 17:
        name, quote = "elsewhere", others
    elif kind == 18:
        name, quote, where = "not given", words, None
    else:
        name, quote = "as it is", words
    at = passage.start + chance.choice([0, len(passage.text), 10_000, -10_000])
    quotes = [Quote(where, quote, at)]
    if chance.random() < 0.05:
        quotes.append(Quote(passage, chance.choice([words, others]), 0))
    if chance.random() < 0.01:
        quotes = []
    restated = chance.choice([words, others]) if chance.random() < 0.02 else ""
    return name, DraftClaim(claim_of(chance, words, others), tuple(quotes), restated)


def check(reply: Answer, claims: list[DraftClaim], seeds: Seeds) -> None:
    """That of what is shown nothing is false, by the files' bytes."""
    value: dict[str, Any] = of_reply(reply)
    refind(value, SEEDS, ["utf-8"])
    cited = {each["n"]: each for each in value["citations"]}
    for shown in value["claims"]:
        assert not hidden(shown["text"])
        assert not re.search(r"\[\d+\]|Macron", shown["text"])
        # Of the drafts one says this, and rests on what is cited for it and no more.
        grounds = [cited[n] for n in shown["citations"]]
        assert any(rests(each, grounds, seeds) for each in claims if said(each, shown["text"]))


def hidden(text: str) -> bool:
    return any(category(ch) in ("Cc", "Cf", "Cs", "Zl", "Zp") for ch in text)


def said(claim: DraftClaim, text: str) -> bool:
    letters = "".join(filter(str.isalnum, re.sub(r"\[\d+\]", "", claim.text)))
    return letters == "".join(filter(str.isalnum, text))


def rests(claim: DraftClaim, grounds: list[dict[str, Any]], seeds: Seeds) -> bool:
    evidence = ""
    for quote in claim.quotes:
        where = quote.passage
        if where is None:
            return False
        text = seeds.bytes[where.file][where.start : where.end]
        if not stands(quote.text, text):
            return False
        # What is cited is the quote, in its own passage, and no word more or less.
        wanted = like(quote.text).strip(' "')
        if not any(
            each["file"] == where.file
            and where.start <= each["start"] < each["end"] <= where.end
            and like(each["quote"]).strip(' "') == wanted
            for each in grounds
        ):
            return False
        evidence += f" {text} {where.article.title} {where.article.date}"
    return bool(claim.quotes) and figures(re.sub(r"\[\d+\]", "", claim.text)) <= figures(evidence)


@pytest.mark.parametrize("streamed", [False, True], ids=["at once", "as it comes"])
def test_what_survives_is_true(streamed: bool) -> None:
    chance = random.Random(20231126 + streamed)
    seeds = Seeds()
    tried: Counter[str] = Counter()
    survived: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for _ in range(DRAFTS * 2 // 5):  # the other tests make the rest
        made = [proposed(chance, seeds) for _ in range(chance.choice([1, 1, 1, 1, 1, 1, 2, 3]))]
        claims = [claim for _, claim in made]
        if streamed:
            given = seeds.passages[::2] + seeds.passages[1::4]
            checking = Verification(seeds, "generative", "m", given=given)
            verdicts = [checking.claim(claim) for claim in claims]
            reply = checking.reply(Draft("?", mode="generative", model="m"))
            for (name, claim), verdict in zip(made, verdicts, strict=True):
                if any(quote.passage not in given for quote in claim.quotes):
                    assert isinstance(verdict, Rejected)
                    assert verdict.reason == "passage_not_given"
                elif name != "not given":
                    tried[name] += 1
                    survived[name] += isinstance(verdict, Claim)
        else:
            reply = verify(Draft("?", tuple(claims), mode="generative", model="m"), seeds)
        assert len(of_reply(reply)["rejected"]) <= len(claims)
        for rejected in reply.rejected:
            reasons[rejected.reason] += 1
            assert rejected.detail
            assert not hidden(rejected.text + rejected.detail)
        if isinstance(reply, Answer):
            check(reply, claims, seeds)
        else:
            assert isinstance(reply, Abstention)
            assert reply.reason == "unverified"
    assert set(reasons) == {
        "passage_not_given", "quote_not_found", "number_or_name_missing", "unsupported",
    }  # fmt: skip
    assert min(reasons.values()) > 100
    if streamed:
        # Half of the claims say what their quotes do; by rejecting all nothing would be shown.
        assert survived["fair"] > tried["fair"] / 2
        assert survived["as it is"] > tried["as it is"] / 2


def test_what_differs_as_it_may_survives() -> None:
    chance = random.Random(20231126)
    seeds = Seeds()
    altered = kept = 0
    for passage in seeds.passages:
        for words in told(passage):
            for change in FAIR:
                quote = change(chance, words)
                if quote == words:
                    continue
                claim = DraftClaim(" ".join(words.split()), (Quote(passage, quote, 0),))
                reply = verify(Draft("?", (claim,), mode="generative", model="m"), seeds)
                altered += 1
                kept += isinstance(reply, Answer)
                if isinstance(reply, Answer):
                    check(reply, [claim], seeds)
    assert altered > 300
    # Of what remains the measure thinks that the quote says something else.
    assert kept >= altered * 0.97


def test_what_differs_otherwise_does_not() -> None:
    chance = random.Random(20231126)
    seeds = Seeds()
    foul: Counter[str] = Counter()
    for _ in range(3_000):
        passage = chance.choice(seeds.passages)
        words = chance.choice(told(passage))
        change = chance.choice(FOUL)
        quote = change(chance, words)
        if stands(quote, seeds.bytes[passage.file][passage.start : passage.end]):
            continue
        foul[change.__name__] += 1
        claim = DraftClaim(" ".join(words.split()), (Quote(passage, quote, passage.start),))
        (rejected,) = verify(Draft("?", (claim,), mode="generative"), seeds).rejected
        assert rejected.reason == "quote_not_found"
    assert min(foul[change.__name__] for change in FOUL) > 20
