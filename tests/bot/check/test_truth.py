"""A citation that does not stand where it says is found, whatever made it."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.check.truth import untrue
from index.formats import process
from index.formats.extracted import Extracted
from index.schema import Places

TEXT = "One line.\r\nThe ministers met\rin Busan.\nThe end.\n"
QUOTE = "The ministers met\rin Busan."
START = TEXT.index("The min")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_bytes(TEXT.encode())
    (tmp_path / "docs/b.txt").write_bytes(b"Nothing of it.")
    (tmp_path / "docs/copy.txt").write_bytes(TEXT.encode())
    (tmp_path / "outside.txt").write_bytes(TEXT.encode())
    return tmp_path / "docs"


def reply(**changes: Any) -> dict[str, Any]:
    citation = {
        "n": 1, "file": "a.txt", "quote": QUOTE, "start": START, "end": START + len(QUOTE),
        "locator": {"kind": "lines", "first": 2, "last": 3},
    }  # fmt: skip
    return {
        "status": "answered",
        "mode": "extractive",
        "claims": [{"text": "The ministers met in Busan.", "citations": [1]}],
        "citations": [citation | changes],
    }


def test_what_stands_there_is_found_again(corpus: Path) -> None:
    finding = untrue(reply(), corpus)
    assert (finding.name, finding.met, finding.reason) == ("citations", True, "1 quote found again")


def test_the_other_names_of_a_file_are_looked_at(corpus: Path) -> None:
    assert untrue(reply(also=["copy.txt"]), corpus).met


def test_the_half_of_a_line_end_is_of_the_line_that_it_ends(corpus: Path) -> None:
    quote = "\n" + QUOTE
    lines = {"kind": "lines", "first": 1, "last": 3}
    assert untrue(reply(quote=quote, start=START - 1, locator=lines), corpus).met


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"quote": QUOTE.replace("Busan", "Busam")}, "has not"),
        ({"quote": QUOTE[:-1]}, "has not"),
        ({"start": START + 1, "end": START + 1 + len(QUOTE)}, f"it stands at {START}, in line 2"),
        ({"file": "b.txt"}, "b.txt has not"),
        ({"file": "c.txt"}, "cannot be read"),
        ({"file": "../outside.txt"}, "none of the documents"),
        ({"locator": {"kind": "lines", "first": 3, "last": 4}}, "lines 2 to 3 of a.txt, not 3"),
        ({"locator": {"kind": "lines", "first": 2, "last": 2}}, "lines 2 to 3"),
        ({"start": -5, "end": -1}, "no place"),
        ({"start": None}, "no place"),
        ({"quote": " ", "start": 3, "end": 4}, "quotes nothing"),
        ({"n": 2}, "numbered 2"),
        ({"also": ["copy.txt", "b.txt"]}, "b.txt holds other bytes than a.txt"),
        ({"also": ["c.txt"]}, "c.txt cannot be read"),
        ({"also": ["../outside.txt"]}, "none of the documents"),
    ],
)
def test_a_citation_that_is_not_so_is_found(
    corpus: Path, changes: dict[str, Any], why: str
) -> None:
    finding = untrue(reply(**changes), corpus)
    assert not finding.met
    assert why in finding.reason


def _no_citations(value: dict[str, Any]) -> None:
    value["citations"] = []


def _other_number(value: dict[str, Any]) -> None:
    value["claims"][0]["citations"] = [2]


def _no_ground(value: dict[str, Any]) -> None:
    value["claims"][0]["citations"] = []


def _own_words(value: dict[str, Any]) -> None:
    value["claims"][0]["text"] = "The ministers met in Seoul."


def _unused(value: dict[str, Any]) -> None:
    value["citations"].append(value["citations"][0] | {"n": 2})


def _abstained(value: dict[str, Any]) -> None:
    value["status"] = "abstained"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (_no_citations, "0 citations"),
        (_other_number, "citation 2, which there is not"),
        (_no_ground, "rests on nothing"),
        (_own_words, "not in the words"),
        (_unused, "no claim rests on citation 2"),
        (_abstained, "abstained, and yet"),
        (dict.clear, "not of its form"),
    ],
)
def test_claims_that_rest_on_other_than_they_say_are_found(
    corpus: Path, change: Callable[[dict[str, Any]], None], why: str
) -> None:
    value = reply()
    change(value)
    finding = untrue(value, corpus)
    assert not finding.met
    assert why in finding.reason


def test_a_model_may_say_it_in_its_own_words(corpus: Path) -> None:
    value = reply() | {"mode": "generative"}
    _own_words(value)
    assert untrue(value, corpus).met


def test_a_link_that_leaves_the_documents_is_none_of_them(corpus: Path) -> None:
    (corpus / "link.txt").symlink_to(corpus.parent / "outside.txt")
    assert not untrue(reply(file="link.txt"), corpus).met


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949", "euc_jp"])
def test_a_file_in_another_encoding_is_read_as_well(tmp_path: Path, encoding: str) -> None:
    text = {"cp949": "첫 줄.\n부산에서 만났다.\n", "euc_jp": "一行。\n釜山で会った。\n"}.get(
        encoding, "Première ligne.\n釜山 – ça va.\n"
    )
    data = text.encode(encoding)
    (tmp_path / "a.txt").write_bytes(data)
    mark = 1 if encoding in ("utf-8-sig", "utf-16") else 0  # a character, as offsets count it
    start, quote = text.index("\n") + 1 + mark, text.splitlines()[1]
    value = reply(
        quote=quote, start=start, end=start + len(quote),
        locator={"kind": "lines", "first": 2, "last": 2},
    )  # fmt: skip
    value["claims"][0]["text"] = quote
    assert untrue(value, tmp_path).met
    wrong = copy.deepcopy(value)
    wrong["citations"][0]["start"] += 1
    assert not untrue(wrong, tmp_path).met


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=3), values),
    max_leaves=6,
)


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.sampled_from(["status", "mode", "claims", "citations"]),
    st.sampled_from(["n", "file", "quote", "start", "end", "locator", None]),
    _JSON,
)
def test_no_reply_is_too_odd_to_be_looked_at(
    corpus: Path, key: str, of_citation: str | None, odd: Any
) -> None:
    value = reply(**{of_citation: odd}) if of_citation else reply() | {key: odd}
    assert untrue(value, corpus).reason


@pytest.fixture
def extracting(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def extracted(format: str, file: str, data: bytes, encoding: str | None) -> Extracted:
        assert (format, file) == ("subtitles", "a.vtt")
        places = Places("time", (0, START), (0, 1000), (999, 2500), ("", "Talk"))
        return Extracted(data.decode(encoding or "utf-8"), "utf-8", places=places)

    monkeypatch.setattr(process, "extracted", extracted)
    # No two tests have the same bytes: what was extracted is kept for a while.
    (corpus / "a.vtt").write_bytes(TEXT.encode() + str(corpus).encode())


PLACE = {"kind": "time", "first": 1.0, "last": 2.5, "name": "Talk"}


@pytest.mark.usefixtures("extracting")
def test_what_stands_in_extracted_text_is_found_again(corpus: Path) -> None:
    assert untrue(reply(file="a.vtt", locator=PLACE), corpus).met
    assert untrue(reply(file="a.vtt", locator=PLACE), corpus, ["cp949"]).met


@pytest.mark.usefixtures("extracting")
@pytest.mark.parametrize(
    "changes",
    [
        {"quote": QUOTE.replace("Busan", "Busam")},
        {"start": START + 1, "end": START + 1 + len(QUOTE)},
        {"locator": {**PLACE, "first": 0.0}},
        {"locator": {**PLACE, "last": 2}},
        {"locator": {**PLACE, "kind": "page"}},
        {"locator": {**PLACE, "name": "Other"}},
        {"locator": {"kind": "time", "first": 1.0, "last": 2.5}},
        {"locator": {"kind": "lines", "first": 2, "last": 3}},
        {"file": "a.txt"},
    ],
)
def test_what_does_not_stand_in_extracted_text_is_not(
    corpus: Path, changes: dict[str, Any]
) -> None:
    assert not untrue(reply(**{"file": "a.vtt", "locator": PLACE, **changes}), corpus).met
