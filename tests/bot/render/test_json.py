"""JSON with the keys of the public face, exact and harmless."""

from __future__ import annotations

import json
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Locator, Rejected
from bot.render.json import dumps, of_error, of_hit, of_reply, of_report, of_trace
from index.build import Report, Vectors
from index.errors import UsageError
from index.reading import Skipped
from index.record import replaced
from tests.bot.render.replies import ABSTENTION, ANSWER, EVIL, EVIL_ANSWER, HITS, TRACE, USED

# As the public face has them, in its order.
REPLY = [
    "question", "status", "reason", "answer", "claims", "citations", "nearest", "notices",
    "rejected", "usage", "mode", "model", "generation", "elapsed_ms",
]  # fmt: skip
CITATION = [
    "n", "file", "title", "date", "quote", "start", "end", "locator", "boilerplate", "also",
]  # fmt: skip
HIT = ["rank", "score", "file", "title", "date", "start", "end", "text", "boilerplate"]


def test_an_answer() -> None:
    value = of_reply(ANSWER)
    assert list(value) == REPLY
    assert value["status"] == "answered"
    assert value["reason"] is None
    assert value["answer"] == "The ministers met in Busan. [1] They ate. [2] [1]"
    assert value["claims"][1] == {"text": "They ate.", "citations": [2, 1]}
    first, second = value["citations"]
    assert list(first) == CITATION
    assert first["date"] == "2023-11-26"
    assert first["locator"] == {"kind": "lines", "first": 3, "last": 4}
    assert first["quote"] == "The ministers met\nin Busan."
    assert (second["title"], second["date"], second["boilerplate"]) == (None, None, True)
    assert second["source"] == "https://b"
    assert list(value["nearest"][0]) == ["file", "start", "end", "text", "score"]
    assert value["notices"] == [{"kind": "boilerplate", "message": "[2] stands outside."}]
    assert value["rejected"] == [{"text": "They drank.", "reason": "quote_not_found"}]
    assert value["usage"] is None
    assert (value["mode"], value["model"]) == ("extractive", None)


def test_an_abstention() -> None:
    value = of_reply(ABSTENTION)
    assert list(value) == REPLY
    assert value["status"] == "abstained"
    assert value["reason"] == "not_in_corpus"
    assert value["answer"] is None
    assert value["claims"] == value["citations"] == []
    assert value["notices"] == [{"kind": "abstained", "message": "The documents do not say."}]


def test_usage() -> None:
    value = of_reply(replaced(ANSWER, usage=USED))["usage"]
    assert value == {"calls": 1, "input_tokens": 200, "output_tokens": 30, "cost_usd": 0.01}


def test_what_is_estimated_is_told() -> None:
    value = of_reply(replaced(ANSWER, usage=replaced(USED, cost_usd=None, estimated=True)))
    assert (value["usage"]["estimated"], value["usage"]["cost_usd"]) == (True, None)


def test_why_a_claim_was_rejected_is_told_as_far_as_it_is_known() -> None:
    rejected = (Rejected("A.", "unsupported"), Rejected("B.", "quote_not_found", "why"))
    assert of_reply(replaced(ANSWER, rejected=rejected))["rejected"] == [
        {"text": "A.", "reason": "unsupported"},
        {"text": "B.", "reason": "quote_not_found", "detail": "why"},
    ]


def test_a_hit() -> None:
    first, second = map(of_hit, HITS)
    assert list(first) == HIT
    assert (first["rank"], first["score"], first["date"]) == (1, 4.25, "2023-11-26")
    assert (second["title"], second["date"], second["boilerplate"]) == (None, None, True)


EXPLAINED = ["searched", "terms", "languages", "arms", "troubles", "hits", "times_ms"]


def test_a_trace() -> None:
    value = of_trace(TRACE)
    assert list(value) == EXPLAINED
    assert value["searched"] == []
    assert of_trace(replaced(TRACE, searched=("어디?",)))["searched"] == ["어디?"]
    assert value["terms"] == {"busan": 4.2, "where": 0.1}
    assert [hit["rank"] for hit in value["hits"]] == [1, 2]
    assert set(value["times_ms"]) == {"retrieve", "answer", "verify"}
    assert (value["arms"], value["troubles"]) == ({}, [])


def test_a_trace_of_two_arms() -> None:
    arms = {"lexical": 1.0, "dense": 0.25}
    retrieval = replaced(TRACE.retrieval, arms=arms, troubles=("The embedder is gone.",))
    value = of_trace(replaced(TRACE, retrieval=retrieval))
    assert (value["arms"], value["troubles"]) == (arms, ["The embedder is gone."])


def test_a_report_tells_of_vectors_where_there_is_an_embedder() -> None:
    report = Report(SimpleNamespace(name="00000001-abcd"), passages=5)  # type: ignore[arg-type]
    assert of_report(report)["vectors"] is None
    value = of_report(replaced(report, vectors=Vectors(4, 1, 2, 30)))
    assert value["vectors"] == {"count": 4, "missing": 1, "made": 2, "tokens": 30}


def test_a_report_tells_what_was_passed_over_left_out_and_the_same() -> None:
    report = Report(
        SimpleNamespace(name="00000001-abcd"),  # type: ignore[arg-type]
        duplicates=(("a.txt", "b.txt"),),
        skipped=(Skipped("c.png", "unsupported", "c.png: no"),),
        skipped_counts={"unsupported": 2000, "empty": 1},
        left_out=(("a.pdf", "page 3"),),
    )
    value = of_report(report)
    assert value["skipped"] == [{"file": "c.png", "reason": "unsupported", "message": "c.png: no"}]
    assert list(value["skipped_counts"].items()) == [("empty", 1), ("unsupported", 2000)]
    assert value["left_out"] == [{"file": "a.pdf", "what": "page 3"}]
    assert value["duplicates"] == [["a.txt", "b.txt"]]


def test_an_error() -> None:
    assert of_error(UsageError("No.", "Yes.")) == {"error": "No.", "hint": "Yes."}


def test_letters_stand_as_they_are() -> None:
    assert dumps({"a": "부산 釜山 é"}) == '{"a": "부산 釜山 é"}'
    assert dumps({"a": "부"}, ascii_only=True) == '{"a": "\\ubd80"}'


def test_what_steers_a_terminal_is_escaped_and_comes_back_exact() -> None:
    line = dumps(of_reply(EVIL_ANSWER))
    assert line.isprintable()
    assert json.loads(line)["citations"][0]["quote"] == EVIL


@given(st.text(st.characters()), st.booleans())
def test_any_text_comes_back_exact(text: str, ascii_only: bool) -> None:
    line = dumps({text: text}, ascii_only)
    assert line.isprintable()
    assert line.encode()
    assert json.loads(line) == {text: text}
    assert not ascii_only or line.isascii()


def test_a_citation_tells_its_place_and_its_other_names() -> None:
    place = Locator(62_000, 65_500, "time", "Talk")
    cited = replaced(ANSWER.citations[0], locator=place, also=("b.vtt",))
    first, second = of_reply(replaced(ANSWER, citations=(cited, *ANSWER.citations[1:])))[
        "citations"
    ]
    assert first["locator"] == {"kind": "time", "first": 62.0, "last": 65.5, "name": "Talk"}
    assert (first["also"], second["also"]) == (["b.vtt"], [])
