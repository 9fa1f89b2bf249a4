"""English verbs: the form under an auxiliary of what a sentence has in the past or present."""

from __future__ import annotations

from functools import cache

AUXILIARIES = frozenset(
    "is are was were has have had will would can could may might must should".split()
)
_IRREGULAR = """
became become|began begin|broke break broken|brought bring|built build|bought buy|came come
chose choose chosen|cost cost|drew draw drawn|drove drive driven|fell fall fallen|felt feel
fought fight|found find|flew fly flown|gave give given|got get|grew grow grown|held hold
hit hit|kept keep|knew know known|laid lay|led lead|left leave|lent lend|lost lose|made make
meant mean|met meet|paid pay|put put|ran run|rose rise risen|said say|saw see seen|sent send
set set|shot shoot|shut shut|sold sell|sought seek|spent spend|spoke speak spoken|spread spread
stood stand|struck strike|swore swear sworn|swam swim swum|took take taken|taught teach|told tell
thought think|threw throw thrown|understood understand|undertook undertake undertaken|won win
withdrew withdraw withdrawn|wore wear worn|wrote write written|beat beat beaten|bore bear born
ate eat eaten|oversaw oversee overseen|overtook overtake overtaken|sank sink sunk|sang sing sung
"""
_REGULAR = """
abandon accept accuse achieve acquire add administer adopt agree aim allow announce apologize appear
apply appoint approve argue arrange arrest arrive ask assemble attack attend attract award ban base
block boost borrow calculate call cancel capture carry cause cease celebrate chair charge claim
climb close collect command compete complete compose conclude condemn conduct confirm connect
consider consist constrain contain continue contribute convert cover create cross damage deal decide
declare decline defeat defend define delay deliver demand demolish deny depart describe design
destroy detect develop die direct discover discuss dismiss dispatch display divide dominate donate
double earn elect elevate employ enact encourage end enjoy enter escape establish estimate exceed
exhibit expand expect explain explore export express extend face fail feature file fire follow force
form found fund gain gather generate govern graduate grant guide hand handle head help host identify
illustrate impose improve include increase influence inform inherit inscribe inspire install
integrate introduce invade invent invest invite involve issue join kick kill land last launch learn
like list live locate maintain manage mark marry merge modify move name nominate note number obtain
occupy occur offer open operate oppose order organize originate own paint participate pass patent
perform place plan play pledge point possess predict prepare present preserve press prevent proclaim
produce prohibit promise promote propose protect prove provide publish pull purchase pursue push
raise rank ratify reach reaffirm receive recognize recommend record reduce reform refuse reject
release relocate remain remove rename reopen repeal replace report represent require rescue resign
resolve respond restore restrict result resume retire retreat return reveal revive rule save
schedule score secure seize select separate serve settle share shift show sign sponsor start state
stop strengthen stress study submit succeed suffer suggest supply support surrender survive suspect
suspend talk target test total tour trace transfer transform translate travel try turn unify unite
unveil urge use visit vote vow wait want warn watch welcome widen witness work
""".split()
_DOUBLING = {
    "admit", "ban", "commit", "drop", "grab", "permit", "plan", "prefer", "refer", "ship", "stop",
    "transfer", "trap", "wrap",
}  # fmt: skip
_PRESENT = (
    "say play include cover serve remain become contain belong live lie flow own produce make take "
    "come go mean require provide employ operate consist represent govern extend connect begin "
    "feature want expect believe seek allow offer attract oversee"
).split()


@cache
def _pasts() -> dict[str, str]:
    found: dict[str, str] = {}
    for verb in (*_REGULAR, *_DOUBLING):
        found[_past(verb)] = verb
    for line in _IRREGULAR.strip().splitlines():
        for entry in line.split("|"):
            past, base, *_ = entry.split()
            found[past] = base
    return found


@cache
def _participles() -> dict[str, str]:
    found = dict(_pasts())
    for line in _IRREGULAR.strip().splitlines():
        for entry in line.split("|"):
            past, base, *other = entry.split()
            found[other[0] if other else past] = base
    return found


def _past(verb: str) -> str:
    if verb in _DOUBLING:
        return f"{verb}{verb[-1]}ed"
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2] not in "aeou":
        return f"{verb[:-1]}ied"
    return f"{verb}ed"


@cache
def _presents() -> dict[str, str]:
    return {f"{verb}es" if verb.endswith("o") else f"{verb}s": verb for verb in _PRESENT}


def base_of(word: str) -> tuple[str, str] | None:
    """The auxiliary and the base form that ask for `word`: ("did", "meet") of "met"."""
    if (base := _pasts().get(word)) is not None:
        return "did", base
    if (base := _presents().get(word)) is not None:
        return "does", base
    return None


def of_participle(word: str) -> str | None:
    """The base form of a participle: "write" of "written"."""
    return _participles().get(word)


def past_of(participle: str) -> str | None:
    """The past of what a participle is of: "wrote" of "written"."""
    base = of_participle(participle)
    return next((past for past, each in _pasts().items() if each == base), None)
