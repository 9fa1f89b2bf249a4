"""Fits the claim check on `attributionbench_dev` and writes `bot/claims/fitted.py`.

    python -m tests.bench.fit_claims --data FOLDER

Logistic regression in which every feature may only speak for what it stands for: more of the
claim in the quotes never speaks against it. Needs NumPy and SciPy; neither is needed to answer.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.claims.support import FEATURES
from tests.bench.report import parser

AGAINST = frozenset({"guarded", "opposed"})
RIDGE = 20.0


def fitted(values: NDArray[np.float64], truth: NDArray[np.bool_]) -> dict[str, float]:
    """Weights by feature, and the constant under ""."""
    middle, spread = values.mean(0), values.std(0) + 1e-9
    scaled = (values - middle) / spread
    sign = np.where(truth, 1.0, -1.0)
    bounds = [(None, 0.0) if name in AGAINST else (0.0, None) for name in FEATURES]

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        margin = sign * (scaled @ weights[:-1] + weights[-1])
        slope = -sign / (1 + np.exp(margin))
        total = np.logaddexp(0, -margin).sum() + RIDGE * (weights[:-1] ** 2).sum() / 2
        return float(total), np.append(scaled.T @ slope + RIDGE * weights[:-1], slope.sum())

    start = np.zeros(len(FEATURES) + 1)
    best = minimize(loss, start, jac=True, bounds=[*bounds, (None, None)], method="L-BFGS-B").x
    plain = best[:-1] / spread
    weights = {name: round(float(w), 4) for name, w in zip(FEATURES, plain, strict=True)}
    return weights | {"": round(float(best[-1] - plain @ middle), 4)}


def python_of(weights: dict[str, float]) -> str:
    """The source of `bot/claims/fitted.py`."""
    lines = "".join(f'    "{name}": {weight:.4f},\n' for name, weight in weights.items())
    return (
        '"""The claim check\'s weights, as `tests/bench/fit_claims.py` fitted them;'
        ' not for editing."""\n\nfrom __future__ import annotations\n\n'
        f"WEIGHTS = {{\n{lines}}}\n"
    )


def main() -> None:
    """Writes the weights and says where."""
    from pathlib import Path

    import bot.claims.fitted
    from tests.bench.claims import SET, examples_of, measured

    options = parser(__doc__ or "").parse_args()
    known = measured(examples_of(options.data / SET))
    weights = known.fit(np.arange(len(known.examples)))
    path = Path(bot.claims.fitted.__file__)
    path.write_text(python_of(weights), encoding="utf-8")
    print(f"{path.name}: {weights}")


if __name__ == "__main__":
    main()
