"""Ten thousand files of cases that nobody would write: each is read, or clearly refused.

What is read is what its cases say: written anew, they are read as the same. What is refused
tells a line that there is, and what to do. A seed names each file, so that one can be had again.
"""

from __future__ import annotations

import random
import re
import time
from pathlib import Path

import pytest

from bot.check.cases import Case
from bot.check.errors import CaseError
from bot.check.reading import parsed
from bot.check.writing import written
from bot.render.visible import visible
from index.record import replaced

FILES, SOME = 10_000, 300
SLOWEST = 2.0  # seconds of a file; most take a thousandth of that

YAML = """\
# People's cases.
- id: busan
  ask: In which port city did the three foreign ministers meet?
  expect:
    says: [Busan]
    says_any: ["Sunday", 'the 26th', 부산]
    says_not: [Seoul, "2019"]
    matches: ["[Mm]et in (Busan|Seoul)", '\\d{4}']
    numbers: [2008, {value: 51.8, within: 0.1}, {value: -100, within: 5%}]
    dates: [2023-11-26, 2023-11, 2023]
    cites: [001.txt, reports/2021.txt]
    cites_only: [001.txt, reports/2021.txt, 세계.txt]
    cites_not: [002.txt]
    quotes: ["They met: \\"in\\" Busan\\u2028 \\\\ today."]
    claims: {min: 1, max: 3}
    dated: 2023-11
    notices: [boilerplate]
    notices_not: [file_changed]
    judge: [It names the city, and no other.]
  then:
    - {ask: And when?, expect: {says: [Sunday], claims: 1}}
    - ask: Who was ill?
      expect: {abstains: not_in_corpus}
  tags: [facts, 사실]
  repeat: 5
  pass_at_least: 4
- {id: population, ask: "What is the population of Busan?", expect: abstains, skip: later}
- id: minister
  ask: >
    Who was the minister
    in 2021?
  expect: {says: [Chung Eui-yong], dated: 2021-04}
  modes: [extractive, generative]
  skip: {reason: the document is written anew, until: 2026-12-31}
  fails: |
    the office weighs more
    than the name
"""
MAPPED = "corpus: .\nmodes: generative\ntags: [all]\ncases:\n" + YAML
LINES = """\
{"id": "a", "ask": "Who?", "expect": {"says": ["Wang Yi"], "numbers": [8, {"value": 1, "within": 0.5}]}}

{"id": "b", "ask": "누구?", "expect": "abstains", "tags": ["x"], "skip": {"reason": "\\u00e9", "until": "2026-12-31"}}
{"id": "c", "ask": "When?", "expect": {"claims": {"max": 3}}, "then": [{"ask": "So?", "expect": "abstains"}]}
"""  # noqa: E501
SPACES = [" ", "\n", "\n\n", "\t", "\r", "\r\n", "\n- ", "\n  ", "\n    ", ": ", " #", ", "]
PIECES = r"""
- : , [ ] { } & * ! | > % @ ` # " ' ? ~ = << --- ... \ \x00 \ud800 \" null true 0 007 1e999 -1
99999999999999999999 .inf .nan 0x10 1_000 12:30 2021-02-30 0000-00-00 9999-99-99 10000 &a *a !!str
!!python/object/apply:os.system !!binary !!set %YAML %TAG [[[[[[[[[[[[[[ {{{{{{{{{{{{{{ ]]]] }}}}
{a:{a:{a:{a:{a:{a:{a:{a:{a:{a:{a:{a: id ask expect then modes repeat pass_at_least tags skip fails
corpus cases says matches numbers within value judge abstains until (?=x) (a+)+$ (a{1000}){1000} ..
/etc/passwd ../.. ~ \1 (?P<n>x)(?P=n) [[:alpha:] \pN {"a": "b"} NaN Infinity {"id":{"id":[]}}
""".split()
ODD = ["\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\xa0", "\u2028", "\u202e", "\ufeff", "\ufffe"]
ODD += ["\U0001f600", "\U000e0041", "e\u0301"]
ODD += ["x" * 2000, "[" * 3000, "- " * 1000, "{a: " * 1000]
BYTES = [b"\xff", b"\xfe\xff", b"\x80", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\x00", b"\xc3"]


def fuzzed(number: int) -> tuple[bytes, bool]:
    """The file of that number, and whether it is of JSON lines."""
    chance = random.Random(number)
    source = chance.choice([YAML, YAML, MAPPED, LINES])
    text = source
    for _ in range(chance.choice([0, 1, 1, 1, 2, 2, 3, 5, 20])):
        text = chance.choice([_put, _put, _cut, _moved, _doubled, _swapped, _short])(text, chance)
    content = text.encode("utf-8", "surrogatepass")
    if chance.random() < 0.05:
        at = chance.randrange(len(content) + 1)
        content = content[:at] + chance.choice(BYTES) + content[at:]
    return content, (source is LINES) != (chance.random() < 0.02)


def _put(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(chance.choice([PIECES, PIECES, SPACES, ODD])) + text[at:]


def _cut(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + chance.choice([1, 1, 1, 2, 5, 40]) :]


def _moved(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return "\n".join(lines)


def _doubled(text: str, chance: random.Random) -> str:
    lines = text.split("\n")
    lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return "\n".join(lines)


def _swapped(text: str, chance: random.Random) -> str:
    """One of the values exchanged for a piece, so that the file stays well-formed more often."""
    if not (values := list(re.finditer(r"(?<=[:\[,-] )[^\s,\[\]{}]+", text))):
        return text
    found = chance.choice(values)
    return text[: found.start()] + chance.choice(PIECES) + text[found.end() :]


def _short(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)] if chance.random() < 0.2 else text


def outcome(number: int) -> str:
    """What came of the file of that number; AssertionError where that is not as it should be."""
    content, json_lines = fuzzed(number)
    cases: list[Case] = []
    refusal: CaseError | None = None
    began = time.thread_time()
    try:
        cases = parsed(content, "fuzzed", json_lines=json_lines)
    except CaseError as error:
        refusal = error
    except Exception as error:
        raise AssertionError(f"file {number}: {error!r}") from error
    assert time.thread_time() - began < SLOWEST, number
    if refusal is not None:
        is_clear(refusal, 1 + content.count(b"\n"), number)
        return "refused"
    anew = parsed("".join(map(written, cases)).encode(), "fuzzed")
    assert [_placeless(case) for case in anew] == [_placeless(case) for case in cases], number
    return "read"


def is_clear(refusal: CaseError, lines: int, number: int) -> None:
    """Whether it tells a line that there is, in a sentence that a terminal can show, and a way."""
    told = re.fullmatch(r"fuzzed:(\d+): (case \S.*: )?\S.*[.]", refusal.message)
    assert told, (number, refusal.message)
    assert 1 <= int(told[1]) <= lines, (number, refusal.message)
    assert len(refusal.message) < 500, (number, refusal.message)
    assert visible(refusal.message) == refusal.message, (number, refusal.message)
    assert refusal.hint, (number, refusal.message)
    assert visible(refusal.hint) == refusal.hint, (number, refusal.hint)


def _placeless(case: Case) -> Case:
    """`case` without what is its file's."""
    return replaced(case, line=0, corpus=None)


def check(numbers: range) -> None:
    came = [outcome(number) for number in numbers]
    assert came.count("read") > len(came) / 10  # else it shows nothing of what is read
    assert came.count("refused") > len(came) / 3


def test_some_fuzzed_files() -> None:
    check(range(SOME))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_all_fuzzed_files() -> None:
    check(range(FILES))


def test_the_files_before_they_are_fuzzed(tmp_path: Path) -> None:
    assert len(parsed(YAML.encode(), "yaml")) == 3
    assert len(parsed(MAPPED.encode(), "yaml", tmp_path)) == 3
    assert len(parsed(LINES.encode(), "lines", json_lines=True)) == 3
