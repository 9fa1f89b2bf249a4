"""Files of cases say what they say, and what cannot be meant is refused with its place."""

from __future__ import annotations

import json
import os
import re
import time
from datetime import date as Date
from pathlib import Path

import pytest
import yaml

from bot.check import nodes
from bot.check.cases import ANY_REASON, Case, Count, Expected, Number, Skip, Step
from bot.check.errors import CaseError
from bot.check.expecting import NOTICES
from bot.check.files import MOST_BYTES
from bot.check.reading import find, parsed, read

ROOT = Path(__file__).parents[3]
QA = ROOT / "tests" / "qa"
GOOD = """\
corpus: documents
modes: extractive
tags: [all]
cases:
- id: busan
  ask: Where did they meet?
  expect:
    says: Busan
    says_any: [on Sunday, "2023"]
    says_not: [Seoul]
    matches: ['met in \\w+']
    numbers: [2008, {value: 51.8, within: 0.1}, {value: 100, within: 5%}, -1.5]
    dates: [2023, 2023-11, 2023-11-26]
    cites: [a.txt]
    cites_only: [a.txt, b/c.txt]
    cites_not: [d.txt]
    quotes: [They met in Busan.]
    claims: {max: 3}
    dated: 2023-11
    notices: [boilerplate]
    notices_not: [fallback]
    judge: [It names a city.]
  then:
    - {ask: "And when?", expect: {says: [Sunday], claims: 2}}
    - {ask: "Who was ill?", expect: {abstains: not_in_corpus}}
  modes: [extractive, generative]
  repeat: 5
  pass_at_least: 4
  tags: [facts, all]
  skip: {reason: it is written anew, until: 2026-12-31}
  fails: it is not found

- {id: population, ask: "How many live there?", expect: abstains, repeat: 3, skip: later}
"""


def folder(tmp_path: Path) -> Path:
    (tmp_path / "documents").mkdir(exist_ok=True)
    return tmp_path


def test_all_that_a_case_can_say(tmp_path: Path) -> None:
    busan, population = parsed(GOOD.encode(), "qa/some.yaml", folder(tmp_path))
    assert busan == Case(
        id="busan",
        steps=(
            Step(
                "Where did they meet?",
                Expected(
                    says=("Busan",),
                    says_any=("on Sunday", "2023"),
                    says_not=("Seoul",),
                    matches=(r"met in \w+",),
                    numbers=(
                        Number(2008),
                        Number(51.8, 0.1),
                        Number(100, 5, percent=True),
                        Number(-1.5),
                    ),
                    dates=("2023", "2023-11", "2023-11-26"),
                    cites=("a.txt",),
                    cites_only=("a.txt", "b/c.txt"),
                    cites_not=("d.txt",),
                    quotes=("They met in Busan.",),
                    claims=Count(None, 3),
                    dated="2023-11",
                    notices=("boilerplate",),
                    notices_not=("fallback",),
                    judged=("It names a city.",),
                ),
            ),
            Step("And when?", Expected(says=("Sunday",), claims=Count(2, 2))),
            Step("Who was ill?", Expected(abstains="not_in_corpus")),
        ),
        file="qa/some.yaml",
        line=5,
        modes=("extractive", "generative"),
        repeat=5,
        pass_at_least=4,
        tags=("all", "facts"),
        skip=Skip("it is written anew", Date(2026, 12, 31)),
        fails="it is not found",
        corpus=tmp_path / "documents",
    )
    assert population == Case(
        id="population",
        steps=(Step("How many live there?", Expected(abstains=ANY_REASON)),),
        file="qa/some.yaml",
        line=33,
        modes=("extractive",),
        repeat=3,
        pass_at_least=3,  # all of them, where nothing else is said
        tags=("all",),
        skip=Skip("later"),
        corpus=tmp_path / "documents",
    )


def test_json_lines_say_the_same(tmp_path: Path) -> None:
    values = yaml.load(GOOD, yaml.BaseLoader)["cases"]
    values[0]["expect"]["numbers"] = [2008, {"value": 51.8, "within": 0.1}, -1.5e0]
    values[0]["then"][0]["expect"]["claims"] = 2
    values[0]["expect"]["claims"] = {"max": 3}
    values[0] |= {"repeat": 5, "pass_at_least": 4}
    values[1]["repeat"] = 3
    text = "\n\n".join(map(json.dumps, values)) + "\n"
    busan, population = parsed(text.encode(), "a.jsonl", json_lines=True)
    assert (busan.line, population.line) == (1, 3)
    again, _ = parsed(GOOD.encode(), "a.yaml", folder(tmp_path))
    assert busan.steps[1:] == again.steps[1:]
    assert busan.expect.numbers == (Number(2008), Number(51.8, 0.1), Number(-1.5))
    assert busan.skip == again.skip
    assert population.expect == Expected(abstains=ANY_REASON)


def test_the_cases_of_the_seeds() -> None:
    cases = [case for file in find([QA]) for case in read(file)]
    assert len(cases) >= 114
    for case in cases:
        line = Path(case.file).read_text(encoding="utf-8").split("\n")[case.line - 1]
        assert re.match(rf"- \{{?id: {case.id}\b", line)


def test_without_libyaml_it_is_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cases = parsed(GOOD.encode(), "a", folder(tmp_path))
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert parsed(GOOD.encode(), "a", folder(tmp_path)) == cases


CASE = "- {id: a, ask: b, %s}"
EXPECT = "- {id: a, ask: b, expect: {%s}}"
SAYS = "- {id: a, ask: b, expect: {says: [c], %s}}"
REFUSED = [
    ("", 1, "no cases", "- id:"),
    ("# none\n", 1, "no cases", "- id:"),
    ("[]", 1, "empty", "dash"),
    ("a: b", 1, "no key 'a'", "cases"),
    ("\ncase: []", 2, "no key 'case'", "'cases'"),
    ("tags: [a]", 1, "no cases", "cases:"),
    ("id: a\nask: b", 1, "one case", "dash"),
    ("- 7", 1, "case 1: A case is a mapping", "id, ask"),
    ("- {id: a, ask: b}", 1, "case 'a': A case needs expect", "expect:"),
    ("- {id: x, ask: y, expect: abstains}\n- {ask: b}", 2, "case 2: A case needs id", "id: busan"),
    ("- id: a\n  aks: b\n  expect: abstains", 2, "case 'a': A case has no key 'aks'", "'ask'"),
    ("- {id: a, question: b, expect: abstains}", 1, "no key 'question'", "'ask'"),
    (CASE % "expect: abstains, ask: c", 1, "'ask' stands twice", "Join"),
    (CASE % "says: [c]", 1, "no key 'says'", "below expect"),
    (CASE % "expect: nothing", 1, "not 'nothing'", "says"),
    (CASE % "expect: abstain", 1, "not 'abstain'", "'abstains'"),
    (CASE % "expect: {}", 1, "expect is empty", "abstains"),
    (CASE % "expect: [abstains]", 1, "not a list", "says"),
    ("- id: a\n  ask: b\n  expect:\n    says: [c]\n    cite: [d]", 5, "no key 'cite'", "'cites'"),
    (SAYS % "tags: [a]", 1, "no key 'tags'", "beside expect"),
    (SAYS % "says: [d]", 1, "'says' stands twice", "Join"),
    ("- {id: a, ask: 7, expect: abstains}", 1, "ask is a text, and 7", 'quotes: "7"'),
    ("- {id: a, ask: , expect: abstains}", 1, "ask is empty", "Write"),
    ("- {id: a, ask: ' ', expect: abstains}", 1, "ask is empty", "Write"),
    ("- {id: a, ask: '?!', expect: abstains}", 1, "no words", "question"),
    ('- {id: a, ask: "b\\0", expect: abstains}', 1, "U+0000", "Remove"),
    (f"- {{id: a, ask: {'b' * 10_001}, expect: abstains}}", 1, "10,001 char", "one thing"),
    ("- {id: a, ask: Who is the #1 there?, expect: abstains}", 1, "' #'", "quotes"),
    ("- {id: 7, ask: b, expect: abstains}", 1, "case 1: id is a text", 'quotes: "7"'),
    ("- {id: 'a b', ask: b, expect: abstains}", 1, "case 'a b': id is letters", "a-b"),
    (EXPECT % "says: []", 1, "says is an empty list", "remove"),
    (EXPECT % "says: {a: b}", 1, "says is a text, not a mapping", "text"),
    (EXPECT % "says: [2019]", 1, "2019", 'quotes: "2019"'),
    (EXPECT % "says: [no]", 1, "no without", 'quotes: "no"'),
    (EXPECT % "says: [2021-04-03]", 1, "2021-04-03", "quotes"),
    (EXPECT % "says: [c, c]", 1, "'c' twice", "Remove"),
    (EXPECT % "says: [c], says_not: [c]", 1, "no reply has both", "Remove"),
    (EXPECT % "cites: [c], cites_not: [c]", 1, "no reply has both", "Remove"),
    (EXPECT % "notices: [dense], notices_not: [dense]", 1, "no reply has both", "Remove"),
    (EXPECT % "cites: [c], cites_only: [d]", 1, "cites_only does not", "Add"),
    (EXPECT % "cites: [/etc/passwd]", 1, "below the corpus", "reports/"),
    (EXPECT % "cites: [../a.txt]", 1, "below the corpus", "reports/"),
    (EXPECT % "matches: ['(?=a)']", 1, "no pattern", "RE2"),
    (EXPECT % "numbers: [51 million]", 1, "'51 million'", "51800000"),
    (EXPECT % "numbers: ['7']", 1, "'7'", "without quotes"),
    (EXPECT % "numbers: [1,000]", 1, "000", "digits"),
    (EXPECT % "numbers: [.inf]", 1, ".inf", "digits"),
    (EXPECT % "numbers: [1.0e+999]", 1, "1.0e+999", "digits"),
    (EXPECT % f"numbers: [{'9' * 31}]", 1, "999", "digits"),
    (EXPECT % "numbers: [{within: 1}]", 1, "no value", "value"),
    (EXPECT % "numbers: [{value: 1, within: -1}]", 1, "less than nothing", "sign"),
    (EXPECT % "numbers: [{value: 1, with: 1}]", 1, "no key 'with'", "'within'"),
    (EXPECT % "dates: [2021-13]", 1, "no such date", "again"),
    (EXPECT % "dates: [2023-02-29]", 1, "no such date", "again"),
    (EXPECT % "dates: [April 2021]", 1, "not 'April 2021'", "2021-04"),
    (SAYS % "dated: spring", 1, "not 'spring'", "2021-04"),
    (EXPECT % "cites: [c], dated: 2021", 1, "neither is here", "'dates'"),
    (EXPECT % "claims: 0", 1, "from 1 to 100, not 0", "digits"),
    (EXPECT % "claims: {least: 1}", 1, "no key 'least'", "'min'"),
    (EXPECT % "claims: {min: 3, max: 2}", 1, "min is above max", "Exchange"),
    (EXPECT % "notices_not: [boilerplat]", 1, "not 'boilerplat'", "'boilerplate'"),
    (EXPECT % "abstains: no_idea", 1, "not_in_corpus", "for instance"),
    (EXPECT % "abstains: true", 1, "not true", "expect: abstains"),
    (EXPECT % "abstains: unverified, says: [c]", 1, "says cannot stand", "Remove"),
    (CASE % "expect: abstains, fails: ''", 1, "fails is empty", "remove"),
    (CASE % "expect: abstains, modes: extractiv", 1, "not 'extractiv'", "'extractive'"),
    (CASE % "expect: abstains, repeat: 101", 1, "from 1 to 100", "digits"),
    (CASE % "expect: abstains, pass_at_least: 2", 1, "asked 1 time.", "repeat: 2"),
    (CASE % "expect: abstains, repeat: 3, pass_at_least: 4", 1, "asked 3 times", "repeat: 4"),
    (CASE % "expect: abstains, tags: [a b]", 1, "tags is letters", "a-b"),
    (CASE % "expect: abstains, skip: {until: 2026-01-01}", 1, "needs a reason", "reason"),
    (CASE % "expect: abstains, skip: true", 1, "the reason for it, not true", "Say why"),
    (CASE % "expect: abstains, skip: {reason: c, until: 2026-01}", 1, "a day", "2026-01-01"),
    (CASE % "expect: abstains, then: []", 1, "1 to 19", "dash"),
    (CASE % "expect: abstains, then: [{ask: b}]", 1, "A follow-up needs expect", "expect:"),
    (CASE % "expect: abstains, then: [{id: b}]", 1, "no key 'id'", "ask"),
    (
        "- {id: a, ask: b, expect: abstains}\n- {id: a, ask: c, expect: abstains}",
        2, "id 'a' stands in line 1", "own",
    ),
    (
        "- {id: a, ask: b, expect: abstains}\n- {id: c, ask: b, expect: abstains}",
        2, "asked by case 'a' in line 1", "Join",
    ),
    ("corpus: nowhere\ncases: []", 1, "is not a folder", "this file's own"),
    ("corpus: /etc\ncases: []", 1, "one machine only", "this file's own"),
    ("- [", 1, "not YAML", "bracket"),
    ("- id: a\n  ask: 'b\n  expect: abstains\n", 4, "which begins in line 2", "quote"),
    ("- id: a\n  ask: Which is it: a or b?", 2, "mapping values", "colon"),
    ("- id: a\n  ask: @b", 2, "cannot start any token", "quotes"),
    ("- id: a\n\task: b", 2, "tab character", "spaces"),
    ('- id: a\n  ask: "\\d"', 2, "escape", "backslash"),
    ("- id: a\n---\n- id: b", 2, "second document", "---"),
    ("%YAML 1.1\n---\n- id: b", 1, "begin with %", "quotes"),
    ("\n- !!python/object/apply:os.system [exit]", 2, "'!!python/object", "quotes"),
    ("- &a {id: a}\n- *a", 1, "anchors and aliases", "quotes"),
    ("- {id: a, ask: *b}", 1, "'b' is one", "write out"),
    ("- {? [a] : b}", 1, "A key is a name", "quotes"),
    ("\n" + "[" * 99, 2, "nested deeper", "bracket"),
    ("- a\n- \x07", 2, "U+0007", "spelled out"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "said", "hint"), REFUSED, ids=range(len(REFUSED)))
def test_what_cannot_be_meant_is_refused(text: str, line: int, said: str, hint: str) -> None:
    with pytest.raises(CaseError) as caught:
        parsed(text.encode(), "some.yaml")
    assert caught.value.message.startswith(f"some.yaml:{line}: ")
    assert said in caught.value.message
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("", 1, "no cases"),
        ('{"id": "a"', 1, "not JSON"),
        ('{"id": "a", "ask": "b", "expect": "abstains"}\n\n[1]', 3, "case 2: A case is a mapping"),
        ("\n7", 2, "not 7"),
        ('{"id": "a", "id": "b"}', 1, "'id' stands twice"),
        ('{"id": "a", "ask": 7, "expect": "abstains"}', 1, "7 without quotes"),
        ('{"id": "a", "ask": null, "expect": "abstains"}', 1, "ask is empty"),
        ('{"id": "a", "ask": "b\\ud800", "expect": "abstains"}', 1, "U+D800"),
        ("\n" + "[" * 100_000, 2, "nested deeper"),
        ("\n" + '{"a":' * 100_000, 2, "nested deeper"),
        ("[" * 20 + "]" * 20, 1, "nested deeper"),
        ("9" * 100_000, 1, "not 999"),
        (json.dumps({"id": "a", "ask": "b", "expect": {"numbers": [float("nan")]}}), 1, "not NaN"),
    ],
    ids=range(13),
)
def test_a_line_of_json_that_is_no_case(text: str, line: int, said: str) -> None:
    with pytest.raises(CaseError) as caught:
        parsed(text.encode(), "some.jsonl", json_lines=True)
    assert caught.value.message.startswith(f"some.jsonl:{line}: ")
    assert said in caught.value.message


def test_the_line_of_bytes_that_are_not_text() -> None:
    with pytest.raises(CaseError, match=r"^a:2: This is not UTF-8"):
        parsed(b"- a\n- \xff\n", "a")
    with pytest.raises(CaseError, match=r"^a:3: .*U\+0001"):
        parsed("\ufeff- a\n\u2028\n- \x01".encode(), "a")
    (case,) = parsed("\ufeff# \x85 \u2028\r\n- {id: a, ask: b, expect: abstains}".encode(), "a")
    (line,) = parsed(
        '\ufeff{"id": "a", "ask": "b", "expect": "abstains"}'.encode(), "a", json_lines=True
    )
    assert line.line == 1
    assert case.line == 2  # as editors count, and not as YAML does


def test_a_question_may_be_asked_again_where_it_is_another_case() -> None:
    text = """
    - {id: a, ask: b, expect: abstains, modes: extractive}
    - {id: b, ask: b, expect: {says: [c]}, modes: generative}
    - {id: c, ask: b, expect: abstains, then: [{ask: c, expect: abstains}]}
    """
    assert len(parsed(text.encode(), "a")) == 3


def test_a_message_obeys_nobody() -> None:
    with pytest.raises(CaseError) as caught:
        parsed(b'- {id: "\\e[31m\\u202e", ask: b, expect: abstains, c: d}', "a\x1b\n.yaml")
    assert caught.value.message.isprintable()
    with pytest.raises(CaseError) as caught:
        parsed(b"- {id: " + b"a" * 100_000 + b", c: d}", "a")
    assert len(caught.value.message) < 200
    with pytest.raises(CaseError) as caught:
        parsed((EXPECT % f"matches: '({'x' * 900}'").encode(), "a")
    assert len(caught.value.message) < 300


def test_more_than_people_write_is_not_read_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "\n".join(CASE % "expect: abstains" for _ in range(10))
    monkeypatch.setattr(nodes, "_MOST_NODES", 50)
    with pytest.raises(CaseError, match=r"^a:1: This is more than any people wrote"):
        parsed(text.encode(), "a")


def test_each_notice_is_known() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "bot").rglob("*.py"))
    assert set(re.findall(r'\bNotice\(\s*"(\w+)"', code)) == set(NOTICES)


def test_a_thousand_cases_are_read_at_once() -> None:
    text = "".join(
        f"- id: case-{number}\n  ask: In which city did they meet for time {number}?\n"
        f"  expect: {{says: [Busan, 'day {number}'], cites: [a.txt], claims: {{max: 3}}}}\n"
        for number in range(1000)
    )
    parsed(text.encode(), "a")
    began = time.process_time()
    assert len(parsed(text.encode(), "a")) == 1000
    assert time.process_time() - began < 1.5  # 0.1 on a machine with nothing else to do


def test_files_below_folders_each_once_by_their_path_from_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (
        "b/z.yaml",
        "b/a.JSONL",
        "a.yml",
        "b/c/d.yaml",
        ".git/e.yaml",
        "b/.f.yaml",
        "g.md",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.chdir(tmp_path)
    below = ["b/a.JSONL", "b/c/d.yaml", "b/z.yaml"]
    assert [str(path) for path in find([Path("b/z.yaml"), Path()])] == [
        "b/z.yaml", "a.yml", "b/a.JSONL", "b/c/d.yaml",
    ]  # fmt: skip
    assert [str(path) for path in find([tmp_path / "b"])] == below
    monkeypatch.chdir(tmp_path / "b" / "c")
    assert [str(path) for path in find([Path("..")])] == ["../a.JSONL", "d.yaml", "../z.yaml"]


def test_paths_that_lead_to_no_cases(tmp_path: Path) -> None:
    (tmp_path / "busan.yaml").write_text("")
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text("")
    os.mkfifo(tmp_path / "pipe.yaml")
    (tmp_path / "large.yaml").write_bytes(b"#" * (MOST_BYTES + 1))

    def refused(name: str) -> CaseError:
        with pytest.raises(CaseError) as caught:
            [read(file, name) for file in find([tmp_path / name])]
        return caught.value

    assert refused("bussan.yaml").hint == f"Did you mean {tmp_path / 'busan.yaml'}?"
    assert "no file of cases" in refused("empty").message
    assert ".jsonl" in refused("a.txt").hint
    assert "not a regular file" in refused("pipe.yaml").message
    assert "larger than 5 MB" in refused("large.yaml").message
    assert "no file or folder" in refused("a" * 5000).message
    assert "no file or folder" in refused("a\0b").message
    assert refused("busan.yaml").message.startswith("busan.yaml:1: ")


def test_a_corpus_is_found_from_the_files_folder(tmp_path: Path) -> None:
    (tmp_path / "documents").mkdir()
    (tmp_path / "qa").mkdir()
    file = tmp_path / "qa" / "a.yaml"
    file.write_text("corpus: ../documents\ncases:\n- {id: a, ask: b, expect: abstains}\n")
    (case,) = read(file)
    assert case.corpus == tmp_path / "documents"
    assert case.file == str(file)
