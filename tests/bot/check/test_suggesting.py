"""Draft cases of documents, and questions that none of them answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date as Date

from bot.check.inquiry import Inquiry
from bot.check.suggesting import spread, suggestions
from bot.check.unanswered import Absent
from index.schema import Article, Kind, Passage

SOLD = "Norwind sold 640 turbines in 2022."


def passage(
    text: str, file: str = "a.txt", language: str = "en", kind: Kind = Kind.BODY, at: int = 0
) -> Passage:
    article = Article(at, at + len(text), "Norwind", Date(2023, 5, 6), language)
    return Passage(file, 0, at, at + len(text), text, article, kind)


def asked(passages: Sequence[Passage], known: Sequence[str] = ()) -> list[str]:
    absent = Absent((each.text for each in passages), [2023])
    return [each.question for each in suggestions(spread(passages), known, absent)]


def test_sentences_are_taken_from_each_article_in_turn() -> None:
    long = " ".join(f"Norwind sold {number} turbines in 2021." for number in range(50, 60))
    found = list(spread([passage(long), passage(SOLD, "b.txt"), passage(SOLD, "c.txt")]))
    assert [each.passage.file for each in found[:3]] == ["a.txt", "b.txt", "a.txt"]
    assert len(found) == 11  # the same sentence elsewhere is no other
    assert len(list(spread([passage(long, at=0), passage("Norwind grew.", at=900)]))) == 11


def test_what_is_no_part_of_an_article_is_not_asked_for() -> None:
    for kind in (Kind.HEADLINES, Kind.NAVIGATION, Kind.CAPTION, Kind.HEADING):
        assert asked([passage(SOLD, kind=kind)]) == []


def test_a_suggestion_says_what_answers_it_and_where() -> None:
    (first, *_) = suggestions(spread([passage(SOLD)]), (), Absent([SOLD], []))
    assert first.question == "In which year did Norwind sell 640 turbines?"
    assert first.expected.says == ("2022",)
    assert first.expected.cites == ("a.txt",)
    assert first.sentence.text == SOLD


def test_an_office_is_asked_for_with_the_year_of_its_article() -> None:
    held = "Danish Prime Minister Mette Frederiksen visited it."
    (first, *_) = suggestions(spread([passage(held)]), (), Absent([held], [2023]))
    assert first.question == "Who was the Danish prime minister in 2023?"
    assert first.expected.dated == "2023-05"


def test_what_is_asked_already_is_not_suggested() -> None:
    question = "In which year did Norwind sell 640 turbines?"
    assert question in asked([passage(SOLD)])
    assert question not in asked([passage(SOLD)], [question.casefold()])


def test_in_languages_without_capitals_a_question_says_of_what_it_asks() -> None:
    sentence = "工程总投资为46亿元。"
    assert asked([passage(sentence, language="zh")]) == []
    assert asked([passage("大桥的" + sentence.replace("工程", "北京段"), language="zh")])


def test_each_kind_is_asked_for_in_turn() -> None:
    def make(sentence: str, language: str) -> list[Inquiry]:
        assert language == "en"
        return [
            Inquiry(f"When of {sentence}", "2022", "when"),
            Inquiry(f"How many of {sentence}", "640", "number"),
        ]

    passages = [passage(SOLD.replace("640", str(n)), f"{n}.txt") for n in (640, 641)]
    made = list(suggestions(spread(passages), (), Absent([], []), make))
    answered = [each.question.split()[0] for each in made if each.put is None]
    assert answered == ["When", "How", "How", "When"]


def test_what_is_put_in_stands_in_no_document() -> None:
    absent = Absent(["It was 2013 in Windhoek.", "Ingrid stayed until 2011."], [2012])
    question = absent.of("Who founded Norwind in 2021?", "en")
    assert question is not None
    assert (question.old, question.new) == ("2021", "2010")
    assert question.question == "Who founded Norwind in 2010?"
    place = absent.of("Who met in Seoul?", "en")
    assert place is not None
    assert place.question == "Who met in Paramaribo?"
    person = absent.of("When did Park Jin meet Wang?", "en")
    assert person is not None
    assert person.question == "When did Tobias Renwick meet Wang?"


def test_where_nothing_can_be_put_in_there_is_no_question() -> None:
    nowhere = Absent([" ".join(map(str, range(1700, 2100)))], [])
    assert nowhere.of("Who founded Norwind in 2021?", "en") is None
    assert nowhere.of("What is it?", "en") is None
    assert Absent([], []).of("Who is the South Korean president?", "en") is None


def test_in_other_scripts_places_are_put_in_too() -> None:
    absent = Absent([], [])
    asked = {
        "zh": "谁在北京会面？",
        "ko": "누가 서울을 방문했는가?",
        "ja": "誰が東京で会談したか？",
    }
    made = {language: absent.of(question, language) for language, question in asked.items()}
    assert {language: each.question for language, each in made.items() if each} == {
        "zh": "谁在温得和克会面？",
        "ko": "누가 아순시온을 방문했는가?",
        "ja": "誰がウィントフックで会談したか？",
    }
