"""What is expected of a reply, one small function an expectation; each says why it is met or not.

Words are compared as `words` folds them, numbers and dates in whatever form they are written.
There is no model in it: the same reply is always judged alike. What a model is asked to judge
(`judged`) is not looked at here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.check import dates, numbers, patterns
from bot.check.cases import ANY_REASON, Count, Expected
from bot.check.errors import CaseError
from bot.check.results import Finding
from bot.check.shown import Cited, Said, Shown, shown
from bot.check.words import exactly_within, same_file, within

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def judge(expected: Expected, reply: Mapping[str, Any]) -> tuple[Finding, ...]:
    """A finding for each thing that is expected of `reply`, as `ask --json` prints it.

    Where an answer is expected and none came, that alone is found.
    """
    came = shown(reply)
    if not expected.abstains and not came.answered:
        why = _why(came)
        return (Finding("abstains", False, "an answer", why, f"{why}, where it should answer"),)
    return tuple(finding for each in _EXPECTATIONS for finding in each(expected, came))


def _why(came: Shown) -> str:
    return f"it abstained: {came.reason or 'for no reason'}"


def _abstains(expected: Expected, came: Shown) -> Iterator[Finding]:
    wanted = expected.abstains
    if not wanted:
        return
    if came.answered:
        yield Finding("abstains", False, wanted, came.texts, "it answered, where it should not")
    elif wanted in (ANY_REASON, came.reason):
        yield Finding("abstains", True, wanted, came.reason, _why(came))
    else:
        yield Finding("abstains", False, wanted, came.reason, f"{_why(came)}, not {wanted}")


def _says(expected: Expected, came: Shown) -> Iterator[Finding]:
    for words in expected.says:
        claim = _saying(words, came)
        if claim is None:
            yield Finding("says", False, words, came.texts, f"no claim says {words!r}")
        else:
            yield Finding("says", True, words, claim.text, f"a claim says {words!r}")


def _saying(words: str, came: Shown) -> Said | None:
    """The first claim that says `words`."""
    return next((claim for claim in came.claims if within(words, claim.text)), None)


def _says_any(expected: Expected, came: Shown) -> Iterator[Finding]:
    if not expected.says_any:
        return
    wanted = " | ".join(expected.says_any)
    for words in expected.says_any:
        claim = _saying(words, came)
        if claim is not None:
            yield Finding("says_any", True, wanted, claim.text, f"a claim says {words!r}")
            return
    reason = f"no claim says any of {_listed(map(repr, expected.says_any))}"
    yield Finding("says_any", False, wanted, came.texts, reason)


def _says_not(expected: Expected, came: Shown) -> Iterator[Finding]:
    for words in expected.says_not:
        claim = _saying(words, came)
        if claim is None:
            yield Finding("says_not", True, words, came.texts, f"no claim says {words!r}")
        else:
            yield Finding("says_not", False, words, claim.text, f"a claim says {words!r}")


def _matches(expected: Expected, came: Shown) -> Iterator[Finding]:
    for pattern in expected.matches:
        met, found, reason = False, came.texts, f"no claim matches {pattern!r}"
        try:
            for claim in came.claims:
                words = patterns.matched(pattern, claim.text)
                if words is not None:
                    met, found, reason = True, claim.text, f"{words!r} matches {pattern!r}"
                    break
        except CaseError as error:  # of a case that was not read from a file
            reason = error.message
        yield Finding("matches", met, pattern, found, reason)


def _numbers(expected: Expected, came: Shown) -> Iterator[Finding]:
    for number in expected.numbers:
        wanted = numbers.named(number)
        found = ((numbers.written(number, claim.text), claim) for claim in came.claims)
        yield _named("numbers", wanted, came, found)


def _dates(expected: Expected, came: Shown) -> Iterator[Finding]:
    for wanted in expected.dates:
        found = (
            (dates.written(wanted, claim.text, (c.date for c in claim.citations)), claim)
            for claim in came.claims
        )
        yield _named("dates", wanted, came, found)


def _named(
    name: str, wanted: str, came: Shown, found: Iterable[tuple[str | None, Said]]
) -> Finding:
    """Whether some words of a claim name what is wanted."""
    for words, claim in found:
        if words is not None:
            return Finding(name, True, wanted, claim.text, f"a claim says it as {words!r}")
    return Finding(name, False, wanted, came.texts, f"no claim says {wanted} in any form")


def _cites(expected: Expected, came: Shown) -> Iterator[Finding]:
    for file in expected.cites:
        met = any(_names(cited, file) for cited in came.citations)
        reason = f"{file} is {'cited' if met else 'not cited'}"
        yield Finding("cites", met, file, _listed(came.files), reason)


def _cites_only(expected: Expected, came: Shown) -> Iterator[Finding]:
    if not expected.cites_only:
        return
    others = {
        cited.file
        for cited in came.citations
        if not any(_names(cited, file) for file in expected.cites_only)
    }
    reason = f"cited beside: {_listed(sorted(others))}" if others else "nothing else is cited"
    wanted = _listed(expected.cites_only)
    yield Finding("cites_only", not others, wanted, _listed(came.files), reason)


def _cites_not(expected: Expected, came: Shown) -> Iterator[Finding]:
    for file in expected.cites_not:
        met = not any(_names(cited, file) for cited in came.citations)
        reason = f"{file} is {'not cited' if met else 'cited'}"
        yield Finding("cites_not", met, file, _listed(came.files), reason)


def _names(cited: Cited, file: str) -> bool:
    return any(same_file(file, each) for each in (cited.file, *cited.also))


def _quotes(expected: Expected, came: Shown) -> Iterator[Finding]:
    for words in expected.quotes:
        quote = next((c.quote for c in came.citations if exactly_within(words, c.quote)), None)
        if quote is None:
            quoted = "\n".join(citation.quote for citation in came.citations)
            yield Finding("quotes", False, words, quoted, f"no citation quotes {words!r}")
        else:
            yield Finding("quotes", True, words, quote, f"a citation quotes {words!r}")


def _claims(expected: Expected, came: Shown) -> Iterator[Finding]:
    count = expected.claims
    if count is None:
        return
    number = len(came.claims)
    few = count.least is not None and number < count.least
    many = count.most is not None and number > count.most
    claims = "1 claim" if number == 1 else f"{number} claims"
    reason = f"{claims}: too few" if few else f"{claims}: too many" if many else claims
    yield Finding("claims", not (few or many), _bounds(count), str(number), reason)


def _bounds(count: Count) -> str:
    if count.least == count.most and count.least is not None:
        return str(count.least)
    least = [] if count.least is None else [f"at least {count.least}"]
    most = [] if count.most is None else [f"at most {count.most}"]
    return ", ".join(least + most) or "any number"


def _dated(expected: Expected, came: Shown) -> Iterator[Finding]:
    wanted = expected.dated
    if not wanted:
        return
    reached = False
    for words in (*expected.says, *expected.says_any):
        saying = [claim for claim in came.claims if within(words, claim.text)]
        if not saying:
            continue  # what is said nowhere is told by `says`
        of = dict.fromkeys(c.date or "no date" for claim in saying for c in claim.citations)
        if not any(date.startswith(wanted) for date in of):
            reason = f"what says {words!r} is of {_listed(of) or 'no citation'}, not of {wanted}"
            yield Finding("dated", False, wanted, _listed(of), reason)
            return
        reached = True
    reason = f"what it says is of {wanted}" if reached else "nothing says what should be dated"
    yield Finding("dated", reached, wanted, wanted if reached else came.texts, reason)


def _notices(expected: Expected, came: Shown) -> Iterator[Finding]:
    for kind in expected.notices:
        met = kind in came.notices
        reason = f"{'a' if met else 'no'} notice is of the kind {kind!r}"
        yield Finding("notices", met, kind, _listed(came.notices), reason)


def _notices_not(expected: Expected, came: Shown) -> Iterator[Finding]:
    for kind in expected.notices_not:
        met = kind not in came.notices
        reason = f"{'no' if met else 'a'} notice is of the kind {kind!r}"
        yield Finding("notices_not", met, kind, _listed(came.notices), reason)


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)


_EXPECTATIONS = (
    _abstains,
    _says,
    _says_any,
    _says_not,
    _matches,
    _numbers,
    _dates,
    _cites,
    _cites_only,
    _cites_not,
    _quotes,
    _claims,
    _dated,
    _notices,
    _notices_not,
)
