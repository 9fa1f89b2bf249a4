"""Claims are read as soon as they are complete, in whatever form a model writes them."""

from __future__ import annotations

import json
import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms.fields import MOST_CHARACTERS, MOST_QUOTES, Proposal
from bot.proposals import Ending, Proposals, schema

RAIN = Proposal("It rained.", ((1, "Rain fell."),))
SNOW = Proposal("It snowed.", ((2, "Snow fell."),))


def claim(text: str = "It rained.", passage: Any = 1, quote: str = "Rain fell.") -> str:
    return json.dumps({"text": text, "passage": passage, "quote": quote})


SNOWS = claim("It snowed.", 2, "Snow fell.")
BOTH = f'{{"claims": [{claim()}, {SNOWS}]}}'
LINES = "CLAIM: It rained.\nPASSAGE: 1\nQUOTE: Rain fell.\nEND\n"


def read(text: str, *cuts: int) -> tuple[list[Proposal], Ending]:
    """What is read of `text`, streamed in pieces that end at `cuts`."""
    proposals = Proposals()
    places = [0, *sorted(cut % (len(text) + 1) for cut in cuts), len(text)]
    found = []
    for start, end in pairwise(places):
        found += proposals.feed(text[start:end])
    ending = proposals.end()
    return [*found, *ending.proposals], ending


@pytest.mark.parametrize(
    "text",
    [
        BOTH,
        f"[{claim()}, {SNOWS}]",
        f"{claim()}\n{SNOWS}",
        f'{{"claims": [{claim()}]}} {{"claims": [{SNOWS}]}}',
        f'{{"answer": {{"claims": [{claim()}, {SNOWS}]}}}}',
        f"Here is what [1] and [2] say {{as asked}}:\n```json\n{BOTH}\n```\nI hope it helps.",
        f'<think>Maybe {{"claims": []}} or {claim("No.")}?</think>\n\n{BOTH}',
        f'What of {{"claims": [{{"text": "no</think>{BOTH}',
        BOTH.replace("}", ",}").replace("]", ", ]"),
        BOTH.replace('"text"', '"claim"').replace('"passage": 1', '"passage": "[1]"'),
        BOTH.replace('"text"', '"Sentence"').replace('"passage": 2', '"source": "Passage 2"'),
        BOTH.replace('"Rain fell."', '"\\"Rain fell.\\""'),
        BOTH.replace("fell.", r"fel\u006c."),
        json.dumps(
            {
                "claims": [
                    {"text": "It rained.", "quotes": [{"passage": 1, "quote": "Rain fell."}]},
                    {"claim": "It snowed.", "passage": "2", "quotes": ["Snow fell."]},
                ]
            }
        ),
        json.dumps(
            [
                {"text": "It rained.", "quote": {"passage": "1", "text": "Rain fell."}},
                {"citations": [{"source": 2.0, "quote": "Snow fell."}], "text": "It snowed."},
            ],
            indent=4,
        ),
        BOTH + "\n\nCLAIM: No.\nPASSAGE: 1\nQUOTE: More.\nEND",
        LINES + "CLAIM: It snowed.\nPASSAGE: 2\nQUOTE: Snow fell.",
        "Sure:\n\n**CLAIM:** It rained.\n**PASSAGE:** [1]\n**QUOTE:** “Rain fell.”\n\n"
        "- Claim 2: It snowed.\n- passage: 2\n- quote: Snow fell.\nEND\nDoes this help?",
        "1. **Claim**: It rained.\r\n   Quote: Rain fell.\r\n   Passage: 1\r\n"
        "2. **Claim**: It snowed.\r\n   Quote: Snow fell.\r\n   Passage: 2",
        f"<thinking>\n{LINES}</thinking>{LINES}"
        "CLAIM：It snowed.\nPASSAGE：第2段\nQUOTE：Snow fell.\n",
    ],
)  # fmt: skip
def test_two_claims_are_read_from_what_models_write(text: str) -> None:
    for cuts in ((), range(len(text)), range(0, len(text), 3)):
        found, ending = read(text, *cuts)
        assert found == [RAIN, SNOW]
        assert ending == Ending(ending.proposals, False, False, False)


def test_a_claim_is_handed_on_with_the_character_that_completes_it() -> None:
    for text, ends in ((BOTH, '."}'), (LINES + LINES, "END\n")):
        proposals = Proposals()
        seen = 0
        for n, character in enumerate(text, 1):
            if proposals.feed(character):
                seen += 1
                assert text[:n].endswith(ends)
                assert text[:n].count(ends) == seen
        assert seen == 2


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ('{"text": "a", "passage": 1, "quote": "He said \\"{x}\\" \\u00e9\\n[b]."}',
         ((1, 'He said "{x}" é\n[b].'),)),
        ('{"text": "a", "passage": 1, "quote": "5\\" of {rain"}', ((1, '5" of {rain'),)),
        (r'{"text": "a", "passage": 1, "quote": "it\'s \alpha"}', ((1, r"it's \alpha"),)),
        (r'{"text": "a", "passage": 1, "quote": "\ud83d\ude00 \ud83d"}', ((1, "😀 \ufffd"),)),
        ('{"text": "a", "passage": 1, "quote": "two\nlines\t"}', ((1, "two\nlines"),)),
        ('{"text": "a", "passage": 1, "passage": 2, "quote": "q"}', ((2, "q"),)),
        ('{"text": "a", "passage": NaN, "quote": "q"}', ((None, "q"),)),
        ('{"text": "a", "passage": 1e999, "quote": "q"}', ((None, "q"),)),
        ('{"text": "a", "passage": -1, "quote": "q"}', ((None, "q"),)),
        ('{"text": "a", "passage": true, "quote": "q"}', ((None, "q"),)),
        ('{"text": "a", "passage": null, "quote": "q"}', ((None, "q"),)),
        ('{"text": "a", "passage": "001_d3458e2f.txt", "quote": "q"}', ((None, "q"),)),
        ('{"text": "a", "passage": [3], "quote": ["q", "r"]}', ((3, "q"), (3, "r"))),
        ('{"text": "a", "passage": "【2】", "quote": "「q」「r」"}', ((2, "「q」「r」"),)),
        ('{"text": "a", "passage": 1, "quote": ""}', ()),
        ('{"text": "a", "passage": 1}', ()),
        ('{"text": "a", "quotes": ' + json.dumps(["q"] * 99) + "}", ((None, "q"),) * MOST_QUOTES),
        ("CLAIM: a\nPASSAGE: 1\nQUOTE: b\n\n c\nd: e\nEND", ((1, "b\n\n c\nd: e"),)),
        ("CLAIM: a\nPASSAGE: 1\nQUOTE: q\nPASSAGE: 2\nQUOTE: r", ((1, "q"), (2, "r"))),
        ("CLAIM: a\nPASSAGE:\n[1]\nQUOTE:\nq", ((1, "q"),)),
        (f"CLAIM: a\nPASSAGE: 1\nQUOTE: {claim()}", ((1, claim()),)),
    ],
)  # fmt: skip
def test_quotes_are_read_as_they_were_meant(
    text: str, quotes: tuple[tuple[int | None, str], ...]
) -> None:
    for cuts in ((), range(len(text))):
        assert read(text, *cuts)[0] == [Proposal("a", quotes)]


def test_the_claim_in_the_quotes_language_is_read_in_both_forms() -> None:
    wanted = [Proposal("Es regnete.", ((1, "Rain fell."),), "It rained.")]
    text = {"text": "Es regnete.", "passage": 1, "quote": "Rain fell.", "restated": "It rained."}
    assert read(json.dumps({"claims": [text]}))[0] == wanted
    lines = "CLAIM: Es\nregnete.\nPASSAGE: 1\nQUOTE: Rain fell.\nRESTATED: It\nrained.\nEND"
    assert read(lines)[0] == wanted


def test_a_tag_in_a_quote_is_no_thought_once_a_claim_was_read() -> None:
    for cuts in ((), range(400)):
        found, _ = read(f'{{"claims": [{claim()}, {claim("Tags.", 2, "a </think> b")}]}}', *cuts)
        assert found == [RAIN, Proposal("Tags.", ((2, "a </think> b"),))]


@pytest.mark.parametrize(
    "text",
    ['{"claims": []}', '{"claims": null, "why": "no"}', "[]", "```json\n[ ]\n```", "NONE", "none.",
     "**NONE**\n", "CLAIM: NONE", '<think>[{"text"</think>{"claims":[]}', '{"Claims" : [ ] }',
     '{"claims": [{"text": "", "passage": 0, "quote": ""}]}', "Nothing says so.\n\nNONE\n"],
)  # fmt: skip
def test_to_make_no_claim_is_to_decline(text: str) -> None:
    for cuts in ((), range(len(text))):
        assert read(text, *cuts) == ([], Ending((), True, False, False))


@pytest.mark.parametrize(
    "text",
    ["", " \n", "{}", "I do not know.", '{"claims": ["It rained."]}', '{"text": "It rained."}',
     '{"error": "overloaded"}', "<think>" + BOTH, "[1] says so [2].", '{"claims": [{"text": 1}]}',
     "PASSAGE: 1\nQUOTE: q", "CLAIM: a", "<think", '{"text": "", "passage": 1, "quote": "q"}',
     "Non", '"NONE of it" they said'],
)  # fmt: skip
def test_what_holds_no_claim_is_nonsense(text: str) -> None:
    for cuts in ((), range(len(text))):
        found, ending = read(text, *cuts)
        assert (found, ending.nonsense, ending.declined) == ([], True, False)


@pytest.mark.parametrize("end", range(1, len(SNOWS)))
def test_a_claim_that_is_cut_off_is_not_read(end: int) -> None:
    found, ending = read(f'{{"claims": [{claim()}, {SNOWS[:end]}')
    assert found == [RAIN]
    assert ending.leftover
    for before in ("", '{"claims": []}\n'):
        cut_off = Ending((), declined=False, nonsense=True, leftover=True)
        assert read(f'{before}{{"claims": [{SNOWS[:end]}')[1] == cut_off


def test_a_claim_with_too_much_in_it_is_passed_over_and_the_next_is_read() -> None:
    for size, kept in ((MOST_CHARACTERS - 200, 1), (MOST_CHARACTERS, 0)):
        lines = (" y" * 9 + "\n") * (size // 19)
        for sample in (
            f'{{"claims": [{claim("Long.", 3, "x" * size)}, {claim()}]}}',
            f"CLAIM: Long.\nPASSAGE: 3\nQUOTE: {'x' * size}\nEND\n{LINES}",
            f"CLAIM: Long.\nPASSAGE: 3\nQUOTE: {lines}END\n{LINES}",
        ):
            for cuts in ((), range(0, size, 997)):
                assert len(read(sample, *cuts)[0]) == 1 + kept


def test_nesting_is_followed_only_so_far_and_what_comes_after_is_read() -> None:
    deep = "[" * 500 + claim("Deep.") + "]" * 500
    assert read(f'{{"claims": [{{"a": {deep}}}, {claim()}]}}')[0] == [RAIN]
    assert read('{"a":' * 100_000)[0] == []


_ODD = [
    "{", "}", "[", "]", '"', "\\", ":", ",", "\n", "<think>", "</think>", "<", "/think>", "CLAIM: ",
    "QUOTE: ", "PASSAGE: 1", "END", "NONE", '"text"', '"quote"', '"claims": [', claim(), SNOWS,
    LINES, "{}", "[]", "a", "\\u", "\\ud83d", " ", "\ud83d", "\0", "1", "9" * 5_000, "\r", "\u2028",
]  # fmt: skip
_stream = st.lists(st.sampled_from(_ODD) | st.text(max_size=5), max_size=40).map("".join)


@given(_stream, st.lists(st.integers(0, 100_000), max_size=8))
def test_however_a_stream_is_cut_the_same_is_read(text: str, cuts: list[int]) -> None:
    whole, ending = read(text)
    found, other = read(text, *cuts)
    assert found == whole
    assert (other.declined, other.nonsense, other.leftover) == (
        ending.declined, ending.nonsense, ending.leftover,
    )  # fmt: skip
    assert not (ending.declined and (whole or ending.nonsense))
    for each in whole:
        each.text.encode()
        assert each.text == " ".join(each.text.split()) != ""
        assert all(words.encode().strip() for _, words in each.quotes)


@pytest.mark.parametrize(
    "text",
    ['{"' * 200_000, "[" * 400_000, "[{" * 200_000, '{"a":' * 100_000, "<" * 400_000,
     '{"text":"' + "x" * 1_000_000, "CLAIM: x\nQUOTE: " + "y\n" * 200_000, "\n" * 400_000,
     "CLAIM: " * 60_000, "-" * 400_000, '{"\\{"' * 100_000, "<think>" + "</" * 200_000,
     '{"claims": [' + ", ".join([claim()] * 10_000) + "]}", LINES * 10_000, ",}" * 200_000,
     '{"claims": [' + claim() + ", {" + '"a": {}, ' * 50_000],
)  # fmt: skip
def test_the_time_grows_with_the_length_and_no_faster(text: str) -> None:
    took = []
    for part in (text[: len(text) // 8], text):
        begun = time.process_time()
        read(part, *range(0, len(part), 500))
        took.append(time.process_time() - begun)
    assert took[1] < 0.05 + 24 * took[0]


def test_a_piece_of_many_claims_takes_no_longer_for_each_of_them() -> None:
    took = []
    for many in (1_000, 30_000):
        text = f'{{"claims": [{", ".join([claim()] * many)}]}}'
        begun = time.process_time()
        assert len(read(text, 3, 15)[0]) == many
        took.append((time.process_time() - begun) / many)
    assert took[1] < 3 * took[0]


@pytest.mark.parametrize(
    ("begin", "piece"),
    [
        ('{"claims": [{"text": "', "abcdefg hij\n" * 10),
        ('{"a": ', '"b", ' * 20),
        ('{"' + "a" * 99, "a" * 99),
        ('{"claims": [{"te', 'xt": "a", "passage": 1, "quote": "b"}, {"te'),
        ("CLAIM: x\nQUOTE: ", "abcdefg hij\n" * 10),
        ("CLAIM: x\nQUOTE: ", "\n" * 100),
        ("CLAIM: ", "abcdefg hij" * 10),
        ("<think>", "<thi" * 30),
        ("Prose.", "<" * 100),
        ("Prose.", "[{" * 50),
    ],
)
def test_what_is_kept_of_an_endless_answer_is_bounded(begin: str, piece: str) -> None:
    proposals = Proposals()
    proposals.feed(begin)
    for _ in range(5_000):
        proposals.feed(piece)
    assert _size(proposals) < 3 * MOST_CHARACTERS


def _size(value: object) -> int:
    """The characters that an object holds on to."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, (list, tuple)):
        return len(value) + sum(map(_size, value))
    if isinstance(value, dict):
        return _size(list(value.values()))
    return _size(list(vars(value).values())) if hasattr(value, "__dict__") else 0


@pytest.mark.parametrize("restated", [False, True])
def test_the_schema_is_one_that_strict_servers_take(restated: bool) -> None:
    whole = schema(restated)
    item = whole["properties"]["claims"]["items"]
    assert list(item["properties"]) == ["text", "passage", "quote", "restated"][: 3 + restated]
    for each in (whole, item):
        assert each["type"] == "object"
        assert each["required"] == list(each["properties"])
        assert each["additionalProperties"] is False
