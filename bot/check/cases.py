"""What a team keeps: a case is a question, and what is expected of the reply."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Mode

ANY_REASON = "for any reason"


@record
class Number:
    """A number that the answer must hold, in whatever form: within `within` of `value`.

    `percent` says that `within` is a share of `value`, in hundredths.
    """

    value: float
    within: float = 0.0
    percent: bool = False


@record
class Count:
    """How many: at least `least` and at most `most`, both included; None is no bound."""

    least: int | None = None
    most: int | None = None


@record
class Expected:
    """What an answer must hold; where `abstains` is set, that there is none.

    `says`, `says_any`, `says_not`, `matches`, `numbers` and `dates` are looked for in the claims'
    texts; `quotes` in the citations'. Of `cites` all must be cited, none but `cites_only`, and
    none of `cites_not`. `dated` is what the date of a citation begins with on which a claim rests
    that holds such words of `says` or `says_any`. `judged` is for a model to say yes or no to.
    """

    says: tuple[str, ...] = ()
    says_any: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    matches: tuple[str, ...] = ()
    numbers: tuple[Number, ...] = ()
    dates: tuple[str, ...] = ()  # ISO: a year, a year and month, or a day
    cites: tuple[str, ...] = ()
    cites_only: tuple[str, ...] = ()
    cites_not: tuple[str, ...] = ()
    quotes: tuple[str, ...] = ()
    claims: Count | None = None
    dated: str = ""
    notices: tuple[str, ...] = ()
    notices_not: tuple[str, ...] = ()
    judged: tuple[str, ...] = ()
    abstains: str = ""  # one of bot.answers.REASONS, or ANY_REASON


@record
class Step:
    """A question of a conversation and what is expected of its reply."""

    ask: str
    expect: Expected


@record
class Skip:
    """Why a case is passed over, and the last day on which it may be; None is without end."""

    reason: str
    until: Date | None = None


@record
class Case:
    """One canned pair: `steps` are its question and the follow-ups behind it.

    `file` is its file's path as it was named, `line` where it stands there, counted from 1.
    `modes` is () where the run's mode is meant. `corpus` is another folder of documents than the
    run's, None for the run's. `fails` is why it is known to fail: it then must.
    """

    id: str
    steps: tuple[Step, ...]
    file: str = ""
    line: int = 0
    modes: tuple[Mode, ...] = ()
    repeat: int = 1
    pass_at_least: int = 1
    tags: tuple[str, ...] = ()
    skip: Skip | None = None
    fails: str = ""
    corpus: Path | None = None

    @property
    def ask(self) -> str:
        """The first question."""
        return self.steps[0].ask

    @property
    def expect(self) -> Expected:
        """What is expected of the first reply."""
        return self.steps[0].expect
