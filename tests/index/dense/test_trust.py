"""Trust in a dense arm: measured by language, the same in every build, nothing for a random one."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.dense.trust import Key, Ranker, keys_of, lexical_ranker, measure, questions, trust_of
from index.lexical import Found, LexicalReader
from index.schema import Kind, Passage
from tests.corpora import Corpus, Piece

_SYLLABLES = [a + b for a in "bdfgklmnprst" for b in ("a", "e", "i", "o", "u", "an", "er")]
_HAN = [chr(0x4E00 + 7 * i) for i in range(900)]


def english(chance: random.Random) -> str:
    made = ("".join(chance.choices(_SYLLABLES, k=chance.randint(2, 4))) for _ in range(12))
    return f"The {' of the '.join(made)} was in the town."


def chinese(chance: random.Random) -> str:
    return "".join(chance.choices(_HAN, k=30)) + "的是了。"


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    chance = random.Random(1)
    files = {
        f"{name}{i}.txt": [make(chance) for _ in range(4)]
        for name, make in (("en", english), ("zh", chinese))
        for i in range(40)
    }
    return Corpus(tmp_path_factory.mktemp("corpus"), files)


@pytest.fixture(scope="module")
def lexical(corpus: Corpus) -> Iterator[Ranker]:
    reader = LexicalReader(corpus.lexical_path)
    yield lexical_ranker(reader, corpus.file_name, corpus.languages)
    reader.close()


def every(corpus: Corpus) -> list[Passage]:
    return [each for id in range(80) for each in corpus.passages([(id, n) for n in range(4)])]


def counting(passages: Sequence[Passage], parts: str) -> Ranker:
    """An arm that finds passages by how many of the query's parts they hold."""
    bags = [Counter(re.findall(parts, each.text)) for each in passages]

    def rank(queries: Sequence[str], _: Sequence[str]) -> list[list[Key]]:
        asked = [Counter(re.findall(parts, query)) for query in queries]
        return [
            [
                (each.file, each.number)
                for _, each in sorted(
                    zip(bags, passages, strict=True), key=lambda pair: -(pair[0] & bag).total()
                )
            ]
            for bag in asked
        ]

    return rank


def shuffled(passages: Sequence[Passage]) -> Ranker:
    keys = [(each.file, each.number) for each in passages]

    def rank(queries: Sequence[str], _: Sequence[str]) -> list[list[Key]]:
        chance = random.Random(5)
        return [chance.sample(keys, len(keys)) for _ in queries]

    return rank


def always(found: Sequence[Key]) -> Ranker:
    return lambda queries, _: [found] * len(queries)


def test_a_good_arm_is_trusted_with_every_language(corpus: Corpus, lexical: Ranker) -> None:
    passages = every(corpus)
    assert measure(passages, counting(passages, r"(?=(\w\w))"), lexical) == {"en": 1.0, "zh": 1.0}


def test_a_random_arm_is_trusted_with_none(corpus: Corpus, lexical: Ranker) -> None:
    passages = every(corpus)
    assert measure(passages, shuffled(passages), lexical) == {"en": 0.0, "zh": 0.0}


def test_an_arm_is_trusted_with_what_it_knows(corpus: Corpus, lexical: Ranker) -> None:
    passages = every(corpus)
    assert measure(passages, counting(passages, "[a-z]+"), lexical) == {"en": 1.0, "zh": 0.0}


def test_an_arm_that_finds_nothing_or_other_things_is_not_trusted(
    corpus: Corpus, lexical: Ranker
) -> None:
    passages = every(corpus)
    for found in ([], [("gone.txt", 0)] * 2000):
        arm = always(found)
        assert measure(passages, arm, lexical) == {"en": 0.0, "zh": 0.0}


def test_only_places_among_the_sample_count(corpus: Corpus, lexical: Ranker) -> None:
    passages = every(corpus)
    sample = {each.key for each in questions(passages)}
    good = counting(passages, r"(?=(\w\w))")

    def behind(queries: Sequence[str], languages: Sequence[str]) -> list[list[Key]]:
        return [sorted(found, key=lambda key: key in sample) for found in good(queries, languages)]

    assert len(passages) - len(sample) > 100
    assert measure(passages, behind, lexical) == {"en": 1.0, "zh": 1.0}


def test_the_order_of_the_passages_changes_nothing(corpus: Corpus) -> None:
    passages = every(corpus)
    asked = questions(passages)
    assert {each.language for each in asked} == {"en", "zh"}
    assert all(sum(e.language == one for e in asked) == 100 for one in ("en", "zh"))
    assert questions(reversed(passages)) == asked
    random.Random(3).shuffle(passages)
    assert questions(iter(passages)) == asked


def test_a_question_is_half_of_a_sentence(corpus: Corpus) -> None:
    texts = {(each.file, each.number): each.text for each in every(corpus)}
    for each in questions(every(corpus)):
        text = texts[each.key]
        assert len(text) / 3 < len(each.query) < len(text) * 2 / 3
        words = iter(re.findall(r"[a-z]+|[\u4e00-\u9fff]", text.lower()))
        # In its order: each word is found behind the one before.
        assert all(
            word in words for word in re.findall(r"[a-z]+|[\u4e00-\u9fff]", each.query.lower())
        )


def test_what_cannot_be_told_is_left_open(tmp_path: Path) -> None:
    chance = random.Random(2)

    def asked(pieces: Sequence[Piece | str]) -> set[str]:
        made = Corpus(tmp_path / str(chance.random()), {"a.txt": pieces})
        return {
            each.language for each in questions(made.passages([(0, n) for n in range(len(pieces))]))
        }

    few = [english(chance) for _ in range(9)]
    assert asked(few) == set()
    assert asked([*few, english(chance)]) == {"en"}
    assert asked([*few, Piece(english(chance), Kind.NAVIGATION)]) == set()
    assert asked([*few, "Too short."]) == set()
    assert asked([*few, "a" * 100_000]) == set()


def test_no_arm_is_asked_where_there_is_nothing_to_ask() -> None:
    def never(_queries: Sequence[str], _languages: Sequence[str]) -> list[list[Key]]:
        raise AssertionError

    assert measure([], never, never) == {}


@pytest.mark.parametrize(
    ("dense", "lexical", "trust"),
    [
        (1.0, 1.0, 1.0),
        (0.9, 0.6, 1.0),
        (0.7, 1.0, 0.5),
        (0.35, 0.5, 0.5),
        (0.5, 1.0, 0.0),
        (0.0, 1.0, 0.0),
        (0.0, 0.0, 0.0),
        (0.5, 0.0, 1.0),
    ],
)
def test_trust_is_what_the_dense_arm_reaches_of_the_lexical_ones(
    dense: float, lexical: float, trust: float
) -> None:
    assert trust_of(dense, lexical) == pytest.approx(trust)


def test_equal_scores_stand_by_file_and_place() -> None:
    name: Callable[[int], str] = {1: "z", 2: "a"}.__getitem__
    found = [Found(1, 0, 0, 0.5), Found(2, 1, 0, 0.5), Found(2, 0, 0, 0.5), Found(1, 9, 0, 0.7)]
    assert keys_of(found, name) == [("z", 9), ("a", 0), ("a", 1), ("z", 0)]
