"""Fits the answerer on the development sets and writes `bot/fitted.py`.

    python -m tests.bench.fit_answers --data FOLDER

The thresholds and the price are chosen on judgements of questions whose fold was left out;
the weights are then fitted on all.
"""

from __future__ import annotations

from pathlib import Path

import bot.fitted
from index.record import replaced
from tests.bench.fitting import (
    choose_price,
    choose_thresholds,
    fit,
    fit_folds,
    judge_all,
    load,
    python_of,
)
from tests.bench.report import parser


def main() -> None:
    """Writes the weights and says where."""
    options = parser(__doc__ or "").parse_args()
    sets = load(options.data)
    judged = judge_all(sets, fit_folds(sets))
    whole = fit(sets)
    limits = choose_price(judged, choose_thresholds(judged, whole))
    final = replaced(
        whole,
        price=limits.price,
        about_least=limits.about_least,
        says_least=limits.says_least,
    )
    path = Path(bot.fitted.__file__)
    path.write_text(python_of(final), encoding="utf-8")
    print(f"{path.name}: price {final.price}, about {final.about_least}, says {final.says_least}")


if __name__ == "__main__":
    main()
