"""What is said and on what ground: Claim, Citation, Draft, Answer, Abstention, Notice.

A Draft is a proposal and nobody may show it; `verify` turns it into an Answer or an
Abstention, which are all that a renderer takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date

from index.record import record
from index.schema import Hit, Passage, Retrieval

TYPE_CHECKING = False  # as type checkers know it: to import `typing` takes 3 ms
if TYPE_CHECKING:
    from typing import Literal

    Mode = Literal["extractive", "generative"]
    Reason = Literal[
        "not_in_corpus", "other_language", "unverified", "model_declined", "over_budget"
    ]
    Rejection = Literal[
        "passage_not_given", "quote_not_found", "number_or_name_missing", "unsupported"
    ]

REASONS: tuple[Reason, ...] = (
    "not_in_corpus", "other_language", "unverified", "model_declined", "over_budget",
)  # fmt: skip


@record
class Notice:
    """Something a reader should know beside the answer, such as a file that changed."""

    kind: str
    message: str


@record
class Locator:
    """Where in a file a quote stands: `first` to `last`, counted from 1, both included.

    `kind` says what is counted: "lines", or another of `index.schema.Places`; `name` what the
    place is called, where it has a name.
    """

    first: int
    last: int
    kind: str = "lines"
    name: str | None = None


@record
class Quote:
    """Words proposed as ground: `text`, said to stand in `passage` at `start` of its document.

    `passage` is None where a model named one that it was not given.
    """

    passage: Passage | None
    text: str
    start: int


@record
class DraftClaim:
    """A sentence that an answerer proposes, with the quotes it would rest on.

    `restated` is the same in the quotes' language, where that is another one.
    """

    text: str
    quotes: tuple[Quote, ...]
    restated: str = ""


@record
class Draft:
    """What an answerer proposes. No claims means that it abstains, for `reason`."""

    question: str
    claims: tuple[DraftClaim, ...] = ()
    reason: Reason = "not_in_corpus"
    language: str = "en"
    nearest: tuple[Hit, ...] = ()
    mode: Mode = "extractive"
    model: str | None = None
    notices: tuple[Notice, ...] = ()


@record
class Citation:
    """A quote that was found: `text[start:end] == quote` in `file`; `n` counts from 1.

    `also` are the other files that hold the same bytes.
    """

    n: int
    file: str
    title: str | None
    date: Date | None
    quote: str
    start: int
    end: int
    locator: Locator
    boilerplate: bool = False
    source: str | None = None
    also: tuple[str, ...] = ()


@record
class Claim:
    """A sentence shown to the reader, and the numbers of the citations that it rests on."""

    text: str
    citations: tuple[int, ...]


@record
class Rejected:
    """A claim that was not shown, and why; `detail` says what was missing."""

    text: str
    reason: Rejection
    detail: str = ""


@record
class Usage:
    """What a model's calls took; `estimated` where the server did not count the tokens.

    `cost_usd` is None where no prices are set.
    """

    calls: int
    input_tokens: int
    output_tokens: int
    cost_usd: float | None
    estimated: bool = False


@record
class Answer:
    """Claims whose citations were verified. Only `verify` makes one."""

    question: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    nearest: tuple[Hit, ...] = ()
    notices: tuple[Notice, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    usage: Usage | None = None
    mode: Mode = "extractive"
    model: str | None = None
    generation: str = ""
    elapsed_ms: float = 0.0


@record
class Abstention:
    """No answer, for a typed `reason`; `message` says so in the question's language."""

    question: str
    reason: Reason
    message: str
    nearest: tuple[Hit, ...] = ()
    notices: tuple[Notice, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    usage: Usage | None = None
    mode: Mode = "extractive"
    model: str | None = None
    generation: str = ""
    elapsed_ms: float = 0.0


Reply = Answer | Abstention


@record
class Trace:
    """A reply and how it came about; times in milliseconds, by stage.

    `searched` is what was searched for, where that is not the question as it was asked.
    """

    reply: Reply
    retrieval: Retrieval
    times: Mapping[str, float]
    searched: tuple[str, ...] = ()
