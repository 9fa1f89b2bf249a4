"""A question stands alone, or in other languages, or as it was: never as a model's chatter."""

from __future__ import annotations

import pytest

from bot.conversation import Turn
from bot.failures import ModelError
from tests.bot.talks import Talks
from tests.servers import plays

TURNS = (Turn("Who met in Busan?", "Three\nministers. [1]"), Turn("When?", "In 2023."))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Where in Busan did the ministers meet?", "Where in Busan did the ministers meet?"),
        ('<think>\nHm.\n</think>\n\n"Where did they?"\n', "Where did they?"),
        ("```\n**Question:** Where?\n```", "Where?"),
        ("", "And where?"),
        ("???", "And where?"),
        ("One.\nTwo.", "And where?"),
        ("x" * 1_001, "And where?"),
    ],
)
def test_a_follow_up_becomes_a_question_that_stands_alone(
    talk: Talks, text: str, wanted: str
) -> None:
    at = talk(text)
    assert at.writer.standalone("And where?", TURNS, at.deadline, at.meter) == wanted
    (request,) = at.server.chats
    assert request.form == "none"
    user = at.said()[1]
    delimiter = user.splitlines()[0]
    assert user.split(delimiter)[1].strip().splitlines() == [
        "Reader: Who met in Busan?",
        "Service: Three ministers. [1]",
        "Reader: When?",
        "Service: In 2023.",
    ]
    assert user.endswith("The next question: And where?")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("en: Where?\nko: 어디?", {"en": "Where?", "ko": "어디?"}),
        ('```json\n{"ko": "어디?", "en": "Where?"}\n```', {"en": "Where?", "ko": "어디?"}),
        ("<think>en: No.</think>- **English**: “Where?”\n- fr： Où?", {"en": "Where?"}),
        ('{"en": "Where?", "ko": 7, "fr": "Où?"}', {"en": "Where?"}),
        ("ko: ?\nen: Where: there?", {"en": "Where: there?"}),
    ],
)  # fmt: skip
def test_a_question_is_put_into_the_documents_languages(
    talk: Talks, text: str, wanted: dict[str, str]
) -> None:
    at = talk(text)
    found = at.writer.translated("Wo?", ["en", "ko"], at.deadline, at.meter)
    assert found == wanted
    assert list(found) == sorted(found)
    system, user = at.said()
    assert "en: English\nko: Korean" in system
    assert user.splitlines()[1:-1] == ["Wo?"]
    assert len(at.server.chats) == 1


@pytest.mark.parametrize("text", ["", "Where?", "{", "{}", '{"en": ""}', "[" * 5_000 + "{}", "en:"])
def test_a_translation_that_cannot_be_read_is_nonsense(talk: Talks, text: str) -> None:
    at = talk(text)
    with pytest.raises(ModelError) as caught:
        at.writer.translated("Wo?", ["en", "ko"], at.deadline, at.meter)
    assert caught.value.kind == "nonsense"


def test_failures_of_the_small_calls_pass_through(talk: Talks) -> None:
    at = talk(plays.status(401))
    with pytest.raises(ModelError) as caught:
        at.writer.standalone("And where?", TURNS, at.deadline, at.meter)
    assert caught.value.kind == "refused"
    with pytest.raises(ModelError) as caught:
        at.writer.translated("Wo?", ["en"], at.deadline, at.meter)
    assert caught.value.kind == "refused"
