"""Retrieval: body text before boilerplate, filters, and one order for every build."""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.errors import StoreError
from index.lexical import Found
from index.retrieve import Retriever
from index.schema import Filters, Kind, Retrieval
from tests.corpora import Corpus, Piece

Build = Callable[..., Retriever]
Files = Mapping[str, Sequence[Piece | str]]
BOILERPLATE = [kind for kind in Kind if kind not in (Kind.BODY, Kind.HEADING)]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    def built(files: Files, **options: Any) -> Retriever:
        folder = tmp_path / str(len(list(tmp_path.iterdir())))
        return Retriever(Corpus(folder, files, **options))

    return built


def files_of(found: Retrieval) -> list[str]:
    return [hit.passage.file for hit in found.hits]


def order_of(found: Retrieval) -> list[tuple[str, int]]:
    return [(hit.passage.file, hit.passage.number) for hit in found.hits]


def test_the_best_passages_come_first_with_ranks_and_scores(build: Build) -> None:
    retriever = build(
        {
            "a.txt": ["The ministers met in Seoul and spoke of trade."],
            "b.txt": ["The ministers met in Busan.", "Nothing else happened there."],
            "c.txt": ["A recipe for soup."],
        }
    )
    found = retriever.retrieve("Which ministers met in Busan?")
    assert order_of(found)[:2] == [("b.txt", 0), ("a.txt", 0)]
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    assert found.hits[0].score > found.hits[1].score > 0
    assert found.question == "Which ministers met in Busan?"
    assert found.passages == 4


@pytest.mark.parametrize("kind", BOILERPLATE)
def test_boilerplate_never_displaces_body_text(build: Build, kind: Kind) -> None:
    # The headlines match better, and there are more of them than places.
    headlines = [Piece(f"Busan talks {i}", kind) for i in range(30)]
    body = [Piece(f"The talks took place in a hall, said speaker {i} of many.") for i in range(4)]
    retriever = build({"a.txt": [*headlines, *body]})
    found = retriever.retrieve("Busan talks", k=10)
    flags = [hit.passage.boilerplate for hit in found.hits]
    assert flags == [False] * 4 + [True] * 6
    # One place: it is the body's, however good the headline.
    (only,) = retriever.retrieve("Busan talks", k=1).hits
    assert not only.passage.boilerplate


def test_boilerplate_that_fits_better_gets_the_last_places_and_no_more(build: Build) -> None:
    headlines = [Piece(f"Volcano erupts near Naples {i}", Kind.HEADLINES) for i in range(30)]
    body = [Piece(f"Near the harbour, {i} ships wait.") for i in range(30)]
    found = build({"a.txt": [*headlines, *body]}).retrieve("Volcano near Naples", k=10)
    flags = [hit.passage.boilerplate for hit in found.hits]
    assert flags == [False] * 7 + [True] * 3


def test_boilerplate_that_fits_worse_gets_no_place(build: Build) -> None:
    body = [Piece(f"The volcano near Naples erupted {i} times.") for i in range(12)]
    noise = [Piece(f"Menu of things near here and there {i}", Kind.NAVIGATION) for i in range(9)]
    found = build({"a.txt": [*noise, *body]}).retrieve("volcano near Naples", k=10)
    assert not any(hit.passage.boilerplate for hit in found.hits)


def test_one_fitting_passage_keeps_all_worse_boilerplate_out(build: Build) -> None:
    best = Piece("The volcano near Naples erupted.")
    rest = [Piece(f"{i} ships, {i} trains and {i} boats wait near the harbour.") for i in range(12)]
    headlines = [Piece("Volcano near the sea and more", Kind.HEADLINES)] * 3
    found = build({"a.txt": [*headlines, best, *rest]}).retrieve("volcano near Naples", k=10)
    assert found.hits[0].passage.text == best.text
    assert not any(hit.passage.boilerplate for hit in found.hits)


def test_a_headline_of_another_story_is_found_where_the_body_is_silent(build: Build) -> None:
    retriever = build({"a.txt": ["Body text.", Piece("Volcano erupts", Kind.HEADLINES)]})
    (hit,) = retriever.retrieve("volcano").hits
    assert hit.passage.kind is Kind.HEADLINES
    assert hit.rank == 1


def test_an_articles_own_heading_is_body_text(build: Build) -> None:
    retriever = build({"a.txt": [Piece("Volcano erupts", Kind.HEADING), "It was loud."]})
    (hit,) = retriever.retrieve("volcano", k=1).hits
    assert hit.passage.kind is Kind.HEADING


def test_title_and_date_of_an_article_find_its_passages(build: Build) -> None:
    titled = Piece("They agreed.", title="Talks in Busan", date=Date(2023, 11, 26))
    headline = Piece("They agreed.", Kind.HEADLINES, "Talks in Busan", Date(2023, 11, 26))
    retriever = build({"a.txt": [titled], "b.txt": [headline], "c.txt": ["They agreed."]})
    for question in ("Busan", "2023", "November"):
        assert files_of(retriever.retrieve(question)) == ["a.txt"]
    assert files_of(retriever.retrieve("agreed Busan"))[0] == "a.txt"


def test_equal_scores_stand_by_file_name_and_place(build: Build) -> None:
    names = ["z.txt", "a.txt", "m/b.txt", "b.txt"]
    retriever = build({name: ["Same words here.", "Same words here."] for name in names})
    expected = [(name, number) for name in sorted(names) for number in (0, 1)]
    for k in (1, 3, 8, 20):
        assert order_of(retriever.retrieve("same words", k=k)) == expected[:k]


def test_no_order_of_building_changes_what_is_found(build: Build) -> None:
    chance = random.Random(7)
    words = ["busan", "talks", "trade", "kim", "park", "wang", "sea", "port"]
    files = {
        f"{i:02}.txt": [
            Piece(
                " ".join(chance.choices(words, k=chance.randint(2, 6))), chance.choice(list(Kind))
            )
            for _ in range(20)
        ]
        for i in range(30)
    }
    shuffled = dict(sorted(files.items(), key=lambda _: chance.random()))
    one = build(files)
    others = [build(shuffled, threads=4), build(dict(reversed(files.items())), batch=7, threads=2)]
    for question in ("busan talks", "kim park wang", "port", "sea trade busan"):
        for k in (1, 5, 10, 50):
            found = one.retrieve(question, k=k)
            for other in others:
                again = other.retrieve(question, k=k)
                assert order_of(again) == order_of(found)
                assert [hit.score for hit in again.hits] == pytest.approx(
                    [hit.score for hit in found.hits], rel=1e-6
                )


@pytest.fixture
def dated(build: Build) -> Retriever:
    return build(
        {
            "2021/old.txt": [Piece("The ministers met.", date=Date(2021, 4, 3))],
            "2023/new.txt": [Piece("The ministers met.", date=Date(2023, 11, 26))],
            "2023x.txt": [Piece("The ministers met.", date=Date(2023, 12, 1))],
            "undated.txt": ["The ministers met."],
        }
    )


@pytest.mark.parametrize(
    ("filters", "files"),
    [
        (Filters(), ["2021/old.txt", "2023/new.txt", "2023x.txt", "undated.txt"]),
        (Filters(since=Date(2023, 11, 26)), ["2023/new.txt", "2023x.txt"]),
        (Filters(since=Date(2023, 11, 27)), ["2023x.txt"]),
        (Filters(until=Date(2021, 4, 3)), ["2021/old.txt"]),
        (Filters(until=Date(2021, 4, 2)), []),
        (Filters(Date(2021, 4, 3), Date(2023, 11, 26)), ["2021/old.txt", "2023/new.txt"]),
        (Filters(since=Date.min), ["2021/old.txt", "2023/new.txt", "2023x.txt"]),
        (Filters(until=Date.max), ["2021/old.txt", "2023/new.txt", "2023x.txt"]),
        (Filters(files=("2023",)), ["2023/new.txt"]),
        (Filters(files=("undated.txt", "2021")), ["2021/old.txt", "undated.txt"]),
        (Filters(files=("none.txt",)), []),
        (Filters(Date(2022, 1, 1), None, ("undated.txt", "2023")), ["2023/new.txt"]),
    ],
)
def test_filters(dated: Retriever, filters: Filters, files: list[str]) -> None:
    assert sorted(files_of(dated.retrieve("ministers", filters=filters))) == files


def test_filters_hold_for_boilerplate_too(build: Build) -> None:
    pieces = [Piece("Volcano", Kind.CAPTION, date=Date(2020 + i, 1, 1)) for i in range(3)]
    retriever = build({f"{i}.txt": [each] for i, each in enumerate(pieces)})
    only = Filters(since=Date(2021, 1, 1), files=("0.txt", "1.txt"))
    assert files_of(retriever.retrieve("volcano", filters=only)) == ["1.txt"]


@pytest.mark.parametrize(
    ("question", "file"),
    [
        ("Where did Kim go?", "en.txt"),
        ("外长们在哪里会面？", "zh.txt"),
        ("장관들은 어디에서 만났습니까?", "ko.txt"),
        ("大臣はどこで会いましたか", "ja.txt"),
        ("Где встретились министры?", "ru.txt"),
        ("Welche Häuser brannten?", "de.txt"),
        ("أين اجتمع الوزراء", "ar.txt"),
        ("ประเทศไทย", "th.txt"),
    ],
)
def test_a_question_in_any_script_finds_its_own(build: Build, question: str, file: str) -> None:
    retriever = build(
        {
            "en.txt": ["Kim went to the port."],
            "zh.txt": ["三国外长在釜山会面。"],
            "ko.txt": ["세 장관은 부산에서 만났다."],
            "ja.txt": ["三人の大臣は釜山で会いました。"],
            "ru.txt": ["Министр встретился с коллегой в порту."],
            "de.txt": ["Das Haus und der Hafen brannten in der Nacht."],
            "ar.txt": ["اجتمع الوزراء في المدينة."],
            "th.txt": ["เขาอยู่ในประเทศไทย"],
        }
    )
    assert files_of(retriever.retrieve(question))[0] == file


def test_a_german_text_is_found_by_a_name_that_tells_no_language(build: Build) -> None:
    # "Häuser" was indexed with the German stemmer; the question tells no language.
    german = "Die Häuser und die Straßen der Stadt wurden von den Truppen nicht zerstört."
    retriever = build({"a.txt": [german], "b.txt": ["The ships and the sea are in the port."]})
    assert files_of(retriever.retrieve("Häuser")) == ["a.txt"]


@pytest.mark.parametrize(
    "question", ["", " ", "?", "\x00", "\ud800", "zzzz", "谁？", "!" * 1_000_000, "\n" * 1_000_000]
)
def test_what_asks_for_nothing_finds_nothing(dated: Retriever, question: str) -> None:
    found = dated.retrieve(question)
    assert found.hits == ()
    assert found.question == question


def test_a_question_of_a_megabyte_is_answered(dated: Retriever) -> None:
    assert len(dated.retrieve("ministers " * 100_000).hits) == 4


def test_an_empty_corpus(build: Build) -> None:
    retriever = build({})
    found = retriever.retrieve("ministers")
    assert found.hits == ()
    assert found.passages == 0
    assert not found.languages


@pytest.mark.parametrize("k", [0, -1, -100])
def test_no_places_no_hits(dated: Retriever, k: int) -> None:
    assert dated.retrieve("ministers", k=k).hits == ()


def test_rarer_terms_weigh_more(build: Build) -> None:
    retriever = build({f"{i}.txt": ["common word" + " rare" * (i == 0)] for i in range(9)})
    rarity = retriever.retrieve("common rare unheard").weights
    assert 0 < rarity["common"] < rarity["rare"] < rarity["unheard"]


def test_a_language_of_a_few_words_is_not_the_corpus_own(tmp_path: Path) -> None:
    shares = {"en": 0.99, "ko": 0.006, "fr": 0.004}
    corpus = Corpus(tmp_path, {"a.txt": ["Some words."]}, languages=shares)
    assert set(Retriever(corpus).retrieve("words").languages) == {"en", "ko"}


# The texts and questions are drawn anew, the index is the same.
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    question=st.text(st.characters() | st.sampled_from("ministers met 1 "), max_size=60),
    k=st.integers(-2, 30),
    since=st.none() | st.dates(),
    until=st.none() | st.dates(),
)
def test_any_question_gets_ranked_hits_within_the_bounds(
    dated: Retriever, question: str, k: int, since: Date | None, until: Date | None
) -> None:
    found = dated.retrieve(question, k, Filters(since, until))
    assert len(found.hits) <= max(k, 0)
    assert len(set(order_of(found))) == len(found.hits)
    for hit in found.hits:
        date = hit.passage.article.date
        assert since is None or (date is not None and since <= date)
        assert until is None or (date is not None and date <= until)


class Near:
    """A dense arm that finds what it was told to, by file and number, whatever is asked."""

    def __init__(
        self,
        found: Mapping[tuple[int, int], float],
        trust: Mapping[str, float] | None = None,
        error: Exception | None = None,
    ) -> None:
        self.trust = {"en": 1.0} if trust is None else trust
        self.asked: list[tuple[Any, ...]] = []
        self._found = found
        self._error = error

    def search(
        self,
        question: str,
        k: int,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[Kind] | None = None,
    ) -> list[Found]:
        self.asked.append((question, k, since, until, files, kinds))
        if self._error is not None:
            raise self._error
        return [
            Found(file, number, 0, score)
            for (file, number), score in self._found.items()
            if files is None or file in files
        ]


FILES: Files = {
    "a.txt": ["The ministers of the town met in Busan and spoke of trade."],
    "b.txt": ["The ministers of the town met in Seoul, where it rained."],
    "c.txt": ["A recipe for soup: leeks, onions, salt.", "It was the talk of the day."],
    "d.txt": [Piece("Ministers met in Busan", Kind.HEADLINES)],
}
ASKED = "In which town was it that the ministers met?"


@pytest.fixture
def both(tmp_path: Path) -> Callable[..., Retriever]:
    corpus = Corpus(tmp_path / "both", FILES)

    def made(dense: Near | None) -> Retriever:
        return Retriever(corpus, dense)

    return made


def sharp(*places: tuple[int, int]) -> dict[tuple[int, int], float]:
    """`places` far before the rest, which the corpus has no more of."""
    return {place: 0.9 - 0.3 * n for n, place in enumerate(places)}


def test_the_dense_arm_is_asked_for_body_text_within_the_filters(
    both: Callable[..., Retriever],
) -> None:
    near = Near({})
    retriever = both(near)
    only = Filters(Date(2020, 1, 1), Date(2021, 1, 1), ("a.txt",))
    retriever.retrieve(ASKED, filters=only)
    retriever.retrieve(ASKED)
    bounds = (only.since.toordinal(), only.until.toordinal()) if only.since and only.until else ()
    body = (Kind.BODY, Kind.HEADING)
    assert near.asked == [(ASKED, 100, *bounds, {0}, body), (ASKED, 100, 0, 0, None, body)]


def test_both_arms_decide_and_the_scores_stay_the_lexical_ones(
    both: Callable[..., Retriever],
) -> None:
    alone = both(None).retrieve(ASKED)
    fused = both(Near(sharp((1, 0), (2, 1)))).retrieve(ASKED)
    assert order_of(fused)[0] == ("b.txt", 0)
    scores = {hit.passage: hit.score for hit in alone.hits}
    assert all(hit.score == pytest.approx(scores.get(hit.passage, 0.0)) for hit in fused.hits)
    sums = [hit.fused for hit in fused.hits if not hit.passage.boilerplate]
    assert None not in sums
    assert sums == sorted(sums, key=lambda each: -(each or 0.0))
    assert fused.arms["lexical"] == 1.0
    assert fused.arms["dense"] > 0
    assert all(hit.fused is None for hit in alone.hits)
    assert alone.arms == {}


def test_what_only_the_dense_arm_found_scores_nothing(both: Callable[..., Retriever]) -> None:
    fused = both(Near(sharp((2, 0)))).retrieve("the ministers who met")
    found = {place: hit.score for place, hit in zip(order_of(fused), fused.hits, strict=True)}
    assert found["c.txt", 0] == 0.0
    assert found["a.txt", 0] > 0


def test_what_the_lexical_arm_found_far_down_has_its_score(tmp_path: Path) -> None:
    words = ["harbour " * (i % 90) + f"and the ships of captain number{i}" for i in range(150)]
    corpus = Corpus(tmp_path, {f"{i:03}.txt": [text] for i, text in enumerate(words)})
    asked = "Where are the ships in the harbour?"
    alone = {hit.passage: hit.score for hit in Retriever(corpus).retrieve(asked, k=150).hits}
    last = list(alone)[-1]
    near = Near({(int(last.file[:3]), 0): 0.9})
    fused = Retriever(corpus, near).retrieve(asked, k=60)
    (score,) = (hit.score for hit in fused.hits if hit.passage == last)
    assert score == pytest.approx(alone[last])
    # Places that only one arm's list is long enough for are still filled.
    every = Retriever(corpus, near).retrieve(asked, k=150)
    assert {hit.passage for hit in every.hits} == set(alone)
    assert every.hits[:60] == fused.hits


def test_an_arm_that_is_not_trusted_changes_nothing(both: Callable[..., Retriever]) -> None:
    alone = both(None).retrieve(ASKED)
    for trust in ({"en": 0.0}, {}, {"ko": 1.0}):
        near = Near(sharp((2, 1), (2, 0)), trust)
        found = both(near).retrieve(ASKED)
        assert found.hits == alone.hits
        assert found.arms == {"lexical": 1.0, "dense": 0.0}
        assert not near.asked  # a vector of the question may cost money


def test_where_the_lexical_arm_finds_nothing_the_dense_one_decides_unless_it_is_known_bad(
    both: Callable[..., Retriever],
) -> None:
    korean = "장관들은 어디에서 만났습니까?"
    near = sharp((1, 0), (0, 0))
    assert files_of(both(Near(near)).retrieve(korean)) == ["b.txt", "a.txt"]
    assert files_of(both(Near(near, {"ko": 0.5})).retrieve(korean)) == ["b.txt", "a.txt"]
    assert files_of(both(Near(near, {"ko": 0.0})).retrieve(korean)) == []
    # A name that both have: the lexical arm decides, for nobody knows of the dense one's Korean.
    assert files_of(both(Near(near)).retrieve("장관들은 Busan 에서?"))[0] == "a.txt"


def test_a_dense_arm_that_fails_is_told_of(both: Callable[..., Retriever]) -> None:
    alone = both(None).retrieve(ASKED)
    found = both(Near({}, error=StoreError("Chroma is away.", "Start it."))).retrieve(ASKED)
    assert found.hits == alone.hits
    assert found.troubles == ("Chroma is away.",)
    assert found.arms == {"lexical": 1.0, "dense": 0.0}
    with pytest.raises(ZeroDivisionError):  # a bug is not hidden
        both(Near({}, error=ZeroDivisionError())).retrieve(ASKED)


def test_more_places_begin_with_the_same_passages(both: Callable[..., Retriever]) -> None:
    near = Near({(2, 1): 0.8, (1, 0): 0.8, (0, 0): 0.8, (2, 0): 0.1})
    whole = [hit for hit in both(near).retrieve(ASKED, k=9).hits if not hit.passage.boilerplate]
    for k in (1, 2, 3, 4):
        found = both(near).retrieve(ASKED, k=k)
        text = [hit for hit in found.hits if not hit.passage.boilerplate]
        assert text == whole[: len(text)]
    assert both(near).retrieve(ASKED, k=0).hits == both(near).retrieve(ASKED, k=-3).hits == ()


def test_boilerplate_stays_behind_what_both_arms_found(both: Callable[..., Retriever]) -> None:
    found = both(Near(sharp((2, 0), (2, 1)))).retrieve("the ministers who met in Busan", k=10)
    flags = [hit.passage.boilerplate for hit in found.hits]
    assert flags == [False] * 4 + [True]


def test_no_order_of_building_changes_what_both_arms_find(tmp_path: Path) -> None:
    chance = random.Random(4)
    words = ["busan", "talks", "trade", "kim", "park", "wang", "sea", "port", "the"]
    files = {
        f"{i:02}.txt": [" ".join(chance.choices(words, k=chance.randint(3, 6))) for _ in range(9)]
        for i in range(20)
    }
    # Equal similarities by the dozen.
    likeness = {(name, n): chance.choice([0.2, 0.4, 0.6]) for name in files for n in range(9)}
    orders: list[list[list[tuple[str, int]]]] = []
    for names in (list(files), sorted(files, key=lambda _: chance.random())):
        corpus = Corpus(tmp_path / str(len(orders)), {name: files[name] for name in names})
        places = {(names.index(name), n): score for (name, n), score in likeness.items()}
        mixed = sorted(places, key=lambda _: chance.random())
        near = Near({place: places[place] for place in sorted(mixed, key=lambda p: -places[p])})
        asked = ("the busan talks", "the park", "kim wang of the sea")
        retriever = Retriever(corpus, near)
        orders.append([order_of(retriever.retrieve(question, k=30)) for question in asked])
    assert orders[0] == orders[1]
