"""Everyday questions of a few short files of one's own, as people wrap and title them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.extractive import answer
from index.build import update
from index.retrieve import Retriever
from index.store import Store

FILES = {
    "harbour.md": """# The harbour of Wendover

The harbour of Wendover was begun in 1841 and finished in 1849. It was designed by Moira
Fenwick, who also drew the plans of the old lighthouse.

The harbour office is open from nine in the morning until five in the evening. Fees are paid
at the office; a night costs 14 pounds for a boat of up to ten metres.
""",
    "holidays.md": """# Holiday policy

Every employee has 28 days of paid holiday a year. Up to five days may be carried over into the
next year, if the manager agrees before 1 December.

Holidays are requested in the portal, at least two weeks ahead.
""",
    "printer.txt": """How to use the printer

The printer stands on the second floor beside the kitchen. To print in colour you need a code,
which Helen gives you. Paper is kept in the cupboard under it. When the red light blinks, open the
rear cover and take out what is jammed.
""",
    "team.txt": """Our team

Helen Marsh is the office manager. Tomas Brandt leads development. Yuki Tanaka leads sales and
speaks Japanese, English and French. The team meets every Tuesday at ten.
""",
}


@pytest.fixture(scope="module")
def retriever(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Retriever]:
    folder = tmp_path_factory.mktemp("everyday")
    corpus = folder / "corpus"
    corpus.mkdir()
    for name, text in FILES.items():
        (corpus / name).write_text(text)
    with update(corpus, Store(folder / "store")).generation as generation:
        found = Retriever(generation)
        yield found
        found.close()


def quoted(retriever: Retriever, question: str) -> list[str]:
    draft = answer(retriever.retrieve(question, k=30))
    return [" ".join(quote.text.split()) for claim in draft.claims for quote in claim.quotes]


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("Who designed the harbour?", "It was designed by Moira Fenwick, who also drew the plans"),
        ("How much does a night cost?", "a night costs 14 pounds"),
        ("How many days of holiday do I have?", "28 days of paid holiday a year."),
        ("Can I carry over holidays?", "may be carried over into the next year"),
        ("What do I do when the red light blinks?", "open the rear cover and take out"),
        ("How do I request holidays?", "Holidays are requested in the portal"),
        ("How do I print in colour?", "you need a code, which Helen gives you."),
        ("Who is the office manager?", "Helen Marsh is the office manager."),
        ("When does our team meet?", "The team meets every Tuesday at ten."),
    ],
)
def test_a_plain_question_is_answered(retriever: Retriever, question: str, words: str) -> None:
    assert words in " ".join(quoted(retriever, question))


@pytest.mark.parametrize(
    "question",
    [
        "Who is the mayor of Wendover?",
        "How long is the harbour wall?",
        "How much do I earn?",
        "When was my printer bought?",
    ],
)
def test_what_they_do_not_say_is_not_answered(retriever: Retriever, question: str) -> None:
    assert quoted(retriever, question) == []


def test_no_title_is_an_answer(retriever: Retriever) -> None:
    titles = {text.split("\n")[0].lstrip("# ") for text in FILES.values()}
    asked = ("What is the holiday policy?", "How do I use the printer?", "Who is in our team?")
    for question in asked:
        assert not titles & {each.lstrip("# ") for each in quoted(retriever, question)}
