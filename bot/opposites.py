"""English words of opposite meaning: a sentence that says "after" does not answer "before".

Each word is kept by its stem. Only English has a table: in Chinese, Japanese and Korean the
opposites are single characters that stand in words of every kind.
"""

from __future__ import annotations

from functools import lru_cache

from index.terms import stems

_PAIRS = """
first last|before after|prior after|largest smallest|largest least|biggest smallest|most least|
most fewest|more less|more fewer|higher lower|high low|highest lowest|oldest youngest|
older newer|oldest newest|old new|early late|earlier later|earliest latest|former latter|
previous next|large small|larger smaller|big small|bigger smaller|long short|longer shorter|
longest shortest|fast slow|faster slower|fastest slowest|hot cold|warm cool|light dark|
good bad|better worse|best worst|strong weak|stronger weaker|strongest weakest|rich poor|
wealthy poor|richest poorest|wide narrow|deep shallow|heavy light|hard soft|full empty|
thick thin|wet dry|safe dangerous|simple complex|easy difficult|easy hard|easiest hardest|
major minor|majority minority|common rare|commonly rarely|often rarely|often seldom|
always never|many few|maximum minimum|positive negative|true false|correct incorrect|
right wrong|modern ancient|natural artificial|urban rural|formal informal|direct indirect|
internal external|inside outside|inner outer|upper lower|above below|over under|top bottom|
left right|north south|northern southern|northeast southwest|northwest southeast|east west|
eastern western|land sea|with without|within outside|begin end|beginning end|start end|
start stop|start finish|open close|enter leave|enter exit|arrive leave|arrive depart|
join leave|build destroy|create destroy|win lose|won lost|winner loser|victory defeat|
rise fall|rose fell|increase decrease|increase reduce|gain lose|grow shrink|expand contract|
expand shrink|raise lower|add remove|success failure|succeed fail|successful unsuccessful|
allow prohibit|allow forbid|allow ban|allow prevent|permit forbid|permit prohibit|
accept reject|support oppose|supporter opponent|proponent opponent|approve reject|
agree disagree|encourage discourage|help hinder|improve worsen|strengthen weaken|
include exclude|unite divide|connect disconnect|attack defend|friend enemy|ally enemy|
love hate|like dislike|import export|buy sell|bought sold|send receive|sent received|
give take|gave took|lend borrow|push pull|cause effect|ask answer|male female|man woman|
men women|boy girl|husband wife|king queen|father mother|son daughter|brother sister|
parent child|teacher student|doctor patient|born died|birth death|alive dead|life death|
public private|legal illegal|lawful unlawful|possible impossible|able unable|likely unlikely|
known unknown|popular unpopular|important unimportant|equal unequal|regular irregular|
married unmarried|employed unemployed|voluntary mandatory|optional mandatory|
optional required|temporary permanent|domestic foreign|local global|national international|
civilian military|innocent guilty|active passive|finite infinite|odd even|liquid solid|
liquid gas|solid gas|day night|summer winter|morning evening|past future|past present|
similar different|similarity difference|agreement disagreement|partially fully|
partly entirely|exclusively partially|dependent independent|lenient strict
"""


@lru_cache(maxsize=1)
def _table() -> dict[str, frozenset[str]]:
    table: dict[str, set[str]] = {}
    words = stems(_PAIRS.replace("|", " ").split(), "en")
    for one, other in zip(words[::2], words[1::2], strict=True):
        if one != other:
            table.setdefault(one, set()).add(other)
            table.setdefault(other, set()).add(one)
    return {term: frozenset(others) for term, others in table.items()}


def opposed(asked: frozenset[str], told: frozenset[str]) -> frozenset[str]:
    """The terms of `asked` that are missing from `told` while an opposite of theirs is there.

    Both are English; a word and the same word behind a denying prefix are opposites too.
    """
    table = _table()
    bare = {_bare(term): term for term in told if _bare(term) != term}
    found = set()
    for term in asked - told:
        plain = _bare(term)
        if table.get(term, _NONE) & told or (plain != term and plain in told) or term in bare:
            found.add(term)
    return frozenset(found)


_NONE: frozenset[str] = frozenset()
_DENYING = ("non", "un", "in", "im", "il", "ir", "dis", "anti")


def _bare(term: str) -> str:
    """The word without a prefix that denies it, if what is left is long enough to be a word."""
    if not term.startswith(_DENYING):  # most, told by one call
        return term
    for prefix in _DENYING:
        if term.startswith(prefix) and len(term) - len(prefix) >= 5:
            return term[len(prefix) :]
    return term
